"""Who sees what: the sample season as a release and as partner folders, searched for everything that was planted in it."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipelines.published.partner_files import CONTACTS, EXTRACT_FOLDER, remove_old_contacts
from pipelines.published.public_tables import PUBLISHED
from pipelines.published.release import build_release
from pipelines.published.tableau_file import SWITCH, load_pantab
from pipelines.season.releases.partners import build_partners
from pipelines.season.releases.tables import read_years
from pipelines.shared.steps import Workspace
from pipelines.shared.store import TableStore
from tests.searching import found_in, texts
from tests.world import CANARIES
from tests.world.canaries import STRAY_ADDRESS

TODAY = date(2026, 11, 25)
SURVEY_ROW = re.compile(r"census_submissions[^\s]*(#| rows? )")


def publish(workspace: Workspace, data: Path, version: str) -> None:
    years = read_years(workspace)
    build_release(data, version, years, released_on=TODAY, inputs={}, code_version="c", diff_hash="d")
    build_partners(workspace, data, version, list(years), TODAY)


@pytest.fixture(scope="module")
def data(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the release and the partner folders of the sample season, extracts where pantab is there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(SWITCH, raising=False)
        root = tmp_path_factory.mktemp("tiers")
        publish(workspace, root, "2026.11.1")
    return root


@pytest.fixture(autouse=True)
def with_extracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH, raising=False)


def answer_ids(workspace: Workspace) -> list[str]:
    """Ids and keys of answers, as they stand in the restricted tier and in the stages."""
    store = workspace.store
    private = store.read_text("restricted", "survey.standard", "2018-19")
    return [*private["respondent_key"].dropna().head(5), *private["record_id"].head(5)]


def test_nothing_restricted_is_in_any_file_of_the_release(data: Path, workspace: Workspace) -> None:
    release = data / "releases"
    assert {p.suffix for p in release.rglob("*")} >= {
        ".parquet",
        ".duckdb",
        ".csv",
        ".xlsx",
        ".html",
        ".geojson",
        ".json",
    }
    addresses = workspace.store.read_text("restricted", "survey", "2018-19")["submitter_email_address"].dropna()
    planted = [*CANARIES.values(), STRAY_ADDRESS, *addresses.head(20), *answer_ids(workspace)]
    assert found_in(release, planted) == []


def test_the_search_finds_what_is_planted(data: Path) -> None:
    """The search above can fail, in every kind of file."""
    school = pd.read_parquet(data / "releases/2026.11.1/parquet/school_cs_access.parquet")["school_name"].iloc[0]
    kinds = {Path(name).suffix for name, _ in found_in(data / "releases", [school])}
    wanted = {".parquet", ".duckdb", ".csv", ".geojson"} | ({".hyper"} if load_pantab() else set())
    assert kinds >= wanted
    assert found_in(data / "releases/2026.11.1/excel", ["courses_that_count"])


def test_no_public_or_partner_file_points_at_a_row_of_the_survey(data: Path) -> None:
    for path in sorted(p for p in data.rglob("*") if p.is_file()):
        for text in texts(path):
            assert not SURVEY_ROW.search(text), path
    evidence = pd.read_parquet(data / "releases/2026.11.1/parquet/evidence.parquet")
    asked = evidence[evidence["evidence_kind"].isin(["teacher_survey", "other_survey"])]
    assert len(asked) > 20
    assert asked["pointer"].str.fullmatch(r"survey: (fewer than 10|\d\d+|10 or more) answers").all()
    assert not asked[["records_yes", "records_no"]].isin(range(1, 10)).any().any()


def test_a_partner_has_its_own_schools_only(data: Path, workspace: Workspace) -> None:
    folder = data / "partner/2026.11.1"
    mapped = pd.concat([workspace.store.read("school_partners", y) for y in ("2016-17", "2017-18", "2018-19")])
    keys = ["nces_school_id", "school_year"]
    for partner, mine in mapped.groupby("partner_id"):
        own = set(mine[keys].itertuples(index=False, name=None))
        for name in ("school_cs_access", "evidence", "review_table", "partner_courses", "survey_answers"):
            rows = pd.read_parquet(folder / str(partner) / f"parquet/{name}.parquet")
            assert len(rows), (partner, name)
            assert set(rows[keys].itertuples(index=False, name=None)) <= own, (partner, name)
        report = pd.read_parquet(folder / str(partner) / "parquet/partner_report.parquet")
        assert set(report["place_id"]) == {partner}
        access = pd.read_parquet(folder / str(partner) / "parquet/school_cs_access.parquet")
        assert set(access[keys].itertuples(index=False, name=None)) == own
    assert {p.name for p in folder.iterdir()} == {*mapped["partner_id"].dropna().unique(), EXTRACT_FOLDER}


def test_restricted_words_are_in_no_partner_file_but_names_in_contacts(data: Path) -> None:
    hits = found_in(data / "partner", [*CANARIES.values(), STRAY_ADDRESS])
    assert {Path(path).name for path, _ in hits} <= {CONTACTS}
    assert {word for _, word in hits} <= {CANARIES["submitter_name"].casefold()}


def test_contacts_are_those_who_agreed(data: Path, workspace: Workspace) -> None:
    agreed, refused = set(), set()
    for year in ("2016-17", "2017-18", "2018-19"):
        rows = workspace.store.read_text("received", "survey", year)
        addresses = workspace.store.read_text("restricted", "survey", year)["submitter_email_address"].str.lower()
        shares = rows["share_with_regional_partners"].eq("true")
        agreed |= set(addresses[shares])
        refused |= set(addresses[~shares])
    listed = [pd.read_csv(p, dtype="str") for p in sorted(data.glob(f"partner/*/*/{CONTACTS}"))]
    people = set(pd.concat(listed)["submitter_email_address"])
    assert people
    assert people <= agreed
    assert not people & (refused - agreed)


def test_a_withdrawal_holds_at_the_next_release_and_for_the_last(
    data: Path, workspace: Workspace, tmp_path: Path
) -> None:
    """A newer export says no for one person: she is in no folder any more, not even in that of the release before.

    Until the switch the release before keeps its files: a publish that is killed before leaves it whole.
    """
    copy, root = tmp_path / "data", tmp_path / "out"
    shutil.copytree(workspace.store.root, copy)
    shutil.copytree(data / "partner", root / "partner")
    person = pd.read_csv(next(iter(sorted(root.glob(f"partner/*/*/{CONTACTS}")))), dtype="str").iloc[0]
    address, store = person["submitter_email_address"], TableStore(str(copy))
    for year in ("2016-17", "2017-18", "2018-19"):
        rows = store.read_text("received", "survey", year)
        hers = store.read_text("restricted", "survey", year)["submitter_email_address"].str.lower() == address
        rows.loc[hers, "share_with_regional_partners"] = "false"
        store.write_text(rows, "received", "survey", year)
    other = Workspace(store=store, raw=workspace.raw, sources=workspace.sources)
    build_partners(other, root, "2026.12.1", list(read_years(other)), TODAY)
    assert list(root.glob(f"partner/2026.11.1/*/{CONTACTS}"))
    remove_old_contacts(root, "2026.12.1")  # as publish does, behind the switch
    assert found_in(root / "partner", [address]) == []
    assert list(root.glob(f"partner/2026.12.1/*/{CONTACTS}"))
    assert list(root.glob(f"partner/2026.11.1/*/{CONTACTS}")) == []


def test_entitlements_are_the_partners_and_one_row_per_school(data: Path, workspace: Workspace) -> None:
    pytest.importorskip("pantab", reason="needs the extra 'tableau'")
    from pipelines.published.tableau_file import read_extract

    tables = read_extract(data / f"partner/2026.11.1/{EXTRACT_FOLDER}/cs_access_partners.hyper")
    entitled = tables["entitlements"].to_pandas()
    assert not entitled.duplicated(["nces_school_id", "school_year"]).any()
    mapped = pd.concat([workspace.store.read("school_partners", y) for y in ("2016-17", "2017-18", "2018-19")])
    assert len(entitled) == mapped["partner_id"].notna().sum() == tables["school_cs_access"].num_rows
    assert "entitlements" not in PUBLISHED
    assert "contacts" not in tables


def test_folders_are_closed_to_others(data: Path, workspace: Workspace) -> None:
    assert Path(workspace.store.root, "restricted").stat().st_mode & 0o777 == 0o700
    assert (data / "partner").stat().st_mode & 0o777 == 0o750
    for folder in (data / "partner/2026.11.1").iterdir():
        assert folder.stat().st_mode & 0o777 == (0o700 if folder.name == EXTRACT_FOLDER else 0o750)
    for path in data.glob(f"partner/*/*/{CONTACTS}"):
        assert path.stat().st_mode & 0o007 == 0
