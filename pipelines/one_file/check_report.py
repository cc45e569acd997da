"""The findings of one file as a person reads them, or as JSON: grouped by rule, the most important last.

The form is that of user-experience.md 6 ("Model error"). Takes findings as they are and judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipelines.one_file.check_file import Checked
from pipelines.standard.row_notes import FOLDED_INTO
from schemas.rules import RULES

GRAVITY = {"fix": 0, "warn": 1, "quarantine": 2, "reject": 3, "block": 4}
STYLES = {"fix": "32", "warn": "36", "quarantine": "33", "reject": "31", "block": "1;31", "bold": "1", "dim": "2"}
WHAT_HAPPENS = {
    "fix": "repaired",
    "warn": "counted",
    "quarantine": "waits for a person",
    "reject": "set aside",
    "block": "file refused",
}
MAX_VALUES = 3
"""Different values shown of one rule and column; the rest is counted."""
MAX_ROWS = 8
"""Rows or ranges of rows named in one line; the rest is counted."""
MAX_SAID = 5
"""Suggestions printed for one rule and column."""
MAX_CELL = 60
_INDENT = " " * 14
Suggestions = Mapping[tuple[str, str, str], str]
Line = tuple[str, str]


def group_findings(checked: Checked) -> list[dict[str, Any]]:
    """One entry per rule, severity and column, the most important last; each with its values, most rows first.

    Columns are named as the file spells them. `note` is true where nothing is left for anyone to do.
    """
    if checked.findings.empty:
        return []
    found = checked.findings
    columns = found["column"].replace(checked.spelled).fillna("")
    # Unknown columns are one matter, so there the name of the column is the value.
    unknown = found["rule_id"] == "F17"
    frame = found.assign(
        column=columns.mask(unknown, ""),
        shown=found["value"].fillna("").mask(unknown, columns),
        gravity=found["severity"].map(GRAVITY),
    ).astype({"expected": object, "fix": object, "rule_id": object, "column": object})
    groups = []
    for (gravity, rule_id, column, expected, fix), part in frame.groupby(
        ["gravity", "rule_id", "column", "expected", "fix"], sort=True
    ):
        severity = str(part["severity"].iloc[0])
        groups.append(
            {
                "rule": rule_id,
                "version": RULES[rule_id].version if rule_id in RULES else 1,
                "severity": severity,
                "note": is_note(severity, fix),
                "column": column,
                "sheet": _first(part["sheet"]),
                "expected": expected,
                "fix": fix,
                "count": int(part["finding_rows"].clip(lower=1).sum()),
                "rows": part["row"].dropna().nunique(),
                "values": _values(part),
                "gravity": gravity,
            }
        )
    # Notes come first whatever their severity; a person reads the end of a report.
    groups.sort(key=lambda group: (not group["note"], group.pop("gravity")))
    return groups


def is_note(severity: str, fix: str) -> bool:
    """Whether a finding only tells what was done: a repair, or one whose rule says that nothing is to do."""
    return severity == "fix" or fix.startswith("nothing to do")


def _values(part: pd.DataFrame) -> list[dict[str, Any]]:
    # Plain loops: thousands of values, each a group of its own, cost pandas seconds.
    rows_of: dict[str, set[int]] = {}
    for value, row in zip(part["shown"].to_list(), part["row"].to_list(), strict=True):
        rows_of.setdefault(value, set()).update([] if pd.isna(row) else [int(row)])
    by_value = [{"value": value, "rows": sorted(rows)} for value, rows in rows_of.items()]
    return sorted(by_value, key=lambda entry: (-len(entry["rows"]), entry["rows"][:1], entry["value"]))


def _first(values: pd.Series) -> str:
    known = values.dropna()
    return str(known.iloc[0]) if len(known) else ""


def verdict_of(checked: Checked, groups: Sequence[Mapping[str, Any]]) -> str:
    """clean (nothing is left to do), findings, or unusable."""
    if checked.refused:
        return "unusable"
    return "clean" if all(group["note"] for group in groups) else "findings"


def as_json(checked: Checked, groups: Sequence[dict[str, Any]], suggestions: Suggestions) -> dict[str, Any]:
    """Plain values for `--json`; nothing restricted is in findings, so nothing is here."""
    told = [
        {
            **group,
            "suggestions": sorted({said for value in group["values"] if (said := _said(group, value, suggestions))}),
        }
        for group in groups
    ]
    return {
        "file": checked.path.name,
        "source": checked.source.source,
        "school_year": checked.school_year,
        "verdict": verdict_of(checked, groups),
        "reason": str(checked.file["reason"]) if checked.refused else "",
        "directory_year": checked.directory_year,
        **checked.counts,
        "problems": sum(group["count"] for group in groups if not group["note"]),
        "groups": told,
    }


def report_lines(
    checked: Checked,
    groups: Sequence[Mapping[str, Any]],
    suggestions: Suggestions,
    *,
    said_first: Sequence[str] = (),
    source_words: str = "",
) -> list[Line]:
    """The report as (style, text) lines; the last two are the verdict and what to do next.

    said_first: sentences to print below the title, such as how source and year were found. source_words: how the source
    is named on the command line, where it is not by `--source`.
    """
    lines = [("bold", _title(checked, groups)), *(("dim", f"  {sentence}") for sentence in said_first), ("", "")]
    notes = [group for group in groups if group["note"]]
    problems = [group for group in groups if not group["note"]]
    if notes and problems:
        lines += [("dim", "  Nothing to do for these:"), ("", "")]
    for group in notes:
        lines += _group_lines(group, suggestions)
    if notes and problems:
        lines += [("bold", "  To put right:"), ("", "")]
    for group in problems:
        lines += _group_lines(group, suggestions)
    return [*lines, *_verdict_lines(checked, groups, source_words)]


def paint(lines: Sequence[Line], *, color: bool) -> str:
    """Lines as text, with ANSI colors or without."""
    return "\n".join(f"\x1b[{STYLES[style]}m{text}\x1b[0m" if color and style else text for style, text in lines)


def _title(checked: Checked, groups: Sequence[Mapping[str, Any]]) -> str:
    sheet = next((group["sheet"] for group in groups if group["sheet"]), "")
    problems = sum(group["count"] for group in groups if not group["note"])
    told = f"{plain(checked.source.title)} ({checked.source.source}), {checked.school_year}"
    if checked.refused:
        found = "cannot be used"
    else:
        rows = _rows_with_problems(checked)
        rows_in = checked.counts["rows_in"]
        found = f"{_many(problems, 'problem')} in {rows:,} of {_many(rows_in, 'row')}"
        found = found if problems else f"no problems in {_many(rows_in, 'row')}"
    parts = [plain(checked.path.name), *([f'sheet "{plain(sheet)}"'] if sheet else []), told, found]
    return "  ›  ".join(parts)


def _rows_with_problems(checked: Checked) -> int:
    findings = checked.findings
    told = [not is_note(s, f) for s, f in zip(findings["severity"], findings["fix"], strict=True)]
    return int(findings.loc[told, "row"].dropna().nunique())


def _group_lines(group: Mapping[str, Any], suggestions: Suggestions) -> list[Line]:
    style = group["severity"]
    lines: list[Line] = []
    values = group["values"]
    if values and not values[0]["rows"]:
        lines.append((style, f"  {_without_rows(group)}"))
        values = []
    for value in values[:MAX_VALUES]:
        where = [part for part in (name_rows(value["rows"]), plain(group["column"])) if part]
        shown = plain(value["value"]) if value["value"].startswith(FOLDED_INTO) else _quoted(value["value"])
        lines.append((style, "  " + "   ".join([*where, shown] if shown else where)))
    if rest := values[MAX_VALUES:]:
        rows = sum(len(value["rows"]) for value in rest)
        lines.append((style, f"  … and {_many(rows, 'more row')} with {_many(len(rest), 'other value')}"))
    expected, rule = group["expected"], RULES.get(group["rule"])
    if style == "block" and rule and expected != rule.sentence:
        lines.append(("", f"{_INDENT}Expected: {rule.sentence}."))
        lines.append(("", f"{_INDENT}Found: {plain(expected, 400)}."))
    else:
        lines.append(("", f"{_INDENT}Expected: {plain(expected, 400)}."))
    said = list(dict.fromkeys(s for value in group["values"] if (s := _said(group, value, suggestions))))[:MAX_SAID]
    lines += [("bold", f"{_INDENT}{plain(sentence, 400)}") for sentence in said]
    lines.append(("", f"{_INDENT}{_sentence(plain(group['fix'], 400))}"))
    told = f"{group['rule']}, {WHAT_HAPPENS[style]}, {_many(group['count'], 'finding')}"
    return [*lines, ("dim", f"{_INDENT}{told}"), ("", "")]


def _without_rows(group: Mapping[str, Any]) -> str:
    """The first line of what concerns the whole file: its columns, or the file itself."""
    names = [f'"{plain(value["value"])}"' for value in group["values"] if value["value"]]
    more = f" and {len(names) - MAX_ROWS:,} more" if len(names) > MAX_ROWS else ""
    where = plain(group["column"]) if group["column"] else "columns" if group["rule"] == "F17" else "the whole file"
    return where + (f"   {', '.join(names[:MAX_ROWS])}{more}" if names else "")


def _quoted(value: str) -> str:
    return f'"{plain(value)}"' if value else ""


def _said(group: Mapping[str, Any], value: Mapping[str, Any], suggestions: Suggestions) -> str:
    return suggestions.get((group["rule"], group["column"], value["value"]), "")


def _verdict_lines(checked: Checked, groups: Sequence[Mapping[str, Any]], source_words: str) -> list[Line]:
    name, source, year = plain(checked.path.name), checked.source.source, checked.school_year
    again = f"cleanup check {name} {source_words or f'--source {source}'} --year {year}"
    verdict = verdict_of(checked, groups)
    if verdict == "unusable":
        return [
            ("block", "The file cannot be used."),
            ("bold", f"Next: fix the file and run  {again}"),
        ]
    counts = checked.counts
    waiting = checked.findings.loc[checked.findings["severity"] == "quarantine", "row"].nunique()
    parts = [
        f"{_many(counts['rows_rejected'], 'row')} would be set aside" if counts["rows_rejected"] else "",
        f"{_many(waiting, 'row')} would wait for a person" if waiting else "",
        f"{_many(counts['rows_merged'], 'row')} would be folded into others" if counts["rows_merged"] else "",
        f"{_many(counts['rows_excluded'], 'row')} would be left out on purpose" if counts["rows_excluded"] else "",
    ]
    said = [part for part in parts if part]
    kept = f"{counts['rows_kept']:,} of {_many(counts['rows_in'], 'row')} would be taken"
    whole = "; ".join([kept, *said]) + "."
    if verdict == "clean":
        return [
            ("fix", f"Nothing is left to do. {whole}"),
            ("bold", f"Next: send the file, or  cleanup receive {name} --source {source} --year {year}"),
        ]
    return [("warn", whole), ("bold", f"Next: fix the file and run  {again}")]


def name_rows(rows: Sequence[int]) -> str:
    """`row 1,207`, `rows 88, 4,410` or `rows 2–87, 90 and 12 more`: row numbers as the spreadsheet shows them."""
    if not rows:
        return ""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    shown = spans[:MAX_ROWS]
    more = len(rows) - sum(last - first + 1 for first, last in shown)
    texts = [f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in shown]
    return ("row " if len(rows) == 1 else "rows ") + ", ".join(texts) + (f" and {more:,} more" if more else "")


def plain(text: str, limit: int = MAX_CELL) -> str:
    """Text that a terminal only shows: characters that it would act on are replaced, long text is cut."""
    clean = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
