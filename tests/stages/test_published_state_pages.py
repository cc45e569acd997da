"""The pages of the states: made from declarations alone, filled from the tables of a data folder when these are given."""

from __future__ import annotations

import pandas as pd

from pipelines.published.state_pages import INDEX, state_pages
from pipelines.shared.findings import conform
from schemas.source_model import load_sources

COVERAGE = conform(
    pd.DataFrame(
        {
            "source": ["fl", "fl", "survey"],
            "school_year": ["2019-20", "2018-19", "2018-19"],
            "report_status": ["not reported", "reported", "reported"],
            "file_year": [None, "2018-19", "2018-19"],
            "received_on": [None, "2019-06-01", "2019-06-02"],
            "rows_in": [None, 120, 7],
            "rows_kept": [None, 100, 7],
            "rows_rejected": [None, 3, 0],
        }
    ),
    "sources",
)
FILES = conform(
    pd.DataFrame(
        {
            "source": ["fl", "fl"],
            "school_year": "2018-19",
            "file": ["fl/2018-19/a.csv", "fl/2018-19/b.csv"],
            "received_on": ["2019-06-01", "2019-08-01"],
            "file_status": ["superseded", "accepted"],
        }
    ),
    "received_files",
)


def test_there_is_a_page_for_each_jurisdiction_and_an_index() -> None:
    pages = state_pages()
    assert len(pages) == 52
    assert all(f"({name})" in pages[INDEX] for name in pages if name != INDEX)
    assert pages == state_pages(dict(reversed(load_sources().items())))


def test_a_page_says_what_counts_and_why_and_what_is_a_guess() -> None:
    page = state_pages()["ma.md"]
    assert (
        "| every year | `10158` | AP Computer Science A | counts | AP course; Massachusetts files it under 10158"
        in page
    )
    assert "| state_v1 | 2015-16 to 2017-18 |" in page
    assert "`programming` answers `Y` and `enrolled` is at least 1" in page
    assert "## Not proved\n\n- Of the own layout only" in page
    assert "the national list of course codes" in page


def test_every_line_of_a_table_has_the_cells_of_its_head() -> None:
    for page in state_pages(coverage=COVERAGE, files=FILES).values():
        width = 0
        for line in page.splitlines():
            cells = line.replace("\\|", "").count("|") if line.startswith("|") else 0
            assert not width or cells in (0, width), line
            width = cells


def test_coverage_and_the_last_file_are_told_only_when_tables_are_given() -> None:
    assert "Coverage by year" not in state_pages()["fl.md"]
    page = state_pages(coverage=COVERAGE, files=FILES)["fl.md"]
    assert "| 2018-19 | reported | 2018-19 | 2019-06-01 | 120 | 100 | 3 |\n| 2019-20 | not reported |" in page
    assert "2019-08-01, `fl/2018-19/b.csv`, accepted" in page
    other = state_pages(coverage=COVERAGE, files=FILES)["ga.md"]
    assert "No school year was run yet." in other
    assert other.endswith("none\n")
