"""The NCES directory files of public schools: CCD 029 and 129, EDGE and the search export. No counts, no private school.

Column names are those of validation-and-reliability.md A2 and A3 and of real-data.md A.
"""

from __future__ import annotations

from tests.world.files import Sent, headerless_text, names, table_text
from tests.world.places import FIPS, STATE_NAMES, roll
from tests.world.schools import GRADES, School, all_schools

IDS = names(
    "SCHOOL_YEAR FIPST STATENAME ST SCH_NAME LEA_NAME STATE_AGENCY_NO UNION ST_LEAID LEAID ST_SCHID NCESSCH SCHID"
)
OFFERED = [f"G_{grade}_OFFERED" for grade in ("PK", "KG", *map(str, range(1, 14)), "UG", "AE")]
CCD_029 = [
    *IDS,
    *names("MSTREET1 MSTREET2 MSTREET3 MCITY MSTATE MZIP MZIP4"),
    *names("LSTREET1 LSTREET2 LSTREET3 LCITY LSTATE LZIP LZIP4 PHONE WEBSITE"),
    *names("SY_STATUS SY_STATUS_TEXT UPDATED_STATUS UPDATED_STATUS_TEXT EFFECTIVE_DATE"),
    *names("SCH_TYPE SCH_TYPE_TEXT RECON_STATUS OUT_OF_STATE_FLAG"),
    *names("CHARTER_TEXT CHARTAUTH1 CHARTAUTHN1 CHARTAUTH2 CHARTAUTHN2 NOGRADES"),
    *OFFERED,
    *names("GSLO GSHI LEVEL IGOFFERED"),
]
STATUS = {
    "1": "Open",
    "2": "Closed",
    "3": "New",
    "4": "Added",
    "5": "Changed Boundary/Agency",
    "6": "Inactive",
    "7": "Future",
    "8": "Reopened",
}
TYPES = {"1": "Regular School", "2": "Special Education School", "4": "Alternative Education School"}
SEARCH_TYPES = {"1": "Regular", "2": "Special Education", "4": "Other/Alternative"}


def listed(year: str) -> list[School]:
    """Public schools in the directory of that year, as it shows them, by NCES id."""
    return [s.in_year(year) for s in all_schools() if s.lea and s.status(year)]


def _long_year(year: str) -> str:
    return f"{year[:4]}-{int(year[:4]) + 1}"


def id_cells(school: School, year: str) -> dict[str, str]:
    return {
        "SCHOOL_YEAR": _long_year(year),
        "FIPST": FIPS[school.state],
        "STATENAME": STATE_NAMES[school.state],
        "ST": school.state,
        "SCH_NAME": school.name,
        "LEA_NAME": school.town.district,
        "STATE_AGENCY_NO": "01",
        "ST_LEAID": school.state_id.rsplit("-", 1)[0],
        "LEAID": school.lea,
        "ST_SCHID": school.state_id,
        "NCESSCH": school.nces,
        "SCHID": FIPS[school.state] + school.nces[-5:],
    }


def _offered(school: School) -> dict[str, str]:
    first, last = GRADES.index(school.low), GRADES.index(school.high)
    yes = set(GRADES[first : last + 1])
    cells = {f"G_{grade.lstrip('0')}_OFFERED": "Yes" if grade in yes else "No" for grade in GRADES}
    return {**dict.fromkeys(OFFERED, "No"), **cells}


def _level(school: School) -> str:
    if school.low in GRADES[10:]:
        return "High"
    if school.is_high:
        return "Secondary" if school.low in ("06", "07") else "Other"
    return "Middle" if school.low == "06" else "Elementary"


def ccd_029(year: str) -> str:
    rows = []
    for school in listed(year):
        status = school.status(year) or ""
        at_rest = status in "27"
        address = {"1": school.street.upper(), "C": school.town.city.upper(), "S": school.town.state}
        rows.append(
            {
                **id_cells(school, year),
                **{f"{kind}STREET1": address["1"] for kind in "ML"},
                **{f"{kind}CITY": address["C"] for kind in "ML"},
                **{f"{kind}STATE": address["S"] for kind in "ML"},
                **{f"{kind}ZIP": school.town.zip for kind in "ML"},
                "PHONE": f"(555)555-{int(roll('phone', school.nces) * 10000):04d}",
                "SY_STATUS": status,
                "SY_STATUS_TEXT": STATUS[status],
                "UPDATED_STATUS": status,
                "UPDATED_STATUS_TEXT": STATUS[status],
                "EFFECTIVE_DATE": "" if status == "1" else f"07/01/{year[:4]}",
                "SCH_TYPE": school.kind,
                "SCH_TYPE_TEXT": TYPES[school.kind],
                "RECON_STATUS": "No",
                "OUT_OF_STATE_FLAG": "No",
                "CHARTER_TEXT": "Yes"
                if school.sector == "charter"
                else "Not applicable"
                if school.state == "BI"
                else "No",
                "CHARTAUTH1": "N" if school.sector != "charter" else "99",
                "CHARTAUTHN1": "",
                "NOGRADES": "No",
                # A school that is closed or not yet built has no grades: text N, never an empty span.
                **(dict.fromkeys(OFFERED, "No") if at_rest else _offered(school)),
                "GSLO": "N" if at_rest else school.low,
                "GSHI": "N" if at_rest else school.high,
                "LEVEL": "Not applicable" if at_rest else _level(school),
                "IGOFFERED": "No",
            }
        )
    return table_text(CCD_029, rows)


