"""`cleanup serve`: read-only, on this machine only, right types, nothing outside the release, no listing, no second transfer."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.season.releases.find import Found, find_release
from pipelines.season.releases.serve import make_server

VERSION = "2026.11.1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder of a few files, with a secret beside it."""
    data = tmp_path_factory.mktemp("served")
    root = data / "releases" / VERSION
    (root / "page" / "data").mkdir(parents=True)
    (root / "page" / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (root / "page" / "app.js").write_text("1;", encoding="utf-8")
    (root / "page" / "channel.json").write_text('{"channel":"release"}', encoding="utf-8")
    (root / "page" / "data" / "points.bin").write_bytes(b"\0\1")
    (root / ".hidden").write_text("hidden", encoding="utf-8")
    (root / "manifest.json").write_text(json.dumps({"released_on": "2026-11-25", "school_years": []}), encoding="utf-8")
    (data / "secret.txt").write_text("secret", encoding="utf-8")
    (root / "page" / "way-out").symlink_to(data / "secret.txt")
    return root


@pytest.fixture(scope="module")
def ask(folder: Path, serve: Callable[[Found], str]) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    place = urlsplit(serve(Found(folder, VERSION, "preview"))).netloc

    def request(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(place, timeout=5)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, dict(answer.getheaders()), body

    return request


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/page/", "text/html; charset=utf-8"),
        ("/page/app.js?v=1", "text/javascript; charset=utf-8"),
        ("/page/data/points.bin", "application/octet-stream"),
        ("/manifest.json", "application/json; charset=utf-8"),
    ],
)
def test_files_have_their_type(path: str, kind: str, ask: Callable[..., tuple[int, dict[str, str], bytes]]) -> None:
    status, headers, body = ask(path)
    assert (status, headers["Content-Type"], headers["X-Content-Type-Options"]) == (200, kind, "nosniff")
    assert int(headers["Content-Length"]) == len(body) > 0


def test_a_file_travels_once(ask: Callable[..., tuple[int, dict[str, str], bytes]]) -> None:
    _, headers, _ = ask("/page/app.js")
    assert ask("/page/app.js", If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask("/page/app.js", If_None_Match='"old"')[0] == 200
    status, headers, body = ask("/page/app.js", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, "2", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/page/data/", "/page/data", "/../secret.txt", "/page/../../../secret.txt", "/%2e%2e/%2e%2e/secret.txt",
        "/page/..%2f..%2f..%2fsecret.txt", "/.hidden", "/page/way-out", "//etc/passwd", "/page/%00", "/page\\app.js",
        "/nothing.txt",
    ],
)  # fmt: skip
def test_folders_hidden_files_and_whatever_lies_outside_are_not_there(
    path: str, ask: Callable[..., tuple[int, dict[str, str], bytes]]
) -> None:
    status, _, body = ask(path)
    assert (status, b"secret" in body) == (404, False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(method: str, ask: Callable[..., tuple[int, dict[str, str], bytes]]) -> None:
    assert ask("/page/app.js", method)[0] == 501


def test_the_start_leads_to_the_page_and_says_the_channel(
    ask: Callable[..., tuple[int, dict[str, str], bytes]],
) -> None:
    status, headers, _ = ask("/")
    assert (status, headers["Location"]) == (302, "/page/")
    assert json.loads(ask("/page/channel.json")[2]) == {"channel": "preview"}


def test_another_name_for_this_machine_reads_nothing(ask: Callable[..., tuple[int, dict[str, str], bytes]]) -> None:
    assert ask("/page/", Host="evil.example:80")[0] == 403
    assert ask("/page/", Host="localhost:8010")[0] == 200


def test_it_listens_on_this_machine_only_and_says_when_a_port_is_taken(folder: Path) -> None:
    server = make_server(Found(folder, VERSION, "release"), 0)
    try:
        assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(ValueError, match="cannot be used"):
            make_server(Found(folder, VERSION, "release"), server.server_address[1])
    finally:
        server.server_close()


def test_which_release_is_meant(folder: Path) -> None:
    data = folder.parents[1]
    with pytest.raises(ValueError, match="nothing has been published"):
        find_release(data)
    assert find_release(data, VERSION) == Found(folder, VERSION, "preview"), "never published, so a preview"
    with pytest.raises(ValueError, match=r"there is 2026\.11\.1"):
        find_release(data, "2026.11.2")
    with pytest.raises(ValueError, match="no preview"):
        find_release(data, preview=True)
    with pytest.raises(ValueError, match="give one of them"):
        find_release(data, VERSION, preview=True)
    pointer = folder.parent / "preview.json"
    pointer.write_text(json.dumps({"version": "2026.11.9", "folder": VERSION}), encoding="utf-8")
    assert find_release(data, preview=True) == Found(folder.resolve(), "2026.11.9", "preview")
    pointer.write_text(json.dumps({"version": "2026.11.9", "folder": "../../.."}), encoding="utf-8")
    with pytest.raises(ValueError, match="which is no release"):
        find_release(data, preview=True)
    pointer.unlink()
