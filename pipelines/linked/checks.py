"""Findings and numbers about the matches of a school year: what found no school, what contradicts, what is closed.

Links nothing, and does not write the review queue.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.linked.ladder import CONTRADICTED, FEDERAL, MATCHED
from pipelines.shared.findings import conform, join_findings, row_findings
from schemas.rules import rule
from schemas.source_model import load_sources

UNMATCHED = ("ambiguous", "not_found", "no_identity")
STAGE = "linked"
SHARED_ID_RULE = "X01"
CODED = frozenset({"ap_offerings", "ib_offerings"})
"""Tables whose unmatched rows are already reported by `crosswalk` (A03), once per code that leads nowhere."""


def record_findings(
    linked: pd.DataFrame, directory: pd.DataFrame, produces: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Findings on single records of table `linked_records`, table `findings`, stage `linked`.

    S01 (R05 for a survey): no school found. S02: ids lead to different schools. S20 (R14 for a survey): the school
    found was not operating. `produces` names the table each source becomes; without it the declared sources say so. A
    source that neither knows counts as course files do.
    """
    if linked.empty:
        return join_findings([])
    year = str(linked["school_year"].iloc[0])
    made = dict(produces) if produces is not None else {name: s.produces for name, s in load_sources().items()}
    table = linked["source"].map(made)
    survey, coded = table == "survey_responses", table.isin(CODED)
    lost = linked["match_reason"].isin(UNMATCHED)
    conflict = (linked["match_reason"] == "id_conflict") & ~linked["match_note"].str.startswith(CONTRADICTED)
    closed = stands_on_closed(linked, directory)
    given = linked["nces_school_id_given"].fillna(linked["state_school_id_given"]).fillna(linked["school_name"])

    def found(rule_id: str, where: pd.Series, column: str, values: pd.Series) -> pd.DataFrame:
        return row_findings(linked[where], rule_id, stage=STAGE, school_year=year, column=column, values=values[where])

    return join_findings(
        [
            found("S01", lost & ~survey & ~coded, "nces_school_id_given", given),
            found("R05", lost & survey, "nces_school_id_given", given),
            found("S02", conflict, "nces_school_id_given", given),
            found("S20", closed & ~survey, "nces_school_id", linked["nces_school_id"]),
            found("R14", closed & survey, "nces_school_id", linked["nces_school_id"]),
        ]
    )


def stands_on_closed(linked: pd.DataFrame, directory: pd.DataFrame) -> pd.Series:
    """The matched school is known not to have been operating; false where nothing is known of it."""
    closed = directory.loc[~directory["is_operating"].fillna(True), "nces_school_id"]
    return linked["nces_school_id"].isin(closed)


def shared_state_ids(directory: pd.DataFrame, states: pd.Series) -> pd.DataFrame:
    """Directory rows of those states whose state id stands at several NCES ids, by state id and NCES id (defect 16)."""
    near = directory[directory["state"].isin(states.dropna().unique()) & directory["state_school_id"].notna()]
    shared = near[near["state_school_id"].duplicated(keep=False)]
    return shared.sort_values(["state_school_id", "nces_school_id"], kind="stable").reset_index(drop=True)


def directory_source(directory_sources: pd.Series) -> pd.Series:
    """Name of the first directory source of a row: `directory_sources` is `source year|source year`."""
    return directory_sources.str.extract(r"^([a-z][a-z0-9_]*)", expand=False).fillna("nces_schools").astype("str")


def match_numbers(linked: pd.DataFrame) -> dict[str, float]:
    """Numbers of a run worth plotting: records, unmatched, unmatched_share, and records per match_reason.

    unmatched_share is left out when there is no record: a share of nothing is not zero.
    """
    unmatched = int((~linked["match_reason"].isin(MATCHED)).sum())
    numbers: dict[str, float] = {"records": len(linked), "unmatched": unmatched}
    if len(linked):
        numbers["unmatched_share"] = unmatched / len(linked)
    reasons = linked["match_reason"].value_counts().sort_index()
    return numbers | {f"records_{reason}": int(count) for reason, count in reasons.items()}


def shared_id_findings(linked: pd.DataFrame, directory: pd.DataFrame) -> pd.DataFrame:
    """X01: a state id of the records' states belongs to several NCES ids; one finding per id, table `findings`."""
    if linked.empty:
        return join_findings([])
    shared = shared_state_ids(directory, linked.loc[~linked["state"].isin(FEDERAL), "state"])
    if shared.empty:
        return join_findings([])
    declared = rule(SHARED_ID_RULE)
    by_id = shared.groupby("state_school_id", sort=True)
    ids = by_id["nces_school_id"].agg(", ".join)
    out = pd.DataFrame(
        {
            "school_year": str(linked["school_year"].iloc[0]),
            "stage": STAGE,
            "source": directory_source(by_id["directory_sources"].first()),
            "column": "state_school_id",
            "rule_id": declared.id,
            "severity": declared.severity,
            "value": ids.index + ": " + ids,
            "expected": declared.sentence,
            "fix": declared.fix,
            "finding_rows": by_id.size(),
        }
    )
    return conform(out, "findings")
