"""Survey exports, one file a year: rolled answers, and the hand-written ones that decide known answers. No verdict."""

from __future__ import annotations

from typing import Any

from tests.world.canaries import CANARIES
from tests.world.files import Sent, names, table_text
from tests.world.places import FIRST_NAMES, LAST_NAMES, STATE_NAMES, pick, roll
from tests.world.schools import YEARS, School, all_schools, by_key, teaches
from tests.world.survey_odd import odd_answers

TOPICS = names("blocks text robots internet security data web_design game_design ethical_social other do_not_know")
HEADER = [
    *names("id type school_year school_id school_name city state zip country"),
    *names("submitter_role submitter_email_address submitter_name"),
    *names("how_many_do_hoc how_many_after_school how_many_10_hours how_many_20_hours class_frequency"),
    *(f"topic_{topic}" for topic in TOPICS[:-1]),
    *names("topic_other_description topic_do_not_know other_classes_under_20_hours pledged"),
    *names("share_with_regional_partners tell_us_more inaccuracy_reported inaccuracy_comment created_at"),
]
FORMS = {"2016-17": "CensusYourSchool2017v0", "2017-18": "CensusYourSchool2017v4", "2018-19": "CensusYourSchool2017v5"}
BANNER = "CensusTeacherBannerV1"
ROLES = ("TEACHER", "TEACHER", "TEACHER", "ADMINISTRATOR", "PARENT", "PARENT", "VOLUNTEER", "OTHER", "")
Row = dict[str, str]
TEXT: dict[str, Any] = {"topic_text": "true"}
BLOCKS: dict[str, Any] = {"topic_blocks": "true"}


def answer(school: School, year: str, role: str, twenty: str, *, when: str = "", who: int = 0, **cells: Any) -> Row:
    """One answer that picked the school from the list. `who` tells respondents of one school apart."""
    first, last = pick(FIRST_NAMES, school.nces, year, who), pick(LAST_NAMES, school.nces, year, who, "last")
    day = f"{int(year[:4]) + who % 2}-{('10', '02')[who % 2]}-{1 + int(roll('day', school.nces, year, who) * 27):02d}"
    return {
        "type": FORMS[year],
        "school_year": year[:4],
        "school_id": school.nces,
        "submitter_role": role,
        "submitter_email_address": f"{first}.{last}.{school.nces[-5:]}{who}@school.example".lower(),
        "submitter_name": f"{first} {last}",
        "how_many_do_hoc": pick(("NONE", "SOME", "ALL"), "hoc", school.nces, year),
        "how_many_after_school": pick(("NONE", "SOME", "I DON'T KNOW"), "after", school.nces, year),
        "how_many_20_hours": twenty,
        "class_frequency": "THREE PLUS HOURS PER WEEK" if twenty in ("SOME", "ALL") else "",
        "pledged": "true" if role == "TEACHER" else "",
        "share_with_regional_partners": pick(("true", "false", ""), "share", school.nces, who),
        "created_at": when or f"{day} 14:03:22 UTC",
        **cells,
    }


def typed(row: Row, school: School, name: str, **place: str) -> Row:
    """The same answer from somebody who did not find the school in the list and typed it."""
    typed_place = {"city": school.town.city, "state": school.town.state, "zip": school.town.zip, **place}
    return {**row, "school_id": "-1", "school_name": name, **typed_place, "country": "US"}


def _typed_name(school: School) -> str:
    spellings = (
        school.name,
        school.name.upper(),
        school.name.replace("High School", "HS").replace("Elementary School", "Elem"),
        f" {school.name.lower()}",
        # A misspelling: no certain rung finds it, so it waits for a person.
        school.name[:3] + school.name[4:],
    )
    return pick(spellings, "typed", school.nces)


