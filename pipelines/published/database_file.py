"""The DuckDB file of a release: its tables, and views named after the questions people ask. Judges nothing.

DuckDB writes a fresh identifier into every file, so two equal files differ in bytes; they are compared by content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb

from schemas.table_model import Table
from schemas.verdicts import OFFERING, WORDS, Verdict

FILE = "cs_access.duckdb"
_WORDS = "CASE teaches_cs " + " ".join(f"WHEN '{code}' THEN '{words}'" for code, words in WORDS.items()) + " END"
_OFFERING = ", ".join(f"'{code}'" for code in OFFERING)

VIEWS: dict[str, tuple[str, str]] = {
    "schools_teaching_cs": (
        "Which schools of the access report teach computer science?",
        f"SELECT * FROM school_cs_access WHERE in_access_report AND teaches_cs IN ({_OFFERING})",
    ),
    "schools_without_data": (
        "Of which schools of the access report do we know nothing?",
        f"SELECT * FROM school_cs_access WHERE in_access_report AND teaches_cs = '{Verdict.UNKNOWN}'",
    ),
    "percent_by_state": (
        "What percentage of schools with an answer offers computer science, by state and year?",
        "SELECT place, school_year, percent_offering, percent_known, schools_offering, schools_total, schools_unknown, "
        "data_year FROM state_summary ORDER BY place, school_year",
    ),
    "courses_that_count_by_state": (
        "Which courses does a state count as computer science, and how many schools teach each?",
        "SELECT state, school_year, course_code, course_name, schools_teaching, counts_basis FROM courses_that_count "
        "WHERE counts_as_cs = 'counts' ORDER BY state, school_year, schools_teaching DESC, course_code, course_name",
    ),
    "how_it_changed": (
        "How has the percentage of each state changed since the school year before that the release holds?",
        "SELECT place, school_year, lag(school_year) OVER years AS year_before, percent_offering, "
        "lag(percent_offering) OVER years AS percent_before, "
        "percent_offering - lag(percent_offering) OVER years AS points_changed, percent_known, "
        "lag(percent_known) OVER years AS percent_known_before FROM state_summary "
        "WINDOW years AS (PARTITION BY place ORDER BY school_year) ORDER BY place, school_year",
    ),
    "schools_that_changed": (
        "Which schools have another answer than in the school year before that the release holds?",
        "SELECT * FROM (SELECT nces_school_id, school_name, state, lag(school_year) OVER following AS year_before, "
        "lag(teaches_cs) OVER following AS was, school_year, teaches_cs AS now, in_access_report FROM school_cs_access "
        "WINDOW following AS (PARTITION BY nces_school_id ORDER BY school_year)) AS years "
        "WHERE was <> now ORDER BY state, nces_school_id, school_year",
    ),
    "why": (
        "Why did a school get its answer? Filter by nces_school_id and school_year.",
        f"SELECT s.nces_school_id, s.school_year, s.school_name, s.state, s.teaches_cs, {_WORDS} AS answer_in_words, "
        "e.position, e.evidence_kind, e.says, e.is_used, e.why, e.evidence_year, e.pointer "
        "FROM school_cs_access s LEFT JOIN evidence e USING (nces_school_id, school_year) "
        "ORDER BY s.nces_school_id, s.school_year, e.position",
    ),
    "sources_received": (
        "Which sources is the release based on, and what became of their rows?",
        "SELECT source, school_year, file_year, received_on, rows_in, rows_kept, rows_rejected, rows_merged, "
        "rows_excluded FROM sources WHERE report_status = 'reported' ORDER BY school_year, source",
    ),
    "sources_not_reported": (
        "Which sources is the release not based on, and why?",
        "SELECT source, school_year, report_status, reason FROM sources WHERE report_status <> 'reported' "
        "ORDER BY school_year, source",
    ),
}


def write_database(folder: Path, tables: Mapping[str, Table]) -> None:
    """Make the DuckDB file from the folder's Parquet files: same table names, comments from the declarations, the views."""
    with duckdb.connect(str(folder / FILE)) as connection:
        for name, declared in tables.items():
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet(?)", [str(_parquet(folder, name))])
            connection.execute(f"COMMENT ON TABLE {name} IS {_text(f'{declared.title}: {declared.grain}')}")
            for column in declared.columns:
                connection.execute(f"COMMENT ON COLUMN {name}.{column.name} IS {_text(column.meaning)}")
        for name, (question, query) in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
            connection.execute(f"COMMENT ON VIEW {name} IS {_text(question)}")


def hash_database(folder: Path, parquet_hashes: Mapping[str, str]) -> str:
    """sha256 of the file's content: its views, and the hashes of the Parquet files that its tables are equal to.

    `parquet_hashes`: table -> sha256 of its Parquet file. Raises ValueError when a table differs from its Parquet file.
    """
    with duckdb.connect(str(folder / FILE), read_only=True) as connection:
        found = [n for (n,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        if found != sorted(parquet_hashes):
            raise ValueError(f"{FILE} holds the tables {', '.join(found)}, not {', '.join(sorted(parquet_hashes))}")
        for name in found:
            if not _equals_parquet(connection, name, _parquet(folder, name)):
                raise ValueError(f"{FILE}: table {name} is not what parquet/{name}.parquet holds")
        views = connection.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY view_name"
        ).fetchall()
    digest = hashlib.sha256()
    for part in (*sorted(parquet_hashes.items()), *views):
        digest.update("\0".join(part).encode() + b"\n")
    return digest.hexdigest()


def _equals_parquet(connection: duckdb.DuckDBPyConnection, name: str, parquet: Path) -> bool:
    """Whether table and file hold the same rows in the same order."""
    count = f"SELECT (SELECT count(*) FROM {name}) = (SELECT count(*) FROM read_parquet(?))"
    same_size = connection.execute(count, [str(parquet)]).fetchone()
    differing = connection.execute(
        f"SELECT count(*) FROM {name} AS ours POSITIONAL JOIN read_parquet(?) AS theirs WHERE ours IS DISTINCT FROM theirs",
        [str(parquet)],
    ).fetchone()
    return bool(same_size and same_size[0] and differing and differing[0] == 0)


def _parquet(folder: Path, name: str) -> Path:
    return folder / "parquet" / f"{name}.parquet"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
