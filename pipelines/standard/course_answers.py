"""Which rows of a state's file offer a course, where the layout has answers: a column of yes and no, a least number of
students, or one column per course.

Reads answers only; what a course is worth is in `course_catalog`, and a layout without answers is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.shared.coded import Coded, constant, encode, nothing
from pipelines.shared.records import Received
from pipelines.standard.row_notes import Notes
from schemas.source_model import Answers, Layout, Source

NOT_SAID = "the cell says neither that the course is taught nor that it is not"
_NO, _YES, _UNSURE = 0, 1, -1


@dataclass(frozen=True)
class Question:
    """One column of answers: our name of it, its cells, the rows it is asked of, and those where it says neither."""

    column: str
    cells: Coded
    unsure: np.ndarray


@dataclass(frozen=True)
class Answered:
    """What the answers say. `at`: for each offering in question its row, so that a row with several courses stands
    several times; the other arrays have one entry per offering in question.

    code, title: the course that a wide column stands for, null elsewhere. offered: not answered with no.
    short: answered with yes, but the least number is not reached. unsure: answered with neither.
    """

    at: np.ndarray
    code: Coded
    title: Coded
    offered: np.ndarray
    short: np.ndarray
    unsure: np.ndarray
    questions: tuple[Question, ...] = ()

    def note(self, notes: Notes, where: np.ndarray) -> None:
        """Note the rows that offer nothing because of a number (S12), and the answers nobody can read (S31)."""
        notes.add("S12", self.short & where, column="enrolled")
        for question in self.questions:
            notes.add("S31", question.unsure & where, column=question.column, values=question.cells)


def read_answers(received: Received, source: Source, line: np.ndarray, file: Coded) -> Answered:
    """The answers in the rows at the places `line` of `received.rows`; `file` is the file of each.

    Source: domain.md 5.3 (offering rules of the states' own layouts) and 15 (8: nothing is dropped in silence).
    """
    size = len(line)
    plain = Answered(
        at=np.arange(size),
        code=nothing(size),
        title=nothing(size),
        offered=np.ones(size, dtype=bool),
        short=np.zeros(size, dtype=bool),
        unsure=np.zeros(size, dtype=bool),
    )
    asking = {layout.name: layout for layout in source.layouts if layout.wide or layout.offered_when or layout.at_least}
    layouts = dict(zip(received.files["file"], received.files["layout"], strict=True)) if asking else {}
    answered = plain
    for name in sorted({name for name in layouts.values() if name in asking}):
        where = file.flag(lambda one, name=name: layouts[one] == name)  # type: ignore[misc]
        raw = {ours: encode(received.rows[ours]).take(line) for ours in _columns(asking[name])}
        answered = _ask(answered, asking[name], raw, where)
    wide = [asking[name] for name in asking if asking[name].wide and name in set(layouts.values())]
    for layout in wide:
        where = file.flag(lambda one, name=layout.name: layouts[one] == name)  # type: ignore[misc]
        raw = {ours: encode(received.rows[ours]).take(line) for ours in _columns(layout)}
        answered = _spread(answered, layout, raw, where)
    return answered


def _columns(layout: Layout) -> list[str]:
    return [*layout.offered_when, *layout.at_least, *(layout.wide.helpers() if layout.wide else ())]


def _said(cells: Coded, answers: Answers) -> np.ndarray:
    yes, no = ({cell.strip().casefold() for cell in said} for said in (answers.teaches_when, answers.not_when))

    def mean(cell: str) -> int:
        plain = cell.strip().casefold()
        return _YES if plain in yes else _NO if plain in no else _UNSURE

    return np.array([*(mean(cell) for cell in cells.values), mean("")])[cells.codes]


def _ask(before: Answered, layout: Layout, raw: dict[str, Coded], where: np.ndarray) -> Answered:
    """The answers of one layout whose rows are one course each."""
    offered, short, unsure, questions = before.offered, before.short, before.unsure, [*before.questions]
    for ours, answers in layout.offered_when.items():
        said = np.where(where, _said(raw[ours], answers), _YES)
        offered, unsure = offered & (said != _NO), unsure | (said == _UNSURE)
        questions.append(Question(ours, raw[ours], said == _UNSURE))
    for ours, least in layout.at_least.items():
        short = short | (where & offered & ~raw[ours].flag(lambda cell, least=least: _number(cell) >= least))  # type: ignore[misc]
    return Answered(
        before.at, before.code, before.title, offered & ~short, short, unsure & offered & ~short, tuple(questions)
    )


def _number(cell: str) -> int:
    plain = cell.strip().replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() else -1


def _spread(before: Answered, layout: Layout, raw: dict[str, Coded], where: np.ndarray) -> Answered:
    """The answers with each row of a wide layout once per course that it offers, or once when it offers none."""
    if layout.wide is None:
        return before
    helpers = layout.wide.helpers()
    said = np.array([_said(raw[ours], layout.wide) for ours in helpers])
    mine = where[before.at]
    each = (said != _NO)[:, before.at] & mine
    course, place = np.nonzero(each)
    silent = np.flatnonzero(~each.any(axis=0))
    every, which = np.concatenate([place, silent]), np.concatenate([course, np.full(len(silent), -1)])
    order = np.lexsort((which, every))
    every, which = every[order], which[order]
    row = before.at[every]
    unsure = (which >= 0) & (said[which, row] == _UNSURE)
    questions = [Question(q.column, q.cells.take(every), q.unsure[every]) for q in before.questions]
    questions += [
        Question(ours, raw[ours].take(row), unsure & (which == number)) for number, ours in enumerate(helpers)
    ]
    named = Coded(which, list(helpers.values()))
    nameless = nothing(len(every))
    by_code = layout.wide.named_by == "code"
    return Answered(
        at=row,
        code=(named if by_code else nameless).or_else(before.code.take(every)),
        title=(nameless if by_code else named).or_else(before.title.take(every)),
        offered=before.offered[every] & ((which >= 0) | ~mine[every]),
        short=before.short[every],
        unsure=before.unsure[every] | unsure,
        questions=tuple(questions),
    )


def leave_to_person(verdict: Coded, basis: Coded, unsure: np.ndarray) -> tuple[Coded, Coded]:
    """The judgement with every course that would count, but whose answer is neither yes nor no, left to a person."""
    waits = unsure & verdict.flag("counts".__eq__)
    if not waits.any():
        return verdict, basis
    size = len(waits)
    return constant("review", size).only(waits).or_else(verdict), constant(NOT_SAID, size).only(waits).or_else(basis)
