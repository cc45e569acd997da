"""AP and IB: code crosswalks and offerings, each rule on a row that fires it and one that does not."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.standard.ap_offerings import exam_of_file, standardise_ap_offerings
from pipelines.standard.ap_school_codes import standardise_ap_school_codes
from pipelines.standard.ib_offerings import standardise_ib_offerings
from pipelines.standard.ib_school_codes import standardise_ib_school_codes
from pipelines.standard.split import unaccounted
from tests.unit.received_by_hand import fate, fired, received_by_hand, source_of

STANDARDISERS = {
    "ap_school_codes": standardise_ap_school_codes,
    "ib_school_codes": standardise_ib_school_codes,
    "ap_offerings": standardise_ap_offerings,
    "ib_offerings": standardise_ib_offerings,
}
CODE_LISTS = (("ap_school_codes", "ap_school_code"), ("ib_school_codes", "ib_school_code"))
AP = {"ap_school_code": "010025", "ap_exam": "CSP"}
IB = {
    "ib_school_code": "003137",
    "school_name": "Harbor Academy",
    "country": "UNITED STATES",
    "state": "HAWAII",
    "ib_subject": "COMPUTER SC.",
    "ib_level": "HL",
    "nces_school_id_given": "00326758",
}


def text(*values):
    return pd.Series(values, dtype="str")


def standardise(source, files, **options):
    files = files if isinstance(files, dict) else {"list.csv": files}
    result = STANDARDISERS[source](received_by_hand(source, files, **options), source_of(source), "2018-19")
    assert unaccounted(result.accounts).empty
    return result


def all_fired(result):
    return [(rule, row) for rule, row in zip(result.findings["rule_id"], result.findings["row"], strict=True)]


def codes(source, *pairs, **options):
    column = dict(CODE_LISTS)[source]
    return standardise(source, [{column: c, "nces_school_id_given": i} for c, i in pairs], **options)


PAIRS = [
    ("110025", "010000500871", "", "110025"),
    ("446125", "00326758", "", "446125"),
    ("10025", "010000500872", "A01", "010025"),
    ("210025", "10000500871", "D02", "210025"),
    ("310025", "326758", "D09", "310025"),
    ("", "010000500871", "A02", None),
    ("000000", "010000500871", "A02", None),
    ("0", "010000500871", "A02", None),
    ("1234567", "010000500871", "A02", None),
    ("AB12", "010000500871", "A02", None),
    ("410025", "", "D01", None),
    ("410025", "30000500871", "D01", None),
    ("410025", "390464000000", "D03", None),
    ("410025", "1.2E+11", "D03", None),
]


@pytest.mark.parametrize(("source", "column"), CODE_LISTS)
def test_codes_and_ids_are_repaired_or_rejected(source, column):
    result = codes(source, *((code, school) for code, school, _, _ in PAIRS))
    assert [fired(result, row) for row, _ in enumerate(PAIRS, start=2)] == [
        [rule] if rule else [] for _, _, rule, _ in PAIRS
    ]
    assert result.table[column].tolist() == [kept for _, _, _, kept in PAIRS if kept]
    assert result.table["nces_school_id_given"].tolist()[-3:] == ["010000500872", "010000500871", "00326758"]
    assert len(result.rejects) == 9


@pytest.mark.parametrize(("source", "column"), CODE_LISTS)
def test_a_code_of_two_schools_is_rejected_on_every_row(source, column):
    result = codes(source, ("10025", "010000500871"), ("010025", "020000100206"), ("020205", "020000100206"))
    assert result.table[column].tolist() == ["020205"]
    assert [row for rule, row in all_fired(result) if rule == "A06"] == [2, 3]
    assert result.rejects["rule_ids"].tolist() == ["A06", "A06"]


def test_a_rejected_row_does_not_contest_a_code():
    result = codes("ap_school_codes", ("010025", "010000500871"), ("010025", "1.2E+11"))
    assert all_fired(result) == [("D03", 3)]
    assert len(result.table) == 1


def test_repeated_pairs_are_one_and_a_school_may_have_two_codes():
    result = codes("ap_school_codes", ("010025", "010000500871"), ("10025", "10000500871"), ("010026", "010000500871"))
    assert result.table["row"].tolist() == [2, 4]
    assert ("S16", 3) in all_fired(result)
    assert result.accounts.iloc[0][["rows_kept", "rows_merged"]].tolist() == [2, 1]


def test_rows_of_a_superseded_list_contest_no_code():
    rows = {
        "a.csv": [{"ap_school_code": "010025", "nces_school_id_given": "010000500871"}],
        "b.csv": [{"ap_school_code": "010025", "nces_school_id_given": "020000100206"}],
    }
    result = standardise("ap_school_codes", rows, superseded=("a.csv",))
    assert result.table["nces_school_id_given"].tolist() == ["020000100206"]
    assert result.accounts["rows_excluded"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("file", "exam"),
    [
        ("CSP-2018-2019.csv", "CSP"),
        ("csa_2018.csv", "CSA"),
        ("ap_offerings/2018-19/ledger.csv", ""),
        ("CSPX.csv", ""),
        ("CSA/ledger.csv", ""),
    ],
)
def test_the_exam_may_stand_in_the_name_of_the_file(file, exam):
    assert exam_of_file(file) == exam


def test_the_exam_of_the_row_goes_before_that_of_the_file():
    files = {"CSP-2018-2019.csv": [{"ap_school_code": "010025"}, {"ap_school_code": "010025", "ap_exam": "csa"}]}
    assert standardise("ap_offerings", files).table["ap_exam"].tolist() == ["CSP", "CSA"]


AP_ROWS = [
    ({}, [], "kept"),
    ({"state": "alabama"}, [], "kept"),
    ({"ap_school_code": "10025"}, ["A01"], "kept"),
    ({"ap_school_code": ""}, ["A02"], "rejected"),
    ({"ap_school_code": "000000"}, ["A02"], "rejected"),
    ({"ap_exam": "CALCULUS"}, ["A04"], "rejected"),
    ({"ap_exam": ""}, ["A04"], "rejected"),
    ({"state": "Ontario"}, ["D32"], "kept"),
    ({"country": "US"}, [], "kept"),
    ({"country": "Puerto Rico"}, [], "kept"),
    ({"country": "CA", "state": "CA"}, [], "neither"),
    ({"ledger_year": "2018-19"}, [], "kept"),
    ({"ledger_year": "2018-2019"}, [], "kept"),
    ({"ledger_year": "2017-18"}, [], "neither"),
    ({"ledger_year": "all years"}, [], "kept"),
    ({"school_name": "LESS THAN 10 AGGREGATE N=12", "ap_school_code": ""}, ["A02"], "rejected"),
]


@pytest.fixture(scope="module")
def ap_rows_judged():
    # A code of its own for each row, so that none is a repeat of another.
    return standardise(
        "ap_offerings",
        [{**AP, "ap_school_code": str(500000 + n), **change} for n, (change, _, _) in enumerate(AP_ROWS)],
    )


@pytest.mark.parametrize("case", range(len(AP_ROWS)), ids=[str(change) for change, _, _ in AP_ROWS])
def test_ap_rows_are_checked(ap_rows_judged, case):
    _, rules, became = AP_ROWS[case]
    assert fired(ap_rows_judged, case + 2) == rules
    assert fate(ap_rows_judged, case + 2) == became


def test_ledgers_that_overlap_are_one_offering_per_code_and_exam():
    row = {"ap_school_code": "010025"}
    result = standardise("ap_offerings", {"CSA-national.csv": [row], "CSA-provider.csv": [row, row], "CSP.csv": [row]})
    assert result.table[["ap_exam", "source_rows"]].values.tolist() == [["CSA", 3], ["CSP", 1]]
    assert [rule for rule, _ in all_fired(result)] == ["S16", "S16"]


def test_a_full_delivery_of_one_exam_leaves_the_other_alone():
    row = {"ap_school_code": "010025"}
    other = {"ap_school_code": "020026"}
    result = standardise("ap_offerings", {"CSA.csv": [row], "CSP.csv": [row], "CSP.2.csv": [other]}, delivery="full")
    assert result.table[["ap_school_code", "ap_exam"]].values.tolist() == [["010025", "CSA"], ["020026", "CSP"]]


def test_the_same_bytes_received_twice_are_left_out():
    received = received_by_hand("ap_offerings", {"CSA.csv": [AP], "CSA.2.csv": [AP]}, superseded=("CSA.2.csv",))
    received.files["sha256"] = "0" * 64
    result = standardise_ap_offerings(received, source_of("ap_offerings"), "2018-19")
    assert result.accounts[["rows_kept", "rows_excluded"]].values.tolist() == [[0, 1], [1, 0]]


def test_a_refused_delivery_replaces_nothing():
    received = received_by_hand("ap_offerings", {"CSA.csv": [AP], "CSA.2.csv": []}, delivery="full")
    received.files["file_status"] = ["accepted", "refused"]
    assert len(standardise_ap_offerings(received, source_of("ap_offerings"), "2018-19").table) == 1


def test_exam_names_of_the_ledgers_are_in_the_yaml():
    values = source_of("ap_offerings").layouts[0].values["ap_exam"]
    assert values["COMSCA"] == values["Computer Sci A"] == "CSA"
    assert values["COMSCP"] == values["Computer Sci Prin"] == "CSP"


IB_ROWS = [
    ({}, [], "kept"),
    ({"ib_level": "sl"}, [], "kept"),
    ({"ib_subject": "Computer science"}, [], "kept"),
    ({"nces_school_id_given": ""}, [], "kept"),
    ({"country": ""}, [], "kept"),
    ({"ib_school_code": "3137"}, ["A01"], "kept"),
    ({"ib_school_code": ""}, ["A02"], "rejected"),
    ({"ib_level": "XL"}, ["A04"], "rejected"),
    ({"ib_level": ""}, ["A04"], "rejected"),
    ({"ib_subject": ""}, ["A04"], "rejected"),
    ({"state": "Atlantis"}, ["D32"], "kept"),
    ({"nces_school_id_given": "12"}, ["D01"], "kept"),
    ({"nces_school_id_given": "1.2E+11"}, ["D03"], "kept"),
    ({"nces_school_id_given": "010000500871"}, ["D05"], "kept"),
    ({"nces_school_id_given": "326758"}, ["D09"], "kept"),
    ({"nces_school_id_given": "20000100206", "state": "Alaska"}, ["D02"], "kept"),
]


@pytest.fixture(scope="module")
def ib_rows_judged():
    # A code of its own for each row, so that none is a repeat of another.
    return standardise(
        "ib_offerings",
        [{**IB, "ib_school_code": str(500000 + n), **change} for n, (change, _, _) in enumerate(IB_ROWS)],
    )


@pytest.mark.parametrize("case", range(len(IB_ROWS)), ids=[str(change) for change, _, _ in IB_ROWS])
def test_ib_rows_are_checked(ib_rows_judged, case):
    _, rules, became = IB_ROWS[case]
    assert fired(ib_rows_judged, case + 2) == rules
    assert fate(ib_rows_judged, case + 2) == became


def test_an_ib_row_without_a_readable_id_goes_on_by_its_code():
    result = standardise("ib_offerings", [{**IB, "nces_school_id_given": "1.2E+11"}])
    assert result.findings["severity"].tolist() == ["warn"]
    assert pd.isna(result.table.iloc[0]["nces_school_id_given"])
    assert result.table.iloc[0]["state"] == "HI"


def test_other_countries_and_subjects_are_left_out_and_counted():
    rows = [IB, {**IB, "country": "CANADA"}, {**IB, "ib_subject": "BIOLOGY"}, {**IB, "ib_level": "SL"}, IB]
    result = standardise("ib_offerings", rows)
    assert result.table[["ib_level", "source_rows"]].values.tolist() == [["HL", 2], ["SL", 1]]
    assert result.accounts.iloc[0][["rows_in", "rows_kept", "rows_merged", "rows_excluded"]].tolist() == [5, 2, 1, 2]
    assert sorted(result.findings["rule_id"]) == ["A05", "S16"]