def ccd_129() -> str:
    """2016-17: one in five without Title I status (M); null is not zero."""
    header = [
        *IDS,
        *names("SHARED_TIME TITLEI_STATUS TITLEI_STATUS_TEXT NSLP_STATUS NSLP_STATUS_TEXT VIRTUAL VIRTUAL_TEXT"),
    ]
    rows = []
    for school in listed("2016-17"):
        die = roll("title", school.nces)
        code, text = ("SWELIGSWPROG", "Title I schoolwide school")
        if die < 0.2:
            code, text = "M", "Missing"
        elif die < 0.5:
            code, text = "NOTTITLE1ELIG", "Not a Title I school"
        rows.append(
            {
                **id_cells(school, "2016-17"),
                "SHARED_TIME": "No",
                "TITLEI_STATUS": code,
                "TITLEI_STATUS_TEXT": text,
                "NSLP_STATUS": "NSLPWOPRO",
                "NSLP_STATUS_TEXT": "Yes, participating without using any Provision or the CEO",
                "VIRTUAL": "NOTVIRTUAL",
                "VIRTUAL_TEXT": "Not a virtual school",
            }
        )
    return table_text(header, rows)


def edge(year: str) -> str:
    """Bars between 23 fields, no header: a reader that takes the first row for one loses a school."""
    rows, when = [], _long_year(year)
    for school in listed(year):
        latitude, longitude = school.place
        town = school.town
        locale = "M" if roll("locale", school.nces) < 0.02 else town.locale
        place = [
            town.state,
            town.zip,
            FIPS[town.state],
            f"{FIPS[town.state]}9{town.number:02d}",
            f"{town.county} County",
        ]
        position = [locale, f"{latitude:.6f}", f"{longitude:.6f}"]
        areas = ["N", "N", "0", "N", "N", f"{FIPS[town.state]}01", f"{FIPS[town.state]}001", f"{FIPS[town.state]}001"]
        # The file garbles names, so readers must take them from the directory.
        name = school.name.replace("'", "").upper()
        rows.append(
            [
                school.nces,
                school.lea,
                name,
                FIPS[school.state],
                school.street,
                town.city,
                *place,
                *position,
                *areas,
                when,
            ]
        )
    return headerless_text(rows, "|")


def search_export() -> str:
    """NCES school search, Idaho, 2018-19: starred columns are a year older, footnote marks stand in cells (D30)."""
    header = names(
        "NCES School ID,State School ID,NCES District ID,State District ID,Low Grade*,High Grade*,School Name,District,"
        "County Name*,Street Address,City,State,ZIP,ZIP 4-digit,Phone,Locale Code*,Locale*,Charter,Students*,Teachers*,"
        "Student Teacher Ratio*,Free Lunch*,Reduced Lunch*,Directly Certified*,Type,Status",
        ",",
    )
    rows = []
    for n, school in enumerate(s for s in listed("2018-19") if s.state == "ID"):
        town, status = school.town, STATUS[school.status("2018-19") or ""]
        unknown = n % 9 == 4
        low, high = ("–", "–") if status in ("Closed", "Future") else (school.low, school.high)
        students = "–" if unknown else f"{school.students}.00000"
        free = "‡" if unknown else f"{school.students // 4}.00000"
        cells = [
            school.nces, school.state_id, school.lea, school.state_id.rsplit("-", 1)[0], low, high, school.name,
            town.district, f"{town.county} County", school.street, town.city, town.state, town.zip, "", "(555)555-0100",
            town.locale, "†", "Yes" if school.sector == "charter" else "No", students, "†" if unknown else "21.50000",
            "–", free, "–", "†", SEARCH_TYPES[school.kind], status,
        ]  # fmt: skip
        rows.append(dict(zip(header, cells, strict=True)))
    return table_text(header, rows, end="\r\n")


def directory_files() -> list[Sent]:
    """The deliveries of the public directory. 2017-18 was never sent: the nearest earlier year is borrowed."""
    return [
        Sent("nces_ccd_029", "2016-17", "ccd_sch_029_1617_w_1a_11212017.csv", ccd_029("2016-17").encode(), "2018-01-15"),
        Sent("nces_ccd_029", "2018-19", "ccd_sch_029_1819_w_1a_091019.csv", ccd_029("2018-19").encode(), "2019-09-16"),
        Sent("nces_ccd_129", "2016-17", "ccd_sch_129_1617_w_1a_11212017.csv", ccd_129().encode(), "2018-01-15"),
        Sent("nces_edge", "2016-17", "EDGE_GEOCODE_PUBLICSCH_1617.TXT", edge("2016-17").encode(), "2018-02-02"),
        Sent("nces_edge", "2018-19", "EDGE_GEOCODE_PUBLICSCH_1819.TXT", edge("2018-19").encode(), "2019-09-20"),
        Sent(
            "nces_search", "2018-19", "ncesdata_id.csv", search_export().encode(), "2019-10-02", "supplement",
            note="export of the school search, Idaho only",
        ),
    ]  # fmt: skip
