"""What must be true across the tables of a release: totals, evidence, tiers, row counts. Plain pandas, no library.

Single-table expectations are in `gate.py`. Every outcome carries counts and never a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.published.public_evidence import SURVEYS
from pipelines.published.public_tables import PUBLISHED, published_tables, to_arrow
from pipelines.published.small_cells import is_small
from pipelines.published.state_summary import COUNTS, NATION, count_answers, count_schools, percent
from schemas.columns import all_columns
from schemas.rules import rule
from schemas.tables import table
from schemas.verdicts import Verdict

KEY = ["nces_school_id", "school_year"]
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"


def judgement(expectation: str, table: str, passed: bool, found: str) -> dict[str, Any]:
    """One row of the gate's table."""
    return {"expectation": expectation, "table": table, "passed": passed, "found": found}


def check_release(frames: Mapping[str, pd.DataFrame], directory_rows: Mapping[str, int]) -> list[dict[str, Any]]:
    """Outcomes of all checks that are not Great Expectations'; see `gate.judge_release` for the arguments.

    Checks across tables run only when every table has its declared columns; otherwise that is the finding.
    """
    rows = [_declared_columns(name, frames.get(name)) for name in PUBLISHED]
    rows += [_only_public(name, frames[name]) for name in PUBLISHED if name in frames]
    if not all(row["passed"] for row in rows[: len(PUBLISHED)]):
        return rows
    schools, evidence, summary = (frames[name] for name in ("school_cs_access", "evidence", "state_summary"))
    return [
        *rows,
        *(_tiers_nest(name, frames[name]) for name in PUBLISHED),
        *(_no_small_number(name, frames[name]) for name in PUBLISHED),
        *(_same_in_any_order(name, frames[name]) for name in PUBLISHED),
        _every_school(schools, directory_rows),
        _positions(schools),
        _evidence_of_answers(schools, evidence),
        _evidence_has_school(schools, evidence),
        _state_totals(schools, summary),
        _nation_totals(summary),
        _percentages(summary),
        _report_counts(frames["access_report"], summary),
        _rows_accounted(frames["sources"]),
    ]


def _declared_columns(name: str, frame: pd.DataFrame | None) -> dict[str, Any]:
    sentence = f"P05: {rule('P05').sentence}"
    if frame is None:
        return judgement(sentence, name, False, "the table is missing")
    declared = published_tables()[name]
    missing = [c for c in declared.column_names if c not in frame]
    wrong = [c for c, kind in declared.pandas_types.items() if c in frame and str(frame[c].dtype) != kind]
    found = [f"{len(missing)} columns are missing"] * bool(missing) + [f"{len(wrong)} have another type"] * bool(wrong)
    return judgement(sentence, name, not found, ", ".join(found) or f"all {len(declared.columns)} columns")


