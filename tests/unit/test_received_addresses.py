"""E-mail addresses in columns that are not for them are taken out at the door, and the finding does not repeat them."""

from __future__ import annotations

import pandas as pd

from pipelines.received.hide_addresses import hide_addresses


def rows(**cells: list[str | None]) -> pd.DataFrame:
    size = len(next(iter(cells.values())))
    frame = pd.DataFrame({"source": "survey", "file": "a.csv", "sheet": None, "row": range(2, size + 2), **cells})
    return frame.astype({"row": "Int64", **dict.fromkeys(cells, "str")})


def test_an_address_is_taken_out_and_named_without_its_value() -> None:
    given = rows(school_name=["Carver, ask ada@school.example", "Lake @ Main", None])
    clean, findings = hide_addresses(given, {"school_name": "School"}, stage="received", school_year="2018-19")
    assert clean["school_name"].fillna("").tolist() == ["Carver, ask", "Lake @ Main", ""]
    assert pd.concat(findings)[["rule_id", "row", "column"]].values.tolist() == [["F16", 2, "School"]]
    assert "ada" not in pd.concat(findings).to_csv()


def test_columns_for_contact_details_are_left_alone() -> None:
    given = rows(submitter_email_address=["ada@school.example"])
    clean, findings = hide_addresses(given, {}, stage="received", school_year="2018-19")
    assert findings == []
    assert clean["submitter_email_address"].tolist() == ["ada@school.example"]
