"""Policies are data: what a YAML may say and what it may not. What they answer is in tests/stages/test_reconciled_policies.py."""

from __future__ import annotations

import pytest
import yaml

from schemas.policy_model import DEFAULT_POLICY, HERE, HISTORY, STATES, load_policies, load_policy, parse_policy

PATH = HERE / "policies" / "census-2018.yml"


def change(**keys: object) -> str:
    return yaml.safe_dump({**yaml.safe_load(PATH.read_text(encoding="utf-8")), **keys})


def rule(**keys: object) -> dict[str, object]:
    return {"label": "a", "evidence_kind": "ap", "gives": {"offered": "Y"}, **keys}


BAND = {"band": "all", "answered_by": ["how_many_10_hours"], "yes_when_some_or_all": ["how_many_10_hours"]}
REFUSED = {
    "unknown key": (change(surprise=1), "surprise"),
    "unknown kind": (change(rules=[rule(evidence_kind="rumor")]), "'rumor' is not a kind of evidence"),
    "unknown outcome": (change(rules=[rule(gives={"sold": "Y"})]), "does not come out as sold"),
    "unknown verdict": (change(rules=[rule(gives={"offered": "YES"})]), "Input should be 'Y'"),
    "history as direct": (
        change(rules=[rule(evidence_kind="last_year", gives={"Y": "Y"})]),
        "gives HY, HN or HM, nothing else",
    ),
    "chained history": (
        change(rules=[rule(evidence_kind="last_year", gives={"HY": "HY"})]),
        "does not come out as HY",
    ),
    "label twice": (change(rules=[rule(), rule()]), "stands twice"),
    "no rules": (change(rules=[]), "at least 1 item"),
    "unknown condition": (
        change(rules=[rule(meets=[{"evidence_kind": "state", "outcomes": ["mixed"]}])]),
        "does not come out as mixed",
    ),
    "unknown survey column": (change(survey=[{**BAND, "answered_by": ["how_many_5_hours"]}]), "how_many_5_hours"),
    "topic among the answers": (change(survey=[{**BAND, "answered_by": ["topic_text"]}]), "start with how_many_"),
    "last band not open": (change(survey=[{**BAND, "offers_high": True}]), "must name no grades"),
    "exclusion without year": (change(inferred_no={"exclude": [["MI"]]}), "exclude"),
    "exclusion of a long year": (change(inferred_no={"exclude": [["MI", "2021-2022"]]}), "pattern"),
    "unknown school type": (change(access_report={"exclude_school_types": ["magnet"]}), "magnet is not a school type"),
    "unknown delivery": (change(inferred_no={"delivery": ["partial"]}), "'full'"),
    "other name": (change(policy="census-2019"), "must be the file's name, census-2018"),
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_faulty_policy_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"census-2018\.yml") as error:
        parse_policy(text, PATH)
    assert sentence in str(error.value)


def test_an_unknown_policy_is_named() -> None:
    with pytest.raises(ValueError, match=r"'census-2081' is not a policy .* one of access-report-2023, census-2018"):
        load_policy("census-2081")


def test_the_policies_there_are() -> None:
    assert sorted(load_policies()) == ["access-report-2023", DEFAULT_POLICY]
    back = {
        name: {HISTORY[rule.evidence_kind] for rule in policy.rules if rule.evidence_kind in HISTORY}
        for name, policy in load_policies().items()
    }
    assert back == {DEFAULT_POLICY: {1, 2}, "access-report-2023": {1}}
    assert len(STATES) == 51
    assert not {"PR", "BI", "DD", "GU"} & set(STATES)
