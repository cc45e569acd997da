"""Holds the unit tier to what it is: no test of this folder writes to the disk, opens a connection or starts a process.

Tests that need one of these stand in tests/stages, tests/pipeline or tests/hostile.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.rename", "os.remove", "shutil.")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
OWN_FILES = {"__pycache__", ".hypothesis"}
"""Folders in which Python and hypothesis remember things."""
HOME = Path(__file__).parents[2]
_now: list[bool] = [False]


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _now[0] or OWN_FILES & set(Path(str(arguments[0])).parts if arguments else ()):
        return
    if event.startswith(FORBIDDEN):
        _refuse(event)
    if event == "open" and isinstance(arguments[0], str):
        path, mode, flags = arguments
        written = (flags or 0) & WRITING or set(mode or "") & set("wax+")
        if written or not path.startswith((str(HOME), sys.prefix, sys.base_prefix)):
            _refuse(f"open {path!r}")


def _refuse(what: str) -> None:
    _now[0] = False
    pytest.fail(f"a unit test touches neither disk nor network ({what}); move it to tests/stages")


# An audit hook cannot be taken out again, so it looks at a flag.
sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Watches the test from its first line to its last."""
    _now[0] = True
    yield
    _now[0] = False
