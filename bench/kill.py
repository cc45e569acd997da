"""Kills (kill -9) a run, a publication and a rollback at points all over them, and looks at what is left.

`python -m bench.kill` (or `make kill`) takes 200 points drawn with a fixed seed and writes kill.md; the suite takes a dozen.
A point is a number of changes to the disk (opened for writing, made, renamed, removed), so that it is met again on any
machine. Odd points of a run kill the whole group, even ones only the parent: its workers must not write on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import mmap
import os
import random
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipelines.published.versions import current_release, verify_release
from pipelines.received.receipts import receive_file
from pipelines.season.releases.approving import approve
from pipelines.season.releases.publishing import propose_release, publish_release, roll_back
from pipelines.season.run import run_season
from pipelines.season.workspace import PROJECT
from pipelines.shared.steps import Workspace
from pipelines.shared.store import TableStore
from schemas.source_model import load_sources

YEAR = "2016-17"
SOURCES = ("nces_ccd_029", "nces_edge", "wa", "ap_offerings", "ap_school_codes", "survey", "decisions", "partners")
"""A small world: what the run reads is a part of the sample season."""
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
SHARE = {"run": 0.6, "publish": 0.25, "rollback": 0.15}
DECISION = "decision_id,kind,school_id,school_year,teaches_cs,decided_by,decided_at,reason,evidence_hash\n"
SEED = 20261125
TIMES = ("switched_at", "approved_at")


@dataclass
class Worlds:
    """Folders to start from, and what an undisturbed action makes of each: `expected[action]`, {path: sha256}."""

    root: Path
    before: dict[str, dict[str, str]] = field(default_factory=dict)
    expected: dict[str, dict[str, str]] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)


def open_small(place: Path) -> Workspace:
    """The workspace of a world: its own raw tree and data, few sources."""
    sources = {name: source for name, source in load_sources().items() if name in SOURCES}
    return Workspace(store=TableStore(str(place / "data")), raw=place / "raw", sources=sources)


def run(place: Path) -> None:
    """The run of the school year."""
    list(run_season(open_small(place), [YEAR]))


def publish(place: Path) -> None:
    """Candidate, approval and publication; where a killed one got that far, the last command once more."""
    workspace = open_small(place)
    published = _published(place)
    if len(published) > 1:
        publish_release(workspace, published[-1])
        return
    built = propose_release(workspace)
    approve(workspace, built.version, approved_by="Ana Diaz", states=built.states_to_name)
    publish_release(workspace, built.version)


def rollback(place: Path) -> None:
    """Back to the first release, unless a killed one got that far."""
    if (current_release(place / "data") or {}).get("action") != "rollback":
        roll_back(open_small(place), "")


ACTIONS: dict[str, Callable[[Path], None]] = {"run": run, "publish": publish, "rollback": rollback}


def _published(place: Path) -> list[str]:
    pointer = current_release(place / "data")
    return [entry["version"] for entry in [*pointer["history"], pointer]] if pointer else []


def make_worlds(root: Path) -> Worlds:
    """A world before each action, and the one after it."""
    worlds = Worlds(root)
    for name in ("raw", "data"):
        (root / "run" / name).mkdir(parents=True)
    raw = root / "run" / "raw"
    receipts = (PROJECT / "raw" / "receipts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in receipts[1:] if line.split(",")[0] in SOURCES and line.split(",")[1] == YEAR]
    (raw / "receipts.csv").write_text(receipts[0] + "".join(kept), encoding="utf-8")
    for line in kept:
        target = raw / line.split(",")[2]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / "raw" / line.split(",")[2], target)
    partners = PROJECT / "raw/partners/2017-18/partners_2017-18.csv"
    receive_file(raw, partners, load_sources()["partners"], YEAR, received_on="2017-09-01")
    _in_a_child(lambda: (run(root / "run"), publish_first(root / "run")))
    _decide(root / "run")
    for action, after in (("run", "publish"), ("publish", "rollback"), ("rollback", "end")):
        shutil.copytree(root / action, root / after)
        worlds.before[action] = fingerprint(root / action)
        worlds.points[action] = count_points(action, root / after)
        worlds.expected[action] = fingerprint(root / after)
    return worlds


def publish_first(place: Path) -> None:
    """The release before."""
    workspace = open_small(place)
    built = propose_release(workspace)
    approve(workspace, built.version, approved_by="Ana Diaz", states=built.states_to_name)
    publish_release(workspace, built.version)


def _decide(place: Path) -> None:
    school = TableStore(str(place / "data")).read("school_cs_access", YEAR).query("teaches_cs == 'Y'")
    row = (
        f"D-1,verdict,{school['nces_school_id'].iloc[0]},{YEAR},M,A. B.,2019-11-02 10:00:00 UTC,seen,1111111111111111\n"
    )
    file = place / "late.csv"
    file.write_text(DECISION + row, encoding="utf-8")
    receive_file(place / "raw", file, load_sources()["decisions"], YEAR, received_on="2019-11-03")


def count_points(action: str, place: Path) -> int:
    """Run the action to its end and return how often it changed the disk."""
    count = mmap.mmap(-1, 8)
    code = _in_a_child(lambda: ACTIONS[action](place), count=count)
    if code:
        raise RuntimeError(f"{action} did not end well: {code}")
    return int(struct.unpack("q", count[:8])[0])


def kill_at(worlds: Worlds, action: str, point: int, scratch: Path) -> str:
    """Kill the action at that point, look, finish it, look again. Returns what is wrong; empty when nothing is."""
    place = scratch / f"{action}-{point}"
    shutil.copytree(worlds.root / action, place)
    try:
        parent_only = action == "run" and point % 2 == 0
        _in_a_child(lambda: ACTIONS[action](place), count=mmap.mmap(-1, 8), stop=point, parent_only=parent_only)
        fault = _look(worlds, action, place)
        if fault:
            return f"killed: {fault}"
        if _in_a_child(lambda: ACTIONS[action](place)):
            return "the next one did not end well"
        found, wanted = fingerprint(place), worlds.expected[action]
        other = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
        return f"finished: {len(other)} files differ, first {other[0]}" if other else ""
    finally:
        shutil.rmtree(place)


def _look(worlds: Worlds, action: str, place: Path) -> str:
    """Everything that is there is whole: old or new, and what is pointed at is a release with its partners' folders."""
    now = fingerprint(place)
    sides = (worlds.before[action], worlds.expected[action])
    for name, mark in now.items():
        if name.endswith(".parquet") and mark not in [side.get(name) for side in sides]:
            return f"{name} is neither the old nor the new one"
    pointer = current_release(place / "data")
    if pointer is None:
        return "nothing is published any more"
    own = f"partner/{pointer['version']}/"
    for name in {name for side in sides for name in side if name.startswith(own)}:
        if all(now.get(name) != side.get(name) for side in sides):
            return f"{name} of the current release is neither the old nor the new one"
    faults = verify_release(place / "data" / "releases" / pointer["version"], pointer["manifest_sha256"])
    return faults[0] if faults else ""


