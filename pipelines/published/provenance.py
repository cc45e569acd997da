"""What a release was made from, in as much detail as telling why the next one differs takes. Says no cause itself.

Kept beside the releases in <data>/provenance/<version>/ and never inside: who decided is not public (docs/decisions/0061).
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as arrow
import pyarrow.parquet as parquet

from pipelines.shared.frames import to_frame

DROPPED = "dropped.json"
"""Marks a candidate that was never published and is no more: its number is not given out again."""
FACTS = "facts.json"
FILES = ("source", "school_year", "file", "file_year", "sha256", "delivery", "received_on", "file_status")
LINKS = ("source", "school_year", "file", "row", "state", "nces_school_id", "match_reason")
DIRECTORY = (
    "nces_school_id",
    "school_year",
    "state",
    "state_school_id",
    "sector",
    "status",
    "is_operating",
    "offers_high",
    "offers_k8",
    "directory_sources",
)
DECISIONS = (
    "decision_id",
    "decision_kind",
    "school_year",
    "source",
    "file",
    "row",
    "nces_school_id_given",
    "other_nces_school_id",
    "about_source",
    "decided_value",
    "decided_by",
    "decided_at",
)
SUCCESSORS = (
    "predecessor_nces_school_id",
    "successor_nces_school_id",
    "school_year_before",
    "school_year_after",
    "event_kind",
)
KEPT: Mapping[str, tuple[str, ...]] = {
    "files": FILES,
    "links": LINKS,
    "directory": DIRECTORY,
    "decisions": DECISIONS,
    "successors": SUCCESSORS,
}
"""Table kept -> its columns. Free text and whatever a person typed as a reason stay out."""
INTEGERS = ("row",)
FLAGS = ("is_operating", "offers_high", "offers_k8")


@dataclass(frozen=True)
class Provenance:
    """The tables of KEPT over all school years, and facts.

    facts: `code` (hash of what the steps are), `declared` (file below schemas/ -> sha256), `policies` (school year ->
    policy), and in a stored one `diff_sha256`, `tables` (what the release was made of), `base`, `limits`.
    """

    files: pd.DataFrame
    links: pd.DataFrame
    directory: pd.DataFrame
    decisions: pd.DataFrame
    successors: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.facts.get("code", ""))


def keep(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame cut to the columns of KEPT[name], with fixed types; columns it lacks are null."""
    out = frame.reindex(columns=list(KEPT[name]))
    return out.astype({column: _type(column) for column in KEPT[name]}).reset_index(drop=True)


def write_provenance(data: Path, version: str, provenance: Provenance) -> Path:
    """Write <data>/provenance/<version>/ beside and rename it; one of a candidate that was never finished is replaced."""
    folder = provenance_folder(data, version)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = folder.with_name(f".building-{version}-{uuid.uuid4().hex}")
    building.mkdir()
    try:
        for name in KEPT:
            table = arrow.Table.from_pandas(getattr(provenance, name), schema=_schema(name), preserve_index=False)
            parquet.write_table(
                table.replace_schema_metadata(None), building / f"{name}.parquet", compression="zstd", version="2.6"
            )
        text = json.dumps(provenance.facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        (building / FACTS).write_text(text, encoding="utf-8", newline="\n")
        if folder.exists():
            shutil.rmtree(folder)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def read_provenance(data: Path, version: str) -> Provenance | None:
    """What `write_provenance` wrote; None for a release that has none (built before there was any)."""
    folder = provenance_folder(data, version)
    if not (folder / FACTS).exists():
        return None
    frames = {name: to_frame(parquet.read_table(folder / f"{name}.parquet")) for name in KEPT}
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return Provenance(**{name: keep(frame, name) for name, frame in frames.items()}, facts=facts)


def drop_provenance(data: Path, version: str, why: str) -> None:
    """Of a candidate that is dropped keep what people looked at (the page of its diff) and the facts; DROPPED says why."""
    folder = provenance_folder(data, version)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DROPPED).write_text(json.dumps({"why": why}, ensure_ascii=False) + "\n", encoding="utf-8")
    for path in (*folder.glob("*.parquet"), *folder.glob("*.csv")):
        path.unlink()


def why_dropped(data: Path, version: str) -> str:
    """Why that candidate was dropped, in words; empty when it was not."""
    path = provenance_folder(data, version) / DROPPED
    return str(json.loads(path.read_text(encoding="utf-8"))["why"]) if path.exists() else ""


def read_facts(data: Path, version: str) -> dict[str, Any] | None:
    """The facts alone, without the tables."""
    path = provenance_folder(data, version) / FACTS
    if not path.exists():
        return None
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts


def provenance_folder(data: Path, version: str) -> Path:
    """<data>/provenance/<version>, whether or not it exists."""
    return data / "provenance" / version


def _type(column: str) -> str:
    if column in INTEGERS:
        return "Int64"
    return "boolean" if column in FLAGS else "str"


def _schema(name: str) -> arrow.Schema:
    types = {"Int64": arrow.int64(), "boolean": arrow.bool_(), "str": arrow.string()}
    return arrow.schema([arrow.field(column, types[_type(column)]) for column in KEPT[name]])
