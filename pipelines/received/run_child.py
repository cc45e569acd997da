"""Runs one of our modules in a process of its own, bytes in and bytes out; whatever ends it ends in a refusal.

Knows no format. Archives and workbooks are opened so: bombs, far cells and faults of a parser can only end the child.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from pipelines.received.refusal import Refused

SECONDS = 30
ROOT = Path(__file__).parents[2]


def run_child(module: str, data: bytes, what: str, *arguments: str) -> bytes:
    """Standard output of `python -m pipelines.received.<module>`, given the data.

    The child refuses by writing {"refused": [rule, sentence]} as the last line of standard error. Raises Refused so,
    and F04 when the child was ended or took too long. `what` names the content in the sentence.
    """
    command = [sys.executable, "-m", f"pipelines.received.{module}", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=SECONDS, env=environment, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("F04", f"{what} could not be read within {SECONDS} seconds") from error
    refused = _refused(done.stderr)
    if refused:
        raise Refused(*refused)
    if done.returncode:
        raise Refused("F04", f"{what} could not be read within the limits on memory and time")
    return done.stdout


def _refused(stderr: bytes) -> list[str] | None:
    last = stderr.rstrip().rpartition(b"\n")[2]
    if not last.startswith(b'{"refused"'):
        return None
    refused: list[str] = json.loads(last)["refused"]
    return refused
