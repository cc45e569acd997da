"""A small server for one release folder on this machine: read-only, loopback only, standard library. Knows no page.

For many viewers put the folder behind a web server; every file in it is static.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipelines.season.releases.find import Found

HOST = "127.0.0.1"
CHANNEL_PATH = "page/channel.json"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".geojson": "application/geo+json",
    ".bin": "application/octet-stream",
    ".parquet": "application/vnd.apache.parquet",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_CACHED_BYTES = 16_000_000
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", re.IGNORECASE)


def make_server(found: Found, port: int) -> ThreadingHTTPServer:
    """A server for the release at 127.0.0.1:port (0: any free port). Raises ValueError when the port is taken."""
    handler = type("ReleaseHandler", (_Handler,), {"root": found.folder.resolve(), "channel": found.channel})
    try:
        return ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        raise ValueError(
            f"port {port} cannot be used ({error.strerror}); try: cleanup serve --port {port + 1}"
        ) from None


def address_of(server: ThreadingHTTPServer) -> str:
    """Where the page is."""
    return f"http://{HOST}:{server.server_address[1]}/page/"


class _Handler(BaseHTTPRequestHandler):
    root: Path
    channel: str
    protocol_version = "HTTP/1.1"
    server_version = "cs-access"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who looks at which school is nobody's business."""

    def _answer(self, *, body: bool) -> None:
        if not _LOOPBACK.fullmatch(self.headers.get("Host", "")):
            # Another site's name that was made to lead here (DNS rebinding) must read nothing.
            self._send(HTTPStatus.FORBIDDEN, b"ask for 127.0.0.1\n", "text/plain; charset=utf-8", body=body)
            return
        path = unquote(urlsplit(self.path).path)
        if path in ("/", "/page"):
            self._send(HTTPStatus.FOUND, b"", "text/plain; charset=utf-8", body=body, location="/page/")
            return
        name = path.removeprefix("/") + ("index.html" if path == "/page/" else "")
        if name == CHANNEL_PATH:
            told = json.dumps({"channel": self.channel}, separators=(",", ":")).encode()
            self._send(HTTPStatus.OK, told, TYPES[".json"], body=body)
            return
        file = self._file(name)
        if file is None:
            self._send(
                HTTPStatus.NOT_FOUND, b"there is no such file in this release\n", "text/plain; charset=utf-8", body=body
            )
            return
        content, tag = _read(file, file.stat().st_mtime_ns)
        if self.headers.get("If-None-Match") == tag:
            self._send(HTTPStatus.NOT_MODIFIED, b"", _type_of(file), body=False, tag=tag)
            return
        self._send(HTTPStatus.OK, content, _type_of(file), body=body, tag=tag)

    def _file(self, name: str) -> Path | None:
        """The file below the release, or None: no folder, no hidden file, nothing outside, whatever the path says."""
        parts = name.split("/")
        if "\0" in name or "\\" in name or any(part in ("", "..") or part.startswith(".") for part in parts):
            return None
        file = self.root.joinpath(*parts).resolve()
        return file if file.is_relative_to(self.root) and file.is_file() else None

    def _send(
        self, status: HTTPStatus, content: bytes, kind: str, *, body: bool, tag: str = "", location: str = ""
    ) -> None:
        self.send_response(status)
        for header, value in HEADERS.items():
            self.send_header(header, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if tag:
            self.send_header("ETag", tag)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if body:
            self.wfile.write(content)


def _read(file: Path, changed: int) -> tuple[bytes, str]:
    return _cached(file, changed) if file.stat().st_size <= _CACHED_BYTES else _hashed(file)


@lru_cache(maxsize=256)
def _cached(file: Path, _changed: int) -> tuple[bytes, str]:
    return _hashed(file)


def _hashed(file: Path) -> tuple[bytes, str]:
    content = file.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _type_of(file: Path) -> str:
    return TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