def _only_public(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """P03: no column of another tier, and no cell with an e-mail address in it."""
    known = all_columns()
    hidden = sum(column not in known or known[column].tier != "public" for column in frame.columns)
    addresses = sum(_cells_with_email(frame[c]) for c in frame.columns if pd.api.types.is_string_dtype(frame[c].dtype))
    found = f"{hidden} columns that are not public, {addresses} cells with an e-mail address"
    return judgement(f"P03: {rule('P03').sentence}", name, not hidden and not addresses, found)


def _tiers_nest(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """P02: every column is one that this very table declares, so that a tier holds the tiers below it and no more."""
    declared = set(table(name).column_names)
    others = sum(column not in declared for column in frame.columns)
    return judgement(
        f"P02: {rule('P02').sentence}", name, not others, f"{others} columns that the table does not declare"
    )


def _no_small_number(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """P04: no number of students or survey answers below the bound, other than zero; a school's size is public at NCES."""
    known = all_columns()
    counts = [frame[c] for c in frame.columns if c in known and known[c].unit == "students"]
    if name == "evidence":
        asked = frame[frame["evidence_kind"].isin(list(SURVEYS))]
        counts += [asked["records_yes"], asked["records_no"]]
    small = sum(int(is_small(count).sum()) for count in counts)
    return judgement(f"P04: {rule('P04').sentence}", name, not small, f"{small} small numbers of people")


def _same_in_any_order(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """P07: the rows the other way round give the same table."""
    sentence = f"P07: {rule('P07').sentence}"
    try:
        same = to_arrow(frame, published_tables()[name]).equals(to_arrow(frame.iloc[::-1], published_tables()[name]))
    except ValueError:
        return judgement(sentence, name, False, "the table breaks its declaration")
    return judgement(sentence, name, same, f"{len(frame):,} rows in two orders")


def _cells_with_email(text: pd.Series) -> int:
    cells = arrow.array(text, type=arrow.string(), from_pandas=True)
    # The plain search is fast and leaves almost nothing for the pattern.
    some = cells.filter(compute.match_substring(cells, "@"))
    return int(compute.sum(compute.match_substring_regex(some, EMAIL)).as_py() or 0)


def _every_school(schools: pd.DataFrame, directory_rows: Mapping[str, int]) -> dict[str, Any]:
    counts = schools["school_year"].value_counts().to_dict()
    years = sorted({*counts, *directory_rows})
    wrong = [
        f"{y}: {counts.get(y, 0):,} of {directory_rows.get(y, 0):,}"
        for y in years
        if counts.get(y, 0) != directory_rows.get(y, 0)
    ]
    found = "; ".join(wrong) or f"{len(schools):,} schools in {len(years)} school years"
    return judgement(f"P01: {rule('P01').sentence}", "school_cs_access", not wrong, found)


def _positions(schools: pd.DataFrame) -> dict[str, Any]:
    zero = ((schools["latitude"] == 0) & (schools["longitude"] == 0)).fillna(False)
    half = schools["latitude"].isna() != schools["longitude"].isna()
    found = f"{int(zero.sum())} schools at 0,0, {int(half.sum())} with half a position"
    return judgement("a position is whole, or empty, and never 0,0", "school_cs_access", not (zero | half).any(), found)


def _evidence_of_answers(schools: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, Any]:
    used = evidence[evidence["is_used"].fillna(False).astype(bool)].groupby(KEY).size().rename("used")
    answered = schools.loc[schools["teaches_cs"] != Verdict.UNKNOWN, KEY].merge(used.reset_index(), on=KEY, how="left")
    without = int((answered["used"].fillna(0) != 1).sum())
    found = f"{without:,} of {len(answered):,} answers do not rest on one piece of evidence"
    return judgement(f"X11: {rule('X11').sentence}", "evidence", without == 0, found)


def _evidence_has_school(schools: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, Any]:
    known = pd.MultiIndex.from_frame(schools[KEY])
    strays = int((~pd.MultiIndex.from_frame(evidence[KEY]).isin(known)).sum())
    found = f"{strays:,} of {len(evidence):,} rows speak of a school that is not there"
    return judgement("every piece of evidence speaks of a published school", "evidence", strays == 0, found)


def _state_totals(schools: pd.DataFrame, summary: pd.DataFrame) -> dict[str, Any]:
    counted = [count_schools(group).assign(school_year=year) for year, group in schools.groupby("school_year")]
    expected = pd.concat(counted).set_index(["place", "school_year"])[list(COUNTS)]
    states = summary[summary["place"] != NATION].set_index(["place", "school_year"])
    if states.index.has_duplicates or set(states.index) != set(expected.index):
        return _p06(False, "the summary does not have the states and years of the schools, each once")
    wrong = int((states.loc[expected.index, list(COUNTS)].fillna(-1) != expected).any(axis=1).sum())
    return _p06(wrong == 0, f"{wrong} of {len(expected)} rows differ from the schools")


def _nation_totals(summary: pd.DataFrame) -> dict[str, Any]:
    """The US row of each year is the sum of every state's latest row that has an answer (else of its latest row)."""
    states, wrong = summary[summary["place"] != NATION], 0
    nation = summary[summary["place"] == NATION].drop_duplicates("school_year").set_index("school_year")
    years = sorted(states["school_year"].unique())
    for year in years:
        pooled = states[states["school_year"] <= year].assign(answered=lambda f: count_answers(f) > 0)
        pooled = pooled.sort_values(["place", "answered", "school_year"]).drop_duplicates("place", keep="last")
        sums = pooled[list(COUNTS)].sum()
        wrong += year not in nation.index or bool((nation.loc[year, list(COUNTS)] != sums).any())
    return _p06(wrong == 0, f"{wrong} of {len(years)} US rows are not the sum of the states' latest rows")


def _percentages(summary: pd.DataFrame) -> dict[str, Any]:
    answered = count_answers(summary)
    unbalanced = (answered + summary["schools_unknown"] != summary["schools_total"]).fillna(True)
    wrong = unbalanced.astype(bool)
    for name, part, whole in (
        ("percent_offering", summary["schools_offering"], answered),
        ("percent_known", answered, summary["schools_total"]),
    ):
        expected = percent(part, whole)
        same = ((summary[name] - expected).abs() < 1e-3).fillna(False) | (summary[name].isna() & expected.isna())
        wrong |= ~same.astype(bool)
    sentence = "counts add up to the total, and a percentage is empty, not 0, where nothing is known"
    return judgement(sentence, "state_summary", not wrong.any(), f"{int(wrong.sum())} of {len(summary)} rows do not")


def _report_counts(report: pd.DataFrame, summary: pd.DataFrame) -> dict[str, Any]:
    """The report's figure of all schools of a place counts the schools that the summary counts."""
    whole = report[(report["metric"] == "offering") & (report["group_kind"] == "all")]
    keys = ["school_year", "place"]
    ours = whole[whole["place_kind"].isin(["nation", "state"])].rename(columns={"place_id": "place"})
    both = summary.merge(ours[[*keys, "numerator", "unknown"]], on=keys, how="left")
    same = (both["numerator"] == both["schools_offering"]) & (both["unknown"] == both["schools_unknown"])
    wrong = int((~same.fillna(False)).sum())
    sentence = f"P06: {rule('P06').sentence}"
    return judgement(sentence, "access_report", wrong == 0, f"{wrong} of {len(summary)} rows differ from the summary")


def _rows_accounted(sources: pd.DataFrame) -> dict[str, Any]:
    accounted = sources[["rows_kept", "rows_rejected", "rows_merged", "rows_excluded"]].sum(axis=1, min_count=1)
    wrong = int(
        ((sources["rows_in"] != accounted).fillna(False) | (sources["rows_in"].isna() != accounted.isna())).sum()
    )
    return judgement(
        f"X12: {rule('X12').sentence}", "sources", wrong == 0, f"{wrong} of {len(sources)} sources lost rows"
    )


def _p06(passed: bool, found: str) -> dict[str, Any]:
    return judgement(f"P06: {rule('P06').sentence}", "state_summary", passed, found)
