"""The life of a school in words: which number is meant, whole names, what was decided, and no year left out."""

from __future__ import annotations

import pandas as pd

from pipelines.linked.school_life import lives_of_schools
from pipelines.linked.school_story import connected, story_text, tell_story
from pipelines.linked.successors import build_successors
from tests.stages.test_linked_school_life import MIDDLE, NEW, OLD, ONE, THIRD, YEARS, a_list
from tests.stages.test_linked_successors import NO_DECISIONS, decided


def told(
    asked: str, was: list[dict[str, object]], now: list[dict[str, object]], decisions: pd.DataFrame = NO_DECISIONS
) -> list[str]:
    lists = dict(zip(YEARS, (a_list(*was), a_list(*now)), strict=True))
    history = lives_of_schools(lists)
    successors = build_successors(history, decisions)
    ids = connected(asked, successors)
    listed = {year: rows[rows["nces_school_id"].isin(ids)] for year, rows in lists.items()}
    answers = {
        year: rows[["nces_school_id"]].assign(teaches_cs="U", decided_by_rule=None) for year, rows in listed.items()
    }
    return story_text(tell_story(asked, ids, history, successors, listed, answers)).split("\n")


def test_a_renumbered_school_is_told_by_either_number_and_counted_once() -> None:
    later = [ONE | {"nces_school_id": NEW, "school_name": "Nestucca Senior High"}]
    renumbered = told(NEW, [ONE], later)
    assert renumbered == told(OLD, [ONE], later)
    assert renumbered[:2] == ["Nestucca Senior High (Alderton, WA)", f"NCES id {NEW}, before: {OLD}"]
    assert any(f"New NCES id {NEW} instead of {OLD} (Nestucca High School is now" in line for line in renumbered)


def test_a_private_schools_name_is_told_whole() -> None:
    private = {"nces_school_id": "A1592001", "school_name": "Austin Montessori School", "leaid": None, "status": None}
    others = [{"nces_school_id": f"B000000{n}", "school_name": f"Other {n}{chr(97 + n)}", "street": f"{n} Elm", "zip": "98222"} for n in range(3)]  # fmt: skip
    later = private | {"nces_school_id": "A1599999", "school_name": "Austin Montessori School Inc"}
    story = "\n".join(told("A1599999", [private, *others], [later, *others]))
    assert "(Austin Montessori School is now Austin Montessori School Inc)" in story


def test_a_school_that_took_in_another_names_it_and_says_whose_name_changed() -> None:
    story = told(OLD, [ONE, MIDDLE], [ONE | {"school_name": "Nestucca Middle-High School"}])
    assert story[1] == f"NCES id {OLD}; took in: {THIRD}"
    assert any(f"Took in {THIRD} Nestucca Middle School" in line for line in story)
    assert any(f"{OLD}: Renamed from Nestucca High School to" in line for line in story)
    assert f"  answer U (no data) ({THIRD})" in story


def test_a_decision_is_told_and_from_then_on_the_school_is_counted_once() -> None:
    both = [ONE, MIDDLE]
    story = told(THIRD, both, both, decided(("same_school", OLD, THIRD, "2019-03-01")))
    assert f"  • {THIRD} counts as {OLD}: decided on 2019-03-01: asked the district." in story
    at = story.index("2018-19")
    assert f"  a file lists it under {THIRD} too; the school is counted once" in story[at:]
    assert [line for line in story[at:] if "answer" in line] == ["  answer U (no data)"]


def test_what_is_doubtful_is_told_as_such() -> None:
    other = {"school_name": "Quillback Elementary", "street": "9 Bay St", "city": "Cedarham", "zip": "98777"}
    story = told(OLD, [ONE], [ONE | other | {"state_school_id": "WA-77-1"}])
    assert any(
        "Perhaps another school under this NCES id: it was that of Nestucca High School" in line for line in story
    )
    assert story[-1] == "1 event is doubtful; nothing is followed until a person decides."
    settled = told(
        OLD,
        [ONE],
        [ONE | other | {"state_school_id": "WA-77-1"}],
        decided(("not_same_school", OLD, OLD, "2019-03-01")),
    )
    assert any(f"{OLD} is another school than before: decided" in line for line in settled)
    assert "doubtful; nothing" not in settled[-1]
