"""A season of the clean-up: opened on a frozen base, followed partner by partner, closed as a release candidate.

Keeps what was frozen in <data>/seasons/<year>-<kind>/season.json; decides no case and publishes nothing.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.published.comparison import BY
from pipelines.published.diff import COLUMNS, TOLD
from pipelines.published.versions import current_release
from pipelines.season.releases.frozen_years import SEASONS, state_in
from pipelines.season.releases.publishing import compare_with_current
from pipelines.season.releases.tables import data_path
from pipelines.season.steps.parts import read_parts
from pipelines.season.steps.windows import windows_of
from pipelines.shared.cases import who_answers
from pipelines.shared.locks import held
from pipelines.shared.steps import Workspace, tally

KINDS = ("fall", "summer")
ANSWER_TABLES = ("school_cs_access", "evidence", "review_queue", "decision_outcomes")
COUNTS = ("cases", "open", "answered", "applied", "late")


def season_file(workspace: Workspace, school_year: str, kind: str) -> Path:
    """Where the record of a season lies. Raises ValueError for a kind there is not."""
    if kind not in KINDS:
        raise ValueError(f"a season is one of {' or '.join(KINDS)}; found {kind!r}")
    return data_path(workspace) / SEASONS / f"{school_year}-{kind}" / "season.json"


def read_season(workspace: Workspace, school_year: str, kind: str) -> dict[str, Any] | None:
    """The record of a season; None when it was never opened."""
    path = season_file(workspace, school_year, kind)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def open_season(workspace: Workspace, school_year: str, kind: str, *, by: str, now: datetime) -> dict[str, Any]:
    """Freeze the base: hashes of the inputs, the last release, and whose each open case is; returns the record.

    Raises ValueError when the year has not been run or the season was opened already.
    """
    path = season_file(workspace, school_year, kind)
    store = workspace.store
    if not store.exists("reconciled", "review_queue", school_year):
        raise ValueError(f"{school_year} has not been run; run it first: cleanup run {school_year}")
    with held(path.parent, who=by, what="season open", waits=10):
        before = read_season(workspace, school_year, kind)
        if before:
            raise ValueError(f"the {kind} season of {school_year} was opened on {before['opened_at'][:10]} already")
        queue = store.read("review_queue", school_year, columns=["case_id", "partner_id", "who_can_answer"])
        schools = store.read("school_partners", school_year, columns=["partner_id"])
        release = current_release(data_path(workspace))
        record = {
            "school_year": school_year,
            "kind": kind,
            "opened_at": _stamp(now),
            "opened_by": by,
            "base_release": release["version"] if release else None,
            "inputs": _inputs(workspace, school_year),
            "cases": dict(zip(queue["case_id"], who_answers(queue), strict=True)),
            "schools": tally(schools["partner_id"]),
            "windows": windows_of(school_year, kind),
        }
        _write(path, record)
    return record


def close_season(workspace: Workspace, school_year: str, kind: str, *, by: str, now: datetime) -> dict[str, Any]:
    """Record the release candidate: the tables as they are, what is still open, and who closed; returns the record.

    Raises ValueError when the season was never opened, or is closed.
    """
    path = season_file(workspace, school_year, kind)
    with held(path.parent, who=by, what="season close", waits=10):
        record = _opened(workspace, school_year, kind)
        if "closed_at" in record:
            raise ValueError(f"the {kind} season of {school_year} was closed on {record['closed_at'][:10]} already")
        progress = progress_of(workspace, record)
        record |= {
            "closed_at": _stamp(now),
            "closed_by": by,
            "candidate": {
                "inputs": _inputs(workspace, school_year),
                "tables": {name: workspace.store.content_hash("reconciled", name, school_year) for name in ANSWER_TABLES},
                "progress": {str(row["partner_id"]): {name: int(row[name]) for name in COUNTS} for row in progress.to_dict("records")},
            },
        }  # fmt: skip
        _write(path, record)
    return record


def state_of(workspace: Workspace, record: dict[str, Any]) -> str:
    """open, closed or published; see `state_in`."""
    return state_in(data_path(workspace), record)


def progress_of(workspace: Workspace, record: dict[str, Any]) -> pd.DataFrame:
    """Per partner: cases (at the opening), open (of them), answered, applied and late; partner_id first.

    Answered: since the opening, or by an answer that holds. Late: a case whose first answer since the opening came after
    the window; a correction of an answer that was in time is none.
    """
    store, year = workspace.store, record["school_year"]
    whose = pd.Series(record["cases"], dtype="str").rename_axis("case_id")
    queue = store.read("review_queue", year, columns=["case_id", "case_state"])
    told = store.read("decision_outcomes", year, columns=["case_id", "decision_outcome", "decided_at"])
    told = told[told["case_id"].isin(whose.index)]
    partner = told["case_id"].map(whose)
    classes = read_parts(workspace, "partner_regions", year, columns=["partner_id", "partner_class"])
    of_class = classes.drop_duplicates("partner_id").set_index("partner_id")["partner_class"]
    closes = partner.map(of_class).fillna("other").map({name: span[1] for name, span in record["windows"].items()})
    since = told["decided_at"].str[:10] >= record["opened_at"][:10]
    by = told.assign(partner=partner, closes=closes, applied=told["decision_outcome"] == "applied", since=since)
    first = by[by["since"]].sort_values("decided_at", kind="stable").drop_duplicates("case_id")
    out = pd.DataFrame({"cases": whose.value_counts()})
    out["open"] = whose[whose.index.isin(queue["case_id"])].value_counts()
    out["answered"] = by[by["since"] | by["applied"]].drop_duplicates("case_id")["partner"].value_counts()
    out["applied"] = by[by["applied"]].drop_duplicates("case_id")["partner"].value_counts()
    out["late"] = first.loc[first["decided_at"].str[:10] > first["closes"], "partner"].value_counts()
    return out.fillna(0).astype("int64").sort_index().rename_axis("partner_id").reset_index()


def requests_by_state(workspace: Workspace, school_year: str) -> dict[str, int]:
    """How many requests of partners of the year are in each state, by its name."""
    if not workspace.store.exists("reconciled", "request_queue", school_year):
        return {}
    return tally(workspace.store.read("request_queue", school_year, columns=["request_state"])["request_state"])


def errata_of(workspace: Workspace, record: dict[str, Any]) -> pd.DataFrame:
    """Changes of the year since it was published: rows of the diff against the current release; none before that."""
    if state_of(workspace, record) != "published":
        return no_errata()
    errata = compare_with_current(workspace).errata
    return errata[errata["school_year"] == record["school_year"]].reset_index(drop=True)


def no_errata() -> pd.DataFrame:
    """The empty list of errata, with its columns."""
    return pd.DataFrame(columns=[*COLUMNS, *TOLD, BY], dtype="str")


def _opened(workspace: Workspace, school_year: str, kind: str) -> dict[str, Any]:
    record = read_season(workspace, school_year, kind)
    if record is None:
        raise ValueError(
            f"the {kind} season of {school_year} is not open; open it: cleanup season open {school_year} --kind {kind}"
        )
    return record


def _inputs(workspace: Workspace, school_year: str) -> dict[str, str]:
    files = workspace.store.read("received_files", school_year, columns=["file", "sha256"]).dropna()
    files = files.sort_values("file", kind="stable")
    return dict(zip(files["file"], files["sha256"], strict=True))


def inputs_changed(workspace: Workspace, record: dict[str, Any]) -> list[str]:
    """Files that came, changed or went since the season was opened."""
    now = _inputs(workspace, record["school_year"])
    both = set(now) | set(record["inputs"])
    return sorted(file for file in both if now.get(file) != record["inputs"].get(file))


def _stamp(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%S")


def _write(path: Path, record: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    beside.write_text(json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)
