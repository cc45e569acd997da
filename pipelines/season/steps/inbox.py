"""The steps that gather the inbox of a year, what became of every decision, and the requests of partners.

Cases are found by the stages; here they are put together, after everything that could settle or add to them.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.linked.held_sources import source_cases
from pipelines.reconciled.inbox import RULES, Known, build_inbox, outcome_findings
from pipelines.reconciled.requests import follow_requests
from pipelines.reconciled.school_partners import state_owners
from pipelines.season.steps.answer import CASES as ANSWER_CASES
from pipelines.season.steps.answer import OUTCOMES
from pipelines.season.steps.comparing import NAME as COMPARISONS
from pipelines.season.steps.linking import CASES
from pipelines.season.steps.parts import HELD, decisions_of, joined, part_keys, read_parts
from pipelines.season.steps.windows import every_window
from pipelines.shared.cases import FACTS, as_asked
from pipelines.shared.findings import conform
from pipelines.shared.regions import NOT_THEIRS
from pipelines.shared.settle import mark_asked, outcomes_of, settle
from pipelines.shared.steps import MAX_SHOWN, CheckOutcome, Step, StepReport, Workspace, show_findings, tally
from schemas.review_order import OPENNESS
from schemas.source_model import Source

INBOX = ("reconciled", "review_queue")
PARTS = (
    ("standard", "nces_schools.decisions"),
    ("linked", "held_sources.decisions"),
    ("linked", "school_successors.decisions"),
    ("linked", "linked_records.decisions"),
    ("linked", "decided_courses.decisions"),
    ("reconciled", OUTCOMES),
)
"""Where each stage says what became of the decisions it applies."""
COVERAGE = {
    "S24": "most of the state's high schools are missing from its file",
    "X07": "the file has no course, and last year's had",
    "S23": "many of its schools were not found",
}
ON_ANSWERS = ("verdict_override", "accept_flip")


def inbox_steps(sources: Mapping[str, Source]) -> list[Step]:
    """The step `review_queue`: the inbox, and the outcomes of decisions."""
    decisions = part_keys(sources, "decisions")
    reads = (
        ("linked", CASES),
        ("reconciled", ANSWER_CASES),
        ("reconciled", COMPARISONS),
        ("linked", "findings"),
        ("standard", "findings"),
        ("received", "received_files"),
        ("reconciled", "school_cs_access"),
        ("reconciled", "evidence"),
        ("reconciled", "school_partners"),
        ("linked", "linked_records"),
        HELD,
        *PARTS,
        *part_keys(sources, "partner_regions"),
        *part_keys(sources, "course_offerings"),
        *decisions,
        *part_keys(sources, "partner_requests"),
    )
    return [
        Step(
            stage="reconciled",
            name="review_queue",
            description="The inbox: every open case of the year, the most informative first.",
            run=_gather,
            tables=("review_queue", "decision_outcomes", "request_queue"),
            needs=(
                ("linked", CASES),
                ("linked", "decided_courses"),
                ("reconciled", "school_cs_access"),
                ("reconciled", "school_partners"),
                ("reconciled", COMPARISONS),
                ("standard", "findings"),
                *decisions,
                *part_keys(sources, "partner_regions"),
                *part_keys(sources, "partner_requests"),
            ),
            reads=reads,
            writes=(
                INBOX,
                ("reconciled", "decision_outcomes"),
                ("reconciled", "request_queue"),
                ("reconciled", "review_queue.findings"),
            ),
            checks={
                "nothing_waits_for_a_person": "The inbox is empty.",
                "decisions_hold": "Every decision is applied, or replaced by a newer one.",
            },
        )
    ]


def _gather(workspace: Workspace, school_year: str) -> StepReport:
    store = workspace.store
    early = store.read("review_queue", school_year, stage="linked", name=CASES)
    answers = store.read("review_queue", school_year, stage="reconciled", name=ANSWER_CASES)
    of_sources = _cases_of_sources(workspace, school_year)
    made = read_parts(workspace, "decisions", school_year)
    holding = decisions_of(workspace, school_year)
    outcomes = _outcomes(workspace, school_year, made, holding)
    # Answers were settled where they are given, with the evidence at hand; for the others one look at the case is enough.
    others = joined([early, of_sources], "review_queue")
    asked = settle(
        others[["case_id", "evidence_hash"]].drop_duplicates("case_id"),
        holding[
            holding["case_id"].notna()
            & ~holding["decision_kind"].isin(ON_ANSWERS)
            & ~holding["decision_id"].isin(outcomes.loc[outcomes["decision_outcome"] == NOT_THEIRS, "decision_id"])
        ],
    ).asked
    cases = joined([mark_asked(others, asked), answers], "review_queue")
    inbox = build_inbox(cases, outcomes, _known(workspace, school_year, cases))
    findings = outcome_findings(outcomes, school_year)
    links = made.loc[made["request_id"].notna(), ["decision_id", "request_id"]]
    requests = read_parts(workspace, "partner_requests", school_year)
    store.write(follow_requests(requests, outcomes, links, every_window(school_year)), "request_queue", school_year)
    store.write(inbox, "review_queue", school_year)
    store.write(outcomes, "decision_outcomes", school_year)
    store.write(findings, "findings", school_year, stage="reconciled", name="review_queue.findings")
    return _report(inbox, outcomes, findings, store.path(*INBOX, school_year))


def _report(inbox: pd.DataFrame, outcomes: pd.DataFrame, findings: pd.DataFrame, where: str) -> StepReport:
    states = inbox["case_state"].value_counts()
    became = outcomes["decision_outcome"].value_counts()
    again = int(states.drop("open", errors="ignore").sum())
    unsettled = int(became.reindex(list(RULES)).fillna(0).sum())
    shown = inbox.head(MAX_SHOWN).astype("object").where(lambda f: f.notna(), "")
    return StepReport(
        rows=len(inbox),
        sentence=f"{len(inbox):,} cases wait for a person, {again:,} of them were answered before; "
        f"{int(became.get('applied', 0)):,} of {len(outcomes):,} decisions are applied.",
        numbers=tally(inbox["case_kind"]) | tally(outcomes["decision_outcome"], "decisions_"),
        checks=[
            CheckOutcome(
                name="nothing_waits_for_a_person",
                passed=inbox.empty,
                sentence="Nothing waits." if inbox.empty else f"{len(inbox):,} cases wait for an answer.",
                findings=[
                    {
                        "kind": case["case_kind"],
                        "school or course": case["school_name"] or case["course_name"],
                        "question": case["question"],
                        "choices": case["choices"],
                        "effect": case["effect"],
                        "how open": OPENNESS[case["openness"]].words,
                    }
                    for case in shown.to_dict("records")
                ],
                details=where,
            ),
            CheckOutcome(
                name="decisions_hold",
                passed=unsettled == 0,
                sentence="Every decision holds."
                if unsettled == 0
                else f"{unsettled:,} decisions are not applied: their evidence has changed, they contradict each other, "
                "need a second person, or nothing is left that they speak of.",
                findings=show_findings(findings),
                details=where,
            ),
        ],
    )


def _outcomes(workspace: Workspace, school_year: str, made: pd.DataFrame, holding: pd.DataFrame) -> pd.DataFrame:
    """Table `decision_outcomes`: what each stage said, what expired, and what nothing was found for."""
    store = workspace.store
    told = [store.read("decision_outcomes", school_year, stage=stage, name=name) for stage, name in PARTS]
    known = joined(told, "decision_outcomes").drop_duplicates("decision_id")
    over = made[~made["decision_id"].isin(holding["decision_id"])]
    lost = made[~made["decision_id"].isin([*known["decision_id"], *over["decision_id"]])]
    rest = [(at, "expired", f"it held until {expires}") for at, expires in over["expires"].items()]
    declines = lost["decision_kind"] == "request_declined"
    rest += [(at, "applied", "the request is declined") for at in lost.index[declines]]
    rest += [(at, "unmatched", "nothing is left that it speaks of") for at in lost.index[~declines]]
    every = joined([known, outcomes_of(made, rest)], "decision_outcomes")
    return every.sort_values("decision_id", kind="stable").reset_index(drop=True)


def _cases_of_sources(workspace: Workspace, school_year: str) -> pd.DataFrame:
    """Sources to ask about: held back by their declaration, with far fewer rows (F12), or whose coverage dropped."""
    store = workspace.store
    files = store.read("received_files", school_year)
    possible = source_cases(files, school_year, workspace.sources)
    held = store.read("held_sources", school_year)
    declared = held[held["decision_id"].isna()].set_index("source")["reason"]
    found = pd.concat(
        [
            store.read("findings", school_year, columns=["source", "rule_id", "expected"]).query("rule_id == 'F12'"),
            store.read("findings", school_year, stage="linked", columns=["source", "rule_id", "expected"]),
            store.read(
                "findings", school_year, stage="reconciled", name=COMPARISONS, columns=["source", "rule_id", "expected"]
            ),
        ]
    )
    rows = found[found["rule_id"] == "F12"].groupby("source")["expected"].first()
    low = found[found["rule_id"].isin(list(COVERAGE))].groupby("source")["rule_id"].first().map(COVERAGE)
    why = possible["source"].map(low)
    drops = possible.assign(why=why, case_kind="coverage_drop")[why.notna()]
    why = possible["source"].map(declared).fillna(possible["source"].map("a delivery has not " + rows))
    kept = possible.assign(why=why)[why.notna() & ~possible["source"].isin(drops["source"])]
    cases = pd.concat([drops, kept], ignore_index=True)
    if cases.empty:
        return conform(pd.DataFrame(), "review_queue")
    is_held = cases["source"].isin(declared.index)
    cases["question"] = "Please say whether what " + cases["source"] + " sent is used: " + cases["why"]
    cases["system_answer"] = is_held.map({True: "its rows are held back", False: "its rows are used as they are"})
    cases["evidence"] = cases["why"]
    cases["records"] = cases["records"].clip(lower=1)
    return conform(as_asked(cases, school_year).drop(columns=[FACTS, "why"]), "review_queue")


def _known(workspace: Workspace, school_year: str, cases: pd.DataFrame) -> Known:
    store = workspace.store
    schools = store.read(
        "school_cs_access",
        school_year,
        columns=["nces_school_id", "state", "teaches_cs", "in_access_report", "students_total"],
    )
    return Known(
        schools=schools,
        partners=store.read("school_partners", school_year, columns=["nces_school_id", "partner_id"]),
        state_partners=state_owners(read_parts(workspace, "partner_regions", school_year)),
        course_schools=_course_schools(workspace, school_year, cases),
        source_schools=_source_schools(workspace, school_year, cases, schools),
    )


def _course_schools(workspace: Workspace, school_year: str, cases: pd.DataFrame) -> pd.DataFrame:
    key = ["source", "course_code", "course_name"]
    asked = cases.loc[cases["case_kind"] == "unknown_course", ["case_id", *key]]
    if asked.empty:
        return pd.DataFrame({"case_id": [], "nces_school_id": []}, dtype="str")
    rows = read_parts(
        workspace,
        "course_offerings",
        school_year,
        columns=["record_id", "counts_as_cs", *key],
        only=set(asked["source"]),
    )
    rows = rows[rows["counts_as_cs"] == "review"].merge(asked, on=key)
    linked = workspace.store.read("linked_records", school_year, columns=["record_id", "nces_school_id"])
    linked = linked[linked["nces_school_id"].notna()]
    return rows[["record_id", "case_id"]].merge(linked, on="record_id")[["case_id", "nces_school_id"]].drop_duplicates()


def _source_schools(workspace: Workspace, school_year: str, cases: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Schools that a source in question speaks of: a state's file of the state's, others of those they are evidence for."""
    asked = cases.loc[cases["case_kind"].isin(["refused_file", "held_file", "coverage_drop"]), "source"].unique()
    known = [workspace.sources[name] for name in sorted(asked) if name in workspace.sources]
    parts = [
        schools.loc[schools["state"] == one.state, ["nces_school_id"]].assign(source=one.source)
        for one in known
        if one.state
    ]
    national = [one.source for one in known if not one.state]
    if national:
        told = workspace.store.read("evidence", school_year, columns=["nces_school_id", "source", "is_used"])
        used = told[told["is_used"].fillna(False).astype(bool)]
        used = used.assign(source=used["source"].str.split("|")).explode("source")
        parts.append(used.loc[used["source"].isin(national), ["source", "nces_school_id"]])
    return pd.concat([pd.DataFrame({"source": [], "nces_school_id": []}, dtype="str"), *parts]).drop_duplicates()
