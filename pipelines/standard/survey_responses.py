"""Survey answers of one school year: choices and flags in the words of the form, one answer per person and school.

Does not find the school (the linked stage does) nor say what an answer means for it (the policy does).
"""

from __future__ import annotations

import hashlib

import pandas as pd

from pipelines.shared.findings import join_findings
from pipelines.shared.records import Received, Standardised
from pipelines.shared.school_year import start_of
from pipelines.shared.text import match_key
from pipelines.standard import cells, standard_rows
from pipelines.standard.split import split_rows
from pipelines.standard.survey_checks import CONTACT, check_answers
from schemas.columns import TOPICS, column
from schemas.source_model import Source
from schemas.survey_words import EMAIL
from schemas.thresholds import threshold

CHOICES = ("how_many_do_hoc", "how_many_after_school", "how_many_10_hours", "how_many_20_hours", "class_frequency")
FLAGS = (*(f"topic_{topic}" for topic in TOPICS), "inaccuracy_reported", "share_with_regional_partners")
SCHOOL = (standard_rows.NCES, "school_name", "city", "state", "zip", "country")
COLUMNS = ("school_year", "form", "role", "submitted_at", *SCHOOL, *CHOICES, *FLAGS)
RESTRICTED_TEXT = (CONTACT, "submitter_name", "tell_us_more", "inaccuracy_comment", "topic_other_description")

NOT_IN_THE_LIST = "-1"
"""The form's school id for a school that the person typed instead (domain.md 7)."""
TEACHERS = ("TEACHER", "ADMINISTRATOR")
_TRUE, _FALSE = ("TRUE", "T", "1", "1.0", "YES", "Y"), ("FALSE", "F", "0", "0.0", "NO", "N")
_EMOJI = "[\U00010000-\U0010ffff]"
_NAMESPACE = "cs-access survey respondent "


def standardise_survey_responses(received: Received, source: Source, school_year: str) -> Standardised:
    """One person's last answer for each school, of those sent for this school year.

    Left out and counted: rows of files that a full delivery replaced, of other school years (R04 once per file: an
    export may hold several) and of other countries (A05). A blank box stays null; blank consent is no.
    Rules A05, D01, D02, D03, D05, D09, D17, D32, F16, R01 to R04, R06 to R12, R16 to R18; domain.md 4.1, 7 and 9,
    validation-and-reliability.md C3 and D.
    """
    rows = standard_rows.prepare_rows(received, source, COLUMNS)
    rows[standard_rows.NCES] = rows[standard_rows.NCES].where(rows[standard_rows.NCES] != NOT_IN_THE_LIST)
    rows, excluded, left_out = _leave_out(rows, received, school_year)

    read, findings = _read_cells(rows, source, school_year)
    private = _restricted_text(received, rows)
    no_contact = private[CONTACT].notna() & private["respondent_key"].isna()
    findings += [*left_out, standard_rows.note(rows[no_contact], "R01", school_year, column=CONTACT)]
    findings += check_answers(rows, read, private, _told_apart(read), school_year)
    sound, rejects = split_rows(rows, join_findings(findings), school_year)

    kept, earlier = _last_answers(read.loc[sound.index], private["respondent_key"])
    return standard_rows.hand_on(
        "survey_responses",
        kept,
        received,
        school_year,
        findings=[*findings, standard_rows.note(earlier, "R07", school_year)],
        rejects=[rejects],
        merged=earlier,
        excluded=excluded,
        restricted=pd.concat([kept["record_id"], private.loc[kept.index]], axis=1).reset_index(drop=True),
    )


def read_choices(text: pd.Series, allowed: tuple[str, ...]) -> pd.Series:
    """Answers in the form's words, whatever the letter case, underscores or kind of apostrophe; others as they are."""
    words = dict(zip(match_key(pd.Series(allowed, dtype="str")), allowed, strict=True))
    known = match_key(text).map(words)
    return known.where(known.notna(), text).astype("str")


