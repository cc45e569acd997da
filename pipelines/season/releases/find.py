"""Finds the folder of a release that somebody asks to look at, and says on which channel it is. Builds and switches nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pipelines.published.versions import (
    MANIFEST,
    PREVIEW_POINTER,
    current_release,
    list_releases,
    releases_folder,
    require_version,
)


@dataclass(frozen=True)
class Found:
    """A release folder, its version, and `release` or `preview`."""

    folder: Path
    version: str
    channel: str


def find_release(data: Path, version: str = "", *, preview: bool = False) -> Found:
    """The release of that version; without one the current release, or the preview.

    A release that was never published is shown as a preview, whatever it is asked for by. Raises ValueError with what
    to do when there is none.
    """
    if version and preview:
        raise ValueError("--release and --preview ask for two different things; give one of them")
    if preview:
        return _preview(data)
    pointer = current_release(data)
    if not version:
        if pointer is None:
            raise ValueError(f"nothing has been published in {data / 'releases'} yet; publish first: cleanup publish")
        version = str(pointer["version"])
    there = {row["version"]: row for row in list_releases(data)}
    if require_version(version) not in there:
        raise ValueError(f"there is no release {version} in {data / 'releases'}; there is {', '.join(there) or 'none'}")
    return Found(data / "releases" / version, version, "release" if there[version]["published"] else "preview")


def _preview(data: Path) -> Found:
    path = releases_folder(data) / PREVIEW_POINTER
    if not path.exists():
        raise ValueError(f"there is no preview in {data}; build one first: cleanup preview")
    pointer = json.loads(path.read_text(encoding="utf-8"))
    folder = (path.parent / pointer["folder"]).resolve()
    if not folder.is_relative_to(data.resolve()) or not (folder / MANIFEST).exists():
        raise ValueError(
            f"{path} points to {pointer['folder']}, which is no release; build the preview again: cleanup preview"
        )
    return Found(folder, str(pointer["version"]), "preview")
