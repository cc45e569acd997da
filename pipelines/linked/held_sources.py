"""Sources whose rows are held back for a year, and the cases about sources and their files. Judges no row."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.linked.review_queue import refused_files
from pipelines.shared.cases import FACTS, identify
from pipelines.shared.findings import conform
from pipelines.shared.settle import newest, outcomes_of, settle
from schemas.source_model import Source

KINDS = ("source_hold", "source_release")
BY_DECISION = "held back by a decision"


def source_cases(files: pd.DataFrame, school_year: str, sources: Mapping[str, Source]) -> pd.DataFrame:
    """One possible case per source that sent a file: use it? Its evidence is the files it sent for the year.

    files: `received_files`. Returns columns source, state, case_kind (held_file), file, records, case_id,
    evidence_hash, facts. Whether anybody is asked is decided by those who find a reason to.
    """
    sent = files[files["file_status"] != "missing"].sort_values(["source", "file"], kind="stable")
    by = sent.groupby("source", sort=True)
    cases = by.agg(file=("file", "first"), records=("rows_in", "sum"), facts=("sha256", "|".join)).reset_index()
    cases["state"] = cases["source"].map({name: one.state or None for name, one in sources.items()}).astype("str")
    cases["case_kind"] = "held_file"
    cases["school_year"] = school_year
    return identify(cases.astype({FACTS: "str"}))


def hold_sources(
    files: pd.DataFrame, decisions: pd.DataFrame, sources: Mapping[str, Source], school_year: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table `held_sources`, and the outcomes of the decisions that hold or release a source.

    A source is held where its YAML holds the year, until a decision releases it, or where a decision holds it.
    """
    made = decisions[decisions["decision_kind"].isin(KINDS)]
    asked = source_cases(files, school_year, sources)
    refused = identify(refused_files(files).reset_index(drop=True))
    cases = pd.concat([asked, refused], ignore_index=True)[["case_id", "evidence_hash", "source"]]
    settled = settle(cases, made[made["case_id"].notna()])
    answered = settled.standing.drop(columns="about_source").merge(
        cases[["case_id", "source"]].rename(columns={"source": "about_source"}), on="case_id"
    )
    # Going on without a refused file releases nothing: what its source sent beside it is used anyway.
    answered = answered[
        ~(answered["case_id"].isin(refused["case_id"]) & (answered["decision_kind"] == "source_release"))
    ]
    alone = made[made["case_id"].isna()]
    direct, replaced = newest(alone, ["about_source"])
    told = [
        (at, *(("applied", "it holds") if source in sources else ("unmatched", f"there is no source {source}")))
        for at, source in zip(direct.index, direct["about_source"], strict=True)
    ]
    ordered = pd.concat([answered, direct]).sort_values(["decided_at", "decision_id"], kind="stable")
    held = {name: (one.holds[school_year], None) for name, one in sources.items() if school_year in one.holds}
    for kind, source, decision in zip(
        ordered["decision_kind"], ordered["about_source"], ordered["decision_id"], strict=True
    ):
        if kind == "source_hold":
            held[source] = (f"{BY_DECISION}, {decision}", decision)
        else:
            held.pop(source, None)
    rows = [
        {"source": name, "school_year": school_year, "reason": reason, "decision_id": decision}
        for name, (reason, decision) in sorted(held.items())
    ]
    outcomes = pd.concat([settled.outcomes, replaced, outcomes_of(made, told)], ignore_index=True)
    return conform(pd.DataFrame(rows), "held_sources"), outcomes
