"""Where Dagster reads and writes, as one resource. Opening the workspace is `pipelines/season/workspace.py`."""

from collections.abc import Iterable
from pathlib import Path

import dagster as dg
from pydantic import Field

from pipelines.season.workspace import data_folder, open_workspace, raw_folder
from pipelines.shared.steps import Workspace


class Folders(dg.ConfigurableResource):
    """The raw folder and the data folder; empty means CS_ACCESS_RAW and CS_ACCESS_DATA, else those of the project."""

    raw: str = Field(default="", description="Folder with receipts.csv and the files as sent.")
    data: str = Field(default="", description="Folder (or fsspec address) for tables and releases.")

    def open(self, only: Iterable[str] = ()) -> Workspace:
        """The workspace over these folders."""
        return open_workspace(Path(self.raw) if self.raw else raw_folder(), self.data or data_folder(), only)