def fingerprint(place: Path) -> dict[str, str]:
    """{path: sha256} of all that people and programs read; without locks, files with times, and bytes that vary."""
    found = {}
    for path in sorted(p for p in (place / "data").rglob("*") if p.is_file()):
        name = path.relative_to(place / "data").as_posix()
        if any(part.startswith(".") for part in Path(name).parts) or path.suffix in (".duckdb", ".hyper"):
            continue
        # Reports name the files they speak of, with the folder.
        body = path.read_bytes().replace(str(place).encode(), b"") if path.suffix == ".json" else path.read_bytes()
        if name.endswith("current.json"):
            pointer = json.loads(body)
            body = json.dumps({k: pointer[k] for k in ("version", "manifest_sha256", "action")}).encode()
        if name.startswith("approvals/"):
            continue
        found[name] = hashlib.sha256(body).hexdigest()
    return found


def _in_a_child(
    work: Callable[[], object], *, count: mmap.mmap | None = None, stop: int = 0, parent_only: bool = False
) -> int:
    """Do it in a forked process of its own group; returns its exit code. Kills it at its `stop`th change to the disk."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setsid()
            if count is not None:
                _watch(count, stop, os.getpid(), parent_only)
            work()
            code = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _watch(count: mmap.mmap, stop: int, leader: int, parent_only: bool) -> None:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & WRITES)
        if not writes and event not in EVENTS:
            return
        # Workers count together; that two count at once and one is lost only moves the point.
        seen = struct.unpack("q", count[:8])[0] + 1
        count[:8] = struct.pack("q", seen)
        if seen == stop:
            os.kill(leader, signal.SIGKILL) if parent_only else os.killpg(leader, signal.SIGKILL)
            time.sleep(5 if parent_only else 0)

    sys.addaudithook(hook)


def draw_points(worlds: Worlds, points: int) -> list[tuple[str, int]]:
    """(action, point), spread over the actions as in SHARE and over each action evenly, with a fixed seed."""
    draw = random.Random(SEED)
    chosen = []
    for action, share in SHARE.items():
        wanted, there = max(1, round(points * share)), worlds.points[action]
        # Of an action with fewer changes than points asked for, some points are taken twice.
        starts = [1 + n * there // wanted for n in range(wanted)]
        ends = [max(start, (n + 1) * there // wanted) for n, start in enumerate(starts)]
        chosen += [(action, draw.randint(start, end)) for start, end in zip(starts, ends, strict=True)]
    return chosen


def main() -> int:
    """Take the points and write kill.md. Returns 1 when something was torn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("kill.md"))
    asked = parser.parse_args()
    os.environ.setdefault("CS_ACCESS_TABLEAU", "off")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        worlds = make_worlds(Path(folder) / "worlds")
        rows = []
        for number, (action, point) in enumerate(draw_points(worlds, asked.points), 1):
            fault = kill_at(worlds, action, point, Path(folder) / "scratch")
            rows.append({"action": action, "point": point, "fault": fault})
            print(f"{number} {action} {point} {fault or 'whole'}", file=sys.stderr, flush=True)
            # After each point: a bench that was stopped says how many points it took.
            text = _report(pd.DataFrame(rows), worlds, asked.points, time.perf_counter() - started)
            asked.out.write_text(text, encoding="utf-8")
    return int(any(row["fault"] for row in rows))


