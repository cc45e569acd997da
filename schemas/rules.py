"""Every validation rule: stable id, severity, what should be true, and how to put it right.

Ids are those of validation-and-reliability.md C3 where it has the rule. Holds no code that checks anything.
Severity: block refuses the file; reject sets the row aside; quarantine keeps it for a person; fix repairs it and says
so; warn counts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "reject", "quarantine", "fix", "warn"]


@dataclass(frozen=True)
class Rule:
    """One rule. `sentence` is what should be true; `fix` is what the sender (or a steward) does about it."""

    id: str
    severity: Severity
    sentence: str
    fix: str
    version: int = 1


def _rules(*rules: Rule) -> dict[str, Rule]:
    table = {rule.id: rule for rule in rules}
    if len(table) != len(rules):
        raise ValueError("a rule id is declared twice in schemas/rules.py")
    return table


RULES: dict[str, Rule] = _rules(
    # Files
    Rule("F01", "warn", "the file has not been received before", "nothing to do: the same bytes are read once"),
    Rule(
        "F02",
        "block",
        "the state named in the file is the state it was received for",
        "receive the file under the right source",
    ),
    Rule(
        "F03",
        "block",
        "ending, first bytes and content of the file agree, and a reader of the source can open it",
        "save the file in the format the source declares and send it again",
    ),
    Rule(
        "F04",
        "block",
        "the file stays within the limits on bytes, rows, columns and field length",
        "send one table per file, without other content",
    ),
    Rule(
        "F05", "block", "the file is text in an encoding the source allows", "save the file as UTF-8 and send it again"
    ),
    Rule("F06", "reject", "a row holds no NUL and no control characters", "remove the control characters from the row"),
    Rule(
        "F07",
        "block",
        "a header row with the required columns stands in the first 20 rows",
        "put the column names in the first row",
    ),
    Rule("F08", "block", "no column name stands twice or is empty", "give each column a name of its own"),
    Rule(
        "F09",
        "block",
        "every required column is there",
        "add the missing column; write unspecified where a value is not known",
    ),
    Rule("F10", "reject", "a row has as many fields as the header", "check the row for a stray delimiter or quote"),
    Rule("F11", "fix", "notes and totals below the table are not rows", "nothing to do: the note was left out"),
    Rule(
        "F16",
        "fix",
        "an e-mail address stands only in a column for contact details",
        "nothing to do: the address was taken out of the cell",
    ),
    Rule(
        "F17",
        "warn",
        "every column is known to the source's layout",
        "name the column in the source's YAML, or list it under ignore",
    ),
    Rule(
        "F18",
        "block",
        "the file's bytes are those of its receipt",
        "receive the file again; files below raw/ are never edited",
    ),
    Rule("F19", "block", "the file is not empty", "send the file again with its rows"),
    Rule(
        "F20",
        "block",
        "a layout of the source covers the school year",
        "add a layout with `since:` to the source's YAML",
    ),
    Rule(
        "F21",
        "block",
        "the table is read to its end: every quote is closed and no row is cut off",
        "export the file again; it seems to be cut off",
    ),
    # Directory
    Rule(
        "D01",
        "reject",
        "an NCES id has 12 digits, or 8 characters for a private school",
        "send the id as text, for example 010000500870",
    ),
    Rule(
        "D02",
        "fix",
        "an NCES id keeps its leading zero",
        "nothing to do: the zero was put back, because state and id then agree",
    ),
    Rule(
        "D03",
        "reject",
        "an id is not a rounded number such as 5.3E+11 or 390464000000",
        "format the column as Text and paste the ids again",
    ),
    Rule(
        "D04",
        "quarantine",
        "the first seven digits of an NCES id are its district's id",
        "check district and school id against the NCES directory",
    ),
    Rule(
        "D05",
        "quarantine",
        "the first two digits of an NCES id are the code of its state",
        "check the id against the NCES directory",
    ),
    Rule("D06", "reject", "an NCES id stands once per directory file and year", "remove the second row of the school"),
    Rule(
        "D07",
        "warn",
        "a state's school id has the shape that the state uses",
        "send the id as the state's directory writes it",
    ),
    Rule("D09", "fix", "a private school's id keeps its leading zeros", "nothing to do: the zeros were put back"),
    Rule("D10", "warn", "a status is one of the eight of NCES", "use the words of the NCES file"),
    Rule("D11", "warn", "a kind of school is one of the four of NCES", "use the words of the NCES file"),
    Rule("D13", "warn", "the lowest grade is not above the highest", "check the grades of the school"),
    Rule("D17", "warn", "a ZIP code has five digits", "send the ZIP code as text"),
    Rule(
        "D19",
        "warn",
        "a position is a number, is not 0,0, and lies in the United States",
        "check latitude and longitude",
    ),
    Rule("D21", "warn", "a locale is one of the twelve codes of NCES", "use the codes 11 to 43"),
    Rule(
        "D28",
        "quarantine",
        "a name and an address belong to one school",
        "say whether these are one school, and which id survives",
    ),
    Rule(
        "D30",
        "warn",
        "a count is a number of students, not a code for missing",
        "leave the cell empty where the count is missing",
    ),
    Rule("D31", "reject", "a directory row has an id, a name and a state", "complete the row"),
    Rule(
        "D32",
        "warn",
        "a state is a postal code or the name of a state",
        "write the two-letter postal code of the state",
    ),
    # State course files
    Rule(
        "S01",
        "quarantine",
        "the NCES id or the state's id leads to a school of the directory",
        "check the ids of the school; one is enough",
    ),
    Rule(
        "S02",
        "quarantine",
        "the NCES id and the state's id lead to the same school",
        "say which of the two ids is right",
    ),
    Rule(
        "S03", "reject", "a state's school id starts with the state's code", "check that the row belongs to this state"
    ),
    Rule(
        "S06",
        "quarantine",
        "the course is in the state's catalog of that year",
        "say whether the course counts as computer science",
    ),
    Rule("S07", "fix", "a course code has its full length", "nothing to do: the lost zeros were put back"),
    Rule(
        "S10",
        "warn",
        "the course is computer science, not use of computers",
        "nothing to do: the row is kept and is not evidence",
    ),
    Rule(
        "S11",
        "warn",
        "a count is a whole number, or a known mark for a hidden or missing one",
        "write a whole number, * for hidden, or unspecified",
    ),
    Rule("S13", "warn", "no group is larger than the whole course", "check the counts of the row"),
    Rule("S16", "fix", "a row stands once", "nothing to do: the repeated row was folded into the first"),
    Rule(
        "S17",
        "fix",
        "sections of one course at one school are one offering",
        "nothing to do: the sections were folded into one",
    ),
    Rule(
        "S20",
        "quarantine",
        "the school was operating that year",
        "check the school year, or name the school's successor",
    ),
    Rule(
        "S22",
        "block",
        "the school year inside the file is the year it was received for",
        "receive the file under the right year",
    ),
    Rule("S25", "warn", "a new delivery takes nothing back", "check the list of withdrawn offerings"),
    Rule("S26", "reject", "a row names a school", "remove the empty row, or add name or id of the school"),
    Rule("S27", "fix", "an id has no spaces around its dashes", "nothing to do: the spaces were removed"),
    Rule(
        "S28",
        "quarantine",
        "the school part of a state id repeats the district part, where the state builds ids so",
        "check the state id",
    ),
    Rule(
        "S29",
        "fix",
        "an offering stands as the last delivery gives it",
        "nothing to do: the row of the later delivery counts",
    ),
    # Survey
    Rule("R01", "warn", "an e-mail address can be written to", "nothing to do: the answer is kept without a contact"),
    Rule(
        "R02",
        "warn",
        "the role is one of the six of the form",
        "nothing to do: the answer counts as from somebody else",
    ),
    Rule("R03", "reject", "an answer is one of the choices of the form", "use the words of the form"),
    Rule(
        "R04",
        "quarantine",
        "an answer was sent in the school year it speaks of, or within a year of it",
        "check the school year of the answer",
    ),
    Rule("R05", "quarantine", "an answer leads to one school of the directory", "pick the school"),
    Rule("R07", "fix", "a person answers once for a school and year", "nothing to do: the last answer counts"),
    Rule(
        "R14",
        "quarantine",
        "the school was operating when the answer was sent",
        "check the school, or name its successor",
    ),
    Rule("R18", "reject", "an answer names a school", "add the school's id, or its name and state"),
    # AP, IB, providers, decisions
    Rule("A01", "fix", "a school code has six digits", "nothing to do: the lost zeros were put back"),
    Rule("A02", "reject", "a school code is not blank and not 000000", "add the school's code"),
    Rule("A03", "quarantine", "a school code leads to a school of the same year", "add the code to the list of codes"),
    Rule("A04", "reject", "exam, level and course are known", "use the names of the ledger"),
    Rule("A05", "warn", "the school is in the United States", "nothing to do: the row is left out"),
    Rule("A06", "reject", "a code belongs to one school in a year", "say which school has the code"),
    Rule("C03", "reject", "a decision says who, when and why", "complete the row"),
    Rule("C04", "reject", "an id stands for one decision", "give each decision an id of its own"),
    Rule(
        "C05",
        "reject",
        "a decision holds for its own school year only, the one it was received for",
        "receive the row under its school year",
    ),
    Rule(
        "C08", "reject", "a decision has a kind and an answer that the pipeline knows", "use the words of the worksheet"
    ),
    Rule("C09", "reject", "a decision names a school of the directory by its NCES id", "add the school's NCES id"),
    # Cross-file and published
    Rule("X01", "quarantine", "a state's school id belongs to one NCES id", "say which school has the state id"),
    Rule("X11", "block", "every published answer has its evidence", "report this: the pipeline lost a reason"),
    Rule(
        "X12", "block", "rows in are rows kept, rejected, merged and excluded", "report this: the pipeline lost a row"
    ),
    Rule(
        "P01",
        "block",
        "every school of the directory stands exactly once in the answer",
        "report this: the pipeline lost or doubled a school",
    ),
    Rule("P03", "block", "no restricted value is published", "report this: a restricted value leaked"),
    Rule(
        "P05",
        "block",
        "a table has the columns, types and values it declares",
        "correct the table or its declaration in schemas/",
    ),
    Rule(
        "P06",
        "block",
        "totals of the summary are those of the schools",
        "report this: the summary and the schools differ",
    ),
)


def rule(rule_id: str) -> Rule:
    """The rule of that id. Raises KeyError when it is not declared."""
    return RULES[rule_id]
