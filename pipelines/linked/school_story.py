"""The life of one school in plain words: its numbers, a timeline over the years, and what a person should look at.

Tells what stands in the tables; finds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from schemas.verdicts import WORDS

PRIVATE_ID = 8
"""Characters of the NCES id of a private school."""
KINDS = {
    "opened": "Opened",
    "closed": "Closed",
    "reopened": "Reopened",
    "not_listed": "Left the private school survey",
    "listed_again": "Back in the private school survey",
    "renamed": "Renamed",
    "respelled": "Name written differently",
    "moved": "Moved",
    "renumbered": "New NCES id",
    "state_renumbered": "New id of the state",
    "recycled_id": "Perhaps another school under this NCES id",
    "merged": "Merged",
    "split": "Split",
    "succeeded": "Another school took its place",
    "reported_twice": "Listed twice",
    "shared_campus": "Shares its campus",
}
FACTS = (
    "school_name",
    "district_name",
    "street",
    "city",
    "state",
    "zip",
    "grade_low",
    "grade_high",
    "status",
    "state_school_id",
)
"""Columns of `nces_schools` that the story tells."""


def connected(nces_school_id: str, successors: pd.DataFrame) -> list[str]:
    """The id, and every id that came before or after it along links that are followed, the oldest first as far as known."""
    followed = successors[successors["is_followed"].fillna(False).astype(bool)]
    links = followed[["predecessor_nces_school_id", "successor_nces_school_id"]]
    found = [nces_school_id]
    grown = True
    while grown:
        before = links.loc[links.iloc[:, 1].isin(found) & ~links.iloc[:, 0].isin(found)].iloc[:, 0].tolist()
        after = links.loc[links.iloc[:, 0].isin(found) & ~links.iloc[:, 1].isin(found)].iloc[:, 1].tolist()
        found = [*dict.fromkeys([*sorted(before), *found, *sorted(after)])]
        grown = bool(before or after)
    return found


def tell_story(
    asked: str,
    ids: list[str],
    history: pd.DataFrame,
    successors: pd.DataFrame,
    years: Mapping[str, pd.DataFrame],
    answers: Mapping[str, pd.DataFrame],
) -> dict[str, Any]:
    """The life of a school, ready for JSON.

    asked: what was asked for. ids: all NCES ids of the school. history: table `school_history`. successors: table
    `school_successors`. years: school year -> rows of `nces_schools` of those ids. answers: school year -> rows of
    `school_cs_access` of those ids.
    """
    own = history["nces_school_id"].isin(ids)
    others = history["other_nces_school_ids"].fillna("").str.split("|")
    named = others.map(lambda found: bool(set(found) & set(ids))).to_numpy(dtype=bool)
    campus = history["event_kind"].eq("shared_campus")
    # A campus is told of the id asked for; of the others' lives only what makes them the school's own is.
    events = history[(own & ~campus) | (campus & history["nces_school_id"].eq(ids[-1])) | (named & ~campus)]
    order = ["school_year_after", "event_kind", "event_id"]
    told = [_event(row, ids) for row in events.sort_values(order, kind="stable").to_dict("records")]
    links = successors[successors["predecessor_nces_school_id"].isin(ids)]
    followed = links[links["is_followed"].fillna(False).astype(bool)]
    followed = followed[followed["successor_nces_school_id"] != followed["predecessor_nces_school_id"]]
    ended = dict(zip(followed["predecessor_nces_school_id"], followed["school_year_after"], strict=True))
    decided = links[links["confidence"] == "decided"].to_dict("records")
    listed = {
        year: [
            _facts(row) | {"is_superseded": ended.get(row["nces_school_id"], "9999") <= year}
            for row in rows.to_dict("records")
        ]
        for year, rows in sorted(years.items())
        if len(rows)
    }
    every = [row for rows in listed.values() for row in rows]
    latest: dict[str, Any] | None = next(
        (row for row in reversed(every) if row["nces_school_id"] == ids[-1]), every[-1] if every else None
    )
    if latest is None and len(events):
        latest = {"school_name": str(events.iloc[-1]["school_name"]), "state": events.iloc[-1]["state"]}
    return {
        "asked": asked,
        "nces_school_ids": ids,
        "school": latest or {},
        "directory": listed,
        "answers": {
            year: [
                {k: _plain(row[k]) for k in ("nces_school_id", "teaches_cs", "decided_by_rule")}
                for row in rows.to_dict("records")
                # The answer of a number that an older file still lists is nobody's.
                if ended.get(row["nces_school_id"], "9999") > year
            ]
            for year, rows in sorted(answers.items())
            if len(rows)
        },
        "events": told,
        "decisions": [_decision(row) for row in decided],
    }


def _decision(row: Mapping[str, Any]) -> dict[str, Any]:
    one, other = row["predecessor_nces_school_id"], row["successor_nces_school_id"]
    if one == other:
        said = "is the school that it was" if row["is_followed"] else "is another school than before"
    else:
        said = f"counts as {other}" if row["is_followed"] else f"does not count as {other}"
    sentence = f"{one} {said}: {row['reason']}."
    return {"school_year": row["school_year_after"], "nces_school_ids": [one, other], "sentence": sentence}


def _plain(value: Any) -> Any:
    return None if value is None or value is pd.NA or value != value else value


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(row.get(name)) for name in ("nces_school_id", *FACTS)}


def _event(row: Mapping[str, Any], ids: list[str]) -> dict[str, Any]:
    names = ("event_kind", "nces_school_id", "other_nces_school_ids", "what_was", "what_is_now", "reason", "confidence")
    out = {name: _plain(row[name]) for name in ("school_year_before", "school_year_after", *names)}
    out["needs_review"] = bool(row["needs_review"])
    said = _sentence(out, ids)
    # Of a school with several numbers it must be clear which of them an event is told of.
    own = out["nces_school_id"]
    named = len(ids) == 1 or own in said or own not in ids or out["event_kind"] == "shared_campus"
    out["sentence"] = said if named else f"{own}: {said}"
    return out


def _sentence(event: Mapping[str, Any], ids: list[str]) -> str:
    """One event in words; a doubtful one says so."""
    kind, was, now = event["event_kind"], event["what_was"], event["what_is_now"]
    said = KINDS[kind]
    if kind == "shared_campus":
        return f"{said}: {event['reason']}."
    if kind == "opened" and len(event["nces_school_id"]) == PRIVATE_ID:
        said = "New in the private school survey"
    if kind == "recycled_id":
        return f"{said}: it was that of {was}, and is that of {now}; {event['reason']}{_doubt(event)}."
    if kind in {"closed", "reopened", "opened", "not_listed", "listed_again"}:
        listed = f"listed as {now}" + (f", before as {was}" if was else "")
        return f"{said}: {listed if event['confidence'] == 'certain' else event['reason']}{_doubt(event)}."
    # A school that took in others is told from its own side, not from theirs.
    ours = event["nces_school_id"] in ids and (kind != "merged" or event["other_nces_school_ids"] != ids[-1])
    name = str(was).removeprefix(f"{event['nces_school_id']} ")
    other = str(now) if ours else f"{event['nces_school_id']} {name}"
    links = {
        "merged": ("Merged into", "Took in"),
        "split": ("May have been split: new is", "May have been split off from"),
        "succeeded": ("Its place was taken by", "Took the place of"),
        "reported_twice": ("Listed twice, also as", "Listed twice, also as"),
    }
    if kind in links:
        return f"{links[kind][not ours]} {other}: {event['reason']}{_doubt(event)}."
    if kind == "renumbered":
        before, after = (str(text).partition(" ")[2] for text in (was, now))
        renamed = "" if before == after or not after else f" ({before} is now {after})"
        return f"{said} {event['other_nces_school_ids']} instead of {event['nces_school_id']}{renamed}: {event['reason']}{_doubt(event)}."
    change = f" from {was} to {now}" if was and now else ""
    return f"{said}{change}: {event['reason']}{_doubt(event)}."


def _doubt(event: Mapping[str, Any]) -> str:
    return " (doubtful, for a person to look at)" if event["needs_review"] else ""


def story_text(story: Mapping[str, Any]) -> str:
    """The story for a terminal: heading, numbers, then year by year."""
    school, ids = story["school"], story["nces_school_ids"]
    place = ", ".join(str(school[name]) for name in ("city", "state") if school.get(name))
    lines = [f"{school.get('school_name') or 'A school'}{f' ({place})' if place else ''}"]
    merged = {e["nces_school_id"] for e in story["events"] if e["event_kind"] == "merged" and not e["needs_review"]}
    merged |= {one["nces_school_ids"][0] for one in story["decisions"]}
    before, joined = ([one for one in ids[:-1] if (one in merged) is took_in] for took_in in (False, True))
    lines.append(
        f"NCES id {ids[-1]}"
        + (f", before: {', '.join(before)}" if before else "")
        + (f"; took in: {', '.join(joined)}" if joined else "")
    )
    if school.get("state_school_id"):
        lines.append(f"State id {school['state_school_id']}")
    happened = {event["school_year_after"] for event in story["events"]}
    happened |= {one["school_year"] for one in story["decisions"]}
    years = sorted({*story["directory"], *story["answers"], *happened})
    shown: dict[str, str] = {}
    for year in years:
        lines += ["", year]
        for event in story["events"]:
            if event["school_year_after"] != year:
                continue
            since = f"between {event['school_year_before']} and {year}: " if event["school_year_before"] else ""
            lines.append(f"  • {since}{event['sentence']}")
        lines += [f"  • {one['sentence']}" for one in story["decisions"] if one["school_year"] == year]
        for row in story["directory"].get(year, []):
            said = _listed(row)
            same = shown.get(row["nces_school_id"]) == said
            shown[row["nces_school_id"]] = said
            if row["is_superseded"]:
                lines.append(f"  a file lists it under {row['nces_school_id']} too; the school is counted once")
                continue
            lines.append(f"  in the directory{' as before' if same else f' as {said}'} ({row['nces_school_id']})")
        answers = story["answers"].get(year, [])
        for row in answers:
            whose = f" ({row['nces_school_id']})" if len(answers) > 1 else ""
            why = f", by {row['decided_by_rule']}" if row["decided_by_rule"] else ""
            lines.append(f"  answer {row['teaches_cs']} ({WORDS[row['teaches_cs']]}{why}){whose}")
    settled = [set(one["nces_school_ids"]) for one in story["decisions"]]
    waiting = [
        event
        for event in story["events"]
        if event["needs_review"]
        and {event["nces_school_id"], event["other_nces_school_ids"] or event["nces_school_id"]} not in settled
    ]
    if waiting:
        many = "1 event is" if len(waiting) == 1 else f"{len(waiting)} events are"
        lines += ["", f"{many} doubtful; nothing is followed until a person decides."]
    return "\n".join(lines)


def _listed(row: Mapping[str, Any]) -> str:
    place = ", ".join(str(row[name]) for name in ("street", "city") if row[name])
    grades = f"grades {row['grade_low']}-{row['grade_high']}" if row["grade_low"] and row["grade_high"] else ""
    facts = [str(row["school_name"]), place, str(row["district_name"] or ""), grades, str(row["status"] or "")]
    return "; ".join(fact for fact in facts if fact)
