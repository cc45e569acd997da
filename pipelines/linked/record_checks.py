"""Records compared with the school they were matched to, with each other, and with the directory of the year before.

Matches nothing and changes no match; findings on single matches that need nothing else are in `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipelines.linked.checks import STAGE, UNMATCHED
from pipelines.linked.ladder import CONTRADICTED
from pipelines.linked.likeness import likeness
from pipelines.shared.findings import join_findings, row_findings
from pipelines.shared.text import is_among, match_key
from schemas.thresholds import threshold

BY_ID = ("nces_id_given", "state_id")
COURSE_COLUMNS = ("record_id", "course_name", "counts_as_cs", "counts_basis", "enrolled")
SURVEY_COLUMNS = ("record_id", "how_many_10_hours", "how_many_20_hours")
_AP = r"\b(?:ap|advanced placement)\b"
_HIGH = rf"{_AP}|\bib\b|\bhonors\b"
_LOW = r"\bm j\b|\bmiddle (?:school|grades?)\b|\bgrade [678]\b|\b[678]th grade\b"
ELEMENTARY = "el____"


@dataclass(frozen=True)
class Records:
    """The linked records of a year and what they are compared with.

    linked: table `linked_records`. directory, before: table `nces_schools` of the year and of the year before (None
    when there is none). offerings: COURSE_COLUMNS of course_offerings. surveys: SURVEY_COLUMNS of survey_responses.
    produces: source -> the table it becomes.
    """

    school_year: str
    linked: pd.DataFrame
    directory: pd.DataFrame
    offerings: pd.DataFrame
    surveys: pd.DataFrame
    produces: Mapping[str, str]
    before: pd.DataFrame | None = None


def compare_records(records: Records) -> pd.DataFrame:
    """Findings R15, S04, S05, S15, S19, S23 and X01 (one NCES id with several state ids), stage `linked`.

    What is said of a source's records depends on no other source.
    """
    linked = records.linked
    matched = linked[linked["nces_school_id"].notna()]
    courses = _with_school(matched, records.offerings, records.directory)
    answers = _with_school(matched, records.surveys, records.directory)
    about = match_key(courses["course_name"]).fillna("") + " " + match_key(courses["counts_basis"]).fillna("")
    high, low = about.str.contains(_HIGH, regex=True), about.str.contains(_LOW, regex=True)
    no_high, no_k8 = (~courses[name].fillna(True).astype(bool) for name in ("offers_high", "offers_k8"))
    too_many = courses["enrolled"] > courses["students_total"] * threshold("s15_times_school")
    # Of schools without high school grades the form asks for courses of 10 hours (domain.md 7).
    told = answers["how_many_20_hours"].isin(["SOME", "ALL"]) & answers["how_many_10_hours"].isna()
    told &= answers["grade_levels"] == ELEMENTARY
    year = records.school_year
    return join_findings(
        [
            _find(courses, (no_high & high & ~low) | (no_k8 & low), "S19", year, "course_name", courses["course_name"]),
            _find(courses, too_many, "S15", year, "enrolled", None),
            _find(answers, told, "R15", year, "how_many_20_hours", None),
            _other_names(linked, matched, records.directory, year),
            _sources_that_miss(records),
            _ids_of_another_year(records),
            _several_state_ids(linked, year),
        ]
    )


def _find(
    rows: pd.DataFrame, where: pd.Series, rule_id: str, year: str, column: str, values: pd.Series | None
) -> pd.DataFrame:
    broken = rows[where.fillna(False).astype(bool)]
    return row_findings(broken, rule_id, stage=STAGE, school_year=year, column=column, values=values)


def _with_school(matched: pd.DataFrame, more: pd.DataFrame, directory: pd.DataFrame) -> pd.DataFrame:
    facts = ["nces_school_id", "offers_high", "offers_k8", "grade_levels", "students_total", "school_name"]
    rows = matched.drop(columns="school_name").merge(more, on="record_id", validate="1:1")
    at = pd.Index(directory["nces_school_id"]).get_indexer(rows["nces_school_id"])
    return pd.concat([rows, directory[facts[1:]].iloc[at].set_axis(rows.index)], axis=1)


def _other_names(linked: pd.DataFrame, matched: pd.DataFrame, directory: pd.DataFrame, year: str) -> pd.DataFrame:
    """S05: matched by an id alone, or held back from it, under a name that is not like that of the school."""
    held = linked[linked["match_note"].str.startswith(CONTRADICTED)]
    by_id = matched[matched["match_reason"].isin(BY_ID) & matched["school_name"].notna()]
    at = pd.Index(directory["nces_school_id"]).get_indexer(by_id["nces_school_id"])
    listed = directory["school_name"].iloc[at].set_axis(by_id.index)
    shown = by_id["school_name"] + " | " + listed
    unlike = likeness(by_id["school_name"], listed) < threshold("s05_likeness")
    every = pd.Series(True, index=held.index)
    told = held["school_name"] + " | " + held["match_candidates"]
    return join_findings(
        [
            _find(by_id, unlike, "S05", year, "school_name", shown),
            _find(held, every, "S05", year, "school_name", told),
        ]
    )


def compare_ledger(records: Records) -> pd.DataFrame:
    """S18: AP courses of the states' files and the ledger, in both directions, where the year has both."""
    offered = records.offerings
    about = match_key(offered["course_name"]).fillna("") + " " + match_key(offered["counts_basis"]).fillna("")
    is_ap = about.str.contains(_AP, regex=True) & (offered["counts_as_cs"] == "counts")
    matched = records.linked[records.linked["nces_school_id"].notna()]
    in_files = _with_school(matched, offered[is_ap], records.directory)
    linked, year = records.linked, records.school_year
    ledger = linked[linked["source"].map(records.produces) == "ap_offerings"]
    on_ledger = ledger[ledger["nces_school_id"].notna()]
    if on_ledger.empty or in_files.empty:
        return join_findings([])
    place = records.directory.set_index("nces_school_id")["state"]
    asked = on_ledger["nces_school_id"].map(place).isin(in_files["state"])
    return join_findings(
        [
            _find(
                in_files,
                ~is_among(in_files["nces_school_id"], on_ledger["nces_school_id"]),
                "S18",
                year,
                "course_name",
                in_files["nces_school_id"],
            ),
            _find(
                on_ledger,
                asked & ~is_among(on_ledger["nces_school_id"], in_files["nces_school_id"]),
                "S18",
                year,
                "ap_school_code",
                on_ledger["nces_school_id"],
            ),
        ]
    )


