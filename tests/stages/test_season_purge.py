"""Purging: what is past its time and what people ask for is gone from raw/, tables and folders; the rest says the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.published.partner_files import CONTACTS
from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts
from pipelines.season.purge import RECORD, SALT, purge
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace
from pipelines.standard.survey_responses import standardise_survey_responses
from schemas.columns import RESTRICTED
from schemas.retention import load_retention
from schemas.source_model import load_sources
from tests.world import CANARIES

FILE = "survey/2018-19/census_submissions_2018-19.csv"
LATE, EARLY = dt.date(2026, 11, 25), dt.date(2019, 3, 1)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The sample survey of 2018-19 with its receipt, and an empty data folder."""
    raw = tmp_path / "raw"
    (raw / FILE).parent.mkdir(parents=True)
    shutil.copyfile(PROJECT / "raw" / FILE, raw / FILE)
    lines = (PROJECT / "raw/receipts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (raw / "receipts.csv").write_text("".join(line for line in lines if FILE in line or "sha256" in line))
    return open_workspace(raw, str(tmp_path / "data"))


def rows_of(workspace: Workspace) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((workspace.raw / FILE).read_text(encoding="utf-8"))))


def answers(workspace: Workspace) -> pd.DataFrame:
    source = load_sources()["survey"]
    received = read_source(workspace.raw, source, "2018-19", read_receipts(workspace.raw))
    assert received.files["file_status"].tolist() == ["accepted"]
    return standardise_survey_responses(received, source, "2018-19").table


def everything(root: Path) -> str:
    return "".join(p.read_text(encoding="utf-8", errors="ignore") for p in root.rglob("*") if p.is_file()).casefold()


def test_details_past_their_time_go_and_every_answer_stays(workspace: Workspace) -> None:
    before = answers(workspace)
    done = purge(workspace, [], LATE)
    assert done.rows_old > 100
    assert done.rows_asked == 0
    text = everything(workspace.raw)
    kept = ("teacher_name_or_id", "submitter_email_address")
    assert [c for name, c in CANARIES.items() if name not in kept and c.casefold() in text] == []
    assert "@school.example" not in text
    pd.testing.assert_frame_equal(answers(workspace), before)


def test_a_second_purge_does_nothing(workspace: Workspace) -> None:
    purge(workspace, [], LATE)
    body = (workspace.raw / FILE).read_bytes()
    record = (workspace.raw / RECORD).read_text()
    done = purge(workspace, [], LATE)
    assert (done.rows_old, done.rows_asked, done.files) == (0, 0, [])
    assert (workspace.raw / FILE).read_bytes() == body
    assert (workspace.raw / RECORD).read_text() == record


def test_what_is_within_its_time_stays(workspace: Workspace) -> None:
    body = (workspace.raw / FILE).read_bytes()
    assert purge(workspace, [], EARLY).files == []
    assert (workspace.raw / FILE).read_bytes() == body
    contacts, free_text = load_retention()["contacts"], load_retention()["free_text"]
    assert contacts.kept_from(dt.date(2026, 11, 25)) == dt.date(2024, 11, 25)
    assert contacts.months < free_text.months


def test_a_request_deletes_everything_of_that_person_and_nothing_else(workspace: Workspace) -> None:
    person = rows_of(workspace)[7]["submitter_email_address"]
    before = answers(workspace)
    done = purge(workspace, [f"  {person.upper()} "], EARLY)
    assert done.rows_asked == 1
    assert person.casefold() not in everything(workspace.raw)
    rows = rows_of(workspace)
    assert set(rows[7].values()) == {""}
    after = answers(workspace)
    gone = set(before["record_id"]) - set(after["record_id"])
    assert len(gone) == 1
    expected = before[~before["record_id"].isin(gone)].reset_index(drop=True)
    pd.testing.assert_frame_equal(after, expected)


def test_a_later_export_that_still_holds_the_person_is_emptied_too(workspace: Workspace) -> None:
    original = (workspace.raw / FILE).read_bytes()
    person = rows_of(workspace)[7]["submitter_email_address"]
    purge(workspace, [person], EARLY)
    (workspace.raw / FILE).write_bytes(original)
    done = purge(workspace, [], EARLY)
    assert done.rows_asked == 1
    assert person not in (workspace.raw / FILE).read_text()


