"""Every column says since which release it has been there."""

from __future__ import annotations

from schemas.since import PATH, load_since, since, since_text
from schemas.table_model import Table
from schemas.tables import load_tables, table


def test_every_column_is_entered() -> None:
    assert PATH.read_text(encoding="utf-8") == since_text(load_tables().values()), (
        "schemas/since.yml does not know every column; enter them with: make docs"
    )


def test_a_known_column_keeps_its_release_and_a_new_one_gets_the_coming() -> None:
    coming, known = load_since()
    assert since("school_cs_access", "teaches_cs") == known["school_cs_access"]["teaches_cs"] == "2026.11"
    assert since("school_cs_access", "a_new_column") == coming
    declared = table("sources")
    text = since_text([Table("another", "published", "Another", "a row", declared.columns[:1])])
    assert text.endswith(f"  another:\n    '{coming}':\n      - source\n")
