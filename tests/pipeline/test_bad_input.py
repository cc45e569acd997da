"""Bad input, one test each: a named finding or a refusal in one sentence, nothing lost, nothing else stopped.

Each case is a file for Georgia, 2018-19, beside the sample directory and a good file for California.
"""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from pipelines.received.receipts import ReceiveError, receive_file
from pipelines.season.run import run_season
from pipelines.season.workspace import PROJECT, check_sources, check_years, open_workspace
from pipelines.shared.steps import Workspace
from pipelines.standard.split import unaccounted
from schemas.source_model import load_sources

YEAR = "2018-19"
HEADER = (
    "school_name,state_school_id,nces_id,course_id,course_name,teacher_name_or_id,num_students_enrolled,"
    "num_students_female,num_students_black_or_african_american,num_students_hispanic_or_latino,"
    "num_students_american_indian_or_native_alaskan,num_students_native_hawaiian_or_pacific_islander,"
    "num_students_free_or_reduced_lunch,num_students_special_education_status,"
    "num_students_english_language_learner_status"
)


@pytest.fixture(scope="module")
def schools(workspace: Workspace) -> pd.DataFrame:
    """Four high schools of the sample directory of Georgia, in use and with both ids."""
    directory = workspace.store.read("nces_schools", YEAR)
    found = directory.query("state == 'GA' and offers_high and sector == 'public'").dropna(subset=["state_school_id"])
    found = found[found["is_operating"].fillna(False)]
    found = found[~found["state_school_id"].duplicated(keep=False)]
    assert len(found) >= 4
    return found.head(4)


def course_row(school: pd.Series, course: str = "11.0160000", count: str = "12") -> str:
    ids = f"{school['state_school_id']},{school['nces_school_id']}"
    return f"{school['school_name']},{ids},{course},AP Computer Science A,unspecified,{count}" + ",unspecified" * 8


def good(schools: pd.DataFrame) -> str:
    return "\n".join([HEADER, *(course_row(school) for _, school in schools.iterrows())]) + "\n"


@dataclass
class Run:
    """One run over one file: its tables, by name."""

    workspace: Workspace

    def read(self, table: str, **where: str) -> pd.DataFrame:
        return self.workspace.store.read(table, YEAR, **where)

    @property
    def georgia(self) -> pd.Series:
        return self.read("sources").set_index("source").loc["ga"]

    def rules(self) -> set[str]:
        findings = pd.concat([self.read("findings", stage=stage) for stage in ("standard", "linked")])
        return set(findings.loc[findings["source"].isin(["ga", "survey"]), "rule_id"])

    def check(self) -> None:
        """Whatever the file, no row is lost and California's answers are there."""
        assert unaccounted(self.read("row_accounts")).empty
        assert (self.read("school_cs_access").query("state == 'CA'")["teaches_cs"] == "Y").any()


Feed = Callable[..., Run]


