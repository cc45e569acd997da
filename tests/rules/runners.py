"""Runs small inputs through the real stage functions and says which rules fired. Holds no case and no test.

Each runner takes the smallest input of its stage and returns the ids of the rules that fired, in any order.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.linked.checks import record_findings, shared_id_findings
from pipelines.linked.crosswalk import link_ap
from pipelines.linked.directory_change import compare_directories
from pipelines.linked.ladder import link_records
from pipelines.linked.record_checks import COURSE_COLUMNS, SURVEY_COLUMNS, Records, compare_ledger, compare_records
from pipelines.published.gate_checks import check_release
from pipelines.published.limits import check_limits
from pipelines.published.public_tables import join_years
from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts
from pipelines.reconciled.answer_checks import Answers, compare_answers
from pipelines.reconciled.inbox import outcome_findings
from pipelines.reconciled.school_cs_access import reconcile
from pipelines.shared.cases import identify
from pipelines.shared.findings import conform, empty_findings, join_findings
from pipelines.shared.records import Standardised
from pipelines.standard.ap_offerings import standardise_ap_offerings
from pipelines.standard.ap_school_codes import standardise_ap_school_codes
from pipelines.standard.course_catalog import COLUMNS, load_catalog
from pipelines.standard.course_offerings import standardise_course_offerings
from pipelines.standard.decided_schools import apply_to_directory
from pipelines.standard.decisions import standardise_decisions
from pipelines.standard.ib_offerings import standardise_ib_offerings
from pipelines.standard.nces_schools import build_directory
from pipelines.standard.partner_regions import standardise_partner_regions
from pipelines.standard.partner_requests import standardise_partner_requests
from pipelines.standard.provider_offerings import standardise_provider_offerings
from pipelines.standard.split import unaccounted
from pipelines.standard.survey_responses import standardise_survey_responses
from schemas.policy_model import load_policy
from schemas.source_model import Source, parse_source
from tests.unit.nces_by_hand import YEAR, nces_sources, part
from tests.unit.published_builder import release_years
from tests.unit.published_builder import schools as access_of
from tests.unit.received_by_hand import received_by_hand, source_of
from tests.unit.reconciled_builder import SCHOOL as WORLD_SCHOOL
from tests.unit.reconciled_builder import World


class Fired(frozenset[str]):
    """Ids of the rules that fired; `findings` is what they said."""

    findings: pd.DataFrame

    @classmethod
    def of(cls, findings: pd.DataFrame) -> Fired:
        """The rules of those findings."""
        fired = cls(findings["rule_id"])
        fired.findings = findings
        return fired


FILE_SOURCE = """
source: fl
title: Florida
produces: course_offerings
publisher: nobody
state: FL
state_school_id: {pattern: "FL-.*", example: FL-03-0491}
courses: {mode: every_row}
layouts:
  - name: table
    since: 2016-17
    reader: READER
    columns:
      school_name: School
      state_school_id_given: State ID
      nces_school_id_given: NCES ID
      course_code: Course
      survey_year: Year
    required: [school_name, nces_school_id_given, course_code]
    year_column: survey_year
"""
HEADER = "School,State ID,NCES ID,Course"
ROW = "Kestrel High,FL-03-0491,120009000067,0200320"
TABLE = f"{HEADER}\n{ROW}\n"


@cache
def file_source(reader: str = "csv") -> Source:
    """An invented source of Florida with one plain layout."""
    return parse_source(FILE_SOURCE.replace("READER", reader), Path("fl.yml"))


def received_file(
    *files: str | bytes,
    name: str = "table.csv",
    year: str = "2018-19",
    damaged: bool = False,
    reader: str = "csv",
) -> Fired:
    """Rules of the received stage that fire on files, each a full delivery; `damaged`: its receipt has other bytes."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder)
        lines = ["source,school_year,file,sha256,bytes,delivery,received_on,received_by,note"]
        for number, content in enumerate(files):
            data = content.encode() if isinstance(content, str) else content
            file = f"fl/{year}/{number}{name}" if number else f"fl/{year}/{name}"
            (raw / file).parent.mkdir(parents=True, exist_ok=True)
            (raw / file).write_bytes(data)
            digest = hashlib.sha256(b"other" if damaged else data).hexdigest()
            lines.append(f"fl,{year},{file},{digest},{len(data)},full,2019-10-01,,")
        (raw / "receipts.csv").write_text("\n".join(lines) + "\n")
        return Fired.of(read_source(raw, file_source(reader), year, read_receipts(raw)).findings)