def _sources_that_miss(records: Records) -> pd.DataFrame:
    """S23: once per course file source of whose schools too many lead nowhere."""
    rows = records.linked[records.linked["source"].map(records.produces) == "course_offerings"]
    said = ["source", "nces_school_id_given", "state_school_id_given", "school_name"]
    schools = rows.drop_duplicates(said)
    lost = schools["match_reason"].isin(UNMATCHED).groupby(schools["source"]).agg(["sum", "mean"])
    bad = (lost["sum"] > threshold("s23_unmatched_schools")) & (lost["mean"] > threshold("s23_unmatched_share"))
    found = lost[bad].rename_axis("source").reset_index()
    share = found["sum"].astype("str") + " schools, " + (found["mean"] * 100).round(1).astype("str") + " percent"
    out = _find(found, pd.Series(True, index=found.index), "S23", records.school_year, "nces_school_id", share)
    return out.assign(finding_rows=found["sum"].astype("Int64").to_numpy()) if len(found) else out


def _ids_of_another_year(records: Records) -> pd.DataFrame:
    """S04: an id that leads nowhere, and led to a school the year before; and its successor, if the state id tells."""
    if records.before is None:
        return join_findings([])
    lost, before = records.linked[records.linked["match_reason"] == "not_found"], records.before
    by_nces = pd.Index(before["nces_school_id"]).get_indexer(lost["nces_school_id_given"])
    named = before.dropna(subset="state_school_id").drop_duplicates("state_school_id", keep=False)
    by_state = pd.Index(named["state_school_id"]).get_indexer(lost["state_school_id_given"])
    was = pd.Series(
        [before["nces_school_id"].iloc[n] if n >= 0 else None for n in by_nces], index=lost.index, dtype="str"
    )
    old = pd.Series(
        [named["nces_school_id"].iloc[n] if n >= 0 else None for n in by_state], index=lost.index, dtype="str"
    )
    was = was.fillna(old)
    state_id = was.map(before.set_index("nces_school_id")["state_school_id"])
    now = records.directory.dropna(subset="state_school_id").drop_duplicates("state_school_id", keep=False)
    successor = state_id.map(now.set_index("state_school_id")["nces_school_id"])
    shown = was + (" is now " + successor).fillna("")
    return _find(lost, was.notna(), "S04", records.school_year, "nces_school_id_given", shown)


def _several_state_ids(linked: pd.DataFrame, year: str) -> pd.DataFrame:
    """X01 the other way round: the records of a source give one NCES id with several state ids."""
    both = linked.dropna(subset=["nces_school_id_given", "state_school_id_given"])
    pairs = both.drop_duplicates(["source", "nces_school_id_given", "state_school_id_given"])
    several = pairs[pairs.duplicated(["source", "nces_school_id_given"], keep=False)]
    if several.empty:
        return join_findings([])
    by = several.sort_values("state_school_id_given").groupby(["source", "nces_school_id_given"], sort=True)
    listed = by["state_school_id_given"].agg(", ".join).rename("ids").reset_index()
    shown = listed["nces_school_id_given"] + ": " + listed["ids"]
    return _find(listed, pd.Series(True, index=listed.index), "X01", year, "nces_school_id_given", shown)
