"""The figures of the access report, each defined once, and the groups of schools they compare. Computes nothing.

The groups of one school are columns of `school_cs_access` (`pipelines/reconciled/school_groups.py`); the figures are
computed by `pipelines/published/access_report.py` and shown by `pipelines/published/report_page.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

FIGURES = (
    "figure",
    "numerator",
    "denominator",
    "unknown",
    "lower",
    "upper",
    "estimate",
    "estimate_low",
    "estimate_high",
)
"""Columns of one figure: itself, what it was made of, the bounds that unknown schools allow, and the estimate."""

SIZE_BOUNDS: dict[str, int] = {"small": 0, "medium": 500, "large": 1200}
"""Least number of students of each size. Small is below 500 (domain.md 13, an article of 2024); where large begins was
never published, 1,200 is ours."""
SIZES = tuple(SIZE_BOUNDS)

LOCALES: dict[str, str] = {"1": "city", "2": "suburb", "3": "town", "4": "rural"}
"""First digit of the NCES locale code -> group."""
LOCALE_GROUPS = tuple(LOCALES.values())

RURAL_LOCALES = ("32", "33", "41", "42", "43")
"""Locale codes that are rural by REAP (domain.md 6): town distant, town remote, rural fringe, distant, remote."""

HIGH_NEEDS_PERCENT = 50.0
"""A school has high needs from this share of students eligible for free or reduced-price lunch on. The predecessor had
`>= 0.5` in one place and `> 0.5` in another (domain.md 15, 34); here it is `>=`, everywhere."""

LUNCH_BOUNDS: dict[str, float] = {
    "under 25 percent": 0,
    "25 to 49 percent": 25,
    "50 to 74 percent": 50,
    "75 percent and more": 75,
}
"""Least share of eligible students of each lunch group, in percent. The predecessor's groups left gaps (24 to 25, and
exactly 75: domain.md 13); here each begins where the one before ends, and the third begins where high needs begin."""
LUNCH_CEP = "no count, all eat free (CEP)"
NOT_REPORTED = "not reported"
ALL = "all"

RACE_WORDS: dict[str, str] = {
    "am": "American Indian or Alaska Native",
    "as": "Asian",
    "hi": "Hispanic",
    "bl": "Black",
    "wh": "White",
    "hp": "Hawaiian or Pacific Islander",
    "tr": "two or more races",
}

PUBLIC_PLACES = ("nation", "state", "district", "county")
PLACE_KINDS = (*PUBLIC_PLACES, "partner")
GROUP_KINDS: dict[str, tuple[str, ...]] = {
    "all": (ALL,),
    "locale": LOCALE_GROUPS,
    "rural": ("rural", "not rural"),
    "size": SIZES,
    "title_i": ("eligible", "not eligible"),
    "frl_quartile": (*LUNCH_BOUNDS, LUNCH_CEP),
    "high_needs": ("high needs", "not high needs"),
    "charter": ("charter", "not charter"),
}
"""Groups that every school is in one of, by kind; schools of which it is not known are `not reported`."""
GROUP_KIND_WORDS: dict[str, str] = {
    "locale": "Locale",
    "rural": "Rural (REAP)",
    "size": "Size",
    "title_i": "Title I",
    "frl_quartile": "Free or reduced-price lunch",
    "high_needs": "High needs (50 percent lunch and more)",
    "charter": "Charter",
}
"""Kinds of groups that schools are compared by, in words."""
STUDENT_GROUPS: dict[str, tuple[str, ...]] = {
    "race": tuple(RACE_WORDS.values()),
    "gender": ("female",),
    "lunch": ("eligible for free or reduced-price lunch",),
    "special_education": ("special education (IDEA)",),
    "english_learner": ("English language learners",),
    "section_504": ("section 504 plan",),
}
"""Groups of students, by kind. State files give no count of section 504 plans, and of gender only female (domain.md
5.1); the directory counts female students (052), but no special education, English learners or 504 plans. What is not counted
has a row with null, so that nobody takes its absence for zero."""

LEAST_REFERENCE = 50
"""Schools with an answer of a source that can say Yes and No, below which nothing is estimated."""
INTERVAL_SDS = 1.645
"""Half the width of the estimate's interval in standard deviations: 90 percent of a normal distribution."""
SMALL_CELL = 10
"""Counts of students below it, zero aside, are not shown to the public (domain.md 12)."""


