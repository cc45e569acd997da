"""The groups of a school: lunch share, size, locale. The pitfalls of domain.md 15, 34: null is not zero, one threshold."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.reconciled.school_groups import group_schools
from pipelines.standard.nces_values import read_flags
from schemas.directory_values import CEP_WORDS, TITLE_I_WORDS
from tests.unit.reconciled_builder import World


def groups(eligible: int | None, students: int | None, locale: str | None = None) -> dict[str, object]:
    schools = pd.DataFrame(
        {
            "frl_eligible": pd.array([eligible], dtype="Int64"),
            "students_total": pd.array([students], dtype="Int64"),
            "locale_code": pd.Series([locale], dtype="str"),
        }
    )
    found = {name: cells.iloc[0] for name, cells in group_schools(schools).items()}
    return {name: None if pd.isna(cell) else cell for name, cell in found.items()}


@pytest.mark.parametrize(
    ("eligible", "students", "percent", "needy"),
    [
        (250, 500, 50.0, True),
        (249, 500, 49.8, False),
        (0, 500, 0.0, False),
        (None, 500, None, None),
        (250, None, None, None),
        (0, 0, None, None),
        (501, 500, None, None),
        (500, 500, 100.0, True),
    ],
)
def test_lunch_share(eligible: int | None, students: int | None, percent: float | None, needy: bool | None) -> None:
    found = groups(eligible, students)
    assert (found["frl_percent"], found["is_high_needs"]) == (percent, needy)


@pytest.mark.parametrize(
    ("students", "size"),
    [
        (None, None),
        (0, None),
        (1, "small"),
        (499, "small"),
        (500, "medium"),
        (1199, "medium"),
        (1200, "large"),
        (9000, "large"),
    ],
)
def test_size(students: int | None, size: str | None) -> None:
    assert groups(None, students)["size_category"] == size


@pytest.mark.parametrize(
    ("code", "group", "rural"),
    [
        ("11", "city", False),
        ("23", "suburb", False),
        ("31", "town", False),
        ("32", "town", True),
        ("33", "town", True),
        ("41", "rural", True),
        ("43", "rural", True),
        (None, None, None),
    ],
)
def test_locale(code: str | None, group: str | None, rural: bool | None) -> None:
    found = groups(None, None, code)
    assert (found["locale_group"], found["is_rural"]) == (group, rural)


def test_title_i_without_a_status_is_unknown() -> None:
    flags = read_flags(
        pd.Series(["1", "5", "6", "M", None, "NOTTITLE1ELIG", "SWELIGNOPROG"], dtype="str"), TITLE_I_WORDS
    )
    assert [None if pd.isna(f) else bool(f) for f in flags] == [True, True, False, None, None, False, True]


def test_community_eligibility_has_both_years_codes() -> None:
    flags = read_flags(
        pd.Series(["CEO", "NSLPCEO", "NP", "NSLPNO", "NO", "M", "MISSING", None], dtype="str"), CEP_WORDS
    )
    assert [None if pd.isna(f) else bool(f) for f in flags] == [True, True, False, False, False, None, None, None]


def test_groups_stand_beside_the_answer() -> None:
    world = World().school(students_total=600, frl_eligible=300, locale_code="41", title_i=True, students_hi=200)
    row = world.run().school_cs_access.iloc[0]
    assert (row["size_category"], row["frl_percent"], row["is_high_needs"]) == ("medium", 50.0, True)
    assert (row["locale_group"], row["is_rural"], row["title_i"], row["students_hi"]) == ("rural", True, True, 200)
    assert row[["students_bl", "is_cep"]].isna().all()
