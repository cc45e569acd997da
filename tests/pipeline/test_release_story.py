"""A release from candidate to rollback over the sample season: refused, approved, published, changed, taken back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipelines.published.approvals import ApprovalError
from pipelines.published.partner_files import CONTACTS
from pipelines.published.versions import current_release, verify_release
from pipelines.received.receipts import receive_file
from pipelines.season.releases.approving import approve, withdraw
from pipelines.season.releases.publishing import (
    compare_with_current,
    drop,
    list_all,
    preview_release,
    propose_release,
    publish_release,
    roll_back,
    try_release,
)
from pipelines.season.run import run_season
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace
from schemas.publishing_model import Publishing
from schemas.source_model import load_sources
from tests.conftest import YEARS
from tests.searching import found_in
from tests.world import CANARIES
from tests.world.canaries import STRAY_ADDRESS

YEAR = "2018-19"
DECIDED, DROPPED, RENAMED, GONE = "069900100004", "139900900005", "069900100005", "069900100902"
BOTH = Publishing(approvals_needed=2, approve_and_publish=True)


@pytest.fixture(scope="module")
def place(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample season with a raw tree of its own, which the story changes."""
    root = tmp_path_factory.mktemp("story")
    shutil.copytree(PROJECT / "raw", root / "raw")
    shutil.copytree(workspace.store.root, root / "data")
    return open_workspace(root / "raw", str(root / "data"))


def data_of(place: Workspace) -> Path:
    return Path(place.store.root)


def receive(place: Workspace, source: str, year: str, name: str, text: str) -> None:
    file = data_of(place).parent / name
    file.write_text(text, encoding="utf-8")
    receive_file(place.raw, file, load_sources()[source], year, received_on="2026-11-20", received_by="test")


def new_files(place: Workspace) -> None:
    """Georgia sends its file again without one school, the directory renames one and drops one, a person decides."""
    lines = (place.raw / "ga/2018-19/2018-2019.csv").read_text().splitlines(keepends=True)
    receive(place, "ga", YEAR, "2018-2019.2.csv", "".join(line for line in lines if DROPPED not in line))
    header = "decision_id,kind,school_id,school_year,teaches_cs,decided_by,decided_at,reason,evidence_hash\n"
    row = f"D-0900,verdict,{DECIDED},2017-18,M,A. Second,2026-11-20 09:00:00 UTC,seen otherwise,1111111111111111\n"
    receive(place, "decisions", "2017-18", "late.csv", header + row)
    directory = place.raw / "nces_ccd_029/2018-19/ccd_sch_029_1819_w_1a_091019.csv"
    lines = [line for line in directory.read_text().splitlines(keepends=True) if GONE not in line]
    lines = [line.replace("Eidergarth High", "Renamed High") if RENAMED in line else line for line in lines]
    receive(place, "nces_ccd_029", YEAR, "ccd_sch_029_1819_w_2a_010120.csv", "".join(lines))


