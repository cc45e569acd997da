"""One season told on the sample world, from the worksheets out to next year's inbox; people stand in as openpyxl."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pipelines.published.approvals import ApprovalError
from pipelines.received.receipts import receive_file
from pipelines.season.answers import explain_school
from pipelines.season.dropped_files import receive_dropped
from pipelines.season.import_answers import Imported, import_answers
from pipelines.season.releases.approving import approve
from pipelines.season.releases.publishing import compare_with_current, propose_release, publish_release
from pipelines.season.review_files import export_worksheet
from pipelines.season.run import run_season
from pipelines.season.seasons import close_season, errata_of, inputs_changed, open_season, progress_of, state_of
from pipelines.season.training_pairs import write_training_pairs
from pipelines.season.workspace import PROJECT, open_workspace
from pipelines.shared.steps import Workspace
from schemas.case_kinds import CASES, ONE_YEAR
from schemas.source_model import load_sources

YEAR, NEXT = "2017-18", "2018-19"
BY = "R. Stewardly"
OPENED, IN_TIME, LATE = (datetime(2018, *day, tzinfo=UTC) for day in ((8, 1), (8, 20), (9, 5)))
ANSWERS = {
    "conflicting_evidence": "offers computer science",
    "flip": "the change is right",
    "inaccuracy_report": "the answer is right",
    "not_found": "none of these",
    "duplicate_school": "not the same school",
}
CHANGED = "139900400003"
"""A school of Georgia whose state sends its file again, without it, after the partner answered."""
TWO_SAY = "BB990103"
"""A school about which a partner and a steward say different things."""


YES_NOW = "069900600003"
"""A school of California whose sources disagreed until its partner said what it offers."""


@dataclass
class Sheet:
    """A worksheet as its reader has it: rows by their number, cells by the name of the column."""

    path: Path
    book: openpyxl.Workbook = field(init=False)

    def __post_init__(self) -> None:
        self.book = openpyxl.load_workbook(self.path)
        self.cases = self.book["Cases"]
        self.at = {str(cell.value): cell.column for cell in self.cases[1]}

    def row_of(self, kind: str, school: str | None = None) -> int:
        return next(
            row
            for row in range(2, self.cases.max_row + 1)
            if self.read(row, "case_kind") == kind and school in (None, self.read(row, "nces_school_id_given"))
        )

    def read(self, row: int, name: str) -> object:
        return self.cases.cell(row, self.at[name]).value

    def write(self, row: int, **cells: str | None) -> None:
        for name, text in cells.items():
            self.cases.cell(row, self.at[name]).value = text

    def answer_all(self) -> None:
        for row in range(2, self.cases.max_row + 1):
            self.write(row, answer=ANSWERS[str(self.read(row, "case_kind"))], reason="asked the school")

    @property
    def answered(self) -> int:
        return sum(self.read(row, "answer") is not None for row in range(2, self.cases.max_row + 1))


@dataclass
class Season:
    """What one part of the story leaves to the next."""

    workspace: Workspace
    folder: Path
    queue: pd.DataFrame
    asked_next_year: list[str]
    record: dict[str, Any] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return Path(self.workspace.store.root)

    def run(self, *years: str) -> None:
        list(run_season(self.workspace, list(years or (YEAR,))))

    def inbox(self, year: str = YEAR) -> pd.DataFrame:
        return self.workspace.store.read("review_queue", year).set_index("case_id")

    def outcomes(self, year: str = YEAR) -> pd.DataFrame:
        """What became of the answers to the season's cases."""
        told = self.workspace.store.read("decision_outcomes", year)
        return told[told["case_id"].isin(self.queue["case_id"])].set_index("decision_id")[
            ["case_id", "decided_by", "decision_outcome"]
        ]

    def case(self, kind: str, school: str) -> str:
        mine = self.queue[(self.queue["case_kind"] == kind) & (self.queue["nces_school_id_given"] == school)]
        return str(mine["case_id"].iloc[0])

    def hand_in(self, whose: str, by: str, now: datetime = IN_TIME) -> Imported:
        return import_answers(self.workspace, self.sheets[whose].path, YEAR, by=by, now=now)

    def answer(self) -> pd.DataFrame:
        return self.workspace.store.read("school_cs_access", YEAR).set_index("nces_school_id")


