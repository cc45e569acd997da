"""The published answers do not move when the files say the same in another way (issue 3, metamorphic tests)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from schemas.source_model import Layout, Source, load_sources
from tests.metamorphic import changes as by
from tests.metamorphic.path import YEAR, answers, files, sources, unchanged
from tests.world.files import Sent

DIRECTORY = ("nces_ccd_029", "nces_pss")
"""Its rows are keyed by id: a second row of a school is a finding of its own, so that it is left out of `repeated`."""
LAST_FULL = {"ca": "2018-2019.csv", "ga": "2018-2019.csv", "wa": "2018-2019.2.csv"}
"""Of each state the file that is split: a full one that nothing replaces."""
IN_SEVERAL_FILES = ("survey", "teals", "decisions", "ap_offerings", "ib_offerings", "ap_school_codes")


def everywhere(_: Sent) -> bool:
    return True


def no_directory(file: Sent) -> bool:
    return file.source not in DIRECTORY


def may_be_split(file: Sent) -> bool:
    return LAST_FULL.get(file.source) == file.name or file.source in IN_SEVERAL_FILES


def fits_cp1252(file: Sent) -> bool:
    try:
        by.text_of(file).encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


Change = tuple[Callable[[Sent], list[Sent]], Callable[[Sent], bool]]
CHANGES: dict[str, Change] = {
    "rows and columns in another order": (by.of_rows(by.shuffled), everywhere),
    "every row twice": (by.of_rows(by.repeated), no_directory),
    "column names in the other case, with spaces": (by.of_names(by.padded), everywhere),
    "unbreakable and double spaces in cells": (by.of_cells(by.spaced), everywhere),
    "a file in three deliveries": (by.split(3), may_be_split),
    "cp1252, Windows line ends": (by.encoded("cp1252", "\r\n"), fits_cp1252),
    "a byte order mark, every cell quoted, blank lines below": (by.quoted, everywhere),
}


def assert_same(found: pd.DataFrame) -> None:
    """Fails with the schools whose answer moved."""
    both = unchanged().merge(found, on="nces_school_id", how="outer", suffixes=("_was", ""), indicator=True)
    was, now = ([f"{name}{end}" for name in ("teaches_cs", "decided_by_rule")] for end in ("_was", ""))
    moved = both[
        (both["_merge"] != "both") | (both[was].fillna("").to_numpy() != both[now].fillna("").to_numpy()).any(axis=1)
    ]
    assert moved.empty, moved.head(20).to_string()
    pd.testing.assert_frame_equal(found, unchanged())


@pytest.mark.parametrize("name", CHANGES)
def test_the_answers_stay(name: str) -> None:
    change, only = CHANGES[name]
    changed = by.change_files(files(), change, only)
    assert {f.data for f in changed} != {f.data for f in files()}
    assert_same(answers(changed))


def test_the_world_can_tell_answers_apart() -> None:
    """Each way to an answer stands in the world, so that none can break unseen; and a file that is lost does move it."""
    told = unchanged()
    assert set(told["teaches_cs"]) == {"Y", "N", "M", "U", "E"}
    rules = set(told["decided_by_rule"].dropna())
    assert rules >= {"override", "doe", "doe_against_provider", "provider_ap", "provider_ib", "provider"}
    assert rules >= {"teacher_survey", "other_survey", "doe_inferred"}
    for lost in ("ga", "survey", "teals"):
        with pytest.raises(AssertionError):
            assert_same(answers([f for f in files() if f.source != lost]))


@pytest.mark.parametrize(("reader", "change"), [("workbook", by.as_workbook), ("parquet", by.as_parquet)])
def test_a_table_says_what_the_csv_says(reader: str, change: Callable[[by.Sent], list[by.Sent]]) -> None:
    """Sources that declare another format; each cell is text, as a careful sender formats it."""
    declared = {name: read_with(source, reader) if name in AS_TABLES else source for name, source in sources().items()}
    assert_same(answers(by.change_files(files(), change, lambda f: f.source in AS_TABLES), declared))


AS_TABLES = ("ga", "wa", "teals", "ap_school_codes")


def read_with(source: Source, reader: str) -> Source:
    layouts: tuple[Layout, ...] = tuple(one.model_copy(update={"reader": reader}) for one in source.layouts)
    return source.model_copy(update={"layouts": layouts})


def test_a_state_more_moves_no_other() -> None:
    """Oregon sends a file and gets schools of its own in the directory; the old schools keep their answers."""
    spine = next(f for f in files() if f.source == "nces_ccd_029")
    header, *rows = by.read_table(spine)
    at = {
        name: header.index(name)
        for name in ("ST", "FIPST", "STATENAME", "LSTATE", "NCESSCH", "LEAID", "ST_SCHID", "SCH_NAME")
        if name in header
    }
    new = {"ST": "OR", "FIPST": "41", "STATENAME": "OREGON", "LSTATE": "OR"}
    more = []
    for number, row in enumerate(r for r in rows if r[at["ST"]] == "GA"):
        ids = {"NCESSCH": f"4100990{number:05d}", "LEAID": "4100990", "ST_SCHID": f"OR-099-{number:04d}"}
        cells = {at[name]: value for name, value in {**new, **ids}.items() if name in at}
        more.append([cells.get(n, cell) for n, cell in enumerate(row)])
    assert len(more) > 20
    course = "school_name,state_school_id,nces_id,course_id,course_name"
    lines = [course, *(f"{row[at['SCH_NAME']]},,{row[at['NCESSCH']]},10155,AP Computer Science" for row in more[:12])]
    sent = by.change_files(files(), lambda f: [by.write_table(f, [header, *rows, *more])], lambda f: f is spine)
    sent.append(Sent("or", YEAR, "2018-2019.csv", "\n".join(lines).encode(), "2019-09-01"))
    found = answers(sent, {**sources(), "or": load_sources()["or"]})
    old = found["nces_school_id"].isin(unchanged()["nces_school_id"])
    assert (~old).sum() > 20
    assert "Y" in set(found.loc[~old, "teaches_cs"])
    assert_same(found[old].reset_index(drop=True))


def test_the_names_of_sources_decide_nothing() -> None:
    """Sources renamed, so that they come in the opposite order; their rows get other record ids."""
    names = list(sources())
    renamed = {old: f"{chr(122 - n)}_{old}" for n, old in enumerate(names) if old not in (*DIRECTORY, "decisions")}
    declared = {renamed.get(s.source, s.source): s for s in sources().values()}
    declared = {name: declared[name].model_copy(update={"source": name}) for name in sorted(declared)}
    assert [n for n in declared if n in renamed.values()] == sorted(renamed.values())
    sent = [replace(file, source=renamed.get(file.source, file.source)) for file in files()]
    assert_same(answers(sent, declared))


def test_deliveries_may_be_listed_by_any_source_first() -> None:
    """Only the order of a source's own files means something."""
    assert_same(answers(sorted(files(), key=lambda f: f.source, reverse=True)))
