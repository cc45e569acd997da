"""Cases of the rules F and S22: files as received."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.rules.cases import Case
from tests.rules.runners import HEADER, ROW, TABLE, Fired, received_file, workbook_file

GOOD_BOOK = [HEADER.split(","), ROW.split(",")]
MANY = [ROW.replace("Kestrel", f"Kestrel {n}") for n in range(40)]


def text(*files: str | bytes, **more: Any) -> Any:
    return lambda: received_file(*files, **more)


@cache
def _sound() -> Fired:
    return received_file(TABLE)


def case(*files: str | bytes, **more: Any) -> Case:
    return Case(text(*files, **more), _sound)


def row(cells: str) -> str:
    return f"{HEADER}\n{cells}\n"


def _book(change: Any) -> Any:
    return lambda: workbook_file(GOOD_BOOK, change=change)


def _error(book: Any) -> None:
    book["S1"]["D2"] = "#REF!"
    book["S1"]["D2"].data_type = "e"


def _hidden(book: Any) -> None:
    book["S1"].row_dimensions[2].hidden = True


def _zeros(book: Any) -> None:
    book["S1"]["D2"] = 200320
    book["S1"]["D2"].number_format = "0000000"


@cache
def _whole_book() -> Fired:
    return workbook_file(GOOD_BOOK)


CASES: dict[str, Case] = {
    "F01": case(TABLE, TABLE),
    "F02": case(TABLE, name="GA-2018-2019.csv"),
    "F03": case(TABLE.replace(",", ";")),
    "F04": case(row("x" * 1_000_001 + ROW[12:])),
    "F05": case(TABLE.encode("utf-16-be")),
    "F06": case(row(ROW.replace("High", "Hi\x01gh"))),
    "F07": case("Nothing,Of,This,Kind\n1,2,3,4\n"),
    "F08": case(f"{HEADER},Course\n{ROW},x\n"),
    "F09": case("School,State ID,NCES ID\nKestrel High,FL-03-0491,120009000067\n"),
    "F10": case(f"{TABLE}Osprey High,FL-03-0492\n{ROW}\n"),
    "F11": case(f"{TABLE}Source: state department of education,,,\n"),
    "F12": Case(text("\n".join([HEADER, *MANY]) + "\n", TABLE), text("\n".join([HEADER, *MANY]) + "\n")),
    "F13": case(row(ROW.replace("Kestrel High", "=Kestrel()"))),
    "F14": Case(_book(_error), _whole_book),
    "F15": case("\n".join([HEADER, *(one.replace("0200320", "") for one in MANY)]) + "\n"),
    "F16": case(row(ROW.replace("Kestrel High", "Kestrel High kay@school.example"))),
    "F17": case(f"{HEADER},Mascot\n{ROW},owl\n"),
    "F18": case(TABLE, damaged=True),
    "F19": case(b""),
    "F20": case(TABLE, year="2015-16"),
    "F21": case(f'{HEADER}\n{ROW}\n"Osprey High,FL-03-0492,120009000068,0200320\n'),
    "F22": case("\n".join([HEADER, ROW.replace("Kestrel", "K\ufffdstrel"), *MANY * 5]) + "\n"),
    "F23": case(TABLE.replace("Course", "Course*")),
    "F24": case(f"{TABLE}{HEADER}\n{ROW.replace('Kestrel', 'Osprey')}\n"),
    "F25": case(row('Kestrel High,FL-03-0491,"=""120009000067""",0200320')),
    "F26": case(row(ROW.replace("0200320", "Mar-04"))),
    "F27": Case(_book(_hidden), _whole_book),
    "F28": case(TABLE, name="table.xlsx"),
    "F29": case(row(ROW.replace("Kestrel", "Kes\u200btrel"))),
    "F30": Case(_book(_zeros), _whole_book),
    "F31": case(row(ROW.replace("Kestrel High", "Jos\u00c3\u00a9 High"))),
    "S22": Case(text(f"{HEADER},Year\n{ROW},2016-17\n"), text(f"{HEADER},Year\n{ROW},2018-19\n")),
}
