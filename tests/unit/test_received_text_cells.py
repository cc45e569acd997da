"""Quick looks at columns of Arrow text, whatever their chunks, slices, nulls and width of offsets."""

from __future__ import annotations

import pyarrow as arrow
import pytest

from pipelines.received.text_cells import first_bytes, holds_byte, holds_foreign, put_back, without_mojibake

KINDS = (arrow.string(), arrow.large_string())


def column(*chunks: tuple[str | None, ...], kind: arrow.DataType = KINDS[1]) -> arrow.ChunkedArray:
    return arrow.chunked_array([arrow.array(list(chunk), kind) for chunk in chunks], kind)


@pytest.mark.parametrize("kind", KINDS)
def test_looks_see_every_chunk_and_nothing_beyond_a_slice(kind: arrow.DataType) -> None:
    cells = column((), ("a", None, ""), ("é", "b@"), kind=kind)
    assert holds_byte(cells, b"@")
    assert holds_foreign(cells)
    assert first_bytes(cells).tolist() == [ord("a"), 0, 0, 0xC3, ord("b")]
    middle = cells.combine_chunks().slice(1, 2)
    assert not holds_byte(middle, b"@")
    assert not holds_foreign(middle)
    assert first_bytes(middle).tolist() == [0, 0]
    last = cells.combine_chunks().slice(4)
    assert (holds_byte(last, b"@"), holds_foreign(last), first_bytes(last).tolist()) == (True, False, [ord("b")])


@pytest.mark.parametrize("cells", [column(), column(()), column((None,), (None, None))])
def test_a_column_without_text_holds_nothing(cells: arrow.ChunkedArray) -> None:
    assert not holds_byte(cells, b"@")
    assert not holds_foreign(cells)
    assert first_bytes(cells).tolist() == [0] * len(cells)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("JosÃ©", "José"),
        ("JosÃƒÂ©", "José"),
        ("Oâ€™Neil", "O\u2019Neil"),
        ("â€œHighâ€\u009d", "\u201cHigh\u201d"),
        ("José", "José"),
        ("Ã", "Ã"),
        ("ÃÃ", "ÃÃ"),
        ("日本", "日本"),
        ("Peña y Muñoz", "Peña y Muñoz"),
        ("", ""),
    ],
)
def test_letters_that_were_encoded_twice_are_put_back(text: str, right: str) -> None:
    assert put_back(text) == right
    cells, changed = without_mojibake(column(("plain", None), (text, "plain")))
    assert cells.to_pylist() == ["plain", None, right, "plain"]
    assert changed == int(text != right)
    assert cells.type == arrow.large_string()


def test_each_repaired_cell_is_counted_once_and_stays_in_its_place() -> None:
    cells, changed = without_mojibake(column(("JosÃ©", "x"), (None, "Ã© and Ã©", "é")))
    assert (cells.to_pylist(), changed) == (["José", "x", None, "é and é", "é"], 2)
