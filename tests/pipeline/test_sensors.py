"""The sensors: new receipts start a run of their year once; the digest speaks when something has changed, and only then."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from pipelines.defs.resources import Folders
from pipelines.defs.schedules import nightly
from pipelines.defs.sensors import digest, new_raw_files
from pipelines.season.digest import send_digest
from pipelines.season.workspace import PROJECT
from pipelines.shared.steps import Workspace

pytestmark = pytest.mark.dagster


def look(sensor: dg.SensorDefinition, folders: Folders, cursor: str | None = None) -> dg.SensorResult:
    context = dg.build_sensor_context(cursor=cursor, resources={"folders": folders})
    result = sensor(context)
    assert isinstance(result, dg.SensorResult)
    return result


def test_new_receipts_start_a_run_once(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "raw", tmp_path / "raw")
    folders = Folders(raw=str(tmp_path / "raw"), data=str(tmp_path / "data"))
    first = look(new_raw_files, folders)
    assert sorted(str(r.partition_key) for r in first.run_requests or []) == ["2016-17", "2017-18", "2018-19"]
    assert look(new_raw_files, folders, first.cursor).skip_reason
    with (tmp_path / "raw" / "receipts.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"ga,2018-19,ga/2018-19/later.csv,{'0' * 64},1,supplement,2019-01-01,sample,\n")
    assert [r.partition_key for r in look(new_raw_files, folders, first.cursor).run_requests or []] == ["2018-19"]


def test_answers_put_into_raw_are_received_once_they_rest(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "raw", tmp_path / "raw")
    folders = Folders(raw=str(tmp_path / "raw"), data=str(tmp_path / "data"))
    first = look(new_raw_files, folders)
    for source in ("decisions", "ga"):
        (tmp_path / "raw" / source / "2018-19" / "put_here.csv").write_text("case_id\n", encoding="utf-8")
    assert look(new_raw_files, folders, first.cursor).skip_reason, "somebody may still be copying"
    for source in ("decisions", "ga"):
        os.utime(tmp_path / "raw" / source / "2018-19" / "put_here.csv", (0, 0))
    assert [r.partition_key for r in look(new_raw_files, folders, first.cursor).run_requests or []] == ["2018-19"]
    receipts = (tmp_path / "raw" / "receipts.csv").read_text(encoding="utf-8")
    assert "decisions/2018-19/put_here.csv" in receipts
    assert "ga/2018-19/put_here.csv" not in receipts, "a state's file must say whether it replaces what came before"


@pytest.fixture
def inbox() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A web address on this machine and what was posted to it."""
    posted: list[dict[str, str]] = []

    class Inbox(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Inbox)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", posted
    server.shutdown()


def test_the_digest_speaks_once(
    workspace: Workspace, tmp_path: Path, inbox: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, posted = inbox
    monkeypatch.setenv("CS_ACCESS_WEBHOOK", address)
    data = tmp_path / "data"
    shutil.copytree(workspace.store.root, data)
    folders = Folders(raw=str(PROJECT / "raw"), data=str(data))
    first = look(digest, folders)
    assert "received/ga files_are_as_declared" in posted[0]["text"]
    assert posted[0]["text"] == (data / "digest.md").read_text(encoding="utf-8")
    assert "Nothing changed" in str(look(digest, folders, first.cursor).skip_reason)
    solved = json.dumps([*json.loads(first.cursor or "[]"), "2018-19 received/ga solved_check"])
    sent = (data / "digest.json").read_bytes()
    monkeypatch.setenv("CS_ACCESS_WEBHOOK", "http://127.0.0.1:9/")
    with pytest.raises(OSError, match="refused"):
        look(digest, folders, solved)
    assert (data / "digest.json").read_bytes() == sent, "what nobody got was not sent"
    monkeypatch.setenv("CS_ACCESS_WEBHOOK", address)
    look(digest, folders, solved)
    assert len(posted) == 2
    assert "solved_check" in posted[1]["text"].split("## Solved")[1]


def test_the_digest_goes_by_mail_and_names_who_acts(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    shutil.copytree(workspace.store.root, data)
    monkeypatch.delenv("CS_ACCESS_WEBHOOK", raising=False)
    monkeypatch.setenv("CS_ACCESS_UI", "http://127.0.0.1:3000/")
    for folder in ("releases", "provenance"):
        (data / folder / "2026.11.9").mkdir(parents=True)
    (data / "provenance/2026.11.9/facts.json").write_text('{"states_to_name": ["CA"]}', encoding="utf-8")
    with SmallMailServer() as server:
        monkeypatch.setenv("CS_ACCESS_SMTP", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setenv("CS_ACCESS_MAIL_TO", "stewards@example.org")
        monkeypatch.setenv("CS_ACCESS_MAIL_FROM", "pipeline@example.org")
        look(digest, Folders(raw=str(PROJECT / "raw"), data=str(data)))
    text = (data / "digest.md").read_text(encoding="utf-8")
    assert "The digest before this one was sent: never." in text
    # A check that stops nothing reaches the digest like any other.
    line = next(one for one in text.splitlines() if "2018-19 reconciled/review_queue nothing_waits" in one)
    assert "Who acts: the stewards, with the partner of the school." in line
    assert "http://127.0.0.1:3000/assets/reconciled/review_queue?view=checks&partition=2018-19" in line
    line = next(one for one in text.splitlines() if "states_are_within_their_limits" in one)
    assert "2026.11.9 published/candidate" in line
    assert "An approval must name CA" in line
    assert "Who acts: whoever approves the release." in line
    assert server.mail is not None
    assert server.mail["To"] == "stewards@example.org"
    assert "nothing_waits_for_a_person" in server.mail.get_content()


class SmallMailServer:
    """Takes one e-mail by SMTP on this machine."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.mail: EmailMessage | None = None
        self.thread = threading.Thread(target=self.take, daemon=True)

    def __enter__(self) -> SmallMailServer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join(timeout=20)
        self.socket.close()

    def take(self) -> None:
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 ready\r\n")
            body: list[bytes] = []
            for line in lines:
                word = line[:4].upper()
                if word == b"DATA":
                    connection.sendall(b"354 go on\r\n")
                    for text in lines:
                        if text == b".\r\n":
                            break
                        body.append(text)
                    parsed = message_from_bytes(b"".join(body), policy=default)
                    assert isinstance(parsed, EmailMessage)
                    self.mail = parsed
                connection.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return


def test_the_digest_goes_to_web_addresses_only() -> None:
    with pytest.raises(ValueError, match="http or https"):
        send_digest("file:///etc/passwd", "x")


def test_the_nightly_run_is_for_the_newest_year(tmp_path: Path) -> None:
    when = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
    for raw, expected in ((PROJECT / "raw", "2018-19"), (tmp_path, None)):
        context = dg.build_schedule_context(
            scheduled_execution_time=when, resources={"folders": Folders(raw=str(raw), data=str(tmp_path))}
        )
        asked = nightly(context)
        assert getattr(asked, "partition_key", None) == expected
