"""The states: postal code, FIPS code as NCES uses it, name, and whether the state is in the access report.

Source: NCES reference document 1 and domain.md 13. BI and DD are inventions of NCES, whose codes changed by year.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """One state, territory or federal system. `fips` holds every code NCES has used, the present one first."""

    postal: str
    fips: tuple[str, ...]
    name: str
    in_report: bool


_IN_REPORT = """
AL 01 Alabama|AK 02 Alaska|AZ 04 Arizona|AR 05 Arkansas|CA 06 California|CO 08 Colorado|CT 09 Connecticut
DE 10 Delaware|DC 11 District of Columbia|FL 12 Florida|GA 13 Georgia|HI 15 Hawaii|ID 16 Idaho|IL 17 Illinois
IN 18 Indiana|IA 19 Iowa|KS 20 Kansas|KY 21 Kentucky|LA 22 Louisiana|ME 23 Maine|MD 24 Maryland
MA 25 Massachusetts|MI 26 Michigan|MN 27 Minnesota|MS 28 Mississippi|MO 29 Missouri|MT 30 Montana|NE 31 Nebraska
NV 32 Nevada|NH 33 New Hampshire|NJ 34 New Jersey|NM 35 New Mexico|NY 36 New York|NC 37 North Carolina
ND 38 North Dakota|OH 39 Ohio|OK 40 Oklahoma|OR 41 Oregon|PA 42 Pennsylvania|RI 44 Rhode Island
SC 45 South Carolina|SD 46 South Dakota|TN 47 Tennessee|TX 48 Texas|UT 49 Utah|VT 50 Vermont|VA 51 Virginia
WA 53 Washington|WV 54 West Virginia|WI 55 Wisconsin|WY 56 Wyoming
"""
_OTHERS = """
AS 60 American Samoa|GU 66 Guam|MP 69 Northern Mariana Islands|PR 72 Puerto Rico|VI 78 U.S. Virgin Islands
BI 59 Bureau of Indian Education|DD 63,58,61 Department of Defense Education Activity
"""


def _states(text: str, *, in_report: bool) -> dict[str, State]:
    entries = [entry.split(" ", 2) for entry in text.strip().replace("\n", "|").split("|")]
    return {postal: State(postal, tuple(fips.split(",")), name, in_report) for postal, fips, name in entries}


STATES: dict[str, State] = {**_states(_IN_REPORT, in_report=True), **_states(_OTHERS, in_report=False)}
STATE_FIPS: dict[str, str] = {postal: state.fips[0] for postal, state in STATES.items()}
"""Postal code -> the FIPS code in use."""
FIPS_STATE: dict[str, str] = {fips: postal for postal, state in STATES.items() for fips in state.fips}
"""FIPS code -> postal code, with the codes NCES used in earlier years."""
