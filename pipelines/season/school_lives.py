"""Looks up one school's life by any of its ids. Putting it into words is `pipelines/linked/school_story.py`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from pipelines.linked.school_lists import Part, lists_by_year
from pipelines.linked.school_story import FACTS, connected, tell_story
from pipelines.season.steps.history import directory_parts
from pipelines.shared.steps import Workspace


def school_life(workspace: Workspace, asked: str) -> dict[str, Any]:
    """The life of a school, ready for JSON. asked: an NCES id of any year, or a state's id of any year.

    Raises ValueError when nothing has been run, or no list of any year has the id (naming a close one).
    """
    store = workspace.store
    years = store.years("linked", "school_history")
    if not years:
        raise ValueError("no directory has been read yet; run a school year first: cleanup run 2018-19")
    # The latest year knows the lists of all years before it, and every decision on them.
    history = store.read("school_history", years[-1])
    successors = store.read("school_successors", years[-1])
    parts = directory_parts(workspace, years[-1])
    ids = list(
        dict.fromkeys(
            one for found in _nces_ids(asked.strip().upper(), history, parts) for one in connected(found, successors)
        )
    )
    columns = ["nces_school_id", *FACTS]
    # Of years that were not run, what their own lists say.
    listed = lists_by_year(replace(part, rows=_of(part.rows, ids)) for part in parts)
    for year in store.years("standard", "nces_schools"):
        listed[year] = _of(store.read("nces_schools", year, columns=columns), ids)
    answers = {}
    for year in store.years("reconciled", "school_cs_access"):
        told = store.read("school_cs_access", year, columns=["nces_school_id", "teaches_cs", "decided_by_rule"])
        answers[year] = _of(told, ids)
    return tell_story(asked.strip(), ids, history, successors, listed, answers)


def _of(rows: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    return rows[rows["nces_school_id"].isin(ids)]


def _nces_ids(asked: str, history: pd.DataFrame, parts: Iterable[Part]) -> list[str]:
    """The NCES ids that an id of any file's year leads to; a spreadsheet may have dropped its first zero."""
    listed = pd.concat([part.rows[["nces_school_id", "state_school_id"]] for part in parts], ignore_index=True)
    known = listed["nces_school_id"].drop_duplicates()
    padded = f"0{asked}" if asked.isdigit() else asked
    by_id = [one for one in (asked, padded) if (known == one).any()]
    if by_id:
        return by_id[:1]
    by_state = listed.loc[listed["state_school_id"].str.upper() == asked, "nces_school_id"]
    earlier = history[(history["event_kind"] == "state_renumbered") & (history["what_was"].str.upper() == asked)]
    found = sorted({*by_state, *earlier["nces_school_id"]})
    if found:
        return found
    close = difflib.get_close_matches(asked, known.tolist(), n=1, cutoff=0.8)
    hint = (
        f"; did you mean {close[0]}?"
        if close
        else "; write 12 digits (8 characters for a private school), or a state's id such as FL-03-0491"
    )
    raise ValueError(f"no list of any year has the school {asked!r}{hint}")