def test_a_request_after_the_address_was_replaced_finds_the_person(workspace: Workspace) -> None:
    person = rows_of(workspace)[7]["submitter_email_address"]
    purge(workspace, [], LATE)
    assert purge(workspace, [person], LATE).rows_asked == 1


def test_the_receipt_says_that_it_is_a_redacted_copy(workspace: Workspace) -> None:
    was = read_receipts(workspace.raw).iloc[0]
    purge(workspace, [], LATE)
    now = read_receipts(workspace.raw).iloc[0]
    assert now["sha256"] != was["sha256"]
    assert "redacted copy, personal details removed 2026-11-25" in now["note"]
    assert f"as received: sha256 {was['sha256']}" in now["note"]


def test_the_record_says_that_it_was_done_and_not_for_whom(workspace: Workspace) -> None:
    person = rows_of(workspace)[7]["submitter_email_address"]
    purge(workspace, [person], EARLY)
    record = list(csv.DictReader(io.StringIO((workspace.raw / RECORD).read_text())))
    assert [line["kind"] for line in record] == ["request", "request"]
    assert record[0]["purged_on"] == "2019-03-01"
    assert len(record[0]["person_hash"]) == 64
    assert (record[1]["files"], record[1]["rows"]) == ("1", "1")
    assert (workspace.raw / SALT).stat().st_mode & 0o777 == 0o600


def test_restricted_tables_and_contacts_of_partners_go_at_once(workspace: Workspace, tmp_path: Path) -> None:
    person = rows_of(workspace)[7]["submitter_email_address"]
    store = workspace.store
    frame = pd.DataFrame({"submitter_email_address": [person]}, dtype="str")
    for name in ("survey", "survey.standard"):
        store.write_text(frame, "restricted", name, "2018-19")
    contacts = tmp_path / "data/partner/2026.11.1/101" / CONTACTS
    contacts.parent.mkdir(parents=True)
    contacts.write_text(f'"nces_school_id","submitter_email_address"\n"0100","{person}"\n"0200","other@x.example"\n')
    done = purge(workspace, [person], EARLY)
    assert done.contacts == 1
    assert contacts.read_text() == '"nces_school_id","submitter_email_address"\n"0200","other@x.example"\n'
    assert not store.exists("restricted", "survey", "2018-19")
    assert person not in everything(tmp_path / "data")


def test_a_dry_run_writes_nothing(workspace: Workspace) -> None:
    before = {p: p.read_bytes() for p in workspace.raw.rglob("*") if p.is_file()}
    assert purge(workspace, [], LATE, dry_run=True).rows_old > 100
    assert {p: p.read_bytes() for p in workspace.raw.rglob("*") if p.is_file()} == before


def test_the_command_tells_numbers_and_leaves_a_workbook_to_a_person(workspace: Workspace, tmp_path: Path) -> None:
    person = rows_of(workspace)[7]["submitter_email_address"]
    (tmp_path / "ask.txt").write_text(person + "\n")
    data = str(tmp_path / "data")
    shown = CliRunner().invoke(
        app, ["purge", "--requests", str(tmp_path / "ask.txt"), "--raw", str(workspace.raw), "--data", data]
    )
    assert shown.exit_code == 0
    assert "1 answers were deleted on request" in shown.output
    assert "Next: cleanup run 2018-19..2018-19" in shown.output
    assert person not in shown.output
    (workspace.raw / FILE).write_bytes(b"PK\x03\x04 a workbook")
    left = CliRunner().invoke(app, ["purge", "--raw", str(workspace.raw), "--data", data])
    assert left.exit_code == 1
    assert "do it by hand" in left.output


def test_retention_speaks_of_restricted_columns_only() -> None:
    named = [column for rule in load_retention().values() for column in rule.columns]
    assert len(named) == len(set(named))
    assert set(named) == RESTRICTED - {"response_id", "respondent_key", "teacher_name_or_id"}
