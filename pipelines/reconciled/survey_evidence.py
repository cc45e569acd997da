"""What survey answers say of a school, by the grade bands of the policy (domain.md 4.1). Orders nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipelines.reconciled.pointers import point_at
from pipelines.reconciled.signals import NO_SIGNALS, make_signals, plural, words
from schemas.policy_model import SurveyBand

ANSWERED = ("NONE", "SOME", "ALL")
"""Answers that say something; "I don't know" and blank do not."""
SAYS_YES = ("SOME", "ALL")
GROUPS = {
    "teacher_or_admin": ("teacher_survey", "from teachers or administrators"),
    "not_teacher_or_admin": ("other_survey", "from people other than teachers and administrators"),
}


def columns_asked(bands: Sequence[SurveyBand]) -> list[str]:
    """Columns of survey_responses that the bands read, beside source, file and row."""
    named = {name for band in bands for name in (*band.answered_by, *band.yes_when_some_or_all, *band.topics)}
    return ["role_group", "is_teacher_banner", *sorted(named)]


def judge_answers(answers: pd.DataFrame, schools: pd.DataFrame, bands: Sequence[SurveyBand]) -> pd.Series:
    """Yes (True), no (False) or no response (null) for each answer, as "boolean".

    answers: rows of survey_responses with `school`, the row number in `schools`. The grade flags of the school choose
    the band; a school whose flags are unknown falls to the band without grades.
    """
    where = answers["school"].to_numpy()
    flags = {name: schools[name].fillna(False).to_numpy(dtype=bool)[where] for name in ("offers_high", "offers_k8")}
    result = pd.Series(pd.NA, index=answers.index, dtype="boolean")
    left = np.ones(len(answers), dtype=bool)
    for band in bands:
        fits = left.copy()
        for name, wanted in (("offers_high", band.offers_high), ("offers_k8", band.offers_k8)):
            if wanted is not None:
                fits &= flags[name] == wanted
        left &= ~fits
        answered = answers[list(band.answered_by)].isin(ANSWERED).any(axis=1).to_numpy()
        result[fits & answered] = _says_yes(answers, band)[fits & answered]
    return result


def _says_yes(answers: pd.DataFrame, band: SurveyBand) -> np.ndarray:
    yes = answers[list(band.yes_when_some_or_all)].isin(SAYS_YES).any(axis=1).to_numpy()
    if band.topics:
        topic = answers[list(band.topics)].fillna(False).to_numpy(dtype=bool).any(axis=1)
        if band.banner_needs_no_topic:
            topic = topic | answers["is_teacher_banner"].fillna(False).to_numpy(dtype=bool)
        yes = yes & topic
    return yes


def survey_signals(
    answers: pd.DataFrame, schools: pd.DataFrame, bands: Sequence[SurveyBand], school_year: str
) -> list[pd.DataFrame]:
    """Signals of the two groups of respondents. Answers of `school` -1 (not linked) are no evidence."""
    placed = answers[answers["school"] >= 0]
    says = judge_answers(placed, schools, bands)
    counted = placed.assign(yes=says)[says.notna()]
    return [
        _group_signals(counted[counted["role_group"] == group], kind, who, school_year)
        for group, (kind, who) in GROUPS.items()
    ]


def _group_signals(answers: pd.DataFrame, kind: str, who: str, school_year: str) -> pd.DataFrame:
    if answers.empty:
        return NO_SIGNALS
    out = point_at(answers)
    out["records_yes"] = answers["yes"].astype("int64").groupby(answers["school"]).sum()
    out["records_no"] = out["records"] - out["records_yes"]
    all_yes, all_no = out["records_no"] == 0, out["records_yes"] == 0
    out["outcome"] = np.select([all_yes, all_no], ["consistent_yes", "consistent_no"], "mixed")
    total = plural(out["records"], "survey answer", "survey answers") + f" {who} "
    one = (out["records"] == 1).to_numpy()
    agree = total + words(np.where(one, "says ", "say "), out.index) + words(np.where(all_yes, "yes", "no"), out.index)
    split = total + "disagree: " + out["records_yes"].astype("str") + " yes, " + out["records_no"].astype("str") + " no"
    out["found"] = agree.where(all_yes | all_no, split) + " (" + out["places"] + ")"
    out["short"] = "the survey " + who
    return make_signals(kind, school_year, out.rename_axis("school").reset_index())
