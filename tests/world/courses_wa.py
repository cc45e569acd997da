"""Washington's course files: its own layout, internal ids first and course codes later. No other state's."""

from __future__ import annotations

from tests.world.courses_v2 import listed_schools
from tests.world.files import Sent, table_text
from tests.world.places import pick, roll
from tests.world.schools import School, by_key, ordinary_schools, teaches

HEADER = ["DistrictCode", "DistrictName", "SchoolCode", "SchoolName", "term", "CODE", "courseTitle", "LABEL", "count"]
# Course code -> (OSPI's internal id, titles as schools type them).
COURSES = {
    "10157": ("3026", ("AP Computer Science A", "AP Comp Sci", "AP COMPUTER SCIENCE A")),
    "10152": ("2707", ("INTRO PROGRMNG", "INTRO TO PROGRAMMING ", "INTCOMPSCI/GAME DES")),
    "10019": ("3055", ("AP Computer Science Principles", "AP CSP")),
    "10011": ("2491", ("Computer Science Principles", "COMPUTER SCI")),
    "10151": ("2706", ("INTRO COMP PRGM", "COMPUTER SCI")),
    "10201": ("2712", ("WEB DESIGN", "Web Design A")),
    "10004": ("2696", ("COMPUTER APPS", "MICROSOFT IT 1")),
    # defect 8: a code that no list of the state has; its first delivery's id is unknown too, so it seems withdrawn (S25).
    "10777": ("9999", ("GENIUS BAR",)),
}
YES = ("10157", "10152", "10019", "10011")
NO = ("10004", "10201")


def _rows(school: School, code: str, year: str, terms: tuple[str, ...] = ("SEM1", "SEM2")) -> list[dict[str, str]]:
    """defect 36: one row per term and local title; together they are one offering (S17)."""
    district, number = school.state_id.split("-")[1:]
    title = pick(COURSES[code][1], "title", school.nces, code)
    return [
        {
            # defect 1: the district code lost its leading zero.
            "DistrictCode": district.lstrip("0"),
            "DistrictName": school.town.district,
            "SchoolCode": number,
            "SchoolName": school.name,
            "term": term,
            "CODE": code,
            "courseTitle": title,
            "LABEL": "yes" if code in YES else "no",
            "count": str(3 + int(roll("count", school.nces, code, term, year) * 50)),
        }
        for term in terms
    ]


def _season(year: str) -> list[dict[str, str]]:
    school = {key: s.in_year(year) for key, s in by_key().items()}
    rows = []
    for one in listed_schools("WA", year):
        rows += _rows(one, YES[int(roll("course", one.nces) * len(YES))], year)
    # defect 20: use of computers and web design, sent for schools that teach nothing else.
    for one in (s for s in ordinary_schools("WA", year) if not teaches(s, year)):
        if roll("other", one.nces) < 0.5:
            rows += _rows(one, NO[int(roll("no", one.nces) * len(NO))], year, ("TRI1",))
    rows += _rows(school["lost_zero"], "10152", year)
    rows += _rows(school["web_only"], "10201", year)
    if year == "2018-19":
        rows += _rows(school["waiting"], "10151", year)
        rows += _rows(next(listed_schools("WA", year)), "10777", year, ("ALLYR",))
    if year != "2016-17":
        rows += _rows(school["withdrawn"], "10157", year)
    return rows


def _text(rows: list[dict[str, str]], code_column: str, label_column: str) -> str:
    internal = code_column == "stateCourseCodeId"
    header = [{"CODE": code_column, "LABEL": label_column}.get(name, name) for name in HEADER]
    sent = (
        {
            **{name: value for name, value in row.items() if name not in ("CODE", "LABEL")},
            code_column: COURSES[row["CODE"]][0] if internal else row["CODE"],
            label_column: row["LABEL"],
        }
        for row in rows
    )
    return table_text(header, sent, end="\r\n")


def wa_files() -> list[Sent]:
    """The deliveries of Washington. The second one of 2018-19 is full again: it replaces the first, recoded."""
    last = _season("2018-19")
    # defect 31: the corrected delivery takes offerings back; adding its rows to the first would keep them for ever.
    taken_back = {by_key()["withdrawn"].name, [*listed_schools("WA", "2018-19")][-1].name}
    corrected = [row for row in last if row["SchoolName"] not in taken_back]
    texts = {
        "2016-2017.csv": _text(_season("2016-17"), "stateCourseCodeId", "cs_course"),
        "2017-2018.csv": _text(_season("2017-18"), "stateCourseCodeId", "cs_course"),
        "2018-2019.csv": _text(last, "stateCourseCodeId", "cs_course"),
        "2018-2019.2.csv": _text(corrected, "StateCourseCode", "CS_Courses"),
    }
    days = ("2017-10-02", "2018-10-05", "2019-10-07", "2019-11-18")
    return [
        Sent("wa", f"{name[:4]}-{name[7:9]}", name, text.encode(), day)
        for (name, text), day in zip(texts.items(), days, strict=True)
    ]
