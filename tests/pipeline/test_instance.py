"""Dagster's instance under several processes: a fresh DAGSTER_HOME, and the shared one in PostgreSQL."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.season.workspace import PROJECT

pytestmark = pytest.mark.dagster
STARTS = 4
WORK = """
import sys, time
import dagster as dg

while time.time() < float(sys.argv[1]):
    time.sleep(0.001)
with dg.DagsterInstance.get() as instance:
    @dg.op
    def one():
        return 1

    @dg.job
    def few():
        one()

    assert few.execute_in_process(instance=instance).success
    instance.all_instigator_state()
"""
COUNT = "import dagster as dg; print(dg.DagsterInstance.get().get_runs_count())"


def start_together(home: Path, **more: str) -> list[subprocess.CompletedProcess]:
    environment = {**os.environ, "DAGSTER_HOME": str(home), "PYTHONPATH": str(PROJECT), **more}
    # Late enough that all have imported Dagster and begin in the same moment.
    moment = str(time.time() + 8)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, moment],
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(STARTS)
    ]
    return [subprocess.CompletedProcess("", child.wait(), *child.communicate()) for child in children]


def count_runs(home: Path, **more: str) -> int:
    environment = {**os.environ, "DAGSTER_HOME": str(home), "PYTHONPATH": str(PROJECT), **more}
    done = subprocess.run([sys.executable, "-c", COUNT], env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_fresh_home_started_by_four_processes(tmp_path: Path) -> None:
    """Without the lock of pipelines/defs/storages.py one to three of the four end in an error of alembic."""
    shutil.copyfile(PROJECT / "dagster.yaml", tmp_path / "dagster.yaml")
    done = start_together(tmp_path)
    assert [(child.returncode, child.stderr[-300:] if child.returncode else "") for child in done] == [(0, "")] * STARTS
    assert count_runs(tmp_path) == STARTS


@pytest.fixture(scope="module")
def postgres() -> Iterator[dict[str, str]]:
    """A PostgreSQL server of our own; it refuses to run as root, so that it runs as the system's nobody then."""
    pytest.importorskip("dagster_postgres")
    if not (shutil.which("initdb") and shutil.which("pg_ctl") and shutil.which("setpriv")):
        pytest.skip("needs initdb and pg_ctl: apt-get install postgresql")
    base = Path("/var/tmp") / f"cs-access-postgres-{os.getpid()}"
    base.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    as_nobody = []
    if os.getuid() == 0:
        shutil.chown(base, 65534, 65534)
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    data, log = base / "data", base / "log"
    environment = {"PATH": os.environ["PATH"], "HOME": str(base), "LC_ALL": "C"}
    options = f"-p {port} -k {base} -c listen_addresses=127.0.0.1 -c fsync=off"

    def do(*command: str) -> None:
        subprocess.run([*as_nobody, *command], env=environment, cwd=base, check=True, stdout=subprocess.DEVNULL)

    try:
        do("initdb", "-D", str(data), "-U", "dagster", "-A", "trust", "-E", "UTF8", "--no-sync")
        do("pg_ctl", "-D", str(data), "-l", str(log), "-o", options, "-w", "start")
        try:
            yield {
                "CS_ACCESS_PG_HOST": "127.0.0.1",
                "CS_ACCESS_PG_DATABASE": "postgres",
                "CS_ACCESS_PG_USER": "dagster",
                "CS_ACCESS_PG_PASSWORD": "unused",
                "port": str(port),
            }
        finally:
            do("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def test_the_shared_instance_is_started_by_four_processes(postgres: dict[str, str], tmp_path: Path) -> None:
    """The instance of deploy/, with another port: runs of all four are in one database, and none on this disk."""
    text = (PROJECT / "deploy" / "dagster.yaml").read_text(encoding="utf-8")
    assert "port: 5432" in text
    (tmp_path / "dagster.yaml").write_text(text.replace("port: 5432", f"port: {postgres['port']}"), encoding="utf-8")
    where = {name: value for name, value in postgres.items() if name != "port"}
    # A person makes the tables once, before the services start (docs/guides/shared-instance.md).
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path), **where}
    made = subprocess.run(
        [sys.executable, "-m", "dagster", "instance", "migrate"], env=environment, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr[-500:]
    done = start_together(tmp_path, **where)
    assert [(child.returncode, child.stderr[-300:] if child.returncode else "") for child in done] == [(0, "")] * STARTS
    assert count_runs(tmp_path, **where) == STARTS
    assert not list(tmp_path.rglob("*.db"))
