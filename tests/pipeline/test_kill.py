"""A run, a publication and a rollback killed at a dozen points, and two of them at one moment: old or new is left, nothing
is mixed or lost, and the next one finishes the same. Real processes on a small world."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pandas as pd
import pytest

from bench import kill
from bench.kill import Worlds, draw_points, kill_at, make_worlds
from pipelines.received.receipts import read_receipts
from pipelines.season.import_answers import import_answers
from tests.locks import holder_of

POINTS = 12
FORK = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return make_worlds(tmp_path_factory.mktemp("kill") / "worlds")


def test_every_kill_leaves_old_or_new_and_is_finished(worlds: Worlds, tmp_path: Path) -> None:
    found = {(action, point): kill_at(worlds, action, point, tmp_path) for action, point in draw_points(worlds, POINTS)}
    assert len(found) >= POINTS - 1
    assert {place: fault for place, fault in found.items() if fault} == {}


def test_a_torn_table_would_be_noticed(worlds: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(place: Path) -> None:
        path = next((place / "data/reconciled/school_cs_access").glob("*.parquet"))
        path.write_bytes(path.read_bytes()[:-4])

    monkeypatch.setitem(kill.ACTIONS, "rollback", torn)
    assert "neither the old nor the new one" in kill_at(worlds, "rollback", 1_000, tmp_path)


LATE_PERSON = {
    "decision_kind": "source_hold",
    "about_source": "survey",
    "field": "",
    "new_value": "",
    "reason": "told by phone",
}


def begin(work: Callable[..., object], *arguments: object) -> tuple[BaseProcess, Connection]:
    """Do it in a process of its own group; what it says at its end comes through the connection: what came out, or why not."""
    here, there = FORK.Pipe(duplex=False)

    def child() -> None:
        os.setsid()
        try:
            there.send(str(work(*arguments)))
        except Exception as error:
            there.send(f"{type(error).__name__}: {error}")

    process = FORK.Process(target=child)
    process.start()
    there.close()
    return process, here


def said(begun: tuple[BaseProcess, Connection]) -> str:
    process, here = begun
    text = str(here.recv()) if here.poll(120) else "nothing"
    process.join(120)
    return text


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.002)


def of_tables(found: dict[str, str]) -> dict[str, str]:
    """Without the steps' reports: they name the folder that they were written in, and a world is copied."""
    return {name: mark for name, mark in found.items() if name.startswith("releases/") or not name.endswith(".json")}


def copy_world(worlds: Worlds, name: str, place: Path) -> Path:
    shutil.copytree(worlds.root / name, place)
    return place


def test_two_runs_at_one_moment_never_mix_and_the_second_is_told_of_the_first(worlds: Worlds, tmp_path: Path) -> None:
    place = copy_world(worlds, "run", tmp_path / "two")
    first, second = (begin(kill.run, place) for _ in range(2))
    told = sorted([said(first), said(second)], reverse=True)
    assert told[0] == "None", "one of them did it"
    if told[1] != "None":
        assert re.search(
            r"LockedError: run-2016-17 is held by .* \(run of 2016-17, process \d+ on .*, since .* UTC\)", told[1]
        )
    assert kill.fingerprint(place) == worlds.expected["run"]


def test_the_command_names_who_is_at_work_and_a_dead_run_is_taken_over(worlds: Worlds, tmp_path: Path) -> None:
    place = copy_world(worlds, "run", tmp_path / "dead")
    lock = place / "data/.locks/run-2016-17"
    first = begin(kill.run, place)
    wait_for(lock.with_name(".run-2016-17.holder.json"))
    os.kill(first[0].pid or 0, signal.SIGSTOP)
    where = {"CS_ACCESS_RAW": str(place / "raw"), "CS_ACCESS_DATA": str(place / "data")}
    command = [sys.executable, "-m", "pipelines.cli", "run", kill.YEAR]
    refused = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **where}, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"run of 2016-17, process {first[0].pid} on" in refused.stderr
    os.killpg(first[0].pid or 0, signal.SIGKILL)
    first[0].join()
    holder = holder_of(lock)
    assert holder is not None
    assert holder.pid == first[0].pid, "who was at work when it was killed is still told"
    assert said(begin(kill.run, place)) == "None"
    assert holder_of(lock) is None
    assert kill.fingerprint(place) == worlds.expected["run"]


def test_a_publication_waits_for_the_run_and_publishes_what_it_made(worlds: Worlds, tmp_path: Path) -> None:
    place = copy_world(worlds, "run", tmp_path / "both")
    run = begin(kill.run, place)
    wait_for(place / "data/.locks/.run-2016-17.holder.json")
    publish = begin(kill.publish, place)
    assert (said(run), said(publish)) == ("None", "None")
    assert of_tables(kill.fingerprint(place)) == of_tables(worlds.expected["publish"])


def test_two_imports_at_one_moment_are_both_taken_and_the_same_file_once(worlds: Worlds, tmp_path: Path) -> None:
    place = copy_world(worlds, "run", tmp_path / "imports")
    workspace = kill.open_small(place)
    now = datetime(2019, 11, 4, tzinfo=UTC)
    for name in ("a", "b"):
        row = {**LATE_PERSON, "decided_by": name, "decided_at": "2019-11-03"}
        pd.DataFrame([row]).to_csv(place / f"{name}.csv", index=False)

    def take(name: str) -> str:
        return import_answers(workspace, place / f"{name}.csv", kill.YEAR, by=name, now=now).in_words()

    told = [said(begun) for begun in [begin(take, name) for name in ("a", "b", "a")]]
    assert sorted(text.split(":")[0] for text in told) == [
        "1 answer taken, 0 rows skipped, 0 rows set aside",
        "1 answer taken, 0 rows skipped, 0 rows set aside",
        "This file has been imported before; nothing was changed.",
    ]
    receipts = read_receipts(place / "raw")
    mine = receipts[(receipts["source"] == "decisions") & (receipts["received_on"] == "2019-11-04")]
    assert sorted(mine["received_by"]) == ["a", "b"]
    assert all((place / "raw" / file).is_file() for file in mine["file"])
