"""E-mail addresses in columns that are not for them are taken out at the door, each at its place."""

from __future__ import annotations

import pyarrow as arrow

from pipelines.received.hide_addresses import hide_addresses


def column(*cells: str | None) -> arrow.ChunkedArray:
    return arrow.chunked_array([arrow.array(cells, arrow.large_string())])


def test_an_address_is_taken_out_and_its_place_is_told() -> None:
    given = {
        "school_name": column(" Carver, ask ada@school.example ", " Lake @ Main ", None),
        "city": column("x", "", "y"),
    }
    clean, found = hide_addresses(given)
    assert clean["school_name"].to_pylist() == ["Carver, ask", " Lake @ Main ", None]
    assert clean["city"] is given["city"]
    assert {name: places.tolist() for name, places in found.items()} == {"school_name": [0]}


def test_cells_without_an_address_stay_as_they_are() -> None:
    given = {"school_name": column("a@b", "@", "x@y.", "@home.org")}
    assert hide_addresses(given) == (given, {})
