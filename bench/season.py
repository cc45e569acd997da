"""`python -m bench.season --scale 1`: makes a full-size season, runs it end to end and prints time and memory.

The directory is the real one when the shared data are beside the repository, else an invented one of the same size.
The run is a process of its own, so that seconds include imports and memory is the whole process's peak.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as arrow
from pyarrow import csv

from bench.real import FILES, SHARED
from pipelines.received.receipts import receive_file
from pipelines.shared.store import TableStore, from_parquet, to_parquet
from schemas.source_model import Source, load_sources
from schemas.states import STATES

STARTED = time.perf_counter()
YEAR = "2018-19"
COURSE_ROWS, ANSWERS, AP_ROWS = 90_000, 60_000, 6_000
TYPED_SHARE = 0.2
TITLES = {
    "10011": "Computer Science Principles", "10012": "Exploring Computer Science", "10152": "Computer Programming",
    "10155": "Java Programming", "10157": "AP Computer Science A", "10201": "Web Page Design", "10004": "Computer Applications",
}  # fmt: skip
COUNT_COLUMNS = (
    "num_students_enrolled", "num_students_female", "num_students_black_or_african_american",
    "num_students_hispanic_or_latino", "num_students_american_indian_or_native_alaskan",
    "num_students_native_hawaiian_or_pacific_islander", "num_students_free_or_reduced_lunch",
    "num_students_special_education_status", "num_students_english_language_learner_status",
)  # fmt: skip


def national_sources() -> dict[str, Source]:
    """The declared sources; Washington's, which has a layout of its own, is replaced by one of the common layout."""
    sources = dict(load_sources())
    rule = {"pattern": "WA-.+-.+", "example": "WA-1-1"}
    values = sources["fl"].model_dump() | {
        "source": "wa",
        "state": "WA",
        "courses": sources["wa"].courses,
        "title": "Washington",
        "state_school_id": rule,
    }
    return sources | {"wa": Source.model_validate(values)}