def workbook_file(*sheets: Sequence[Sequence[Any]], change: Any = None) -> Fired:
    """Rules that fire on a workbook with those sheets; `change` gets the openpyxl workbook before it is saved."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    body = io.BytesIO()
    book.save(body)
    return received_file(body.getvalue(), name="table.xlsx", reader="workbook")


def _findings_of(result: Standardised) -> pd.DataFrame:
    assert unaccounted(result.accounts).empty, "rows in are rows kept, rejected, merged and excluded"
    return result.findings


def _rules_of(result: Standardised) -> Fired:
    return Fired.of(_findings_of(result))


def directory_findings(*rows: Mapping[str, str], source: str = "nces_ccd_029", year: str = YEAR) -> pd.DataFrame:
    """Findings on the rows of one directory file, in the file's own column names."""
    return _findings_of(part(source, [dict(row) for row in rows], file_year=year))


def directory_file(*rows: Mapping[str, str], source: str = "nces_ccd_029", year: str = YEAR) -> Fired:
    """Rules that fire on the rows of one directory file."""
    return Fired.of(directory_findings(*rows, source=source, year=year))


def directory_part(source: str, year: str, *rows: Mapping[str, Any]) -> pd.DataFrame:
    """Table `nces_parts` of a source, from values in our columns."""
    fixed = {"source": source, "file": f"{source}/{year}/a.csv", "school_year": YEAR, "file_year": year}
    return conform(pd.DataFrame([{**fixed, "row": n, **row} for n, row in enumerate(rows, 2)]), "nces_parts")


def directory(*parts: pd.DataFrame) -> Fired:
    """Rules that fire on the directory as a whole."""
    by_source = {str(one["source"].iloc[0]): one for one in parts}
    return Fired.of(build_directory(by_source, nces_sources(), YEAR)[1])


def courses(
    *rows: Mapping[str, str],
    state: str = "fl",
    earlier: Sequence[Mapping[str, str]] = (),
    delivery: str = "full",
    listed: Iterable[tuple[str, str, str]] = (),
    layout: str = "",
) -> Fired:
    """Rules that fire on a state's rows in our columns; `earlier` are those of a delivery before.

    listed: (code, title, judgement) of an invented catalog; without it the state's own list counts. layout: name of the
    layout that the files were read with.
    """
    files = {"a.csv": [dict(row) for row in earlier]} if earlier else {}
    received = received_by_hand(state, {**files, "b.csv": [dict(row) for row in rows]}, delivery=delivery)
    received.files["layout"] = layout or None
    lines = [("", "", code, title, counts, "invented", "", "", "") for code, title, counts in listed]
    catalog = pd.DataFrame(lines, columns=list(COLUMNS), dtype="str") if lines else load_catalog(state.upper())
    return _rules_of(standardise_course_offerings(received, source_of(state), YEAR, catalog))


NATIONAL = {
    "survey": standardise_survey_responses,
    "decisions": standardise_decisions,
    "ap_offerings": standardise_ap_offerings,
    "ap_school_codes": standardise_ap_school_codes,
    "ib_offerings": standardise_ib_offerings,
    "teals": standardise_provider_offerings,
    "partners": standardise_partner_regions,
    "requests": standardise_partner_requests,
}


def national_findings(source: str, *rows: Mapping[str, str]) -> pd.DataFrame:
    """Findings on the rows of a national list, in our columns."""
    received = received_by_hand(source, {"list.csv": [dict(row) for row in rows]})
    return _findings_of(NATIONAL[source](received, source_of(source), YEAR))


def national(source: str, *rows: Mapping[str, str]) -> Fired:
    """Rules that fire on the rows of a national list."""
    return Fired.of(national_findings(source, *rows))


SCHOOL: dict[str, Any] = {
    "nces_school_id": "120009000067",
    "state_school_id": "FL-03-0491",
    "state": "FL",
    "school_name": "Kestrel High School",
    "city": "Tampa",
    "is_operating": True,
    "offers_high": True,
    "offers_k8": False,
    "grade_levels": "____hi",
    "students_total": 100,
    "leaid": "1200090",
    "status": "open",
    "school_year": YEAR,
    "sector": "public",
    "directory_sources": f"nces_ccd_029 {YEAR}",
}


def schools(*changes: Mapping[str, Any]) -> pd.DataFrame:
    """Table `nces_schools` of the school above with changes, one row for each."""
    return conform(pd.DataFrame([{**SCHOOL, **change} for change in changes or ({},)]), "nces_schools")


def _records(rows: Sequence[Mapping[str, Any]], source: str) -> pd.DataFrame:
    fixed = {"source": source, "school_year": YEAR, "file": f"{source}/a.csv", "state": "FL"}
    return pd.DataFrame([{**fixed, "record_id": f"{source}:{n}", "row": n, **row} for n, row in enumerate(rows, 2)])


