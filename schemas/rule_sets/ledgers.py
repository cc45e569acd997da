"""Rules A: lists of school codes, AP, IB and other providers. Holds no code that checks anything."""

from __future__ import annotations

from schemas.rule_model import Rule

LEDGERS = (
    Rule("A01", "fix", "a school code has six digits", "nothing to do: the lost zeros were put back"),
    Rule("A02", "reject", "a school code is not blank and not 000000", "add the school's code"),
    Rule("A03", "quarantine", "a school code leads to a school of the same year", "add the code to the list of codes"),
    Rule("A04", "reject", "exam, level and course are known", "use the names of the ledger"),
    Rule("A05", "warn", "the school is in the United States", "nothing to do: the row is left out"),
    Rule("A06", "reject", "a code belongs to one school in a year", "say which school has the code"),
    Rule(
        "A07",
        "warn",
        "a row of a list is of the school year that the list was received for",
        "nothing to do: the row is left out; receive the list for its own year as well",
    ),
    Rule(
        "A08",
        "fix",
        "a list of codes pairs a code with the same school in every exam year, by hand and by the College Board",
        "nothing to do: the newest exam year stands, and in it the match by hand",
    ),
)
