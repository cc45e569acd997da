"""The real state files beside the repository, through the received stage: every row is kept or explained."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts, receive_file
from pipelines.shared.pandera_bridge import require_valid
from pipelines.shared.records import Standardised
from pipelines.standard.course_catalog import load_catalog
from pipelines.standard.course_offerings import standardise_course_offerings
from pipelines.standard.split import unaccounted
from schemas.source_model import load_sources
from schemas.tables import table

DATA = Path(__file__).parents[3] / "shared" / "data"
WA = DATA / "state" / "wa"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data) are not here"),
]
FILES = sorted((DATA / "state_files").glob("*.csv"))


def standardise(raw: Path, state: str, year: str, *files: tuple[Path, str]) -> Standardised:
    source = load_sources()[state]
    for file, delivery in files:
        receive_file(raw, file, source, year, delivery=delivery, received_on="2019-06-01")
    received = read_source(raw, source, year, read_receipts(raw))
    assert set(received.files["file_status"]) <= {"accepted", "superseded"}, received.files["reason"].tolist()
    result = standardise_course_offerings(received, source, year, load_catalog(source.state))
    assert unaccounted(result.accounts).empty
    require_valid(result.table, table("course_offerings"))
    return result


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_course_of_the_real_files_is_in_its_catalog(path: Path, tmp_path: Path) -> None:
    state, start = path.name[:2].lower(), path.name[3:7]
    result = standardise(tmp_path, state, f"{start}-{int(start) % 100 + 1:02d}", (path, "full"))
    assert result.rejects.empty
    assert not set(result.findings["rule_id"]) & {"S06", "S11", "D01", "D03", "D05", "D07", "S28"}
    assert set(result.table["nces_school_id_given"].dropna().str.len()) <= {12}


def test_washington_in_both_codings(tmp_path: Path) -> None:
    first = WA / "ospi_2018-19_first_delivery_no_grades.csv.gz"
    second = WA / "ospi_2018-19_redelivery_no_grades.csv.gz"
    result = standardise(tmp_path, "wa", "2018-19", (first, "full"), (second, "full"))
    found = result.findings["rule_id"].value_counts()
    assert result.rejects.empty
    assert found["S25"] < 20  # the recoded delivery takes back next to nothing
    assert "S06" not in found
    assert result.table["state_school_id_given"].nunique() == 446


def test_washington_agrees_with_researchers_on_most_schools(tmp_path: Path) -> None:
    path = WA / "ospi_course_counts_2017-18_no_grades.csv.gz"
    offered = standardise(tmp_path, "wa", "2017-18", (path, "full")).table
    outcome = pd.read_csv(WA / "wa_school_teaches_cs_2017-18.csv.gz", dtype="str")
    says = outcome.drop_duplicates("School_Code").set_index("School_Code")["School_Teaches_Computer_Science"]
    best = offered.assign(code=offered["state_school_id_given"].str[-4:].str.lstrip("0"))
    counts = best.groupby("code")["counts_as_cs"].agg(lambda kinds: "counts" in set(kinds))
    both = pd.DataFrame({"ours": counts, "theirs": says}).dropna()
    agree = both["ours"] == (both["theirs"] == "Teaches Computer Science")
    both = both[both["theirs"] != "No Information Available"]
    assert len(both) > 300
    assert agree.mean() > 0.8