def _report(told: pd.DataFrame, worlds: Worlds, asked: int, seconds: float) -> str:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(one.ru_utime + one.ru_stime for one in spent)
    lines = [
        "# kill -9",
        "",
        "`make kill`: a small world (a part of the sample season, 2016-17) is killed at points drawn with a fixed seed, looked at,",
        "finished by the next one, and compared byte for byte with a world that nobody killed. After the kill every table must be",
        "the old or the new one, and what `current.json` points at a whole release with its partners' folders. Of a run every second",
        "point kills only the parent, whose workers must not write on.",
        "",
        "| killed | changes to the disk | points | left old or new, and finished the same |",
        "| --- | ---: | ---: | ---: |",
    ]
    for action in SHARE:
        mine = told[told["action"] == action]
        lines.append(f"| {action} | {worlds.points[action]:,} | {len(mine)} | {int((mine['fault'] == '').sum())} |")
    faults = told[told["fault"] != ""]
    part = "" if len(told) >= asked else f" of {asked} asked for: it was stopped before its end"
    lines += ["", f"{len(told)} points{part}, in {seconds:,.0f} s ({processor:,.0f} s of processor time), seed {SEED}."]
    lines += [f"- {row.action} at {row.point}: {row.fault}" for row in faults.itertuples()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
