"""What the season's work refuses, told in the Dagster run as its one sentence, without a retry. Refuses nothing itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipelines.season.releases.candidate import GateError
from pipelines.shared.locks import LockedError


@contextmanager
def refused_in_words() -> Iterator[None]:
    """Let a refusal (ValueError, GateError, LockedError) fail the run with its sentence."""
    try:
        yield
    except (ValueError, GateError, LockedError) as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