def directory(rng: np.random.Generator) -> pd.DataFrame:
    """Public schools with id, name, city, state and state id: the real ones, or invented ones of the same number."""
    if SHARED.exists():
        read = {"dtype": str, "keep_default_na": False}
        names = pd.read_csv(SHARED / "nces/ccd_directory_2019_urban.csv.gz", **read)
        ids = pd.read_csv(SHARED / "nces/ccd_sch_129_1516_characteristics.csv.gz", **read)
        ids = ids.assign(state_id=ids["STABR"] + "-" + ids["ST_SCHID"])[["NCESSCH", "state_id"]]
        schools = names.merge(ids, left_on="ncessch", right_on="NCESSCH", how="inner")
        schools = schools.rename(columns={"school_name": "name", "city_location": "city", "state_location": "state"})
        return schools[["ncessch", "name", "city", "state", "state_id", "highest_grade_offered"]]
    number = 101_688
    states = rng.choice([s for s, p in STATES.items() if p.in_report], number)
    serial = np.arange(number)
    fips = pd.Series(states).map({s: p.fips[0] for s, p in STATES.items()})
    return pd.DataFrame(
        {
            "ncessch": fips
            + pd.Series(serial // 20 % 100_000).astype(str).str.zfill(5)
            + pd.Series(serial % 100_000).astype(str).str.zfill(5),
            "name": "School " + pd.Series(serial).astype(str),
            "city": "City " + pd.Series(serial % 5_000).astype(str),
            "state": states,
            "state_id": pd.Series(states)
            + "-"
            + pd.Series(serial // 20).astype(str)
            + "-"
            + pd.Series(serial).astype(str),
            "highest_grade_offered": rng.choice(["5", "8", "12"], number, p=[0.5, 0.2, 0.3]),
        }
    )


def write_inputs(folder: Path, scale: int) -> list[tuple[str, str, str, Path]]:
    """Write every file of the season; returns (source, school year, delivery, path) of each."""
    rng = np.random.default_rng(20_181_101)
    schools = directory(rng)
    schools = schools[schools["state"].isin([s for s, p in STATES.items() if p.in_report])].reset_index(drop=True)
    high = schools[schools["highest_grade_offered"].isin(["9", "10", "11", "12", "13"])].reset_index(drop=True)
    written: list[tuple[str, str, str, Path]] = []

    def write(frame: pd.DataFrame, source: str, name: str, year: str = YEAR) -> None:
        path = folder / name
        frame.to_csv(path, index=False, lineterminator="\n")
        written.append((source, year, "full", path))

    if SHARED.exists():
        written += [
            (s, y, d, SHARED / f)
            for f, s, y, d in FILES
            if s in ("nces_urban", "nces_ccd_129", "nces_edge", "nces_pss")
        ]
    else:
        urban = schools.rename(columns={"name": "school_name", "city": "city_location", "state": "state_location"})
        urban = urban.assign(
            leaid=urban["ncessch"].str[:7], lea_name="District " + urban["ncessch"].str[2:7], lowest_grade_offered="9"
        )
        columns = [
            "ncessch",
            "leaid",
            "school_name",
            "lea_name",
            "city_location",
            "state_location",
            "lowest_grade_offered",
            "highest_grade_offered",
        ]
        write(urban[columns], "nces_urban", "directory.csv")
    for state, rows in courses(high, rng, scale).groupby("state"):
        write(rows.drop(columns="state"), str(state).lower(), f"{state}-2018-2019.csv")
    write(answers(schools, rng, scale), "survey", "survey.csv")
    codes = high.sample(min(AP_ROWS, len(high)), random_state=1).assign(
        code=[f"{n:06d}" for n in range(1, min(AP_ROWS, len(high)) + 1)]
    )
    write(pd.DataFrame({"school_id": codes["ncessch"], "school_code": codes["code"]}), "ap_school_codes", "codes.csv")
    for seed, exam in enumerate(("CSA", "CSP")):
        write(
            pd.DataFrame({"School Code": codes["code"].sample(frac=0.5, random_state=seed)}),
            "ap_offerings",
            f"{exam}-2018-2019.csv",
        )
    return written


def courses(high: pd.DataFrame, rng: np.random.Generator, scale: int) -> pd.DataFrame:
    """Course rows in the common layout, about a tenth of them without an NCES id."""
    rows = COURSE_ROWS * scale
    picked = high.iloc[rng.integers(0, len(high), rows)].reset_index(drop=True)
    code = rng.choice(list(TITLES), rows)
    count = rng.integers(1, 120, rows).astype(str)
    frame = pd.DataFrame(
        {
            "state": picked["state"],
            "school_name": picked["name"],
            "state_school_id": picked["state_id"],
            "nces_id": picked["ncessch"].where(rng.random(rows) > 0.1, "unspecified"),
            "course_id": code,
            "course_name": pd.Series(code).map(TITLES)
            + " "
            + pd.Series(rng.integers(1, scale * 4 + 1, rows)).astype(str),
            "teacher_name_or_id": "unspecified",
        }
    )
    for column in COUNT_COLUMNS:
        frame[column] = np.where(rng.random(rows) < 0.5, count, "*")
    return frame


def answers(schools: pd.DataFrame, rng: np.random.Generator, scale: int) -> pd.DataFrame:
    """Survey answers; a fifth of them with a typed school instead of a picked one."""
    rows = ANSWERS * scale
    picked = schools.iloc[rng.integers(0, len(schools), rows)].reset_index(drop=True)
    typed = rng.random(rows) < TYPED_SHARE
    how_many = ["NONE", "SOME", "ALL", "I DON'T KNOW"]
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "type": "Census::CensusYourSchool2017v5",
            "school_year": "2018",
            "school_id": picked["ncessch"].where(~typed, "-1"),
            "school_name": picked["name"].where(typed, ""),
            "city": picked["city"].where(typed, ""),
            "state": picked["state"].where(typed, ""),
            "zip": "",
            "country": "US",
            "submitter_role": rng.choice(["TEACHER", "ADMINISTRATOR", "PARENT", "VOLUNTEER", "OTHER"], rows),
            "submitter_email_address": [f"person{n}@example.org" for n in rng.integers(0, rows, rows)],
            "how_many_10_hours": rng.choice(how_many, rows),
            "how_many_20_hours": rng.choice(how_many, rows),
            "topic_blocks": rng.choice(["true", "false"], rows),
            "topic_text": rng.choice(["true", "false"], rows),
            "created_at": "2018-10-15 12:00:00",
        }
    )


