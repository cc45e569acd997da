"""Table `sources`: what each source sent for a school year and what became of it, in words. Reads no file and no row.

A source that is held, refused or silent is listed like the others: a reader of a release sees what it does not rest on.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.shared.findings import conform
from schemas.source_model import Source

ROWS = ["rows_in", "rows_kept", "rows_rejected", "rows_merged", "rows_excluded"]
STATUSES = ("accepted", "refused", "superseded", "missing")


def list_sources(
    files: pd.DataFrame,
    accounts: pd.DataFrame,
    sources: Mapping[str, Source],
    school_year: str,
    held: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Table `sources` of one school year: one row per declared source, and per source that files name.

    `files`: received_files; `accounts`: row_accounts. `held`: held_sources, what the sources' YAMLs and
    decisions hold back (left out: the YAMLs). report_status: held when the source is held back, else
    reported when a file was accepted, else refused when one was refused, else not reported. Rows are null, not 0,
    where no file was accounted for.
    """
    names = sorted({*sources, *files["source"].dropna()})
    table = pd.DataFrame({"source": pd.Series(names, dtype="str")}).set_index("source")
    status = pd.crosstab(files["source"], files["file_status"]).reindex(index=names, columns=STATUSES, fill_value=0)
    accepted = files[files["file_status"] == "accepted"].groupby("source")
    table["file_year"] = accepted["file_year"].max()
    table["received_on"] = accepted["received_on"].max()
    table[ROWS] = accounts.groupby("source")[ROWS].sum(min_count=1).reindex(names)
    holds = {name: source.holds[school_year] for name, source in sources.items() if school_year in source.holds}
    if held is not None:
        holds = dict(zip(held["source"], held["reason"], strict=True))
    reasons = _reasons_given(files)
    table["report_status"] = [_status(status.loc[name], name in holds) for name in names]
    table["reason"] = [
        holds.get(name) or _reason(status.loc[name], table.at[name, "file_year"], reasons.get(name, ""), school_year)
        for name in names
    ]
    return conform(table.reset_index().assign(school_year=school_year), "sources")


def _status(files: pd.Series, held: bool) -> str:
    if held:
        return "held"
    if files["accepted"]:
        return "reported"
    return "refused" if files["refused"] else "not reported"


def _reason(files: pd.Series, file_year: object, given: str, school_year: str) -> str:
    parts = []
    if files["accepted"] and pd.notna(file_year) and file_year != school_year:
        parts.append(f"no file for {school_year}; {_count(files['accepted'])} of {file_year} used")
    elif files["accepted"]:
        parts.append(f"{_count(files['accepted'])} read")
    if files["superseded"]:
        parts.append(f"{_count(files['superseded'])} replaced by a later full delivery")
    if files["refused"] or files["missing"]:
        gone = [(files["refused"], "refused"), (files["missing"], "named in the receipts but missing")]
        what = " and ".join(f"{_count(n)} {word}" for n, word in gone if n)
        parts.append(f"{what}: {given}" if given else what)
    return "; ".join(parts) or f"no file was received for {school_year}"


def _count(files: int) -> str:
    return f"{files} file" if files == 1 else f"{files} files"


def _reasons_given(files: pd.DataFrame) -> dict[str, str]:
    """Per source the reasons of its refused and missing files, each once, in alphabetical order."""
    lost = files[files["file_status"].isin(["refused", "missing"]) & files["reason"].notna()]
    lost = lost[["source", "reason"]].drop_duplicates().sort_values(["source", "reason"], kind="stable")
    return lost.groupby("source")["reason"].agg("; ".join).to_dict()
