"""What the ending of a file's name promises, and whether the file keeps it. Opens nothing."""

from __future__ import annotations

from pathlib import PurePath

from pipelines.received.open_file import KIND_NAMES, Kind, content_kind

_TEXT: tuple[Kind, ...] = ("text",)
PROMISED: dict[str, tuple[Kind, ...]] = {
    ".csv": _TEXT,
    ".txt": _TEXT,
    ".tsv": _TEXT,
    ".tab": _TEXT,
    ".psv": _TEXT,
    ".dat": _TEXT,
    ".xlsx": ("workbook",),
    ".xlsm": ("workbook",),
    ".xlsb": ("workbook",),
    ".ods": ("workbook",),
    # The school search of NCES sends pages under this name, and so does many a state's system.
    ".xls": ("workbook", "html"),
    ".parquet": ("parquet",),
    ".htm": ("html",),
    ".html": ("html",),
}
_ARCHIVES: dict[str, Kind] = {".gz": "gzip", ".zip": "zip"}


def odd_ending(name: str, data: bytes, kind: Kind) -> str | None:
    """What should have been true of the file's name (F28); null when its ending fits, or promises nothing.

    `data`: the file as it came. `kind`: what was found inside, after archives were opened.
    """
    path = PurePath(name.lower())
    outer = content_kind(data) if data[:2] in (b"\x1f\x8b", b"PK") else kind
    archive = _ARCHIVES.get(path.suffix)
    if archive and outer != archive:
        return f"a name that ends in {path.suffix} is {KIND_NAMES[archive]}; this one is {KIND_NAMES[outer]}"
    if archive:
        path = path.with_suffix("")
    promised = PROMISED.get(path.suffix)
    if not archive and outer in _ARCHIVES.values() and promised:
        return f"a name that ends in {path.suffix} is {KIND_NAMES[promised[0]]}; this one is {KIND_NAMES[outer]}"
    if promised and kind not in promised:
        return f"a name that ends in {path.suffix} is {KIND_NAMES[promised[0]]}; this one is {KIND_NAMES[kind]}"
    return None
