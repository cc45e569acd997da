"""Survey answers: every rule fires on its row and is silent on a sound one; the last answer of a person stands."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.standard.split import unaccounted
from pipelines.standard.survey_responses import standardise_survey_responses
from schemas.columns import HOW_MANY, RESTRICTED
from tests.unit.received_by_hand import fate, fired, received_by_hand, source_of

SOUND = {
    "form": "CensusYourSchool2017v7",
    "school_year": "2018",
    "role": "TEACHER",
    "submitter_email_address": "ada@school.example",
    "submitter_name": "Ada Canary",
    "tell_us_more": "free canary text",
    "submitted_at": "2018-10-01 09:00:00 UTC",
    "nces_school_id_given": "120009000067",
    "how_many_20_hours": "SOME",
    "how_many_10_hours": "NONE",
    "topic_blocks": "true",
}
TYPED = {**SOUND, "nces_school_id_given": "-1", "school_name": "Carver High", "city": "Tampa", "state": "Florida"}


def standardise(*rows, school_year="2018-19", **options):
    received = received_by_hand("survey", {"export.csv": list(rows)}, school_year=school_year, **options)
    result = standardise_survey_responses(received, source_of("survey"), school_year)
    assert unaccounted(result.accounts).empty
    return result


def rules(result):
    return sorted(set(result.findings["rule_id"]))


def text(*values):
    return pd.Series(values, dtype="str")


def test_a_sound_answer_is_kept_without_a_finding():
    result = standardise(SOUND)
    assert result.findings.empty
    assert result.rejects.empty
    row = result.table.iloc[0]
    assert row["record_id"] == "survey:survey/2018-19/export.csv:2"
    assert row["nces_school_id_given"] == "120009000067"
    assert row["role_group"] == "teacher_or_admin"
    assert row["submitted_at"] == "2018-10-01T09:00:00"
    assert row["topic_blocks"]
    assert pd.isna(row["topic_text"])
    assert not row["share_with_regional_partners"]
    assert pd.isna(row["inaccuracy_reported"])
    assert row["source_rows"] == 1


CASES = [
    ("R01", {"submitter_email_address": "ada at school"}, "kept"),
    ("R02", {"role": "PRINCIPAL"}, "kept"),
    ("R03", {"how_many_20_hours": "MANY"}, "rejected"),
    ("R03", {"how_many_do_hoc": "2"}, "rejected"),
    ("R03", {"class_frequency": "DAILY"}, "rejected"),
    ("R03", {"topic_text": "maybe"}, "rejected"),
    ("R03", {"share_with_regional_partners": "perhaps"}, "rejected"),
    ("R04", {"submitted_at": "2021-10-01 09:00:00"}, "kept"),
    ("R04", {"submitted_at": "2016-10-01"}, "kept"),
    ("R04", {"submitted_at": "last week"}, "kept"),
    ("R18", {"nces_school_id_given": ""}, "rejected"),
    ("R18", {"nces_school_id_given": "-1", "city": "Tampa", "state": "FL"}, "rejected"),
    ("D01", {"nces_school_id_given": "12"}, "rejected"),
    ("D02", {"nces_school_id_given": "10000500870"}, "kept"),
    ("D03", {"nces_school_id_given": "1.20009E+11"}, "rejected"),
    ("D05", {"state": "GA"}, "kept"),
    ("D09", {"nces_school_id_given": "326758"}, "kept"),
    ("D17", {"zip": "336"}, "kept"),
    ("D32", {"state": "Ontario"}, "kept"),
    ("", {"submitted_at": "2019-12-01"}, "kept"),
    ("", {"submitted_at": "2017-09-01"}, "kept"),
    ("", {"submitted_at": ""}, "kept"),
    ("", {"submitted_at": "10/1/2018 9:05 PM"}, "kept"),
    ("", {"role": ""}, "kept"),
    ("", {"role": "STUDENT"}, "kept"),
    ("", {"school_year": ""}, "kept"),
    ("", {"school_year": "2018-2019"}, "kept"),
    ("", {"country": "US"}, "kept"),
    ("", {"country": "Puerto Rico"}, "kept"),
    ("", {"zip": "33610-1234"}, "kept"),
    ("", {"how_many_20_hours": "I don’t know"}, "kept"),
    ("", {"how_many_20_hours": "some"}, "kept"),
    ("", {"class_frequency": "less_than_one_hour_per_week"}, "kept"),
]


@pytest.fixture(scope="module")
def judged():
    rows = [
        {**SOUND, "submitter_email_address": f"{n}@school.example", **change} for n, (_, change, _) in enumerate(CASES)
    ]
    return standardise(*rows)


@pytest.mark.parametrize("case", range(len(CASES)), ids=[f"{rule or 'sound'}: {change}" for rule, change, _ in CASES])
def test_a_rule_fires_on_its_row_and_only_there(judged, case):
    rule, _, became = CASES[case]
    assert fired(judged, case + 2) == ([rule] if rule else [])
    assert fate(judged, case + 2) == became


def test_roles_fall_into_two_groups():
    roles = ["teacher", "ADMINISTRATOR", "PARENT", "VOLUNTEER", "STUDENT", "PRINCIPAL", ""]
    table = standardise(*({**SOUND, "submitter_email_address": "", "role": role} for role in roles)).table
    assert table["role"].tolist()[:-1] == ["TEACHER", "ADMINISTRATOR", "PARENT", "VOLUNTEER", "STUDENT", "OTHER"]
    assert pd.isna(table["role"].iloc[-1])
    assert table["role_group"].tolist() == ["teacher_or_admin"] * 2 + ["not_teacher_or_admin"] * 5


def test_the_form_says_whether_it_was_the_banner():
    forms = ["CensusTeacherBannerV1", "CensusHoc2017v3", ""]
    table = standardise(*({**SOUND, "submitter_email_address": "", "form": form} for form in forms)).table
    assert table["is_teacher_banner"].tolist() == [True, False, False]


def test_a_typed_school_keeps_its_name_and_place():
    row = standardise({**TYPED, "zip": "33610-0001"}).table.iloc[0]
    assert pd.isna(row["nces_school_id_given"])
    assert (row["school_name"], row["city"], row["state"], row["zip"]) == ("Carver High", "Tampa", "FL", "33610")


def test_an_unreadable_id_beside_a_typed_name_is_left_out_and_the_answer_goes_on():
    result = standardise({**TYPED, "nces_school_id_given": "1.2E+11"})
    assert result.findings[["rule_id", "severity"]].values.tolist() == [["D03", "warn"]]
    assert pd.isna(result.table.iloc[0]["nces_school_id_given"])


def test_emoji_are_taken_out_of_text_only():
    result = standardise({**TYPED, "school_name": "Carver \U0001f600 High", "tell_us_more": "fun \U0001f600"})
    assert "\U0001f600" not in result.table.iloc[0]["school_name"]
    assert result.restricted.iloc[0]["tell_us_more"] == "fun"


def test_answers_from_abroad_are_left_out_and_counted():
    result = standardise(SOUND, {**TYPED, "country": "Canada", "state": "ON"}, {**TYPED, "country": "canada"})
    assert result.accounts.iloc[0]["rows_excluded"] == 2
    assert result.findings[["rule_id", "finding_rows"]].values.tolist() == [["A05", 2]]


def test_rows_of_other_years_are_left_out_with_one_finding():
    result = standardise(SOUND, {**SOUND, "school_year": "2017"}, {**SOUND, "school_year": "soon"})
    assert result.accounts.iloc[0][["rows_kept", "rows_excluded"]].tolist() == [1, 2]
    found = result.findings.iloc[0]
    assert (found["rule_id"], found["finding_rows"]) == ("R04", 2)
    assert pd.isna(found["row"])


def test_the_last_answer_of_a_person_for_a_school_stands():
    early = {**SOUND, "how_many_20_hours": "NONE"}
    late = {**SOUND, "submitter_email_address": " ADA@school.example ", "submitted_at": "2018-11-01"}
    result = standardise(late, early)
    assert result.table["row"].tolist() == [2]
    assert result.table.iloc[0]["source_rows"] == 2
    assert result.findings[["rule_id", "row"]].values.tolist() == [["R07", 3]]
    assert result.accounts.iloc[0][["rows_kept", "rows_merged"]].tolist() == [1, 1]


def test_one_answer_per_person_and_school():
    others = [
        {"submitter_email_address": "bob@school.example"},
        {"nces_school_id_given": "120009000068"},
        {"nces_school_id_given": "-1", "school_name": "Carver High", "state": "FL"},
    ]
    result = standardise(
        SOUND, *({**SOUND, **change} for change in others), *({**SOUND, **change} for change in others)
    )
    assert result.table["row"].tolist() == [2, 6, 7, 8]
    assert result.table["source_rows"].tolist() == [1, 2, 2, 2]


def test_answers_without_a_contact_are_from_different_people():
    rows = [{**SOUND, "submitter_email_address": address} for address in ("", "none", "n/a") * 2]
    assert len(standardise(*rows).table) == 6


def test_typed_names_of_one_school_are_compared_without_case_and_punctuation():
    assert len(standardise(TYPED, {**TYPED, "school_name": "CARVER  HIGH.", "state": "fl"}).table) == 1
    assert len(standardise(TYPED, {**TYPED, "state": "GA"}).table) == 2


def test_of_equal_answers_at_equal_times_the_later_row_stands():
    assert standardise(SOUND, SOUND).table["row"].tolist() == [3]


def test_a_rejected_answer_does_not_replace_an_earlier_sound_one():
    result = standardise(SOUND, {**SOUND, "submitted_at": "2018-12-01", "how_many_20_hours": "MANY"})
    assert result.table["row"].tolist() == [2]


def test_shuffled_rows_give_the_same_tables():
    rows = [
        {**SOUND, "how_many_20_hours": n, "submitter_email_address": f"{i % 2}@s.example"}
        for i, n in enumerate(HOW_MANY)
    ]
    received = received_by_hand("survey", {"a.csv": rows, "b.csv": rows})
    again = received_by_hand("survey", {"a.csv": rows, "b.csv": rows})
    order = again.rows.sample(frac=1, random_state=3).index
    again.rows, again.restricted = again.rows.loc[order], again.restricted.loc[order]
    first, second = (standardise_survey_responses(r, source_of("survey"), "2018-19") for r in (received, again))
    pd.testing.assert_frame_equal(first.table, second.table)
    pd.testing.assert_frame_equal(first.findings, second.findings)
    pd.testing.assert_frame_equal(first.restricted, second.restricted)


def test_restricted_columns_stand_only_in_the_restricted_bundle():
    canaries = ("canary", "school.example")
    broken = {**SOUND, "submitter_email_address": "canary at school.example"}
    rejected = {**SOUND, "how_many_20_hours": "canary-free", "submitter_email_address": "bob@school.example"}
    result = standardise(SOUND, broken, {**rejected, "how_many_20_hours": "MANY"})
    for frame in (result.table, result.findings, result.rejects, result.accounts):
        whole = frame.to_csv().casefold()
        assert not any(canary in whole for canary in canaries)
        assert not RESTRICTED & set(frame.columns)
    assert result.restricted["record_id"].tolist() == result.table["record_id"].tolist()
    assert result.restricted.iloc[0]["submitter_name"] == "Ada Canary"
    assert result.restricted["respondent_key"].str.len().dropna().tolist() == [64]


def test_rows_of_a_superseded_file_are_left_out_and_counted():
    received = received_by_hand("survey", {"a.csv": [SOUND, TYPED], "b.csv": [SOUND]}, superseded=("a.csv",))
    result = standardise_survey_responses(received, source_of("survey"), "2018-19")
    assert result.table["file"].unique().tolist() == ["survey/2018-19/b.csv"]
    assert result.accounts["rows_excluded"].tolist() == [2, 0]


def test_findings_name_the_column_as_the_file_spells_it():
    result = standardise({**SOUND, "submitted_at": "never"}, spelled={"submitted_at": "created_at"})
    assert result.findings["column"].tolist() == ["created_at"]


def test_restricted_rows_that_are_missing_are_an_error():
    received = received_by_hand("survey", {"a.csv": [SOUND, SOUND]})
    received.restricted = received.restricted.head(1)
    with pytest.raises(ValueError, match="same files and rows"):
        standardise_survey_responses(received, source_of("survey"), "2018-19")


def test_no_rows_give_empty_tables():
    result = standardise()
    assert result.table.empty
    assert result.restricted.empty


def test_two_answers_of_one_moment_are_told_apart_by_what_they_say():
    one, other = {**SOUND, "role": "TEACHER"}, {**SOUND, "role": "PARENT"}
    assert standardise(one, other).table["role"].tolist() == standardise(other, one).table["role"].tolist()
