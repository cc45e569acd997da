"""How often each bound of `schemas/thresholds.yml` would have cried wolf on real year pairs; writes bench/thresholds.md.

`python -m bench.thresholds` reads the real files beside the repository. Numbers only: nothing of the data is written.
A file that is what it claims to be must fire nothing, so what fires on it is a false alarm, or a change worth a look.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pipelines.linked.directory_change import compare_directories
from pipelines.linked.likeness import likeness
from pipelines.linked.names import school_name_key
from pipelines.shared.findings import conform
from pipelines.standard.nces_row_checks import outside_state
from schemas.state_facts import ZIP_PREFIXES
from schemas.states import FIPS_STATE
from schemas.thresholds import load_thresholds, threshold

SHARED = Path(__file__).parents[2] / "shared" / "data"
PAGE = Path(__file__).parent / "thresholds.md"


class Row(NamedTuple):
    """One measurement. asked: cases the bound was put to. fired: how many of them it would have reported."""

    rule: str
    bound: str
    data: str
    asked: int
    fired: int
    reading: str


def read(path: str) -> pd.DataFrame:
    """A real file as text."""
    return pd.read_csv(SHARED / path, dtype="str", keep_default_na=False)


def as_directory(**columns: pd.Series) -> pd.DataFrame:
    """Table `nces_schools` from the few columns that a comparison needs; blanks are null."""
    frame = pd.DataFrame({name: cells.where(cells != "") for name, cells in columns.items()})
    for name in ("latitude", "longitude"):
        if name in frame:
            frame[name] = pd.to_numeric(frame[name], errors="coerce").astype("Float64")
    frame["state"] = frame.get("state", frame["nces_school_id"].str[:2].map(FIPS_STATE))
    return conform(frame.drop_duplicates("nces_school_id"), "nces_schools")


def directory_pair() -> Iterator[Row]:
    """2015-16 against 2019-20: four years apart, so that a yearly bound is asked four times at once."""
    before_raw, now_raw = (
        read("nces/ccd_sch_129_1516_characteristics.csv.gz"),
        read("nces/ccd_directory_2019_urban.csv.gz"),
    )
    before = as_directory(
        nces_school_id=before_raw["NCESSCH"], school_name=before_raw["SCH_NAME"], leaid=before_raw["LEAID"]
    )
    now = as_directory(nces_school_id=now_raw["ncessch"], school_name=now_raw["school_name"], leaid=now_raw["leaid"])
    data = "directory 2015-16 to 2019-20"
    found = compare_directories(now, before, "2019-20")
    states = before["state"].nunique()
    both = now.merge(before[["nces_school_id", "school_name"]], on="nces_school_id", suffixes=("", "_was"))
    counts = found["rule_id"].value_counts()
    blocked = int(((found["rule_id"] == "X04") & (found["severity"] == "block")).sum())
    most = f"{threshold('x04_change_most'):g}"
    yield Row("X03", "any", data, len(both), int(counts.get("X03", 0)), "schools; no status is in this pair")
    yield Row("X04", f"{threshold('x04_change'):g}", data, states, int(counts.get("X04", 0)), "states, over four years")
    yield Row("X04", most, data, states, blocked, "states, over four years")
    yield Row(
        "X05",
        f"{threshold('x05_vanished_share'):g}",
        data,
        states,
        int(counts.get("X05", 0)),
        "states, over four years; no status is in this pair",
    )
    yield from name_pairs(both)


def name_pairs(both: pd.DataFrame) -> Iterator[Row]:
    """S05 on names of one school in two years, and on names of two schools of a state."""
    bound = threshold("s05_likeness")
    text = f"{bound:g}"
    keys = school_name_key(both["school_name"]) != school_name_key(both["school_name_was"])
    renamed = both[keys & both["school_name"].notna() & both["school_name_was"].notna()]
    unlike = likeness(renamed["school_name"], renamed["school_name_was"]) < bound
    yield Row(
        "S05",
        text,
        "names of one school, 2015-16 and 2019-20",
        len(both),
        int(unlike.sum()),
        "false alarms; all are real new names of a kept id",
    )
    sample = both.sort_values(["state", "nces_school_id"]).iloc[::10].reset_index(drop=True)
    other = sample["school_name"].groupby(sample["state"]).shift(1)
    pairs = sample[other.notna()]
    caught = likeness(pairs["school_name"], other.dropna()) < bound
    yield Row(
        "S05",
        text,
        "names of two schools of one state",
        len(pairs),
        int(caught.sum()),
        "caught; the others would pass unseen",
    )


def positions() -> Iterator[Row]:
    """D17, D18 and D19 on the geocodes of 2014-15 and on private schools, X02 on private schools of two waves."""
    raw = read("nces/edge_geoids_201415_public_school.csv.gz")
    places = as_directory(
        nces_school_id=raw["NCESSCH"],
        zip=raw["LZIP"].str.zfill(5),
        latitude=raw["LATCODE"],
        longitude=raw["LONGCODE"],
        state=raw["LSTATE"],
    )
    owner = places["nces_school_id"].str[:2].map(FIPS_STATE)
    federal = owner.isin(["BI", "DD"])
    zips = places["zip"].str[:3]
    known = zips.notna() & places["state"].isin(ZIP_PREFIXES)
    foreign = [z not in ZIP_PREFIXES[s] for z, s in zip(zips[known], places.loc[known, "state"], strict=True)]
    data = "geocodes 2014-15"
    yield Row("D17", f"{threshold('d17_prefix_digits'):g} digits", data, int(known.sum()), sum(foreign), "schools")
    yield Row(
        "D18", "any", data, len(places), int(((owner != places["state"]) & ~federal & owner.notna()).sum()), "schools"
    )
    outside = outside_state(places, places["state"])
    yield Row(
        "D19",
        f"{threshold('d19_slack'):g} degrees",
        data,
        int(places["latitude"].notna().sum()),
        int(outside.sum()),
        "schools",
    )
    yield from private_schools()


def private_schools() -> Iterator[Row]:
    first, second = read("nces/pss1314_no_weights.csv.gz"), read("nces/pss_1516.csv.gz")
    size = pd.to_numeric(second["total_students"], errors="coerce")
    yield Row(
        "D26",
        f"{threshold('d26_students'):g}",
        "private schools 2015-16",
        len(second),
        int((size > threshold("d26_students")).sum()),
        "schools",
    )
    before = as_directory(
        nces_school_id="0000" + first["PPIN"], school_name=first["PINST"], street=first["PADDRS"], city=first["PCITY"],
        latitude=first["LATITUDE14"], longitude=first["LONGITUDE14"], state=first["PSTABB"],
    )  # fmt: skip
    now = as_directory(
        nces_school_id="0000" + second["ncessch"], school_name=second["name"], street=second["address"],
        city=second["city"], latitude=second["latitude"], longitude=second["longitude"], state=second["state_code"],
    )  # fmt: skip
    shared = now["nces_school_id"].isin(before["nces_school_id"]).sum()
    moved = (compare_directories(now, before, "2015-16")["rule_id"] == "X02").sum()
    yield Row(
        "X02",
        f"{threshold('x02_kilometers'):g} km",
        "private schools 2013-14 to 2015-16",
        int(shared),
        int(moved),
        "schools, over two years",
    )


def washington() -> Iterator[Row]:
    """F12, S15, S23, S24 and X06 on two years of Washington's course file and two deliveries of one."""
    years = [read(f"state/wa/ospi_course_counts_{year}_no_grades.csv.gz") for year in ("2017-18", "2018-19")]
    first, again = (read(f"state/wa/ospi_2018-19_{name}_no_grades.csv.gz") for name in ("first_delivery", "redelivery"))
    spine = read("nces/nces_school_search_2324_wa.csv.gz")
    for name, (before, after) in {
        "Washington, delivered twice": (first, again),
        "Washington, two years": tuple(years),
    }.items():
        ratio = len(after) / len(before)
        yield Row(
            "F12",
            "0.5 to 2",
            name,
            1,
            int(not threshold("f12_least") <= ratio <= threshold("f12_most")),
            f"ratio {ratio:.3f}",
        )
    ids = [set("WA-" + year["DistrictCode"].str.zfill(5) + "-" + year["SchoolCode"]) for year in years]
    known = set(spine["State School ID"])
    for year, given in zip(("2017-18", "2018-19"), ids, strict=True):
        lost = len(given - known)
        share = lost / len(given)
        odd = lost > threshold("s23_unmatched_schools") and share > threshold("s23_unmatched_share")
        yield Row(
            "S23",
            f"{threshold('s23_unmatched_share'):g}",
            f"Washington {year} against 2023-24",
            1,
            int(odd),
            f"{share:.1%} of the schools unmatched, six years on",
        )
    high = spine[spine["High Grade*"].isin(["09", "10", "11", "12"])]
    absent = 1 - high["State School ID"].isin(ids[1]).mean()
    yield Row(
        "S24",
        f"{threshold('s24_absent_share'):g}",
        "Washington 2018-19",
        1,
        int(absent > threshold("s24_absent_share")),
        f"{absent:.0%} of the high schools not named",
    )
    yield from flips(years)


