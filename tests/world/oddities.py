"""Every oddity that is planted, with the file it stands in and the rule that must speak of it. Plants nothing."""

from __future__ import annotations

from typing import NamedTuple


class Oddity(NamedTuple):
    """defect: number in domain.md 15, 0 for one that is not in that list. where: source and school year below raw/.

    rule_ids: rules of schemas/rules.py of which one must fire for that source and year; empty where what happens shows
    in the answers or tables instead.
    """

    defect: int
    where: str
    rule_ids: tuple[str, ...]
    what_happens: str


ODDITIES: tuple[Oddity, ...] = (
    Oddity(1, "ca/2017-18", ("D02",), "NCES ids without their leading zero get it back, because the state proves it"),
    Oddity(1, "ap_school_codes/2018-19", ("D02",), "ids without their leading zero get it back"),
    Oddity(1, "wa/2018-19", (), "district codes without their leading zero are padded when the state id is built"),
    Oddity(2, "teals/2018-19", (), "an id that has no zero to strip keeps its school"),
    Oddity(3, "ga/2018-19", ("S02",), "a row on another district's school of the same name waits for a person"),
    Oddity(3, "id/2018-19", ("S02",), "NCES id and state id of two schools: the row waits for a person"),
    Oddity(3, "survey/2018-19", ("R05",), "a typed name that two districts have is not guessed"),
    Oddity(4, "ga/2017-18", ("D03",), "1.39901E+11 is not repaired; the state id is tried"),
    Oddity(4, "ga/2018-19", ("D03",), "139901000000 is not repaired; the state id is tried"),
    Oddity(4, "survey/2018-19", ("D03",), "a rounded id with nothing beside it is rejected"),
    Oddity(5, "id/2017-18", ("S07",), "course codes 2204 and 3208 get their zero back"),
    Oddity(6, "ga/2017-18", ("S07",), "codes such as 11.019 get their decimals back"),
    Oddity(7, "ga/2018-19", ("S27",), "spaces around the dashes of a state id are removed"),
    Oddity(8, "ca/2018-19", ("S06",), "a course outside the state's list waits for a person"),
    Oddity(8, "ca/2018-19", ("S01",), "a school that no directory knows waits for a person"),
    Oddity(8, "wa/2017-18", (), "courses by internal id are read as course codes"),
    Oddity(9, "ca/2018-19", ("S06",), "a district's id in the course column is no course that counts"),
    Oddity(11, "id/2018-19", (), "** and CEP become hidden and uncounted, never zero"),
    Oddity(11, "ga/2018-19", ("S11",), "ranges are read; a mark that nobody knows is counted"),
    Oddity(12, "ca/2017-18", (), "a supplement of two rows adds to the year and takes nothing back"),
    Oddity(12, "id/2018-19", (), "a delivery of changes makes no other school a No"),
    Oddity(13, "id/2017-18", (), "one state and year is excluded from the inferred No, not the state"),
    Oddity(14, "nces_edge/2018-19", ("D19",), "a position at 0,0 is none"),
    Oddity(15, "decisions/2017-18", (), "HISTORIC_YES is read as HY"),
    Oddity(16, "ga/2018-19", (), "a campus with two NCES ids and one state id: rows with their own id are used"),
    Oddity(17, "ga/2018-19", (), "a school's state id changed; each year's file is read with that year's id"),
    Oddity(18, "survey/2018-19", ("R04",), "answers of another school year are left out or wait"),
    Oddity(19, "id/2016-17", (), "a file that never came is missing, not an error; its schools are unknown"),
    Oddity(20, "wa/2018-19", ("S10",), "web design and use of computers are kept and are no evidence"),
    Oddity(20, "id/2018-19", ("S06",), "a course title that no list has, and robotics, wait for a person"),
    Oddity(21, "id/2018-19", (), "the school's total repeated on each course is still two offerings"),
    Oddity(22, "ca/2018-19", ("S26",), "phantom rows without school or course are set aside and counted"),
    Oddity(23, "id/2017-18", (), "14 columns are read by name like 15"),
    Oddity(23, "ga/2018-19", (), "misspelt markers, a line break in a cell, a note in a name, a code as title"),
    Oddity(26, "ap_offerings/2018-19", ("A03",), "codes are looked up in the list of the same year only"),
    Oddity(27, "nces_pss/2018-19", ("F10",), "a row that lost a cell is rejected, not read one column off"),
    Oddity(28, "nces_ccd_052/2018-19", ("D01",), "statistics of the id 0 are rejected"),
    Oddity(29, "teals/2018-19", (), "real TEALS headers and lists in one cell are read"),
    Oddity(30, "nces_ccd_029/2018-19", (), "grades of that year decide, not the newest ones"),
    Oddity(31, "wa/2018-19", ("S25",), "a full re-delivery takes offerings back, with a list of them"),
    Oddity(33, "decisions/2018-19", (), "a blank decision is no answer, not a value of its own"),
    Oddity(34, "nces_ccd_033/2018-19", (), "a missing lunch count leaves the sum unknown, not zero"),
    Oddity(36, "ga/2018-19", ("S16",), "a row that stands twice is folded"),
    Oddity(36, "wa/2018-19", ("S17",), "terms of a course are one offering"),
    Oddity(37, "ca/2018-19", (), "a teacher's name stays in the restricted tier"),
    Oddity(38, "ga/2018-19", ("S17",), "one school in three spellings is one offering, because its ids agree"),
    Oddity(
        39, "id/2018-19", (), "a campus suffix does no harm beside an id; two courses in one cell are no known title"
    ),
    Oddity(40, "decisions/2018-19", (), "a person may decide any verdict, maybe too"),
    Oddity(42, "ib_school_codes/2018-19", (), "the list has no year; the nearest one is used"),
    Oddity(0, "ga/2016-17", ("F03",), "a sign-in page named .csv is refused; the other states go on"),
    Oddity(0, "ga/2018-19", ("S03",), "another state's school id is rejected"),
    Oddity(0, "ga/2018-19", ("S20",), "a course of a closed school waits for a person"),
    Oddity(0, "ca/2018-19", ("F17",), "a column that nobody declared is counted"),
    Oddity(0, "id/2018-19", ("F11",), "a total and a note below the table are no rows"),
    Oddity(0, "id/2018-19", ("S13",), "a group larger than its course is counted"),
    Oddity(0, "nces_pss/2018-19", ("D09",), "a private id of six digits gets its zeros back"),
    Oddity(0, "nces_search/2018-19", (), "dagger, dash and double dagger are no values"),
    Oddity(0, "nces_edge/2018-19", (), "a bar-separated file without header loses no first school"),
    Oddity(0, "ap_school_codes/2018-19", ("A06",), "a code given to two schools belongs to neither"),
    Oddity(0, "ap_offerings/2018-19", ("A01",), "codes get their zeros back"),
    Oddity(0, "ap_offerings/2018-19", ("A02",), "blank and 000000 are no codes"),
    Oddity(0, "ib_offerings/2018-19", ("A05",), "schools of other countries are left out"),
    Oddity(0, "survey/2018-19", ("R02",), "an unknown role counts as from somebody else"),
    Oddity(0, "survey/2018-19", ("R03",), "an answer that is no choice is rejected"),
    Oddity(0, "survey/2018-19", ("R07",), "a person's last answer counts"),
    Oddity(0, "survey/2018-19", ("R14",), "an answer for a closed school waits for a person"),
    Oddity(0, "survey/2018-19", ("R18",), "an answer that names no school is rejected"),
    Oddity(0, "survey/2018-19", ("F16",), "an e-mail address in a school's name is taken out"),
    Oddity(0, "decisions/2018-19", ("C03",), "a decision without a reason is rejected"),
    Oddity(0, "decisions/2018-19", ("C08",), "a decision with an unknown answer is rejected"),
)
"""Defects of domain.md 15 without a place here: 10, 32, 43, 44 (not of files received), 24, 25, 35, 41 (of published tables)."""