def _rolled(year: str) -> list[Row]:
    rows = []
    for one in all_schools():
        if one.special or not one.runs(year):
            continue
        school, die = one.in_year(year), roll("answers", one.nces, year)
        for who in range(0 if die < 0.3 else 1 if die < 0.78 else 2):
            role = pick(ROLES, "role", one.nces, year, who)
            right = roll("right", one.nces, year, who) < 0.88
            unsure = roll("unsure", one.nces, year, who) < 0.05
            twenty = "I DON'T KNOW" if unsure else "SOME" if teaches(one, year) == right else "NONE"
            topics = pick(("topic_text", "topic_blocks", "topic_web_design"), "topic", one.nces, who)
            cells: dict[str, Any] = {topics: "true", "topic_robots": "false"} if twenty == "SOME" else {}
            if not one.is_high:
                cells["how_many_10_hours"] = twenty
            if role == "TEACHER" and roll("banner", one.nces, year, who) < 0.2:
                cells = {"type": BANNER, "how_many_10_hours": cells.get("how_many_10_hours", "")}
            row = answer(school, year, role, twenty, who=who, **cells)
            if roll("types", one.nces, year, who) < 0.2:
                row = typed(row, school, _typed_name(school))
                if roll("state name", one.nces) < 0.3:
                    row["state"] = STATE_NAMES[school.town.state].title()
            elif roll("zero", one.nces, who) < 0.3:
                # defect 1 once more: the id's leading zero is lost where the state has one.
                row["school_id"] = row["school_id"].removeprefix("0") if one.lea else row["school_id"]
            rows.append(row)
    return rows


def _known(year: str) -> list[Row]:
    """The answers that decide known answers; each school's other evidence is in answers.py."""
    school = {key: s.in_year(year) for key, s in by_key().items()}
    if year == "2016-17":
        return [answer(school["private_taught"], year, "TEACHER", "ALL", **TEXT)]
    if year == "2017-18":
        return [
            answer(school["private_denied"], year, "PARENT", "NONE"),
            answer(school["private_mixed"], year, "TEACHER", "SOME", **TEXT),
            answer(school["private_mixed"], year, "ADMINISTRATOR", "NONE", who=1),
        ]
    twice = school["changed_mind"]
    by_name = answer(school["typed"], year, "PARENT", "ALL", **BLOCKS)
    return [
        answer(school["teacher_yes"], year, "TEACHER", "SOME", **TEXT),
        answer(school["teacher_mixed"], year, "TEACHER", "SOME", **TEXT),
        answer(school["teacher_mixed"], year, "TEACHER", "NONE", who=1),
        answer(school["ap_beats_teacher"], year, "TEACHER", "NONE"),
        answer(school["overridden"], year, "TEACHER", "ALL", **TEXT),
        # Elementary: 10 hours are enough and no topic is asked (domain.md 4.1).
        answer(school["elementary"], year, "TEACHER", "NONE", how_many_10_hours="SOME"),
        # High school: 20 hours without a programming topic are a No.
        answer(
            school["no_topic"], year, "TEACHER", "SOME", topic_internet="true", topic_text="false", topic_blocks="false"
        ),
        # The teacher banner has no topic boxes, so its 20 hours count.
        answer(school["banner"], year, "TEACHER", "SOME", type=BANNER),
        answer(school["teacher_no"], year, "TEACHER", "NONE"),
        answer(school["id_mixed"], year, "TEACHER", "ALL", **TEXT),
        answer(school["id_mixed"], year, "TEACHER", "NONE", who=1),
        typed(by_name, school["typed"], " Typedcote high school "),
        # One person twice: the last answer counts (R07).
        answer(twice, year, "TEACHER", "SOME", when="2018-09-20 08:00:00 UTC", **TEXT),
        answer(twice, year, "TEACHER", "NONE", when="2018-11-02 09:30:00 UTC"),
        answer(school["dont_know"], year, "TEACHER", "I DON'T KNOW"),
        # Grades KG to 12: the rule of mixed schools, no topic needed.
        answer(school["mixed_grades"], year, "TEACHER", "SOME"),
        # R14: an answer for a school that closed; its closing is what a person must look at.
        answer(school["asked_closed"], year, "PARENT", "SOME", **BLOCKS),
    ]


def _with_canaries(rows: list[Row]) -> list[Row]:
    """Every ninth answer carries each restricted column's canary; a canary address is then one person."""
    text = {
        name: value for name, value in CANARIES.items() if name not in ("teacher_name_or_id", "submitter_email_address")
    }
    return [{**row, **text, "inaccuracy_reported": "true"} if n % 9 == 4 else row for n, row in enumerate(rows)]


def survey_export(year: str) -> str:
    """One year's export in order of arrival."""
    plain = [*_known(year), *_rolled(year)]
    rows = sorted(
        [*_with_canaries(plain), *odd_answers(year, answer, typed)], key=lambda r: (r["created_at"], r["school_id"])
    )
    return table_text(HEADER, ({"id": str(1000 + n), **row} for n, row in enumerate(rows)))


def survey_files() -> list[Sent]:
    """One export a year, when the school year is over."""
    return [
        Sent(
            "survey", year, f"census_submissions_{year}.csv", survey_export(year).encode(), f"{int(year[:4]) + 1}-07-15"
        )
        for year in YEARS
    ]
