"""The gate: what must be true of a release before anyone may publish it, as rows a person can read. Repairs nothing.

Great Expectations judges single tables here and only here; what spans tables is in `gate_checks.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipelines.published.gate_checks import check_release, judgement
from pipelines.published.public_tables import PUBLISHED, published_tables
from pipelines.published.state_summary import NATION, STATES_IN_REPORT
from schemas.columns import NCES_ID_PATTERN, column
from schemas.metrics import METRICS, PUBLIC_PLACES
from schemas.states import STATES
from schemas.verdicts import CODES

Wanted = tuple[str, str, dict[str, Any]]
"""Sentence, name of the Great Expectations class, its arguments."""


def judge_release(frames: Mapping[str, pd.DataFrame], directory_rows: Mapping[str, int]) -> list[dict[str, Any]]:
    """Every expectation with its outcome: {expectation, table, passed, found}. The release may go out when all passed.

    `frames`: {table: frame of all school years} for the tables of PUBLISHED; `directory_rows`: {school year: schools in
    the directory}. `found` holds counts and never a value, so that nothing leaks into logs and pages.
    Importing Great Expectations takes about five seconds, so it happens here and not on top.
    """
    rows = check_release(frames, directory_rows)
    suite = expectations()
    judged = [name for name in PUBLISHED if name in frames and not _missing(frames[name], suite[name])]
    for name in PUBLISHED:
        if name not in judged:
            rows += [
                judgement(sentence, name, False, "a column is missing, so it cannot be judged")
                for sentence, _, _ in suite[name]
            ]
    return rows + run_expectations({name: frames[name] for name in judged}, suite)


def expectations() -> dict[str, list[Wanted]]:
    """The suite: per table the expectations that Great Expectations runs on it."""
    suite: dict[str, list[Wanted]] = {
        "school_cs_access": [
            _match("an NCES id has 12 digits, or 8 characters for a private school", "nces_school_id", NCES_ID_PATTERN),
            _within("an answer is one of the eight codes", "teaches_cs", CODES),
            _within("a state is one of those of the directory", "state", tuple(STATES)),
            _filled("every answer but unknown names the rule that gave it", "decided_by_rule", 'teaches_cs != "U"'),
            _filled("a school outside the report says why", "excluded_reason", "in_access_report == False"),
            _within(
                "only public and charter schools are in the report",
                "sector",
                ("public", "charter"),
                "in_access_report == True",
            ),
            _within(
                "only the 50 states and DC are in the report",
                "state",
                tuple(sorted(STATES_IN_REPORT)),
                "in_access_report == True",
            ),
        ],
        "evidence": [
            _within("what evidence says is one of the eight codes, or nothing", "says", CODES),
            _filled("every piece of evidence has its words", "why"),
        ],
        "state_summary": [
            _within("a place is a state of the report or the US", "place", (*sorted(STATES_IN_REPORT), NATION)),
            _between("percent offering lies between 0 and 100", "percent_offering"),
            _between("percent known lies between 0 and 100", "percent_known"),
        ],
        "access_report": [
            _within("a place is public: a nation, state, district or county", "place_kind", PUBLIC_PLACES),
            _within("a figure is one that is defined", "metric", tuple(METRICS)),
            _between("coverage lies between 0 and 100", "coverage"),
        ],
        "courses_that_count": [
            _within("a course counts, does not, or is in review", "counts_as_cs", column("counts_as_cs").allowed),
            _filled("every course says why it counts or not", "counts_basis"),
        ],
        "sources": [
            _within(
                "a source is reported, not reported, refused or held", "report_status", column("report_status").allowed
            ),
            _filled("a source that is not in the release says why", "reason", 'report_status != "reported"'),
        ],
    }
    for name, declared in published_tables().items():
        key = ("ExpectCompoundColumnsToBeUnique", {"column_list": list(declared.key)})
        suite[name].insert(0, (f"{', '.join(declared.key)} together stand once", *key))
    return suite


def _within(sentence: str, name: str, allowed: tuple[str, ...], where: str = "") -> Wanted:
    return (
        sentence,
        "ExpectColumnValuesToBeInSet",
        {"column": name, "value_set": [str(v) for v in allowed], **_where(where)},
    )


def _match(sentence: str, name: str, pattern: str) -> Wanted:
    # Groups that do not capture: pandas warns of the others on every run.
    plain = re.sub(r"\((?!\?)", "(?:", pattern)
    return sentence, "ExpectColumnValuesToMatchRegex", {"column": name, "regex": plain}


def _filled(sentence: str, name: str, where: str = "") -> Wanted:
    return sentence, "ExpectColumnValuesToNotBeNull", {"column": name, **_where(where)}


def _between(sentence: str, name: str) -> Wanted:
    bounds = column(name)
    return (
        sentence,
        "ExpectColumnValuesToBeBetween",
        {"column": name, "min_value": bounds.minimum, "max_value": bounds.maximum},
    )


def _where(condition: str) -> dict[str, str]:
    return {"row_condition": condition, "condition_parser": "pandas"} if condition else {}


def _columns(wanted: list[Wanted]) -> list[str]:
    """Columns that the expectations look at; the condition's first word is a column."""
    names: list[str] = []
    for _, _, arguments in wanted:
        names += arguments.get("column_list", [arguments.get("column")])
        names += arguments["row_condition"].split()[:1] if "row_condition" in arguments else []
    return list(dict.fromkeys(names))


def _missing(frame: pd.DataFrame, wanted: list[Wanted]) -> list[str]:
    return [name for name in _columns(wanted) if name not in frame]


def run_expectations(frames: Mapping[str, pd.DataFrame], suite: Mapping[str, list[Wanted]]) -> list[dict[str, Any]]:
    """Outcomes of Great Expectations, in the order of the suite. The frames must have the columns the suite names."""
    # Read once, while it is imported: without it the library calls home.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_pandas("release")
    rows = []
    for name, frame in frames.items():
        made = [
            getattr(gxe, kind)(**arguments, meta={"sentence": sentence}) for sentence, kind, arguments in suite[name]
        ]
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
        data = frame[_columns(suite[name])]
        # Counts and no values: the default result carries the failing cells.
        outcome = batch.get_batch({"dataframe": data}).validate(
            gx.ExpectationSuite(name=name, expectations=made),
            result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
        )
        found = {r.expectation_config.meta["sentence"]: r for r in outcome.results if r.expectation_config}
        rows += [
            judgement(s, name, bool(found[s].success), _found(found[s].result, len(data))) for s, _, _ in suite[name]
        ]
    return rows


def _found(result: Mapping[str, Any], total: int) -> str:
    if "unexpected_count" not in result:
        return f"it could not be judged over {total:,} rows"
    return f"{result['unexpected_count']:,} of {result.get('element_count', total):,} rows break it"
