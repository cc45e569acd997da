"""`make real`: lays the real files beside the repository out as a raw tree elsewhere, runs three years, compares, and publishes.

Nothing of the data enters the repository: raw tree and results go to --out, by default a folder of the temporary one. The
release is published twice, before and after one state's file, so that there is a diff; a partner for each state
is invented. Look at it with: cleanup serve --data OUT/data
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from bench.real_release import publish, state_pages
from pipelines.linked.ladder import link_records
from pipelines.linked.match_other_names import names_in_history
from pipelines.received.receipts import receive_file
from pipelines.season.run import run_season
from pipelines.season.show import print_summary, progress
from pipelines.season.summary import summarise
from pipelines.season.workspace import open_workspace
from pipelines.shared.steps import Workspace
from schemas.columns import SCHOOL_DETAILS
from schemas.source_model import load_sources
from schemas.states import STATES

SHARED = Path(__file__).parents[2] / "shared" / "data"
YEARS = ["2017-18", "2018-19"]

# (file below the shared data, source, school year, delivery). The excerpts are parts of files, so none of them may
# make an absent school a No: they are supplements. Washington's are whole.
FILES = [
    ("nces/ccd_directory_2019_urban.csv.gz", "nces_urban", "2019-20", "full"),
    ("nces/ccd_sch_129_1516_characteristics.csv.gz", "nces_ccd_129", "2015-16", "full"),
    ("nces/edge_geoids_201415_public_school.csv.gz", "nces_edge", "2014-15", "full"),
    ("nces/pss_1516.csv.gz", "nces_pss", "2015-16", "full"),
    ("nces/pss1314_no_weights.csv.gz", "nces_pss", "2013-14", "full"),
    ("state/wa/ospi_course_counts_2017-18_no_grades.csv.gz", "wa", "2017-18", "full"),
    ("state/wa/ospi_2018-19_first_delivery_no_grades.csv.gz", "wa", "2018-19", "full"),
    ("state/wa/ospi_2018-19_redelivery_no_grades.csv.gz", "wa", "2018-19", "full"),
    ("state_files/CA_2017-2018.csv", "ca", "2017-18", "supplement"),
    ("state_files/ID_2017-2018.2.csv", "id", "2017-18", "supplement"),
    ("state_files/RI_2017-2018.2.csv", "ri", "2017-18", "supplement"),
    ("state_files/AL_2018-2019_tail.csv", "al", "2018-19", "supplement"),
    ("state_files/FL_2018-2019.csv", "fl", "2018-19", "supplement"),
    ("state_files/GA_2018-2019.csv", "ga", "2018-19", "supplement"),
    ("state_files/HI_2018-2019.2.csv", "hi", "2018-19", "supplement"),
    ("state_files/ID_2018-2019_fixture.csv", "id", "2018-19", "supplement"),
    ("state_files/IL_2018-2019_tail.csv", "il", "2018-19", "supplement"),
    ("state_files/ND_2018-2019_tail.csv", "nd", "2018-19", "supplement"),
    ("state_files/SD_2018-2019.csv", "sd", "2018-19", "supplement"),
    ("state_files/TX_2018-2019.csv", "tx", "2018-19", "supplement"),
    ("state_files/DC_2020-2021.csv", "dc", "2020-21", "supplement"),
    # Entries of 2013 to 2021; under this year because it is the first that is run. No verdict rests on it.
    ("codeorg/local_schools_self_reported_2013-2021_no_contacts.csv.gz", "local_schools", "2017-18", "full"),
]
LATE = "state_files/FL_2018-2019.csv"
"""Received only after the first release."""
OUTCOMES = {
    "Teaches Computer Science": "teaches",
    "Doesn't Teach Computer Science": "does not",
    "No Information Available": "no information",
}


def lay_out(raw: Path, *, late: bool) -> None:
    """Receive every file into a raw tree, and an invented list of partners; one that is there already is left as it is."""
    sources = load_sources()
    if not (raw / "partners").exists():
        with tempfile.TemporaryDirectory() as folder:
            partners = Path(folder) / "partners.csv"
            partners.write_text(partner_list(), encoding="utf-8")
            receive_file(raw, partners, sources["partners"], YEARS[0], received_on=date(2026, 11, 1).isoformat())
    for name, source, year, delivery in FILES:
        if (raw / source / year / Path(name).name).exists() or (name == LATE and not late):
            continue
        with tempfile.TemporaryDirectory() as folder:
            # Two deliveries of one year keep their names; the tail of AL was named so by its agency.
            copy = Path(folder) / Path(name).name
            shutil.copyfile(SHARED / name, copy)
            receive_file(raw, copy, sources[source], year, delivery=delivery, received_on=date(2026, 11, 1).isoformat())


def partner_list() -> str:
    """A partner for each state, as the source `partners` has them."""
    rows = [
        f"{100 + n},Partner of {STATES[postal].name},partner-{postal.lower()},other,{postal},,"
        for n, postal in enumerate(sorted(p for p, s in STATES.items() if s.in_report))
    ]
    return "\n".join(["partner_id,partner_name,partner_account,partner_class,state,zip,deleted_at", *rows, ""])


def agreement_of_ids(workspace: Workspace, console: Console) -> None:
    """How many state rows that carry both ids agree with the directory, by school year and state."""
    table = Table(title="State rows with both an NCES id and a state id", title_justify="left")
    for name in ("school year", "state", "rows with both", "both known", "agree", "schools", "agree"):
        table.add_column(name, justify="right")
    totals = [0] * 5
    for year in [*YEARS, "2020-21"]:
        linked = workspace.store.read("linked_records", year)
        directory = workspace.store.read("nces_schools", year)
        both = linked[
            linked["nces_school_id_given"].notna() & linked["state_school_id_given"].notna() & linked["state"].notna()
        ]
        ids = directory.dropna(subset=["state_school_id"])[["nces_school_id", "state_school_id"]]
        pairs = set(zip(ids["nces_school_id"], ids["state_school_id"], strict=True))
        known_ids, known_states = set(directory["nces_school_id"]), set(ids["state_school_id"])
        for state, rows in both.groupby("state"):
            keys = list(zip(rows["nces_school_id_given"], rows["state_school_id_given"], strict=True))
            known = [k for k in keys if k[0] in known_ids and k[1] in known_states]
            agree = [k for k in known if k in pairs]
            figures = [len(keys), len(known), len(agree), len(set(known)), len(set(agree))]
            totals = [a + b for a, b in zip(totals, figures, strict=True)]
            table.add_row(year, str(state), *map(str, figures))
    table.add_section()
    table.add_row("all", "", *map(str, totals), style="bold")
    console.print(table)


def washington(workspace: Workspace, console: Console) -> None:
    """Washington 2017-18 beside the outcome that researchers found for the same schools, as a 3 x 3 table."""
    with gzip.open(SHARED / "state/wa/wa_school_teaches_cs_2017-18.csv.gz", "rt", encoding="utf-8") as handle:
        truth = pd.read_csv(handle, dtype=str, keep_default_na=False)
    truth = truth.assign(
        theirs=truth["School_Teaches_Computer_Science"].map(OUTCOMES),
        state_school_id="WA-" + truth["LEACode"].str.zfill(5) + "-" + truth["School_Code"].str.zfill(4),
    )
    answer = workspace.store.read("school_cs_access", "2017-18")
    evidence = workspace.store.read("evidence", "2017-18")
    ours = answer[answer["state"] == "WA"].dropna(subset=["state_school_id"])
    ours = ours.assign(ours=ours["teaches_cs"].map({"Y": "teaches", "N": "does not"}).fillna("no information"))
    both = truth.merge(ours, on="state_school_id", how="left")
    found = both[both["nces_school_id"].notna()]
    order = list(OUTCOMES.values())
    table = Table(title="Washington 2017-18: theirs (rows) beside ours (columns)", title_justify="left")
    for name in ("", *order, "all"):
        table.add_column(name, justify="right")
    for name in order:
        counts = [int(((found["theirs"] == name) & (found["ours"] == o)).sum()) for o in order]
        table.add_row(name, *map(str, counts), str(sum(counts)))
    console.print(table)
    console.print(f"{len(both) - len(found)} of their {len(both)} schools are not in our directory by state id.")
    print_reasons(found, evidence, console)


def local_schools(workspace: Workspace, out: Path, console: Console) -> None:
    """How the list that gives no ids is matched, with and without streets and levels; 200 matches to read by eye."""
    year = YEARS[0]
    rows = workspace.store.read("provider_offerings", year, stage="standard", name="local_schools")
    directory = workspace.store.read("nces_schools", year)
    names = names_in_history(workspace.store.read("school_history", year))
    with_all = link_records(rows, directory, names)
    without = link_records(rows.drop(columns=list(SCHOOL_DETAILS)), directory, names)
    table = Table(title=f"Local schools of Code.org against the directory of {year}", title_justify="left")
    for name in ("match_reason", "with street and level", "without"):
        table.add_column(name, justify="right")
    counts = [frame["match_reason"].value_counts() for frame in (with_all, without)]
    for reason in sorted({*counts[0].index, *counts[1].index}):
        table.add_row(reason, *(f"{int(count.get(reason, 0)):,}" for count in counts))
    console.print(table)
    found = with_all[with_all["nces_school_id"].notna()].merge(
        directory[["nces_school_id", "school_name", "street", "city", "zip", "grade_low", "grade_high"]],
        on="nces_school_id",
        suffixes=("", "_listed"),
    )
    sample = found.sample(min(200, len(found)), random_state=1).sort_values("record_id")
    sample.to_csv(out / "local_schools_sample.csv", index=False)
    console.print(f"200 matches to read by eye: {out / 'local_schools_sample.csv'}")


def print_reasons(found: pd.DataFrame, evidence: pd.DataFrame, console: Console) -> None:
    """Why ours differs from theirs, in the words of our evidence, most frequent first."""
    differs = found[found["theirs"] != found["ours"]].copy()
    said = evidence[evidence["label"] == "state_offering"].set_index("nces_school_id")["why"]
    reason = differs["nces_school_id"].map(said).fillna("")
    # Counts and rows in the sentences differ by school; the kind of reason is what is asked for here.
    kind = reason.str.replace(r"\d+", "n", regex=True).str.replace(r"\(.*?\)", "", regex=True)
    no_grades = differs["grade_levels"].isna()
    no_high = ~no_grades & ~differs["grade_levels"].fillna("").str.contains("hi")
    kind = kind.mask((kind == "") & no_grades, "no row in the state's file and no grades known: no answer is inferred")
    kind = kind.mask(
        (kind == "") & no_high, "no row in the state's file and no high school grades: no answer is inferred"
    )
    differs["reason"] = kind.mask(kind == "", "no row in the state's file")
    table = Table(title="Where they differ, and why", title_justify="left")
    for name in ("theirs", "ours", "schools", "our reason"):
        table.add_column(name)
    grouped = differs.groupby(["theirs", "ours", "reason"]).size().sort_values(ascending=False, kind="stable")
    for (theirs, ours, why), count in grouped.head(20).items():
        table.add_row(theirs, ours, str(count), str(why))
    console.print(table)


def main() -> int:
    """Run and print. Returns 0, also when the shared data are not there (and says so)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "cs-access-real")
    out = parser.parse_args().out
    console = Console()
    if not SHARED.exists():
        print(f"skipped: the real files are not beside the repository (looked in {SHARED})", file=sys.stderr)
        return 0
    first = not (out / "data" / "releases" / "current.json").exists()
    lay_out(out / "raw", late=not first)
    workspace = open_workspace(out / "raw", str(out / "data"))
    years = [*YEARS, "2020-21"]
    if first:
        list(run_season(workspace, years))
        publish(workspace, console, "The first release")
        lay_out(out / "raw", late=True)
    with progress(workspace, years, quiet=False) as watch:
        results = list(run_season(workspace, years, watch))
    print_summary(summarise(workspace, years, results))
    agreement_of_ids(workspace, console)
    washington(workspace, console)
    local_schools(workspace, out, console)
    publish(workspace, console, "The release after the late file" if first else "The release of now")
    state_pages(workspace, out, console)
    console.print(f"Tables are in {out / 'data'}; nothing was written into the repository.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