def run_once(raw: Path, data: Path, *, only_sources: bool) -> None:
    """The measured part: the season over the raw tree (or only its reading), printing seconds per stage as JSON."""
    from pipelines.season.run import run_season, run_steps
    from pipelines.season.steps.sources import source_steps
    from pipelines.shared.steps import Workspace

    workspace = Workspace(TableStore(str(data)), raw, national_sources())
    start = {"clock": time.perf_counter() - STARTED, "processor": time.process_time()}
    stages: dict[str, float] = {}
    reused = 0
    slowest: dict[str, float] = {}
    if only_sources:
        steps = [step for source in workspace.sources.values() for step in source_steps(source)]
        for number, _, seconds in run_steps(steps, workspace, YEAR):
            stages[steps[number].stage] = stages.get(steps[number].stage, 0.0) + seconds
        print(json.dumps({"stages": stages, "reused": 0, "slowest": {}, "start": start}))
        return
    for result in run_season(workspace, [YEAR]):
        stages[result.step.stage] = stages.get(result.step.stage, 0.0) + result.seconds
        slowest[f"{result.step.stage}/{result.step.name}"] = result.seconds
        reused += result.report.reused
    top = dict(sorted(slowest.items(), key=lambda item: -item[1])[:8])
    print(json.dumps({"stages": stages, "reused": reused, "slowest": top, "start": start}))


