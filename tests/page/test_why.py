"""The page gives the same reasons as `cleanup explain`: same pieces, same order, same words, same rows.

Where the evidence is answers of people, the words are those of the public form and no row is named.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipelines.published.public_evidence import SURVEYS
from pipelines.reconciled.explain import explain
from pipelines.season.answers import explain_school
from pipelines.shared.steps import Workspace
from schemas.policy_model import load_policy
from schemas.verdicts import WORDS
from tests.conftest import YEARS
from tests.page.conftest import Tab

TOLD = ("position", "label", "evidence_kind", "says", "is_used", "why", "rows")
ALL_REASONS = """async year => {
  const { openRelease } = await import("./release.js");
  const { whyOf } = await import("./school.js");
  const { readText, readBytes } = await import("./files.js");
  const release = await openRelease();
  const lines = (await readText("data/schools.txt")).split("\\n");
  const bytes = new Uint8Array(await readBytes(`data/answers-${year}.bin`));
  const found = {};
  for (const state of release.about.states) {
    for (let row = 0; row < state.count; row += 1) {
      const n = state.first + row;
      if (!bytes[n]) continue;
      const told = await whyOf({ release, route: { year } }, state.postal, row);
      found[lines[n].split("\\t")[0]] = { ...told, code: release.codes[bytes[n] & 7] };
    }
  }
  return found;
}"""


def for_the_public(told: dict[str, Any], published: pd.DataFrame) -> list[dict[str, Any]]:
    """The pieces that `explain` lists, survey answers in the words of the published evidence."""
    pieces = [{name: piece[name] for name in TOLD} for piece in told["evidence"]]
    for piece in pieces:
        if piece["evidence_kind"] in SURVEYS and piece["says"]:
            key = (told["nces_school_id"], told["school_year"], piece["label"])
            piece |= {"why": published.at[key, "why"], "rows": []}
    return pieces


def by_key(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["evidence"].set_index(["nces_school_id", "school_year", "label"]).sort_index()


def test_explain_and_the_page_agree_on_schools_of_every_year(
    tab: Tab, workspace: Workspace, tables: dict[str, pd.DataFrame]
) -> None:
    page = tab.open("#/US/know")
    published = by_key(tables)
    compared = 0
    for year in YEARS:
        shown = page.evaluate(ALL_REASONS, year)
        answers = workspace.store.read("school_cs_access", year)
        assert set(shown) == set(answers["nces_school_id"])
        evidence = dict(list(workspace.store.read("evidence", year).groupby("nces_school_id")))
        nothing = workspace.store.read("evidence", year).iloc[:0]
        for _, row in answers.iloc[::5].iterrows():
            school = row["nces_school_id"]
            told = explain(row, evidence.get(school, nothing), load_policy(row["policy"]))
            here = shown[school]
            pieces = [{name: piece.get(name) for name in TOLD} for piece in here["pieces"]]
            assert pieces == for_the_public(told, published), (school, year)
            assert here["code"] == told["teaches_cs"]
            for name in ("decided_by_rule", "evidence_year", "excluded_reason", "policy"):
                assert here["answer"][name] == told[name], (school, year, name)
            assert here["answer"]["grades"] == told["grades"]["in_words"]
            compared += 1
    assert compared >= 100


def test_the_reasons_stand_on_the_page(tab: Tab, workspace: Workspace, tables: dict[str, pd.DataFrame]) -> None:
    school = "539900200001"
    told = explain_school(workspace, school, YEARS[-1])
    pieces = for_the_public(told, by_key(tables))
    page = tab.open(f"#/school/{school}")
    assert tab.text(".verdict .word").lower() == WORDS[told["teaches_cs"]]
    items = page.locator(".why li")
    assert [items.nth(n).get_attribute("data-label") for n in range(items.count())] == [
        p["label"] for p in told["evidence"]
    ]
    assert [s.strip() for s in items.locator(".sentence").all_inner_texts()] == [p["why"] for p in pieces]
    used = page.locator(".why li.used")
    assert used.get_attribute("data-label") == told["decided_by_rule"]
    assert page.get_by_role("link", name="Take the survey").get_attribute("href").startswith("https://")
