"""What a name says beyond its words: the town behind it, words written together, spans of grades, names of other years."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.linked.ladder import link_records
from pipelines.linked.match_alike import alike_words
from pipelines.linked.match_name_places import with_cities_of_names
from pipelines.linked.match_other_names import names_in_history, with_other_names
from pipelines.linked.match_schools import match_schools
from pipelines.linked.match_words import name_words, written
from tests.linkage.test_cases import records_of
from tests.linkage.test_school_match import neighbors, school


def frame(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["state", "school_name", "city"]).astype("str")


LISTED = frame(
    ("NH", "Elm Street School", "Marlow"),
    ("NH", "Harbor Academy (Ashby)", "Ashby"),
    ("VT", "Hill School", "Saint Orrin"),
)


@pytest.mark.parametrize(
    ("state", "name", "city", "became"),
    [
        ("NH", "ELM STREET SCHOOL (MARLOW)", None, ("ELM STREET SCHOOL", "MARLOW")),
        ("NH", "Elm Street School, Marlow", None, ("Elm Street School", "Marlow")),
        ("NH", "Elm School in Marlow", None, ("Elm School", "Marlow")),
        ("VT", "Hill School (St. Orrin)", None, ("Hill School", "St. Orrin")),
        ("NH", "Harbor Academy (Ashby)", None, ("Harbor Academy (Ashby)", None)),
        ("NH", "Elm Street School (Marlow)", "Ashby", ("Elm Street School (Marlow)", "Ashby")),
        ("NH", "Elm School at Marlow", "Marlow", ("Elm School", "Marlow")),
        ("NH", "Elm School at Marlow", "Ashby", ("Elm School at Marlow", "Ashby")),
        ("NH", "Elm Street School, Marlow", "Marlow", ("Elm Street School", "Marlow")),
        ("NH", "Elm Street School (Marlow)", "MARLOW", ("Elm Street School", "Marlow")),
        ("NH", "Elm Street School (Annex)", None, ("Elm Street School (Annex)", None)),
        ("VT", "Elm Street School (Marlow)", None, ("Elm Street School (Marlow)", None)),
    ],
)
def test_a_town_behind_a_name_becomes_its_city(
    state: str, name: str, city: str | None, became: tuple[str, str | None]
) -> None:
    out = with_cities_of_names(frame((state, name, city)), LISTED).iloc[0]
    assert out["school_name"] == became[0]
    assert (None if pd.isna(out["city"]) else out["city"]) == became[1]


@pytest.mark.parametrize(
    "name", ["Verle Pre K-8 School", "Verle P-8 School", "Verle PK-8 School", "Verle PreK-8 School"]
)
def test_a_span_from_prekindergarten_is_no_preschool(name: str) -> None:
    assert written(name_words(pd.Series([name]))).tolist() == ["verle k 8 school"]


def test_a_preschool_stays_one() -> None:
    assert written(name_words(pd.Series(["Verle Pre-K Center"]))).tolist() == ["verle preschool center"]


def test_short_words_of_one_sound_are_not_alike() -> None:
    vocabulary = pd.Index(["vail", "valley", "petersen", "peterson"]).to_numpy(object)
    left, right = pd.Index([0, 2]).to_numpy(), pd.Index([1, 3]).to_numpy()
    alike = alike_words(vocabulary, left, right)
    assert alike.find(left, right).tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("given", "listed"),
    [("Papillow-LaVerra High School", "Papillow La Verra High School"), ("A N Mc Cullam High", "McCullam High School")],
)
def test_words_written_together_on_one_side_are_the_same_words(given: str, listed: str) -> None:
    schools = [school(f"{listed}||Marlow|40101", "XX") | {"nces_id": "1"}, *neighbors("XX")]
    asked = [school(f"{given}||Marlow|40101", "XX") | {"record_id": "1"}]
    found = match_schools(pd.DataFrame(asked), pd.DataFrame(schools)).iloc[0]
    assert (found["nces_id"], found["decision"]) == ("1", "auto")


def test_names_of_other_years_stand_behind_the_schools_each_once() -> None:
    directory = pd.DataFrame({"nces_id": ["1", "2"], "school_name": ["North High School", "South High"], "state": "XX"})
    names = pd.DataFrame(
        {"nces_id": ["2", "2", "1", "9"], "school_name": ["Hill High", "HILL HIGH", "North High", "x"]}
    )
    listed = with_other_names(directory, names)
    assert listed.schools == 2
    assert listed.school.tolist()[:2] == [0, 1]
    assert "Hill High" in listed.rows["school_name"].tolist() or "HILL HIGH" in listed.rows["school_name"].tolist()
    assert (listed.rows["school_name"].str.lower() == "hill high").sum() == 1
    assert "x" not in listed.rows["school_name"].tolist()


def test_a_recycled_id_lends_no_name() -> None:
    history = pd.DataFrame(
        {
            "nces_school_id": ["1", "2", "3"],
            "event_kind": ["renamed", "recycled_id", "opened"],
            "what_was": ["Old High", "Other School", None],
            "what_is_now": ["New High", "Third School", "x"],
        }
    )
    names = names_in_history(history)
    assert sorted(names["school_name"]) == ["New High", "Old High"]
    assert set(names["nces_id"]) == {"1"}


def test_a_given_id_whose_school_once_had_that_name_is_not_contradicted() -> None:
    directory = _two_schools()
    asked = records_of([{"record": {"state": "KY", "nces": "210000000001", "name": "Verle Toomey School"}}])
    names = pd.DataFrame({"nces_id": ["210000000001"], "school_name": ["Verle Toomey School"]})
    without = link_records(asked, directory).iloc[0]
    with_names = link_records(asked, directory, names).iloc[0]
    assert without["match_reason"] == "id_conflict"
    assert with_names["match_reason"] == "nces_id_given"


def _two_schools() -> pd.DataFrame:
    from pipelines.shared.findings import conform

    rows = [
        {
            "nces_school_id": f"21000000000{n}",
            "school_year": "2018-19",
            "state": "KY",
            "district_name": "Alder County",
            "school_name": name,
            "city": "Marlow",
            "zip": "40101",
            "sector": "public",
            "is_operating": True,
            "directory_sources": "nces_directory 2018-19",
        }
        for n, name in enumerate(("Harbor Academy", "Orchard Lane Elementary School"), start=1)
    ]
    return conform(pd.DataFrame(rows), "nces_schools")
