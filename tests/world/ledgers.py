"""What providers and people send: AP and IB codes and offerings, TEALS, decisions. No state and no survey."""

from __future__ import annotations

from tests.world.files import Sent, names, table_text
from tests.world.places import roll
from tests.world.schools import YEARS, School, by_key, ordinary_schools, teaches

AP_AREA = {"CA": "05", "GA": "11", "ID": "13", "WA": "48"}
"""First two digits of invented AP codes; California's begin with a zero that is easily lost."""


def _long(year: str) -> str:
    return f"{year[:4]}-{int(year[:4]) + 1}"


def _ap_schools(year: str) -> list[tuple[School, str]]:
    """Schools on the ledger of a year, with their AP codes of that year."""
    rolled = []
    for state, area in AP_AREA.items():
        high = [s for s in ordinary_schools(state, "2016-17") if s.low == "09" and s.runs("2018-19")]
        rolled += [
            (s, f"{area}{n:04d}")
            for n, s in enumerate(high, start=11)
            if teaches(s, year) and roll("ap", s.nces) < 0.45
        ]
    school = by_key()
    special = [] if year == "2016-17" else [(school["ap_beats_teacher"], "050903"), (school["overridden"], "050904")]
    # defect 26: the school changed its code, and its old code went to another school.
    if year == "2017-18":
        special.append((school["ap_yes"], "050901"))
    if year == "2018-19":
        special += [(school["ap_yes"], "050902"), (school["ap_next"], "050901")]
    return [*rolled, *special]


def ap_codes(year: str) -> str:
    """defect 1: keys of the crosswalk are NCES ids without their leading zero."""
    rows = [{"school_id": s.nces.removeprefix("0"), "school_code": code} for s, code in _ap_schools(year)]
    if year == "2018-19":
        # A06: one code given to two schools, and a code that is none (A02).
        first, second = ordinary_schools("WA", year)[:2]
        rows += [{"school_id": s.nces, "school_code": "480999"} for s in (first, second)]
        rows.append({"school_id": second.nces, "school_code": "000000"})
    return table_text(["school_id", "school_code"], rows)


def ap_ledger(year: str, exam: str) -> str:
    """One exam's ledger: codes as numbers, blanks, zeros, and a code that no list has (A01, A02, A03)."""
    taken = [code for s, code in _ap_schools(year) if s.special or roll("exam", s.nces, exam) < 0.65]
    mine = [code for code in taken if not code.startswith("0509") or (code == "050903") == (exam == "CSP")]
    codes = [code.lstrip("0") if n % 2 else code for n, code in enumerate(mine)]
    return table_text(["School Code"], ({"School Code": code} for code in [*codes, "", "000000", "999001", codes[0]]))


def _ap_files(year: str) -> list[Sent]:
    day = f"{int(year[:4]) + 1}-08-05"
    return [
        Sent("ap_school_codes", year, f"{_long(year)}.csv", ap_codes(year).encode(), day),
        Sent("ap_offerings", year, f"CSA-{_long(year)}.csv", ap_ledger(year, "CSA").encode(), day),
        Sent("ap_offerings", year, f"CSP-{_long(year)}.csv", ap_ledger(year, "CSP").encode(), day),
    ]


def ib_codes() -> str:
    """defect 42: the list has no year."""
    school = by_key()
    rows = [("003901", school["ib_yes"]), ("003902", school["private_short"])]
    return table_text(["SCHOOL_CODE", "NCES_ID"], ({"SCHOOL_CODE": code, "NCES_ID": s.nces} for code, s in rows))


def ib_list() -> str:
    """The worldwide list: codes without zeros, another subject, another country (A05)."""
    header = names("SCHOOL_CODE SCHOOL_NAME COUNTRY_NAME STATE_NAME SUBJECT LVL NCES_ID")
    school = by_key()["ib_yes"]
    rows = [
        ("3901", school.name, "UNITED STATES", "GEORGIA", "COMPUTER SC.", "HL", school.nces),
        ("3901", school.name, "UNITED STATES", "GEORGIA", "COMPUTER SC.", "SL", school.nces),
        ("3901", school.name, "UNITED STATES", "GEORGIA", "ITGS", "SL", school.nces),
        ("3907", "Unlisted Prairie Academy", "UNITED STATES", "IDAHO", "COMPUTER SC.", "SL", ""),
        ("9501", "Lac Perdu Secondary", "CANADA", "QUEBEC", "COMPUTER SC.", "HL", ""),
    ]
    return table_text(header, (dict(zip(header, row, strict=True)) for row in rows))