def linked(*rows: Mapping[str, Any], among: pd.DataFrame | None = None, source: str = "fl") -> Fired:
    """Rules that fire when records are matched to the schools `among`."""
    known = schools() if among is None else among
    found = link_records(_records(rows, source), known)
    parts = [record_findings(found, known), shared_id_findings(found, known)]
    return Fired.of(pd.concat(parts))


def linked_codes(code: str, *known: str) -> Fired:
    """Rules that fire when an AP code is looked up in a list of codes."""
    offering = _records([{"ap_school_code": code, "ap_exam": "CSA", "source_rows": 1}], "ap_offerings")
    codes = _records([{"ap_school_code": one, "nces_school_id_given": SCHOOL["nces_school_id"]} for one in known], "c")
    codes = codes.reindex(columns=[*codes.columns, "ap_school_code", "nces_school_id_given"]).iloc[: len(known)]
    codes = codes.loc[:, ~codes.columns.duplicated()]
    return Fired.of(link_ap(offering, codes, schools())[1])


def compared(
    *rows: Mapping[str, Any],
    among: pd.DataFrame | None = None,
    before: pd.DataFrame | None = None,
    source: str = "fl",
    ap: Sequence[str] = (),
) -> Fired:
    """Rules that fire when matched records are compared; `ap`: NCES ids of schools on the ledger."""
    known = schools() if among is None else among
    records = _records(rows, source)
    ledger = _records([{"nces_school_id_given": one} for one in ap], "ap_offerings") if ap else None
    every = pd.concat([records, ledger], ignore_index=True) if ledger is not None else records
    told = records.reindex(columns=list(dict.fromkeys([*COURSE_COLUMNS, *SURVEY_COLUMNS])))
    told = told.astype({"course_name": "str", "counts_basis": "str", "enrolled": "Int64"})
    is_survey = source == "survey"
    compared = Records(
        school_year=YEAR,
        linked=link_records(every, known),
        directory=known,
        offerings=told[list(COURSE_COLUMNS)].iloc[: 0 if is_survey else None],
        surveys=told[list(SURVEY_COLUMNS)].iloc[: None if is_survey else 0],
        produces={"fl": "course_offerings", "survey": "survey_responses", "ap_offerings": "ap_offerings"},
        before=before,
    )
    found = join_findings([compare_records(compared), compare_ledger(compared)])
    return Fired.of(found)


def years(now: pd.DataFrame, before: pd.DataFrame) -> Fired:
    """Rules that fire when a directory is compared with that of the year before."""
    return Fired.of(compare_directories(now, before, YEAR))


def answers(world: World, **more: Any) -> Fired:
    """Rules that fire when the answers of an invented year are compared."""
    result = world.run()
    tables = {"schools": result.school_cs_access, "evidence": result.evidence, "review": result.review_table}
    return Fired.of(compare_answers(Answers(school_year=world.year, **{**tables, **more})))


SCHOOL_CASE = str(
    identify(pd.DataFrame([{"case_kind": "conflicting_evidence", "nces_school_id_given": WORLD_SCHOOL}]))[
        "case_id"
    ].item()
)
"""The case of the invented world's school whose sources disagree."""


def settled(world: World) -> Fired:
    """Rules that fire when the decisions of an invented year are settled."""
    outcomes = reconcile(world.inputs(), load_policy("census-2018"), settle=True).outcomes
    return Fired.of(outcome_findings(outcomes, world.year))


def set_field(school: str) -> Fired:
    """Rules that fire when a decision sets the city of that school."""
    row = {"decision_id": "d1", "decision_kind": "school_field", "nces_school_id_given": school, "field": "city"}
    made = {"source": "decisions", "school_year": YEAR, "file": "a.csv", "row": 2, "new_value": "Ybor City"}
    who = {"decided_by": "a steward", "decided_at": "2019-07-01", "reason": "moved", "file_year": YEAR}
    decisions = conform(pd.DataFrame([{"record_id": "d:2", **row, **made, **who}]), "decisions")
    return Fired.of(outcome_findings(apply_to_directory(schools(), decisions)[1], YEAR))


DIRECTORY_ROWS = {"2017-18": 5, "2018-19": 7}


def gate(change: Any = None, rows: Mapping[str, int] | None = None) -> Fired:
    """Ids of the rules of the gate that a small release breaks after the change."""
    frames = join_years(release_years())
    if change:
        change(frames)
    judged = check_release(frames, DIRECTORY_ROWS if rows is None else rows)
    return Fired(row["expectation"][:3] for row in judged if not row["passed"] and row["expectation"][3] == ":")


def released(old: str, new: str) -> Fired:
    """Rules beyond whose limits one state moves from a release with those answers to the next."""
    last, next_ = (access_of(YEAR, answers) for answers in (old, new))
    return Fired.of(check_limits(last, next_, empty_findings(), {}))