@dataclass(frozen=True)
class Metric:
    """One figure: how it is made, in words that the report shows.

    sentence: what the figure says. numerator, denominator: what is counted. null_rule: when there is no figure.
    students: whether it counts students in courses.
    """

    id: str
    name: str
    sentence: str
    numerator: str
    denominator: str
    unit: str
    null_rule: str
    students: bool = False


_NO_ANSWER = "null when no school of the group has an answer"
_NO_COUNT = "null when no count is exact, or when the exact counts lie outside the bounds; counts below 10 are hidden from the public"
_METRICS = (
    Metric(
        "offering",
        "Schools that offer computer science",
        "Of the public high schools with an answer, the share that offers computer science.",
        "schools whose answer is Y or HY",
        "schools whose answer is Y, HY, N, HN, M or HM",
        "percent",
        _NO_ANSWER,
    ),
    Metric(
        "access",
        "Students who attend a school that offers it",
        "Of the students in public high schools with an answer, the share whose school offers computer science.",
        "students of schools whose answer is Y or HY",
        "students of schools with an answer; schools without a count of students are left out",
        "percent",
        "null when no school of the group has both an answer and a count of students",
    ),
    Metric(
        "offering_ap",
        "Schools on the AP ledgers",
        "Of the public high schools, the share that the College Board's ledgers list with AP Computer Science A or Principles.",
        "schools linked to a row of the AP ledgers of the year",
        "all schools of the report",
        "percent",
        "null when no ledger of the year was received; the figure is a least one, because a code may not have been linked",
    ),
    Metric(
        "offering_change",
        "Change since the year before",
        "Of the schools with an answer in both years, the share that started less the share that stopped.",
        "schools that started less schools that stopped",
        "schools of the report that have a yes or a no in both years",
        "points",
        "null when no school has an answer in both years",
    ),
    Metric(
        "participation",
        "Enrollment in computer science",
        "Seats taken in computer science courses for each 100 students of schools with grades 9 to 12 only.",
        "students enrolled in the courses that count, a student of two courses twice",
        "students of schools with grades 9 and above only, where the count of each course is exact or known to be none",
        "percent",
        _NO_COUNT,
        students=True,
    ),
    Metric(
        "enrolled_share",
        "Share of those enrolled",
        "Of the students enrolled in computer science, the share that belongs to the group.",
        "students of the group enrolled in the courses that count",
        "students enrolled in the same courses",
        "percent",
        _NO_COUNT,
        students=True,
    ),
    Metric(
        "population_share",
        "Share of the students",
        "Of the students of the public high schools, the share that belongs to the group.",
        "students of the group in schools that report it",
        "students of the same schools",
        "percent",
        "null when no school reports the group",
    ),
    Metric(
        "parity",
        "Parity",
        "Share of those enrolled divided by share of the students: 1 is parity, below 1 the group is missing.",
        "enrolled_share of the group",
        "population_share of the group",
        "ratio",
        "null when either share is null, or the group has no students",
        students=True,
    ),
)
AP_PREFIX = "ap_"
METRICS: dict[str, Metric] = {metric.id: metric for metric in _METRICS}
for _metric in _METRICS:
    if _metric.students:
        METRICS[AP_PREFIX + _metric.id] = Metric(
            AP_PREFIX + _metric.id,
            f"{_metric.name}, AP courses only",
            _metric.sentence.replace("computer science", "AP computer science"),
            _metric.numerator.replace("the courses that count", "AP courses that count"),
            _metric.denominator,
            _metric.unit,
            _metric.null_rule,
            students=True,
        )
