"""Answers that a survey gets and nobody wants, each named by what must happen to it. Decides no known answer."""

from __future__ import annotations

from collections.abc import Callable

from tests.world.canaries import CANARIES, STRAY_ADDRESS
from tests.world.schools import by_key, ordinary_schools

Row = dict[str, str]
PRIVATE = {name: value for name, value in CANARIES.items() if name != "teacher_name_or_id"}
EMOJI = "\U0001f916"


def odd_answers(year: str, answer: Callable[..., Row], typed: Callable[..., Row]) -> list[Row]:
    """The same odd answers every year, for different ordinary schools. `answer` and `typed` are those of survey.py."""
    high = [s for state in ("CA", "GA", "ID", "WA") for s in ordinary_schools(state, year) if s.is_high]
    schools = iter(high[int(year[:4]) % 5 :])
    start = int(year[:4])

    def some(role: str = "PARENT", twenty: str = "SOME", **cells: str) -> Row:
        return answer(next(schools), year, role, twenty, **cells)

    same = next(schools)
    lakeside = by_key()["lakeside_here"]
    by_name = some()
    return [
        # R02: a role that the form does not have; the answer counts as from somebody else.
        some("ROBOTICS COACH"),
        # R03: an answer that is no choice of the form; rejected, and its private cells with it.
        some("TEACHER", "A FEW", **PRIVATE),
        some("TEACHER", "SOME", class_frequency="sometimes"),
        # R07: one person answers twice; the earlier one is merged, and its private cells with it.
        answer(same, year, "TEACHER", "NONE", when=f"{start}-09-01 10:00:00 UTC", **PRIVATE),
        answer(same, year, "TEACHER", "SOME", when=f"{start}-12-01 10:00:00 UTC", topic_text="true", **PRIVATE),
        # A05: another country; left out, and its private cells with it.
        {
            **typed(some(), same, "Collège de la Mare", city="Halifax", state="NS", zip="B3H 4R2"),
            "country": "Canada",
            **PRIVATE,
        },
        # defect 18: an answer of another school year among this year's, and one sent three years later (R04).
        {**some(), "school_year": str(start - 1)},
        some("PARENT", "NONE", when=f"{start + 3}-12-24 12:00:00 UTC"),
        # R18: no school at all.
        {**some(), "school_id": ""},
        # R01: an address nobody can write to is no person to keep the last answer of.
        some("VOLUNTEER", "SOME", submitter_email_address="none"),
        some("VOLUNTEER", "NONE", submitter_email_address="none"),
        # F16: an address in a column that is not for contact details.
        typed(some(), same, f"{same.name} {STRAY_ADDRESS}"),
        # domain.md 7: four-byte characters are taken out of texts.
        typed(some(), same, f"{same.name} {EMOJI}"),
        # defect 3: a name that two districts have, and no place to tell them apart.
        typed(some(), lakeside, lakeside.name, city="", zip=""),
        # D32 and D17: a state and a ZIP code that are none.
        typed(some(), same, same.name, state="Nowhere", zip="9500"),
        # The id of a school that the directory does not have.
        {**some(), "school_id": "069999900777"},
        # defect 4: an id that a spreadsheet rounded, with nothing beside it.
        {**some(), "school_id": "6.99001E+10"},
        # Defect of one form version (domain.md 7): other names for the frequencies.
        some("TEACHER", "ALL", class_frequency="less_than_one", topic_blocks="t"),
        {**by_name, "how_many_20_hours": "dont_know"},
    ]
