"""The worksheet: an .xlsx with one row per open case, in which a person chooses an answer from a list and says why.

Writes only. The filled worksheet is read as a source of decisions, whether it was imported or put into raw/ by hand.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipelines.review.case_list import CaseList, split_choices
from schemas.case_kinds import CASES
from schemas.review_order import OPENNESS

ANSWER_COLUMNS = (
    "case_id",
    "case_kind",
    "answer",
    "value",
    "reason",
    "decided_by",
    "decided_at",
    "school_year",
    "source",
    "state",
    "partner_id",
    "reviewer_partner",
    "nces_school_id_given",
    "candidates",
    "choices",
    "question",
    "evidence",
    "evidence_hash",
    "run_id",
)
"""Columns of a file of answers, as the review page writes it; the worksheet has them too, with what helps to decide."""
OPEN = ("answer", "value", "reason", "decided_by", "expires")
"""Cells a person fills; all others are locked."""
WIDTHS = {
    "question": 60, "answer": 34, "value": 16, "reason": 40, "decided_by": 18, "candidates": 60, "system_answer": 30, "effect": 30,
    "evidence": 40, "openness": 30, "school_name": 30, "evidence_then": 30,
}  # fmt: skip
SHEET_ORDER = (
    "case_kind", "state", "school_name", "city", "question", "answer", "value", "reason", "decided_by", "expires", "candidates", "evidence",
    "effect", "openness", "system_answer", "evidence_then", "nces_school_id_given", "state_school_id_given", "subject", "records",
    "schools_affected", "students_affected", "published_effect", "informative", "source", "file", "row", "partner_id",
    "who_can_answer", "asked_before", "choices", "school_year", "case_id", "evidence_hash", "reviewer_partner", "run_id",
)  # fmt: skip
CASES_SHEET, HELP_SHEET, LISTS_SHEET = "Cases", "Help", "Lists"
MADE = datetime(2000, 1, 1)
"""The same cases are the same bytes: the time a workbook was made would change them."""


def kind_names() -> dict[str, str]:
    """Every kind of case in words."""
    return {kind: kind.replace("_", " ") for kind in CASES}


def asks_school(kind: str) -> list[str]:
    """Answers of the kind that name a school that is not listed."""
    return [choice.label for choice in CASES[kind].choices if choice.asks]


def write_worksheet(listed: CaseList, path: Path, *, about: str) -> int:
    """Write the workbook and return how many cases are in it. `about`: one line for the help sheet (whose, from when).

    Sheets: Cases (ids as text, header frozen, filter, drop-down per row, only OPEN cells unlocked), Help, and the
    hidden Lists with each case's own choices. Texts are written as texts: none is ever a formula or a link.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": f"Cases to decide, {listed.school_year}", "created": MADE})
        book.set_custom_property("run_id", listed.run_id)
        book.set_custom_property("school_year", listed.school_year)
        sheet, helping, lists = (book.add_worksheet(name) for name in (CASES_SHEET, HELP_SHEET, LISTS_SHEET))
        _write_lists(lists, listed)
        _write_cases(book, sheet, listed)
        _write_help(book, helping, listed, about)
    return len(listed.cases)


def _write_lists(lists: Worksheet, listed: CaseList) -> None:
    """For each case a row: its id, how many choices it has, and the choices."""
    lists.hide()
    both = zip(listed.cases["case_id"].tolist(), listed.cases["choices"].tolist(), strict=True)
    for row, (case, choices) in enumerate(both, start=1):
        allowed = split_choices(choices)
        lists.write_string(row, 0, case)
        lists.write_number(row, 1, len(allowed))
        for column, text in enumerate(allowed, start=2):
            lists.write_string(row, column, text)
    lists.protect()


