"""One school's answer in plain words: the ordered evidence, with file and row of each. Computes no answer.

Everything said here stands in `school_cs_access` and `evidence`; nothing restricted is in either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from schemas.policy_model import Policy
from schemas.verdicts import WORDS

PLAIN = (
    "nces_school_id",
    "school_year",
    "school_name",
    "city",
    "state",
    "sector",
    "teaches_cs",
    "decided_by_rule",
    "evidence_year",
    "policy",
    "in_access_report",
    "excluded_reason",
)
EVIDENCE = (
    "position",
    "label",
    "evidence_kind",
    "says",
    "is_used",
    "why",
    "records_yes",
    "records_no",
    "evidence_year",
    "source",
)

MOST_ROWS = 5
"""Rows of a file named in one line."""


def explain(
    school: pd.Series | Mapping[str, Any], evidence: pd.DataFrame, policy: Policy | None = None
) -> dict[str, Any]:
    """The answer of one school and everything behind it, ready for JSON.

    school: one row of `school_cs_access`. evidence: rows of `evidence`; those of other schools and years are left out.
    policy: when given, rules that had nothing to say are listed as well, so that every rule of the order is seen.
    """
    row = dict(school)
    told = {name: _plain(row.get(name)) for name in PLAIN}
    told["answer"] = WORDS[told["teaches_cs"]]
    told["grades"] = _grades(row)
    own = evidence[
        (evidence["nces_school_id"] == told["nces_school_id"]) & (evidence["school_year"] == told["school_year"])
    ].sort_values(["position", "label"], kind="stable")
    pieces = [_piece(record) for record in own.to_dict("records")]
    told["evidence"] = _with_silent_rules(pieces, policy) if policy else pieces
    return told


def explain_text(told: Mapping[str, Any]) -> str:
    """What `explain` returned, as text for a terminal; `why` names file and rows."""
    decided = f", decided by {told['decided_by_rule']}" if told["decided_by_rule"] else ""
    of_year = told["evidence_year"]
    if of_year and of_year != told["school_year"]:
        decided += f" on evidence of {of_year}"
    place = ", ".join(part for part in (told["school_name"], told["city"], told["state"]) if part)
    lines = [
        f"{place} ({told['nces_school_id']}), school year {told['school_year']}",
        f"Answer: {told['teaches_cs']}, {told['answer']}{decided}",
        f"Grades: {told['grades']['in_words']}",
        f"Access report: {'counted' if told['in_access_report'] else 'left out, ' + str(told['excluded_reason'])}",
        f"Policy: {told['policy']}",
        "",
    ]
    made = [*_matches_text(told.get("matches", [])), *_decisions_text(told.get("decisions", []))]
    if not told["evidence"]:
        return "\n".join([*lines, "Evidence: none. No source speaks of this school.", *made])
    lines.append("Evidence, in the order in which it is asked:")
    for piece in told["evidence"]:
        mark = "used" if piece["is_used"] else ""
        lines.append(f"{piece['position']:>3}  {piece['label']:<30} {piece['says'] or '-':<2} {mark:<4} {piece['why']}")
    return "\n".join([*lines, *made])


def _matches_text(matches: list[dict[str, Any]]) -> list[str]:
    """Which records are taken for this school's, and why; nothing when no record is."""
    if not matches:
        return []
    return ["", "Records matched to this school:"] + [
        f"  {one['source']} ({one['file']} {_rows_text(one['rows'])})"
        + (f', "{one["school_name"]}"' if one["school_name"] else "")
        + f": {one['match_note']}"
        + (f" (score {one['match_score']:.3f})" if one["match_reason"] == "scored" else "")
        for one in matches
    ]


def _rows_text(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:MOST_ROWS])
    more = f" and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"


def _decisions_text(decisions: list[dict[str, Any]]) -> list[str]:
    """Who decided what, when and why, and what became of it; nothing when nobody decided."""
    if not decisions:
        return []
    return ["", "Decisions:"] + [
        f"  {made['decision_id']}  {made['decision_kind'].replace('_', ' ')}, {made['decision_outcome'].replace('_', ' ')}"
        f" ({made['why']}): {made['decided_by']}, {str(made['decided_at'])[:10]}: {made['reason']}"
        f" ({made['file']} row {made['row']})"
        for made in decisions
    ]


def _grades(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high, year = (_plain(row.get(name)) for name in ("grade_low", "grade_high", "grades_year"))
    said = "not known" if low is None or high is None else f"{low} to {high}"
    if year and year != _plain(row.get("school_year")):
        said += f"; grades are those of {year}"
    return {"low": low, "high": high, "levels": _plain(row.get("grade_levels")), "year": year, "in_words": said}


def _piece(record: Mapping[str, Any]) -> dict[str, Any]:
    piece = {name: _plain(record[name]) for name in EVIDENCE}
    piece["says_in_words"] = WORDS[piece["says"]] if piece["says"] else None
    pointer = _plain(record["pointer"])
    places = [text.rpartition("#") for text in pointer.split(" | ")] if pointer else []
    piece["rows"] = [{"file": file, "row": int(row)} for file, _, row in places]
    return piece


def _with_silent_rules(pieces: list[dict[str, Any]], policy: Policy) -> list[dict[str, Any]]:
    spoken = {piece["label"] for piece in pieces}
    silent: list[dict[str, Any]] = [
        {
            **dict.fromkeys((*EVIDENCE, "says_in_words")),
            "position": position,
            "label": rule.label,
            "evidence_kind": rule.evidence_kind,
            "is_used": False,
            "why": "Nothing found",
            "rows": [],
        }
        for position, rule in enumerate(policy.rules, start=1)
        if rule.label not in spoken
    ]
    return sorted([*pieces, *silent], key=lambda piece: (piece["position"], piece["label"]))


def _plain(value: Any) -> Any:
    """A pandas value as JSON has it: null as None, numbers and flags as Python's own."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
