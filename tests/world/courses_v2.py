"""Course files in the common layout of the states: California, Georgia and Idaho, with their oddities. No Washington."""

from __future__ import annotations

from collections.abc import Iterator

from tests.world.canaries import CANARIES
from tests.world.files import Sent, names, table_text
from tests.world.places import roll
from tests.world.schools import School, by_key, ordinary_schools, teaches

COUNTS = names(
    "num_students_enrolled num_students_female num_students_black_or_african_american "
    "num_students_hispanic_or_latino num_students_american_indian_or_native_alaskan "
    "num_students_native_hawaiian_or_pacific_islander num_students_free_or_reduced_lunch "
    "num_students_special_education_status num_students_english_language_learner_status"
)
V2 = ["school_name", "state_school_id", "nces_id", "course_id", "course_name", "teacher_name_or_id", *COUNTS]
V2_WITHOUT_TEACHER = [name for name in V2 if name != "teacher_name_or_id"]
MISSING = "unspecified"

CA_COURSES = (
    ("2472", "AP CSP"), ("2470", "AP CSA"), ("2451", "Computer Programming"), ("2453", "Computer Science"),
    ("8131", "Intermediate Systems Programming (Concentrator)"),
)  # fmt: skip
GA_COURSES = (
    ("11.0160000", "Advanced Placement, Computer Science A "),
    ("11.0190000", "Advanced Placement Computer Science Principles"),
    ("11.4720000", "Programming, Games, Apps and Society"),
)
GA_MIDDLE = ("11.0120000", "Foundations of Computer Programming (MS-CS-FCP)")
ID_COURSES = (
    ("02204", "AP/Dual Credit Computer Science - Mathematics (11-12 grade content)"),
    ("03208", "AP/Dual Credit Computer Science \u2013 Science (11th-12th grade content)"),
    ("101530", "Computer Science I"),
    ("101541", "Computer Science Principles (CSP)"),
)
Row = dict[str, str]


def row(school: School, code: str, title: str, teacher: str = MISSING, **cells: str) -> Row:
    """A row of the layout; counts that are not given are `unspecified`."""
    plain = {
        "school_name": school.name,
        "state_school_id": school.state_id,
        "nces_id": school.nces,
        "course_id": code,
        "course_name": title,
        "teacher_name_or_id": teacher,
    }
    return {**dict.fromkeys(COUNTS, MISSING), **plain, **cells}


def enrolled(count: int) -> Row:
    return {"num_students_enrolled": str(count)}


def listed_schools(state: str, year: str) -> Iterator[School]:
    """Ordinary schools that teach and that the state knows of: nine in ten."""
    for school in ordinary_schools(state, year):
        if teaches(school, year) and roll("listed", school.nces, year) < 0.9:
            yield school


def rolled_rows(state: str, year: str, courses: tuple[tuple[str, str], ...]) -> list[Row]:
    """One to three courses per listed school, ordered by name as the states send them."""
    rows = []
    for school in sorted(listed_schools(state, year), key=lambda s: (s.name, s.nces)):
        first, number = int(roll("course", school.nces) * len(courses)), 1 + int(roll("number", school.nces, year) * 3)
        for n in range(min(number, len(courses))):
            code, title = courses[(first + n) % len(courses)]
            students = 4 + int(roll("size", school.nces, code, year) * 90)
            rows.append(row(school, code, title, **(by_group if state == "CA" else enrolled)(students)))
    return rows


def by_group(count: int) -> Row:
    """The students of a course by group, as a state sends them that counts everything: fewer girls, Black and Hispanic
    students and students of free lunch than the schools have."""
    shares = (1, 0.31, 0.08, 0.22, 0.02, 0.01, 0.17, 0.06, 0.05)
    return {name: str(round(count * share)) for name, share in zip(COUNTS, shares, strict=True)}


# ---------------------------------------------------------------------------------------------------- California


def _as_california(rows: list[Row]) -> list[Row]:
    # defect 1: the leading zero of every NCES id is lost. Names are cut at 50 characters, the teacher column is blank.
    return [
        {
            **r,
            "nces_id": r["nces_id"].removeprefix("0"),
            "school_name": r["school_name"][:50],
            "teacher_name_or_id": "" if r["teacher_name_or_id"] == MISSING else r["teacher_name_or_id"],
        }
        for r in rows
    ]


