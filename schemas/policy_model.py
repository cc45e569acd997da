"""The shape of a policy in `policies/`: which evidence is asked in which order, and which answer each outcome gives.

Holds no policy and computes no answer: the policies are YAML files, the engine is `pipelines/reconciled/decide.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from schemas.columns import all_columns, column
from schemas.verdicts import CODES, DIRECT, Verdict

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

HERE = Path(__file__).parent
DEFAULT_POLICY = "census-2018"
SchoolYear = Annotated[str, Field(pattern=r"^20\d\d-\d\d$")]
State = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]

STATES: dict[str, str] = {
    "AK": "Alaska",
    "AL": "Alabama",
    "AR": "Arkansas",
    "AZ": "Arizona",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DC": "District of Columbia",
    "DE": "Delaware",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "IA": "Iowa",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "MA": "Massachusetts",
    "MD": "Maryland",
    "ME": "Maine",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MO": "Missouri",
    "MS": "Mississippi",
    "MT": "Montana",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "NE": "Nebraska",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NV": "Nevada",
    "NY": "New York",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VA": "Virginia",
    "VT": "Vermont",
    "WA": "Washington",
    "WI": "Wisconsin",
    "WV": "West Virginia",
    "WY": "Wyoming",
}
"""The 50 states and DC, the places of the access report (domain.md 13): postal code -> name."""

_OFFERS = ("offered",)
_SURVEY = ("consistent_yes", "consistent_no", "mixed")
OUTCOMES: dict[str, tuple[str, ...]] = {
    "override": (*CODES, "no_answer"),
    "staff_entry": (*CODES, "no_answer"),
    "ap": _OFFERS,
    "ib": _OFFERS,
    "provider": ("offered", "takes_part"),
    "teacher_survey": _SURVEY,
    "other_survey": _SURVEY,
    "state": ("counts", "none_counts", "not_listed"),
    "last_year": tuple(str(code) for code in DIRECT),
    "two_years_ago": tuple(str(code) for code in DIRECT),
}
"""What each kind of evidence can come out as. provider: its list names a course of the school; or it names the school
only as one that takes part (in training, on a platform), which need not be a course. state: a listed course counts; courses are listed but none counts; the
school is missing from a complete file. The words yes and no are avoided: YAML reads them as flags."""

HISTORY: dict[str, int] = {"last_year": 1, "two_years_ago": 2}
"""Kinds of evidence that are earlier answers, and how many years they lie back."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """Other evidence of the same school: of that kind, with one of those outcomes."""

    evidence_kind: str
    outcomes: tuple[str, ...]

    @model_validator(mode="after")
    def _outcomes_exist(self) -> Condition:
        _check_outcomes(self.evidence_kind, self.outcomes)
        return self


class PolicyRule(_Strict):
    """One place in the order. The first rule with an answer wins.

    gives: outcome of the evidence -> answer; an outcome that is not listed is left to later rules.
    meets: the rule speaks only where one of these conditions holds as well (a conflict between two sources).
    """

    label: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    evidence_kind: str
    gives: dict[str, Verdict] = Field(min_length=1)
    meets: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _outcomes_exist(self) -> PolicyRule:
        _check_outcomes(self.evidence_kind, tuple(self.gives))
        historical = {Verdict.HISTORICAL_YES, Verdict.HISTORICAL_NO, Verdict.HISTORICAL_MAYBE}
        if self.evidence_kind in HISTORY and not set(self.gives.values()) <= historical:
            raise ValueError(f"rule {self.label}: an earlier answer gives HY, HN or HM, nothing else")
        return self


class SurveyBand(_Strict):
    """What a survey answer means at schools with these grades. The first band that fits a school is taken.

    offers_high, offers_k8: true, or false (not true: false or unknown), or left out when either will do.
    answered_by: the answer counts when one of these was answered with NONE, SOME or ALL.
    yes_when_some_or_all: it says yes when one of these is SOME or ALL, and no otherwise.
    topics: a yes needs one of these boxes too, except on the teacher banner when `banner_needs_no_topic`.
    """

    band: str
    offers_high: bool | None = None
    offers_k8: bool | None = None
    answered_by: tuple[str, ...] = Field(min_length=1)
    yes_when_some_or_all: tuple[str, ...] = Field(min_length=1)
    topics: tuple[str, ...] = ()
    banner_needs_no_topic: bool = False

    @field_validator("answered_by", "yes_when_some_or_all", "topics")
    @classmethod
    def _columns_exist(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        start = "topic_" if info.field_name == "topics" else "how_many_"
        unknown = [name for name in value if not name.startswith(start) or name not in all_columns()]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: name columns of survey_responses that start with {start}")
        return value


class ProviderTerms(_Strict):
    """What a provider's list says of a school (domain.md 4.5 and 8). A list speaks of its own school year only.

    provider: as the source's YAML names it. says: what a row means at best, an outcome of provider evidence.
    grades: the schools it speaks for; a school that is known to have none of these grades gets no answer from it.
    courses: words, one of which must stand in the course's name; without them every course counts.
    blank_course: whether a row that names no course counts. since, until: school years in which it is asked.
    """

    provider: str
    says: Literal["offered", "takes_part"]
    grades: Literal["any", "high", "k8"] = "any"
    courses: tuple[str, ...] = ()
    blank_course: Literal["counts", "no_answer"] = "counts"
    since: SchoolYear | None = None
    until: SchoolYear | None = None
    basis: str = Field(min_length=1)
    unverified: tuple[str, ...] = ()


class InferredNo(_Strict):
    """When a school that is missing from its state's file counts as No (domain.md 4.2).

    delivery: kinds of delivery that are complete enough. exclude: (state, school year) whose files do not list every
    school, so that absence means nothing.
    """

    delivery: tuple[Literal["full", "changes", "supplement"], ...] = ("full",)
    require_high_school: bool = True
    exclude: tuple[tuple[State, SchoolYear], ...] = ()


class AccessReport(_Strict):
    """Which schools the access report counts, beside those of the 50 states and DC with grades 9-12 (domain.md 13)."""

    sectors: tuple[Literal["public", "charter", "private"], ...] = ("public", "charter")
    exclude_school_types: tuple[str, ...] = ()
    exclude_answers: tuple[Verdict, ...] = Field(
        default=(), description="answers that wait for a person, and are not counted before"
    )

    @field_validator("exclude_school_types")
    @classmethod
    def _types_exist(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(value) - set(column("school_type").allowed))
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is not a school type: {', '.join(column('school_type').allowed)}")
        return value


class Policy(_Strict):
    """One policy: ordered rules and everything they rest on. Its name is its file's name.

    staff_entry_sources: sources of decisions that are staff entries; all other decisions are overrides.
    providers: what each provider's list says. Where none is named every row of every provider is an offering; else a
    provider that is not named says nothing.
    """

    policy: str
    title: str
    notes: str = ""
    rules: tuple[PolicyRule, ...] = Field(min_length=1)
    survey: tuple[SurveyBand, ...] = Field(min_length=1)
    inferred_no: InferredNo = InferredNo()
    access_report: AccessReport = AccessReport()
    staff_entry_sources: tuple[str, ...] = ()
    providers: tuple[ProviderTerms, ...] = ()

    @model_validator(mode="after")
    def _order_is_sound(self) -> Policy:
        labels = [rule.label for rule in self.rules]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"the label {', '.join(twice)} stands twice; every rule needs a label of its own")
        named = [terms.provider for terms in self.providers]
        if len(set(named)) != len(named):
            raise ValueError("a provider stands twice under providers")
        last = self.survey[-1]
        if (last.offers_high, last.offers_k8) != (None, None):
            raise ValueError(
                f"the last survey band, {last.band}, must name no grades: it takes every school that is left"
            )
        return self


def _check_outcomes(kind: str, outcomes: tuple[str, ...]) -> None:
    if kind not in OUTCOMES:
        raise ValueError(f"{kind!r} is not a kind of evidence; one of {', '.join(OUTCOMES)}")
    unknown = sorted(set(outcomes) - set(OUTCOMES[kind]))
    if unknown:
        raise ValueError(
            f"{kind} evidence does not come out as {', '.join(unknown)}; one of {', '.join(OUTCOMES[kind])}"
        )


def parse_policy(text: str, path: Path) -> Policy:
    """Read one policy YAML. Raises ValueError naming the file and what is wrong with it."""
    try:
        policy = Policy.model_validate(yaml.load(text, _LOADER))
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if policy.policy != path.stem:
        raise ValueError(f"{path.name}: `policy: {policy.policy}` must be the file's name, {path.stem}")
    return policy


@cache
def load_policies() -> dict[str, Policy]:
    """Every policy of `schemas/policies/`, by name, in alphabetical order. Raises ValueError on the first faulty one."""
    paths = sorted((HERE / "policies").glob("*.yml"))
    return {path.stem: parse_policy(path.read_text(encoding="utf-8"), path) for path in paths}


def load_policy(name: str = DEFAULT_POLICY) -> Policy:
    """The policy of that name. Raises ValueError with the names there are when there is none."""
    policies = load_policies()
    if name not in policies:
        raise ValueError(f"{name!r} is not a policy of schemas/policies/; one of {', '.join(policies)}")
    return policies[name]
