"""CCD 052 membership and 033 lunch in their long form, for a few schools. Says nothing of names, places or grades."""

from __future__ import annotations

from tests.world.directory import IDS, id_cells
from tests.world.files import Sent, names, table_text
from tests.world.schools import School, by_key

RACES = {
    "American Indian or Alaska Native": 0.03,
    "Asian": 0.12,
    "Hispanic/Latino": 0.3,
    "Black or African American": 0.15,
    "White": 0.33,
    "Native Hawaiian or Other Pacific Islander": 0.02,
    "Two or more races": 0.05,
}


def _long_rows() -> list[School]:
    keys = (
        "ap_yes teacher_yes elementary ib_yes doe_yes closed campus_upper id_silent nowhere withdrawn mixed_grades bie"
    )
    return [by_key()[key].in_year("2018-19") for key in keys.split()]


def _unlisted(row: dict[str, str], nces: str) -> dict[str, str]:
    # defect 28: statistics of ids that the directory does not have, among them 0.
    return {**row, "NCESSCH": nces, "SCH_NAME": "", "LEAID": nces[:7], "ST_SCHID": ""}


def ccd_052() -> str:
    """Membership, long: the named totals and a few rows beside them that multiply the students when added."""
    header = [*IDS[:5], *IDS[6:], *names("GRADE RACE_ETHNICITY SEX STUDENT_COUNT TOTAL_INDICATOR DMS_FLAG")]
    blank = "No Category Codes"
    total = "Derived - Education Unit Total minus Adult Education Count"
    by_race = "Derived - Subtotal by Race/Ethnicity and Sex minus Adult Education Count"
    rows = []
    for school in _long_rows():
        ids = {name: value for name, value in id_cells(school, "2018-19").items() if name in header}

        def add(
            grade: str, race: str, sex: str, count: int | str, total_: str, flag: str, ids: dict[str, str] = ids
        ) -> None:
            cells = (grade, race, sex, str(count), total_, flag)
            rows.append({**ids, **dict(zip(header[-6:], cells, strict=True))})

        if school.key == "nowhere":
            add(blank, blank, blank, "", total, "Suppressed")  # a suppressed count is unknown, not zero
            continue
        parts = {race: round(school.students * share) for race, share in RACES.items()}
        for race, count in parts.items():
            add(blank, race, "Female", count // 2, by_race, "Derived")
            add(blank, race, "Male", count - count // 2, by_race, "Derived")
        add("Grade 9", "White", "Female", 11, "Category Set A - By Race/Ethnicity; Sex; Grade", "Reported")
        add("Grade 9", blank, blank, 40, "Subtotal 4 - By Grade", "Derived")
        add(blank, blank, blank, sum(parts.values()) + 3, "Education Unit Total", "Reported")
        add(blank, blank, blank, sum(parts.values()), total, "Derived")
    rows += [_unlisted(rows[0], "0"), _unlisted(rows[0], "069999900001")]
    return table_text(header, rows)


def ccd_033() -> str:
    """Lunch: free and reduced price add up; a program without a count leaves the sum unknown (defect 34)."""
    header = [*IDS[:5], *IDS[6:], *names("DATA_GROUP LUNCH_PROGRAM STUDENT_COUNT TOTAL_INDICATOR DMS_FLAG")]
    group = "Free and Reduced-price Lunch Table"
    rows = []
    for n, school in enumerate(_long_rows()):
        ids = {name: value for name, value in id_cells(school, "2018-19").items() if name in header}
        for program, share in (("Free lunch qualified", 4), ("Reduced-price lunch qualified", 20)):
            missing = n % 3 == 1
            rows.append(
                {
                    **ids,
                    "DATA_GROUP": group,
                    "LUNCH_PROGRAM": program,
                    "STUDENT_COUNT": "" if missing else str(school.students // share),
                    "TOTAL_INDICATOR": "Category Set A",
                    "DMS_FLAG": "Missing" if missing else "Reported",
                }
            )
    return table_text(header, rows)


def count_files() -> list[Sent]:
    """One file of each; every year borrows them."""
    return [
        Sent("nces_ccd_052", "2018-19", "ccd_sch_052_1819_l_1a_091019.csv", ccd_052().encode(), "2019-09-16"),
        Sent("nces_ccd_033", "2018-19", "ccd_sch_033_1819_l_1a_091019.csv", ccd_033().encode(), "2019-09-16"),
    ]
