"""Tests of numbering, publishing, checking and rolling back, also when a process is killed half-way."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.published import versions
from pipelines.published.database_file import FILE
from pipelines.published.release import build_release
from pipelines.published.switches import switched_by
from pipelines.published.versions import (
    current_release,
    list_releases,
    newest_candidate,
    next_version,
    point_preview,
    publish,
    release_lock,
    releases_folder,
    remove_candidate,
    rollback,
    superseded_candidates,
    verify_release,
    was_published,
)
from pipelines.season.releases.frozen_years import frozen_years
from pipelines.shared.locks import LockedError
from tests.unit.published_builder import release_years

NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def build(data: Path, number: int = 1) -> str:
    version = f"2026.11.{number}"
    build_release(
        data, version, release_years(), released_on=date(2026, 11, 3), inputs={}, code_version="abc", diff_hash="d"
    )
    return version


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    for number in (1, 2, 3):
        build(data, number)
    return data


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("there", "today", "expected"),
    [
        ([], date(2026, 11, 3), "2026.11.1"),
        (["2026.11.1"], date(2026, 11, 30), "2026.11.2"),
        (["2026.11.9", "2026.11.10"], date(2026, 11, 3), "2026.11.11"),
        (["2026.10.4", "2025.11.7"], date(2026, 11, 3), "2026.11.1"),
        (["2026.1.1", ".building-2026.1.2-x", "notes"], date(2026, 1, 3), "2026.1.2"),
    ],
)
def test_the_next_version(there: list[str], today: date, expected: str, tmp_path: Path) -> None:
    for name in there:
        (tmp_path / name).mkdir()
    assert next_version(tmp_path, today) == expected


def test_the_next_version_before_there_is_a_folder(tmp_path: Path) -> None:
    assert next_version(tmp_path / "releases", date(2026, 1, 1)) == "2026.1.1"


def test_publishing_records_who_and_why(data: Path) -> None:
    assert current_release(data) is None
    pointer = publish(data, "2026.11.1", approved_by=" Ana Diaz ", note="fall release", now=NOW)
    assert current_release(data) == pointer
    assert switched_by(data, pointer) == {"approved_by": "Ana Diaz", "note": "fall release"}
    assert "Ana" not in (data / "releases/current.json").read_text(), "the pointer is public"
    assert pointer["switched_at"] == "2026-11-03T09:30:00+00:00"
    assert verify_release(data / "releases/2026.11.1", pointer["manifest_sha256"]) == []


@pytest.mark.parametrize(
    ("version", "approved_by", "sentence"),
    [
        ("2026.11.1", "  ", "a release is published by somebody"),
        ("2026.11.9", "Ana", r"there is no release 2026.11.9 in .*; there is 2026.11.1, 2026.11.2, 2026.11.3"),
        ("latest", "Ana", "'latest' is not a release; releases are numbered like 2026.11.1"),
        ("../../etc", "Ana", "is not a release"),
    ],
)
def test_what_is_not_published(version: str, approved_by: str, sentence: str, data: Path) -> None:
    with pytest.raises(ValueError, match=sentence):
        publish(data, version, approved_by=approved_by, note="")
    assert current_release(data) is None


def test_rolling_back_goes_to_what_was_published_before(data: Path) -> None:
    publish(data, "2026.11.1", approved_by="Ana", note="")
    publish(data, "2026.11.3", approved_by="Ana", note="")  # 2026.11.2 was built and never published
    assert rollback(data, approved_by="Ben", note="Ohio is wrong")["version"] == "2026.11.1"
    pointer = current_release(data)
    assert pointer is not None
    assert pointer["action"] == "rollback"
    assert switched_by(data, pointer) == {"approved_by": "Ben", "note": "Ohio is wrong"}
    assert [(h["action"], h["version"]) for h in pointer["history"]] == [
        ("publish", "2026.11.1"),
        ("publish", "2026.11.3"),
    ]
    with pytest.raises(ValueError, match=r"2026\.11\.1 is the first release published; there is none before it"):
        rollback(data)
    assert rollback(data, "2026.11.3")["version"] == "2026.11.3"
    assert [r["version"] for r in list_releases(data) if r["is_current"]] == ["2026.11.3"]
    assert [r["version"] for r in list_releases(data) if not r["published"]] == ["2026.11.2"]


def test_names_in_an_older_pointer_leave_the_public_folder(data: Path) -> None:
    first = publish(data, "2026.11.1", approved_by="Ana", note="", now=NOW)
    path = data / "releases/current.json"
    path.write_text(json.dumps({**first, "approved_by": "Cleo", "note": "as it was"}))
    (data / "approvals/switches.jsonl").unlink()
    publish(data, "2026.11.2", approved_by="Ben", note="")
    assert "Cleo" not in path.read_text()
    assert switched_by(data, first) == {"approved_by": "Cleo", "note": "as it was"}


def test_a_candidate_is_removed_and_a_release_is_not(data: Path) -> None:
    publish(data, "2026.11.1", approved_by="Ana", note="")
    assert superseded_candidates(data) == ["2026.11.2"]
    remove_candidate(data, "2026.11.2")
    assert [row["version"] for row in list_releases(data)] == ["2026.11.1", "2026.11.3"]
    assert superseded_candidates(data) == []
    for version, sentence in (("2026.11.1", "was published and is never deleted"), ("2026.11.2", "there is no")):
        with pytest.raises(ValueError, match=sentence):
            remove_candidate(data, version)


def test_rolling_back_to_what_never_was(data: Path) -> None:
    with pytest.raises(ValueError, match="nothing has been published yet"):
        rollback(data)
    publish(data, "2026.11.1", approved_by="Ana", note="")
    with pytest.raises(ValueError, match=r"2026\.11\.2 was never published; earlier releases are 2026\.11\.1"):
        rollback(data, "2026.11.2")


def damage_csv(folder: Path) -> None:
    path = folder / "csv/school_cs_access.csv"
    path.write_bytes(path.read_bytes().replace(b'"Y"', b'"N"', 1))


def damage_rows(folder: Path) -> None:
    with duckdb.connect(str(folder / FILE)) as connection:
        connection.execute("UPDATE school_cs_access SET teaches_cs = 'N' WHERE teaches_cs = 'Y'")


def damage_views(folder: Path) -> None:
    with duckdb.connect(str(folder / FILE)) as connection:
        connection.execute("CREATE OR REPLACE VIEW schools_teaching_cs AS SELECT * FROM school_cs_access")


def damage_tables(folder: Path) -> None:
    with duckdb.connect(str(folder / FILE)) as connection:
        connection.execute("CREATE TABLE extra AS SELECT 1 AS a")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (damage_csv, "csv/school_cs_access.csv has other bytes than when 2026.11.1 was built"),
        (lambda f: (f / "dictionary.md").unlink(), "dictionary.md is missing from"),
        (lambda f: (f / "notes.txt").write_text("x"), "notes.txt does not belong to"),
        (lambda f: (f / "manifest.json").unlink(), "has no manifest.json; it is not a whole release"),
        (damage_rows, "table school_cs_access is not what parquet/school_cs_access.parquet holds"),
        (damage_views, "cs_access.duckdb has other views than when 2026.11.1 was built"),
        (damage_tables, "cs_access.duckdb holds the tables access_report, courses_that_count, evidence, extra"),
        (lambda f: (f / FILE).write_bytes(b"no database"), "cs_access.duckdb of 2026.11.1 cannot be compared"),
    ],
)
def test_a_damaged_release_is_not_published(damage, sentence: str, data: Path) -> None:
    publish(data, "2026.11.2", approved_by="Ana", note="")
    folder = data / "releases/2026.11.1"
    damage(folder)
    assert any(sentence in fault for fault in verify_release(folder))
    with pytest.raises(ValueError, match=r"release 2026\.11\.1 is not what was built"):
        publish(data, "2026.11.1", approved_by="Ana", note="")
    assert (current_release(data) or {})["version"] == "2026.11.2"


def test_an_untouched_release_has_no_faults(data: Path) -> None:
    assert verify_release(data / "releases/2026.11.1") == []


def test_a_rewritten_manifest_is_noticed_through_the_pointer(data: Path) -> None:
    publish(data, "2026.11.1", approved_by="Ana", note="")
    publish(data, "2026.11.2", approved_by="Ana", note="")
    path = data / "releases/2026.11.1/manifest.json"
    manifest = json.loads(path.read_text())
    manifest["diff_sha256"] = "forged"
    path.write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match="is not the manifest that was published"):
        rollback(data)


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_killed_publication_leaves_the_old_pointer(moment: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(data, "2026.11.1", approved_by="Ana", note="")
    before = (data / "releases/current.json").read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(versions.os, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            publish(data, "2026.11.2", approved_by="Ana", note="")
    assert (data / "releases/current.json").read_bytes() == before
    assert publish(data, "2026.11.2", approved_by="Ana", note="")["version"] == "2026.11.2"


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.published import versions

replace = os.replace
when = sys.argv[2]
def die(source, target):
    last = not str(target).endswith("current.json")
    if when == "after" or last:
        replace(source, target)
    last or os.kill(os.getpid(), signal.SIGKILL)
versions.os.replace = die
versions.publish(Path(sys.argv[1]), "2026.11.2", approved_by="Ana", note="")
"""


