"""The child processes that open archives and workbooks: cheap to start, held to limits, and their end is a refusal."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any

import pytest

from pipelines.received import run_child as module
from pipelines.received.refusal import Refused
from pipelines.received.run_child import ROOT, run_child
from tests.hostile import workbooks
from tests.hostile.hazards import GOOD, PLAIN


@pytest.mark.parametrize("name", ["workbook_child", "zip_child"])
def test_a_child_imports_nothing_heavy(name: str) -> None:
    program = f"import sys, pipelines.received.{name}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not {"pandas", "numpy", "pyarrow", "lxml", "pydantic", "yaml"} & set(done.stdout.split())


@pytest.mark.parametrize("returncode", [-signal.SIGKILL, -signal.SIGABRT, -signal.SIGXCPU, 1])
def test_a_child_that_was_ended_is_a_refusal_even_with_half_a_table(
    returncode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(
            command, returncode, stdout=b'{"sheet":"S1"}\n["A"]\n', stderr=b"panic: CANARY"
        )

    monkeypatch.setattr(module.subprocess, "run", ended)
    with pytest.raises(Refused, match="the workbook could not be read within the limits on memory and time") as refusal:
        run_child("workbook_child", b"", "the workbook")
    assert refusal.value.rule_id == "F04"


def test_a_child_has_half_a_gigabyte_and_ten_seconds() -> None:
    program = (
        "import resource; from pipelines.received.limits import hold_to_limits; hold_to_limits();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] >> 20, resource.getrlimit(resource.RLIMIT_CPU)[0])\n"
        "try: bytearray(600 << 20)\nexcept MemoryError: print('no more')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split(maxsplit=2) == ["512", "10", "no more\n"]


def test_children_hand_back_what_they_read() -> None:
    assert run_child("zip_child", workbooks.zipped({"a.csv": GOOD}), "the zip archive") == GOOD.encode()
    assert run_child("workbook_child", workbooks.xlsx(PLAIN), "the workbook").count(b"\n") == 1 + len(PLAIN)