def copy_of(workspace: Workspace, folder: Path) -> Workspace:
    shutil.copytree(PROJECT / "raw", folder / "raw")
    shutil.copytree(workspace.store.root, folder / "data")
    return open_workspace(folder / "raw", str(folder / "data"))


@pytest.fixture(scope="module")
def told(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Season:
    """The sample season, published once before the clean-up of 2017-18 begins."""
    folder = tmp_path_factory.mktemp("season")
    own = copy_of(workspace, folder)
    first = propose_release(own)
    approve(own, first.version, approved_by="Ana Diaz", states=first.states_to_name)
    publish_release(own, first.version)
    next_year = own.store.read("review_queue", NEXT, columns=["case_id"])["case_id"].tolist()
    return Season(own, folder, own.store.read("review_queue", YEAR), next_year)


def test_1_the_season_opens_and_each_partner_gets_its_own_cases(told: Season) -> None:
    told.record = open_season(told.workspace, YEAR, "fall", by=BY, now=OPENED)
    with pytest.raises(ValueError, match="already"):
        open_season(told.workspace, YEAR, "fall", by=BY, now=OPENED)
    for whose in ("101", "102", "103", "stewards"):
        path, count = export_worksheet(told.workspace, YEAR, partner=whose, out=told.folder / f"{whose}.xlsx")
        told.sheets[whose] = sheet = Sheet(path)
        rows = range(2, sheet.cases.max_row + 1)
        assert len(rows) == count
        whom = {sheet.read(row, "reviewer_partner") for row in rows}
        assert whom == {None if whose == "stewards" else whose}
        if whose != "stewards":
            assert {sheet.read(row, "partner_id") for row in rows} == {whose}
            assert {sheet.read(row, "who_can_answer") for row in rows} == {"partner"}
    sent = [sheet.read(row, "case_id") for sheet in told.sheets.values() for row in range(2, sheet.cases.max_row + 1)]
    assert sorted(sent) == sorted(told.queue["case_id"]), "every case is in one worksheet, and in one only"


def test_2_forty_answers_come_back_and_five_are_wrong_each_in_its_own_way(told: Season) -> None:
    for sheet in told.sheets.values():
        sheet.answer_all()
        for row in range(2, sheet.cases.max_row + 1):
            sheet.write(
                row, decided_by={"101": "M. Bay", "102": "P. College", "103": "L. Council"}.get(sheet.path.stem)
            )
    bay, college, council, stewards = (told.sheets[name] for name in ("101", "102", "103", "stewards"))
    typo, blank, lost, nowhere = (
        bay.row_of("flip"), bay.row_of("inaccuracy_report"), college.row_of("inaccuracy_report"), stewards.row_of("not_found")
    )  # fmt: skip
    bay.write(typo, answer="teh change is right")
    bay.write(blank, reason=None)
    college.write(lost, evidence_hash=None)
    stewards.write(nowhere, answer="another school")
    # Copied from a colleague's worksheet: the row says whose it is.
    foreign, own = council.row_of("flip"), college.row_of("flip")
    for name, column in college.at.items():
        council.cases.cell(foreign, council.at[name]).value = college.cases.cell(own, column).value
    college.write(own, answer=None, reason=None)
    bay.write(bay.cases.max_row, answer=None, reason=None)
    assert sum(sheet.answered for sheet in told.sheets.values()) == 40

    for sheet in told.sheets.values():
        sheet.book.save(sheet.path)
    back = {whose: told.hand_in(whose, by) for whose, by in zip(told.sheets, ("M. Bay", "P. College", "L. Council", BY), strict=True)}  # fmt: skip
    said = {whose: done.sentences for whose, done in back.items()}
    assert said == {
        "101": sorted(
            [
                f"row {typo}: 'teh change is right' is not a choice; did you mean 'the change is right'? (C08)",
                f"row {blank}: expected is that a decision says who, when and why (C03)",
            ],
            key=lambda text: int(text.split()[1][:-1]),
        ),
        "102": [
            f"row {lost}: expected is that a decision says what it is about: its case and the evidence shown with it, "
            "or the course or source (C11)"
        ],
        "103": [f"row {foreign}: expected is that partner 103 answers the cases of its own schools only (C07)"],
        "stewards": [
            f"row {nowhere}: expected is that a decision names a school of the directory by its NCES id (C09)"
        ],
    }
    assert sum(done.answers for done in back.values()) == 40 - 5
    assert sum(done.rejected for done in back.values()) == 5
    receipts = (told.workspace.raw / "receipts.csv").read_bytes()
    for whose in told.sheets:
        assert told.hand_in(whose, BY).path is None, "the same file again changes nothing"
    assert (told.workspace.raw / "receipts.csv").read_bytes() == receipts


def test_3_what_was_answered_is_applied_and_what_was_wrong_is_asked_still(told: Season) -> None:
    before = told.answer()["teaches_cs"]
    told.run()
    outcomes, inbox = told.outcomes(), told.inbox()
    assert outcomes["decision_outcome"].value_counts().to_dict() == {"applied": 35}
    assert set(inbox.index) == set(told.queue["case_id"]) - set(outcomes["case_id"])
    assert len(inbox) == 42 - 35
    explained = explain_school(told.workspace, TWO_SAY, YEAR)
    assert (explained["teaches_cs"], [one["decided_by"] for one in explained["decisions"]]) == ("Y", ["L. Council"])
    moved = told.answer()["teaches_cs"]
    assert set(moved.index[moved != before]) == {
        school for kind, school in zip(told.queue["case_kind"], told.queue["nces_school_id_given"], strict=True) if kind == "conflicting_evidence"
    }  # fmt: skip


def test_4_a_second_person_and_changed_evidence_take_an_answer_back(told: Season) -> None:
    case, changed = told.case("conflicting_evidence", TWO_SAY), told.case("inaccuracy_report", CHANGED)
    asked = told.queue[told.queue["case_id"] == case]
    columns = [
        "case_id",
        "case_kind",
        "evidence_hash",
        "source",
        "state",
        "nces_school_id_given",
        "candidates",
        "evidence",
    ]
    other = asked[columns].assign(answer="limited or no computer science", reason="visited", decided_by="B. Second")
    folder = told.workspace.raw / "decisions" / YEAR
    other.to_csv(folder / "by_hand.csv", index=False)
    (folder / "~$by_hand.xlsx").write_bytes(b"open in Excel")
    assert receive_dropped(told.workspace, [YEAR], now=IN_TIME, rested_seconds=1e12) == [], "somebody may be copying"
    assert receive_dropped(told.workspace, [YEAR], now=IN_TIME) == [f"decisions/{YEAR}/by_hand.csv"]
    assert receive_dropped(told.workspace, [YEAR], now=IN_TIME) == []
    (folder / "~$by_hand.xlsx").unlink()
    lines = (told.workspace.raw / f"ga/{YEAR}/2017-2018.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    again = told.folder / "2017-2018.again.csv"
    again.write_text("".join(line for line in lines if CHANGED not in line), encoding="utf-8")
    receive_file(told.workspace.raw, again, load_sources()["ga"], YEAR, received_on="2018-08-25")
    told.run()

    inbox, outcomes = told.inbox(), told.outcomes()
    disputed = outcomes[outcomes["decision_outcome"] == "disputed"]
    assert (set(disputed["case_id"]), set(disputed["decided_by"])) == ({case}, {"L. Council", "B. Second"})
    assert inbox.loc[case, "case_state"] == "disputed"
    assert told.answer().loc[TWO_SAY, "teaches_cs"] == "M", "neither holds, and the system's own answer stands"
    assert inbox.loc[changed, "case_state"] == "asked_again"
    assert "the state's file: offers computer science" in inbox.loc[changed, "evidence_then"]
    assert "P. College decided on 2018-08-20" in inbox.loc[changed, "evidence_then"]
    assert "the state's file" not in inbox.loc[changed, "evidence"], "then and now stand side by side"
    of_changed = outcomes[outcomes["case_id"] == changed]["decision_outcome"].tolist()
    assert of_changed == ["asked_again"], "an answer whose evidence changed is not applied"


def test_5_the_state_of_the_season_is_told_and_it_closes(told: Season) -> None:
    late = Sheet(told.folder / "101.xlsx")
    for row in range(2, late.cases.max_row + 1):
        if late.read(row, "answer") == "teh change is right":
            late.write(row, answer="the change is right")
        else:
            late.write(row, answer=None)
    late.book.save(late.path)
    assert told.hand_in("101", "M. Bay", LATE).answers == 1
    told.run()
    progress = progress_of(told.workspace, told.record).set_index("partner_id")
    assert progress["cases"].sum() == 42
    assert progress["late"].to_dict() == {"101": 1, "102": 0, "103": 0, "stewards": 0}
    assert (progress["answered"].sum(), progress["applied"].sum()) == (36, 34)
    assert (progress["open"] == progress["cases"] - progress["applied"]).all()
    since = inputs_changed(told.workspace, told.record)
    assert {f"decisions/{YEAR}/by_hand.csv", f"ga/{YEAR}/2017-2018.again.csv"} <= set(since)
    assert len(since) == 2 + 5, "four worksheets, and one again"
    told.record = close_season(told.workspace, YEAR, "fall", by=BY, now=LATE)
    assert state_of(told.workspace, told.record) == "closed"


def decide(told: Season, by: str, **cells: str) -> None:
    """A decision without a case, as a row of a file."""
    row = {
        "field": "",
        "new_value": "",
        "reason": "told by phone",
        "decided_by": by,
        "decided_at": "2018-09-20",
        **cells,
    }
    path = told.folder / f"{cells['decision_kind']}.csv"
    pd.DataFrame([row]).to_csv(path, index=False)
    assert import_answers(told.workspace, path, YEAR, by=by, now=LATE).answers == 1
    told.run(YEAR, NEXT)


def test_6_the_candidate_says_why_and_goes_out_only_when_its_states_are_named(told: Season) -> None:
    decide(told, BY, decision_kind="source_hold", about_source="ga")
    diff = compare_with_current(told.workspace).diff
    assert (diff["cause"] != "unexplained").all()
    answers = diff[diff["change"] == "answer"].set_index(["nces_school_id", "school_year"])
    assert answers.loc[(YES_NOW, YEAR), ["was", "now", "cause", "by"]].tolist() == ["M", "Y", "decision", "M. Bay"]
    assert (TWO_SAY, YEAR) not in answers.index

    with pytest.raises(ApprovalError, match="GA moved beyond a limit"):
        publish_release(told.workspace, approved_by="Ana Diaz")
    built = propose_release(told.workspace)
    assert (built.states_to_name, built.errata) == (["GA"], {})
    partners = pd.read_csv(built.pages / "diff.csv", dtype="str").set_index(["nces_school_id", "school_year"])
    assert partners.loc[(YES_NOW, YEAR), "decided_by"] == "M. Bay"
    assert "M. Bay" not in (built.folder / "diff" / "diff.csv").read_text(encoding="utf-8")
    with pytest.raises(ApprovalError, match="nobody has approved it"):
        publish_release(told.workspace, built.version)
    approve(told.workspace, built.version, approved_by="Ana Diaz", note="looked")
    with pytest.raises(ApprovalError, match=r"GA moved beyond a limit, and no approval names it\. .* --state GA$"):
        publish_release(told.workspace, built.version)
    approve(told.workspace, built.version, approved_by="Ana Diaz", note="Georgia is held back", states=["GA"])
    assert publish_release(told.workspace, built.version).version == built.version
    assert state_of(told.workspace, told.record) == "published"
    assert errata_of(told.workspace, told.record).empty


def test_7_a_late_correction_is_an_erratum_of_the_next_release(told: Season) -> None:
    decide(
        told, "C. Late", decision_kind="verdict_override", nces_school_id=YES_NOW, decided_value="N", value_before="Y"
    )
    errata = errata_of(told.workspace, told.record)
    assert errata[["nces_school_id", "school_year", "was", "now", "by"]].to_numpy().tolist() == [
        [YES_NOW, YEAR, "Y", "N", "C. Late"]
    ]
    with pytest.raises(ApprovalError, match=rf"{YEAR} was published as final and changes \(errata\)"):
        publish_release(told.workspace, approved_by="Ana Diaz")
    built = propose_release(told.workspace)
    assert built.errata == {YEAR: 1}
    with pytest.raises(ApprovalError, match=f"has no errata of '{NEXT}'; years with errata: {YEAR}"):
        approve(told.workspace, built.version, approved_by="Ana Diaz", errata=[NEXT])
    approve(told.workspace, built.version, approved_by="Ana Diaz", states=built.states_to_name)
    with pytest.raises(ApprovalError, match=f"no approval names it.* --errata {YEAR}$"):
        publish_release(told.workspace, built.version)
    approve(told.workspace, built.version, approved_by="Ana Diaz", states=built.states_to_name, errata=[YEAR])
    publish_release(told.workspace, built.version)
    listed = pd.read_csv(built.folder / "diff" / "errata.csv", dtype="str")
    assert listed[["nces_school_id", "school_year", "was", "now"]].to_numpy().tolist() == [[YES_NOW, YEAR, "Y", "N"]]
    assert "decided_by" not in listed
    assert "1 school of 2017-18" in (built.folder / "diff" / "diff.html").read_text(encoding="utf-8")
    assert errata_of(told.workspace, told.record).empty, "what went out is no erratum any more"


def test_8_the_next_year_asks_only_what_is_new(told: Season) -> None:
    inbox, this, outcomes = told.inbox(NEXT), told.outcomes(), told.outcomes(NEXT)
    applied = set(this.loc[this["decision_outcome"] == "applied", "case_id"])
    of_one_year = told.queue["case_kind"].map(
        {kind: all(choice.decision_kind in ONE_YEAR for choice in case.choices) for kind, case in CASES.items()}
    )
    lasting = set(told.queue.loc[~of_one_year, "case_id"]) & applied
    carried = lasting & set(told.asked_next_year)
    assert len(carried) == 3, "a school listed twice, and two records that are no school"
    assert not carried & set(inbox.index), "what was answered last year is not asked again"
    assert set(outcomes.loc[outcomes["case_id"].isin(carried), "decision_outcome"]) == {"applied"}
    again = inbox[inbox.index.isin(lasting)]
    assert set(again["case_state"]) <= {"asked_again"}, "unless its evidence is other than last year"
    assert len(inbox) < len(told.asked_next_year)


def test_9_what_people_answered_about_schools_is_there_for_the_matcher_to_learn_from(told: Season) -> None:
    path, pairs = write_training_pairs(told.workspace, YEAR, told.folder / "pairs.csv")
    assert pd.read_csv(path, dtype="str")["school_name"].tolist() == pairs.table["school_name"].tolist()
    answered = told.queue[told.queue["case_id"].isin(told.outcomes().query("decision_outcome == 'applied'")["case_id"])]
    told_apart = answered[(answered["case_kind"] == "not_found") & answered["state"].notna()]
    named = told_apart["school_name"].dropna()
    assert len(named)
    assert set(named) <= set(pairs.table.loc[pairs.table["nces_id"].isna(), "school_name"]), "they said: none of these"
    with pytest.raises(ValueError, match="2031-32 has not been run"):
        write_training_pairs(told.workspace, "2031-32")


def answers_of_another(own: Workspace) -> pd.DataFrame:
    """Two answers to partner 102's cases, on a record and on an answer, whose file says that both are partner 101's; the
    second says it only by the name of who decided."""
    queue = own.store.read("review_queue", NEXT).query("partner_id == '102' and who_can_answer == 'partner'")
    record = queue[queue["case_kind"].isin(["not_found", "ambiguous", "id_conflict"])].head(1)
    answer = queue[queue["case_kind"] == "inaccuracy_report"].head(1)
    asked = pd.concat([record, answer])
    assert len(asked) == 2
    columns = ["case_id", "case_kind", "evidence_hash", "source", "state", "nces_school_id_given", "candidates"]
    said = {"answer": ["none of these", "the answer is right"], "partner_id": ["101", None]}
    by = {"reviewer_partner": ["101", None], "decided_by": ["M. Bay", "Marrow-Bay"]}
    return asked[columns].assign(**said, **by, reason="it is ours")


@pytest.fixture
def own(workspace: Workspace, tmp_path: Path) -> Workspace:
    return copy_of(workspace, tmp_path)


def test_two_imports_at_once_lose_nothing(own: Workspace, tmp_path: Path) -> None:
    queue = own.store.read("review_queue", NEXT).query("case_kind == 'unknown_course'").head(3)
    files = []
    for number, (case, row) in enumerate(queue.set_index("case_id").iterrows()):
        said = {"case_id": case, "answer": "counts", "reason": "read the catalog", "decided_by": f"P{number}"}
        shown = row[["case_kind", "evidence_hash", "source", "state"]].to_dict()
        pd.DataFrame([{**shown, **said}]).to_csv(tmp_path / f"{number}.csv", index=False)
        files.append(tmp_path / f"{number}.csv")
    work = [
        threading.Thread(target=import_answers, args=(own, f, NEXT), kwargs={"by": "A", "now": LATE}) for f in files
    ]
    for one in work:
        one.start()
    for one in work:
        one.join()
    list(run_season(own, [NEXT]))
    assert len(own.store.read("decided_courses", NEXT)) == 3


def test_what_a_decision_spoke_of_is_gone_and_fields_are_set_on_the_value_seen(own: Workspace, tmp_path: Path) -> None:
    school = own.store.read("nces_schools", NEXT).query("state == 'GA'").iloc[0]
    about = {"decision_kind": "school_field", "nces_school_id": school["nces_school_id"]}
    rows = [
        {**about, "field": "city", "new_value": "Newtown"},
        {**about, "field": "zip", "new_value": "30001", "value_before": "99999"},
        {"decision_kind": "source_hold", "about_source": "id", "field": "", "new_value": ""},
    ]
    frame = pd.DataFrame(rows).assign(reason="told by phone", decided_by="A", decided_at="2019-08-05")
    frame.to_csv(tmp_path / "changes.csv", index=False)
    assert import_answers(own, tmp_path / "changes.csv", NEXT, by="A", now=LATE).answers == 3
    gone = own.store.read("review_queue", NEXT).query("case_kind == 'unknown_course'").head(1)
    gone = gone[["case_kind", "evidence_hash", "source", "state"]].assign(case_id="f" * 16, answer="counts")
    gone.assign(reason="read the catalog", decided_by="A").to_csv(tmp_path / "gone.csv", index=False)
    assert import_answers(own, tmp_path / "gone.csv", NEXT, by="A", now=LATE).answers == 1
    foreign = answers_of_another(own)
    for at in range(2):
        foreign.iloc[[at]].to_csv(tmp_path / f"foreign{at}.csv", index=False)
        done = import_answers(own, tmp_path / f"foreign{at}.csv", NEXT, by="A", now=LATE)
        assert (done.answers, done.rejected) == (0, 1)
        assert done.sentences == ["row 2: expected is that partner 101 answers the cases of its own schools only (C07)"]
    list(run_season(own, [NEXT]))
    now = own.store.read("nces_schools", NEXT).set_index("nces_school_id").loc[school["nces_school_id"]]
    assert (now["city"], now["zip"]) == ("Newtown", school["zip"])
    told = own.store.read("decision_outcomes", NEXT).query("decided_by == 'A'")
    assert told["decision_outcome"].value_counts().to_dict() == {"applied": 2, "refused": 1, "unmatched": 1}
    found = own.store.read("findings", NEXT, stage="reconciled", name="review_queue.findings")
    assert {"C02", "C07", "C12"} <= set(found["rule_id"])
    theirs = own.store.read("decision_outcomes", NEXT).query("decision_outcome == 'not_theirs'")
    assert set(theirs["case_id"]) == set(foreign["case_id"])
    assert set(foreign["case_id"]) <= set(own.store.read("review_queue", NEXT)["case_id"]), "they are asked still"
    sources = own.store.read("sources", NEXT).set_index("source")
    assert sources.loc["id", "report_status"] == "held"
    assert (own.store.read("linked_records", NEXT)["source"] != "id").all()
