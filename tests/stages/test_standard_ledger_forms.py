"""Files of AP, IB and providers in every form that is on record, from their bytes to our table. Invented rows only."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts
from pipelines.shared.records import Received, Standardised
from pipelines.standard.ap_offerings import standardise_ap_offerings
from pipelines.standard.ap_school_codes import standardise_ap_school_codes
from pipelines.standard.ib_offerings import standardise_ib_offerings
from pipelines.standard.ib_school_codes import standardise_ib_school_codes
from pipelines.standard.provider_offerings import standardise_provider_offerings
from pipelines.standard.split import unaccounted
from schemas.source_model import load_sources
from tests.world.files import Sent, receipts_text

STANDARDISERS = {
    "ap_school_codes": standardise_ap_school_codes,
    "ap_offerings": standardise_ap_offerings,
    "ib_school_codes": standardise_ib_school_codes,
    "ib_offerings": standardise_ib_offerings,
    "provider_offerings": standardise_provider_offerings,
}
LEDGER = "exam_year,school_year,exam,ledger_group,ai_code,school_name,city,state,country,provider_syllabus"
AUDIT_2024 = "exam_year,school_year,exam,ai_code,school_name,city,state,zip,country,provider_syllabus"
CROSSWALK = "exam_year,source,nces_id,ai_code,school_name,city,state,zip"
CROSSWALK_TO_2022 = CROSSWALK.replace("school_name", "name")


def read(folder: Path, source: str, year: str, *files: tuple[str, str]) -> tuple[Received, Standardised]:
    """The files, each a full delivery given as name and lines, as read and as standardised."""
    sent = [Sent(source, year, name, lines.encode(), f"2019-06-{n:02d}") for n, (name, lines) in enumerate(files, 1)]
    for one in sent:
        (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / one.path).write_bytes(one.data)
    (folder / "receipts.csv").write_text(receipts_text(sent))
    declared = load_sources()[source]
    received = read_source(folder, declared, year, read_receipts(folder))
    result = STANDARDISERS[declared.produces](received, declared, year)
    assert unaccounted(result.accounts).empty
    return received, result


def rules(received: Received, result: Standardised) -> list[str]:
    return sorted(pd.concat([received.findings, result.findings])["rule_id"])


# Form: source, year, file, lines, layout, (columns, rows of the table), rules.
FORMS = {
    "codes of the predecessor, the exam in the name": (
        "ap_offerings",
        "2018-19",
        "CSP-2018-2019.csv",
        "School Code\n10025\n020026\n000000\n\n20026\n",
        "codes",
        ("ap_school_code", "ap_exam", "source_rows"),
        [["010025", "CSP", 1], ["020026", "CSP", 2]],
        ["A01", "A01", "A02", "S16"],
    ),
    "ledger of four lists, exam years 2017 to 2023": (
        "ap_offerings",
        "2018-19",
        "ledgers.csv",
        f"{LEDGER}\n"
        "2019,2018-19,csa,national,10025,Kestrel High,Pinetown,GA,US,\n"
        "2019,2018-19,csa,cdo_audit,010025,Kestrel High,Pinetown,GA,US,Code.org\n"
        "2019,2018-19,csp,national,010025,Kestrel High,Pinetown,GA,US,\n"
        "2019,2018-19,csp,national,990001,Lac Perdu,Lac Perdu,QC,CA,\n"
        "2018,2017-18,csp,national,020026,Osprey High,Pinetown,GA,US,\n",
        "ledger",
        ("ap_school_code", "ap_exam", "state", "source_rows"),
        [["010025", "CSA", "GA", 2], ["010025", "CSP", "GA", 1]],
        ["A01", "A05", "A07", "S16"],
    ),
    "ledger of 2023-24: long exam names, a country in the state": (
        "ap_offerings",
        "2023-24",
        "ledger.csv",
        f"{AUDIT_2024}\n"
        "2024,2023-24,Computer Science Principles,10025,Kestrel High,Pinetown,GA,30001,US,Code.org Sample Syllabus\n"
        "2024,2023-24,Computer Science A,10025,Kestrel High,Pinetown,GA,30001,US,\n"
        "2024,2023-24,Computer Science A,990002,Fjord Academy,Fjord,Norway,,,\n",
        "ledger",
        ("ap_school_code", "ap_exam", "state"),
        [["010025", "CSP", "GA"], ["010025", "CSA", "GA"], ["990002", "CSA", None]],
        ["A01", "A01", "D32"],
    ),
    "pairs of the predecessor": (
        "ap_school_codes",
        "2018-19",
        "2018-2019.csv",
        "school_id,school_code\n10000500871,010025\n480000407173,446125\n",
        "pairs",
        ("ap_school_code", "nces_school_id_given"),
        [["010025", "010000500871"], ["446125", "480000407173"]],
        ["D02"],
    ),
    "crosswalk to 2022, several exam years": (
        "ap_school_codes",
        "2018-19",
        "crosswalk.csv",
        f"{CROSSWALK_TO_2022}\n"
        "2017,CB file,010000500871,10025,Kestrel,Pinetown,AL,35001\n"
        "2019,CB file,010000500872,010025,Osprey,Pinetown,AL,35001\n"
        "2019,handmatch,010000500873,010025,Heron,Pinetown,AL,35001\n"
        "2020,CB file,010000500874,010025,Egret,Pinetown,AL,35001\n"
        "2016,pvt school by hand,00326758,446125,Le Phare,Pinetown,HI,96734\n"
        "2018,CB file,00326758,446125,Le Phare,Pinetown,HI,96734\n",
        "crosswalk",
        ("ap_school_code", "nces_school_id_given"),
        [["010025", "010000500873"], ["446125", "00326758"]],
        ["A01", "A07", "A08", "A08"],
    ),
    "crosswalk of 2023": (
        "ap_school_codes",
        "2022-23",
        "crosswalk.csv",
        f"{CROSSWALK}\n2023,CB file,10000500871,10025,Kestrel,Pinetown,AL,35001\n",
        "crosswalk",
        ("ap_school_code", "nces_school_id_given"),
        [["010025", "010000500871"]],
        ["A01", "D02"],
    ),
    "IB codes": (
        "ib_school_codes",
        "2018-19",
        "ib_school_codes.csv",
        "SCHOOL_CODE,NCES_ID\n3137,00326758\n",
        "crosswalk",
        ("ib_school_code", "nces_school_id_given"),
        [["003137", "00326758"]],
        ["A01"],
    ),
    "IB list": (
        "ib_offerings",
        "2018-19",
        "2018-2019.csv",
        "SCHOOL_CODE,SCHOOL_NAME,COUNTRY_NAME,STATE_NAME,SUBJECT,LVL,NCES_ID\n"
        "003137,Le Phare,UNITED STATES,HAWAII,COMPUTER SC.,HL,00326758\n"
        "003138,Lac Perdu,CANADA,QUEBEC,COMPUTER SC.,HL,\n",
        "list",
        ("ib_school_code", "ib_level", "state"),
        [["003137", "HL", "HI"]],
        ["A05"],
    ),
    **{
        f"{source}, the predecessor's two columns": (
            source,
            year,
            "list.csv",
            'School ID,Course\n010000500871,"Computer Science, CSP"\n10000500872,\n',
            "provider_list",
            ("nces_school_id_given", "provider_course"),
            [["010000500871", "Computer Science"], ["010000500871", "CSP"], ["010000500872", None]],
            ["D02"],
        )
        for source, year in {
            "bootup": "2015-16",
            "pltw": "2015-16",
            "skills_struck": "2019-20",
            "teals": "2018-19",
            "cambridge": "2022-23",
            "cyber": "2022-23",
        }.items()
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_on_record_is_read(form: str, tmp_path: Path) -> None:
    source, year, name, lines, layout, columns, rows, expected = FORMS[form]
    received, result = read(tmp_path, source, year, (name, lines))
    assert received.files[["file_status", "layout"]].to_numpy().tolist() == [["accepted", layout]]
    found = result.table[list(columns)].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == rows
    assert rules(received, result) == expected


def test_a_code_that_two_equal_rows_give_to_two_schools_is_rejected(tmp_path: Path) -> None:
    """Same exam year, both by hand: nothing says which is right, and no older pairing takes the place."""
    lines = "2018,CB file,010000500871,010025,a,b,AL,1\n" + "".join(
        f"2019,handmatch,01000050087{n},010025,a,b,AL,1\n" for n in (2, 3)
    )
    _, result = read(tmp_path, "ap_school_codes", "2018-19", ("crosswalk.csv", f"{CROSSWALK}\n{lines}"))
    assert result.table.empty
    assert result.rejects["rule_ids"].tolist() == ["A06", "A06"]
    assert sorted(result.findings["rule_id"]) == ["A06", "A06", "A08"]


def test_one_crosswalk_serves_each_school_year_with_its_own_code(tmp_path: Path) -> None:
    """defect 26: the code went from one school to another; each year gets the pairing of its own exam year."""
    lines = f"{CROSSWALK}\n2018,CB file,010000500871,050901,a,b,AL,1\n2019,CB file,010000500872,050901,c,b,AL,1\n"
    found = {
        year: read(tmp_path / year, "ap_school_codes", year, ("crosswalk.csv", lines))[1]
        .table["nces_school_id_given"]
        .tolist()
        for year in ("2016-17", "2017-18", "2018-19", "2019-20")
    }
    assert found == {
        "2016-17": [],
        "2017-18": ["010000500871"],
        "2018-19": ["010000500872"],
        "2019-20": ["010000500872"],
    }


def test_a_ledger_of_another_year_is_left_out_as_a_whole(tmp_path: Path) -> None:
    lines = f"{LEDGER}\n2018,2017-18,csp,national,020026,Osprey High,Pinetown,GA,US,\n"
    received, result = read(tmp_path, "ap_offerings", "2018-19", ("ledger.csv", lines))
    assert (result.table.empty, rules(received, result)) == (True, ["A07"])
    assert result.accounts["rows_excluded"].tolist() == [1]


@pytest.mark.parametrize("source", ["cambridge", "cyber"])
def test_a_provider_before_its_first_year_is_refused_by_name(source: str, tmp_path: Path) -> None:
    received, _ = read(tmp_path, source, "2018-19", ("list.csv", "School ID,Course\n010000500871,CSP\n"))
    assert received.files["file_status"].tolist() == ["refused"]
    assert received.findings["rule_id"].tolist() == ["F20"]


def test_cambridge_schools_abroad_are_left_out_and_counted(tmp_path: Path) -> None:
    lines = (
        "School ID,School Name,Course,Country\n,Lac Perdu,Computer Science,Canada\n120009000067,,Computer Science,USA\n"
    )
    received, result = read(tmp_path, "cambridge", "2022-23", ("list.csv", lines))
    assert result.table["nces_school_id_given"].tolist() == ["120009000067"]
    assert rules(received, result) == ["A05"]
