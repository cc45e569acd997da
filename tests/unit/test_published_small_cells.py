"""No hidden count can be worked out: a solver takes all that is published, in one release and in two, as equations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from pipelines.published.small_cells import HIDDEN, LEAST, TOTAL, Split, suppress
from tests.unit.equations import Equations

SPLITS = (
    Split("gender", "enrolled", ("female",), derived=("female_share",)),
    Split("race", "enrolled", ("black", "hispanic", "white"), whole=True),
)


def tree(seed: int, states: int = 3, districts: int = 4) -> tuple[pd.DataFrame, pd.Series]:
    """A nation, its states and their districts with whole counts of people, many of them small; and the parents."""
    roll = np.random.default_rng(seed)
    rows: dict[str, list[int]] = {}
    parent: dict[str, str | None] = {"US": None}
    for s in range(states):
        parent[f"S{s}"] = "US"
        for d in range(int(roll.integers(1, districts + 1))):
            label = f"S{s}D{d}"
            parent[label] = f"S{s}"
            scale = roll.choice([2, 6, 30, 200])
            black, hispanic, white = (int(n) for n in roll.poisson(scale, 3))
            total = black + hispanic + white
            rows[label] = [total, int(roll.integers(0, total + 1)), black, hispanic, white]
    columns = ["enrolled", "female", "black", "hispanic", "white"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    for label in [f"S{s}" for s in range(states)] + ["US"]:
        children = [c for c, p in parent.items() if p == label]
        frame.loc[label] = frame.loc[children].sum()
    frame["female_share"] = (frame["female"] / frame["enrolled"]).astype("Float64")
    return frame.astype(dict.fromkeys(columns, "Int64")), pd.Series(parent, dtype="object")


def read(attack: Equations, number: int, shown: pd.DataFrame, parent: pd.Series, splits: Sequence[Split]) -> None:
    """Everything a reader of release `number` can write down: what is shown, and what adds up to what."""
    cells = {name: shown[name].astype("Float64").to_numpy(float, na_value=np.nan) for name in shown if name != HIDDEN}
    for at, label in enumerate(shown.index):
        for split in splits:
            parts = [*split.parts] if split.whole else [*split.parts, f"rest of {split.name}"]
            attack.equate({**{(number, label, part): 1.0 for part in parts}, (number, label, split.total): -1.0}, 0)
            for column in (split.total, *split.parts):
                if not np.isnan(cells[column][at]):
                    attack.equate({(number, label, column): 1.0}, cells[column][at])
    for top in parent.dropna().unique():
        children = [c for c in parent.index if parent[c] == top]
        for column in {c for split in splits for c in (split.total, *split.parts)}:
            attack.equate({**{(number, child, column): 1.0 for child in children}, (number, top, column): -1.0}, 0)


def tell_same(attack: Equations, label: str, column: str) -> None:
    """An oracle tells the reader that this count is the same in both releases: the worst case for us."""
    attack.equate({(0, label, column): 1.0, (1, label, column): -1.0}, 0)


def small_and_hidden(true: pd.DataFrame, shown: pd.DataFrame) -> list[tuple[str, str]]:
    columns = ["enrolled", "female", "black", "hispanic", "white"]
    return [(r, c) for c in columns for r in true.index if 1 <= true.loc[r, c] < LEAST and pd.isna(shown.loc[r, c])]


def recovered(attack: Equations, number: int, cells: Sequence[tuple[str, str]]) -> list[tuple[str, str, float, float]]:
    pinned = [(label, column, attack.pins({(number, label, column): 1.0})) for label, column in cells]
    return [(label, column, *found) for label, column, found in pinned if found]


@pytest.mark.parametrize("seed", range(8))
def test_no_small_count_is_shown_and_none_can_be_worked_out(seed: int) -> None:
    true, parent = tree(seed)
    shown = suppress(true, SPLITS, parent)
    for column in ("enrolled", "female", "black", "hispanic", "white"):
        assert not shown[column].between(1, LEAST - 1).any()
    rest = shown["enrolled"] - shown["female"]
    assert not rest.between(1, LEAST - 1).any()
    attack = Equations()
    read(attack, 0, shown, parent, SPLITS)
    cells = small_and_hidden(true, shown)
    assert recovered(attack, 0, cells[:12]) == []


@pytest.mark.parametrize("seed", range(4))
def test_two_releases_together_give_nothing_away(seed: int) -> None:
    """Some districts are corrected between two releases; a reader is even told which counts stayed the same."""
    first, parent = tree(seed)
    second = first.copy()
    roll = np.random.default_rng(100 + seed)
    leaves = [r for r in first.index if "D" in r]
    for label in roll.choice(leaves, size=2, replace=False):
        for part in ("black", "hispanic"):
            second.loc[label, part] = int(roll.integers(0, 40))
        second.loc[label, "enrolled"] = second.loc[label, ["black", "hispanic", "white"]].sum()
        second.loc[label, "female"] = int(roll.integers(0, second.loc[label, "enrolled"] + 1))
    for label in [r for r in first.index if "D" not in r and r != "US"] + ["US"]:
        second.loc[label] = second.loc[[c for c in parent.index if parent[c] == label]].sum()
    one = suppress(first, SPLITS, parent)
    two = suppress(second, SPLITS, parent, before=one)
    attack = Equations()
    read(attack, 0, one, parent, SPLITS)
    read(attack, 1, two, parent, SPLITS)
    for label in first.index:
        for column in ("enrolled", "female", "black", "hispanic", "white"):
            if first.loc[label, column] == second.loc[label, column]:
                tell_same(attack, label, column)
    assert recovered(attack, 0, small_and_hidden(first, one)[:6]) == []
    assert recovered(attack, 1, small_and_hidden(second, two)[:6]) == []


def test_the_solver_recovers_a_cell_that_is_only_blanked() -> None:
    """The proof can fail: hide the small cells alone, and subtraction gives them back."""
    true, parent = tree(3)
    blanked = true.copy()
    for column in ("enrolled", "female", "black", "hispanic", "white"):
        blanked[column] = blanked[column].mask(blanked[column].between(1, LEAST - 1))
    attack = Equations()
    read(attack, 0, blanked, parent, SPLITS)
    assert recovered(attack, 0, small_and_hidden(true, blanked)[:12])


def test_the_solver_recovers_what_a_second_release_gives_away_when_the_first_is_forgotten() -> None:
    """Without `before`, another sibling is hidden the second time, and the first release shows it."""
    columns = ["enrolled", "female", "black", "hispanic", "white", "female_share"]
    splits = (SPLITS[0],)
    first = pd.DataFrame(
        {"enrolled": [90, 30, 34, 26], "female": [48, 14, 18, 16]}, index=["S", "a", "b", "c"], dtype="Int64"
    ).reindex(columns=columns)
    second = first.copy()
    second.loc["a", ["enrolled", "female"]] = [30, 5]
    second.loc["S", ["enrolled", "female"]] = [90, 39]
    parent = pd.Series({"S": None, "a": "S", "b": "S", "c": "S"}, dtype="object")

    def attacked(two: pd.DataFrame) -> list[tuple[str, str, float, float]]:
        attack = Equations()
        one = suppress(first, splits, parent)
        read(attack, 0, one, parent, splits)
        read(attack, 1, two, parent, splits)
        for label in ("b", "c"):
            tell_same(attack, label, "female")
        return recovered(attack, 1, [("a", "female")])

    assert attacked(suppress(second, splits, parent)) == [("a", "female", 5, 5)]
    kept = suppress(second, splits, parent, before=suppress(first, splits, parent))
    assert attacked(kept) == []
    # b and c were shown and have not changed, so the sum itself is hidden.
    assert pd.isna(kept.loc["S", "female"])


def test_hidden_is_told_from_not_known() -> None:
    frame = pd.DataFrame({"enrolled": [40, None, 5, 0], "female": [3, None, 2, 0]}, dtype="Int64")
    frame["female_share"] = pd.array([7.5, None, 40.0, None], dtype="Float64")
    shown = suppress(frame, SPLITS[:1], pd.Series(dtype="object"))
    assert shown[HIDDEN].fillna("").tolist() == ["gender", "", f"{TOTAL}|gender", ""]
    assert shown["enrolled"].tolist() == [40, pd.NA, pd.NA, 0]
    assert shown["female"].isna().tolist() == [True, True, True, False]
    assert shown["female_share"].isna().tolist() == [True, True, True, True]


def test_the_rest_of_a_total_is_a_count_of_people_too() -> None:
    frame = pd.DataFrame({"enrolled": [40], "female": [37], "female_share": [92.5]})
    assert suppress(frame, SPLITS[:1], pd.Series(dtype="object"))["female"].isna().all()


def test_large_counts_are_left_alone() -> None:
    frame = pd.DataFrame(
        {"enrolled": [100, 40, 60], "female": [50, 20, 30], "female_share": 50.0}, index=["S", "a", "b"]
    )
    shown = suppress(frame, SPLITS[:1], pd.Series({"a": "S", "b": "S", "S": None}, dtype="object"))
    pd.testing.assert_frame_equal(shown.drop(columns=HIDDEN), frame)
    assert shown[HIDDEN].isna().all()


def test_what_cannot_be_protected_is_refused() -> None:
    frame = pd.DataFrame({"enrolled": [40, 40], "female": [3, 3], "female_share": 7.5}, index=["a", "a"])
    with pytest.raises(ValueError, match="the index has a label twice"):
        suppress(frame, SPLITS[:1], pd.Series(dtype="object"))
    with pytest.raises(ValueError, match="different totals"):
        suppress(frame.head(1), (SPLITS[0], Split("other", "all", ("few",))), pd.Series(dtype="object"))
