"""Whether a course is computer science, by the state's catalog of that school year in `schemas/courses/<state>.csv`.

Reads catalogs and looks courses up in them; it decides nothing that the catalog does not say.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.shared.coded import Coded, constant
from pipelines.shared.text import key_of
from pipelines.standard.course_codes import compared_code, title_keys
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


@cache
def load_catalog(state: str, folder: Path = CATALOGS) -> pd.DataFrame:
    """The catalog of a state: one row per course and span of school years, all text, blanks as empty text.

    since, until: first and last school year, open when blank. course_code: in the state's canonical form; blank when
    the state sends titles only. counts: counts, does_not_count or review. basis: why. hours: of programming, when
    known. unverified: `yes` when no public list confirms the row. A state without a catalog has an empty one.
    Kept for the life of the process: do not write into it.
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
    codes: Coded, titles: Coded, rule: CourseRule, catalog: pd.DataFrame, school_year: str
) -> tuple[Coded, Coded, np.ndarray]:
    """Say of each offering whether it is computer science: counts_as_cs, counts_basis, and a flag unlisted (rule S06).

    codes are canonical, titles as written, both null where missing. A code is looked up by the code; a title only
    where there is no code (Rhode Island, South Dakota), because a title is shorter evidence. A code or title that is
    not listed is `review`. A row with neither is what the state's rule says (`blank_course`).
    """
    if rule.mode == "every_row":
        size = len(codes)
        return constant("counts", size), constant(EVERY_ROW, size), np.zeros(size, dtype=bool)
    valid = catalog_of_year(catalog, school_year)
    verdicts = list(zip(valid["counts"], valid["basis"], strict=True))
    # A title may stand under two codes; `load_catalog` made sure that both lines then say the same.
    by_code = dict(zip(valid["course_code"], verdicts, strict=True))
    by_title = dict(zip(title_keys(valid["course_title"]), verdicts, strict=True))
    keys = titles.map(key_of)
    # One list of verdicts for the codes, then the titles, then the row without a course, which both places -1 lead to.
    listed = [by_code.get(compared_code(code, rule)) for code in codes.values] + [by_title.get(k) for k in keys.values]
    place = np.where(codes.known, codes.codes, np.where(keys.known, len(codes.values) + keys.codes, len(listed)))
    judged = [*(found or ("review", NOT_LISTED) for found in listed), (rule.blank_course, NO_COURSE)]
    unlisted = np.array([*(found is None for found in listed), False], dtype=bool)
    every = Coded(place, [str(number) for number in range(len(judged))])
    return every.map(lambda n: judged[int(n)][0]), every.map(lambda n: judged[int(n)][1]), unlisted[place]