def flips(years: list[pd.DataFrame]) -> Iterator[Row]:
    """X06 on Washington's answers by the researchers' label, over schools that both files name."""
    said = []
    for year, label in zip(years, ("cs_course", "CS_Courses"), strict=True):
        column = label if label in year else next(name for name in year if name.lower().startswith("cs_"))
        yes = year[column].str.strip().str.casefold().isin(["1", "1.0", "yes", "y", "true"])
        said.append(yes.groupby(year["DistrictCode"].str.zfill(5) + year["SchoolCode"]).any())
    both = pd.concat(said, axis=1, keys=["was", "now"]).dropna().astype(bool)
    for name, turned in (("x06_yes_to_no", both["was"] & ~both["now"]), ("x06_no_to_yes", ~both["was"] & both["now"])):
        share = turned.mean()
        yield Row(
            "X06",
            f"{threshold(name):g}",
            "Washington 2017-18 to 2018-19",
            1,
            int(share > threshold(name)),
            f"{share:.1%} of {len(both)} schools, {name[4:].replace('_', ' ')}",
        )


def north_carolina() -> Iterator[Row]:
    """F12 and X05 on tables of North Carolina's report card of two years."""
    for name in ("location", "courses2", "cte_enrollment", "ap", "ib"):
        ending = "_no_people" if name == "location" else ""
        before, after = (read(f"state/nc/rcd_{name}_{year}{ending}.csv.gz") for year in (2018, 2019))
        ratio = len(after) / len(before)
        odd = not threshold("f12_least") <= ratio <= threshold("f12_most")
        yield Row("F12", "0.5 to 2", f"North Carolina, {name}, 2018 to 2019", 1, int(odd), f"ratio {ratio:.3f}")


