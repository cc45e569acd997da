"""Which NCES id came after which, and who stands in for an id in the directory of a year: table `school_successors`.

What was found between lists is put together with what people decided; nothing is compared here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipelines.linked.event_rows import CERTAIN, LIKELY
from pipelines.shared.findings import conform

LEADS_ON = ("renumbered", "merged")
"""Events after which the evidence of the one is the other's; of a split nobody knows whose it is."""
LINKS = (*LEADS_ON, "succeeded", "split")
DECIDED = {"school_succeeds": "renumbered", "schools_merged": "merged", "same_school": "merged"}
"""Decisions that the school decided on is what the other became, and the event they stand for."""
DECISION_COLUMNS = (
    "decision_id",
    "decision_kind",
    "nces_school_id_given",
    "other_nces_school_id",
    "school_year",
    "decided_at",
    "reason",
)
KEY = ["predecessor_nces_school_id", "successor_nces_school_id"]
MAX_STEPS = 20
"""Numbers of one school that are followed one after the other; more would be a circle."""


def build_successors(history: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Table `school_successors`: every link between two NCES ids, and whether it is followed.

    history: table `school_history`. decisions: columns DECISION_COLUMNS of every school year up to this one; the newest
    on a pair of schools counts. Followed are certain and likely links and decided ones, as long as each id leads to one
    other and never back to itself.
    """
    links = pd.concat([_found(history), _decided(decisions)], ignore_index=True)
    # A decision comes last, and the later list before the earlier: the last one of a pair counts.
    links = links.drop_duplicates(KEY, keep="last")
    links = _apply_refusals(links, decisions)
    followed = links[links["is_followed"]]
    several = followed[followed["predecessor_nces_school_id"].duplicated(keep=False)]
    links = _not_followed(links, several.index, "it leads to several schools")
    links = _not_followed(links, _in_circles(links[links["is_followed"]]), "it leads back to itself")
    links = pd.concat([links, _given_out_anew(history, decisions)], ignore_index=True)
    return conform(links.sort_values(KEY, kind="stable"), "school_successors")


def _given_out_anew(history: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Ids that may be another school's now, as links from the id to itself: followed once a person says that it is the same.

    Last year's answer is not carried over such a link (`StandIns.anew`).
    """
    events = history[history["event_kind"] == "recycled_id"].sort_values("school_year_after", kind="stable")
    events = events.drop_duplicates("nces_school_id", keep="last")
    made = _newest(decisions, [*DECIDED, "not_same_school"])
    made = made[made["nces_school_id_given"] == made["other_nces_school_id"]]
    newest = made.drop_duplicates("nces_school_id_given", keep="last").set_index("nces_school_id_given")
    ids = events["nces_school_id"]
    said = ids.map(newest["decision_kind"]).astype("str")
    why = "decided on " + newest["decided_at"].str[:10] + ": " + newest["reason"]
    return pd.DataFrame(
        {
            "predecessor_nces_school_id": ids,
            "successor_nces_school_id": ids,
            "school_year_before": events["school_year_before"],
            "school_year_after": events["school_year_after"],
            "event_kind": events["event_kind"],
            "confidence": events["confidence"].mask(said.notna(), "decided"),
            "is_followed": said.isin(list(DECIDED)),
            "reason": ids.map(why)
            .astype("str")
            .fillna("it was that of " + events["what_was"] + "; " + events["reason"]),
        }
    )


def _found(history: pd.DataFrame) -> pd.DataFrame:
    events = history[history["event_kind"].isin(LINKS) & history["other_nces_school_ids"].notna()]
    sure = events["event_kind"].isin(LEADS_ON) & events["confidence"].isin([CERTAIN, LIKELY])
    found = events.assign(is_followed=sure, successor_nces_school_id=events["other_nces_school_ids"])
    found = found.rename(columns={"nces_school_id": "predecessor_nces_school_id"})
    names = [*KEY, "school_year_before", "school_year_after", "event_kind", "confidence", "is_followed", "reason"]
    return found.sort_values("school_year_after", kind="stable")[names]


def _newest(decisions: pd.DataFrame, kinds: Iterable[str]) -> pd.DataFrame:
    chosen = decisions[decisions["decision_kind"].isin(list(kinds)) & decisions["nces_school_id_given"].notna()]
    return chosen.sort_values(["decided_at", "decision_id"], kind="stable")


def _decided(decisions: pd.DataFrame) -> pd.DataFrame:
    made = _newest(decisions, [*DECIDED, "school_split"])
    made = made[made["other_nces_school_id"].notna() & (made["other_nces_school_id"] != made["nces_school_id_given"])]
    split = made["decision_kind"] == "school_split"
    given, other = made["nces_school_id_given"], made["other_nces_school_id"]
    return pd.DataFrame(
        {
            # The school decided on is what the other became; a school that was split goes on as itself.
            "predecessor_nces_school_id": other.where(~split, given),
            "successor_nces_school_id": given.where(~split, other),
            "school_year_before": None,
            "school_year_after": made["school_year"],
            "event_kind": made["decision_kind"].map(DECIDED).fillna("split"),
            "confidence": "decided",
            "is_followed": ~split,
            "reason": "decided on " + made["decided_at"].str[:10] + ": " + made["reason"],
        }
    )


def _apply_refusals(links: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """A school that closed has no successor, and two that are not one lead nowhere, unless somebody said so later."""
    said = _newest(decisions, ["school_closed", "not_same_school"])
    if said.empty:
        return links
    later = _newest(decisions, DECIDED)
    when = dict(
        zip(_pairs(later["nces_school_id_given"], later["other_nces_school_id"]), later["decided_at"], strict=True)
    )
    refused: dict[int, str] = {}
    for row in said.itertuples(index=False):
        if row.decision_kind == "school_closed":
            at = links["predecessor_nces_school_id"] == row.nces_school_id_given
        else:
            pair = frozenset((row.nces_school_id_given, row.other_nces_school_id))
            at = pd.Series([one == pair for one in _pairs(links[KEY[0]], links[KEY[1]])], index=links.index, dtype=bool)
        for index in links.index[at & links["is_followed"]]:
            pair = frozenset(links.loc[index, KEY])
            if when.get(pair, "") <= row.decided_at:
                refused[index] = f"decided on {row.decided_at[:10]}: {row.reason}"
    out = links.copy()
    for index, reason in refused.items():
        out.loc[index, ["is_followed", "confidence", "reason"]] = [False, "decided", reason]
    return out


def _pairs(one: pd.Series, other: pd.Series) -> list[frozenset[str]]:
    return [frozenset(pair) for pair in zip(one, other, strict=True)]


def _not_followed(links: pd.DataFrame, where: Iterable[int], why: str) -> pd.DataFrame:
    at = links.index.isin(list(where))
    out = links.assign(is_followed=links["is_followed"].astype(bool) & ~at)
    out["reason"] = out["reason"].mask(at, out["reason"] + f"; not followed, because {why}")
    return out


def _in_circles(followed: pd.DataFrame) -> list[int]:
    leads = dict(zip(followed[KEY[0]], followed[KEY[1]], strict=True))
    circling = [start for start in leads if _comes_back(start, leads)]
    return list(followed.index[followed[KEY[0]].isin(circling)])


def _comes_back(start: str, leads: Mapping[str, str]) -> bool:
    passed: set[str] = set()
    here = leads[start]
    while here in leads and here not in passed:
        if here == start:
            return True
        passed.add(here)
        here = leads[here]
    return False


@dataclass(frozen=True)
class StandIns:
    """NCES id -> the id under which its school stands in the directory of a year; only ids that have another there.

    anew: ids that may be another school's since a school year: an answer of a year before it is not this school's.
    """

    ids: Mapping[str, str]
    anew: Mapping[str, str] = field(default_factory=dict)

    def of(self, ids: pd.Series) -> pd.Series:
        """Each id, or the one that stands in for it; null stays null."""
        if not self.ids:
            return ids
        asked = ids.isin(list(self.ids))
        return ids.mask(asked, ids[asked].map(self.ids)).astype("str")


def stand_ins(successors: pd.DataFrame, directory_ids: pd.Series, school_year: str) -> StandIns:
    """Who stands in for every id that has a successor or a predecessor, in the directory of that year with those ids.

    The latest successor that the directory has, unless the id was still listed in that year or later; else, for an id
    that the directory does not have yet, its latest predecessor there, when it was only renumbered.
    """
    itself = successors[KEY[0]] == successors[KEY[1]]
    sure = successors["is_followed"].fillna(False).astype(bool)
    followed, recycled = successors[sure & ~itself], successors[itself & ~sure]
    recycled = recycled[recycled["school_year_after"] <= school_year]
    past = followed[~(followed["school_year_before"] >= school_year).fillna(False).to_numpy(dtype=bool)]
    ahead = dict(zip(past[KEY[0]], past[KEY[1]], strict=True))
    renumbered = followed[followed["event_kind"] == "renumbered"]
    single = renumbered[~followed[KEY[1]].duplicated(keep=False).reindex(renumbered.index)]
    behind = dict(zip(single[KEY[1]], single[KEY[0]], strict=True))
    named = pd.Series([*ahead, *ahead.values()], dtype="str")
    present = set(directory_ids[directory_ids.isin(named)])
    found: dict[str, str] = {}
    for start in {*ahead, *behind}:
        last = _last_present(start, ahead, present)
        if last is None and start not in present:
            last = _first_present(start, behind, present)
        if last is not None and last != start:
            found[start] = last
    anew = dict(zip(recycled[KEY[0]], recycled["school_year_after"], strict=True))
    return StandIns(dict(sorted(found.items())), anew)


def _last_present(start: str, ahead: Mapping[str, str], present: set[str]) -> str | None:
    found, here = None, start
    for _ in range(MAX_STEPS):
        here = ahead.get(here, "")
        if not here:
            break
        found = here if here in present else found
    return found


def _first_present(start: str, behind: Mapping[str, str], present: set[str]) -> str | None:
    here = start
    for _ in range(MAX_STEPS):
        here = behind.get(here, "")
        if not here or here in present:
            return here or None
    return None


def without_superseded(directory: pd.DataFrame, stand: StandIns) -> pd.DataFrame:
    """The directory without schools that stand in it under a later id too (files of several years name both)."""
    return directory[~directory["nces_school_id"].isin(list(stand.ids))] if stand.ids else directory


def close_superseded(directory: pd.DataFrame, stand: StandIns) -> pd.DataFrame:
    """The directory with such schools as not operating: the later id carries the school, its answer and its place."""
    at = directory["nces_school_id"].isin(list(stand.ids))
    return directory.assign(is_operating=directory["is_operating"].mask(at, False)) if at.any() else directory


def carry_answers(earlier: pd.DataFrame, stand: StandIns) -> pd.DataFrame:
    """Answers of an earlier year under the ids of this one. earlier: nces_school_id, school_year, teaches_cs.

    A school's own answer goes before that of a predecessor; predecessors that answered differently carry nothing, nor does
    an id that may have been another school's then. earlier_nces_school_id: the id that the answer was given under, where it is another.
    """
    another = earlier["school_year"] < earlier["nces_school_id"].map(dict(stand.anew)).astype("str").fillna("")
    earlier = earlier[~another]
    out = earlier.assign(earlier_nces_school_id=pd.Series(None, index=earlier.index, dtype="str"))
    at = earlier["nces_school_id"].isin(list(stand.ids))
    if not at.any():
        return out
    told = out[at & out["teaches_cs"].ne("U")]
    told = told.assign(earlier_nces_school_id=told["nces_school_id"], nces_school_id=stand.of(told["nces_school_id"]))
    agree = told.groupby("nces_school_id")["teaches_cs"].transform("nunique") == 1
    told = told[agree].sort_values("earlier_nces_school_id").drop_duplicates("nces_school_id")
    own = out[~at]
    silent = own["nces_school_id"].isin(told["nces_school_id"]) & own["teaches_cs"].eq("U")
    told = told[~told["nces_school_id"].isin(own.loc[~silent, "nces_school_id"])]
    return pd.concat([own[~silent], told], ignore_index=True)
