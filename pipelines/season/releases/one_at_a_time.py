"""One candidate, approval, publication or rollback at a time. Builds and switches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.published.partner_files import remove_old_contacts
from pipelines.published.versions import newest_published
from pipelines.shared.locks import held

LOCK_SECONDS = 30.0


@contextmanager
def publication(data: Path, who: str, what: str) -> Iterator[None]:
    """One candidate, approval, publication or rollback at a time. What a killed publication left to do is done first:
    contacts of older releases go, because a withdrawal holds for kept copies too."""
    with held(data / "releases" / "publication", who=who, what=what, waits=LOCK_SECONDS):
        newest = newest_published(data)
        if newest and (data / "partner" / newest).exists():
            remove_old_contacts(data, newest)
        yield