def california(year: str) -> str:
    school = {key: s.in_year(year) for key, s in by_key().items()}
    rows = rolled_rows("CA", year, CA_COURSES)
    rows.append(row(school["overridden"], "2470", "AP CSA", **enrolled(31)))
    rows.append(row(school["charter_old"], "2451", "Computer Programming", **enrolled(12)))
    rows.append(row(school["long_name"], "2453", "Computer Science", **enrolled(51)))
    some = next(listed_schools("CA", year))
    if year == "2017-18":
        # domain.md 5: later rows with ids only stand at the end: no course, no name.
        rows += [row(s, MISSING, "", school_name="") for s in list(listed_schools("CA", year))[3:5]]
    if year == "2018-19":
        # The charter was renumbered: the state still sends the old NCES id beside the state id that stayed.
        # defect 8: a code outside the list of the state, to review and never a log line only.
        rows.append(row(some, "2499", "Robotics Studio", **enrolled(18)))
        # defect 9: a district's id where a course code belongs.
        rows.append(row(some, some.state_id.split("-")[1], "Computer Science", **enrolled(18)))
        # defect 8: a school that no directory knows.
        gone = {"state_school_id": "CA-9999999-9999999", "nces_id": "069999900123"}
        rows.append(row(some, "2453", "Computer Science", school_name="Nowherecote High", **gone))
        # defect 37: a teacher's name in a state's file.
        named = CANARIES["teacher_name_or_id"]
        rows.append(row(school["long_name"], "2472", "AP CSP", teacher=named, **enrolled(22)))
        # defect 22: phantom rows at the end, without school or course.
        phantom = {"school_name": "", "state_school_id": "", "nces_id": "", "course_id": "", "course_name": ""}
        rows += [row(some, "", "", teacher=MISSING, **phantom) for _ in range(3)]
    return table_text(V2, _as_california(rows))


def california_supplement() -> str:
    """defect 12: a delivery of two rows, which must add to the year and not stand for it."""
    teaching = list(listed_schools("CA", "2017-18"))
    return table_text(V2, _as_california([row(s, MISSING, MISSING) for s in teaching[-2:]]))


def california_changes() -> str:
    """Only what changed, with a column that nobody declared (F17)."""
    rows = _as_california([row(by_key()["changed"], "2472", "AP CSP", **enrolled(27))])
    return table_text([*V2, "district_comment"], [{**r, "district_comment": "added in August"} for r in rows])


# ------------------------------------------------------------------------------------------------------- Georgia

GEORGIA_PAGE = """<!DOCTYPE html>
<html><head><title>Sign in to the file exchange</title></head>
<body><h1>Your session has expired</h1><p>Please sign in again to download 2016-2017.csv.</p></body></html>
"""


def georgia(year: str) -> str:
    school = {key: s.in_year(year) for key, s in by_key().items()}
    rows = rolled_rows("GA", year, GA_COURSES)
    ap, middle = GA_COURSES[0], GA_MIDDLE
    rows += [
        row(school[key], *ap, **enrolled(16)) for key in ("teacher_no", "doe_yes", "state_charter", "lakeside_here")
    ]
    # defect 17: the school's state id of that year, and nothing else to go by.
    rows.append(row(school["rekeyed"], *ap, nces_id=MISSING, **enrolled(9)))
    if year == "2017-18":
        # defect 4, as a spreadsheet shows it.
        rows.append(row(school["rounded"], *ap, nces_id="1.39901E+11"))
        # defect 6: decimals cut; 11.019 is 11.0190000.
        rows = [{**r, "course_id": r["course_id"].rstrip("0")} for r in rows]
        # The header stands in row 4, below a title (validation F07).
        title = "Georgia Department of Education,,\nComputer science courses 2017-2018,,\n,,\n"
        return title + table_text(V2, rows)
    # defect 4: an id rounded by a spreadsheet; it is never repaired, the state id is tried.
    rows.append(row(school["rounded"], *ap, nces_id="139901000000"))
    # defect 3: a row on another district's school of the same name; the two ids lead to two schools.
    there = school["lakeside_there"]
    rows.append(row(there, *ap, state_school_id=school["lakeside_here"].state_id, **enrolled(51)))
    # defect 16: two NCES ids with one state id; the last row gives only the id that they share.
    rows += [row(school["campus_lower"], *middle), row(school["campus_upper"], *ap)]
    rows.append(row(school["campus_upper"], *GA_COURSES[1], school_name="Twincombe Campus", nces_id=MISSING))
    # S20: a row for a school that closed.
    rows.append(row(school["asked_closed"], *ap, **enrolled(5)))
    # defect 38: a course of the middle grades at a high school, whose name is spelled in three ways.
    for name in ("Listedbeck High School", "LISTEDBECK  HIGH SCHOOL ", "Listedbeck Hgih School"):
        rows.append(row(school["doe_yes"], *middle, school_name=name, **enrolled(30)))
    first, *_, last = list(listed_schools("GA", year))
    spaced = first.state_id.replace("-", " - ")
    rows += [
        # defect 7: spaces around the dashes of an id.
        row(first, *ap, nces_id=MISSING, state_school_id=spaced, **enrolled(21)),
        # defect 23: a misspelt marker, one with a space behind it, a line break inside a cell.
        row(
            last, "11.4710000", "Introduction to Software \n", nces_id="Unspecifed", num_students_female="unspecified "
        ),
        # defect 23: a note typed into the name, and a code where the title belongs.
        row(last, GA_COURSES[1][0], "ctit001", school_name=f"{last.name} USE {last.state_id[-4:]}"),
        # defect 11: ranges, stars and a mark that nobody knows (S11).
        row(
            last,
            *GA_COURSES[2],
            num_students_enrolled="<=10",
            num_students_female="*",
            num_students_hispanic_or_latino="few",
        ),
        # defect 36: the same row twice, a teacher's name with it (defect 37).
        row(first, *GA_COURSES[1], CANARIES["teacher_name_or_id"], **enrolled(14)),
        row(first, *GA_COURSES[1], CANARIES["teacher_name_or_id"], **enrolled(14)),
        # S03: another state's school; the row is rejected, and its teacher with it.
        row(first, *ap, CANARIES["teacher_name_or_id"], state_school_id="AL-901-0200", nces_id="019900100200"),
    ]
    return table_text(V2, rows)