def _write_cases(book: xlsxwriter.Workbook, sheet: Worksheet, listed: CaseList) -> None:
    form = {"text_wrap": True, "valign": "top", "num_format": "@"}
    locked = book.add_format(form)
    to_fill = book.add_format({**form, "locked": False, "bg_color": "#FFF8DC", "border": 1, "border_color": "#8A7A3B"})
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DCE6F1", "border": 1})
    whole = {"run_id": listed.run_id, "school_year": listed.school_year, "reviewer_partner": listed.partner or None}
    how_open = listed.cases["openness"].map({level: one.words for level, one in OPENNESS.items()})
    cells = listed.cases.assign(**dict.fromkeys(OPEN, ""), **whole, openness=how_open)[list(SHEET_ORDER)]
    for column, name in enumerate(SHEET_ORDER):
        sheet.set_column(column, column, WIDTHS.get(name, 14), to_fill if name in OPEN else locked)
        # The header is the column's own name: what a person reads is what the import and every message call it.
        sheet.write_string(0, column, name, head)
        texts = cells[name].astype("str")
        for row, (text, missing) in enumerate(zip(texts.tolist(), texts.isna().tolist(), strict=True), start=1):
            if name in OPEN:
                sheet.write_blank(row, column, None, to_fill)
            elif not missing:
                sheet.write_string(row, column, text, locked)
    answer = SHEET_ORDER.index("answer")
    sheet.data_validation(1, answer, max(len(cells), 1), answer, _drop_down())
    sheet.freeze_panes(1, SHEET_ORDER.index("question") + 1)
    sheet.autofilter(0, 0, max(len(cells), 1), len(SHEET_ORDER) - 1)
    sheet.protect(
        "", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True, "select_locked_cells": True}
    )


def _drop_down() -> dict[str, Any]:
    """One rule for the whole column that finds the choices by the case's id: ten thousand rules take longer to write
    than all cells, and would stay behind when rows are sorted."""
    case = f"MATCH(${xl_col_to_name(SHEET_ORDER.index('case_id'))}2,{LISTS_SHEET}!$A:$A,0)"
    return {
        "validate": "list",
        "source": f"=OFFSET({LISTS_SHEET}!$C$1,{case}-1,0,1,INDEX({LISTS_SHEET}!$B:$B,{case}))",
        "error_title": "Not a choice",
        "error_message": "Please choose from the list. Leave the cell empty to be asked again.",
        "input_title": "Answer",
        "input_message": "Choose from the list; empty means: not now.",
    }


def _write_help(book: xlsxwriter.Workbook, sheet: Worksheet, listed: CaseList, about: str) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top"})
    sheet.set_column(0, 0, 26, bold)
    sheet.set_column(1, 1, 110, wrap)
    lines = [
        ("About", f"{about} School year {listed.school_year}, run {listed.run_id}, {len(listed.cases):,} cases."),
        (
            "What to do",
            "Fill the yellow cells of the sheet Cases: choose an answer from the list and say why in reason.",
        ),
        ("Blank", "A row without an answer is skipped and asked again. That is never wrong."),
        (
            "Order",
            "The most informative rows come first (column informative): the published answers and records that hang on a row, times how open it is.",
        ),
        (
            "value",
            "Only for the answer 'another school': its NCES id, 12 digits (8 characters for a private school).",
        ),
        ("reason", "Why, in a sentence: what you know or where you looked. Please no names of people."),
        ("decided_by", "Who decided; empty: whoever imports the file."),
        ("expires", "Last school year the decision holds for, for example 2019-20; empty: until a newer one."),
        (
            "Whose cases",
            "A partner's worksheet holds the cases that the partner answers; a row of somebody else's is set aside.",
        ),
        ("Locked cells", "Everything that is not yellow is locked, so that an answer stays with the question you saw."),
        (
            "Sending it back",
            f'cleanup review import FILE --year {listed.school_year} --by "Your Name", or send the file to the stewards, or put it into raw/decisions/.',
        ),
        (
            "Twice",
            "Importing the same file twice changes nothing. To change your mind, send a new answer: the newest holds.",
        ),
        *(
            (name, "; ".join(choice.label for choice in CASES[kind].choices))
            for kind, name in sorted(kind_names().items())
        ),
    ]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)
    sheet.protect()
