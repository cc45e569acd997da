"""The command line says things in sentences and uses its exit codes: 0 done, 1 findings, 2 cannot be done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.shared.steps import Workspace


def cleanup(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; import pipelines.cli; print([m for m in ('pandas', 'dagster', 'pandera') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
    shown = cleanup("--help")
    for command in ("receive", "run", "explain", "publish", "diff", "rollback", "ui", "demo"):
        assert command in shown.stdout


def test_explain_in_words_and_as_json(workspace: Workspace) -> None:
    school = workspace.store.read("school_cs_access", "2018-19").query("teaches_cs == 'Y'")["nces_school_id"].iloc[0]
    words = cleanup("explain", school, "--year", "2018-19", "--data", workspace.store.root)
    assert words.returncode == 0, words.stderr
    assert school in words.stdout
    told = json.loads(cleanup("explain", school, "--year", "2018", "--data", workspace.store.root, "--json").stdout)
    assert told["teaches_cs"] == "Y"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "2018-20"), "is not a school year"),
        (("run", "2018-19", "--sources", "gaa"), "did you mean 'ga'"),
        (("receive", "nothing.csv", "--source", "ga", "--year", "2018-19"), "nothing.csv"),
        (("receive", "nothing.csv", "--source", "zz", "--year", "2018-19"), "there is no source 'zz'"),
        (("publish", "--by", ""), "there is no candidate yet; build one: cleanup candidate"),
        (("approve", "2026.11.1"), "there is no candidate 2026.11.1"),
    ],
)
def test_refusals(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = cleanup(*arguments, CS_ACCESS_DATA=str(tmp_path), CS_ACCESS_RAW=str(tmp_path / "raw"))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_release_from_the_command_line(workspace: Workspace, tmp_path: Path) -> None:
    """A steward's day over a copy of the sample season's tables."""
    import shutil

    data = tmp_path / "data"
    shutil.copytree(workspace.store.root, data)
    where = {"CS_ACCESS_DATA": str(data)}
    built = cleanup("candidate", "--by", "A. Tester", "--json", **where)
    assert built.returncode == 1, "states beyond a limit are findings"
    facts = json.loads(built.stdout)
    refused = cleanup("publish", **where)
    assert refused.returncode == 2
    assert "nobody has approved it" in refused.stderr
    states = [word for state in facts["states_to_name"] for word in ("--state", state)]
    approved = cleanup("approve", facts["version"], "--by", "A. Tester", "--note", "looked", *states, **where)
    assert approved.returncode == 0, approved.stderr
    out = cleanup("publish", facts["version"], **where)
    assert out.returncode == 0, out.stderr
    assert "it is the first" in out.stdout
    assert "Nothing would change" in cleanup("diff", **where).stdout
    assert cleanup("publish", "--by", "A. Tester", **where).returncode == 0, "no state is beyond a limit now"
    back = cleanup("rollback", **where)
    assert back.returncode == 0, back.stderr
    assert "current one again" in back.stdout
    listed = json.loads(cleanup("releases", "--json", **where).stdout)
    assert [(row["is_current"], row["approved_by"]) for row in listed] == [
        (True, ["A. Tester"]),
        (False, ["A. Tester"]),
    ]
