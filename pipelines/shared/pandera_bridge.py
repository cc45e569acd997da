"""From a Pandera schema to findings: validates lazily and says which row broke which rule. Never drops a row.

dagster-pandera caps pandas below 3 and reports one text per table; see docs/decisions/.
"""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import join_findings, row_findings
from schemas.rules import RULES
from schemas.table_model import Table


def validate_rows(
    frame: pd.DataFrame,
    table: Table,
    *,
    stage: str,
    school_year: str,
    spelled: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Findings for every cell that breaks the table's declaration; empty when all is well.

    `frame` must carry source, file, sheet and row beside the declared columns (extra locators are ignored).
    A failure without a row (a missing or extra column, a wrong type) raises ValueError: it is our defect, not the file's.
    """
    # Pandera takes two seconds to import; a run whose tables all satisfy their declarations never needs it.
    import pandera.errors

    declared = frame[[name for name in table.column_names if name in frame]].reset_index(drop=True)
    located = frame.reset_index(drop=True)
    try:
        table.pandera_schema.validate(declared, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return join_findings([])
    shapeless = cases[cases["index"].isna()]
    if not shapeless.empty:
        what = ", ".join(sorted({f"{c.column or c.failure_case}: {c.check}" for c in shapeless.itertuples()}))
        raise ValueError(f"{table.name} does not have its declared shape ({what})")
    checks = {column.name: column for column in table.columns}
    parts = []
    for (column, check), group in cases.drop_duplicates(["column", "check", "index"]).groupby(
        ["column", "check"], sort=True, dropna=False
    ):
        name = str(column)
        rule_id = _rule_of(checks[name].rule if name in checks else "", str(check))
        rows = located.loc[sorted(set(group["index"].astype(int)))]
        values = rows.get(name)
        parts.append(
            row_findings(
                rows,
                rule_id,
                stage=stage,
                school_year=school_year,
                column=name,
                spelled=(spelled or {}).get(name),
                values=values,
                expected=str(check) if rule_id == "P05" else None,
            )
        )
    return join_findings(parts)


def _rule_of(declared: str, check: str) -> str:
    if declared in RULES:
        return declared
    return check if check in RULES else "P05"


def require_valid(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame, or raise ValueError when it breaks its declaration: what a stage hands on is always valid.

    The error names columns, checks and counts, never values, so that nothing restricted reaches a log.
    """
    import pandera.errors

    try:
        table.pandera_schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        counts = cases.groupby(["column", "check"], dropna=False).size()
        what = "; ".join(f"{column}: {check} ({n})" for (column, check), n in counts.items())
        raise ValueError(f"{table.name} breaks its declaration in schemas/tables/{table.name}.py: {what}") from None
    return frame
