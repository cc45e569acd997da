"""The whole path of one invented school year, from files to answers, without a store. Holds no change and no test."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from pipelines.linked.crosswalk import link_ap, link_ib
from pipelines.linked.ladder import IDENTITY, link_records
from pipelines.received.read_source import read_source
from pipelines.received.receipts import read_receipts
from pipelines.reconciled.inputs import Inputs
from pipelines.reconciled.school_cs_access import reconcile
from pipelines.season.steps.parts import joined, part_names
from pipelines.season.steps.sources import STANDARDISERS
from pipelines.shared.findings import conform
from pipelines.shared.records import Standardised
from pipelines.standard.nces_schools import build_directory
from pipelines.standard.split import unaccounted
from schemas.policy_model import load_policy
from schemas.source_model import Source, load_sources
from tests.world.files import Sent, receipts_text
from tests.world.season import season

YEAR = "2018-19"
NAMES = (
    "ap_offerings",
    "ap_school_codes",
    "ca",
    "decisions",
    "ga",
    "ib_offerings",
    "ib_school_codes",
    "id",
    "nces_ccd_029",
    "nces_pss",
    "survey",
    "teals",
    "wa",
)
POLICY = "access-report-2023"
PUBLISHED = ["nces_school_id", "teaches_cs", "decided_by_rule"]
LOCATORS = ["record_id", "source", "school_year", "file", "row"]
Sources = Mapping[str, Source]
_STANDARD: dict[tuple[object, ...], tuple[Standardised, pd.DataFrame]] = {}


@cache
def files() -> tuple[Sent, ...]:
    """The files of the sample season that speak of the year, in the order in which they arrived."""
    borrowed = {"nces_pss", "ib_school_codes"}
    return tuple(f for f in season() if f.source in NAMES and (f.school_year == YEAR or f.source in borrowed))


@cache
def sources() -> dict[str, Source]:
    """The declared sources of those files."""
    return {name: load_sources()[name] for name in NAMES}


def standardise(source: Source, sent: Sequence[Sent]) -> tuple[Standardised, pd.DataFrame]:
    """What one source's files become, and table `received_files` of them; the same bytes are read once."""
    mine = [file for file in sent if file.source == source.source]
    key = (source.model_dump_json(), *((f.path, f.delivery, hashlib.sha256(f.data).hexdigest()) for f in mine))
    if key not in _STANDARD:
        _STANDARD[key] = _standardise(source, mine)
    return _STANDARD[key]


def _standardise(source: Source, sent: Sequence[Sent]) -> tuple[Standardised, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder)
        for file in sent:
            (raw / file.path).parent.mkdir(parents=True, exist_ok=True)
            (raw / file.path).write_bytes(file.data)
        (raw / "receipts.csv").write_text(receipts_text(sent))
        received = read_source(raw, source, YEAR, read_receipts(raw))
    refused = received.files[~received.files["file_status"].isin(["accepted", "superseded"])]
    assert refused.empty, refused["reason"].tolist()
    result = STANDARDISERS[source.produces](received, source, YEAR)
    assert unaccounted(result.accounts).empty
    return result, received.files


def answers(sent: Iterable[Sent], declared: Sources | None = None) -> pd.DataFrame:
    """The columns PUBLISHED of `school_cs_access`, ordered by school, by the policy that asks every kind of evidence."""
    sent, declared = list(sent), sources() if declared is None else declared
    made = {name: standardise(source, sent) for name, source in declared.items()}

    def part(kind: str) -> pd.DataFrame:
        return joined((made[name][0].table for name in part_names(declared, kind)), kind)

    directories = {name: source for name, source in declared.items() if source.produces == "nces_schools"}
    directory, _ = build_directory({name: made[name][0].table for name in directories}, directories, YEAR)
    lists = {kind: part(kind) for kind in ("course_offerings", "survey_responses", "provider_offerings")}
    ap, ib = part("ap_offerings"), part("ib_offerings")
    asked = [rows.reindex(columns=[c for c in (*LOCATORS, *IDENTITY) if c in rows]) for rows in lists.values()]
    linked = [
        link_records(pd.concat(asked, ignore_index=True), directory),
        link_ap(ap, part("ap_school_codes"), directory)[0],
        link_ib(ib, part("ib_school_codes"), directory)[0],
    ]
    inputs = Inputs(
        school_year=YEAR,
        nces_schools=directory,
        linked_records=joined(linked, "linked_records"),
        ap_offerings=ap,
        ib_offerings=ib,
        decisions=part("decisions"),
        received_files=pd.concat([conform(pd.DataFrame(), "received_files"), *(files for _, files in made.values())]),
        source_states={s.source: s.state for s in declared.values() if s.produces == "course_offerings"},
        **lists,
    )
    return reconcile(inputs, load_policy(POLICY)).school_cs_access[PUBLISHED]


@cache
def unchanged() -> pd.DataFrame:
    """The answers of the files as they are."""
    return answers(files())
