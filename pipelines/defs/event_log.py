"""Dagster's event log in SQLite, with its database engines kept open. Changes where nothing is stored and what.

Dagster 1.13 makes an engine for every connection, six of them an event, and each compiles its statements anew: half of
the sample season's time. Configured in dagster.yaml; docs/decisions/0008 has the figures and when to take this out.
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
from sqlalchemy.pool import NullPool

MAX_ENGINES = 64
"""Runs whose database stays known; a webserver looks at thousands."""


class KeptEngineEventLog(SqliteEventLogStorage):
    """`SqliteEventLogStorage` in DAGSTER_HOME/history, one engine per database, made once."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, db.Engine] = {}
        super().__init__(os.path.join(os.environ["DAGSTER_HOME"], "history", "runs"), inst_data)

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

    def _engine(self, shard: str) -> db.Engine:
        if shard not in self._engines:
            if len(self._engines) >= MAX_ENGINES:
                self._engines.pop(next(iter(self._engines))).dispose()
            # No pool: a connection lives as long as one use of it, as in Dagster, so that forks and threads are safe.
            engine = db.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=NullPool,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            # With the write-ahead log a killed process loses nothing; the disk need not be waited for at every event.
            db.event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL"))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            self._engines[shard] = engine
        return self._engines[shard]
