"""The step that computes the access report. The figures are `pipelines/published/access_report.py`."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.published.access_report import report_figures
from pipelines.published.report_enrollment import READ
from pipelines.published.report_estimate import Estimate
from pipelines.published.report_hide import Cell
from pipelines.published.report_page import charts_of
from pipelines.published.report_schools import COLUMNS, SAYS, latest_years
from pipelines.season.steps.answer import earlier_years
from pipelines.season.steps.parts import part_keys, read_parts
from pipelines.shared.steps import CheckOutcome, Step, StepReport, Workspace
from schemas.metrics import LEAST_REFERENCE
from schemas.source_model import Source


def reporting_steps(sources: Mapping[str, Source]) -> list[Step]:
    """The step `access_report`."""
    return [
        Step(
            stage="published",
            name="access_report",
            description="Every figure of the access report, with its range, estimate and coverage.",
            run=_report,
            tables=("access_report", "partner_report"),
            needs=(
                ("reconciled", "school_cs_access"),
                ("reconciled", "school_partners"),
                ("linked", "linked_records"),
                ("published", "state_summary"),
            ),
            reads=(
                ("reconciled", "school_cs_access"),
                ("reconciled", "review_table"),
                ("reconciled", "school_partners"),
                ("published", "state_summary"),
                ("linked", "linked_records"),
                *part_keys(sources, "course_offerings"),
                *part_keys(sources, "partner_regions"),
            ),
            writes=(("published", "access_report"), ("published", "partner_report")),
            also=lambda workspace, year: earlier_years(workspace, year, None),
            checks={
                "figures_agree_with_summary": "The report counts the same schools as the summary by state.",
                "figures_lie_in_bounds": "Every figure and estimate lies between its bounds.",
                "estimate_has_schools_to_learn_from": "Enough schools have an answer that could have been Yes or No.",
            },
            blocking=frozenset({"figures_agree_with_summary", "figures_lie_in_bounds"}),
        )
    ]


def report_of(
    workspace: Workspace, school_year: str, *, hide: frozenset[Cell] = frozenset()
) -> tuple[pd.DataFrame, pd.DataFrame, Estimate]:
    """The figures of a school year from the tables in the store: `report_figures`. hide: cells to hide beside the small ones."""
    store = workspace.store
    answered = ["nces_school_id", "state", "teaches_cs", "in_access_report"]
    all_years = [y for y in store.years("reconciled", "school_cs_access") if y <= school_year]
    few = {y: store.read("school_cs_access", y, columns=answered) for y in all_years}
    needed = {school_year, *latest_years(few, school_year).values()}
    years = few | {y: store.read("school_cs_access", y, columns=list(COLUMNS)) for y in sorted(needed)}
    says = {y: store.read("review_table", y, columns=["nces_school_id", *SAYS]) for y in sorted(needed)}
    courses, partners = _courses(workspace, school_year), _partners(workspace, school_year)
    return report_figures(years, says, courses, partners, school_year, hide=hide)


def _report(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    figures, of_partners, estimate = report_of(workspace, school_year)
    store.write(figures, "access_report", school_year)
    store.write(of_partners, "partner_report", school_year)
    nation = figures[(figures["place_kind"] == "nation") & (figures["group_kind"] == "all")].set_index("metric")
    return StepReport(
        rows=len(figures),
        sentence=_sentence(nation.loc["offering"]),
        numbers={
            name: float(nation.loc["offering", name])
            for name in ("figure", "lower", "upper", "estimate", "coverage")
            if pd.notna(nation.loc["offering", name])
        },
        pictures={f"chart of {name}": spec for name, spec in charts_of(figures).items()},
        checks=_checks(figures, store.read("state_summary", school_year), estimate),
    )


def _courses(workspace: Workspace, school_year: str) -> pd.DataFrame:
    offered = read_parts(workspace, "course_offerings", school_year, columns=[*READ, "counts_as_cs"])
    offered = offered[offered["counts_as_cs"] == "counts"].drop(columns="counts_as_cs")
    linked = workspace.store.read("linked_records", school_year, columns=["record_id", "nces_school_id"])
    linked = linked.dropna(subset=["nces_school_id"])
    return offered.merge(linked, on="record_id", how="inner", validate="1:1")


def _partners(workspace: Workspace, school_year: str) -> pd.DataFrame:
    mapped = workspace.store.read("school_partners", school_year, columns=["nces_school_id", "partner_id"])
    regions = read_parts(workspace, "partner_regions", school_year, columns=["partner_id", "partner_name"])
    names = regions.drop_duplicates("partner_id").set_index("partner_id")["partner_name"]
    return mapped.assign(partner_name=mapped["partner_id"].map(names))


def _sentence(nation: pd.Series) -> str:
    if pd.isna(nation["figure"]):
        return "No school of the report has an answer."
    told = f"{nation['figure']:.1f} percent of the schools with an answer offer computer science ({nation['coverage']:.0f} percent of all schools)"
    bounds = f"all schools lie between {nation['lower']:.1f} and {nation['upper']:.1f}"
    if pd.isna(nation["estimate"]):
        return f"{told}; {bounds}; too few schools to estimate the others."
    return f"{told}; {bounds}, likely at {nation['estimate']:.1f} ({nation['estimate_low']:.1f} to {nation['estimate_high']:.1f})."


def _checks(figures: pd.DataFrame, summary: pd.DataFrame, estimate: Estimate) -> list[CheckOutcome]:
    ours = figures[(figures["metric"] == "offering") & (figures["group_kind"] == "all")].set_index("place_id")
    theirs = summary.set_index("place")
    pairs = (("numerator", "schools_offering"), ("unknown", "schools_unknown"))
    differ = sum(
        int((ours[mine].reindex(theirs.index).fillna(0) != theirs[other].fillna(0)).sum()) for mine, other in pairs
    )
    low = figures["lower"].fillna(figures["figure"])
    outside = 0
    for name in ("figure", "estimate"):
        value = figures[name]
        outside += int(((value < low - 0.011) | (value > figures["upper"] + 0.011)).fillna(False).sum())
    return [
        CheckOutcome(
            name="figures_agree_with_summary",
            passed=differ == 0,
            is_error=True,
            blocking=True,
            sentence="The same schools as the summary by state."
            if differ == 0
            else f"P06: {differ} counts differ from state_summary; this is a defect of the pipeline.",
        ),
        CheckOutcome(
            name="figures_lie_in_bounds",
            passed=outside == 0,
            is_error=True,
            blocking=True,
            sentence="Every figure lies in its bounds."
            if outside == 0
            else f"P06: {outside} figures lie outside their bounds; this is a defect of the pipeline.",
        ),
        CheckOutcome(
            name="estimate_has_schools_to_learn_from",
            passed=estimate.exists,
            sentence=f"The estimate rests on {estimate.reference:,} schools."
            if estimate.exists
            else f"Only {estimate.reference:,} schools have an answer of a source that can say Yes and No; "
            f"below {LEAST_REFERENCE} nothing is estimated. Receive a complete file of a state.",
        ),
    ]
