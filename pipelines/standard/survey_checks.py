"""Survey answers compared with themselves and each other: who answers, how often, and what contradicts itself.

Rejects nothing and reads no cell; says nothing of what a person wrote but that a rule fired.
"""

from __future__ import annotations

import pandas as pd

from pipelines.standard import standard_rows
from pipelines.standard.cells import per_value
from schemas.columns import TOPICS
from schemas.survey_words import ABUSE, COURSE_WORDS, EMAIL, PHONE, PRIVATE_MAIL
from schemas.thresholds import threshold

CONTACT, CONSENT = "submitter_email_address", "share_with_regional_partners"
FREE_TEXT = ("tell_us_more", "inaccuracy_comment", "topic_other_description")
NAMED_TOPICS = [f"topic_{topic}" for topic in TOPICS if topic != "do_not_know"]
HOUR = slice(0, 13)


def check_answers(
    rows: pd.DataFrame, read: pd.DataFrame, private: pd.DataFrame, school: pd.Series, school_year: str
) -> list[pd.DataFrame]:
    """Findings R06, R08 to R12, R16 and R17.

    rows: cells as sent. read: the same rows typed. private: their restricted text with respondent_key. school: what
    tells the schools of the answers apart. Source: validation-and-reliability.md C3.
    """
    topics = read[NAMED_TOPICS].fillna(False).any(axis=1)
    teacher = read["role_group"] == "teacher_or_admin"
    all_take = (read["how_many_20_hours"] == "ALL") & ~topics & ~read["is_teacher_banner"]
    none_take = (read["how_many_20_hours"] == "NONE") & (read["how_many_10_hours"] == "NONE")
    describes = _contains(private["tell_us_more"], COURSE_WORDS)
    found = [
        ("R06", teacher & _is_private_mail(private[CONTACT]), CONTACT),
        ("R08", _answers_for_many(private["respondent_key"], school), CONTACT),
        ("R09", _in_a_burst(school, read["submitted_at"]), "submitted_at"),
        ("R10", all_take, "how_many_20_hours"),
        ("R11", read["topic_do_not_know"].fillna(False).astype(bool) & topics, "topic_do_not_know"),
        ("R12", none_take & describes, "tell_us_more"),
        *(("R17", _contains(private[name], f"{EMAIL}|{PHONE}|{ABUSE}"), name) for name in FREE_TEXT),
    ]
    notes = [standard_rows.note(rows[where], rule_id, school_year, column=name) for rule_id, where, name in found]
    asked = rows[CONSENT].notna().groupby(rows["file"]).transform("any")
    blank = rows[asked & rows[CONSENT].isna()]
    return [*notes, standard_rows.note_per_file(blank, "R16", school_year, column=CONSENT)]


def _contains(text: pd.Series, pattern: str) -> pd.Series:
    found = text.dropna().str.contains(f"(?i){pattern}", regex=True)
    return found.reindex(text.index, fill_value=False).astype(bool)


def _is_private_mail(address: pd.Series) -> pd.Series:
    host = per_value(address, lambda cells: cells.str.replace(r"^.*@", "", regex=True).str.lower())
    return host.isin(PRIVATE_MAIL)


def _answers_for_many(person: pd.Series, school: pd.Series) -> pd.Series:
    schools = school.groupby(person).transform("nunique")
    return (schools > threshold("r08_schools")).fillna(False)


def _in_a_burst(school: pd.Series, submitted_at: pd.Series) -> pd.Series:
    hour = submitted_at.str[HOUR]
    answers = hour.groupby([school, hour]).transform("size")
    return (answers > threshold("r09_answers")).fillna(False)
