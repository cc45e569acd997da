"""`cleanup diff` and `cleanup rollback` on a national data folder, each as the process that people start.

`python -m bench.releases DATA` takes a folder with at least two releases (`make real` makes one) and writes releases.md. The
release that is current before is the current one again afterwards.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as parquet

from pipelines.published.versions import current_release, list_releases


@dataclass(frozen=True)
class Taken:
    """One command: seconds by the clock, seconds of processor time, and its exit code and last line."""

    command: str
    clock: float
    processor: float
    code: int
    said: str


def take(data: Path, *words: str) -> Taken:
    """Run `cleanup WORDS --data DATA` in a process of its own."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words, "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    clock, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = (done.stdout + done.stderr).strip().splitlines()
    return Taken(" ".join(words), clock, spent, done.returncode, lines[-1].replace(str(data), "DATA") if lines else "")


def main() -> int:
    """Take the commands and write releases.md. Returns 2 when the folder has no two releases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("releases.md"))
    asked = parser.parse_args()
    published = [row["version"] for row in list_releases(asked.data) if row["published"]]
    load = os.getloadavg()[0]
    now = (current_release(asked.data) or {}).get("version", "")
    if len(published) < 2:
        print(f"{asked.data} has {len(published)} published releases, and two are needed: make real", file=sys.stderr)
        return 2
    taken = [
        take(asked.data, "diff"),
        take(asked.data, "rollback", published[0] if now != published[0] else published[1], "--by", "bench"),
        take(asked.data, "rollback", now, "--by", "bench"),
        take(asked.data, "releases"),
    ]
    folder = asked.data / "releases" / now
    schools = parquet.read_metadata(folder / "parquet" / "school_cs_access.parquet").num_rows
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    lines = [
        "# Releases of the whole country",
        "",
        f"`python -m bench.releases DATA`: {len(published)} releases of real files (`make real`), the current one with {schools:,} schools and years",
        f"in {size:,.0f} MB. Each command is a process of its own; rolling back hashes every file of the release it goes to. The machine's load",
        f"was {load:.1f} on {os.cpu_count()} cores: the clock is an upper bound.",
        "",
        "| command | clock | processor | exit code |",
        "| --- | ---: | ---: | ---: |",
        *(f"| `cleanup {one.command}` | {one.clock:.1f} s | {one.processor:.1f} s | {one.code} |" for one in taken),
        "",
        *(f"- {one.command}: {one.said}" for one in taken[:3]),
    ]
    asked.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