def test_the_first_release_is_refused_until_its_states_are_named(place: Workspace) -> None:
    with pytest.raises(ApprovalError, match="CA, WA moved beyond a limit") as refused:
        publish_release(place, approved_by="Ana Diaz")
    assert "--state CA --state WA" in str(refused.value)
    built = propose_release(place)
    assert propose_release(place).folder == built.folder, "nothing changed, so the candidate is the same"
    assert current_release(data_of(place)) is None
    with pytest.raises(ApprovalError, match="GA is not beyond a limit"):
        approve(place, built.version, approved_by="Ana Diaz", states=["GA"])
    approve(place, built.version, approved_by="Ana Diaz", states=["CA"])
    with pytest.raises(ApprovalError, match="WA moved beyond a limit, and no approval names it"):
        publish_release(place)
    approve(place, "", approved_by="Ana Diaz", note="rows checked", states=["ca", "wa"])
    with pytest.raises(ApprovalError, match="2 people must approve it; so far Ana Diaz"):
        publish_release(place, settings=BOTH)
    approve(place, built.version, approved_by="Ben Okoro", states=["CA", "WA"])
    outcome = publish_release(place, built.version, settings=BOTH)
    assert outcome.version == built.version
    pointer = current_release(data_of(place))
    assert pointer is not None
    assert pointer["version"] == built.version
    told = list_all(place)[0]
    assert (told["approved_by"], told["switched"][0]["approved_by"]) == (
        ["Ana Diaz", "Ben Okoro"],
        "Ana Diaz, Ben Okoro",
    )
    public = [
        path.read_bytes() for path in (data_of(place) / "releases").rglob("*") if path.suffix in (".json", ".html")
    ]
    assert not any(b"Ana Diaz" in body for body in public)
    assert verify_release(built.folder, pointer["manifest_sha256"]) == []
    first = pd.read_csv(built.folder / "diff" / "diff.csv", dtype="str")
    assert set(first["cause"]) == {"first_release"}


def test_what_changes_is_told_with_its_cause(place: Workspace) -> None:
    assert compare_with_current(place).diff.empty
    new_files(place)
    list(run_season(place, YEARS))
    comparison = compare_with_current(place)
    told = comparison.diff.set_index(["nces_school_id", "school_year"])
    assert (told["cause"] != "unexplained").all()
    assert (told["cause"] != "code").all()
    assert told.loc[(DECIDED, "2017-18"), ["was", "now", "cause", "by"]].tolist() == ["Y", "M", "decision", "A. Second"]
    assert told.loc[(RENAMED, YEAR), "cause"] == "new_file"
    assert told.loc[(GONE, YEAR), "cause"] == "withdrawn_row"
    assert comparison.schools == told.index.get_level_values(0).nunique()
    assert comparison.sentence == f"would change {comparison.schools} schools"
    california = comparison.by_state.set_index(["place", "school_year"]).loc[("CA", YEAR)]
    assert (california["went"], california["names"]) == (1, 1)


def test_a_dry_run_and_a_preview_switch_nothing(place: Workspace) -> None:
    data = data_of(place)
    before = (data / "releases/current.json").read_bytes()
    tried = try_release(place)
    assert "would change 3 schools" in tried.sentence
    assert "Nothing was switched" in tried.sentence
    assert verify_release(data / "dry-run/last") == []
    preview_release(place)
    pointer = json.loads((data / "releases/preview.json").read_text())
    folder = data / "releases" / pointer["folder"]
    assert json.loads((folder / "manifest.json").read_text())["channel"] == "preview"
    assert json.loads((folder / "page/channel.json").read_text()) == {"channel": "preview"}
    assert "Preview: not published" in (folder / "diff/diff.html").read_text()
    assert (data / "releases/current.json").read_bytes() == before
    assert [row["version"] for row in list_all(place)] == [json.loads(before)["version"]]


