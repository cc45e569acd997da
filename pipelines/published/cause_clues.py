"""What differs between two releases that could have changed a school: files, links, decisions, the directory, versions.

Each clue is a lookup for rows of a diff; which clue is the cause is decided in `causes.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipelines.published.diff import KEY
from pipelines.published.provenance import Provenance, keep

Frames = Mapping[str, pd.DataFrame]
SOURCE_YEAR = ["school_year", "source"]
FACTS = ("status", "sector", "is_operating", "offers_high", "offers_k8", "state_school_id")
"""Facts of the directory that decide whether and how a school is asked."""
NAMES = {
    "status": "status",
    "sector": "sector",
    "is_operating": "whether it operates",
    "offers_high": "high school grades",
    "offers_k8": "grades below high school",
    "state_school_id": "state id",
}
NOTHING = pd.Series(dtype="str")
ON_SOURCES = ("source_hold", "source_release")
ON_COURSES = ("course_counts", "course_does_not_count")
"""Decisions that name no school; the first are for their own school year, the others for later years too."""


@dataclass(frozen=True)
class Clues:
    """Two releases and what they were made from; `was` is None for a release that does not say."""

    old: Frames
    new: Frames
    was: Provenance | None
    now: Provenance

    def before(self, name: str) -> pd.DataFrame:
        """The table kept with the last release; today's, so that nothing differs, when it keeps none."""
        return getattr(self.was or self.now, name)  # type: ignore[no-any-return]

    @cached_property
    def accepted(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Files that are read now and were not, and files that were read and are not any more."""
        used = [f[f["file_status"] == "accepted"] for f in (self.before("files"), self.now.files)]
        keys = [pd.MultiIndex.from_frame(f[["school_year", "source", "file", "sha256"]]) for f in used]
        return used[1][~keys[1].isin(keys[0])], used[0][~keys[0].isin(keys[1])]

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Decisions that only one of the two releases has, with `school` they speak of and `fresh` (only the newer has it)."""
        return _about_schools(self, only_changed=True)

    @property
    def code_changed(self) -> bool:
        return self.was is not None and self.was.code != self.now.code

    @cached_property
    def declared_changed(self) -> list[str]:
        """Files below schemas/ whose bytes differ, in order."""
        if self.was is None:
            return []
        was, now = (dict(p.facts.get("declared", {})) for p in (self.was, self.now))
        return sorted(name for name in {*was, *now} if was.get(name) != now.get(name))

    def changed_policies(self) -> dict[str, str]:
        """School year -> what is other about its policy, in words; years without a change are left out."""
        if self.was is None:
            return {}
        before, after = (dict(p.facts.get("policies", {})) for p in (self.was, self.now))
        words = {}
        for year in sorted({*before} & {*after}):
            if before[year] != after[year]:
                words[year] = f"{after[year]} instead of {before[year]}"
            elif f"policies/{after[year]}.yml" in self.declared_changed:
                words[year] = f"{after[year]} was changed"
        return words

    def years_gone(self) -> set[str]:
        return set(self.old["school_cs_access"]["school_year"]) - set(self.new["school_cs_access"]["school_year"])

    def years_new(self) -> set[str]:
        return set(self.new["school_cs_access"]["school_year"]) - set(self.old["school_cs_access"]["school_year"])

    def used_now(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The evidence that gives the answer now, on the rows' index; null where none does."""
        used = _used(_of_schools(self.new["evidence"], rows))
        columns = ["evidence_kind", "evidence_year", "pointer", "source"]
        return rows[KEY].join(used.set_index(KEY)[columns], on=KEY)[columns].astype("str")


def moving_evidence(rows: pd.DataFrame, clues: Clues) -> pd.DataFrame:
    """The piece of evidence that moved each answer, on the rows' index; all null where only the order of rules did.

    It is the one that gives the answer now, when it says something new; else the one that gave it, when it no longer
    says so. Columns: evidence_kind, evidence_year, and for both sides source_, pointer_, says_ + was or now.
    """
    held = ["label", "evidence_kind", "evidence_year", "says", "source", "pointer", "is_used"]
    sides = [_of_schools(f["evidence"], rows)[[*KEY, *held]] for f in (clues.old, clues.new)]
    both = sides[0].merge(sides[1], on=[*KEY, "label"], how="outer", suffixes=("_was", "_now"))
    moved = both[both["says_was"].fillna("") != both["says_now"].fillna("")]
    used = [moved[f"is_used_{side}"].fillna(False).astype(bool) for side in ("now", "was")]
    moved = moved.assign(rank=np.where(used[0], 0, np.where(used[1], 1, 2)))
    moved = moved[moved["rank"] < 2].sort_values([*KEY, "rank", "label"], kind="stable").drop_duplicates(KEY)
    for name in ("evidence_kind", "evidence_year"):
        moved[name] = moved[f"{name}_now"].fillna(moved[f"{name}_was"])
    columns = ["evidence_kind", "evidence_year"]
    columns += [f"{name}_{side}" for name in ("source", "pointer", "says") for side in ("was", "now")]
    return rows[KEY].join(moved.set_index(KEY)[columns], on=KEY)[columns].astype("str")


def files_of(rows: pd.DataFrame, clues: Clues) -> pd.DataFrame:
    """`cause` (new_file, withdrawn_row, file_gone) and `detail` of rows whose source has other files, on their index.

    rows: of `moving_evidence`. A file is the cause when the evidence points into it, or, for a state's silence, when
    the state's files are others.
    """
    came, went = clues.accepted
    now, was = (_files_pointed_at(rows, f"pointer_{side}") for side in ("now", "was"))
    fresh = _meet(now, rows, came)
    lost = _meet(was, rows, went)
    sources = pd.concat([_sources(rows, "source_now"), _sources(rows, "source_was")]).drop_duplicates()
    newest = came.sort_values(["received_on", "file"], kind="stable").drop_duplicates(SOURCE_YEAR, keep="last")
    silent = sources.merge(newest, on=SOURCE_YEAR).drop_duplicates("at").set_index("at")
    gone = sources.merge(went, on=SOURCE_YEAR).drop_duplicates("at").set_index("at")
    out = pd.DataFrame({"cause": pd.Series(None, index=rows.index, dtype="str"), "detail": ""})
    state = rows["evidence_kind"] == "state"
    for where, cause, detail in (
        (fresh.index, "new_file", _received(fresh)),
        (
            lost.index.intersection(silent.index),
            "withdrawn_row",
            silent["file"] + " has no such row; " + lost["file"] + " had",
        ),
        (lost.index, "file_gone", lost["file"] + " " + _became(lost, clues)),
        (silent.index.intersection(rows.index[state]), "new_file", _received(silent)),
        (gone.index.intersection(rows.index[state]), "file_gone", gone["file"] + " " + _became(gone, clues)),
    ):
        open_ = where.intersection(out.index[out["cause"].isna()])
        out.loc[open_, "cause"] = cause
        out.loc[open_, "detail"] = detail.reindex(open_)
    return out.dropna(subset=["cause"])


def moved_links(rows: pd.DataFrame, clues: Clues) -> pd.Series:
    """Rows of whose school a record came or went (same file and row, another school), with the first one in words."""
    schools = rows[KEY].drop_duplicates()
    place = ["school_year", "source", "file", "row"]
    was, now = (f.dropna(subset=["row"]) for f in (clues.before("links"), clues.now.links))
    near = [_of_schools(f, schools) for f in (was, now)]
    keys = [pd.MultiIndex.from_frame(f[[*place, "nces_school_id"]]) for f in near]
    left = near[0][~keys[0].isin(keys[1])].merge(now[[*place, "nces_school_id"]], on=place, suffixes=("", "_other"))
    came = near[1][~keys[1].isin(keys[0])].merge(was[[*place, "nces_school_id"]], on=place, suffixes=("", "_other"))
    for part, word, none in ((left, "leads to", "no school"), (came, "led to", "no school")):
        where = part["file"] + " row " + part["row"].astype("str")
        other = part["nces_school_id_other"].fillna(none)
        part["words"] = where + (" now " + word + " " + other if word == "leads to" else " " + word + " " + other)
    both = pd.concat([came, left]).sort_values([*KEY, "file", "row"], kind="stable").drop_duplicates(KEY)
    return rows[KEY].join(both.set_index(KEY)["words"], on=KEY)["words"].dropna()


def count_moved_links(was: Provenance | None, now: Provenance) -> pd.DataFrame:
    """Records of the same file and row that lead to another school than before: state, school_year, links_moved."""
    if was is None:
        return pd.DataFrame({"state": NOTHING, "school_year": NOTHING, "links_moved": pd.Series(dtype="Int64")})
    place = ["school_year", "source", "file", "row"]
    both = was.links[[*place, "nces_school_id"]].merge(now.links, on=place, suffixes=("_was", "_now"))
    moved = both[both["nces_school_id_was"].fillna("") != both["nces_school_id_now"].fillna("")]
    home = now.directory.drop_duplicates("nces_school_id").set_index("nces_school_id")["state"]
    led = moved["nces_school_id_now"].fillna(moved["nces_school_id_was"])
    by = moved.assign(state=led.map(home).astype("str").fillna(moved["state"]).fillna("?"))
    counts = by.groupby(["state", "school_year"], sort=True).size()
    return counts.rename("links_moved").reset_index().astype({"links_moved": "Int64"})


def decisions_on(rows: pd.DataFrame, clues: Clues, *, new_only: bool = True) -> pd.DataFrame:
    """`detail` (public) and `by` of the newest decision on each row's school, on the index of the rows that have one.

    new_only: of decisions that only one of the two releases has; else of all there are now.
    """
    made = clues.decisions if new_only else _about_schools(clues, only_changed=False)
    made = made.sort_values(["fresh", "decided_at", "decision_id"], kind="stable")
    newest = made.drop_duplicates(["school", "school_year"], keep="last")
    newest = newest.rename(columns={"school": "nces_school_id"}).set_index(KEY)
    words = newest["decision_kind"].str.replace("_", " ") + " of " + newest["decided_at"].str[:10].fillna("no date")
    detail = words.where(newest["fresh"], words + ", which holds no longer")
    told = pd.DataFrame({"detail": detail, "by": newest["decided_by"].fillna("")})
    return rows[KEY].join(told, on=KEY)[["detail", "by"]].dropna(subset=["detail"])


def decisions_on_sources(rows: pd.DataFrame, clues: Clues) -> pd.DataFrame:
    """`detail` (public) and `by` of the newest decision, in only one of the two releases, that holds or releases the source
    of a row's evidence or judges a course of it, on the index of the rows that have one.

    rows: with source_was and source_now. An answer to a case names no source; it may be about any of its school year.
    """
    was, now = clues.before("decisions"), clues.now.decisions
    sides = ((was, now, False), (now, was, True))
    made = pd.concat([a[~a["decision_id"].isin(b["decision_id"])].assign(fresh=fresh) for a, b, fresh in sides])
    made = made[made["decision_kind"].isin((*ON_SOURCES, *ON_COURSES))]
    told = pd.concat([_sources(rows, "source_now"), _sources(rows, "source_was")]).drop_duplicates()
    named = told.merge(made, left_on="source", right_on="about_source", suffixes=("", "_decided"))
    later = named["decision_kind"].isin(ON_COURSES) & (named["school_year_decided"] < named["school_year"])
    named = named[(named["school_year_decided"] == named["school_year"]) | later]
    unnamed = told.merge(made[made["about_source"].isna()], on="school_year", suffixes=("", "_decided"))
    # Names first: what is said of this very source tells more than what may be about another.
    found = pd.concat([unnamed, named.sort_values(["decided_at", "decision_id"], kind="stable")])
    newest = found.drop_duplicates("at", keep="last").set_index("at")
    words = newest["decision_kind"].str.replace("_", " ") + " of " + newest["decided_at"].str[:10].fillna("no date")
    detail = words.where(newest["fresh"].astype(bool), words + ", which holds no longer")
    return pd.DataFrame({"detail": detail, "by": newest["decided_by"].fillna("")})


def school_facts(rows: pd.DataFrame, clues: Clues) -> pd.DataFrame:
    """What the directories of both releases say of each row's school (suffix _was, _now), and `changed` in words."""
    columns = [*FACTS, "directory_sources"]
    sides = {"was": clues.before("directory"), "now": clues.now.directory}
    out = rows[KEY]
    for side, frame in sides.items():
        known = _of_schools(frame, rows).drop_duplicates(KEY).set_index(KEY)[columns]
        out = out.join(known.add_suffix(f"_{side}"), on=KEY)
    words = pd.Series("", index=out.index, dtype="str")
    for name in FACTS:
        differs = out[f"{name}_was"].astype("str").fillna("") != out[f"{name}_now"].astype("str").fillna("")
        words = words.where(~differs, words + ", " + NAMES[name])
    out["changed"] = words.str.removeprefix(", ").where(words != "")
    return out


def directory_files(rows: pd.DataFrame, clues: Clues) -> pd.Series:
    """The newest directory file of each row's school year that the last release did not rest on, in words."""
    came, _ = clues.accepted
    nces = came[came["source"].str.startswith("nces")]
    newest = nces.sort_values(["received_on", "file"], kind="stable").drop_duplicates("school_year", keep="last")
    words = _received(newest.set_index("school_year"))
    return rows["school_year"].map(words).astype("str").dropna()


def renumbered(rows: pd.DataFrame, clues: Clues) -> pd.Series:
    """Schools that come and schools that go with one state id in one year, in words, on the rows' index."""
    sides = rows[rows["change"].isin(["new school", "gone"])].join(
        school_facts(rows, clues)[["state_school_id_was", "state_school_id_now"]]
    )
    sides["state_school_id"] = sides["state_school_id_now"].fillna(sides["state_school_id_was"])
    known = sides.dropna(subset=["state_school_id"])
    pair = ["school_year", "state", "state_school_id"]
    came = known[known["change"] == "new school"].drop_duplicates(pair, keep=False).set_index(pair)["nces_school_id"]
    went = known[known["change"] == "gone"].drop_duplicates(pair, keep=False).set_index(pair)["nces_school_id"]
    other = known[pair].join(came.rename("came"), on=pair).join(went.rename("went"), on=pair).dropna()
    told = other["went"] + " is " + other["came"] + " now"
    return told.reindex(told.index.union(rows.index)).fillna(_successions(rows, clues)).dropna()


def _successions(rows: pd.DataFrame, clues: Clues) -> pd.Series:
    """Schools that go because another came after them, and schools that came after another, in words."""
    known = clues.now.successors
    before, after = known["predecessor_nces_school_id"], known["successor_nces_school_id"]
    words = before + " is " + after + " now (" + known["event_kind"].str.replace("_", " ") + ")"
    found = pd.Series(None, index=rows.index, dtype="str")
    for change, ids in (("gone", before), ("new school", after)):
        told = words.set_axis(ids)[lambda s: ~s.index.duplicated()]
        found = found.fillna(rows["nces_school_id"].map(told).where(rows["change"] == change).astype("str"))
    return found


def changed_declarations(rows: pd.DataFrame, clues: Clues) -> pd.Series:
    """The changed file below schemas/ that concerns each row: its state's, its source's, else one that concerns all."""
    changed = [name for name in clues.declared_changed if not name.startswith("policies/")]
    own = {name for name in changed if name.startswith(("courses/", "sources/"))}
    shared = [name for name in changed if name not in own]
    state = rows["state"].str.lower().astype("str")
    found = pd.Series(None, index=rows.index, dtype="str")
    sources = [rows[name].str.replace(r"\|.*", "", regex=True) for name in ("source_now", "source_was") if name in rows]
    for file in ("courses/" + state + ".csv", *("sources/" + name + ".yml" for name in (*sources, state))):
        found = found.fillna(file.where(file.isin(own)))
    directory = sorted(name for name in own if name.startswith("sources/nces"))
    if directory:
        found = found.mask(rows["change"] != "answer", directory[0])
    if shared:
        found = found.fillna(shared[0])
    return "schemas/" + found.dropna()


def any_new_file(rows: pd.DataFrame, clues: Clues) -> pd.Series:
    """The newest file of each row's school year, of whatever source, that the last release did not rest on."""
    came, _ = clues.accepted
    newest = came.sort_values(["received_on", "file"], kind="stable").drop_duplicates("school_year", keep="last")
    return rows["school_year"].map(_received(newest.set_index("school_year"))).astype("str").dropna()


def _about_schools(clues: Clues, *, only_changed: bool) -> pd.DataFrame:
    """Decisions once for each school they speak of: by its id, by the other school's, or as their record was linked."""
    parts = []
    sides = [(clues.now, True)] if not only_changed or clues.was is None else [(clues.was, False), (clues.now, True)]
    known = [set(side.decisions["decision_id"]) for side, _ in sides]
    for number, (side, fresh) in enumerate(sides):
        made = side.decisions
        if only_changed:
            other = known[1 - number] if len(sides) > 1 else known[0]
            made = made[~made["decision_id"].isin(other)]
        place = ["school_year", "source", "file", "row"]
        linked = made[place].merge(side.links[[*place, "nces_school_id"]], on=place, how="left")["nces_school_id"]
        for ids in (made["nces_school_id_given"], made["other_nces_school_id"], linked.set_axis(made.index)):
            parts.append(made.assign(school=ids, fresh=fresh))
    if not parts:
        return keep(pd.DataFrame(), "decisions").assign(school=NOTHING, fresh=pd.Series(dtype=bool))
    out = pd.concat(parts, ignore_index=True).dropna(subset=["school"])
    return out.drop_duplicates(["decision_id", "school", "fresh"])


def _of_schools(frame: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the frame that speak of one of those schools in one of those years."""
    few = frame[frame["nces_school_id"].isin(rows["nces_school_id"].unique())]
    return few[pd.MultiIndex.from_frame(few[KEY]).isin(pd.MultiIndex.from_frame(rows[KEY]))]


def _used(evidence: pd.DataFrame) -> pd.DataFrame:
    return evidence[evidence["is_used"].fillna(False).astype(bool)].drop_duplicates(KEY)


def _files_pointed_at(rows: pd.DataFrame, pointer: str) -> pd.DataFrame:
    """`at` (index of the row) and `file`, once for each file that the pointers name."""
    told = (
        rows[pointer]
        .dropna()
        .str.split(" | ", regex=False)
        .explode()
        .astype("str")
        .str.replace(r"#[^#]*$", "", regex=True)
    )
    return pd.DataFrame({"at": told.index, "file": told.to_numpy()}).drop_duplicates()


def _meet(pointed: pd.DataFrame, rows: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    pointed = pointed.assign(school_year=rows["school_year"].reindex(pointed["at"]).to_numpy())
    # Where nothing is pointed at, pandas knows of no text.
    met = pointed.astype({"file": "str"}).merge(files, on=["school_year", "file"])
    return (
        met.sort_values(["at", "received_on", "file"], kind="stable").drop_duplicates("at", keep="last").set_index("at")
    )


def _sources(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    told = rows[column].dropna().str.split("|").explode()
    year = rows["school_year"].reindex(told.index)
    return pd.DataFrame({"at": told.index, "source": told.to_numpy(), "school_year": year.to_numpy()})


def _received(files: pd.DataFrame) -> pd.Series:
    return files["file"] + (", received " + files["received_on"]).fillna("")


def _became(files: pd.DataFrame, clues: Clues) -> pd.Series:
    """What has become of files that are no longer read."""
    now = clues.now.files.drop_duplicates(["school_year", "source", "file"], keep="last")
    status = files[["school_year", "source", "file"]].join(
        now.set_index(["school_year", "source", "file"])["file_status"], on=["school_year", "source", "file"]
    )["file_status"]
    return "is " + status.fillna("no longer received").replace("accepted", "another file now")
