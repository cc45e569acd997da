"""Ids that sources send: what is repaired, what is only reported, and that no repair guesses."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.standard.ids import disagrees, repair_nces_id, repair_nces_ids, repair_state_ids, state_disagrees
from schemas.source_model import StateSchoolId
from schemas.states import FIPS_STATE, STATE_FIPS, STATES

TX = StateSchoolId(pattern=r"TX-\d{6}-\d{9}", example="TX-001903-001903001", school_repeats_district=True)
CELLS = st.one_of(
    st.none(),
    st.text(max_size=14),
    st.text("0123456789AX", min_size=5, max_size=13),
    st.integers(10**5, 10**13).map(str),
    st.sampled_from(["5.3E+11", "390464000000", "unspecified ", "TX - 001903 - 001903001", "IA-785510 000-785510 418"]),
)
POSTAL = st.sampled_from([None, "AL", "CA", "FL", "TX", "OH", "IA"])


def text(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


def rules(fired: pd.DataFrame) -> list[str]:
    return fired.columns[fired.iloc[0]].tolist()


@pytest.mark.parametrize(
    ("cell", "state", "repaired", "rule"),
    [
        ("120009000067", "FL", "120009000067", []),
        (" 120009000067 ", "FL", "120009000067", []),
        ("63315005148", "CA", "063315005148", ["D02"]),
        ("63315005148", "TX", None, ["D01"]),  # padded, it would be another state's
        ("63315005148", None, None, ["D01"]),  # no proof without a state
        ("00326758", "HI", "00326758", []),
        ("A0300071", "FL", "A0300071", []),
        ("BB160543", "FL", "BB160543", []),
        ("326758", "HI", "00326758", ["D09"]),
        ("1326758", "HI", "01326758", ["D09"]),
        ("1500030", "HI", None, ["D01"]),  # a district's id: it starts with the state's code
        ("100005", "AL", None, ["D01"]),  # a district's id that lost its zero
        ("390464000000", "OH", None, ["D03"]),
        ("53092700000", "WA", None, ["D03"]),
        ("5.3E+11", "WA", None, ["D03"]),
        ("5,30927E+11", "WA", None, ["D03"]),
        ("530927000123.0", "WA", None, ["D03"]),
        ("000000", "WA", None, ["D03"]),
        ("unspecified ", "FL", None, []),
        ("?", "TX", None, []),
        ("", "TX", None, []),
        (None, "TX", None, []),
        ("see list", "TX", None, ["D01"]),
        ("1200090000678", "FL", None, ["D01"]),
    ],
)
def test_nces_ids(cell: str | None, state: str | None, repaired: str | None, rule: list[str]) -> None:
    ids, fired = repair_nces_ids(text(cell), state)
    assert ids.astype("object").where(ids.notna(), None).tolist() == [repaired]
    assert rules(fired) == rule


@pytest.mark.parametrize(
    ("cell", "state", "shape", "repaired", "rule"),
    [
        ("FL-03-0491", "FL", None, "FL-03-0491", []),
        ("MI - 50050 - 00119", "MI", None, "MI-50050-00119", ["S27"]),
        ("IA-785510 000-785510 418", "IA", None, "IA-785510 000-785510 418", []),
        ("FL-03-0491", "GA", None, None, ["S03"]),
        ("03-0491", "FL", None, "03-0491", ["D07"]),
        ("HI-001-5-561", "HI", None, "HI-001-5-561", []),
        ("TX-001903-001903001", "TX", TX, "TX-001903-001903001", []),
        ("TX-001903-001904001", "TX", TX, "TX-001903-001904001", ["S28"]),
        ("TX-1903-1903001", "TX", TX, "TX-1903-1903001", ["D07"]),
        ("unspecified", "TX", TX, None, []),
        (None, "TX", TX, None, []),
    ],
)
def test_state_ids(
    cell: str | None, state: str, shape: StateSchoolId | None, repaired: str | None, rule: list[str]
) -> None:
    ids, fired = repair_state_ids(text(cell), state, shape)
    assert ids.astype("object").where(ids.notna(), None).tolist() == [repaired]
    assert rules(fired) == rule


@pytest.mark.parametrize(
    ("nces", "state", "disagrees"),
    [
        ("120009000067", "FL", False),
        ("120009000067", "GA", True),
        ("590009000067", "SD", False),  # Bureau of Indian Education
        ("00326758", "HI", False),
        (None, "HI", False),
        ("120009000067", None, False),
    ],
)
def test_an_id_of_another_state_is_seen(nces: str | None, state: str | None, disagrees: bool) -> None:
    assert state_disagrees(text(nces), text(state)).tolist() == [disagrees]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(CELLS, POSTAL), max_size=40))
def test_repairs_are_total_idempotent_and_look_at_one_cell(rows: list[tuple[str | None, str | None]]) -> None:
    cells, states = text(*(row[0] for row in rows)), text(*(row[1] for row in rows))
    for repair in (
        lambda c, s: repair_nces_ids(c, s),
        lambda c, s: repair_state_ids(c, s, TX),
    ):
        ids, fired = repair(cells, states)
        assert list(ids.index) == list(cells.index) == list(fired.index)
        again, fired_again = repair(ids, states)
        pd.testing.assert_series_equal(again, ids)
        assert not fired_again[["D01", "D02", "D03", "D09"] if "D01" in fired else ["S03", "S27"]].any(axis=None)
        backwards, _ = repair(cells[::-1], states[::-1])
        pd.testing.assert_series_equal(backwards[::-1], ids)


def test_the_table_of_states() -> None:
    assert sum(state.in_report for state in STATES.values()) == 51
    assert STATE_FIPS["AL"] == "01"
    assert FIPS_STATE["58"] == FIPS_STATE["63"] == "DD"
    assert len(FIPS_STATE) == len(STATES) + 2


@pytest.mark.parametrize(
    ("given_id", "rules"),
    [
        ("OK-55-I089-55-I089-705", []),
        ("OK-55-I089-55-I090-705", ["S28"]),
        ("OK-55-I089-705", ["S28", "D07"]),  # not the shape: then the parts are those around the first dash
    ],
)
def test_a_district_part_may_hold_a_dash_when_the_pattern_names_it(given_id: str, rules: list[str]) -> None:
    shape = StateSchoolId(
        pattern=r"OK-(?P<district>\d{2}-[A-Z]\d{3})-(?P<school>\d{2}-[A-Z]\d{3}-\d{3})",
        example="OK-55-I089-55-I089-705",
        school_repeats_district=True,
    )
    ids, fired = repair_state_ids(text(given_id), "OK", shape)
    assert ids.tolist() == [given_id]
    assert fired.columns[fired.iloc[0]].tolist() == rules


def labelled(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), index=[7, 3, 5][: len(cells)], dtype="str")


@pytest.mark.parametrize("cells", [("120009000067", None, "A0300071"), (None, None, None)])
def test_repairs_keep_labels_and_type(cells: tuple[str | None, ...]) -> None:
    """Rows are told apart by their labels: a repair that loses them would move a finding to another row."""
    states = pd.Series(["GA", "FL", "FL"], index=[5, 7, 3], dtype="str")
    for ids, fired in (
        repair_nces_ids(labelled(*cells), states),
        repair_nces_ids(labelled(*cells)),
        repair_state_ids(labelled(*cells), states),
        repair_state_ids(labelled(*cells), None),
    ):
        assert ids.index.tolist() == fired.index.tolist() == [7, 3, 5]
        assert str(ids.dtype) == "str"
    assert state_disagrees(labelled(*cells), states).index.tolist() == [7, 3, 5]


def test_the_state_of_a_row_is_found_by_its_label() -> None:
    states = pd.Series([" ca ", "TX"], index=[3, 7], dtype="str")
    ids, fired = repair_nces_ids(labelled("63315005148", "63315005148"), states)
    assert ids.isna().to_dict() == {7: True, 3: False}
    assert fired["D01"].to_dict() == {7: True, 3: False}
    assert state_disagrees(labelled("063315005148", "063315005148"), states).to_dict() == {7: True, 3: False}


def test_a_sound_or_missing_id_fires_nothing() -> None:
    _, fired = repair_nces_ids(text("120009000067", "A0300071", None), "FL")
    assert not fired.any(axis=None)
    assert repair_nces_id("120009000067", "FL") == ("120009000067", "")
    assert repair_nces_id("A0300071", "FL") == ("A0300071", "")


@pytest.mark.parametrize("nces", ["580009000067", "630009000067", "590009000067"])
def test_federal_schools_fit_any_state(nces: str) -> None:
    assert not disagrees(nces, "HI")
    assert state_disagrees(text(nces), text("HI")).tolist() == [False]
