"""How far a state may move without somebody naming it: flips, counts and coverage (rules X04 to X10, X15 to X17).

Says what is beyond a limit and where; who approved it is asked in `approvals.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipelines.shared.findings import empty_findings
from schemas.states import STATES
from schemas.thresholds import threshold
from schemas.verdicts import Verdict

YEAR_ON_YEAR = ("X04", "X05", "X06", "X07", "X08", "X09", "X10")
STOPS = ("block", "quarantine")
"""Severities beyond which a state must be named; a `warn` is listed."""
COLUMNS = ["state", "school_year", "rule_id", "found", "must_be_named"]
OTHER = "US"
"""A finding that names no state is one of the whole country."""


def check_limits(
    old: pd.DataFrame | None,
    new: pd.DataFrame,
    findings: pd.DataFrame,
    source_states: Mapping[str, str],
    seen: Iterable[Mapping[str, Any]] = (),
) -> pd.DataFrame:
    """What is beyond a limit: state, school_year, rule_id, found (words), must_be_named; ordered, states to name first.

    old, new: `school_cs_access` of the last release and of the next. findings: of the comparisons with the year before.
    source_states: source -> postal code. seen: rows of the last release's limits; what was beyond a limit then, in the
    same words, has been approved and is not asked again.
    """
    parts = [_of_findings(findings, source_states)]
    if old is not None:
        parts += [_flips(old, new), _counts(old, new), _coverage(old, new)]
    rows = pd.concat(parts, ignore_index=True)[COLUMNS].drop_duplicates()
    known = {(row["state"], row["school_year"], row["rule_id"], row["found"]) for row in seen}
    told = [tuple(row) in known for row in rows[COLUMNS[:4]].itertuples(index=False)]
    rows["must_be_named"] = rows["must_be_named"] & ~pd.Series(told, index=rows.index, dtype=bool)
    order = ["must_be_named", *COLUMNS[:4]]
    return rows.sort_values(order, ascending=[False, True, True, True, True], kind="stable").reset_index(drop=True)


def states_to_name(limits: pd.DataFrame) -> list[str]:
    """States that an approval must name, in order."""
    return sorted(limits.loc[limits["must_be_named"].astype(bool), "state"].unique())


def _of_findings(findings: pd.DataFrame, source_states: Mapping[str, str]) -> pd.DataFrame:
    found = findings if len(findings) else empty_findings()
    found = found[found["rule_id"].isin(YEAR_ON_YEAR)]
    named = found["value"].str.extract(r"^([A-Z]{2}): ", expand=False)
    named = named.where(named.isin(list(STATES)))
    state = named.fillna(found["source"].map(dict(source_states)).astype("str")).fillna(OTHER)
    words = found["value"].str.replace(r"^[A-Z]{2}: ", "", regex=True).fillna(found["expected"])
    return pd.DataFrame(
        {
            "state": state,
            "school_year": found["school_year"],
            "rule_id": found["rule_id"],
            "found": words,
            "must_be_named": found["severity"].isin(STOPS),
        }
    )


def _rows(rule_id: str, by: pd.DataFrame, found: pd.Series) -> pd.DataFrame:
    """by: index (state, school_year)."""
    out = by.index.to_frame(index=False).assign(rule_id=rule_id, found=found.to_numpy(), must_be_named=True)
    return out.astype({"state": "str", "school_year": "str", "found": "str", "must_be_named": bool})


def _flips(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """X15, once per state, school year and direction, over schools of the report that both releases answer Y or N."""
    columns = ["nces_school_id", "school_year", "teaches_cs"]
    reported = new[new["in_access_report"].fillna(False).astype(bool)]
    both = reported[[*columns, "state"]].merge(old[columns], on=columns[:2], suffixes=("", "_was"))
    codes = [Verdict.YES, Verdict.NO]
    both = both[both["teaches_cs"].isin(codes) & both["teaches_cs_was"].isin(codes)]
    parts = []
    for was, now, words, bound in (
        (Verdict.YES, Verdict.NO, "Yes to No", threshold("x15_yes_to_no")),
        (Verdict.NO, Verdict.YES, "No to Yes", threshold("x15_no_to_yes")),
    ):
        turned = (both["teaches_cs_was"] == was) & (both["teaches_cs"] == now)
        by = turned.groupby([both["state"], both["school_year"]]).agg(["sum", "mean", "size"])
        odd = by[(by["mean"] > bound) & (by["size"] >= threshold("x15_schools"))]
        text = (
            odd["sum"].astype("str")
            + " of "
            + odd["size"].astype("str")
            + f" schools from {words} since the last release"
        )
        parts.append(_rows("X15", odd, text))
    return pd.concat(parts, ignore_index=True)


def _counts(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """X16, in school years that both releases have."""
    counts = pd.DataFrame({"was": _per_state(old), "now": _per_state(new)})
    years = set(old["school_year"]) & set(new["school_year"])
    counts = counts[counts.index.get_level_values("school_year").isin(years)].fillna(0).astype("int64")
    change = (counts["now"] - counts["was"]).abs()
    odd = counts[(change > threshold("x16_change") * counts["was"]) & (change > threshold("x16_schools"))]
    return _rows("X16", odd, odd["was"].astype("str") + " schools to " + odd["now"].astype("str"))


def _coverage(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """X17: the share of the report's schools that have an answer, in school years that both releases have."""
    shares = []
    for frame in (old, new):
        reported = frame[frame["in_access_report"].fillna(False).astype(bool)]
        known = (reported["teaches_cs"] != Verdict.UNKNOWN).groupby([reported["state"], reported["school_year"]])
        shares.append(known.agg(["mean", "size"]))
    both = shares[0].join(shares[1], lsuffix="_was", rsuffix="_now", how="inner")
    lost = (both["mean_was"] - both["mean_now"]).round(9)
    odd = both[(lost > threshold("x17_lost")) & (both["size_was"] >= threshold("x17_schools"))]
    text = "from {:.0%} of the schools with an answer to {:.0%}"
    found = [text.format(was, now) for was, now in zip(odd["mean_was"], odd["mean_now"], strict=True)]
    return _rows("X17", odd, pd.Series(found, dtype="str"))


def _per_state(frame: pd.DataFrame) -> pd.Series:
    return frame.groupby(["state", "school_year"]).size()
