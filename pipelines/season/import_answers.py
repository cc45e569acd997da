"""Takes a file of answers in: says row by row what is wrong with it, and receives it like any other file.

Two imports at once wait for each other; the same file twice changes nothing. What an answer means is the stages'.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from pipelines.received.read_source import read_source
from pipelines.received.receipts import ReceiveError, read_receipts, receive_file
from pipelines.season.steps.parts import read_parts
from pipelines.season.steps.reviewers import NAMES, name_reviewers
from pipelines.shared.cases import who_answers
from pipelines.shared.locks import held
from pipelines.shared.records import Received, Standardised
from pipelines.shared.regions import REVIEWER
from pipelines.shared.steps import Workspace
from pipelines.standard.decisions import standardise_decisions

SOURCE = "decisions"
WAITS = 60.0
"""Seconds to wait for another import before saying who holds the inbox."""


@dataclass(frozen=True)
class Imported:
    """path: where the file lies now, None when it had been received before. sentences: what is to be said of single
    rows, in their order."""

    path: Path | None
    answers: int
    skipped: int
    rejected: int
    sentences: list[str] = field(default_factory=list)

    def in_words(self) -> str:
        """One line for a person."""
        if self.path is None:
            return "This file has been imported before; nothing was changed."
        taken, skipped, rejected = (
            f"{count} {noun}{'' if count == 1 else 's'}"
            for count, noun in ((self.answers, "answer"), (self.skipped, "row"), (self.rejected, "row"))
        )
        return f"{taken} taken, {skipped} skipped, {rejected} set aside: {self.path}"


def import_answers(workspace: Workspace, file: Path, school_year: str, *, by: str, now: datetime) -> Imported:
    """Check and receive a file of answers (CSV or worksheet). by: who hands it in, for rows that name nobody.

    Raises ValueError when nobody hands it in or the file cannot be read at all, LockedError when another import does not
    end in time.
    """
    if not by.strip():
        raise ValueError('say who hands the answers in: --by "Your Name"')
    if not file.is_file():
        raise ValueError(f"there is no file at {file}; check the path")
    workspace.raw.mkdir(parents=True, exist_ok=True)
    with held(workspace.raw / SOURCE, who=by, what="import of answers", waits=WAITS):
        received, result = _read(workspace, file, school_year, by, now)
        refused = received.files[received.files["file_status"] == "refused"]
        if len(refused):
            raise ValueError(f"{file.name} was not imported: {refused['reason'].iloc[0]}")
        path = _receive(workspace, file, school_year, by, now)
    counts = result.accounts[["rows_kept", "rows_rejected", "rows_excluded"]].sum()
    foreign, about = _about_cases(workspace, result.table, school_year)
    return Imported(
        path, int(counts["rows_kept"]) - foreign, int(counts["rows_excluded"]), int(counts["rows_rejected"]) + foreign,
        _sentences(result.findings) + about,
    )  # fmt: skip


def _read(workspace: Workspace, file: Path, school_year: str, by: str, now: datetime) -> tuple[Received, Standardised]:
    """The file alone, read as the next run will read it."""
    source = workspace.sources[SOURCE]
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder)
        receive_file(
            raw, file, source, school_year, delivery="supplement", received_on=f"{now:%Y-%m-%d}", received_by=by
        )
        received = read_source(raw, source, school_year, read_receipts(raw))
    return received, standardise_decisions(received, source, school_year)


def _receive(workspace: Workspace, file: Path, school_year: str, by: str, now: datetime) -> Path | None:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    receipts = read_receipts(workspace.raw)
    if ((receipts["source"] == SOURCE) & (receipts["sha256"] == digest)).any():
        return None
    with tempfile.TemporaryDirectory() as folder:
        # The same name comes back from every partner; the bytes tell the files apart.
        named = Path(folder) / f"{file.stem}_{digest[:8]}{file.suffix}"
        shutil.copyfile(file, named)
        try:
            return receive_file(
                workspace.raw,
                named,
                workspace.sources[SOURCE],
                school_year,
                delivery="supplement",
                received_on=f"{now:%Y-%m-%d}",
                received_by=by,
            )
        except ReceiveError as error:
            raise ValueError(str(error)) from error


def _sentences(findings: pd.DataFrame) -> list[str]:
    serious = findings[findings["severity"].isin(["block", "reject", "quarantine"])].sort_values("row", kind="stable")
    return [
        f"row {row}: {expected if rule_id == 'C08' else 'expected is that ' + expected} ({rule_id})"
        for row, expected, rule_id in zip(serious["row"], serious["expected"], serious["rule_id"], strict=True)
    ]


def _about_cases(workspace: Workspace, decisions: pd.DataFrame, school_year: str) -> tuple[int, list[str]]:
    """Answers that will not hold, in sentences: those of a partner whose case it is not, by the year's own tables (how
    many, first), and those whose evidence has changed since."""
    store = workspace.store
    answers = decisions[decisions["case_id"].notna()].sort_values("row", kind="stable")
    if answers.empty or not store.exists("reconciled", "review_queue", school_year):
        return 0, []
    asked = store.read(
        "review_queue", school_year, columns=["case_id", "evidence_hash", "partner_id", "who_can_answer"]
    )
    regions = read_parts(workspace, "partner_regions", school_year, columns=list(NAMES))
    answers = name_reviewers(answers, regions).set_index("case_id")
    asked = asked.set_index("case_id").reindex(answers.index)
    reviewer, known = answers[REVIEWER], asked["evidence_hash"].notna()
    foreign = answers[reviewer.notna() & known & (who_answers(asked) != reviewer)]
    changed = answers[known & (asked["evidence_hash"] != answers["evidence_hash"])]
    return len(foreign), [
        *(
            f"row {row}: expected is that partner {partner} answers the cases of its own schools only (C07)"
            for row, partner in zip(foreign["row"], foreign[REVIEWER], strict=True)
        ),
        *(f"row {row}: the evidence of the case has changed since; it will be asked again" for row in changed["row"]),
    ]