# --------------------------------------------------------------------------------------------------------- Idaho


def idaho_2017() -> str:
    """14 columns, blank state ids, and codes without their zero (defects 5 and 23)."""
    rows = rolled_rows("ID", "2017-18", ID_COURSES)
    rows.append(row(by_key()["id_earlier"], *ID_COURSES[0], **enrolled(43)))
    short = [{**r, "state_school_id": "", "course_id": r["course_id"].removeprefix("0")} for r in rows]
    return table_text(V2_WITHOUT_TEACHER, ({name: r[name] for name in V2_WITHOUT_TEACHER} for r in short))


def idaho_2018() -> str:
    """Only the schools whose answer changed (defect 12, as Michigan 2021-22), with hidden counts and CEP."""
    school = by_key()
    conflict, totals = school["conflict_state"], school["school_totals"]
    some = [s for s in listed_schools("ID", "2018-19") if s.is_high][:6]
    stars = {"num_students_special_education_status": "**", "num_students_english_language_learner_status": "**"}
    whole = {"num_students_enrolled": "412", "num_students_female": "201", "num_students_free_or_reduced_lunch": "CEP"}
    rows = [row(s, *ID_COURSES[n % 4], **{**enrolled(17 + 9 * n), **stars}) for n, s in enumerate(some)]
    rows += [
        # defect 3: the Timberline case; the state id leads to one school, the NCES id to another district's.
        row(conflict, *ID_COURSES[1], nces_id=school["conflict_nces"].nces, **enrolled(105)),
        # defect 21: the same number on every course is the school's, not the course's.
        row(totals, *ID_COURSES[2], **whole),
        row(totals, *ID_COURSES[3], **whole),
        # defect 20: robotics, which a state must decide on. S13: more girls than students.
        row(some[0], "21009", "Robotics (Gr. 9-12)", num_students_enrolled="9", num_students_female="11"),
        # defect 39: a campus suffix behind the name and two courses in one cell.
        row(some[1], MISSING, "Java Programming Database Programming", nces_id=MISSING, school_name=f"{some[1].name} - 01"),
        # An online school that the directory does not have.
        row(some[2], *ID_COURSES[0], school_name="IDLA-like Online School", nces_id=MISSING, state_school_id="ID-999-9082"),
    ]  # fmt: skip
    # F11: a total and a note below the table.
    return (
        table_text(V2, rows) + 'Total,,,,,,1204,,,,,,,,\n"Note: ** stands for fewer than 5 students.",,,,,,,,,,,,,,\n'
    )


def v2_files() -> list[Sent]:
    """The deliveries of the three states, in the order of arrival. Idaho 2016-17 was never sent (defect 19)."""
    return [
        Sent("ca", "2016-17", "2016-2017.csv", california("2016-17").encode(), "2017-08-21"),
        # F03: a sign-in page saved under the name of the file; Georgia 2016-17 is refused and stays not reported.
        Sent(
            "ga",
            "2016-17",
            "2016-2017.csv",
            GEORGIA_PAGE.encode(),
            "2017-08-30",
            note="downloaded from the state's portal",
        ),
        Sent("ca", "2017-18", "2017-2018.csv", california("2017-18").encode(), "2018-08-20"),
        Sent("ca", "2017-18", "2017-2018.2.csv", california_supplement().encode(), "2018-10-01", "supplement"),
        Sent("ga", "2017-18", "2017-2018.csv", georgia("2017-18").encode(), "2018-08-28"),
        Sent("id", "2017-18", "2017-2018.2.csv", idaho_2017().encode(), "2018-09-11"),
        Sent("ca", "2018-19", "2018-2019.csv", california("2018-19").encode(), "2019-08-19"),
        # defect 23: file names drift as well.
        Sent("ca", "2018-19", "2018_2019.2.csv", california_changes().encode(), "2019-09-30", "changes"),
        Sent("ga", "2018-19", "2018-2019.csv", georgia("2018-19").encode(), "2019-08-27"),
        Sent("id", "2018-19", "2018-2019.csv", idaho_2018().encode(), "2019-09-12", "changes"),
    ]
