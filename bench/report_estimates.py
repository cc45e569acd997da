"""How good the report's estimates are: hides known answers as they go missing, estimates, and compares with the truth.

Writes bench/report_estimates.md. The schools are drawn (a nation of 51 states, its truth known); `--real FOLDER` adds a
data folder whose own answers are hidden the same way. Deterministic.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.published.report_estimate import estimate_chances
from pipelines.published.report_rates import join_rows, offering_rows, places_of
from pipelines.published.report_schools import COLUMNS, SAYS, select_schools
from pipelines.shared.findings import conform
from schemas.states import STATES

OUT = Path(__file__).with_suffix(".md")
YEAR = "2021-22"
NAMES = {postal: state.name for postal, state in STATES.items() if state.in_report}
Hide = Callable[[pd.DataFrame, np.random.Generator], np.ndarray]


def draw_nation(seed: int, schools: int = 12_000) -> pd.DataFrame:
    """Schools with a truth that depends on state, district, size, locale, lunch and kind, and AP lists that only say Yes."""
    dice = np.random.default_rng(seed)
    states = np.array(sorted(NAMES))
    level = dice.normal(0.3, 0.95, len(states))
    state = np.sort(dice.choice(len(states), schools, p=dice.dirichlet(np.full(len(states), 1.2))))
    district = dice.integers(0, np.maximum(1, np.bincount(state, minlength=len(states)) // 3)[state])
    of_district = dict(zip(*np.unique(state * 10_000 + district, return_index=True), strict=True))
    shift = dice.normal(0, 0.8, schools)[[of_district[s * 10_000 + d] for s, d in zip(state, district, strict=True)]]
    locale = dice.choice(4, schools, p=[0.25, 0.3, 0.15, 0.3])
    students = np.exp(dice.normal(6.3 - 0.5 * (locale == 3), 0.8, schools)).round().clip(10)
    lunch = (100 * dice.beta(2, 2, schools)).round(2)
    special = dice.random(schools) < 0.12
    logit = (
        level[state]
        + shift
        + 0.7 * (np.log(students) - 6.2)
        - 0.3 * (locale == 3)
        - 0.012 * (lunch - 50)
        - 1.6 * special
    )
    truth = dice.random(schools) < 1 / (1 + np.exp(-logit))
    listed = truth & (dice.random(schools) < np.where(students > 900, 0.5, 0.15))
    return pd.DataFrame(
        {
            "nces_school_id": [f"{n:012d}" for n in range(schools)],
            "school_year": YEAR,
            "state": states[state],
            "leaid": [f"{s:02d}{d:05d}" for s, d in zip(state, district, strict=True)],
            "county": "x",
            "district_name": "x",
            "sector": np.where(dice.random(schools) < 0.1, "charter", "public"),
            "school_type": np.where(special, "alternative", "regular"),
            "locale_group": np.array(["city", "suburb", "town", "rural"])[locale],
            "size_category": np.select([students < 500, students < 1200], ["small", "medium"], "large"),
            "students_total": students.astype("int64"),
            "frl_percent": lunch,
            "title_i": lunch > 45,
            "grade_levels": np.where(dice.random(schools) < 0.75, "____hi", "__mihi"),
            "in_access_report": True,
            "truth": truth,
            "ap": listed,
        }
    )


def of_release(folder: Path, year: str) -> pd.DataFrame:
    """Schools of a data folder whose answer a state that can say No has given; the truth is that answer."""
    access = pd.read_parquet(folder / f"reconciled/school_cs_access/{year}.parquet")
    review = pd.read_parquet(folder / f"reconciled/review_table/{year}.parquet")
    frame = access.merge(review[["nces_school_id", *SAYS]], on="nces_school_id")
    says_no = frame["state_says"].eq("N").groupby(frame["state"]).transform("any")
    kept = frame["in_access_report"].fillna(False).astype(bool) & says_no & frame["teaches_cs"].isin(["Y", "N"])
    frame = frame[kept].reset_index(drop=True)
    return frame.assign(truth=frame["teaches_cs"] == "Y", ap=frame["ap_says"].notna(), school_year=YEAR)


def _at_random(share: float) -> Hide:
    return lambda frame, dice: dice.random(len(frame)) < share


def _small_and_rural(frame: pd.DataFrame, dice: np.random.Generator) -> np.ndarray:
    weight = 0.15 + 0.45 * (frame["size_category"] == "small") + 0.2 * (frame["locale_group"] == "rural")
    return dice.random(len(frame)) < weight.to_numpy(float)


def _districts(frame: pd.DataFrame, dice: np.random.Generator) -> np.ndarray:
    codes, names = pd.factorize(frame["leaid"])
    return (dice.random(len(names)) < 0.35)[codes]


def _states(frame: pd.DataFrame, dice: np.random.Generator) -> np.ndarray:
    codes, names = pd.factorize(frame["state"], sort=True)
    return (dice.random(len(names)) < 0.3)[codes]


def _those_without(frame: pd.DataFrame, dice: np.random.Generator) -> np.ndarray:
    return dice.random(len(frame)) < np.where(frame["truth"], 0.2, 0.5)


PATTERNS: dict[str, tuple[Hide, str]] = {
    "at random, 30 percent": (_at_random(0.3), "no pattern"),
    "small and rural schools more often": (_small_and_rural, "depends on what the directory shows"),
    "whole districts": (_districts, "35 percent of districts send nothing"),
    "whole states": (_states, "30 percent of states send no file; only AP lists speak there"),
    "schools that do not offer, more often": (_those_without, "depends on the answer itself: no method can see it"),
}


def try_once(frame: pd.DataFrame, hide: Hide, dice: np.random.Generator) -> pd.DataFrame:
    """Rows of nation and states with an open answer: truth, figure, estimate and interval."""
    hidden = hide(frame, dice) & ~frame["ap"].to_numpy(bool)
    answer = frame["truth"].map({True: "Y", False: "N"})
    state_says = answer.where(~hidden)
    if hide is _states:
        # The state's file is missing for its schools on the AP lists too: those are known by the list alone.
        quiet = frame["state"].isin(frame.loc[hidden, "state"].unique())
        state_says = answer.where(~quiet)
    known = answer.where(~hidden, "U")
    access = frame.assign(teaches_cs=known, evidence_year=YEAR).reindex(columns=list(COLUMNS))
    says = frame[["nces_school_id"]].assign(
        state_says=state_says, ap_says=pd.Series("Y", frame.index).where(frame["ap"])
    )
    typed = {YEAR: conform(access, "school_cs_access")[list(COLUMNS)]}
    schools = select_schools(typed, {YEAR: conform(says, "review_table")[["nces_school_id", *SAYS]]}, YEAR)
    estimate = estimate_chances(schools)
    rows = [
        next(iter(offering_rows(schools, estimate, place)))
        for place in places_of(schools, NAMES, "US")
        if place.kind in ("nation", "state")
    ]
    found = join_rows(rows)
    found = found[(found["unknown"] > 0) & (found["unknown"] + found["denominator"] >= 20)]
    truth = {**(frame.groupby("state")["truth"].mean() * 100).to_dict(), "US": frame["truth"].mean() * 100}
    return found.assign(truth=found["place_id"].map(truth))


def summarise(name: str, trials: pd.DataFrame) -> str:
    """A line of the table for nation and one for states."""
    lines = []
    for kind in ("nation", "state"):
        rows = trials[(trials["place_kind"] == kind) & trials["estimate"].notna()]
        if rows.empty:
            continue
        before, after = rows["figure"] - rows["truth"], rows["estimate"] - rows["truth"]
        bounds = ((rows["lower"] <= rows["truth"] + 1e-9) & (rows["truth"] <= rows["upper"] + 1e-9)).mean()
        inside = ((rows["estimate_low"] <= rows["truth"]) & (rows["truth"] <= rows["estimate_high"])).mean()
        width = (rows["estimate_high"] - rows["estimate_low"]).mean()
        lines.append(
            f"| {name} | {kind} | {len(rows)} | {before.mean():+.1f} | {after.mean():+.1f} | {before.abs().mean():.1f} | "
            f"{after.abs().mean():.1f} | {inside:.0%} | {width:.1f} | {bounds:.0%} |"
        )
    return "\n".join(lines)


HEAD = """| hidden | place | figures | bias of the figure | bias of the estimate | error of the figure | error of the estimate | interval holds the truth | width | bounds hold it |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def main() -> int:
    """Run every pattern and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--year", default="2017-18")
    asked = parser.parse_args()
    parts = [
        "# Estimates of the access report on hidden answers",
        "",
        f"`python -m bench.report_estimates --trials {asked.trials}`: answers are hidden, the report's own functions estimate them, and the truth is "
        "compared. Points of percent; the interval promises 90 percent. figure: what is published without an estimate (schools with an "
        "answer). A state counts when it has 20 schools and one hidden.",
        "",
        "## Drawn nations of 12,000 schools",
        "",
        "The truth depends on state, district, size, locale, lunch and kind of school; AP lists name some schools that offer.",
        "",
        HEAD,
    ]
    for name, (hide, _) in PATTERNS.items():
        trials = [try_once(draw_nation(seed), hide, np.random.default_rng(1000 + seed)) for seed in range(asked.trials)]
        parts.append(summarise(name, pd.concat(trials)))
    if asked.real:
        frame = of_release(asked.real, asked.year)
        parts += [
            "",
            f"## Answers of real files, {asked.year}: {len(frame):,} schools of {', '.join(sorted(frame['state'].unique()))}",
            "",
            HEAD,
        ]
        for name, (hide, _) in PATTERNS.items():
            if hide is _states:
                continue
            trials = [try_once(frame, hide, np.random.default_rng(seed)) for seed in range(asked.trials)]
            parts.append(summarise(name, pd.concat(trials)))
    parts += ["", *(f"- *{name}*: {words}." for name, (_, words) in PATTERNS.items()), ""]
    OUT.write_text("\n".join(parts), encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
