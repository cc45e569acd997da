"""The survey of private schools (PSS) 2015-16, every second year's file: cp1252, lower-case names. No public school."""

from __future__ import annotations

from tests.world.files import Sent, names, table_text
from tests.world.schools import GRADES, School, all_schools

# P135 ungraded, P145 nursery, P155 kindergarten, P165 and P175 transitional, P185 to P295 grades 1 to 12; 1 yes, 2 no.
OFFERED = [f"p{n}" for n in range(135, 296, 10)]
HEADER = [
    *OFFERED,
    *names("ppin pinst paddrs pcity pstabb pzip pzip4 pcnty pcntnm pl_add pl_cit pl_stabb pl_zip pl_zip4 region"),
    *names("ulocale16 latitude16 longitude16 logr2016 higr2016 p415 typology relig level numstuds size numteach males"),
]
CODES = {"PK": "2", "KG": "3", **{f"{n:02d}": str(n + 5) for n in range(1, 13)}}


def _row(school: School) -> dict[str, str]:
    first, last = GRADES.index(school.low), GRADES.index(school.high)
    offered = set(GRADES[first : last + 1])
    columns = {"PK": "p145", "KG": "p155", **{f"{n:02d}": f"p{175 + 10 * n}" for n in range(1, 13)}}
    latitude, longitude = school.place
    town = school.town
    row = {
        **dict.fromkeys(OFFERED, "2"),
        **{columns[grade]: "1" for grade in offered},
        "ppin": school.nces,
        "pinst": school.name,
        "paddrs": "PO BOX 99",
        "pcity": town.city.upper(),
        "pstabb": town.state,
        "pzip": town.zip,
        "pcnty": f"9{town.number:02d}",
        "pcntnm": town.county.upper(),
        "pl_add": school.street,
        "pl_cit": town.city.upper(),
        "pl_stabb": town.state,
        "pl_zip": town.zip,
        "region": "3" if town.state == "GA" else "4",
        "ulocale16": town.locale,
        "latitude16": f"{latitude:.6f}",
        "longitude16": f"{longitude:.6f}",
        "logr2016": CODES[school.low],
        "higr2016": CODES[school.high],
        "p415": "1",
        "typology": "5",
        "relig": "2",
        "level": "2" if school.low == "09" else "3" if school.is_high else "1",
        "numstuds": str(school.students // 4),
        "size": "3",
        "numteach": "14",
        "males": str(school.students // 8),
    }
    if school.key == "private_short":
        # NCES D09: one PPIN lost its leading zeros.
        row["ppin"] = school.nces.lstrip("0")
    if school.key == "private_quote":
        # The public-use file is cp1252 with one curly apostrophe (0x92), which is no UTF-8.
        row["pinst"] = school.name.replace("'", "\u2019")
    return row


def pss() -> str:
    """Every private school, and one row that lost a cell."""
    rows = [_row(school) for school in all_schools() if not school.lea]
    text = table_text(HEADER, rows, end="\r\n")
    # defect 27: a row without its empty ZIP+4 cell, so that everything behind it stands one column too far left.
    lost = table_text(
        HEADER, [{**rows[0], "ppin": "99000199", "pinst": "SHIFTED CELL ACADEMY"}], end="\r\n"
    ).splitlines()[1]
    pzip = f",{rows[0]['pzip']},"
    return text + lost.replace(f"{pzip},", pzip, 1) + "\r\n"


def private_files() -> list[Sent]:
    """One file: the survey comes every second year, and 2015-16 is the nearest for all three."""
    return [Sent("nces_pss", "2015-16", "pss1516_pu.csv", pss().encode("cp1252"), "2017-11-30")]
