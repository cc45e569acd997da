"""Loading a release into a real PostgreSQL server, where initdb and pg_ctl are there: whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from pipelines.published import load_postgres
from pipelines.published.database_file import VIEWS
from pipelines.published.load_postgres import LoadError, load_release
from pipelines.published.public_tables import PUBLISHED
from pipelines.published.release import build_release
from tests.unit.published_builder import release_years


def run_as_user(command: list[str], folder: Path) -> None:
    """initdb and pg_ctl refuse root, so root runs them as a user without rights."""
    user: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(
        command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, **user
    )


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    """A server of its own that listens on a socket in a new folder, and on no port."""
    pytest.importorskip("psycopg2", reason="needs the extra 'server'")
    programs = [shutil.which(name) for name in ("initdb", "pg_ctl")]
    if not all(programs):
        pytest.skip("needs initdb and pg_ctl of PostgreSQL: apt-get install postgresql")
    initdb, pg_ctl = map(str, programs)
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        data = folder / "data"
        run_as_user(
            [initdb, "-D", str(data), "-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"], folder
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run_as_user([pg_ctl, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"], folder)
        try:
            yield f"host={folder} user=owner dbname=postgres"
        finally:
            run_as_user([pg_ctl, "-D", str(data), "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    return build_release(
        data, "2026.11.1", release_years(), released_on=date(2026, 11, 3), inputs={}, code_version="a", diff_hash="d"
    )


def ask(dsn: str, query: str) -> list[tuple[Any, ...]]:
    import psycopg2

    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_every_table_arrives_with_its_cells_and_views(dsn: str, folder: Path) -> None:
    rows = load_release(folder, dsn)
    for name in PUBLISHED:
        table = parquet.read_table(folder / f"parquet/{name}.parquet")
        assert rows[name] == table.num_rows
        asked = ", ".join(f'"{column}"' for column in table.column_names)
        found = ask(dsn, f"SELECT {asked} FROM cs_access.{name}")
        expected = [tuple(row.values()) for row in table.to_pylist()]
        assert sorted(found, key=str) == sorted(expected, key=str)
    for name in VIEWS:
        ask(dsn, f"SELECT count(*) FROM cs_access.{name}")
    assert ask(dsn, "SELECT obj_description('cs_access'::regnamespace, 'pg_namespace')") == [
        ("cs-access release 2026.11.1",)
    ]
    # The empty text of a key stays a text, and what is not known stays null.
    assert ask(dsn, "SELECT count(*) FROM cs_access.courses_that_count WHERE course_code = ''")[0][0] > 0
    assert ask(dsn, "SELECT count(*) FROM cs_access.school_cs_access WHERE district_name IS NULL")[0][0] > 0


def test_grants_are_kept_when_the_schema_is_swapped(dsn: str, folder: Path) -> None:
    load_release(folder, dsn, "kept")
    ask(
        dsn,
        "CREATE ROLE reader; GRANT USAGE ON SCHEMA kept TO reader; GRANT SELECT ON kept.evidence, kept.why TO reader",
    )
    load_release(folder, dsn, "kept")
    query = "SELECT has_table_privilege('reader', 'kept.{}', 'SELECT')"
    assert ask(dsn, query.format("evidence")) == ask(dsn, query.format("why")) == [(True,)]
    assert ask(dsn, query.format("sources")) == [(False,)]
    assert ask(dsn, "SELECT has_schema_privilege('reader', 'kept', 'USAGE')") == [(True,)]


def test_a_load_that_fails_leaves_the_old_schema(dsn: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_release(folder, dsn, "whole")
    before = ask(dsn, "SELECT count(*), min(xmin::text) FROM whole.evidence")
    monkeypatch.setitem(load_postgres.VIEWS, "broken", ("?", "SELECT no_such_column FROM sources"))
    with pytest.raises(LoadError, match="nothing was changed"):
        load_release(folder, dsn, "whole")
    assert ask(dsn, "SELECT count(*), min(xmin::text) FROM whole.evidence") == before
    assert ask(dsn, "SELECT count(*) FROM pg_namespace WHERE nspname = 'whole_new'") == [(0,)]


def test_a_view_of_somebody_else_is_not_dropped(dsn: str, folder: Path) -> None:
    load_release(folder, dsn, "used")
    ask(dsn, "CREATE VIEW public.mine AS SELECT count(*) FROM used.sources")
    with pytest.raises(LoadError, match=r"public\.mine outside the schema used is built on it"):
        load_release(folder, dsn, "used")
    assert ask(dsn, "SELECT * FROM public.mine")


def test_a_server_that_is_not_there_ends_in_a_sentence_without_the_password(folder: Path) -> None:
    pytest.importorskip("psycopg2", reason="needs the extra 'server'")
    with pytest.raises(LoadError, match="did not let us in") as refused:
        load_release(folder, "postgresql://me:s3cret@127.0.0.1:1/none?connect_timeout=2")
    assert "s3cret" not in str(refused.value)


def test_a_name_that_is_no_schema_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be a schema's name"):
        load_release(folder, "", 'x"; DROP SCHEMA public')
    with pytest.raises(LoadError, match="is no release"):
        load_release(tmp_path, "")
