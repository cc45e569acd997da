"""The declarations agree with each other: names, columns, rules, tiers."""

from __future__ import annotations

import pytest

from schemas.columns import RESTRICTED, all_columns
from schemas.partner_tables import PARTNER_TABLES
from schemas.rules import RULES
from schemas.season_model import load_season
from schemas.source_model import load_sources
from schemas.table_model import Table
from schemas.tables import load_tables
from schemas.verdicts import CODES, DIRECT, OFFERING, WORDS

TABLES = load_tables()


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_a_table_names_only_columns_it_has(table: Table) -> None:
    assert len(set(table.column_names)) == len(table.column_names)
    assert {*table.key, *table.required} <= set(table.column_names)
    assert table.title
    assert table.grain


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_no_table_holds_a_restricted_column(table: Table) -> None:
    assert not RESTRICTED & set(table.column_names)


def test_of_the_partners_tables_only_the_contacts_hold_restricted_columns() -> None:
    assert not set(PARTNER_TABLES) & set(TABLES)
    held = {name: RESTRICTED & set(table.column_names) for name, table in PARTNER_TABLES.items()}
    assert {name for name, columns in held.items() if columns} == {"contacts"}
    assert held["contacts"] == {"submitter_name", "submitter_email_address"}
    told = set(PARTNER_TABLES["survey_answers"].column_names)
    assert not told & {"record_id", "file", "row", "submitted_at", "role"}


def test_rules_that_columns_name_exist() -> None:
    assert {c.rule for c in all_columns().values() if c.rule} <= set(RULES)


def test_every_column_stands_in_a_table_or_is_restricted() -> None:
    used = {name for table in (*TABLES.values(), *PARTNER_TABLES.values()) for name in table.column_names}
    assert set(all_columns()) - used - RESTRICTED == set()


def test_rules_say_what_and_how() -> None:
    for rule in RULES.values():
        assert len(rule.sentence) > 10
        assert len(rule.fix) > 10
        assert not rule.sentence.endswith(".")


def test_verdict_codes_have_words() -> None:
    assert set(WORDS) == set(CODES)
    assert set(DIRECT) < set(CODES)
    assert set(OFFERING) < set(CODES)


def test_sources_and_season_load() -> None:
    sources = load_sources()
    assert {"survey", "decisions", "nces_ccd_029", "fl", "wa"} <= set(sources)
    season = load_season()
    assert season.policy_of(season.last_year)
