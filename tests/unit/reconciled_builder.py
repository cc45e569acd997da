"""A small world for the tests of the reconciled stage: schools and their evidence, one call per fact.

Holds no test. Defaults are those of domain.md 4.6: a high school (grades 9-12, not K-8).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pandas as pd

from pipelines.reconciled.inputs import Inputs
from pipelines.reconciled.school_cs_access import Reconciled, reconcile
from pipelines.shared.findings import conform
from pipelines.shared.school_year import shift
from schemas.policy_model import Policy, load_policy

YEAR = "2020-21"
SCHOOL = "020000000001"
OTHER = "020000000002"
UNLINKED = ""
"""Stands for no school: the record was linked to none."""
CENSUS = load_policy("census-2018")


@dataclass
class World:
    """One school year. Every method adds one row and returns the world, so that facts can be chained.

    `number` sets a world's schools, state and rows apart from those of other worlds, see `run_together`.
    """

    year: str = YEAR
    number: int = 0
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    earlier: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    source_states: dict[str, str] = field(default_factory=dict)
    numbers: Any = None

    def __post_init__(self) -> None:
        self.numbers = count(2 + 1000 * self.number)

    @property
    def me(self) -> str:
        return f"02{self.number:06d}0001"

    @property
    def other(self) -> str:
        return f"02{self.number:06d}0002"

    @property
    def state(self) -> str:
        """AK, and for worlds that run together a state of their own: QA, QB, ... as the fixtures' QQ in domain.md."""
        return chr(80 + self.number // 26) + chr(65 + self.number % 26) if self.number else "AK"

    def school(self, nces: str | None = None, state: str | None = None, **more: Any) -> World:
        nces, state = nces or self.me, state or self.state
        defaults = {
            "nces_school_id": nces,
            "state": state,
            "state_school_id": f"{state}-01-{nces[-4:]}",
            "school_name": f"School {nces[-2:]}",
            "sector": "public",
            "school_type": "regular",
            "is_operating": True,
            "grade_low": "09",
            "grade_high": "12",
            "offers_high": True,
            "offers_k8": False,
            "grade_levels": "____hi",
            "grades_year": self.year,
            "directory_sources": "nces",
        }
        self.rows.setdefault("nces_schools", []).append({"school_year": self.year, **defaults, **more})
        return self

    def _record(self, table: str, source: str, nces: str | None, **more: Any) -> World:
        row = next(self.numbers)
        file = f"{source}/{self.year}/{source}.csv"
        place = {"source": source, "school_year": self.year, "file": file, "row": row, "record_id": f"{source}:{row}"}
        self.rows.setdefault(table, []).append({**place, "source_rows": 1, **more})
        school = self.me if nces is None else nces or None
        reason = "nces_id_given" if school else "not_found"
        link = {**place, "nces_school_id": school, "match_reason": reason, "match_note": "as the test says"}
        self.rows.setdefault("linked_records", []).append(link)
        return self

    def survey(self, role: str = "TEACHER", nces: str | None = None, **answers: Any) -> World:
        group = "teacher_or_admin" if role in ("TEACHER", "ADMINISTRATOR") else "not_teacher_or_admin"
        return self._record(
            "survey_responses", "survey", nces, role=role, role_group=group, **{"is_teacher_banner": False, **answers}
        )

    def teacher(self, yes: bool, times: int = 1) -> World:
        """Answers on the teacher banner, which has no topic boxes."""
        for _ in range(times):
            self.survey("TEACHER", how_many_20_hours="SOME" if yes else "NONE", is_teacher_banner=True)
        return self

    def parent(self, yes: bool, times: int = 1) -> World:
        """Answers of parents on the full form, all topics ticked when yes."""
        for _ in range(times):
            self.survey("PARENT", how_many_20_hours="ALL" if yes else "NONE", topic_text=yes, topic_blocks=yes)
        return self

    def ap(self, nces: str | None = None, code: str = "000001", exam: str = "CSA") -> World:
        return self._record("ap_offerings", "ap", nces, ap_school_code=code, ap_exam=exam)

    def ib(self, nces: str | None = None) -> World:
        return self._record("ib_offerings", "ib", nces, ib_school_code="000001", ib_level="HL")

    def provider(self, nces: str | None = None, provider: str = "TEALS", course: str | None = "Intro") -> World:
        return self._record("provider_offerings", "teals", nces, provider=provider, provider_course=course)

    def course(self, nces: str | None = None, state: str | None = None, counts: str = "counts", **more: Any) -> World:
        state = state or self.state
        self.source_states[state.lower()] = state
        given = {"state": state, "course_code": "C1", "counts_as_cs": counts, "counts_basis": "test", **more}
        return self._record("course_offerings", state.lower(), nces, **given)

    def file(self, state: str | None = None, delivery: str = "full", status: str = "accepted", **more: Any) -> World:
        state = state or self.state
        self.source_states[state.lower()] = state
        name = f"{state.lower()}/{self.year}/{next(self.numbers)}.csv"
        row = {"source": state.lower(), "file": name, "delivery": delivery, "file_status": status}
        self.rows.setdefault("received_files", []).append({"school_year": self.year, **row, **more})
        return self

    def state_reported(self, state: str | None = None, delivery: str = "full") -> World:
        """The state sent a file that lists another school of the state."""
        return self.school(self.other, state).file(state, delivery).course(self.other, state)

    def override(self, value: str | None, at: str = "2020-09-01", nces: str | None = None, **more: Any) -> World:
        decision = {
            "decision_id": f"d{len(self.rows.get('decisions', []))}",
            "decision_kind": "verdict_override",
            "nces_school_id_given": self.me if nces is None else nces or None,
            "decided_value": value,
            "decided_by": "a steward",
            "decided_at": at,
            "reason": "the school's catalog",
        }
        return self._record("decisions", more.pop("source", "decisions"), nces, **{**decision, **more})

    def inputs(self) -> Inputs:
        """The world as declared tables; columns that a table does not declare are left behind."""
        schools = self.rows.setdefault("nces_schools", [])
        if not any(row["nces_school_id"] == self.me for row in schools):
            self.school(state=schools[0]["state"] if schools else None)
        tables = {name: declare(rows, name) for name, rows in self.rows.items()}
        return Inputs(self.year, **tables, source_states=self.source_states, history=self.history)

    def run(self, policy: Policy = CENSUS) -> Reconciled:
        return reconcile(self.inputs(), policy)

    def before(self, **codes: str) -> World:
        """Answers of earlier years: y1="Y" a year ago, y2="N" two years ago. y3 is not asked, as in production."""
        for name, code in codes.items():
            back = int(name[1:])
            row = {"nces_school_id": self.me, "school_year": shift(self.year, -back), "teaches_cs": code}
            self.earlier.setdefault(back, []).append(row)
        return self

    @property
    def history(self) -> dict[int, pd.DataFrame | None]:
        return {back: declare(rows, "school_cs_access") for back, rows in self.earlier.items()}


def run_together(worlds: Iterable[World], policy: Policy = CENSUS) -> Reconciled:
    """Reconcile several worlds of one year, each with a number of its own, in one national run."""
    worlds = list(worlds)
    whole = World(worlds[0].year).school()
    for world in worlds:
        if not any(row["nces_school_id"] == world.me for row in world.rows.get("nces_schools", [])):
            world.school()
        for name, rows in world.rows.items():
            whole.rows.setdefault(name, []).extend(rows)
        for back, rows in world.earlier.items():
            whole.earlier.setdefault(back, []).extend(rows)
        whole.source_states |= world.source_states
    return whole.run(policy)


def declare(rows: Iterable[dict[str, Any]], name: str) -> pd.DataFrame:
    """Rows as the declared table."""
    frame = pd.DataFrame(list(rows))
    known = conform(pd.DataFrame(), name).columns
    return conform(frame[[column for column in frame if column in known]], name)


def answer(result: Reconciled, nces: str = SCHOOL) -> str:
    """The verdict code of a school."""
    rows = result.school_cs_access
    return str(rows.loc[rows["nces_school_id"] == nces, "teaches_cs"].item())


def told(result: Reconciled, nces: str = SCHOOL) -> pd.DataFrame:
    """Evidence of a school by label."""
    rows = result.evidence
    return rows[rows["nces_school_id"] == nces].set_index("label")


def used(result: Reconciled, nces: str = SCHOOL) -> list[str]:
    """Labels of the evidence marked as used."""
    rows = told(result, nces)
    return list(rows.index[rows["is_used"]])
