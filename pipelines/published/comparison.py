"""A release beside the one before: changes with causes, limits, totals by state, as one bundle. Draws no page.

The public part goes into the release folder, the part that says who decided into <data>/provenance/<version>/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as arrow

from pipelines.published.cause_clues import Frames, count_moved_links
from pipelines.published.causes import explain_changes
from pipelines.published.diff import COLUMNS, TOLD, changed_schools, diff_hash, diff_releases
from pipelines.published.diff_page import draw_diff
from pipelines.published.limits import check_limits, states_to_name
from pipelines.published.provenance import Provenance
from pipelines.published.release import write_csv
from pipelines.published.state_summary import NATION
from schemas.verdicts import Verdict

BY = "by"
FIRST = "is the first release"
COUNTS = ("schools_changed", "yes_to_no", "no_to_yes", "other_answers", "came", "went", "names", "places")
PERCENTS = ("percent_offering_was", "percent_offering_now", "percent_known_was", "percent_known_now")


@dataclass(frozen=True)
class Comparison:
    """diff: of `explain_changes`. limits: of `check_limits`. by_state: one row per place and school year with COUNTS,
    links_moved and PERCENTS; places and years where nothing is other are left out, except of the nation.

    base: version compared with, empty for the first release. frozen: school years that were published as final: what
    changes in them are errata.
    """

    version: str
    base: str
    diff: pd.DataFrame
    limits: pd.DataFrame
    by_state: pd.DataFrame
    frozen: tuple[str, ...] = ()

    @property
    def schools(self) -> int:
        """How many schools differ, in school years that both releases have."""
        return changed_schools(self.diff)

    @property
    def years_new(self) -> list[str]:
        return sorted(self.diff.loc[self.diff["change"] == "new year", "school_year"].unique())

    @property
    def diff_sha256(self) -> str:
        return diff_hash(self.diff)

    @property
    def states_to_name(self) -> list[str]:
        return states_to_name(self.limits)

    @property
    def errata(self) -> pd.DataFrame:
        """Rows of the diff in school years that are frozen."""
        return self.diff[self.diff["school_year"].isin(self.frozen)]

    @property
    def errata_years(self) -> dict[str, int]:
        """Frozen school years with errata, and how many schools each changes."""
        by = self.errata.groupby("school_year")["nces_school_id"].nunique()
        return {str(year): int(count) for year, count in by.items()}

    @property
    def sentence(self) -> str:
        """For example: would change 214 schools, and 2018-19 is new."""
        return f"would change {self._changes}" if self.base else FIRST

    def on_page(self, channel: str) -> str:
        """The sentence for a page of that channel: one of a release is read after it came out as well as before."""
        return f"changes {self._changes}" if self.base and channel == "release" else self.sentence

    @property
    def _changes(self) -> str:
        years = f", and {', '.join(self.years_new)} {'is' if len(self.years_new) == 1 else 'are'} new"
        noun = "school" if self.schools == 1 else "schools"
        return f"{self.schools:,} {noun}{years if self.years_new else ''}"


def compare(
    version: str,
    base: str,
    old: Frames | None,
    new: Frames,
    was: Provenance | None,
    now: Provenance,
    findings: pd.DataFrame,
    source_states: Mapping[str, str],
) -> Comparison:
    """Compare the tables of a release with those of the one before (`old` is None before the first).

    was, now: what they were made from. findings: of the comparisons with the year before; see `check_limits`.
    """
    diff = explain_changes(diff_releases(old, new), old, new, was, now)
    last = old["school_cs_access"] if old else None
    seen = was.facts.get("limits", []) if was else []
    limits = check_limits(last, new["school_cs_access"], findings, source_states, seen)
    return Comparison(version, base, diff, limits, _by_state(diff, old, new, was, now))


def write_comparison(
    folder: Path, comparison: Comparison, *, channel: str = "release", with_people: bool = False
) -> None:
    """diff.csv, by_state.csv and diff.html in the folder, and errata.csv when there are any.

    with_people: the partner tier's, which says who decided.
    """
    folder.mkdir(parents=True, exist_ok=True)
    columns = [*COLUMNS, *TOLD, *([BY] if with_people else [])]
    rows = comparison.diff[columns].rename(columns={BY: "decided_by"})
    parts = {"diff.csv": rows}
    if len(comparison.errata):
        parts["errata.csv"] = rows.loc[comparison.errata.index]
    for name, part in parts.items():
        write_csv(arrow.Table.from_pandas(part, schema=_text(list(part.columns)), preserve_index=False), folder / name)
    write_csv(arrow.Table.from_pandas(comparison.by_state, preserve_index=False), folder / "by_state.csv")
    page = draw_diff(
        version=comparison.version,
        base=comparison.base,
        sentence=comparison.on_page(channel),
        diff=rows,
        limits=comparison.limits,
        by_state=comparison.by_state,
        errata=comparison.errata_years,
        channel=channel,
    )
    (folder / "diff.html").write_text(page, encoding="utf-8", newline="\n")


def _text(columns: list[str]) -> arrow.Schema:
    return arrow.schema([arrow.field(name, arrow.string()) for name in columns])


def _by_state(
    diff: pd.DataFrame, old: Frames | None, new: Frames, was: Provenance | None, now: Provenance
) -> pd.DataFrame:
    place = ["place", "school_year"]
    years = {"new year", "year gone"}
    told = diff[~diff["change"].isin(years)].rename(columns={"state": "place"})
    told = pd.concat([told, told.assign(place=NATION)], ignore_index=True)
    answer = told["change"] == "answer"
    flags = {
        "yes_to_no": answer & (told["was"] == Verdict.YES) & (told["now"] == Verdict.NO),
        "no_to_yes": answer & (told["was"] == Verdict.NO) & (told["now"] == Verdict.YES),
        "came": told["change"] == "new school",
        "went": told["change"] == "gone",
        "names": told["change"] == "name",
        "places": told["change"] == "place",
    }
    flags["other_answers"] = answer & ~flags["yes_to_no"] & ~flags["no_to_yes"]
    counts = told[place].assign(**flags).groupby(place)[list(flags)].sum()
    counts["schools_changed"] = told.groupby(place)["nces_school_id"].nunique()
    moved = count_moved_links(was, now).rename(columns={"state": "place"})
    moved = pd.concat([moved, moved.groupby("school_year", as_index=False)["links_moved"].sum().assign(place=NATION)])
    links = moved.set_index(place)["links_moved"].astype("Int64")
    sides = [_percents(frames["state_summary"] if frames else new["state_summary"].iloc[:0]) for frames in (old, new)]
    percents = sides[0].join(sides[1], how="outer", lsuffix="_was", rsuffix="_now")
    out = percents.join(counts, how="outer").join(links.rename("links_moved"), how="outer").reset_index()
    numbers = [*COUNTS, "links_moved"]
    out[numbers] = out[numbers].fillna(0).astype("Int64")
    same = (out["percent_offering_was"].fillna(-1) == out["percent_offering_now"].fillna(-1)) & (out[numbers] == 0).all(
        axis=1
    )
    out = out[~same.astype(bool) | (out["place"] == NATION)]
    out = out.assign(nation=out["place"] != NATION).sort_values(["school_year", "nation", "place"], kind="stable")
    return out[[*place, *COUNTS, "links_moved", *PERCENTS]].astype(dict.fromkeys(place, "str")).reset_index(drop=True)


def _percents(summary: pd.DataFrame) -> pd.DataFrame:
    return summary.set_index(["place", "school_year"])[["percent_offering", "percent_known"]]