SOURCES = {n: s for n, s in load_sources().items() if n.startswith("nces_") or n in ("ca", "ga", "survey")}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ and data/ of a season with the directory and California, before anything else came."""
    folder = tmp_path_factory.mktemp("before")
    raw = folder / "raw"
    raw.mkdir()
    lines = (PROJECT / "raw" / "receipts.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines[1:] if line.startswith(("nces_", f"ca,{YEAR}"))]
    for line in kept:
        file = line.split(",")[2]
        (raw / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / "raw" / file, raw / file)
    (raw / "receipts.csv").write_text("\n".join([lines[0], *kept]) + "\n", encoding="utf-8")
    list(run_season(Workspace(open_workspace(raw, str(folder / "data")).store, raw, SOURCES), [YEAR]))
    return folder


@pytest.fixture
def feed(tmp_path: Path, before: Path) -> Feed:
    """Receives files for a source of 2018-19 and runs the path; what the file does not touch was made before."""
    shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    raw = tmp_path / "raw"

    def run(body: str | bytes, *, name: str = "2018-2019.csv", source: str = "ga", delivery: str = "full") -> Run:
        file = tmp_path / name
        file.write_bytes(body.encode() if isinstance(body, str) else body)
        receive_file(raw, file, SOURCES[source], YEAR, delivery=delivery, received_on="2018-11-01")
        workspace = Workspace(open_workspace(raw, str(tmp_path / "data")).store, raw, SOURCES)
        list(run_season(workspace, [YEAR]))
        found = Run(workspace)
        found.check()
        return found

    return run


def test_a_good_file_is_reported(feed: Feed, schools: pd.DataFrame) -> None:
    run = feed(good(schools))
    assert run.georgia["report_status"] == "reported"
    assert run.georgia["rows_kept"] == 4
    answers = run.read("school_cs_access").set_index("nces_school_id")["teaches_cs"]
    assert (answers[schools["nces_school_id"]] == "Y").all()


# Files that are refused: what comes, the rule, and a word of the sentence.
def refused_cases(text: str) -> dict[str, tuple[str | bytes, str, str]]:
    lines = text.splitlines()
    ids = [line.split(",")[1] for line in lines[1:]]
    other_state = text
    for one in ids:
        other_state = other_state.replace(one, one.replace("GA-", "CA-"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", text)
        archive.writestr("b.csv", text)
    return {
        "empty": (b"", "F19", ""),
        "header only": (HEADER + "\n", "F19", ""),
        "wrong state": (other_state, "F02", "California"),
        "wrong encoding": (text.encode("utf-16-le"), "F0", ""),
        "wrong delimiter": (text.replace(",", ";"), "F0", ";"),
        "duplicate header": (
            "\n".join([lines[0] + ",course_id", *(line + ",x" for line in lines[1:])]),
            "F08",
            "course_id",
        ),
        "missing column": (text.replace("course_id", "other_column", 1), "F0", "course"),
        "shifted on every row": ("\n".join([lines[0], *(line + ",1" for line in lines[1:])]) + "\n", "F10", ""),
        "truncated inside a quote": (
            text[:-40].replace(lines[2].split(",")[0], '"' + lines[2].split(",")[0]),
            "F21",
            "",
        ),
        "truncated gzip": (gzip.compress(text.encode())[:-20], "F", ""),
        "html": (b"<html><body><table><tr><td>x</td></tr></table></body></html>", "F03", ""),
        "two files in a zip": (packed.getvalue(), "F0", ""),
    }


@pytest.mark.parametrize("case", list(refused_cases(HEADER + "\nA,GA-1-1,1\nB,GA-2-2,2\n")))
def test_refused(feed: Feed, schools: pd.DataFrame, case: str) -> None:
    body, rule, word = refused_cases(good(schools))[case]
    run = feed(body)
    georgia = run.georgia
    assert georgia["report_status"] == "refused"
    assert word in georgia["reason"]
    assert len(georgia["reason"]) > 20
    assert any(found.startswith(rule) for found in run.rules()), run.rules()
    georgian = run.read("school_cs_access").query("state == 'GA' and sector != 'private'")
    assert not georgian["decided_by_rule"].eq("state_offering").any()


def test_a_file_of_another_year_is_refused(feed: Feed) -> None:
    answers = "id,type,school_year,school_id,submitter_role,how_many_20_hours,created_at\n"
    rows = "".join(f"{n},x,2015,130000000001,TEACHER,SOME,2015-10-01 10:00:00\n" for n in range(5))
    run = feed(answers + rows, source="survey", name="survey.csv")
    survey = run.read("sources").set_index("source").loc["survey"]
    assert survey["report_status"] == "refused" or "R04" in run.rules()
    assert run.read("survey_responses", stage="standard", name="survey").empty


def test_a_missing_file_is_named(feed: Feed, schools: pd.DataFrame) -> None:
    run = feed(good(schools))
    (run.workspace.raw / "ga" / YEAR / "2018-2019.csv").unlink()
    list(run_season(run.workspace, [YEAR]))
    assert run.georgia["report_status"] in ("refused", "not reported")
    assert "2018-2019.csv" in run.georgia["reason"]


def test_a_changed_file_is_named(feed: Feed, schools: pd.DataFrame) -> None:
    run = feed(good(schools))
    path = run.workspace.raw / "ga" / YEAR / "2018-2019.csv"
    path.write_text(good(schools) + "\n", encoding="utf-8")
    list(run_season(run.workspace, [YEAR]))
    assert run.georgia["report_status"] == "refused"
    assert "F18" in run.rules()


def test_header_on_row_four_is_found(feed: Feed, schools: pd.DataFrame) -> None:
    run = feed("Georgia Department of Education\nComputer science, 2018-19\n\n" + good(schools))
    assert run.georgia["rows_kept"] == 4
    assert sorted(run.read("course_offerings", stage="standard", name="ga")["row"]) == [5, 6, 7, 8]


def test_a_zipped_file_is_read(feed: Feed, schools: pd.DataFrame) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2018-2019.csv", good(schools))
    assert feed(packed.getvalue(), name="2018-2019.zip").georgia["rows_kept"] == 4


def test_windows_encoding_is_read(feed: Feed, schools: pd.DataFrame) -> None:
    run = feed(good(schools).replace("AP Computer", "AP–Computer").encode("cp1252"))
    assert run.georgia["rows_kept"] == 4


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (
            lambda text: (
                text.replace(HEADER, HEADER + ",mystery").replace("\n", ",x\n").replace("mystery,x", "mystery")
            ),
            "F17",
        ),
        (lambda text: text.replace(",12,", ",twelve,"), "S11"),
        (lambda text: text.replace("11.0160000", "99.9990000"), "S06"),
    ],
    ids=["unknown column", "unknown marker", "unknown course code"],
)
def test_odd_content_is_kept_and_named(
    feed: Feed, schools: pd.DataFrame, change: Callable[[str], str], rule: str
) -> None:
    run = feed(change(good(schools)))
    assert rule in run.rules()
    assert run.georgia["rows_kept"] == 4


def test_an_unknown_course_waits_and_is_no_answer(feed: Feed, schools: pd.DataFrame) -> None:
    run = feed(good(schools).replace("11.0160000", "99.9990000").replace("AP Computer Science A", "Odd Studies"))
    answers = run.read("school_cs_access").set_index("nces_school_id").loc[schools["nces_school_id"]]
    assert not answers["decided_by_rule"].eq("state_offering").any()
    assert "unknown_course" in set(run.read("review_queue")["case_kind"])


def test_one_row_too_wide_is_rejected_and_the_rest_goes_on(feed: Feed, schools: pd.DataFrame) -> None:
    lines = good(schools).splitlines()
    lines[2] += ",stray"
    run = feed("\n".join(lines) + "\n")
    assert (run.georgia["rows_kept"], run.georgia["rows_rejected"]) == (3, 1)
    rejects = run.read("rejects").query("source == 'ga'")
    assert rejects["rule_ids"].tolist() == ["F10"]
    assert rejects["row"].tolist() == [3]


def test_a_rounded_id_is_not_repaired_and_the_state_id_is_used(feed: Feed, schools: pd.DataFrame) -> None:
    text = good(schools)
    for one in schools["nces_school_id"]:
        text = text.replace(one, "1.30E+11")
    run = feed(text)
    linked = run.read("linked_records").query("source == 'ga'")
    assert set(linked["match_reason"]) == {"state_id"}
    assert "D03" in run.rules()


def test_two_schools_with_one_state_id(feed: Feed, schools: pd.DataFrame) -> None:
    """The ids of the second row contradict each other: neither wins, and somebody is asked."""
    first, second = schools["state_school_id"].iloc[0], schools["state_school_id"].iloc[1]
    run = feed(good(schools).replace(second, first))
    linked = run.read("linked_records").query("source == 'ga'").set_index("row")
    assert linked.loc[3, "match_reason"] == "id_conflict"
    assert pd.isna(linked.loc[3, "nces_school_id"])
    assert "S02" in run.rules()
    assert "id_conflict" in set(run.read("review_queue")["case_kind"])


def test_a_survey_for_a_closed_school(feed: Feed, workspace: Workspace) -> None:
    directory = workspace.store.read("nces_schools", YEAR)
    closed = directory[~directory["is_operating"].fillna(True)]["nces_school_id"].iloc[0]
    text = "id,type,school_year,school_id,submitter_role,submitter_email_address,how_many_20_hours,created_at\n"
    run = feed(
        f"{text}1,v5,2018,{closed},TEACHER,t@example.org,SOME,2018-10-01 10:00:00\n", source="survey", name="survey.csv"
    )
    assert "R14" in run.rules()
    assert "closed_school" in set(run.read("review_queue")["case_kind"])


def test_a_full_redelivery_withdraws_and_says_so(feed: Feed, schools: pd.DataFrame) -> None:
    feed(good(schools))
    run = feed(good(schools.head(3)), name="2018-2019.2.csv")
    assert "S25" in run.rules()
    gone = schools["nces_school_id"].iloc[3]
    row = run.read("school_cs_access").set_index("nces_school_id").loc[gone]
    assert row["teaches_cs"] != "Y" or row["decided_by_rule"] != "state_offering"


def test_the_same_file_is_not_received_twice(feed: Feed, schools: pd.DataFrame) -> None:
    feed(good(schools))
    with pytest.raises(ReceiveError, match="has been received before"):
        feed(good(schools))
    with pytest.raises(ReceiveError, match="were received for ga 2018-19 before"):
        feed(good(schools), name="another.csv")


def test_a_misspelt_source_or_year() -> None:
    with pytest.raises(ValueError, match="did you mean 'ga'"):
        check_sources(["gaa"], load_sources())
    with pytest.raises(ValueError, match="is not a school year"):
        check_years("2018-20", "2016-17", "2026-27")
    with pytest.raises(ValueError, match="outside"):
        check_years("2010-11", "2016-17", "2026-27")
