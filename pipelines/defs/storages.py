"""Dagster's run and schedule storage in SQLite, made by one process at a time. What is stored stays Dagster's own.

Dagster 1.13 makes and stamps its databases at the first start without a lock: of four processes that start at once on a
fresh DAGSTER_HOME two or more end in an error of alembic. Configured in dagster.yaml; docs/decisions/0062.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._serdes import ConfigurableClassData

from pipelines.shared.locks import held

WAIT_SECONDS = 120.0


@contextmanager
def first_start() -> Iterator[Path]:
    """Hold this DAGSTER_HOME while a database of it is made, and yield its path."""
    home = Path(os.environ["DAGSTER_HOME"])
    with held(home / "databases", what="first start", waits=WAIT_SECONDS):
        yield home


class OneAtATimeRuns(SqliteRunStorage):
    """`SqliteRunStorage` in DAGSTER_HOME/history."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:  # type: ignore[override]
        """Takes no settings."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, _settings: Any) -> "OneAtATimeRuns":
        """The storage of this DAGSTER_HOME."""
        with first_start() as home:
            return cls.from_local(str(home / "history"), inst_data)


class OneAtATimeSchedules(SqliteScheduleStorage):
    """`SqliteScheduleStorage` in DAGSTER_HOME/schedules."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:  # type: ignore[override]
        """Takes no settings."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, _settings: Any) -> "OneAtATimeSchedules":
        """The storage of this DAGSTER_HOME."""
        with first_start() as home:
            return cls.from_local(str(home / "schedules"), inst_data)  # type: ignore[return-value]