def published_figures() -> Iterator[Row]:
    """S24 and X06 on the published percentages: a state cannot name fewer schools than it has offering ones."""
    table = read("reference/state_of_cs_access_by_state.csv")
    table = table[table["state"] != "US"]
    columns = [name for name in table if name.startswith("pct_20") and "report" not in name]
    shares = table[columns].apply(pd.to_numeric, errors="coerce") / 100
    known = shares.stack().dropna()
    for bound in (0.4, threshold("s24_absent_share")):
        fired = int(((1 - known) > bound).sum())
        yield Row(
            "S24", f"{bound:g}", "published state years", len(known), fired, "state years with so few offering schools"
        )
    change = shares.diff(axis=1).stack().dropna()
    yield Row(
        "X06",
        f"{threshold('x06_yes_to_no'):g}",
        "published changes, year to year",
        len(change),
        int((-change > threshold("x06_yes_to_no")).sum()),
        "states that fell by more",
    )
    yield Row(
        "X06",
        f"{threshold('x06_no_to_yes'):g}",
        "published changes, year to year",
        len(change),
        int((change > threshold("x06_no_to_yes")).sum()),
        "states that rose by more",
    )


def state_excerpts() -> Iterator[Row]:
    """S09 and S32 on the excerpts of real state files."""
    moved, repeated, files = 0, 0, sorted((SHARED / "state_files").glob("*.csv"))
    for path in files:
        rows = pd.read_csv(path, dtype="str", keep_default_na=False).rename(columns=str.strip)
        parts = {n: rows["state_school_id"].str.split("-").str[n].astype("str").fillna("") for n in (1, 2)}
        code = rows["course_id"].str.lstrip("0")
        same = (code != "") & ((code == parts[1].str.lstrip("0")) | (code == parts[2].str.lstrip("0")))
        moved += int(same.mean() > threshold("s09_id_share"))
        counted = rows[rows["num_students_enrolled"].str.fullmatch(r"\d+")]
        if counted.empty:
            continue
        numbers = counted.filter(like="num_students").agg("|".join, axis=1)
        by = numbers.groupby(counted["state_school_id"] + counted["nces_id"]).agg(["size", "nunique"])
        several = by[by["size"] >= threshold("s32_courses")]
        alike = several["nunique"] == 1
        repeated += int(alike.sum() >= threshold("s32_schools") and alike.mean() > threshold("s32_share"))
    yield Row("S09", f"{threshold('s09_id_share'):g}", "excerpts of state files", len(files), moved, "files")
    yield Row(
        "S32",
        f"{threshold('s32_share'):g}",
        "excerpts of state files",
        len(files),
        repeated,
        "files; North Dakota's is a true one",
    )


MEASURES = (directory_pair, positions, washington, north_carolina, published_figures, state_excerpts)


def page(rows: list[Row]) -> str:
    """The page: a row per measurement, and the bounds that no real pair could be put to."""
    measured = {row.rule for row in rows}
    waiting = [name for name, bound in load_thresholds().items() if bound.rule not in measured]
    lines = [
        f"| {r.rule} | {r.bound} | {r.data} | {r.asked:,} | {r.fired:,} | {r.fired / r.asked:.2%} | {r.reading} |"
        for r in sorted(rows, key=lambda row: row.rule)
    ]
    return "\n".join(
        [
            "# How often each bound would have cried wolf",
            "",
            "Written by `python -m bench.thresholds` from the real files beside the repository; numbers only. Rows of one",
            "rule stand together; the bounds themselves, with date and reason, are in `schemas/thresholds.yml`.",
            "",
            "| Rule | Bound | Data | Asked | Fired | Share | What that means |",
            "| --- | --- | --- | ---: | ---: | ---: | --- |",
            *lines,
            "",
            "Not measured, because no real pair has what they compare (surveys, membership, 029, decisions): "
            + ", ".join(f"`{name}`" for name in waiting)
            + ".",
            "",
        ]
    )


def main() -> int:
    if not SHARED.is_dir():
        print("the real files are not beside the repository (../shared/data); nothing was measured", file=sys.stderr)
        return 2
    rows = [row for measure in MEASURES for row in measure()]
    PAGE.write_text(page(rows), encoding="utf-8")
    print(f"{len(rows)} measurements in {PAGE.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
