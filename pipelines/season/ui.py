"""Starts the Dagster webserver and daemon on this machine, one copy at a time. Knows no asset.

A second daemon would fight the first over heartbeats, so a lock file with the process id is kept in DAGSTER_HOME.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from pipelines.season.workspace import PROJECT

HOST = "127.0.0.1"
STOP_SECONDS = 10


def dagster_home() -> Path:
    """The instance folder inside the project, with the committed dagster.yaml in it.

    With CS_ACCESS_PG_HOST set it is the shared instance, whose storage is PostgreSQL (docs/guides/shared-instance.md).
    """
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT / ".dagster_home")
    home.mkdir(parents=True, exist_ok=True)
    shared = PROJECT / "deploy" / "dagster.yaml"
    shutil.copyfile(shared if os.environ.get("CS_ACCESS_PG_HOST") else PROJECT / "dagster.yaml", home / "dagster.yaml")
    return home


def serve(port: int) -> int:
    """Start webserver and daemon and wait until one ends or Ctrl-C. Returns the exit code, 2 when it cannot start."""
    home = dagster_home()
    lock = home / "ui.lock"
    running = _running(lock)
    if running:
        print(
            f"cleanup: the UI is running already at http://{HOST}:{running['port']} (process {running['pid']}).",
            file=sys.stderr,
        )
        return 2
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            print(
                f"cleanup: port {port} is taken by another program; try: cleanup ui --port {port + 1}", file=sys.stderr
            )
            return 2
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        # Links of the digest lead to the UI that is started here, unless people reach it by another address.
        "CS_ACCESS_UI": os.environ.get("CS_ACCESS_UI") or f"http://{HOST}:{port}",
        "PYTHONWARNINGS": "ignore",
    }
    # The in-project package must be found whatever the folder the command was started in.
    commands = [
        [sys.executable, "-m", "dagster_webserver", "-w", str(PROJECT / "workspace.yaml"), "-h", HOST, "-p", str(port)],
        [sys.executable, "-m", "dagster._daemon", "run", "-w", str(PROJECT / "workspace.yaml")],
    ]
    # Started by a service or in the background, a program may find Ctrl-C ignored, and is stopped by TERM.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    lock.write_text(json.dumps({"pid": os.getpid(), "port": port}), encoding="utf-8")
    children: list[subprocess.Popen[bytes]] = []
    try:
        # The webserver migrates a fresh instance; a daemon started at the same moment would race it.
        for command in commands:
            children.append(subprocess.Popen(command, cwd=PROJECT, env=environment, start_new_session=True))
            if len(children) == 1:
                _wait_until_open(port, children[0])
        print(f"Dagster is at http://{HOST}:{port}  (Ctrl-C stops it; runs are kept in {home})", flush=True)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(children)
        lock.unlink(missing_ok=True)


def _wait_until_open(port: int, child: subprocess.Popen[bytes]) -> None:
    while child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)


def _running(lock: Path) -> dict[str, int] | None:
    try:
        saved = json.loads(lock.read_text(encoding="utf-8"))
        os.kill(saved["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return {"pid": int(saved["pid"]), "port": int(saved["port"])}


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        for child in children:
            if child.poll() is None:
                os.killpg(child.pid, number)
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.poll() is None for child in children) and time.monotonic() < deadline:
            time.sleep(0.1)
