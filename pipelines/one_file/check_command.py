"""What `cleanup check` does, from the words typed to the exit code: find the source, judge the file, repair a copy.

Exit codes: 0 nothing is left to do, 1 there are findings to put right, 2 the file cannot be used or not be placed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.one_file.check_file import Checked, Directory, check_file, open_directory
from pipelines.one_file.check_report import as_json, group_findings, paint, plain, report_lines, verdict_of
from pipelines.one_file.guess_source import (
    contradicts,
    fits_any_layout,
    guess_sources,
    guess_years,
    is_clear,
    states_in_name,
)
from pipelines.one_file.peek_file import Peeked, peek_file
from pipelines.one_file.safe_repairs import REPAIRS, Change, repair_file
from pipelines.one_file.suggest_fix import suggest_fixes
from pipelines.one_file.write_copy import write_copy
from pipelines.received.refusal import Refused
from pipelines.season.workspace import check_sources, data_folder
from pipelines.shared.school_year import parse_school_year
from schemas.season_model import load_season
from schemas.source_model import Source, load_sources, parse_source

Peek = Callable[[], Peeked | Refused]
EXIT = {"clean": 0, "findings": 1, "unusable": 2}
NATIONAL = 50_000
"""Schools from which a directory that nobody named is trusted to be the whole one; the sample season has hundreds."""
MAX_CHANGES = 20
"""Changes printed; the whole list is in the file beside the copy."""


class UndecidedError(ValueError):
    """Source or school year cannot be told; the sentence says between which two it is and how to say it."""


@dataclass(frozen=True)
class Asked:
    """What was typed. Blank source or year: find it; data None: the default place; source_file: a YAML to use."""

    file: Path
    source: str = ""
    year: str = ""
    data: str | None = None
    source_file: Path | None = None
    fix: Path | None = None
    as_json: bool = False


def run_check(asked: Asked) -> int:
    """Check the file, print the report and return the exit code. Raises ValueError with a sentence for a wrong call."""
    if not asked.file.is_file():
        raise ValueError(f"there is no file at {asked.file}; check the path")
    # A workbook is opened in a process of its own, which takes a while: only when it is asked about, and once.
    peeked = cache(lambda: _peek(asked.file))
    try:
        source, school_year, said = place_file(asked, _sources(asked), peeked)
    except UndecidedError as error:
        return _undecided(asked, str(error))
    directory, about_directory = _directory(asked.data, school_year)
    checked = check_file(asked.file, source, school_year, directory)
    groups = group_findings(checked)
    suggestions = suggest_fixes(checked, _keys(groups), peeked)
    if directory and not checked.directory_year and not checked.refused:
        about_directory = ""
    copied = _fix(asked, checked, directory) if asked.fix and not checked.refused else None
    if asked.as_json:
        told = as_json(checked, groups, suggestions)
        _print_json({**told, "guessed": said, **(copied[1] if copied else {})})
    else:
        words = f"--source-file {plain(str(asked.source_file), 400)}" if asked.source_file else ""
        first = [*said, *([about_directory] if about_directory else [])]
        lines = report_lines(checked, groups, suggestions, said_first=first, source_words=words)
        if checked.refused and not asked.source_file:
            lines.insert(
                -1,
                (
                    "",
                    f"If it is a file of another kind, draft a layout for it: "
                    f"cleanup new-source {source.state or 'ST'} {plain(asked.file.name)}",
                ),
            )
        repairable = checked.findings["rule_id"].isin(list(REPAIRS)).any()
        if repairable and not asked.fix:
            lines.insert(-1, ("", "Repairs can be made in a copy: add  --fix NAME.csv  to the command."))
        print(paint([*lines, *(copied[0] if copied else [])], color=_color()))
    return copied[2] if copied else EXIT[verdict_of(checked, groups)]


def place_file(asked: Asked, sources: Mapping[str, Source], peeked: Peek) -> tuple[Source, str, list[str]]:
    """The source and school year of the file, and sentences that say how each was found where it was not told.

    Raises UndecidedError, or ValueError for a source or year that does not exist.
    """
    name, said = asked.source.strip(), []
    if name or len(sources) == 1:
        source = sources[check_sources([name or next(iter(sources))], sources)[0]]
    else:
        source, why = _find_source(asked.file, sources, peeked())
        said.append(f"Source {source.source}: {why}. If not so, say --source.")
    if asked.year:
        return source, parse_school_year(asked.year), said
    looked = peeked()
    if isinstance(looked, Refused) or not fits_any_layout(looked, source):
        # Whatever the year, the file will be refused; asking for the year first would only be a detour.
        years = [] if isinstance(looked, Refused) else guess_years(asked.file, looked)
        year = years[0].name if years else load_season().last_year
        return source, year, [*said, f"No layout of {source.source} fits the file, whatever its school year."]
    school_year, why = _find_year(asked.file, source, looked)
    said.append(f"School year {school_year}: {why}. If not so, say --year.")
    return source, school_year, said


def _find_source(path: Path, sources: Mapping[str, Source], peeked: Peeked | Refused) -> tuple[Source, str]:
    name = plain(path.name)
    if isinstance(peeked, Refused):
        raise UndecidedError(f"{name} cannot be read: {peeked.sentence}. Save it as CSV or XLSX and check it again")
    if clash := contradicts(path, peeked, sources):
        outside, inside = clash
        raise UndecidedError(
            f"{name} may belong to {outside} (its name or folder says so) or to {inside} (its ids say so). "
            + _say_which(name, outside, inside)
        )
    readings = guess_sources(path, peeked, sources)
    if is_clear(readings):
        return sources[readings[0].name], readings[0].why
    if not readings:
        state = next(iter(sorted(states_in_name(path))), "ST")
        raise UndecidedError(
            f"no source of schemas/sources/ fits the columns of {name}. Say which one it is with --source, "
            f"or draft a layout for it: cleanup new-source {state} {name}"
        )
    if len(readings) == 1:
        first = readings[0]
        raise UndecidedError(
            f"{name} may belong to {first.name} ({first.why}), which is too little to go by. "
            f"Say it: cleanup check {name} --source {first.name}; or draft a layout: cleanup new-source ST {name}"
        )
    first, second = readings[:2]
    others = f", and {len(readings) - 2} more" if len(readings) > 2 else ""
    raise UndecidedError(
        f"{name} may belong to {first.name} ({first.why}) or to {second.name} ({second.why}){others}. "
        + _say_which(name, first.name, second.name)
    )


def _say_which(name: str, first: str, second: str, option: str = "source") -> str:
    return f"Say which: cleanup check {name} --{option} {first}, or --{option} {second}"


def _find_year(path: Path, source: Source, peeked: Peeked) -> tuple[str, str]:
    name = plain(path.name)
    readings = guess_years(path, peeked)
    possible = [reading for reading in readings if source.layouts_of(reading.name)] or readings
    if not possible:
        raise UndecidedError(
            f"neither the name nor a column of {name} tells its school year. "
            f"Say it: cleanup check {name} --source {source.source} --year 2018-19"
        )
    first = possible[0]
    if len(possible) == 1 or (first.score > possible[1].score and first.score - possible[1].score > 1.0):
        return first.name, first.why
    second = possible[1]
    raise UndecidedError(
        f"{name} may be of {first.name} ({first.why}) or of {second.name} ({second.why}). "
        + _say_which(name, f"{first.name}", f"{second.name}", "year")
    )


def _sources(asked: Asked) -> Mapping[str, Source]:
    if asked.source_file is None:
        return load_sources()
    try:
        source = parse_source(asked.source_file.read_text(encoding="utf-8"), asked.source_file)
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"{asked.source_file} cannot be read ({error}); --source-file names a source's YAML"
        ) from error
    return {source.source: source}


def _peek(path: Path) -> Peeked | Refused:
    try:
        return peek_file(path)
    except Refused as refusal:
        return refusal


def _directory(data: str | None, school_year: str) -> tuple[Directory | None, str]:
    """The directory to prove ids against, and a sentence about it."""
    directory = open_directory(data or data_folder(), school_year)
    if directory is None:
        if data:
            raise ValueError(f"there is no directory of schools below {data}; run a year first, or leave --data out")
        return None, ""
    schools = len(directory.store.read("nces_schools", directory.school_year, columns=["nces_school_id"]))
    if data is None and schools < NATIONAL:
        return None, (
            f"Ids were not looked up: the directory in the default place has only {schools:,} schools. "
            f"To use it all the same, say --data {data_folder()}"
        )
    return directory, f"Ids were looked up in the directory of {directory.school_year} ({schools:,} schools)."


def _keys(groups: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    keys = [(group["rule"], group["column"], value["value"]) for group in groups for value in group["values"]]
    return pd.DataFrame(keys, columns=["rule_id", "column", "value"])


def _fix(
    asked: Asked, checked: Checked, directory: Directory | None
) -> tuple[list[tuple[str, str]], dict[str, Any], int]:
    """Write the repaired copy; returns lines, JSON values, and the exit code that the copy earns."""
    assert asked.fix is not None
    repaired = repair_file(checked)
    copy, listed = write_copy(repaired, asked.fix)
    again = check_file(copy, checked.source, checked.school_year, directory)
    groups = group_findings(again)
    left = sum(group["count"] for group in groups if not group["note"])
    changes = [_change_text(change) for change in repaired.changes]
    more = len(changes) - MAX_CHANGES
    lines = [("", ""), ("bold", f"{len(changes):,} changes in the copy {plain(str(copy))}:")]
    lines += [("fix", f"  {text}") for text in changes[:MAX_CHANGES]]
    lines += [("dim", f"  … and {more:,} more, all in {plain(str(listed))}")] if more > 0 else []
    lines.append(("bold", f"The copy was checked again: {left:,} problems are left. All changes: {plain(str(listed))}"))
    told = {"copy": str(copy), "change_list": str(listed), "changes": len(changes), "problems_left": left}
    return lines, told, EXIT[verdict_of(again, groups)]


def _change_text(change: Change) -> str:
    where = "the whole file" if change.row is None else f"row {change.row:,}   {plain(change.column)}"
    return f'{where}   "{plain(change.was)}" → "{plain(change.now)}"   ({change.rule})'


def _undecided(asked: Asked, sentence: str) -> int:
    if asked.as_json:
        _print_json({"file": asked.file.name, "verdict": "unusable", "reason": sentence})
    else:
        print(f"cleanup: {sentence}.", file=sys.stderr)
    return 2


def _print_json(value: Mapping[str, Any]) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))


def _color() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
