"""Cases of the rules D: a row of a directory file, and the directory as a whole."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.rules.cases import Case, Together
from tests.rules.runners import Fired, directory, directory_file, directory_findings, directory_part, national
from tests.unit.nces_by_hand import YEAR

OAK, ELM = "010000500871", "010000500872"
FLAGS = {f"G_{grade}_OFFERED": "No" for grade in ("PK", "KG", *map(str, range(1, 14)), "UG", "AE")}
SOUND = {
    "NCESSCH": OAK,
    "LEAID": "0100005",
    "ST": "AL",
    "ST_LEAID": "AL-101",
    "ST_SCHID": "AL-101-0020",
    "SCH_NAME": "Blue River High",
    "LEA_NAME": "Blue River City",
    "LSTREET1": "402 E Oak Ave",
    "LCITY": "Blue River",
    "LSTATE": "AL",
    "LZIP": "35950",
    "UPDATED_STATUS": "1",
    "UPDATED_STATUS_TEXT": "Open",
    "EFFECTIVE_DATE": "07/01/2018",
    "SCH_TYPE": "1",
    "SCH_TYPE_TEXT": "Regular School",
    "OUT_OF_STATE_FLAG": "No",
    "CHARTER_TEXT": "No",
    "NOGRADES": "No",
    "GSLO": "09",
    "GSHI": "12",
    "LEVEL": "High",
    **FLAGS,
    **{f"G_{grade}_OFFERED": "Yes" for grade in (9, 10, 11, 12)},
}
GEO = {"NCESSCH": OAK, "LSTATE": "AL", "LZIP": "35950", "LATCODE": "34.26", "LONGCODE": "-86.2", "LOCALE": "32"}
WIDE = {"NCESSCH": OAK, "STABR": "AL", "LEAID": "0100005", "MEMBER": "30", "AM": "3"}
PRIVATE = {"ib_school_code": "003137", "ib_level": "HL", "ib_subject": "COMPUTER SC."}


row = Together(SOUND, directory_findings, lambda n: {"NCESSCH": f"0100005{n + 871:05d}"}).row


@cache
def _older(source: str, year: str, *change: tuple[str, str]) -> Fired:
    sound = GEO if source == "nces_edge" else WIDE
    return directory_file({**sound, **dict(change)}, source=source, year=year)


def geo(**change: str) -> Case:
    of = ("nces_edge", "2014-15")
    return Case(lambda: _older(*of, *change.items()), lambda: _older(*of))


def wide(**change: str) -> Case:
    of = ("nces_ccd_052", "2015-16")
    return Case(lambda: _older(*of, *change.items()), lambda: _older(*of))


LISTED = {
    "nces_school_id": OAK,
    "state": "AL",
    "school_name": "Blue River High",
    "state_school_id": "AL-101-0020",
    "street": "402 E Oak Ave",
    "city": "Blue River",
    "sector": "public",
    "school_type": "regular",
    "status": "open",
    "students_total": 300,
    "frl_eligible": 100,
}
OTHER = {
    **LISTED,
    "nces_school_id": ELM,
    "state_school_id": "AL-101-0030",
    "school_name": "Elm High",
    "street": "9 Elm St",
}


def whole(*changes: dict[str, Any], silent: dict[str, Any] | None = None, year: str = YEAR) -> Case:
    """The first change is that of the first school, the second that of the second."""
    first, second = (*changes, {})[:2]

    def run(one: dict[str, Any], other: dict[str, Any]) -> Any:
        return directory(directory_part("nces_ccd_029", year, {**LISTED, **one}, {**OTHER, **other}))

    return Case(lambda: run(first, second), lambda: run(silent or {}, {}))


def _geocoded(*ids: str) -> Any:
    places = [{"nces_school_id": one, "latitude": 34.0, "longitude": -86.0, "state": "AL"} for one in ids]
    return directory(directory_part("nces_ccd_029", YEAR, LISTED, OTHER), directory_part("nces_edge", YEAR, *places))


CASES: dict[str, Case] = {
    "D01": row(NCESSCH="12345"),
    "D02": row(NCESSCH="10000500871"),
    "D03": row(NCESSCH="5.3E+11"),
    "D04": row(LEAID="0100006"),
    "D05": row(ST="GA"),
    "D06": Case(lambda: directory_file(SOUND, SOUND), lambda: directory_file(SOUND)),
    "D07": row(ST_SCHID="0020"),
    "D08": whole({"state_school_id": "AL-101-0030"}),
    "D09": Case(
        lambda: national("ib_offerings", {**PRIVATE, "nces_school_id_given": "326758"}),
        lambda: national("ib_offerings", {**PRIVATE, "nces_school_id_given": "00326758"}),
    ),
    "D10": row(UPDATED_STATUS_TEXT="Closed"),
    "D11": row(SCH_TYPE_TEXT="Alternative School"),
    "D12": row(EFFECTIVE_DATE="07/01/2008"),
    "D13": row(GSLO="12", GSHI="09"),
    "D14": row(GSHI="11"),
    "D15": row(LEVEL="Elementary"),
    "D16": row(**FLAGS, GSLO="N", GSHI="N", NOGRADES="Yes", LEVEL="Other"),
    "D17": row(LZIP="02139"),
    "D18": row(LSTATE="GA", LZIP="30301"),
    "D19": geo(LATCODE="0", LONGCODE="0"),
    "D20": Case(lambda: _geocoded(OAK), lambda: _geocoded(OAK, ELM)),
    "D21": geo(LOCALE="44"),
    "D22": wide(AM="-1"),
    "D23": wide(AM="31"),
    "D24": whole({"frl_eligible": 301}),
    "D25": whole({"students_total": 0, "frl_eligible": 0}),
    "D26": whole({"students_total": 10_001}, silent={"students_total": 10_001, "is_virtual": True}),
    "D27": Case(
        lambda: directory(directory_part("nces_ccd_029", YEAR, {**LISTED, "state": "SD", "sector": "charter"})),
        lambda: directory(directory_part("nces_ccd_029", YEAR, {**LISTED, "sector": "charter"})),
    ),
    "D28": whole({}, {"school_name": "BLUE RIVER HIGH", "street": "402 E. Oak Ave"}),
    "D29": whole(
        {"is_virtual": True, "latitude": 34.0, "longitude": -86.0}, silent={"latitude": 34.0, "longitude": -86.0}
    ),
    "D30": whole({"city": "‡"}),
    "D31": row(SCH_NAME="M"),
    "D32": Case(
        lambda: national("teals", {"school_name": "Kestrel High", "state": "Florduh"}),
        lambda: national("teals", {"school_name": "Kestrel High", "state": "Florida"}),
    ),
    "D33": row(GSHI="14"),
    "D34": wide(AM="few"),
}
