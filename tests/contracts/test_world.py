"""The committed sample season is what tests/world generates, invented, small, and as odd as it says. Runs no pipeline."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from schemas.columns import NCES_ID_PATTERN, RESTRICTED
from schemas.rules import RULES
from schemas.source_model import load_sources
from schemas.states import FIPS_STATE
from schemas.verdicts import CODES
from tests.world import CANARIES, KNOWN_ANSWERS, ODDITIES, STRAY_ADDRESS, reason
from tests.world.files import Sent, receipts_text, write_raw
from tests.world.schools import YEARS, all_schools
from tests.world.season import season

RAW = Path(__file__).parents[2] / "raw"
SENT = season()


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.path)
def test_the_committed_file_is_the_generated_one(sent: Sent) -> None:
    same = (RAW / sent.path).read_bytes() == sent.data
    assert same, f"raw/{sent.path} differs from what tests/world writes; run `make sample` and look at the difference"


def test_nothing_else_is_committed() -> None:
    found = {path.relative_to(RAW).as_posix() for path in RAW.rglob("*") if path.is_file()}
    assert found == {"README.md", ".gitattributes", "receipts.csv", *(sent.path for sent in SENT)}
    assert sum(path.stat().st_size for path in RAW.rglob("*")) < 1_500_000


def test_receipts_are_those_of_the_files() -> None:
    assert (RAW / "receipts.csv").read_text(encoding="utf-8") == receipts_text(SENT)
    assert {sent.source for sent in SENT} <= set(load_sources())
    assert {sent.delivery for sent in SENT} == {"full", "changes", "supplement"}


def test_a_folder_that_is_no_raw_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ValueError, match=r"no receipts\.csv"):
        write_raw(tmp_path, SENT)
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_folder_with_received_files_is_left_alone(tmp_path: Path) -> None:
    write_raw(tmp_path, SENT[:1])
    receipts = tmp_path / "receipts.csv"
    receipts.write_text(receipts.read_text().replace(",sample,", ",A. Steward,"))
    with pytest.raises(ValueError, match="really received"):
        write_raw(tmp_path, SENT)


def test_ids_are_shaped_right_and_in_no_real_district() -> None:
    for school in all_schools():
        assert re.fullmatch(NCES_ID_PATTERN, school.nces), school.key
        if school.lea:
            assert school.nces.startswith(school.lea), school.key
            assert FIPS_STATE[school.lea[:2]] == school.state, school.key
            assert re.match(r"..99", school.lea), f"{school.key}: invented districts are those of 99"
    assert len({school.nces for school in all_schools()}) == len(all_schools())


def test_the_world_has_the_promised_size() -> None:
    schools = all_schools()
    assert 280 <= len(schools) <= 330
    assert {school.state for school in schools} == {"CA", "GA", "ID", "WA", "BI"}
    assert 25 <= sum(school.sector == "private" for school in schools) <= 35
    assert {status for school in schools for status in school.statuses} >= {
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        None,
    }


def test_known_answers_name_schools_and_verdicts() -> None:
    ids = {school.nces for school in all_schools()}
    for (nces_id, year), (verdict, label) in KNOWN_ANSWERS.items():
        assert nces_id in ids
        assert year in YEARS
        assert verdict in CODES
        assert (label is None) == (verdict == "U"), reason(nces_id, year)
    assert {verdict for verdict, _ in KNOWN_ANSWERS.values()} == set(CODES)


def test_every_oddity_is_in_a_file_and_has_a_declared_rule() -> None:
    for oddity in ODDITIES:
        source, _ = oddity.where.split("/")
        assert source in load_sources(), oddity
        assert set(oddity.rule_ids) <= set(RULES), oddity
    named = {oddity.defect for oddity in ODDITIES}
    assert len(named) >= 30, "most of the 44 defects of domain.md 15 fit into received files"


def test_canaries_stand_in_restricted_columns_only() -> None:
    assert set(CANARIES) == RESTRICTED - {"response_id", "respondent_key"}
    planted = set()
    for sent in SENT:
        if not sent.name.endswith(".csv") or sent.source.startswith("nces"):
            continue
        for row in csv.DictReader(io.StringIO(sent.data.decode("utf-8"), newline="")):
            for name, cell in row.items():
                for column, canary in CANARIES.items():
                    if canary in str(cell):
                        assert name == column or not isinstance(name, str), f"{sent.path}: {canary} in {name}"
                        planted.add(column)
    assert planted == set(CANARIES)
    assert any(STRAY_ADDRESS.encode() in sent.data for sent in SENT)
