"""Receives what people put straight into raw/ for sources that allow it, such as answers to cases. Reads no table.

A file of any other source stays without a receipt, and the run says so (F18).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pipelines.received.receipts import files_without_receipt, read_receipts, receive_in_place
from pipelines.shared.steps import Workspace

NOTE = "put into raw/ by hand, received by the run that found it"
BESIDE = ("~", ".")
"""Begin names of files that an office program writes beside the one it has open."""


def receive_dropped(
    workspace: Workspace, school_years: Iterable[str], *, now: datetime, rested_seconds: float = 0
) -> list[str]:
    """Write the receipts of files without one, and return their paths below raw.

    rested_seconds: leave out files that changed less than so long before `now`: somebody may still be copying. A raw
    folder that cannot be written to is left as it is.
    """
    found = []
    sources = [source for source in workspace.sources.values() if source.received_on_sight]
    for source in sources:
        for year in school_years:
            for file in files_without_receipt(workspace.raw, source, year, read_receipts(workspace.raw)):
                path = workspace.raw / file
                if not path.is_file() or path.name.startswith(BESIDE) or not path.name.isprintable():
                    continue
                if rested_seconds and now.timestamp() - path.stat().st_mtime < rested_seconds:
                    continue
                try:
                    received = receive_in_place(workspace.raw, file, received_on=f"{now:%Y-%m-%d}", note=NOTE)
                except OSError:
                    continue
                if received:
                    found.append(file)
    return found
