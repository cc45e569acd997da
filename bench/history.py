"""`python -m bench.history`: what became of real schools between the lists of real years, beside what is known of them.

Reads only the shared data beside the repository; writes counts and shares to bench/history.md, never a row of them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from bench.real import SHARED
from pipelines.linked.pair_candidates import alone_in_list
from pipelines.linked.school_life import lives_of_schools
from pipelines.linked.school_lists import COLUMNS, FACTS, Part, lists_by_year
from pipelines.linked.school_pairs import pair_schools
from pipelines.received.receipts import receive_file
from pipelines.season.run import run_steps
from pipelines.season.steps.sources import source_steps
from pipelines.season.workspace import open_workspace
from pipelines.standard.nces_parts import defines_schools

FILES = [
    ("nces/ccd_sch_129_1516_characteristics.csv.gz", "nces_ccd_129", "2015-16"),
    ("nces/edge_geoids_201415_public_school.csv.gz", "nces_edge", "2014-15"),
    ("nces/ccd_directory_2019_urban.csv.gz", "nces_urban", "2019-20"),
    ("nces/nces_school_search_2324_fl.csv.gz", "nces_search", "2023-24"),
    ("nces/nces_school_search_2324_wa.csv.gz", "nces_search", "2023-24"),
    ("nces/pss1314_no_weights.csv.gz", "nces_pss", "2013-14"),
    ("nces/pss_1516.csv.gz", "nces_pss", "2015-16"),
]
OUT = Path(__file__).with_name("history.md")
FEW = 10
"""States with fewer such schools are told together."""
GIVEN = ["state", "school_name", "district_name", "city", "street", "zip"]


def gold_list(name: str) -> pd.DataFrame:
    """A directory of the labelled tasks as a list: it has no state ids, statuses and positions."""
    rows = pd.read_csv(SHARED / f"gold/directory/{name}.csv.gz", dtype="str", keep_default_na=False).replace("", None)
    rows = rows.rename(columns={"nces_id": "nces_school_id"}).reindex(columns=["nces_school_id", *FACTS])
    return rows.astype({fact: "Float64" if fact in {"latitude", "longitude"} else "str" for fact in FACTS})


def left_and_came(was: pd.DataFrame, now: pd.DataFrame, *, numbers: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The schools that only one of the two lists has. numbers: whether their number within the state may be looked at."""
    gone = was.assign(**alone_in_list(was))[~was["nces_school_id"].isin(now["nces_school_id"])]
    come = now.assign(**alone_in_list(now))[~now["nces_school_id"].isin(was["nces_school_id"])]
    hidden = {} if numbers else {"number_alone": False}
    return gone.assign(**hidden).reset_index(drop=True), come.assign(**hidden).reset_index(drop=True)


def pairs_of(gone: pd.DataFrame, come: pd.DataFrame) -> pd.DataFrame:
    """`pair_schools` with both NCES ids of each pair, `was` and `is`."""
    pairs = pair_schools(gone, come)
    pairs["was"] = gone["nces_school_id"].to_numpy()[pairs["gone"]]
    pairs["is"] = come["nces_school_id"].to_numpy()[pairs["come"]]
    return pairs


def renumbered_schools(*, numbers: bool) -> pd.DataFrame:
    """Task T7: the answers for schools of 2015-16 whose id the list of 2023-24 does not have, with their labels."""
    was, now = gold_list("public_2015"), gold_list("public_2023_ca_fl_wa")
    was = was[was["state"].isin(now["state"].unique())]
    task = pd.read_csv(SHARED / "gold/tasks/T7_inputs.csv.gz", dtype="str", keep_default_na=False)
    task = task.merge(pd.read_csv(SHARED / "gold/tasks/T7_truth.csv.gz", dtype="str", keep_default_na=False))
    labelled = was.fillna(dict.fromkeys(GIVEN, "")).merge(task[[*GIVEN, "truth", "kind"]], on=GIVEN)
    labels = labelled.drop_duplicates("nces_school_id").set_index("nces_school_id")[["truth", "kind"]]
    labels = labels.rename(columns={"kind": "label"})
    pairs = pairs_of(*left_and_came(was, now, numbers=numbers))
    pairs = pairs.merge(labels, left_on="was", right_index=True, how="left")
    pairs["right"] = [known in str(truth).split("|") for known, truth in zip(pairs["is"], pairs["truth"], strict=True)]
    pairs.attrs["renumbered"] = int((labels["label"] == "renumbered").sum())
    return pairs


def table_of_t7() -> list[str]:
    """The answers of T7 by what was looked at and how sure they are, as rows of a table."""
    out = [
        "| looked at | answers | given | labelled | right | of the labelled | renumbered schools found |",
        "| --- | --- | --: | --: | --: | --: | --: |",
    ]
    for looked, numbers in (("numbers, names, places", True), ("names and places only", False)):
        pairs = renumbered_schools(numbers=numbers)
        number = pairs.attrs["renumbered"]
        sure = pairs["confidence"] != "doubtful"
        for name, rows in (("followed", pairs[sure]), ("with those a person is asked about", pairs)):
            # A suspect label contradicts itself by rule; it says nothing (reference of the tasks).
            known = rows[rows["label"].notna() & (rows["label"] != "suspect")]
            found = known.loc[known["right"] & (known["label"] == "renumbered"), "was"].nunique()
            out.append(
                f"| {looked} | {name} | {len(rows):,} | {len(known):,} | {int(known['right'].sum()):,} "
                f"| {known['right'].mean():.1%} | {found} of {number} ({found / number:.1%}) |"
            )
    return out


