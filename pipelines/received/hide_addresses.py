"""Takes e-mail addresses out of columns that are not for contact details. Restricted columns are left as they are.

Whoever typed an address into the name of a school did not mean to publish it; the file in raw/ still has it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.shared.findings import row_findings
from schemas.columns import RESTRICTED

ADDRESS = r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>()]+"


def hide_addresses(
    rows: pd.DataFrame, spelled: Mapping[str, str], *, stage: str, school_year: str
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Rows whose cells hold no address, and a finding F16 (without the value) for each cell that did.

    `spelled`: our name of each column -> the file's.
    """
    findings = []
    for name in rows.columns.difference([*RESTRICTED, "file", "row"], sort=False):
        # Looking for one character first: nearly no column of a course file has any.
        found = rows[name].str.contains("@", regex=False, na=False)
        if not found.any():
            continue
        found &= rows[name].str.contains(ADDRESS, regex=True, na=False)
        rows = rows.assign(**{name: rows[name].str.replace(ADDRESS, "", regex=True).str.strip()})
        findings.append(
            row_findings(
                rows[found], "F16", stage=stage, school_year=school_year, column=name, spelled=spelled.get(name)
            )
        )
    return rows, findings
