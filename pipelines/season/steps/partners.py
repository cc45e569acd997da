"""The step that says which regional partner each school belongs to. Mapping is `pipelines/reconciled/`."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.reconciled.school_partners import map_schools
from pipelines.season.steps.parts import part_keys, read_parts
from pipelines.shared.steps import CheckOutcome, Step, StepReport, Workspace
from schemas.source_model import Source


def partner_steps(sources: Mapping[str, Source]) -> list[Step]:
    """The step `school_partners`."""
    lists = part_keys(sources, "partner_regions")
    return [
        Step(
            stage="reconciled",
            name="school_partners",
            description="The regional partner of each school: by ZIP code before state, one or none.",
            run=_map,
            tables=("school_partners",),
            needs=(("standard", "nces_schools"), *lists),
            reads=(("standard", "nces_schools"), *lists),
            writes=(("reconciled", "school_partners"),),
            checks={
                "every_school_stands_once": "Every school of the directory stands exactly once, with one partner or none."
            },
            blocking=frozenset({"every_school_stands_once"}),
        )
    ]


def _map(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    directory = store.read("nces_schools", school_year, columns=["nces_school_id", "state", "zip"])
    mapped = map_schools(directory, read_parts(workspace, "partner_regions", school_year), school_year)
    store.write(mapped, "school_partners", school_year)
    same = len(mapped) == len(directory) and mapped["nces_school_id"].is_unique
    by = mapped["mapped_by"].value_counts()
    return StepReport(
        rows=len(mapped),
        sentence=f"{int(mapped['partner_id'].notna().sum()):,} of {len(mapped):,} schools belong to a partner, "
        f"{mapped['partner_id'].nunique()} partners in all.",
        numbers={f"by_{name}": int(by.get(name, 0)) for name in ("zip", "state")},
        checks=[
            CheckOutcome(
                name="every_school_stands_once",
                passed=same,
                is_error=True,
                blocking=True,
                sentence="Every school stands once."
                if same
                else f"P01: {len(mapped):,} rows for {len(directory):,} schools; this is a defect of the pipeline.",
            )
        ],
    )