def parse_as_text(raw: Path) -> tuple[float, float, float]:
    """Seconds by the clock and of processor time that pyarrow needs to parse the same bytes as text columns, with all
    cores, the bytes unpacked and in memory before; and their number in MB."""
    bodies = []
    for path in sorted(raw.rglob("*")):
        if path.is_file() and path.name != "receipts.csv":
            body = path.read_bytes()
            bodies.append(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    start, before = time.perf_counter(), time.process_time()
    for body in bodies:
        line = body[:20_000].split(b"\n", 1)[0]
        delimiter = "|" if line.count(b"|") > line.count(b",") else ","
        names = {f"f{n}": arrow.string() for n in range(line.count(delimiter.encode()) + 1)}
        csv.read_csv(
            arrow.py_buffer(body),
            csv.ReadOptions(autogenerate_column_names=True),
            csv.ParseOptions(delimiter=delimiter),
            csv.ConvertOptions(column_types=names, check_utf8=False),
        )
    return time.perf_counter() - start, time.process_time() - before, sum(map(len, bodies)) / 1e6


def store_only(raw: Path, data: Path) -> float:
    """Seconds of processor time to do nothing with the same season but unpack and hash its files, write the tables that
    the two stages keep, and read back what the second stage reads: the floor of two stages that can each be run alone."""
    before = time.process_time()
    for path in sorted(raw.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            hashlib.sha256(body).digest()
            if body[:2] == b"\x1f\x8b":
                gzip.decompress(body)
    used = time.process_time() - before
    for stage in ("received", "restricted", "standard"):
        for path in sorted((data / stage).glob(f"*/{YEAR}.parquet")):
            body, before = path.read_bytes(), time.process_time()
            table = from_parquet(body)
            reading = time.process_time() - before
            path.write_bytes(to_parquet(table))
            # The second stage reads the first one's tables, and nobody its own.
            own = stage == "standard" or path.parent.name.endswith(".standard")
            used += time.process_time() - before - (reading if own else 0.0)
    return used


def measured(raw: Path, data: Path, *flags: str) -> dict[str, object]:
    """Run in a process of its own; returns its figures with whole seconds and the peak memory of all its processes."""
    start, before = time.perf_counter(), processor_time()
    command = [sys.executable, "-m", "bench.season", "--raw", str(raw), "--data", str(data), *flags]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0
    while child.poll() is None:
        peak = max(peak, memory_of(child.pid))
        time.sleep(0.1)
    seconds = time.perf_counter() - start
    assert child.stdout is not None
    printed = child.stdout.read()
    if child.returncode:
        raise SystemExit("the run failed; see above")
    used = {"seconds": seconds, "processor": processor_time() - before, "peak_mb": peak / 1024}
    return json.loads(printed.splitlines()[-1]) | used


def processor_time() -> float:
    """Seconds of processor time of the processes started here that have ended, with all below them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory_of(pid: int) -> int:
    """Kilobytes of a process and all below it, shared pages counted once (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return own + sum(memory_of(int(one)) for one in below)


def main() -> None:
    """Make the season, run it whole, run it again unchanged, and once with one state's file changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only-sources", action="store_true")
    options = parser.parse_args()
    if options.raw:
        run_once(options.raw, options.data, only_sources=options.only_sources)
        return
    sources = national_sources()
    with tempfile.TemporaryDirectory(prefix="cs-access-bench-") as place:
        folder = Path(place)
        (folder / "in").mkdir()
        inputs = write_inputs(folder / "in", options.scale)
        for source, year, delivery, path in inputs:
            receive_file(folder / "raw", path, sources[source], year, delivery=delivery, received_on="2018-11-01")
        whole = measured(folder / "raw", folder / "data")
        again = measured(folder / "raw", folder / "data")
        wyoming = next(path for source, _, _, path in inputs if source == "wy")
        changed = wyoming.with_name("WY-2018-2019.2.csv")
        pd.read_csv(wyoming, dtype=str, keep_default_na=False).iloc[:-1].to_csv(changed, index=False)
        receive_file(folder / "raw", changed, sources["wy"], YEAR, received_on="2018-12-01")
        nightly = measured(folder / "raw", folder / "data")
        reading = measured(folder / "raw", folder / "read", "--only-sources")
        clock, processor, megabytes = min(parse_as_text(folder / "raw") for _ in range(5))
        storing = min(store_only(folder / "raw", folder / "read") for _ in range(3))
    for name, figures in (
        ("whole season", whole),
        ("again, nothing changed", again),
        ("one state's file changed", nightly),
        ("only read and standardised", reading),
    ):
        share = float(figures["seconds"]) / float(whole["seconds"])  # type: ignore[arg-type]
        print(
            f"{name:<26} {figures['seconds']:6.1f} s  {figures['peak_mb']:6.0f} MB peak  {share:5.0%} of the whole  reused {figures['reused']}"
        )
        print("   " + "  ".join(f"{stage} {seconds:.1f} s" for stage, seconds in figures["stages"].items()))  # type: ignore[attr-defined]
    begun: dict[str, float] = reading["start"]  # type: ignore[assignment]
    worked = float(reading["processor"]) - begun["processor"]  # type: ignore[arg-type]
    print(
        f"pyarrow parses the same {megabytes:.0f} MB as text in {clock:.2f} s by the clock with all cores, "
        f"{processor:.2f} s of processor time. Reading, standardising, checking and writing take {worked:.1f} s of "
        f"processor time, {worked / processor:.0f} times that, and {begun['processor']:.1f} s more to start "
        f"({float(reading['processor']) / processor:.0f} times with it); "  # type: ignore[arg-type]
        f"{float(reading['seconds']):.1f} s by the clock ({float(reading['seconds']) / clock:.0f} times)"  # type: ignore[arg-type]
    )
    print(
        f"Merely unpacking, hashing, writing and reading back what the two stages keep takes {storing:.2f} s of "
        f"processor time, {(storing + processor) / processor:.1f} times the parse with the parse itself"
    )
    print("slowest steps: " + "  ".join(f"{name} {seconds:.1f} s" for name, seconds in whole["slowest"].items()))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
