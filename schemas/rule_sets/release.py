"""Rules X and P: across files and years, and of what is published. Holds no code that checks anything."""

from __future__ import annotations

from schemas.rule_model import Rule

RELEASE = (
    Rule(
        "P01",
        "block",
        "every school of the directory stands exactly once in the answer",
        "report this: the pipeline lost or doubled a school",
    ),
    Rule(
        "P02",
        "block",
        "a table of a tier has the columns of the tiers below it, and only declared ones",
        "declare the column and its tier in schemas/columns/ and schemas/tables/",
    ),
    Rule("P03", "block", "no restricted value is published", "report this: a restricted value leaked"),
    Rule(
        "P04",
        "block",
        "no small number of students is published",
        "take the column out of the public tier, or suppress the number and one more",
        shows="restricted",
    ),
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
    Rule(
        "P07",
        "block",
        "the same tables give the same bytes",
        "report this: the order of the rows decides something",
    ),
    Rule(
        "X01",
        "quarantine",
        "a state's school id belongs to one NCES id, and an NCES id has one state id",
        "say which school has the state id",
        version=2,
    ),
    Rule(
        "X02",
        "quarantine",
        "a school that keeps its id keeps its place, or its name",
        "say whether this is still the school of the year before, or a new one under an old id",
    ),
    Rule(
        "X03", "warn", "a school that changes its district has the status changed", "check the district of the school"
    ),
    Rule(
        "X04",
        "warn",
        "a state has about as many schools as the year before",
        "check that the directory file is whole; a change above the upper bound must be explained",
    ),
    Rule(
        "X05",
        "warn",
        "a school that goes was closed or inactive before, or nearly all did",
        "check whether the schools were renumbered",
    ),
    Rule(
        "X06",
        "quarantine",
        "few schools of a state turn from Yes to No, or from No to Yes, within a year",
        "compare the files of both years before the answers are published",
    ),
    Rule(
        "X07",
        "block",
        "a state that sent courses the year before sends some this year",
        "check the state's file of this year",
    ),
    Rule(
        "X08",
        "warn",
        "a state's file and its teachers mostly say the same",
        "look at the schools where they differ; one of the two may be of another year",
    ),
    Rule(
        "X09",
        "warn",
        "most answers of a state rest on evidence of the year itself",
        "ask the state for its file: answers of earlier years are carried for two years only",
    ),
    Rule(
        "X10",
        "block",
        "a school on the AP or IB ledger is not answered No, but by a decision",
        "report this: the order of the evidence is broken",
    ),
    Rule("X11", "block", "every published answer has its evidence", "report this: the pipeline lost a reason"),
    Rule(
        "X12", "block", "rows in are rows kept, rejected, merged and excluded", "report this: the pipeline lost a row"
    ),
    Rule(
        "X13",
        "warn",
        "a school that a ledger or a provider names is not missing from its state's complete file",
        "ask the state for the course; until then the policy says which of the two counts",
    ),
    Rule(
        "X14",
        "quarantine",
        "a school that a ledger or a provider names has a course that counts, where its state lists its courses",
        "look at the school's courses: say whether one of them counts, or whether the list is of another year",
    ),
    Rule(
        "X15",
        "quarantine",
        "few answers of a state turn from one release to the next",
        "look at the causes in the diff, and approve the state by name if they are right",
    ),
    Rule(
        "X16",
        "quarantine",
        "a state has about as many schools as in the last release",
        "look at the schools that came and went, and approve the state by name if that is right",
    ),
    Rule(
        "X17",
        "quarantine",
        "a state does not lose its answers from one release to the next",
        "look for the file that is missing, and approve the state by name if it is not to be had",
    ),
)
