"""Rules C: decisions of people. Holds no code that checks anything."""

from __future__ import annotations

from schemas.rule_model import Rule

DECISIONS = (
    Rule(
        "C01",
        "block",
        "a worksheet names one release that it was filled from",
        "fill the worksheet of the current release, and send it whole",
    ),
    Rule(
        "C02",
        "reject",
        "the answer that a decision changes is a known one, and another than the one decided",
        "copy the answer of the release into the row, or leave the row out",
    ),
    Rule("C03", "reject", "a decision says who, when and why", "complete the row", shows="partner"),
    Rule(
        "C04",
        "quarantine",
        "a worksheet says one thing of a school",
        "say which of the answers holds; until then a verdict is the newest, and a case stays open",
    ),
    Rule(
        "C05",
        "reject",
        "a decision holds for its own school year only, the one it was received for",
        "receive the row under its school year",
    ),
    Rule(
        "C06",
        "quarantine",
        "a decision does not take back what an AP or IB ledger proves",
        "let a second person look at the decision",
    ),
    Rule(
        "C07",
        "reject",
        "a decision speaks of a school of the reviewer's region",
        "let the reviewer of that state decide",
        shows="partner",
    ),
    Rule(
        "C08", "reject", "a decision has a kind and an answer that the pipeline knows", "use the words of the worksheet"
    ),
    Rule("C09", "reject", "a decision names a school of the directory by its NCES id", "add the school's NCES id"),
    Rule(
        "C11",
        "reject",
        "a decision says what it is about: its case and the evidence shown with it, or the course or source",
        "leave the locked columns of the worksheet as they are; only answers are filled in",
    ),
    Rule(
        "C12",
        "warn",
        "a decision still has something to decide",
        "nothing to do, unless the record, course or school should be there",
    ),
    Rule(
        "C13",
        "quarantine",
        "the evidence of a decision is what it was when it was made",
        "answer the case again; it shows what was seen then and what is so now",
    ),
    Rule(
        "C14",
        "reject",
        "a decision sets a field of the directory that may be set, to a value it may have",
        "use the words of the data dictionary",
    ),
    Rule("C10", "reject", "an id stands for one decision", "give each decision an id of its own"),
)
