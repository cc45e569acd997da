"""The words of a report: rows as a spreadsheet numbers them, safe text, and groups with the most important last."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.one_file.check_file import Checked
from pipelines.one_file.check_report import (
    as_json,
    group_findings,
    is_note,
    name_rows,
    paint,
    plain,
    report_lines,
    verdict_of,
)
from pipelines.shared.findings import conform, join_findings
from schemas.rules import RULES
from schemas.source_model import load_sources


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([], ""),
        ([1207], "row 1,207"),
        ([88, 4410], "rows 88, 4,410"),
        ([2, 3, 4, 9], "rows 2–4, 9"),
        (list(range(1, 40, 2)), "rows 1, 3, 5, 7, 9, 11, 13, 15 and 12 more"),
    ],
)
def test_rows_are_named(rows: list[int], text: str) -> None:
    assert name_rows(rows) == text


@given(st.text())
def test_plain_text_can_do_nothing_to_a_terminal(text: str) -> None:
    shown = plain(text)
    assert shown.isprintable() or not shown
    assert len(shown) <= 60


def findings(*rows: tuple[str, int | None, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["rule_id", "row", "column", "value"])
    frame["severity"] = [RULES[r].severity for r in frame["rule_id"]]
    frame["expected"] = [RULES[r].sentence for r in frame["rule_id"]]
    frame["fix"] = [RULES[r].fix for r in frame["rule_id"]]
    return join_findings(
        [conform(frame.assign(source="ga", file="x.csv", finding_rows=1, stage="standard"), "findings")]
    )


def checked(*rows: tuple[str, int | None, str | None, str | None], status: str = "accepted") -> Checked:
    line = {"file_status": status, "reason": "the file is empty", "columns_found": '{"enrolled": "Enrollment"}'}
    counts = {"rows_in": 9, "rows_kept": 8, "rows_rejected": 1, "rows_merged": 0, "rows_excluded": 0}
    return Checked(Path("x.csv"), load_sources()["ga"], "2018-19", line, findings(*rows), counts)


def test_groups_stand_with_the_most_important_last() -> None:
    rows = [("S03", 4, "state_school_id", "CA-1-1"), ("S11", 2, "enrolled", "-5"), ("S11", 3, "enrolled", "-5")]
    groups = group_findings(checked(*rows, ("S16", 5, None, None), ("S06", 6, "course_id", "9")))
    assert [group["rule"] for group in groups] == ["S16", "S11", "S06", "S03"]
    assert groups[1]["values"] == [{"value": "-5", "rows": [2, 3]}]
    assert groups[1]["column"] == "Enrollment"


def test_unknown_columns_are_one_matter() -> None:
    (group,) = group_findings(checked(("F17", None, "a", None), ("F17", None, "b", None)))
    assert [value["value"] for value in group["values"]] == ["a", "b"]
    text = paint(report_lines(checked(("F17", None, "a", None)), [group], {}), color=False)
    assert 'columns   "a", "b"' in text


@pytest.mark.parametrize(
    ("rows", "status", "verdict"),
    [
        ((), "accepted", "clean"),
        ((("D02", 2, "nces_id", "6331"),), "accepted", "clean"),
        ((("S10", 2, "course_id", "1"),), "accepted", "clean"),
        ((("S11", 2, "enrolled", "-5"),), "accepted", "findings"),
        ((("F19", None, None, None),), "refused", "unusable"),
    ],
)
def test_verdicts(rows: tuple, status: str, verdict: str) -> None:
    one = checked(*rows, status=status)
    groups = group_findings(one)
    assert verdict_of(one, groups) == verdict
    assert as_json(one, groups, {})["verdict"] == verdict
    assert report_lines(one, groups, {})[-1][1].startswith("Next: ")


def test_a_note_asks_nothing_of_anyone() -> None:
    assert all(is_note(rule.severity, rule.fix) for rule in RULES.values() if rule.severity == "fix")
    assert not is_note(RULES["S03"].severity, RULES["S03"].fix)


def test_colors_only_when_asked_for() -> None:
    lines = report_lines(checked(("S11", 2, "enrolled", "-5")), [], {})
    assert "\x1b" not in paint(lines, color=False)
    assert "\x1b[1m" in paint(lines, color=True)
