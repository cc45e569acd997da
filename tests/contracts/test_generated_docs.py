"""The generated pages: fresh as committed, stale as soon as someone edits one."""

from __future__ import annotations

from pathlib import Path

from pipelines.season.generated_docs import stale_docs, write_docs


def test_the_committed_pages_are_fresh() -> None:
    assert stale_docs() == [], "write them anew with: make docs"


def test_written_pages_are_fresh_until_someone_edits_one(tmp_path: Path) -> None:
    (tmp_path / "states").mkdir()
    (tmp_path / "states" / "zz.md").write_text("a state that is gone", encoding="utf-8")
    assert "states/zz.md" in stale_docs(tmp_path)
    assert write_docs(tmp_path) > 52
    assert stale_docs(tmp_path) == []
    (tmp_path / "states" / "fl.md").write_text("edited", encoding="utf-8")
    (tmp_path / "states" / "ga.md").unlink()
    assert stale_docs(tmp_path) == ["states/fl.md", "states/ga.md"]
