"""Tests of approvals: what suffices to publish, what does not, and a file that only grows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.published.approvals import Approval, ApprovalError, add_approval, read_approvals, require_approvals
from schemas.publishing_model import Publishing, load_publishing


def by(name: str, *states: str, diff: str = "d", version: str = "2026.11.2") -> Approval:
    return Approval(version, diff, "m", name, "looked", states, "2026-11-25T10:00:00+00:00")


def ask(*given: Approval, states: tuple[str, ...] = (), people: int = 1) -> list[str]:
    return require_approvals(
        given, version="2026.11.2", diff_sha256="d", manifest_sha256="m", states=states, people=people
    )


def test_one_approval_of_exactly_this_suffices() -> None:
    assert ask(by("Ana Diaz")) == ["Ana Diaz"]
    assert ask(by("Ana Diaz", diff="old"), by("Ben")) == ["Ben"]
    assert ask(by("Ana", "CA"), by("Ana", "WA"), states=("CA", "WA")) == ["Ana"]
    assert ask(by("Ana", "CA"), by("Ben", "CA"), states=("CA",), people=2) == ["Ana", "Ben"]


def back(name: str) -> Approval:
    return replace(by(name), withdraws=True, approved_at="2026-11-26T08:00:00+00:00")


def test_who_took_it_back_approves_no_more_until_they_do_again() -> None:
    assert ask(by("Ana"), by("Ben"), back(" ana ")) == ["Ben"]
    assert ask(by("Ana"), back("Ana"), by("Ana")) == ["Ana"]
    with pytest.raises(ApprovalError, match=r"nobody has approved it \(Ana took the approval back on 2026-11-26\)"):
        ask(by("Ana"), back("Ana"))
    with pytest.raises(ApprovalError, match="no approval names it"):
        ask(by("Ana", "CA"), by("Ben"), back("Ana"), states=("CA",))


@pytest.mark.parametrize(
    ("given", "states", "people", "sentence"),
    [
        ((), (), 1, "nobody has approved it"),
        ((by("Ana", diff="old"),), (), 1, r"is not what Ana looked at on 2026-11-25: the data changed since"),
        (
            (by("Ana"),),
            ("CA", "WA"),
            1,
            r"CA, WA moved beyond a limit, and no approval names them.*--state CA --state WA",
        ),
        ((by("Ana", "CA"),), ("CA", "WA"), 1, r"WA moved beyond a limit, and no approval names it"),
        ((by("Ana"),), (), 2, "2 people must approve it; so far Ana"),
        ((by("Ana Diaz"), by(" ana  DIAZ ")), (), 2, "2 people must approve it; so far"),
        ((by("Ana", "CA"), by("Ben")), ("CA",), 2, "CA moved beyond a limit, and too few approvals name it"),
    ],
)
def test_what_does_not_suffice(given: tuple, states: tuple, people: int, sentence: str) -> None:
    with pytest.raises(ApprovalError, match=sentence):
        ask(*given, states=states, people=people)


def test_the_file_only_grows_and_survives_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "approvals/approvals.jsonl"
    assert read_approvals(tmp_path) == []
    add_approval(tmp_path, by("Ana", "CA"))
    first = path.read_bytes()
    with path.open("ab") as handle:
        handle.write(b'{"version": "2026.11')
    add_approval(tmp_path, by("Ben", version="2026.11.3"))
    assert path.read_bytes().startswith(first)
    assert [a.approved_by for a in read_approvals(tmp_path)] == ["Ana", "Ben"]
    assert read_approvals(tmp_path, "2026.11.2") == [by("Ana", "CA")]
    assert json.loads(path.read_text().splitlines()[-1])["approved_by"] == "Ben"
    with pytest.raises(ApprovalError, match="an approval needs somebody"):
        add_approval(tmp_path, by("  "))


def test_the_settings_are_declared() -> None:
    assert load_publishing().approvals_needed >= 1
    with pytest.raises(ValueError, match="approvals_needed"):
        Publishing(approvals_needed=0, approve_and_publish=True)
