"""Looks up one school's life by any of its ids. Putting it into words is `pipelines/linked/school_story.py`."""

from __future__ import annotations

import difflib
from typing import Any

import pandas as pd

from pipelines.linked.school_story import FACTS, connected, tell_story
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
    columns = ["nces_school_id", *FACTS]
    directory = {
        year: store.read("nces_schools", year, columns=columns) for year in store.years("standard", "nces_schools")
    }
    found = _nces_ids(asked.strip(), history, successors, directory)
    ids = list(dict.fromkeys(one for each in found for one in connected(each, successors)))
    own = {year: rows[rows["nces_school_id"].isin(ids)] for year, rows in directory.items()}
    answers = {}
    for year in store.years("reconciled", "school_cs_access"):
        told = store.read("school_cs_access", year, columns=["nces_school_id", "teaches_cs", "decided_by_rule"])
        answers[year] = told[told["nces_school_id"].isin(ids)]
    return tell_story(asked.strip(), ids, history, own, answers)


def _nces_ids(
    asked: str, history: pd.DataFrame, successors: pd.DataFrame, directory: dict[str, pd.DataFrame]
) -> list[str]:
    listed = pd.concat([rows[["nces_school_id", "state_school_id"]] for rows in directory.values()], ignore_index=True)
    others = history["other_nces_school_ids"].dropna().str.split("|").explode()
    known = pd.concat([listed["nces_school_id"], history["nces_school_id"], others], ignore_index=True)
    ended = pd.concat([successors.iloc[:, 0], successors.iloc[:, 1]], ignore_index=True)
    if (known == asked).any() or (ended == asked).any():
        return [asked]
    by_state = listed.loc[listed["state_school_id"] == asked, "nces_school_id"]
    earlier = history[(history["event_kind"] == "state_renumbered") & (history["what_was"] == asked)]["nces_school_id"]
    found = sorted({*by_state, *earlier})
    if found:
        return found
    close = difflib.get_close_matches(asked, known.drop_duplicates().tolist(), n=1, cutoff=0.8)
    hint = (
        f"; did you mean {close[0]}?"
        if close
        else "; write 12 digits (8 characters for a private school), or a state's id such as FL-03-0491"
    )
    raise ValueError(f"no list of any year has the school {asked!r}{hint}")
