"""Quick looks at columns of Arrow text: first bytes, single bytes, letters encoded twice. Knows no rule."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as arrow
import pyarrow.compute as compute

_OFFSET = {arrow.string(): np.int32, arrow.large_string(): np.int64}
_FIRST_FOREIGN = 128
_DOUBLED = "[\u00c2-\u00c5\u00e2][^\\x00-\\x7f]"
_FOREIGN = re.compile(r"[\u0080-\uffff]{2,}")


def _offsets_and_bytes(chunk: arrow.Array) -> tuple[np.ndarray, np.ndarray]:
    _, offsets, data = chunk.buffers()
    kind = _OFFSET[chunk.type]
    places = np.frombuffer(offsets, dtype=kind)[chunk.offset : chunk.offset + len(chunk) + 1]
    return places, np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)


def _chunks(cells: arrow.Array | arrow.ChunkedArray) -> list[arrow.Array]:
    return [c for c in (cells.chunks if isinstance(cells, arrow.ChunkedArray) else [cells]) if len(c)]


def holds_byte(cells: arrow.Array | arrow.ChunkedArray, byte: bytes) -> bool:
    """Whether some cell holds that ASCII character; a null holds none."""
    for chunk in _chunks(cells):
        places, data = _offsets_and_bytes(chunk)
        if (data[places[0] : places[-1]] == ord(byte)).any():
            return True
    return False


def holds_foreign(cells: arrow.Array | arrow.ChunkedArray) -> bool:
    """Whether some cell holds a character that is not ASCII."""
    for chunk in _chunks(cells):
        places, data = _offsets_and_bytes(chunk)
        if (data[places[0] : places[-1]] >= _FIRST_FOREIGN).any():
            return True
    return False


def first_bytes(cells: arrow.Array | arrow.ChunkedArray) -> np.ndarray:
    """The first byte of each cell; 0 for blank and null ones."""
    found = []
    for chunk in _chunks(cells):
        places, data = _offsets_and_bytes(chunk)
        starts, filled = places[:-1], places[1:] > places[:-1]
        first = np.zeros(len(chunk), dtype=np.uint8)
        first[filled] = data[starts[filled]]
        found.append(first)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint8)


def without_mojibake(cells: arrow.ChunkedArray) -> tuple[arrow.ChunkedArray, int]:
    """The cells with letters that were encoded twice put back (JosÃ© is José), and how many cells that were."""
    suspects = np.asarray(
        compute.indices_nonzero(compute.fill_null(compute.match_substring_regex(cells, _DOUBLED), False))
    )
    texts = cells.take(arrow.array(suspects)).to_pylist()
    right = {at: put_back(text) for at, text in zip(suspects.tolist(), texts, strict=True) if put_back(text) != text}
    if not right:
        return cells, 0
    mask = np.zeros(len(cells), dtype=bool)
    mask[list(right)] = True
    return compute.replace_with_mask(cells, arrow.array(mask), arrow.array(list(right.values()), cells.type)), len(
        right
    )


def put_back(text: str) -> str:
    """The text with each run of foreign letters decoded that is UTF-8 when written as cp1252: no word of a language is."""
    while (plain := _FOREIGN.sub(_decoded, text)) != text:
        text = plain
    return text


def _decoded(run: re.Match[str]) -> str:
    try:
        # What cp1252 leaves undefined, programs keep as it is.
        raw = b"".join(c.encode("latin-1") if c < "\u00a0" else c.encode("cp1252") for c in run[0])
        return raw.decode("utf-8")
    except UnicodeError:
        return run[0]
