"""The frames that the received and standard stages hand on, as named bundles. Holds no logic.

`rows` of Received: text columns in our names, plus file, sheet, row (Int64), file_year, delivery.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipelines.shared.findings import conform, empty_findings


@dataclass
class Received:
    """What came from one source for one school year, all text.

    rows: one per data row that has as many fields as the header, in receipt order then file order; the columns of the
      source's layouts in our names (missing ones null) without restricted ones, plus source, file, sheet, row,
      file_year, delivery.
    restricted: file, row and the restricted columns of the source, same number and order of rows as `rows`.
    files: table `received_files`, one per receipt. findings, rejects: rows refused while reading.
    """

    rows: pd.DataFrame
    files: pd.DataFrame
    restricted: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: pd.DataFrame = field(default_factory=empty_findings)
    rejects: pd.DataFrame = field(default_factory=lambda: conform(pd.DataFrame(), "rejects"))


@dataclass
class Standardised:
    """One source's part of a table, with everything that did not become part of it.

    table: rows valid for the declared table. accounts: one row per file, table `row_accounts`.
    restricted: record_id and the restricted columns, as text; stored in the restricted tier only.
    """

    table: pd.DataFrame
    findings: pd.DataFrame
    rejects: pd.DataFrame
    accounts: pd.DataFrame
    restricted: pd.DataFrame = field(default_factory=pd.DataFrame)