def read_flags(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Three-valued flags from true/false, t/f, 1/0 and yes/no; and a marker for anything else (then null)."""
    words = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}
    flags = cells.per_value(text, lambda values: values.str.upper().map(words).astype("boolean"), "boolean")
    return flags, text.notna() & flags.isna()


def _leave_out(
    rows: pd.DataFrame, received: Received, school_year: str
) -> tuple[pd.DataFrame, list[pd.DataFrame], list[pd.DataFrame]]:
    """Rows of this delivery, year and country; the others; and what there is to say of those."""
    gone = rows["file"].isin(standard_rows.withdrawn_files(received))
    years = cells.read_years(rows["school_year"])
    other_year = ~gone & rows["school_year"].notna() & (years != school_year)
    foreign = ~gone & ~other_year & cells.is_foreign(rows["country"])
    findings = [
        standard_rows.note_per_file(rows[other_year], "R04", school_year, column="school_year"),
        standard_rows.note_per_file(rows[foreign], "A05", school_year, column="country"),
    ]
    stays = ~gone & ~other_year & ~foreign
    return rows[stays], [rows[gone], rows[other_year], rows[foreign]], findings


def _read_cells(rows: pd.DataFrame, source: Source, school_year: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The rows typed, unknown choices left as they are, and what there is to say of their cells."""
    states, odd_state = cells.read_states(rows["state"])
    zips, odd_zip = cells.read_zips(rows["zip"], states)
    named = rows["school_name"].notna()
    ids, id_findings = standard_rows.read_nces_ids(rows, states, source, school_year, can_do_without=named)
    times = cells.read_times(rows["submitted_at"])
    distance = (cells.start_year(times) - start_of(school_year)).abs()
    odd_time = (rows["submitted_at"].notna() & times.isna()) | (distance > threshold("r04_years_around")).fillna(
        False
    ).astype(bool)
    roles = _read_column(rows, "role")
    odd_role = roles.notna() & ~roles.isin(column("role").allowed)

    findings = [
        id_findings,
        standard_rows.note(rows[~named & rows[standard_rows.NCES].isna()], "R18", school_year, column="school_name"),
        standard_rows.note(rows[odd_state], "D32", school_year, column="state", values=rows["state"]),
        standard_rows.note(rows[odd_zip], "D17", school_year, column="zip", values=rows["zip"]),
        standard_rows.note(rows[odd_time], "R04", school_year, column="submitted_at", values=rows["submitted_at"]),
        standard_rows.note(rows[odd_role], "R02", school_year, column="role", values=rows["role"]),
    ]
    read = {
        standard_rows.NCES: ids,
        "state": states,
        "zip": zips,
        "submitted_at": times,
        "role": roles.mask(odd_role, "OTHER"),
    }
    for name in ("school_name", "city"):
        read[name] = _without_emoji(rows[name])
    for name in CHOICES:
        read[name] = _read_column(rows, name)
        unknown = read[name].notna() & ~read[name].isin(column(name).allowed)
        findings.append(standard_rows.note(rows[unknown], "R03", school_year, column=name, values=rows[name]))
    for name in FLAGS:
        read[name], unknown = read_flags(rows[name])
        findings.append(standard_rows.note(rows[unknown], "R03", school_year, column=name, values=rows[name]))
    out = rows.assign(**read)
    teacher = out["role"].isin(TEACHERS)
    out["role_group"] = teacher.map({True: "teacher_or_admin", False: "not_teacher_or_admin"}).astype("str")
    form = cells.per_value(rows["form"], match_key)
    out["is_teacher_banner"] = form.str.startswith("censusteacherbanner", na=False)
    out["share_with_regional_partners"] = out["share_with_regional_partners"].fillna(False)
    return out, findings


def _read_column(rows: pd.DataFrame, name: str) -> pd.Series:
    return cells.per_value(rows[name], lambda text: read_choices(text, column(name).allowed))


def _restricted_text(received: Received, rows: pd.DataFrame) -> pd.DataFrame:
    """The restricted columns and the key of the respondent, for these rows; e-mails lower-cased.

    A broken address identifies nobody ("none" would fold many people into one), so it gives no key.
    """
    text = standard_rows.restricted_of(received, RESTRICTED_TEXT).loc[rows.index]
    out = pd.DataFrame({name: _without_emoji(text[name]) for name in RESTRICTED_TEXT})
    out[CONTACT] = out[CONTACT].str.lower()
    usable = out[CONTACT].str.fullmatch(EMAIL, na=False) & (out[CONTACT].str.len() <= threshold("r01_address_length"))
    out["respondent_key"] = out[CONTACT].where(usable).map(_respondent_key, na_action="ignore").astype("str")
    return out


def _respondent_key(address: str) -> str:
    return hashlib.sha256((_NAMESPACE + address).encode()).hexdigest()


def _without_emoji(text: pd.Series) -> pd.Series:
    clean = text.str.replace(_EMOJI, "", regex=True).str.strip()
    return clean.where(clean != "")


def _told_apart(rows: pd.DataFrame) -> pd.Series:
    """What tells the schools of answers apart: the NCES id, else the typed name with its state."""
    typed = cells.per_value(rows["school_name"], match_key) + "|" + rows["state"].fillna("")
    return rows[standard_rows.NCES].where(rows[standard_rows.NCES].notna(), typed)


def _last_answers(rows: pd.DataFrame, respondent: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The last answer of each person for each school with `source_rows`, and the earlier ones, by file and row.

    Without an address each answer is a person of its own. Ties of time are broken by what the answers say, so that the
    order of the rows decides nothing; only equal answers go by file and row.
    """
    person = respondent.reindex(rows.index)
    keys = pd.DataFrame(
        {
            "person": person.where(person.notna(), rows["record_id"]),
            "school": _told_apart(rows),
            "at": rows["submitted_at"].fillna(""),
        }
    )
    tied = keys.duplicated(["person", "school", "at"], keep=False)
    keys["said"] = ""
    for name in COLUMNS if tied.any() else ():
        keys["said"] += rows[name].astype("str").fillna("").where(tied, "") + "|"
    keys = keys.sort_values(["at", "said"], kind="stable")
    last = ~keys.duplicated(["person", "school"], keep="last").reindex(rows.index)
    answers = keys.groupby(["person", "school"], dropna=False)["at"].transform("size").reindex(rows.index)
    return rows[last].assign(source_rows=answers[last].astype("Int64")), rows[~last]
