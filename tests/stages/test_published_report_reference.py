"""The published table of 2022 recomputed by our functions from its own counts (domain.md 13)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.unit.report_builder import declared, pick

REFERENCE = Path(__file__).parents[3] / "shared/data/reference/state_of_cs_access_by_state.csv"
YEARS = ("2018-19", "2019-20", "2020-21", "2021-22")


@pytest.mark.real
@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference table does not lie beside the repository")
def test_the_table_of_2022_recomputes() -> None:
    from pipelines.published.access_report import report_figures
    from pipelines.published.report_enrollment import READ
    from pipelines.published.report_schools import SAYS
    from pipelines.shared.findings import conform

    rows = pd.read_csv(REFERENCE).query("state != 'US'").set_index("state")
    told = {y: f"pct_{y.replace('-', '_')}" for y in YEARS}
    latest = pd.Series({s: max(y for y in YEARS if pd.notna(rows.loc[s, told[y]])) for s in rows.index})
    number = rows["schools_total_2022"].cumsum()
    every = pd.DataFrame({"state": rows.index.repeat(rows["schools_total_2022"])})
    place = every.groupby("state").cumcount()
    offers = place < every["state"].map(rows["schools_offering_2022"])
    every["nces_school_id"] = [f"{n:012d}" for n in range(int(number.iloc[-1]))]
    access, says = {}, {}
    for year in YEARS:
        known = every["state"].map(latest) == year
        frame = every.assign(
            school_year=year, in_access_report=True, sector="public", evidence_year=year,
            teaches_cs=offers.map({True: "Y", False: "N"}).where(known, "U"),
        )  # fmt: skip
        access[year] = declared(frame, "school_cs_access")
        says[year] = declared(frame.assign(state_says=frame["teaches_cs"].where(known)), "review_table")[
            ["nces_school_id", *SAYS]
        ]
    courses = conform(pd.DataFrame(), "course_offerings")[list(READ)].assign(nces_school_id=pd.Series(dtype="str"))
    nobody = pd.DataFrame({n: pd.Series(dtype="str") for n in ("nces_school_id", "partner_id", "partner_name")})
    pooled = report_figures(access, says, courses, nobody, YEARS[-1])[0]
    nation = pick(pooled, "offering")
    assert (nation["denominator"], nation["numerator"], round(nation["figure"])) == (26160, 13883, 53)
    # All states in one year: what each state's own row says, without a run for each of the four years.
    known = offers.map({True: "Y", False: "N"})
    one = {YEARS[-1]: access[YEARS[-1]].assign(teaches_cs=known.astype("str"))}
    states = report_figures(one, says, courses, nobody, YEARS[-1])[0]
    for state, year in latest.items():
        row = pick(states, "offering", state)
        counts = tuple(rows.loc[state, ["schools_total_2022", "schools_offering_2022"]])
        assert (row["denominator"], row["numerator"]) == counts
        assert round(row["figure"]) == rows.loc[state, told[year]], state
