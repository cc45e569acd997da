"""Dagster's event log in SQLite, with its connections kept open. What is stored, and where, stays Dagster's own.

Dagster 1.13 makes an engine and a connection for every statement, six of them an event: half of the sample season's
time. Configured in dagster.yaml; docs/decisions/0008 has the figures and when to take this out.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as db
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    SqliteEventLogStorage,
)
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import StaticPool

from pipelines.defs.storages import first_start

MAX_ENGINES = 64
"""Runs whose database stays known; a webserver looks at thousands."""


class KeptEngineEventLog(SqliteEventLogStorage):
    """`SqliteEventLogStorage` in DAGSTER_HOME/history, one connection per process and database, made once."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[tuple[int, str], db.Engine] = {}
        self._tables: set[str] = set()
        with first_start() as home:
            super().__init__(str(home / "history" / "runs"), inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:  # type: ignore[override]
        """Takes no settings."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, _settings: Any) -> "KeptEngineEventLog":
        """The storage of this DAGSTER_HOME."""
        return cls(inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether the index has the table; one that it has is not asked for again."""
        # Asked inside of other connections too, so this one is Dagster's own: it does not wait for the lock.
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _engine(self, shard: str) -> db.Engine:
        # A connection must not be used on both sides of a fork, so each process has its own.
        key = (os.getpid(), shard)
        if key not in self._engines:
            if len(self._engines) >= MAX_ENGINES:
                self._engines.pop(next(iter(self._engines))).dispose()
            # The lock of the storage lets one thread at a time use the one connection.
            engine = db.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=StaticPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            # With the write-ahead log a killed process loses nothing; the disk need not be waited for at every event.
            db.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL"))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            self._engines[key] = engine
        return self._engines[key]
