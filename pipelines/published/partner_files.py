"""A partner's folder: its schools, with what the partner tier may see. Cut when it is built; holds no other school's rows.

Also the extract for row-level security, which has all partners' schools and is for whoever runs Tableau Server (ADR 20).
"""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as arrow
import pyarrow.compute as compute

from pipelines.published.dictionary import dictionary_markdown
from pipelines.published.dictionary_page import dictionary_page
from pipelines.published.excel_files import write_excel
from pipelines.published.public_evidence import for_partners
from pipelines.published.public_tables import cut_table, to_arrow
from pipelines.published.release import list_files, write_csv, write_json, write_parquet
from pipelines.published.tableau_file import SWITCH, write_extract
from pipelines.published.versions import MANIFEST, require_version
from pipelines.shared.folders import PARTNER_MODE, RESTRICTED_MODE, make_closed
from schemas.partner_tables import PARTNER_TABLES
from schemas.table_model import Table
from schemas.tables import table

PARTNER_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
CONTACTS = "contacts.csv"
KEYS = ["nces_school_id", "school_year"]
SCHOOL_TABLES = ("school_cs_access", "evidence", "review_table", "partner_courses", "survey_answers")
"""Tables of one row or more per school; a partner gets those rows whose school is its own in that school year."""
STATE_TABLES = ("courses_that_count", "state_summary")
REPORT = "partner_report"
"""The access report of each partner's own area."""
EXTRACT_FOLDER = "_tableau"
EXTRACT = f"{EXTRACT_FOLDER}/cs_access_partners.hyper"


def partner_tables() -> dict[str, Table]:
    """Declarations of a partner's tables, partner columns and those below; contacts are apart."""
    made = ("school_cs_access", "evidence", "review_table", *STATE_TABLES, REPORT)
    declared = {name: cut_table(table(name), "partner") for name in made}
    return declared | {name: PARTNER_TABLES[name] for name in ("partner_courses", "survey_answers")}


def number_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Table `survey_answers`: linked answers, numbered per school and year by what they say, so no number is a person's."""
    declared = PARTNER_TABLES["survey_answers"]
    told = [c for c in declared.column_names if c != "answer_number"]
    rows = answers[told].sort_values(told, kind="stable", na_position="first").reset_index(drop=True)
    rows["answer_number"] = rows.groupby(["nces_school_id", "school_year"]).cumcount().astype("Int64") + 1
    return rows[declared.column_names]


