"""What the tests of whole runs share; the sample season itself is run in `tests/conftest.py`."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """An empty raw folder for tests that receive files of their own."""
    return tmp_path / "raw"
