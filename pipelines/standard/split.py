"""Splitting rows into kept and rejected, and accounting for every one of them. Holds no rule of any table.

`rows in = kept + rejected + merged + excluded` is made here, per file, and checked by `unaccounted`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as arrow

from pipelines.shared.findings import conform
from pipelines.shared.frames import sort_rows, to_frame
from pipelines.shared.records import Received
from schemas.columns import RESTRICTED
from schemas.rules import RULES
from schemas.tables import table

SETS_ASIDE = frozenset({"reject", "block"})
"""Severities that take a row out of the table: its own, or those of its whole file. A quarantined row stays, marked."""

_SENTENCES = {rule_id: rule.sentence for rule_id, rule in RULES.items()}
_FIXES = {rule_id: rule.fix for rule_id, rule in RULES.items()}


def split_rows(rows: pd.DataFrame, findings: pd.DataFrame, school_year: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that go on, and the others as table `rejects` with rule ids, reason, fix and their cells as JSON.

    `rows` has source, file, sheet, row and its text cells; `findings` names rows by file and row.
    """
    fatal = findings[findings["severity"].isin(SETS_ASIDE) & findings["row"].notna()]
    if fatal.empty:
        return rows, conform(pd.DataFrame(), "rejects")
    why = (
        fatal.drop_duplicates(["file", "row", "rule_id"])
        .sort_values(["file", "row", "rule_id"], kind="stable")
        .groupby(["file", "row"], sort=True)["rule_id"]
        .agg("|".join)
        .rename("rule_ids")
        .reset_index()
    )
    marked = rows.merge(why, on=["file", "row"], how="left", validate="m:1")
    marked.index = rows.index
    out = marked["rule_ids"].notna()
    return rows[~out], make_rejects(marked[out], marked.loc[out, "rule_ids"], school_year)


def make_rejects(rows: pd.DataFrame, rule_ids: pd.Series, school_year: str) -> pd.DataFrame:
    """Table `rejects` for rows that carry source, file, sheet, row and their cells; restricted cells are left out."""
    locators = {"source", "file", "sheet", "row", "file_year", "delivery", "rule_ids", "record_id", "school_year"}
    cells = {c: rows[c].tolist() for c in rows.columns if c not in locators and c not in RESTRICTED}
    absent = {c: rows[c].isna().tolist() for c in cells}
    found = list(rule_ids)
    data = arrow.table(
        {
            "school_year": [school_year] * len(rows),
            **{c: arrow.array(rows[c], from_pandas=True) for c in ("source", "file", "sheet", "row")},
            "rule_ids": found,
            "reason": [_joined(ids, _SENTENCES) for ids in found],
            "fix": [_joined(ids, _FIXES) for ids in found],
            "record": [
                json.dumps({c: v[n] for c, v in cells.items() if not absent[c][n]}, ensure_ascii=False, default=str)
                for n in range(len(rows))
            ],
        },
        schema=table("rejects").arrow_schema,
    )
    return to_frame(sort_rows(data, ["source", "file", "row"]))


def _joined(rule_ids: str, texts: dict[str, str]) -> str:
    return "; ".join(texts[rule_id] for rule_id in rule_ids.split("|"))


def account_rows(
    received: Received,
    school_year: str,
    *,
    kept: pd.DataFrame,
    rejects: pd.DataFrame,
    merged: pd.DataFrame,
    excluded: Sequence[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Table `row_accounts`: one row per file that was read.

    `kept`, `merged` and each of `excluded` hold one row per source row, with its `file` (a row of the result that
    folds several source rows counts once under kept, the others under merged). `rejects` are those of both stages.
    """
    parts = {"rows_kept": [kept], "rows_rejected": [rejects], "rows_merged": [merged], "rows_excluded": list(excluded)}
    counted = {name: Counter[str]() for name in parts}
    for name, frames in parts.items():
        for frame in frames:
            counted[name].update(frame["file"].value_counts().to_dict())
    return _accounts(received, school_year, counted)


def count_rows(received: Received, school_year: str, **parts: Mapping[str, int]) -> pd.DataFrame:
    """Table `row_accounts` from rows per file: rows_kept, rows_rejected (of this stage), rows_merged, rows_excluded."""
    rejected = Counter(parts["rows_rejected"]) + Counter(received.rejects["file"])
    return _accounts(received, school_year, {**parts, "rows_rejected": rejected})


def _accounts(received: Received, school_year: str, counted: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
    files = received.files
    read = (files["file_status"] == "accepted") | (files["file_status"] == "superseded")
    kept = {name: files.loc[read, name].tolist() for name in ("source", "file", "rows_in")}
    counts = {name: [per_file.get(file, 0) for file in kept["file"]] for name, per_file in counted.items()}
    columns = {**kept, **counts, "school_year": [school_year] * len(kept["file"])}
    schema = table("row_accounts").arrow_schema
    data = arrow.table([arrow.array(columns.get(f.name, []), f.type) for f in schema], schema=schema)
    return to_frame(sort_rows(data, ["source", "file"]))


def unaccounted(accounts: pd.DataFrame) -> pd.DataFrame:
    """Files whose rows do not add up: rule X12. Empty when every row is accounted for."""
    parts = accounts[["rows_kept", "rows_rejected", "rows_merged", "rows_excluded"]].sum(axis=1)
    return accounts[parts != accounts["rows_in"]]
