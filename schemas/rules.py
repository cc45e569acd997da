"""Every validation rule: stable id, severity, what should be true, and how to put it right.

Ids are those of validation-and-reliability.md C3 where it has the rule. Holds no code that checks anything.
Severity: block refuses the file; reject sets the row aside; quarantine keeps it for a person; fix repairs it and says
so; warn counts it.
"""

from __future__ import annotations

from schemas.rule_model import Rule, Severity
from schemas.rule_sets.courses import COURSES
from schemas.rule_sets.decisions import DECISIONS
from schemas.rule_sets.directory import DIRECTORY
from schemas.rule_sets.ledgers import LEDGERS
from schemas.rule_sets.partners import PARTNERS
from schemas.rule_sets.release import RELEASE
from schemas.rule_sets.survey import SURVEY

__all__ = ["RULES", "Rule", "Severity", "rule"]


def _rules(*rules: Rule) -> dict[str, Rule]:
    table = {rule.id: rule for rule in rules}
    if len(table) != len(rules):
        raise ValueError("a rule id is declared twice in schemas/rules.py")
    return table


RULES: dict[str, Rule] = _rules(
    *DIRECTORY,
    *COURSES,
    *SURVEY,
    *LEDGERS,
    *DECISIONS,
    *PARTNERS,
    *RELEASE,
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
        "F12",
        "quarantine",
        "a file has about as many rows as the last one of its source",
        "check that the file is whole, and is the right one",
    ),
    Rule(
        "F13",
        "warn",
        "no cell begins like a formula of a spreadsheet (= + - @)",
        "send plain values; the text is kept, and is never written out as a formula",
    ),
    Rule(
        "F14",
        "block",
        "no data cell is merged, holds an error, or is a formula without a saved value",
        "unmerge the cells, save the sheet with plain values, and send it again",
    ),
    Rule(
        "F15",
        "warn",
        "a required column has values",
        "fill the column, or say why the values are not known",
    ),
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
    Rule(
        "F22",
        "quarantine",
        "no letter of a row was lost by a wrong encoding",
        "send the row again, from a file saved as UTF-8",
    ),
    Rule(
        "F23",
        "fix",
        "a column name carries no mark of a footnote",
        "nothing to do: the column was found without its mark",
    ),
    Rule(
        "F24",
        "reject",
        "the header stands once, and no total stands between the rows",
        "nothing to do: the line was set aside, because it is no record",
    ),
    Rule(
        "F25",
        "fix",
        'a cell holds its text without a guard such as ="0123" or \'0123',
        "nothing to do: the guard was taken off",
    ),
    Rule(
        "F26",
        "reject",
        "a code is not a date that a spreadsheet made of it, such as Mar-04",
        "format the column as Text, type the code again and send the row",
    ),
    Rule(
        "F27",
        "warn",
        "no row, column or sheet that matters is hidden",
        "check that the hidden rows are meant: hidden rows are read, hidden sheets are not",
    ),
    Rule(
        "F28",
        "warn",
        "the ending of the file's name says what the file holds",
        "rename the file; it was read for what it holds",
    ),
    Rule(
        "F29",
        "fix",
        "a cell holds no characters that nobody can see",
        "nothing to do: zero-width and direction characters were taken out",
    ),
    Rule(
        "F30",
        "fix",
        "a number that is shown with leading zeros is text",
        "nothing to do: the zeros that the sheet shows were kept",
    ),
    Rule(
        "F31",
        "fix",
        "letters are encoded once: Jos\u00e9, not Jos\u00c3\u00a9",
        "nothing to do: the letters were put back",
    ),
)


def rule(rule_id: str) -> Rule:
    """The rule of that id. Raises KeyError when it is not declared."""
    return RULES[rule_id]
