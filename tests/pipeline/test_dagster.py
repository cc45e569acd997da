"""The same path through real Dagster: definitions, jobs, checks by school year, one unreadable state file."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from pipelines.defs.build import build_definitions
from pipelines.defs.release import (
    RELEASE_KEYS,
    ApprovalSettings,
    CandidateSettings,
    PublishSettings,
    RollbackSettings,
)
from pipelines.defs.resources import Folders
from pipelines.defs.season import SeasonSettings
from pipelines.defs.settings import CleanupSettings
from pipelines.season.run import all_steps
from pipelines.season.workspace import PROJECT
from pipelines.shared.store import TableStore
from schemas.season_model import load_season
from schemas.source_model import load_sources
from schemas.tables import load_tables
from tests.world import CANARIES

pytestmark = pytest.mark.dagster
SETTINGS = "received__run_settings"
OPS = {
    "release_candidate": "published__candidate",
    "approve_release": "published__approval",
    "publish_release": "published__release",
    "roll_back_release": "published__rollback",
    "open_season": "reconciled__season_opening",
    "close_season": "reconciled__season_closing",
}


def run_job(
    folders: Folders, name: str, year: str | None, instance: dg.DagsterInstance, **config: object
) -> dg.ExecuteInProcessResult:
    job = build_definitions(folders).resolve_job_def(name)
    op = OPS.get(name, SETTINGS)
    return job.execute_in_process(
        instance=instance, partition_key=year, raise_on_error=False, run_config={"ops": {op: {"config": config}}}
    )


@pytest.fixture(scope="module")
def broken(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Folders, dg.DagsterInstance, dg.ExecuteInProcessResult, Path]:
    """The sample season of 2018-19 after one state's file was overwritten with something that is no table."""
    place = tmp_path_factory.mktemp("broken")
    shutil.copytree(PROJECT / "raw", place / "raw")
    for path in (place / "raw" / "ga" / "2018-19").iterdir():
        path.write_bytes(b"\x00\x01not a table")
    folders = Folders(raw=str(place / "raw"), data=str(place / "data"))
    (place / "home").mkdir()
    instance = dg.DagsterInstance.local_temp(str(place / "home"))
    return folders, instance, run_job(folders, "fall_cleanup", "2018-19", instance, note="test"), place


def evaluations(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], dg.AssetCheckEvaluation]:
    return {("/".join(e.asset_key.path), e.check_name): e for e in result.get_asset_check_evaluations()}


def test_one_unreadable_state_file_stops_nothing_else(broken) -> None:
    folders, _, result, _ = broken
    assert result.success
    checks = evaluations(result)
    assert not checks["received/ga", "files_are_as_declared"].passed
    assert checks["received/wa", "files_are_as_declared"].passed
    assert checks["received/ca", "files_are_as_declared"].severity == dg.AssetCheckSeverity.WARN
    store = TableStore(folders.data)
    answers = store.read("school_cs_access", "2018-19")
    assert (answers.query("state == 'WA'")["teaches_cs"] == "Y").any()
    listed = store.read("sources", "2018-19").set_index("source")["report_status"]
    assert listed["ga"] == "refused"
    assert listed["wa"] == "reported"
    georgia = store.read("evidence", "2018-19").query("label == 'state_offering' and is_used")
    assert not georgia["nces_school_id"].str.startswith("13").any()


def test_a_failed_check_has_a_table_of_five_columns_and_a_path(broken) -> None:
    *_, result, _ = broken
    metadata = evaluations(result)["received/ga", "files_are_as_declared"].metadata
    records = metadata["findings"].records
    assert 0 < len(records) <= 50
    assert list(records[0].data) == ["file", "row", "column", "what is wrong", "value"]
    assert metadata["all_findings"].path.endswith("2018-19.parquet")


def test_checks_belong_to_a_school_year(broken) -> None:
    """What we rely on of a preview feature of Dagster: an evaluation carries its partition."""
    _, _, result, _ = broken
    assert evaluations(result)["received/ga", "files_are_as_declared"].partition == "2018-19"


def test_nothing_restricted_reaches_the_run_storage(broken) -> None:
    *_, place = broken
    for path in sorted(p for p in (place / "home").rglob("*") if p.is_file()):
        body = path.read_bytes().decode("utf-8", errors="ignore").casefold()
        assert [c for c in CANARIES.values() if c.casefold() in body] == [], path


def test_a_release_goes_out_through_the_jobs(broken) -> None:
    folders, instance, _, _ = broken
    assert not run_job(folders, "publish_release", None, instance).success, "there is no candidate"
    built = run_job(folders, "release_candidate", None, instance, started_by="A. Tester")
    assert built.success
    told = {e.check_name: e for e in built.get_asset_check_evaluations()}
    assert told["release_is_fit_to_publish"].passed
    assert not run_job(folders, "publish_release", None, instance).success, "nobody has approved it"
    states = built.asset_materializations_for_node("published__candidate")[0].metadata["states_to_name"].value
    named = [state for state in str(states).split(", ") if state]
    assert told["states_are_within_their_limits"].passed is (not named)
    assert not run_job(folders, "approve_release", None, instance).success, "nobody says who approves"
    given = run_job(folders, "approve_release", None, instance, approved_by="A. Tester", states=named)
    assert given.success
    assert given.asset_materializations_for_node("published__approval")[0].metadata["approved_by"].value == "A. Tester"
    assert run_job(folders, "publish_release", None, instance).success
    assert (Path(folders.data) / "releases" / "current.json").exists()


