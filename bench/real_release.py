"""The national release behind `make real`: published with its partner folders, and again after a late file. Prints what each part took.

Seconds and processor time are of this process and its children; the peak is of this process alone, taken anew for each part.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.published import release
from pipelines.published.versions import current_release
from pipelines.season.releases import candidate, publishing
from pipelines.season.releases.approving import approve
from pipelines.season.releases.find import find_release
from pipelines.season.releases.state_page import write_state_page
from pipelines.season.releases.tables import data_path
from pipelines.shared.steps import Workspace

PARTS: tuple[tuple[Any, str, str], ...] = (
    (candidate, "read_tables", "reading the tables, checking that they are finished"),
    (candidate, "judge", "gate"),
    (candidate, "compare_with_base", "diff against the release before"),
    (candidate, "write_comparison", "diff pages"),
    (candidate, "write_provenance", "provenance"),
    (release, "write_csv", "CSV"),
    (release, "write_parquet", "Parquet"),
    (release, "write_excel", "Excel"),
    (release, "write_geojson", "GeoJSON"),
    (release, "write_extract", "Tableau extract"),
    (release, "write_report", "report, a page for each year"),
    (release, "write_page", "page"),
    (release, "write_database", "DuckDB file"),
    (publishing, "build_partners", "partner folders"),
)
"""Where a part is called, its function, and what it is."""
STATES = ("WA", "CA", "TX")
MEGA = 1e6


class Watch:
    """Adds up seconds, processor seconds and the highest peak of memory by part."""

    def __init__(self) -> None:
        self.parts: dict[str, list[float]] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        # The kernel's high-water mark of this process begins anew.
        Path("/proc/self/clear_refs").write_text("5")
        start, used = time.perf_counter(), _processor()
        try:
            yield
        finally:
            told = self.parts.setdefault(name, [0.0, 0.0, 0.0])
            told[0] += time.perf_counter() - start
            told[1] += _processor() - used
            told[2] = max(told[2], _peak())

    def wrap(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            with self.part(name):
                return function(*given, **named)

        return watched

    @contextmanager
    def all_parts(self) -> Iterator[None]:
        whole = [(room, called, getattr(room, called)) for room, called, _ in PARTS]
        try:
            for room, called, name in PARTS:
                setattr(room, called, self.wrap(getattr(room, called), name))
            yield
        finally:
            for room, called, function in whole:
                setattr(room, called, function)

    def show(self, title: str, console: Console) -> None:
        table = Table(title=title, title_justify="left")
        table.add_column("part")
        for heading in ("seconds", "processor", "peak MB"):
            table.add_column(heading, justify="right")
        for name, (wall, used, peak) in self.parts.items():
            table.add_row(name, f"{wall:.1f}", f"{used:.1f}", f"{peak:,.0f}")
        console.print(table)


def publish(workspace: Workspace, console: Console, title: str) -> None:
    """Build, approve (naming what is beyond a limit) and switch in the release of the tables of now; prints the parts."""
    watch = Watch()
    start = time.perf_counter()
    with watch.all_parts():
        built = publishing.propose_release(workspace, who="bench")
        if built.version != (current_release(data_path(workspace)) or {}).get("version"):
            approve(
                workspace, built.version, approved_by="bench", states=built.states_to_name, errata=list(built.errata)
            )
            said = publishing.publish_release(workspace, built.version).sentence
        else:
            said = f"{built.version} is out already and nothing has changed."
    watch.show(f"{title} ({time.perf_counter() - start:.1f} s in all)", console)
    console.print(said)


def state_pages(workspace: Workspace, out: Path, console: Console) -> None:
    """The one-file pages of some states, and how large the folders of the release and of the partners are."""
    data = data_path(workspace)
    found = find_release(data)
    watch = Watch()
    for state in STATES:
        with watch.part(f"page of {state} as one file"):
            said = write_state_page(found, state, out / f"{state.lower()}.html")
        console.print(said)
    watch.show("One-file pages", console)
    table = Table(title=f"Release {found.version}", title_justify="left")
    table.add_column("folder or file")
    table.add_column("MB", justify="right")
    for path in [*sorted(found.folder.iterdir()), data / "partner" / found.version]:
        files = [path] if path.is_file() else list(path.rglob("*"))
        table.add_row(path.name, f"{sum(f.stat().st_size for f in files if f.is_file()) / MEGA:,.1f}")
    console.print(table)


def _processor() -> float:
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def _peak() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1e3
