"""Splitting rows into kept and rejected, and accounting for every one of them. Holds no rule of any table.

`rows in = kept + rejected + merged + excluded` is made here, per file, and checked by `unaccounted`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from pipelines.shared.findings import conform
from pipelines.shared.records import Received
from schemas.columns import RESTRICTED
from schemas.rules import RULES

SETS_ASIDE = frozenset({"reject"})
"""Severities that take a row out of the table. A quarantined row stays, marked, and waits for a person."""


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
    cells = [c for c in rows.columns if c not in locators and c not in RESTRICTED]
    records = rows[cells].astype("object").where(rows[cells].notna(), None).to_dict("records")
    sentences = {rule_id: rule.sentence for rule_id, rule in RULES.items()}
    fixes = {rule_id: rule.fix for rule_id, rule in RULES.items()}
    out = pd.DataFrame(
        {
            "school_year": school_year,
            "source": rows["source"],
            "file": rows["file"],
            "sheet": rows["sheet"],
            "row": rows["row"],
            "rule_ids": rule_ids,
            "reason": [_joined(ids, sentences) for ids in rule_ids],
            "fix": [_joined(ids, fixes) for ids in rule_ids],
            "record": [
                json.dumps({k: v for k, v in record.items() if v is not None}, ensure_ascii=False, default=str)
                for record in records
            ],
        }
    )
    return conform(out, "rejects").sort_values(["source", "file", "row"], kind="stable").reset_index(drop=True)


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
    files = received.files[received.files["file_status"].isin(["accepted", "superseded"])]
    out = files[["source", "file", "rows_in"]].copy()
    out["school_year"] = school_year
    parts = {"rows_kept": [kept], "rows_rejected": [rejects], "rows_merged": [merged], "rows_excluded": list(excluded)}
    for column, frames in parts.items():
        counted = pd.concat([f["file"] for f in frames]).value_counts() if frames else pd.Series(dtype="int64")
        out[column] = out["file"].map(counted).fillna(0).astype("Int64")
    return conform(out, "row_accounts").sort_values(["source", "file"], kind="stable").reset_index(drop=True)


def unaccounted(accounts: pd.DataFrame) -> pd.DataFrame:
    """Files whose rows do not add up: rule X12. Empty when every row is accounted for."""
    parts = accounts[["rows_kept", "rows_rejected", "rows_merged", "rows_excluded"]].sum(axis=1)
    return accounts[parts != accounts["rows_in"]]