def teals() -> str:
    """defect 29: the real columns of TEALS, with lists in a cell, blank ids and ids of private schools."""
    header = names(
        "School Name,NCES ID,City,Zip/Postal Code,School District,State/Province,Country,Subregion,Classes", ","
    )
    school = by_key()
    plain = [s for s in ordinary_schools("WA", "2018-19") if s.low == "09"]

    def line(one: School, classes: str, **cells: str) -> dict[str, str]:
        town = one.town
        place = [town.city.upper(), town.zip, town.district, town.state, "United States", f"{town.state} - {town.city}"]
        return {**dict(zip(header, [one.name, one.nces, *place, classes], strict=True)), **cells}

    georgia = ordinary_schools("GA", "2018-19")[0]
    rows = [
        line(plain[0], "Intro Full"),
        line(plain[1], "AP, AP"),
        line(plain[2], "AP CSP, Intro Full", **{"NCES ID": ""}),
        # defect 2: an id without a zero to strip, which the predecessor's import would have lost.
        line(georgia, "Intro S1"),
        line(school["private_teals"], "Intro Full", **{"School District": school["private_teals"].name}),
        # Two schools under one id (state-file-samples.md).
        line(plain[0], "Intro Both", **{"School Name": "Otherwhere Preparatory"}),
        line(plain[1], "Other", **{"School Name": "Bramble Collegiate", "NCES ID": "", "State/Province": "British Columbia",
                                   "City": "VICTORIA", "Zip/Postal Code": "V8W 1A1", "Country": "Canada"}),
    ]  # fmt: skip
    return table_text(header, rows)


def decisions(year: str) -> str:
    """Worksheets that people sent back: a superseded decision and the newer one, a blank answer, and faulty rows."""
    header = names("decision_id kind school_id school_year teaches_cs decided_by decided_at reason evidence_hash")
    school = by_key()
    plain = [s.nces for s in ordinary_schools("CA", year) if s.is_high]
    who = "R. Stewardly"
    rows = {
        "2017-18": [
            # defect 15: words instead of codes.
            ("D-0101", "verdict", plain[1], "HISTORIC_YES", who, "2018-10-02 09:00:00 UTC", "catalog of 2016 seen"),
        ],
        "2018-19": [
            ("D-0201", "verdict", school["overridden"].nces, "Y", who, "2019-10-01 09:00:00 UTC", "principal wrote"),
            (
                "D-0202",
                "verdict",
                school["overridden"].nces,
                "N",
                who,
                "2019-10-08 16:30:00 UTC",
                "class was cancelled",
            ),
            # C06: what a ledger proves is taken back by two persons, not by one.
            (
                "D-0209",
                "verdict",
                school["overridden"].nces,
                "N",
                "P. Secondly",
                "2019-10-09 08:15:00 UTC",
                "asked the principal too",
            ),
            ("D-0203", "verdict", school["left_out"].nces, "E", who, "2019-10-03 11:00:00 UTC", "night school"),
            # defect 33: a blank answer is an answer (no answer), never a value of its own.
            ("D-0204", "verdict", plain[2], "", who, "2019-10-03 11:05:00 UTC", "evidence withdrawn by the district"),
            # defect 40: any verdict may be decided, not only the survey's own.
            ("D-0205", "verdict", plain[3], "maybe", who, "2019-10-03 11:10:00 UTC", "catalog and teacher disagree"),
            # C03: no reason. C08: an answer that is none. C09: no school.
            ("D-0206", "verdict", plain[4], "N", who, "2019-10-03 11:15:00 UTC", ""),
            ("D-0207", "verdict", plain[4], "probably", who, "2019-10-03 11:20:00 UTC", "heard so"),
            ("D-0208", "verdict", "", "Y", who, "2019-10-03 11:25:00 UTC", "school not named"),
        ],
    }[year]
    return table_text(
        header,
        (
            {**dict(zip(("decision_id", "kind", "school_id", "teaches_cs", "decided_by", "decided_at", "reason"), row, strict=True)),
             "school_year": year, "evidence_hash": f"{n:02d}" * 8}
            for n, row in enumerate(rows, start=11)
        ),
    )  # fmt: skip


def ledger_files() -> list[Sent]:
    """AP each year, IB, TEALS and decisions when there are any."""
    return [
        *(file for year in YEARS for file in _ap_files(year)),
        Sent("ib_school_codes", "2017-18", "ib_school_codes.csv", ib_codes().encode(), "2018-06-01"),
        Sent("ib_offerings", "2017-18", "2017-2018.csv", ib_list().encode(), "2018-06-01"),
        Sent("ib_offerings", "2018-19", "2018-2019.csv", ib_list().encode(), "2019-06-03"),
        Sent("teals", "2018-19", "2018-2019.csv", teals().encode(), "2019-06-10"),
        Sent("decisions", "2017-18", "decisions_2018-10.csv", decisions("2017-18").encode(), "2018-10-09"),
        Sent("decisions", "2018-19", "decisions_2019-10.csv", decisions("2018-19").encode(), "2019-10-15"),
    ]
