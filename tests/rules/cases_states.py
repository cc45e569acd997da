"""Cases of the rules S and X01: a state's file, and its records beside the schools they led to."""

from __future__ import annotations

from functools import cache
from typing import Any

from schemas.columns import COUNTS
from tests.rules.cases import Case
from tests.rules.runners import Fired, answers, compared, courses, linked, schools
from tests.unit.reconciled_builder import World

SOUND = {
    "school_name": "Kestrel High",
    "state_school_id_given": "FL-03-0491",
    "nces_school_id_given": "120009000067",
    "course_code": "0200320",
    "course_name": "AP COMPUTER SCI A",
    "teacher_name_or_id": "unspecified",
    **dict.fromkeys(COUNTS, "unspecified"),
}
LISTED = [("0200320", "AP COMPUTER SCI A", "counts"), ("9001110", "FOUND OF WEB DESIGN", "does_not_count")]
TEXAS = {**SOUND, "state_school_id_given": "TX-001903-001903001", "nces_school_id_given": ""}
TEXAS |= {"course_code": "03580300", "course_name": ""}
OTHER = {**SOUND, "school_name": "Osprey High", "state_school_id_given": "FL-03-0492", "nces_school_id_given": ""}
GIVEN = {"nces_school_id_given": "120009000067", "school_name": "Kestrel High"}
COURSE = {**GIVEN, "course_name": "AP Computer Science A", "counts_as_cs": "counts", "counts_basis": "AP course"}


@cache
def _sound() -> Fired:
    return courses(SOUND, listed=LISTED)


@cache
def _matched() -> Fired:
    return linked(GIVEN)


@cache
def _compared() -> Fired:
    return compared(COURSE)


@cache
def _texas() -> Fired:
    return courses(TEXAS, state="tx")


def row(**change: str) -> Case:
    return Case(lambda: courses({**SOUND, **change}, listed=LISTED), _sound)


def match(among: Any = None, **change: Any) -> Case:
    return Case(lambda: linked({**GIVEN, **change}, among=among), _matched)


def compare(among: Any = None, **change: Any) -> Case:
    return Case(lambda: compared({**COURSE, **change}, among=among), _compared)


def _numbers(same: bool) -> Fired:
    rows = [
        {
            **SOUND,
            "state_school_id_given": f"FL-03-{n:04d}",
            "nces_school_id_given": "",
            "course_code": code,
            "enrolled": str(100 + n + (0 if same else place)),
        }
        for n in range(4)
        for place, (code, _, _) in enumerate(LISTED)
    ]
    return courses(*rows, listed=LISTED)


def _unmatched(many: int) -> Fired:
    return compared(*({"state_school_id_given": f"FL-99-{n:04d}", "school_name": f"No {n}"} for n in range(many)))


def _silent_state(high_schools: int) -> Fired:
    world = World().file().course()
    for number in range(1, high_schools):
        world.school(nces=f"02000001{number:04d}")
    return answers(world, absent={"ak": 1 - 1 / high_schools})


@cache
def _answered(answer: str) -> Fired:
    """A row of Massachusetts' own layout, whose column of answers says whether the course is taught."""
    row = {**SOUND, "state_school_id_given": "MA-0001-00010599", "nces_school_id_given": "", "enrolled": "20"}
    return courses({**row, "course_code": "10157", "programming": answer}, state="ma", layout="state_v1")


CASES: dict[str, Case] = {
    "S01": match(nces_school_id_given="", school_name="Nowhere High"),
    "S02": match(
        schools({}, {"nces_school_id": "120009000068", "state_school_id": "FL-03-0492"}),
        state_school_id_given="FL-03-0492",
    ),
    "S03": row(state_school_id_given="GA-601-0103"),
    "S04": Case(
        lambda: compared({"nces_school_id_given": "120009000001"}, before=schools({"nces_school_id": "120009000001"})),
        lambda: compared({"nces_school_id_given": "120009000001"}, before=schools()),
    ),
    "S05": compare(school_name="Riverbend Elementary"),
    "S06": row(course_code="0209999"),
    "S07": row(course_code="200320"),
    "S08": row(course_name="FOUND OF WEB DESIGN"),
    "S09": Case(lambda: courses({**TEXAS, "course_code": "1903"}, state="tx"), _texas),
    "S10": row(course_code="9001110", course_name="FOUND OF WEB DESIGN"),
    "S11": row(enrolled="many"),
    "S12": row(enrolled="0"),
    "S13": row(enrolled="20", female="21"),
    "S14": row(enrolled="20", black="11", hispanic="11"),
    "S15": compare(enrolled=151),
    "S16": Case(lambda: courses(SOUND, SOUND, listed=LISTED), _sound),
    "S17": Case(
        lambda: courses({**SOUND, "enrolled": "20"}, {**SOUND, "enrolled": "22"}, listed=LISTED),
        lambda: courses({**SOUND, "enrolled": "20"}, listed=LISTED),
    ),
    "S18": Case(
        lambda: compared(COURSE, among=schools({}, {"nces_school_id": "120009000068"}), ap=["120009000068"]),
        lambda: compared(COURSE, ap=["120009000067"]),
    ),
    "S19": compare(schools({"offers_high": False, "offers_k8": True})),
    "S20": match(schools({"is_operating": False})),
    "S21": row(teacher_name_or_id="CANARY TEACHER"),
    "S23": Case(lambda: _unmatched(11), lambda: _unmatched(10)),
    "S24": Case(lambda: _silent_state(25), lambda: _silent_state(2)),
    "S25": Case(
        lambda: courses(SOUND, earlier=[SOUND, OTHER], listed=LISTED),
        lambda: courses(SOUND, earlier=[SOUND], listed=LISTED),
    ),
    "S26": row(school_name="", state_school_id_given="", nces_school_id_given=""),
    "S27": row(state_school_id_given="FL - 03 - 0491"),
    "S28": Case(
        lambda: courses({**TEXAS, "state_school_id_given": "TX-001903-002903001"}, state="tx"),
        _texas,
    ),
    "S29": Case(
        lambda: courses({**SOUND, "enrolled": "22"}, earlier=[SOUND], delivery="supplement", listed=LISTED),
        lambda: courses(OTHER, earlier=[SOUND], delivery="supplement", listed=LISTED),
    ),
    "S30": Case(lambda: _answered("N"), lambda: _answered("Y")),
    "S31": Case(lambda: _answered("maybe"), lambda: _answered("Y")),
    "S32": Case(lambda: _numbers(True), lambda: _numbers(False)),
    "X01": match(
        schools({}, {"nces_school_id": "120009000068"}), nces_school_id_given="", state_school_id_given="FL-03-0491"
    ),
}