@pytest.mark.parametrize(("when", "left"), [("before", "2026.11.1"), ("after", "2026.11.2")])
def test_a_process_killed_while_publishing_leaves_the_old_or_the_new_pointer(when: str, left: str, data: Path) -> None:
    publish(data, "2026.11.1", approved_by="Ana", note="")
    project = Path(versions.__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", KILLED, str(data), when], cwd=project, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert (current_release(data) or {})["version"] == left
    # The dead process held the lock; the next one is not kept waiting.
    assert publish(data, "2026.11.3", approved_by="Ana", note="")["version"] == "2026.11.3"


def test_an_unreadable_pointer_is_named(data: Path) -> None:
    (data / "releases/current.json").write_text('{"version": ')
    with pytest.raises(ValueError, match=r"current\.json is not a pointer to a release"):
        current_release(data)


def test_two_at_once_are_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "LOCK_SECONDS", 0.0)
    with (
        release_lock(releases_folder(data), "rollback", "Ben"),
        pytest.raises(LockedError, match=r"held by Ben \(rollback, process"),
    ):
        publish(data, "2026.11.1", approved_by="Ana", note="")


def test_what_a_killed_build_left_is_removed(data: Path) -> None:
    releases = data / "releases"
    (releases / ".building-2026.11.4-x").mkdir()
    (releases / ".building-2026.11.4-x" / "half").write_text("x")
    (releases / ".current.json.0123").write_text("{")
    publish(data, "2026.11.1", approved_by="Ana", note="")
    left = {p.name for p in releases.iterdir() if p.name.startswith((".building", ".current"))}
    assert left == set()


