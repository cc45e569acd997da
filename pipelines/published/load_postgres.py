"""Loads a release into PostgreSQL: one schema, made beside the old one and swapped in one transaction. Changes no release.

Needs the extra `server` (psycopg2). A reader sees the old tables or the new ones, never some of each.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from pipelines.published.database_file import VIEWS
from pipelines.published.public_tables import published_tables
from pipelines.published.versions import MANIFEST
from schemas.table_model import Table

TYPES = {"text": "text", "integer": "bigint", "decimal": "double precision", "flag": "boolean"}
NAME = re.compile(r"^[a-z_][a-z0-9_]{0,48}$")
DSN = "CS_ACCESS_POSTGRES_DSN"
_BATCH = 50_000


class LoadError(ValueError):
    """The release could not be loaded; the sentence says why and what to do, and holds no password."""


def load_release(folder: Path, dsn: str, schema: str = "cs_access") -> dict[str, int]:
    """Load a release folder; returns {table: rows}. On any error the schema that was there stays as it was.

    Grants on the old schema, its tables and views are given again on those of the same name. Raises LoadError when the
    extra is missing, the server cannot be reached, or something outside the schema is built on it.
    """
    if not NAME.match(schema):
        raise LoadError(f"{schema!r} cannot be a schema's name: small letters, digits and _ only")
    if not (folder / MANIFEST).exists():
        raise LoadError(f"{folder} is no release: it has no {MANIFEST}; publish one first")
    try:
        import psycopg2
    except ImportError:
        raise LoadError("loading needs the extra 'server': pip install 'cs-access[server]'") from None
    try:
        connection = psycopg2.connect(dsn)
    except psycopg2.OperationalError as error:
        raise LoadError(f"the PostgreSQL server did not let us in: {_without_secrets(str(error), dsn)}") from None
    except psycopg2.ProgrammingError:
        raise LoadError("the address is not one of PostgreSQL, for example postgresql://user@host/database") from None
    try:
        # One transaction: it is committed at the end of the block, and undone by any error in it.
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"cs-access {schema}"])
            return _swap(cursor, folder, schema)
    except psycopg2.Error as error:
        said = _without_secrets((error.diag.message_primary or type(error).__name__), dsn)
        raise LoadError(f"PostgreSQL refused the load, and nothing was changed: {said}") from None
    finally:
        connection.close()


def _swap(cursor: Any, folder: Path, schema: str) -> dict[str, int]:
    new = f"{schema}_new"
    dependents = _built_on(cursor, schema)
    if dependents:
        raise LoadError(
            f"{', '.join(dependents)} outside the schema {schema} is built on it and would be lost; drop it first, and make it "
            "anew afterwards, or load into another schema with --schema"
        )
    grants = _grants(cursor, schema)
    cursor.execute(f"DROP SCHEMA IF EXISTS {new} CASCADE")
    cursor.execute(f"CREATE SCHEMA {new}")
    cursor.execute(f"SET LOCAL search_path TO {new}")
    rows = {name: _load_table(cursor, folder, declared) for name, declared in published_tables().items()}
    for name, (question, query) in VIEWS.items():
        cursor.execute(f"CREATE VIEW {name} AS {query}")
        cursor.execute(f"COMMENT ON VIEW {name} IS %s", [question])
    version = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["version"]
    cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    cursor.execute(f"ALTER SCHEMA {new} RENAME TO {schema}")
    cursor.execute(f"COMMENT ON SCHEMA {schema} IS %s", [f"cs-access release {version}"])
    for grant in grants:
        cursor.execute(grant)
    return rows


def _load_table(cursor: Any, folder: Path, declared: Table) -> int:
    # Names are quoted: `group` is a column of the access report and a word of SQL.
    columns = ", ".join(f'"{c.name}" {TYPES[c.type]}' for c in declared.columns)
    key = f", PRIMARY KEY ({_names(declared.key)})" if declared.key else ""
    cursor.execute(f"CREATE TABLE {declared.name} ({columns}{key})")
    file = parquet.ParquetFile(folder / "parquet" / f"{declared.name}.parquet")
    copy = f"COPY {declared.name} ({_names(declared.column_names)}) FROM STDIN (FORMAT csv, NULL '', HEADER false)"
    for batch in file.iter_batches(_BATCH, columns=declared.column_names):
        body = io.BytesIO()
        # Text is quoted and null is nothing, which is what COPY takes for null: an empty text stays one.
        csv.write_csv(arrow.Table.from_batches([batch]), body, csv.WriteOptions(include_header=False))
        body.seek(0)
        cursor.copy_expert(copy, body)
    cursor.execute(f"COMMENT ON TABLE {declared.name} IS %s", [f"{declared.title}: {declared.grain}"])
    for column in declared.columns:
        cursor.execute(f'COMMENT ON COLUMN {declared.name}."{column.name}" IS %s', [column.meaning])
    return int(file.metadata.num_rows)


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _grants(cursor: Any, schema: str) -> list[str]:
    """Statements that give again what roles had been granted on the schema and on its tables and views."""
    cursor.execute(
        "SELECT format('GRANT %%s ON SCHEMA %%I TO %%s', privilege_type, nspname, "
        "CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) "
        "FROM pg_namespace, aclexplode(nspacl) WHERE nspname = %s AND grantee <> nspowner",
        [schema],
    )
    found = [statement for (statement,) in cursor.fetchall()]
    names = [*published_tables(), *VIEWS]
    cursor.execute(
        "SELECT format('GRANT %%s ON %%I.%%I TO %%s', privilege_type, nspname, relname, "
        "CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) "
        "FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(relacl) "
        "WHERE nspname = %s AND relname = ANY(%s) AND grantee <> relowner",
        [schema, names],
    )
    return found + [statement for (statement,) in cursor.fetchall()]


def _built_on(cursor: Any, schema: str) -> list[str]:
    """Views of other schemas that read from this one."""
    cursor.execute(
        "SELECT DISTINCT format('%%I.%%I', vn.nspname, v.relname) FROM pg_depend d "
        "JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass "
        "JOIN pg_class v ON v.oid = r.ev_class JOIN pg_namespace vn ON vn.oid = v.relnamespace "
        "JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace "
        "WHERE tn.nspname = %s AND vn.nspname <> %s ORDER BY 1",
        [schema, schema],
    )
    return [name for (name,) in cursor.fetchall()]


def _without_secrets(text: str, dsn: str) -> str:
    secrets = re.findall(r"://[^:/@]*:([^@]*)@|password\s*=\s*'?([^\s']+)", dsn)
    for secret in {part for pair in secrets for part in pair if part}:
        text = text.replace(secret, "***")
    return " ".join(text.split())
