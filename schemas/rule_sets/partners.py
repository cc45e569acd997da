"""Rules G: regional partners and their areas. Holds no code that checks anything."""

from __future__ import annotations

from schemas.rule_model import Rule

PARTNERS = (
    Rule("G01", "reject", "a row names its partner by id and name", "complete the row", shows="partner"),
    Rule(
        "G02",
        "reject",
        "an area is a state or a ZIP code: exactly one of them is given",
        "leave one of the two cells blank; write a row for each area",
    ),
    Rule(
        "G03",
        "reject",
        "a state is one of the 50 or DC, and a ZIP code has five digits",
        "correct the cell; format ZIP codes as text, so that zeros stay",
    ),
    Rule(
        "G04",
        "quarantine",
        "an area belongs to one partner",
        "say whose area it is; until then its schools belong to no partner",
    ),
    Rule(
        "G05",
        "quarantine",
        "a partner has one name, one account and one class",
        "correct the rows that differ; until then each row keeps what it says",
        shows="partner",
    ),
    Rule("G07", "reject", "a request says whose it is, when and why", "complete the row", shows="partner"),
    Rule(
        "G08",
        "reject",
        "a request is of a kind that the season knows, and names its school",
        "use add, remove, update, merge, split or answer is wrong, and the school's NCES id (its name, to add one)",
    ),
    Rule("G06", "fix", "a partner has a class that the season knows", "nothing to do: the class was read as other"),
)