def test_the_newest_candidate_is_the_highest_version_that_never_was_current(data: Path) -> None:
    assert newest_candidate(data) == "2026.11.3"
    publish(data, "2026.11.3", approved_by="Ana", note="")
    assert newest_candidate(data) == ""
    assert was_published(data, "2026.11.3")
    assert not was_published(data, "2026.11.2")


def test_a_preview_is_a_channel_of_its_own(data: Path) -> None:
    publish(data, "2026.11.1", approved_by="Ana", note="")
    before = (data / "releases/current.json").read_bytes()
    for name in ("2026.11.4-aaaa", "2026.11.4-bbbb"):
        shutil.copytree(data / "releases/2026.11.3", data / "previews" / name)
        pointer = point_preview(data, data / "previews" / name, "2026.11.4", NOW)
    assert (data / "releases" / pointer["folder"] / "manifest.json").exists()
    assert [p.name for p in (data / "previews").iterdir()] == ["2026.11.4-bbbb"]
    assert json.loads((data / "releases/preview.json").read_text()) == pointer
    assert (data / "releases/current.json").read_bytes() == before


def test_the_fall_opens_again_what_the_summer_had_ended(data: Path) -> None:
    def season(kind: str, opened: str, closed: str | None) -> None:
        record = {"school_year": "2017-18", "kind": kind, "opened_at": opened, "base_release": None}
        folder = data / "seasons" / f"2017-18-{kind}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "season.json").write_text(json.dumps(record | ({"closed_at": closed} if closed else {})))

    season("summer", "2026-06-01T08:00:00", "2026-07-20T08:00:00")
    assert frozen_years(data) == ()
    publish(data, "2026.11.1", approved_by="Ana", note="", now=NOW)
    assert frozen_years(data) == ("2017-18",)
    season("fall", "2026-11-04T08:00:00", None)
    assert frozen_years(data) == ()
    season("fall", "2026-11-04T08:00:00", "2026-11-05T08:00:00")
    assert frozen_years(data) == (), "closed, and not published yet"
    publish(data, "2026.11.2", approved_by="Ana", note="")
    assert frozen_years(data) == ("2017-18",)
