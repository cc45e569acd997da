"""Columns of a school as the directories of NCES and the states list it.

What becomes of a school over the years is in `lives.py`.
"""

from __future__ import annotations

from schemas.columns.patterns import NCES_ID_PATTERN, SCHOOL_YEAR_PATTERN
from schemas.metrics import LOCALE_GROUPS, SIZES
from schemas.table_model import Column

GRADES = ("PK", "KG", *[f"{n:02d}" for n in range(1, 14)], "UG", "AE")
SCHOOL_DETAILS = ("street", "county", "grade_low", "grade_high", "school_level")
"""What a record may say of its school beside ids, name, district, city and ZIP code. Few sources do; the rest is null."""
RACES = ("am", "as", "hi", "bl", "wh", "hp", "tr")

SCHOOLS: tuple[Column, ...] = (
    Column(
        "nces_school_id",
        "text",
        "NCES id: 12 digits for public schools, 8 characters (PPIN) for private ones",
        pattern=NCES_ID_PATTERN,
        rule="D01",
    ),
    Column("nces_school_id_given", "text", "NCES id as the source gave it, after named repairs; not yet proven"),
    Column(
        "state_school_id",
        "text",
        "state's own id: state, district and school part, for example FL-03-0491",
        pattern=r"^[A-Z]{2}-.+-.+$",
        rule="D07",
    ),
    Column("state_school_id_given", "text", "state id as the source gave it, after named repairs"),
    Column("leaid", "text", "NCES district (LEA) id", pattern=r"^\d{7}$", rule="D04"),
    Column("school_name", "text", "name of the school"),
    Column("district_name", "text", "name of the district"),
    Column("street", "text", "street address of the school's location"),
    Column("city", "text", "city of the school's location"),
    Column("state", "text", "two-letter postal code; BI and DD are the federal codes of NCES", pattern=r"^[A-Z]{2}$"),
    Column("zip", "text", "five-digit ZIP code", pattern=r"^\d{5}$", rule="D17"),
    Column("county", "text", "county name"),
    Column("country", "text", "country as the source names it"),
    Column("latitude", "decimal", "latitude", unit="degrees", minimum=-90, maximum=90, rule="D19"),
    Column("longitude", "decimal", "longitude", unit="degrees", minimum=-180, maximum=180, rule="D19"),
    Column(
        "locale_code",
        "text",
        "NCES locale: 11-13 city, 21-23 suburb, 31-33 town, 41-43 rural",
        pattern=r"^[1-4][1-3]$",
        rule="D21",
    ),
    Column("sector", "text", "who runs the school", allowed=("public", "charter", "private")),
    Column(
        "school_type",
        "text",
        "kind of school",
        allowed=("regular", "special_education", "career_technical", "alternative"),
    ),
    Column(
        "status",
        "text",
        "status of the school in the directory year",
        allowed=("open", "closed", "new", "added", "changed", "inactive", "future", "reopened"),
        rule="D10",
    ),
    Column(
        "is_operating",
        "flag",
        "the school was operating: open, new, added, changed or reopened; unknown when no directory file says",
    ),
    Column("is_virtual", "flag", "the school teaches online only; unknown when not reported"),
    Column("grade_low", "text", "lowest grade offered", allowed=GRADES),
    Column("grade_high", "text", "highest grade offered", allowed=GRADES),
    Column(
        "school_level", "text", "level of the school in the source's words, for example Middle School | High School"
    ),
    Column("offers_high", "flag", "offers any of grades 09-13; unknown when no source gives grades"),
    Column(
        "offers_k8", "flag", "offers any of grades KG-08 (PK alone does not count); unknown when no source gives grades"
    ),
    Column(
        "grade_levels",
        "text",
        "el, mi and hi, each replaced by __ when absent, for example __mihi",
        pattern=r"^(el|__)(mi|__)(hi|__)$",
    ),
    Column(
        "grades_year", "text", "school year of the directory file the grades come from", pattern=SCHOOL_YEAR_PATTERN
    ),
    Column("students_total", "integer", "students enrolled in the school", minimum=0, rule="D30"),
    Column("frl_eligible", "integer", "students eligible for free or reduced-price lunch", minimum=0, rule="D30"),
    Column("title_i", "flag", "eligible for Title I (status 1-5); status 6 is no, M or no status is unknown"),
    Column(
        "is_cep",
        "flag",
        "takes part in the Community Eligibility Provision: all students eat free, so counts of eligible students say little; unknown when not reported",
    ),
    Column(
        "frl_percent",
        "decimal",
        "frl_eligible of students_total; null when either is not reported, there are no students, or more are eligible than enrolled",
        unit="percent",
        minimum=0,
        maximum=100,
    ),
    Column("is_high_needs", "flag", "frl_percent is 50 or more; unknown when frl_percent is null"),
    Column(
        "size_category",
        "text",
        "size by students_total: small below 500, medium 500 to 1,199, large 1,200 and more; null when there is no count or it is 0",
        allowed=SIZES,
    ),
    Column(
        "locale_group",
        "text",
        "NCES locale in four groups, from locale_code; null when not reported",
        allowed=LOCALE_GROUPS,
    ),
    Column(
        "is_rural",
        "flag",
        "locale 32, 33 or 41-43: distant or remote town, or rural (the definition of REAP); unknown without a locale",
    ),
    Column("directory_sources", "text", "directory files the row was made from, source and year, joined by a bar"),
    *(
        Column(f"students_{race}", "integer", f"{word} students enrolled in the school", minimum=0, rule="D30")
        for race, word in zip(
            RACES,
            (
                "American Indian or Alaska Native",
                "Asian",
                "Hispanic",
                "Black",
                "White",
                "Hawaiian or Pacific Islander",
                "two or more races",
            ),
            strict=True,
        )
    ),
    Column("students_female", "integer", "female students enrolled in the school", minimum=0, rule="D30"),
)
