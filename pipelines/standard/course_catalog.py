"""Whether a course is computer science, by the state's catalog of that school year in `schemas/courses/<state>.csv`.

Reads catalogs and looks courses up in them; it decides nothing that the catalog does not say.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipelines.standard.course_codes import compared_codes, title_keys
from schemas.columns import column
from schemas.source_model import CourseRule

CATALOGS = Path(__file__).parents[2] / "schemas" / "courses"
COLUMNS = (
    "since",
    "until",
    "course_code",
    "course_title",
    "counts",
    "basis",
    "grade_band",
    "hours",
    "unverified",
)
_BANDS = frozenset({"", "k8", "middle", "high", "any"})

EVERY_ROW = "the state sends only schools that teach computer science"
NO_COURSE = "the state names the school without a course"
NOT_LISTED = "the course is not in the state's catalog of that year"


def load_catalog(state: str, folder: Path = CATALOGS) -> pd.DataFrame:
    """The catalog of a state: one row per course and span of school years, all text, blanks as empty text.

    since, until: first and last school year, open when blank. course_code: in the state's canonical form; blank when
    the state sends titles only. counts: counts, does_not_count or review. basis: why. hours: of programming, when
    known. unverified: `yes` when no public list confirms the row. A state without a catalog has an empty one.
    Raises ValueError naming file, line and fault.
    """
    path = folder / f"{state.casefold()}.csv"
    if not path.exists():
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    catalog = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    _check(catalog, path)
    return catalog


def _check(catalog: pd.DataFrame, path: Path) -> None:
    if tuple(catalog.columns) != COLUMNS:
        raise ValueError(
            f"{path.name}: the columns must be {', '.join(COLUMNS)}; found {', '.join(map(str, catalog.columns))}"
        )
    allowed = column("counts_as_cs").allowed
    years = catalog["since"].str.fullmatch(r"(20\d\d-\d\d)?") & catalog["until"].str.fullmatch(r"(20\d\d-\d\d)?")
    keys = title_keys(catalog["course_title"])
    spans = [keys, catalog["since"], catalog["until"]]
    verdicts = catalog["counts"].groupby(spans).transform("nunique")
    faults = {
        f"counts must be one of {', '.join(allowed)}": ~catalog["counts"].isin(allowed),
        "basis must not be blank": catalog["basis"].str.strip() == "",
        "course_code or course_title must be given": (catalog["course_code"] == "") & (catalog["course_title"] == ""),
        "since and until are school years like 2018-19, or blank": ~years,
        f"grade_band must be one of {', '.join(sorted(_BANDS))}": ~catalog["grade_band"].isin(list(_BANDS)),
        "a code stands once for its years": (catalog["course_code"] != "")
        & catalog.duplicated(["since", "until", "course_code"]),
        "a title without a code stands once for its years": (catalog["course_code"] == "")
        & catalog.assign(key=keys).duplicated(["since", "until", "course_code", "key"]),
        "lines of one title say the same": verdicts > 1,
    }
    for sentence, wrong in faults.items():
        if wrong.any():
            line = int(wrong.to_numpy().argmax()) + 2
            raise ValueError(f"{path.name}, line {line}: {sentence}; correct the line in schemas/courses/")


def catalog_of_year(catalog: pd.DataFrame, school_year: str) -> pd.DataFrame:
    """The rows of a catalog that are valid in that school year."""
    begun = catalog["since"] <= school_year
    going = (catalog["until"] == "") | (catalog["until"] >= school_year)
    return catalog[begun & going]


def judge_courses(
    codes: pd.Series, titles: pd.Series, rule: CourseRule, catalog: pd.DataFrame, school_year: str
) -> pd.DataFrame:
    """Say of each offering whether it is computer science: counts_as_cs, counts_basis, and unlisted (rule S06).

    codes are canonical, titles as written, both null where missing. A code is looked up by the code; a title only
    where there is no code (Rhode Island, South Dakota), because a title is shorter evidence. A code or title that is
    not listed is `review`. A row with neither is what the state's rule says (`blank_course`).
    """
    if rule.mode == "every_row":
        return pd.DataFrame({"counts_as_cs": "counts", "counts_basis": EVERY_ROW, "unlisted": False}, index=codes.index)
    valid = catalog_of_year(catalog, school_year)
    verdicts = list(zip(valid["counts"], valid["basis"], strict=True))
    # A title may stand under two codes; `load_catalog` made sure that both lines then say the same.
    by_code = dict(zip(valid["course_code"], verdicts, strict=True))
    by_title = dict(zip(title_keys(valid["course_title"]), verdicts, strict=True))
    courses = pd.DataFrame({"code": compared_codes(codes, rule), "title": titles})
    different = courses.drop_duplicates()
    blank, unlisted = (rule.blank_course, NO_COURSE, False), ("review", NOT_LISTED, True)
    judged = [
        blank
        if pd.isna(code) and pd.isna(key)
        else (*found, False)
        if (found := by_title.get(key) if pd.isna(code) else by_code.get(code))
        else unlisted
        for code, key in zip(different["code"], title_keys(different["title"]), strict=True)
    ]
    verdict = pd.DataFrame(judged, columns=["counts_as_cs", "counts_basis", "unlisted"], index=different.index)
    place = courses.groupby(["code", "title"], dropna=False, sort=False).ngroup()
    return verdict.take(place).set_axis(codes.index)
