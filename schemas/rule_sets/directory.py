"""Rules D: the school directory, file by file and as a whole. Holds no code that checks anything."""

from __future__ import annotations

from schemas.rule_model import Rule

DIRECTORY = (
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
    Rule(
        "D08",
        "quarantine",
        "a state's school id stands at one school of the directory",
        "say which school has the state id; both keep it until then",
    ),
    Rule("D09", "fix", "a private school's id keeps its leading zeros", "nothing to do: the zeros were put back"),
    Rule("D10", "warn", "a status is one of the eight of NCES, by code and by word", "use the words of the NCES file"),
    Rule(
        "D11",
        "warn",
        "a kind of school is one of the four of NCES, by code and by word",
        "use the words of the NCES file",
    ),
    Rule(
        "D12",
        "warn",
        "the date of a status is a date of the school year, or of the year before or after",
        "check the date",
    ),
    Rule("D13", "warn", "the lowest grade is not above the highest", "check the grades of the school"),
    Rule("D14", "warn", "lowest and highest grade are those of the grades offered", "check the grades of the school"),
    Rule("D15", "warn", "the level of a school agrees with its grades", "check level and grades of the school"),
    Rule("D16", "warn", "a school that operates offers a grade", "check status and grades of the school"),
    Rule(
        "D17",
        "warn",
        "a ZIP code has five digits and is one of its state",
        "send the ZIP code as text, and check the state of the address",
    ),
    Rule(
        "D18",
        "warn",
        "a school stands in the state that reports it, or is marked as out of state",
        "check the state of the address",
    ),
    Rule(
        "D19",
        "warn",
        "a position is a number, is not 0,0, and lies in the school's state",
        "check latitude and longitude",
    ),
    Rule(
        "D20",
        "block",
        "nearly every public school has a position in the geocodes of the same year",
        "check that the geocode file is whole and is of the year; short of the lower bound it is the wrong file",
    ),
    Rule("D21", "warn", "a locale is one of the twelve codes of NCES", "use the codes 11 to 43"),
    Rule(
        "D22",
        "fix",
        "a negative number or a mark is not a count of students",
        "nothing to do: the code for a missing count was made null",
    ),
    Rule(
        "D23",
        "warn",
        "students by race, and by grade, add up to no more than all students",
        "check the counts of the school",
    ),
    Rule(
        "D24",
        "warn",
        "students eligible for free or reduced-price lunch are no more than all students",
        "check the counts of the school",
    ),
    Rule(
        "D25",
        "warn",
        "a regular school that operates has students",
        "check status and count of the school",
    ),
    Rule(
        "D26",
        "warn",
        "a school that does not teach online has no more students than the largest real ones",
        "check the count: a sum of groups counts students twice",
    ),
    Rule(
        "D27",
        "warn",
        "a charter school stands in a state that had a charter law",
        "check the charter mark of the school",
    ),
    Rule(
        "D28",
        "quarantine",
        "a name and an address belong to one school",
        "say whether these are one school, and which id survives",
    ),
    Rule(
        "D29",
        "warn",
        "a school that teaches online only has no place on the map",
        "nothing to do: read position and locale as those of its office",
    ),
    Rule(
        "D30",
        "block",
        "no code for a missing value stands in the directory as a value",
        "name the code under `missing` in the source's YAML",
        version=2,
    ),
    Rule("D31", "reject", "a directory row has an id, a name and a state", "complete the row"),
    Rule(
        "D32",
        "warn",
        "a state is a postal code or the name of a state",
        "write the two-letter postal code of the state",
    ),
    Rule("D33", "warn", "a grade is one of the grades of NCES", "use PK, KG, 01 to 13, UG or AE"),
    Rule("D34", "warn", "a count of students is a whole number", "leave the cell empty where the count is missing"),
)