def table_of_states(was: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Two answers that know nothing of each other, by state: names and places, and the number within the state."""
    public = (frame[frame["nces_school_id"].str.len() == 12].reset_index(drop=True) for frame in (was, now))
    gone, come = left_and_came(*public, numbers=False)
    marks = [ids.str[:2] + ids.str[7:] for ids in (gone["nces_school_id"], come["nces_school_id"])]
    kept = marks[0].isin(marks[1])
    pairs = pairs_of(gone, come)
    one, other = (mark.to_numpy(object)[pairs[side]] for mark, side in zip(marks, ("gone", "come"), strict=True))
    pairs = pairs.assign(state=gone["state"].to_numpy(object)[pairs["gone"]], same=one == other)
    pairs["kept"] = kept.to_numpy()[pairs["gone"]] | marks[1].isin(marks[0]).to_numpy()[pairs["come"]]
    sure = pairs[(pairs["confidence"] != "doubtful") & pairs["kept"]]
    counts = pd.DataFrame(
        {
            "number": gone.loc[kept, "state"].value_counts(),
            "same": sure[sure["same"]]["state"].value_counts(),
            "other": sure[~sure["same"]]["state"].value_counts(),
        }
    )
    counts = counts.fillna(0).astype("int64").sort_values("number", ascending=False)
    few = counts["number"] < FEW
    shown = [*counts[~few].sort_index().iterrows(), ("other states", counts[few].sum()), ("all", counts.sum())]
    out = [
        "| state | schools that kept their number under a new id | names and places lead to the same | to another |",
        "| --- | --: | --: | --: |",
    ]
    return out + [f"| {name} | {row['number']:,} | {row['same']:,} | {row['other']:,} |" for name, row in shown]


def real_lists() -> dict[str, pd.DataFrame]:
    """The lists of the real directory files, read and standardised as a season does."""
    with tempfile.TemporaryDirectory(prefix="cs-access-history-") as place:
        workspace = open_workspace(Path(place) / "raw", str(Path(place) / "data"))
        for path, source_name, year in FILES:
            receive_file(
                workspace.raw,
                SHARED / path,
                workspace.sources[source_name],
                year,
                delivery="full",
                received_on="2026-11-01",
            )
        sources = {source for _, source, _ in FILES}
        steps = [step for name in sorted(sources) for step in source_steps(workspace.sources[name])]
        parts = []
        for year in ("2023-24", "2013-14"):
            list(run_steps(steps, workspace, year))
            for name in sorted(sources):
                source = workspace.sources[name]
                rows = workspace.store.read("nces_parts", year, stage="standard", name=name, columns=list(COLUMNS))
                parts.append(Part(source, rows, defines_schools(source)))
        return lists_by_year(parts)


def table_of_events(history: pd.DataFrame) -> list[str]:
    """Events by kind, for each two lists, as rows of a table."""
    private = history["nces_school_id"].str.len() == 8
    between = history["school_year_before"].fillna("one list") + " to " + history["school_year_after"]
    between = between.where(history["school_year_before"].notna(), "within one list")
    between = between.mask(private, "private " + between)
    counts = pd.crosstab(history["event_kind"], between)
    doubtful = history.loc[history["needs_review"], "event_kind"].value_counts()
    out = [
        "| event | " + " | ".join(counts.columns) + " | doubtful |",
        "| --- |" + " --: |" * (len(counts.columns) + 1),
    ]
    for kind, row in counts.iterrows():
        out.append(f"| {kind} | " + " | ".join(f"{int(n):,}" for n in row) + f" | {int(doubtful.get(kind, 0)):,} |")
    return out


def main() -> int:
    """Measure and write the page. Returns 0, also when the shared data are not there (and says so)."""
    if not SHARED.exists():
        print(f"skipped: the real files are not beside the repository (looked in {SHARED})", file=sys.stderr)
        return 0
    wave = gold_list("private_2017").assign(place_year="2017-18", state_id_is_own=False)
    lists = real_lists() | {"2017-18": wave.sort_values("nces_school_id").reset_index(drop=True)}
    start = time.process_time()
    history = lives_of_schools(lists)
    seconds = time.process_time() - start
    page = [
        "# What became of real schools",
        "",
        "Made by `python -m bench.history`. Counts of events between the lists of real directory files; of single schools",
        "nothing is written down.",
        "",
        "## Renumbered schools of California, Florida and Washington (task T7, 2015-16 to 2023-24)",
        "",
        "Without state ids, positions and grades; the NCES ids of both lists are known, as they are between two directories.",
        "Every school that the labels call renumbered kept its number within the state, so the labels may have been made from",
        "it: the second half looks at names and places only. A labelled answer is wrong here also where the label says that",
        "the school has no successor.",
        "",
        *table_of_t7(),
        "",
        "## Numbers beside names and places, by state (2015-16 to 2019-20)",
        "",
        "Two ways that know nothing of each other; no state id is known of the later list. The rules were made on California;",
        "that words may stand in another order came from Michigan. Schools whose state gives out new numbers are not counted.",
        "",
        *table_of_states(lists["2015-16"], lists["2019-20"]),
        "",
        "## Events",
        "",
        f"{', '.join(f'{year}: {len(rows):,} schools' for year, rows in sorted(lists.items()))}. {len(history):,} events in "
        f"{seconds:.1f} s of processor time.",
        "",
        *table_of_events(history),
        "",
    ]
    OUT.write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))
    return 0


if __name__ == "__main__":
    sys.exit(main())