def test_a_season_is_opened_and_closed_by_its_buttons(broken) -> None:
    folders, instance, _, _ = broken
    assert not run_job(folders, "close_season", "2018-19", instance, by="A. Tester").success, "it is not open"
    assert not run_job(folders, "open_season", "2018-19", instance).success, "nobody says who opens it"
    opened = run_job(folders, "open_season", "2018-19", instance, by="A. Tester")
    assert opened.success
    shown = {
        "/".join(one.asset_key.path): one.metadata for one in opened.asset_materializations_for_node(OPS["open_season"])
    }
    assert "with" in str(shown["reconciled/season_opening"]["summary"].value)
    season = shown["reconciled/season"]
    assert season["fall_open"].value == season["fall_cases"].value
    assert "data:image/png;base64," in str(season["fall_progress"].value)
    assert Path(str(season["review_page"].value)).exists()
    folder = Path(str(season["fall_worksheets"].value))
    assert {"review_102.html", "worksheet_102.xlsx", "worksheet_all.xlsx"} <= {path.name for path in folder.iterdir()}
    closed = run_job(folders, "close_season", "2018-19", instance, by="A. Tester")
    assert closed.success
    told = {
        "/".join(one.asset_key.path): one.metadata
        for one in closed.asset_materializations_for_node(OPS["close_season"])
    }
    assert "would change 0 schools" in str(told["reconciled/season_closing"]["candidate"].value)
    assert "fall: closed" in str(told["reconciled/season"]["summary"].value)
    assert not run_job(folders, "roll_back_release", None, instance).success, "only one release was published"


def test_nothing_restricted_reaches_the_run_storage_of_publishing(broken) -> None:
    """Publishing reads contacts for the partners' folders; the log of its run, and what lies open, knows none of them."""
    folders, *_, place = broken
    addresses = (
        TableStore(folders.data).read_text("restricted", "survey", "2018-19")["submitter_email_address"].dropna()
    )
    planted = [c.casefold() for c in (*CANARIES.values(), *addresses.head(50))]
    assert list(Path(folders.data).glob("partner/*/*/contacts.csv"))
    for path in sorted(p for p in (place / "home").rglob("*") if p.is_file()):
        body = path.read_bytes().decode("utf-8", errors="ignore").casefold()
        assert [c for c in planted if c in body] == [], path


def test_a_misspelt_source_ends_in_a_sentence(tmp_path: Path) -> None:
    folders = Folders(raw=str(PROJECT / "raw"), data=str(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        result = run_job(folders, "fall_cleanup", "2018-19", instance, sources=["gaa"])
    assert not result.success
    failure = result.failure_data_for_node(SETTINGS)
    assert failure is not None
    assert "did you mean 'ga'?" in str(failure.user_failure_data.description)


def test_every_setting_has_a_default_that_the_launchpad_shows() -> None:
    """A default of None is not shown at all."""
    every = (CleanupSettings, CandidateSettings, ApprovalSettings, PublishSettings, RollbackSettings, SeasonSettings)
    for settings in every:
        for name, field in settings.model_fields.items():
            assert field.default is not None, name
            assert field.description, name


def test_definitions() -> None:
    definitions = build_definitions()
    dg.Definitions.validate_loadable(definitions)
    jobs = {job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")}
    assert {"fall_cleanup", "nightly_refresh", "refresh_one_source", "preview_release", *OPS} <= jobs
    schedule = definitions.resolve_schedule_def("nightly")
    assert schedule.execution_timezone == load_season().time_zone


def test_assets_and_tables_have_one_name() -> None:
    graph = build_definitions().resolve_asset_graph()
    keys = {"/".join(key.path) for key in graph.get_all_asset_keys()}
    sources = load_sources()
    parts = {"nces_parts", *(s.produces for s in sources.values())} - {"nces_schools"}
    national = {f"{t.stage}/{t.name}" for t in load_tables().values() if t.name not in parts}
    by_source = {f"{stage}/{name}" for stage in ("received", "standard") for name in sources}
    # What the comparisons find are more findings; the table of that name is the standard stage's.
    comparisons = {"linked/comparisons", "reconciled/comparisons"}
    releases = {"/".join(key.path) for key in RELEASE_KEYS}
    seasons = {"reconciled/season", "reconciled/season_opening", "reconciled/season_closing"}
    assert keys == national | by_source | comparisons | seasons | {"linked/cases", "received/run_settings", *releases}


def test_groups_are_stages_and_no_asset_has_many_checks() -> None:
    for step in all_steps(load_sources()):
        assert len(step.checks) <= 15
    graph = build_definitions().resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.group_name == key.path[0]
        assert node.owners
        assert node.description
