"""Tests of what goes into a release: public columns only, all years, one order, a valid key."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipelines.published.public_tables import PUBLISHED, cut_table, join_years, published_tables, to_arrow
from pipelines.shared.pandera_bridge import require_valid
from schemas.columns import RESTRICTED
from schemas.tables import table
from tests.unit.published_builder import YEARS, release_years, schools


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("year", YEARS)
def test_the_invented_tables_are_valid(year: str, name: str) -> None:
    require_valid(release_years()[year][name], table(name))


def test_a_cut_table_has_public_columns_only() -> None:
    cut = cut_table(table("course_offerings"))
    assert "enrolled" in table("course_offerings").column_names
    assert not any(name.startswith(("enrolled", "female")) for name in cut.column_names)
    assert {c.tier for c in cut.columns} == {"public"}
    assert set(cut.required) <= set(cut.column_names)


def test_a_table_whose_key_is_not_public_is_refused() -> None:
    declared = table("rejects")
    with pytest.raises(ValueError, match="rejects cannot be published: its key column record is not public"):
        cut_table(replace(declared, key=("record",)))


def test_no_published_table_declares_a_restricted_column() -> None:
    for declared in published_tables().values():
        assert not RESTRICTED & set(declared.column_names)


def test_years_are_joined_and_a_missing_table_is_named() -> None:
    years = release_years()
    assert set(join_years(years)["school_cs_access"]["school_year"]) == set(YEARS)
    del years["2018-19"]["evidence"]
    with pytest.raises(ValueError, match="2018-19 lacks evidence; run the clean-up of that year first"):
        join_years(years)
    with pytest.raises(ValueError, match="at least one school year"):
        join_years({})


def test_rows_of_another_year_are_refused() -> None:
    years = release_years()
    years["2018-19"]["evidence"] = years["2017-18"]["evidence"]
    with pytest.raises(ValueError, match="evidence of 2018-19 has rows of another school year"):
        join_years(years)


def test_two_rows_with_one_key_are_refused() -> None:
    frame = schools("2018-19")
    with pytest.raises(ValueError, match="school_cs_access has two rows with the same nces_school_id, school_year"):
        to_arrow(pd.concat([frame, frame.head(1)]), published_tables()["school_cs_access"])


def test_a_missing_required_value_is_refused() -> None:
    frame = schools("2018-19")
    frame["school_name"] = frame["school_name"].mask(frame.index == 1)
    with pytest.raises(ValueError, match="school_cs_access has empty cells in school_name"):
        to_arrow(frame, published_tables()["school_cs_access"])


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(ValueError, match="school_cs_access lacks the column city"):
        to_arrow(schools("2018-19").drop(columns="city"), published_tables()["school_cs_access"])
