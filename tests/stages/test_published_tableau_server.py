"""Publishing an extract to a small server on this machine that answers as Tableau does; no other server is asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from pipelines.published.tableau_server import TOKEN_NAME, TOKEN_SECRET, Place, TableauError, publish_extract

SECRET = "s3cret-token"
HEAD = '<?xml version="1.0"?><tsResponse xmlns="http://tableau.com/api">'


class Answers(BaseHTTPRequestHandler):
    """Sign-in, projects, data sources, sign-out. `expired`: refuse the token as Tableau does."""

    expired = False
    asked: ClassVar[list[tuple[str, str, bytes]]] = []

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.command, self.path, body))
        status, text = 200, ""
        if "/auth/signin" in self.path and self.expired:
            status, text = (
                401,
                '<error code="401001"><summary>Signin Error</summary><detail>Error signing in</detail></error>',
            )
        elif "/auth/signin" in self.path:
            text = '<credentials token="t"><site id="site-1" contentUrl=""/><user id="u"/></credentials>'
        elif "/projects" in self.path:
            page = '<pagination pageNumber="1" pageSize="100" totalAvailable="1"/>'
            text = f'{page}<projects><project id="p-1" name="Schools"/></projects>'
        elif "/datasources" in self.path:
            status, text = 201, '<datasource id="ds-7" name="CS access"><project id="p-1" name="Schools"/></datasource>'
        elif "/auth/signout" in self.path:
            status = 204
        reply = f"{HEAD}{text}</tsResponse>".encode() if status != 204 else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("tableauserverclient", reason="needs the extra 'tableau'")
    monkeypatch.setenv(TOKEN_NAME, "nightly")
    monkeypatch.setenv(TOKEN_SECRET, SECRET)
    monkeypatch.setattr(Answers, "asked", [])
    monkeypatch.setattr(Answers, "expired", False)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    listening.server_close()
    thread.join()


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "cs_access.hyper"
    path.write_bytes(b"HyPe" + bytes(2000))
    return path


def test_an_extract_replaces_the_data_source(server: str, extract: Path) -> None:
    assert publish_extract(extract, Place(server, "", "Schools", "CS access")) == "ds-7"
    methods = [(method, path.split("?")[0].rsplit("/", 1)[-1]) for method, path, _ in Answers.asked]
    assert methods == [("POST", "signin"), ("GET", "projects"), ("POST", "datasources"), ("POST", "signout")]
    _, path, body = Answers.asked[2]
    assert "overwrite=true" in path
    assert b"HyPe" in body
    assert b'name="CS access"' in body


def test_an_expired_token_ends_in_a_sentence_that_says_what_to_do(server: str, extract: Path) -> None:
    Answers.expired = True
    with pytest.raises(TableauError, match=r"it has expired .* Make a new one") as refused:
        publish_extract(extract, Place(server, "", "Schools", "CS access"))
    assert SECRET not in str(refused.value)


def test_a_project_that_is_not_there(server: str, extract: Path) -> None:
    with pytest.raises(TableauError, match="there is no project 'Nowhere'"):
        publish_extract(extract, Place(server, "", "Nowhere", "CS access"))


def test_without_a_token_or_an_extract_nothing_is_asked(
    server: str, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TableauError, match="there is no extract"):
        publish_extract(extract.with_name("none.hyper"), Place(server, "", "Schools", "x"))
    monkeypatch.delenv(TOKEN_SECRET)
    with pytest.raises(TableauError, match=f"set {TOKEN_NAME} and {TOKEN_SECRET}"):
        publish_extract(extract, Place(server, "", "Schools", "x"))
    assert Answers.asked == []


def test_a_server_that_is_not_there(extract: Path, server: str) -> None:
    assert server
    with pytest.raises(TableauError, match="cannot be reached"):
        publish_extract(extract, Place("http://127.0.0.1:1", "", "Schools", "x"))
