"""Cases of the rules X and P: across years, and what is published."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from tests.rules.cases import Case
from tests.rules.runners import SCHOOL, Fired, answers, gate, released, schools, years
from tests.unit.reconciled_builder import World

ACCESS, EVIDENCE, SUMMARY, SOURCES = "school_cs_access", "evidence", "state_summary", "sources"
PLACED = {"latitude": 28.0, "longitude": -82.4, "street": "1 Bay Dr"}


def _many(number: int) -> pd.DataFrame:
    return schools(*({"nces_school_id": f"12000900{n:04d}"} for n in range(number)))


def year_pair(now: dict[str, Any], before: dict[str, Any]) -> Case:
    return Case(lambda: years(schools(now), schools(before)), lambda: years(schools(before), schools(before)))


def _ids(number: int) -> list[str]:
    return [f"02000000{n:04d}" for n in range(1, number + 1)]


def _answered(codes: list[str], before: list[str]) -> Fired:
    """Schools of one state with these answers, and those of the year before."""
    world = World()
    for nces, code in zip(_ids(len(codes)), codes, strict=True):
        world.school(nces).override(code, nces=nces)
    last = pd.DataFrame({"nces_school_id": _ids(len(before)), "teaches_cs": before}, dtype="str")
    return answers(world, before=last)


def _state_and_teachers(differ: int) -> Fired:
    world = World()
    for number, nces in enumerate(_ids(30)):
        world.school(nces).course(nces)
        world.survey(nces=nces, how_many_20_hours="NONE" if number < differ else "SOME", is_teacher_banner=True)
    return answers(world)


def _carried(carried: int) -> Fired:
    world = World()
    for number, nces in enumerate(_ids(10)):
        world.school(nces).override("HY" if number < carried else "Y", nces=nces)
    return answers(world)


def _ledger_lost(says: str) -> Fired:
    """An answer that the policy could not give: the evidence is turned after the fact, as a wrong order would."""
    world = World().ap()
    result = world.run()
    evidence = result.evidence.copy()
    teacher = evidence.assign(evidence_kind="teacher_survey", says=says, is_used=True, source="survey")
    tables = {"evidence": pd.concat([evidence.assign(is_used=False), teacher], ignore_index=True)}
    return answers(world, **tables)


@cache
def _whole() -> Fired:
    return gate()


def broken(change: Any = None, **more: Any) -> Case:
    return Case(lambda: gate(change, **more), _whole)


def _put(table: str, column: str, value: object) -> Any:
    def change(frames: dict[str, pd.DataFrame]) -> None:
        frames[table] = frames[table].copy()
        frames[table].loc[0, column] = value

    return change


def _add(table: str, column: str, value: object) -> Any:
    def change(frames: dict[str, pd.DataFrame]) -> None:
        frames[table] = frames[table].assign(**{column: value})

    return change


def _twice(frames: dict[str, pd.DataFrame]) -> None:
    frames[ACCESS] = pd.concat([frames[ACCESS], frames[ACCESS].iloc[:1]], ignore_index=True)


def _without_city(frames: dict[str, pd.DataFrame]) -> None:
    frames[ACCESS] = frames[ACCESS].drop(columns="city")


CASES: dict[str, Case] = {
    "X02": year_pair({**PLACED, "latitude": 30.0}, PLACED),
    "X03": year_pair({"leaid": "1200091"}, {"leaid": SCHOOL["leaid"]}),
    "X04": Case(lambda: years(_many(111), _many(100)), lambda: years(_many(103), _many(100))),
    "X05": Case(
        lambda: years(_many(1), schools({}, {"nces_school_id": "120009000001"})),
        lambda: years(
            schools(), schools({}, {"nces_school_id": "120009000001", "is_operating": False, "status": "closed"})
        ),
    ),
    "X06": Case(
        lambda: _answered(["N"] * 3 + ["Y"] * 27, ["Y"] * 30), lambda: _answered(["N"] * 2 + ["Y"] * 28, ["Y"] * 30)
    ),
    "X07": Case(
        lambda: answers(World().ap(), accepted=["ak"], offerings={}, offerings_before={"ak": 3}),
        lambda: answers(World().ap(), accepted=["ak"], offerings={"ak": 1}, offerings_before={"ak": 3}),
    ),
    "X08": Case(lambda: _state_and_teachers(8), lambda: _state_and_teachers(7)),
    "X09": Case(lambda: _carried(4), lambda: _carried(3)),
    "X10": Case(lambda: _ledger_lost("N"), lambda: _ledger_lost("Y")),
    "X11": broken(_put(EVIDENCE, "is_used", False)),
    "X13": Case(
        lambda: answers(World().state_reported().ap()),
        lambda: answers(World().state_reported().ap().course()),
    ),
    "X14": Case(
        lambda: answers(World().state_reported().course(counts="does_not_count").provider()),
        lambda: answers(World().state_reported().course(counts="does_not_count")),
    ),
    "X15": Case(lambda: released("Y " * 30, "N " * 3 + "Y " * 27), lambda: released("Y " * 30, "N N " + "Y " * 28)),
    "X16": Case(lambda: released("N " * 111, "N " * 99), lambda: released("N " * 111, "N " * 101)),
    "X17": Case(lambda: released("N " * 20, "U U " + "N " * 18), lambda: released("N " * 20, "U " + "N " * 19)),
    "X12": broken(_put(SOURCES, "rows_kept", 3)),
    "P01": broken(rows={"2017-18": 5, "2018-19": 8}),
    "P02": broken(_add(SOURCES, "provider", "TEALS")),
    "P03": broken(_add(ACCESS, "submitter_name", "x")),
    "P04": broken(_add(ACCESS, "enrolled", pd.array([3] * 12, dtype="Int64"))),
    "P05": broken(_without_city),
    "P06": broken(_put(ACCESS, "teaches_cs", "M")),
    "P07": broken(_twice),
}