def in_partner_form(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables of the stages as partners see them: survey evidence with numbers and without file and row, everywhere."""
    evidence = for_partners(frames["evidence"])
    reviewed = frames["review_table"]
    keys = KEYS
    # The review table quotes the first evidence of a school; its words may name a survey's row.
    first = evidence.sort_values([*keys, "is_used"], ascending=[True, True, False], kind="stable").drop_duplicates(keys)
    told = reviewed[keys].merge(first[[*keys, "why"]], on=keys, how="left", validate="1:1")["why"]
    why = told.set_axis(reviewed.index).fillna("No source speaks of this school").astype("str")
    return {**frames, "evidence": evidence, "review_table": reviewed.assign(why=why)}


def build_partner_folders(
    data: Path,
    version: str,
    frames: Mapping[str, pd.DataFrame],
    schools: pd.DataFrame,
    contacts: Mapping[str, pd.DataFrame],
    names: Mapping[str, str],
    *,
    released_on: date,
) -> list[Path]:
    """Write <data>/partner/<version>/<partner_id>/ for every partner, all at once by rename; returns the folders.

    frames: tables of SCHOOL_TABLES, STATE_TABLES and REPORT, all years. schools: nces_school_id, school_year, partner_id,
    partner_account. contacts: {partner_id: table contacts}. names: {partner_id: name}. A version that was built before
    is replaced. Raises ValueError for an id that is no folder name.
    """
    require_version(version)
    odd = sorted(p for p in schools["partner_id"].unique() if not PARTNER_ID.match(p))
    if odd:
        raise ValueError(f"{odd[0]!r} cannot be a partner's id: ids are letters, digits, - and _; correct raw/partners")
    root = make_closed(data / "partner", PARTNER_MODE)
    for leftover in root.glob(".building-*"):
        # Of a publication that was killed; the caller holds the lock of the publication.
        shutil.rmtree(leftover)
    building = make_closed(root / f".building-{version}-{uuid.uuid4().hex}", PARTNER_MODE)
    declared = partner_tables()
    seen = in_partner_form(frames)
    try:
        for partner, tables in cut_to_partners(seen, declared, schools):
            folder = make_closed(building / partner, PARTNER_MODE)
            _write_partner(folder, version, released_on, names[partner], tables, declared)
            if len(contacts.get(partner, ())):
                _write_contacts(folder / CONTACTS, contacts[partner])
            # Contacts may be taken out of the file at any time, so the manifest does not hold its hash.
            files = {path: facts for path, facts in list_files(folder).items() if path != CONTACTS}
            write_json(folder / MANIFEST, {"version": version, "partner_id": partner, "files": files})
        _write_security_extract(building, seen, declared, schools)
        target = root / version
        if target.exists():
            shutil.rmtree(target)
        building.rename(target)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return sorted(path for path in target.iterdir() if path.name != EXTRACT_FOLDER)


def remove_old_contacts(data: Path, newest: str) -> int:
    """Delete the contacts of every release but the newest: a withdrawal holds for kept copies too. Returns how many."""
    old = [path for path in (data / "partner").glob(f"*/*/{CONTACTS}") if path.parts[-3] != newest]
    for path in old:
        path.unlink()
    return len(old)


def cut_to_partners(
    frames: Mapping[str, pd.DataFrame], declared: Mapping[str, Table], schools: pd.DataFrame
) -> Iterator[tuple[str, dict[str, arrow.Table]]]:
    """Each partner, in order, with its tables as Arrow: the rows of its schools and years, of their states, and of its area.

    A school has one partner in a school year. Each table is looked through once, not once for each partner.
    """
    owner, partners = pd.factorize(schools["partner_id"], sort=True)
    keys = pd.MultiIndex.from_frame(schools[KEYS])
    whole, order, starts = {}, {}, {}
    for name in SCHOOL_TABLES:
        whole[name] = to_arrow(frames[name], declared[name])
        found = keys.get_indexer(pd.MultiIndex.from_frame(whole[name].select(KEYS).to_pandas().astype("str")))
        of_row = np.where(found >= 0, owner[found], len(partners))
        order[name] = np.argsort(of_row, kind="stable")
        starts[name] = np.searchsorted(of_row[order[name]], np.arange(len(partners) + 1))
    for n, partner in enumerate(partners):
        own = {t: whole[t].take(order[t][starts[t][n] : starts[t][n + 1]]) for t in SCHOOL_TABLES}
        yield str(partner), own | _around(frames, declared, own["school_cs_access"], {str(partner)})


def cut_to_all(
    frames: Mapping[str, pd.DataFrame], declared: Mapping[str, Table], schools: pd.DataFrame
) -> dict[str, arrow.Table]:
    """The tables of all partners together."""
    mine = pd.MultiIndex.from_frame(schools[KEYS])
    own = {
        name: to_arrow(frames[name][pd.MultiIndex.from_frame(frames[name][KEYS]).isin(mine)], declared[name])
        for name in SCHOOL_TABLES
    }
    return own | _around(frames, declared, own["school_cs_access"], set(schools["partner_id"]))


def _around(
    frames: Mapping[str, pd.DataFrame], declared: Mapping[str, Table], own: arrow.Table, partners: set[str]
) -> dict[str, arrow.Table]:
    """The tables of STATE_TABLES for the states of these schools, and the report of these partners."""
    states = {*compute.unique(own["state"]).to_pylist(), "US"}
    out = {}
    for name, place in (("courses_that_count", "state"), ("state_summary", "place")):
        rows = frames[name]
        out[name] = to_arrow(rows[rows[place].isin(states)], declared[name])
    report = frames[REPORT]
    out[REPORT] = to_arrow(report[report["place_id"].isin(partners)], declared[REPORT])
    return out


def _write_partner(
    folder: Path,
    version: str,
    released_on: date,
    name: str,
    tables: Mapping[str, arrow.Table],
    declared: Mapping[str, Table],
) -> None:
    for title, rows in tables.items():
        write_csv(rows, folder / "csv" / f"{title}.csv")
        write_parquet(rows, folder / "parquet" / f"{title}.parquet")
    write_excel(folder, tables, declared, version, released_on)
    listed = [*declared.values(), PARTNER_TABLES["contacts"]]
    (folder / "dictionary.md").write_text(dictionary_markdown(listed), encoding="utf-8", newline="\n")
    (folder / "dictionary.html").write_text(dictionary_page(listed, version), encoding="utf-8", newline="\n")
    lines = [
        f"# {name}: your schools in cs-access {version}",
        "",
        f"Made on {released_on.isoformat()} for {name} alone. It holds more than the public release: enrollments as states",
        "sent them, and what people said in the survey. Do not publish or pass it on; figures for the public are in the release.",
        "",
        f"`{CONTACTS}`, where there is one, names people who agreed to be contacted by you. They may take that back: use the",
        "file of the newest release only and delete older copies. Every column is explained in `dictionary.html`.",
        "",
    ]
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8", newline="\n")


def _write_contacts(path: Path, contacts: pd.DataFrame) -> None:
    path.touch(mode=0o640)
    write_csv(to_arrow(contacts, PARTNER_TABLES["contacts"]), path)


def _write_security_extract(
    building: Path, frames: Mapping[str, pd.DataFrame], declared: Mapping[str, Table], schools: pd.DataFrame
) -> None:
    if os.environ.get(SWITCH) == "public":
        return
    tables = cut_to_all(frames, declared, schools)
    owned = schools[schools["partner_account"].notna()]
    tables["entitlements"] = to_arrow(owned, PARTNER_TABLES["entitlements"])
    make_closed(building / EXTRACT_FOLDER, RESTRICTED_MODE)
    write_extract(building / EXTRACT, tables)
