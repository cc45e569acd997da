"""Locks: one at a time, the message names the holder, and a killed holder is taken over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.shared.locks import LockedError, held
from tests.locks import holder_of

HOLD = """
import sys, time
from pathlib import Path
from pipelines.shared.locks import held
with held(Path(sys.argv[1]), who="R. Stewardly", what="import"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
ADD = """
import sys, time
from pathlib import Path
from pipelines.shared.locks import held
path = Path(sys.argv[1])
for _ in range(15):
    with held(path, waits=30):
        before = int(path.read_text())
        time.sleep(0.002)
        path.write_text(str(before + 1))
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()})


def test_the_message_says_who_holds_it_and_a_dead_holder_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    other = start(HOLD, path, 60)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(LockedError, match="Stewardly") as refused, held(path, who="A. Other", waits=0.1):
        pass
    assert f"import, process {other.pid} on" in str(refused.value)
    assert refused.value.holder == holder_of(path)
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    with held(path, who="A. Other", waits=10) as dead:
        assert dead is not None
        assert (dead.who, dead.pid) == ("R. Stewardly", other.pid)
        now = holder_of(path)
        assert now is not None
        assert now.who == "A. Other"
    assert holder_of(path) is None
    assert list(tmp_path.iterdir()) == []


def test_waiting_is_enough_when_the_holder_lets_go(tmp_path: Path) -> None:
    other = start(HOLD, tmp_path / "inbox", 0.3)
    assert other.stdout is not None
    other.stdout.readline()
    begun = time.monotonic()
    with held(tmp_path / "inbox", waits=20) as dead:
        assert dead is None
    assert time.monotonic() - begun < 19
    other.communicate()


def test_nothing_is_lost_among_three(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    running = [start(ADD, path) for _ in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    for one in running:
        one.communicate()
    assert path.read_text() == "45"


def test_the_lock_is_let_go_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path / "inbox"):
        raise ZeroDivisionError
    with held(tmp_path / "inbox"):
        pass
