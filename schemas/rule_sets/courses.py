"""Rules S: the states' course files. Holds no code that checks anything."""

from __future__ import annotations

from schemas.rule_model import Rule

COURSES = (
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
        "S04",
        "quarantine",
        "an id leads to a school of the same year, not only to one of another year",
        "say which school has followed the one that the id meant",
    ),
    Rule(
        "S05",
        "quarantine",
        "the name in the file is like the name of the school that the id leads to",
        "check whether ids and names stand in the same rows",
    ),
    Rule(
        "S06",
        "quarantine",
        "the course is in the state's catalog of that year",
        "say whether the course counts as computer science",
    ),
    Rule("S07", "fix", "a course code has its full length", "nothing to do: the lost zeros were put back"),
    Rule(
        "S08",
        "quarantine",
        "the title of a course does not contradict its code",
        "say whether the course counts, in schemas/courses/: under its code, or by its title under every code (*)",
    ),
    Rule(
        "S09",
        "block",
        "the course column holds courses, not ids of districts or schools",
        "check that no column has moved, and send the file again",
    ),
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
        shows="partner",
    ),
    Rule(
        "S12",
        "warn",
        "a course that is offered has students",
        "check the number; where the state's layout asks for it, a row with none or a hidden one is no evidence",
        shows="partner",
    ),
    Rule("S13", "warn", "no group is larger than the whole course", "check the counts of the row", shows="partner"),
    Rule(
        "S14",
        "quarantine",
        "groups that exclude each other add up to no more than the whole course",
        "check the counts of the row",
        shows="partner",
    ),
    Rule(
        "S15",
        "warn",
        "a course has no more students than its school",
        "check the count: it may be that of the school or of several years",
        shows="partner",
    ),
    Rule("S16", "fix", "a row stands once", "nothing to do: the repeated row was folded into the first"),
    Rule(
        "S17",
        "fix",
        "sections of one course at one school are one offering",
        "nothing to do: the sections were folded into one",
    ),
    Rule(
        "S18",
        "warn",
        "an AP course in the state's file is on the College Board's ledger, and the other way round",
        "nothing to do: both are kept as evidence",
    ),
    Rule(
        "S19",
        "warn",
        "a course is of the grades that its school offers",
        "check the school's id: a course of the higher grades at a lower school points to a wrong row",
    ),
    Rule(
        "S20",
        "quarantine",
        "the school was operating that year",
        "check the school year, or name the school's successor",
    ),
    Rule(
        "S21",
        "fix",
        "a teacher's name or number stays in the restricted tier",
        "nothing to do: the names were moved; send the file without them",
        shows="restricted",
    ),
    Rule(
        "S22",
        "block",
        "the school year inside the file is the year it was received for",
        "receive the file under the right year",
    ),
    Rule(
        "S23",
        "quarantine",
        "nearly all schools of a file lead to a school of the directory",
        "check that ids and year of the file are right before its answers are used",
    ),
    Rule(
        "S24",
        "warn",
        "a complete file names enough of the state's high schools for its silence to mean No",
        "ask the state whether the file is complete; no school is inferred No until then",
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
    Rule(
        "S30",
        "warn",
        "a row says which course is offered",
        "nothing to do: the rows say that none is, and are no evidence",
    ),
    Rule(
        "S31",
        "quarantine",
        "an answer is one that the state's layout knows",
        "say what the cell means: list it under teaches_when or not_when in the source's YAML",
    ),
    Rule(
        "S32",
        "warn",
        "the numbers of a school's courses are those of the courses, not of the school",
        "nothing to do: read the numbers as those of the school, not of the course",
        shows="partner",
    ),
)