def test_an_approval_does_not_hold_for_what_came_after_it(place: Workspace) -> None:
    built = propose_release(place)
    approve(place, built.version, approved_by="Ana Diaz", states=built.states_to_name)
    public = (built.folder / "diff/diff.csv").read_text() + (built.folder / "diff/diff.html").read_text()
    assert "verdict override of 2026-11-20" in public
    assert "A. Second" not in public, "who decided is not public"
    assert "A. Second" in (built.pages / "diff.html").read_text()
    header = "decision_id,kind,school_id,school_year,teaches_cs,decided_by,decided_at,reason,evidence_hash\n"
    late = f"D-0901,verdict,{DECIDED},2017-18,N,A. Third,2026-11-21 09:00:00 UTC,again,1111111111111111\n"
    receive(place, "decisions", "2017-18", "later.csv", header + late)
    list(run_season(place, YEARS))
    with pytest.raises(ApprovalError, match="the data changed since Ana Diaz looked"):
        publish_release(place, built.version)
    again = propose_release(place)
    assert again.version != built.version
    assert (again.dropped, built.folder.exists(), (built.pages / "diff.html").exists()) == (
        (built.version,),
        False,
        True,
    )
    with pytest.raises(ValueError, match=f"{built.version} was dropped and never published: {again.version} takes its"):
        publish_release(place, built.version)
    with pytest.raises(ApprovalError, match="nobody has approved it"):
        publish_release(place)
    approve(place, again.version, approved_by="Ana Diaz", states=again.states_to_name)
    with pytest.raises(ApprovalError, match=f"Ben Okoro has not approved {again.version}.*approved by: Ana Diaz"):
        withdraw(place, "", approved_by="Ben Okoro")
    withdraw(place, "", approved_by="Ana Diaz", note="Ohio looks odd")
    with pytest.raises(ApprovalError, match="Ana Diaz took the approval back"):
        publish_release(place)
    approve(place, again.version, approved_by="Ana Diaz", states=again.states_to_name)
    assert publish_release(place).version == again.version
    assert "changes 2 schools" in (again.folder / "diff/diff.html").read_text()
    with pytest.raises(ApprovalError, match="take it back with: cleanup rollback"):
        withdraw(place, again.version, approved_by="Ana Diaz")


def test_taking_back_and_what_was_compared_with_it(place: Workspace) -> None:
    first = list_all(place)[0]["version"]
    second = (current_release(data_of(place)) or {})["version"]
    assert f"Release {first} is the current one again" in roll_back(place, "", note="Ohio is wrong")
    assert list_all(place)[0]["switched"][-1]["note"] == "Ohio is wrong"
    built = propose_release(place)
    assert "would change 2 schools" in built.sentence, "it is compared with the release of now"
    assert second in roll_back(place, second)
    with pytest.raises(ApprovalError, match=f"it was compared with {first}, and the current release is {second}"):
        approve(place, built.version, approved_by="Ana Diaz")
    said = drop(place, built.version, who="Ana Diaz", note="not needed")
    assert said.startswith(f"{built.version} is gone; it was never published.")
    with pytest.raises(ValueError, match="Ana Diaz dropped it, not needed"):
        approve(place, built.version, approved_by="Ana Diaz")
    with pytest.raises(ValueError, match="was published and is never deleted"):
        drop(place, first, who="Ana Diaz")
    assert propose_release(place).version > built.version, "a number never stands for two things"


def test_tables_of_a_run_that_was_stopped_are_not_released(place: Workspace) -> None:
    """A run that was stopped after the records were linked: the answers are still those of before."""
    store = place.store
    linked = store.read("linked_records", YEAR)
    store.write(linked.iloc[1:], "linked_records", YEAR)
    with pytest.raises(ValueError, match=r"the tables of 2018-19 are not finished: .* cleanup run 2018-19"):
        propose_release(place)
    store.write(linked, "linked_records", YEAR)
    assert propose_release(place).version


def test_nothing_restricted_is_anywhere_outside_the_restricted_tier(place: Workspace) -> None:
    """After runs, candidates, previews, dry runs, releases, diffs and refusals: in every table, page and record of them."""
    data = data_of(place)
    people = place.store.read_text("restricted", "survey", YEAR)["submitter_email_address"].dropna()
    planted = [*CANARIES.values(), STRAY_ADDRESS, *people.head(20)]
    there = {path.name for path in data.iterdir()}
    assert there >= {"received", "standard", "linked", "reconciled", "published", "provenance", "releases", "dry-run"}
    assert list(data.glob("provenance/*/diff.html"))
    assert list(data.glob("previews/*/diff/diff.html"))
    hits = [hit for hit in found_in(data, planted, without=("restricted",)) if Path(hit[0]).name != CONTACTS]
    assert hits == []
    assert found_in(data / "restricted", planted), "the search finds what is there"
