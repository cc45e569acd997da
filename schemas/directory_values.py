"""The words and codes of the NCES directory files, and the values of ours they stand for.

Holds no code that parses; what one source alone writes (PSS grade codes) is in that source's YAML under `values`.
Source: validation-and-reliability.md A2 to A4, domain.md 6. Keys are lower case, spaces folded.
"""

from __future__ import annotations

from schemas.columns import GRADES

GRADED = GRADES[: GRADES.index("13") + 1]
"""Grades in order, PK to 13: those that make up a span. UG and AE stand outside it."""
HIGH_GRADES = ("09", "10", "11", "12", "13")
K8_GRADES = ("KG", "01", "02", "03", "04", "05", "06", "07", "08")
GRADE_FLAGS = {**{f"offered_{grade.lower()}": grade for grade in GRADES}, "offered_tk": "KG", "offered_t1": "KG"}
"""Our helper columns of a source's YAML that say whether a grade is offered, and the grade. PSS asks for transitional
kindergarten and transitional first grade too; both count as KG, as NCES counts them."""

TOTAL_OF_SCHOOL = "derived - education unit total minus adult education count"
TOTAL_OF_RACE_AND_SEX = "derived - subtotal by race/ethnicity and sex minus adult education count"
TOTAL_OF_GRADE = "subtotal 4 - by grade"
ADULT_GRADES = ("adult education", "ae")
"""The kinds of rows of the long membership file (052) that are used (those by grade, without adults, only to check the total); the others repeat the same students (A3)."""
RACE_WORDS: dict[str, str] = {
    "american indian or alaska native": "students_am",
    "asian": "students_as",
    "hispanic/latino": "students_hi",
    "hispanic": "students_hi",
    "black or african american": "students_bl",
    "black": "students_bl",
    "white": "students_wh",
    "native hawaiian or other pacific islander": "students_hp",
    "hawaiian native/pacific islander": "students_hp",
    "two or more races": "students_tr",
}
LUNCH_WORDS = {"free lunch qualified": "free_lunch", "reduced-price lunch qualified": "reduced_lunch"}

NOT_GIVEN = ("", "m", "n", "†", "–", "—", "‡", "-9", "missing", "not reported", "not applicable", "n/a", "none", "nan")
"""Marks for a value that is missing or does not apply, in every NCES file."""
NOT_GIVEN_COUNTS = ("-1", "-2", "-3", "-9")
"""Numbers that stand for a missing count: missing, not applicable, suppressed, below NCES quality standards."""

GRADE_WORDS: dict[str, str] = {
    **{grade.lower(): grade for grade in GRADES},
    **{str(n): f"{n:02d}" for n in range(1, 14)},
    "-1": "PK",
    "pre-k": "PK",
    "prek": "PK",
    "prekindergarten": "PK",
    "pre-kindergarten": "PK",
    "0": "KG",
    "00": "KG",
    "k": "KG",
    "kindergarten": "KG",
    "ungraded": "UG",
    "adult education": "AE",
}
STATUS_WORDS: dict[str, str] = {
    "open": "open",
    "currently operational": "open",
    "closed": "closed",
    "new": "new",
    "added": "added",
    "changed boundary/agency": "changed",
    "changed boundary": "changed",
    "changed agency": "changed",
    "inactive": "inactive",
    "temporarily closed": "inactive",
    "future": "future",
    "reopened": "reopened",
    **dict(
        zip("12345678", ["open", "closed", "new", "added", "changed", "inactive", "future", "reopened"], strict=True)
    ),
}
OPERATING = ("open", "new", "added", "changed", "reopened")
TYPE_WORDS: dict[str, str] = {
    "1": "regular",
    "regular": "regular",
    "regular school": "regular",
    "2": "special_education",
    "special education": "special_education",
    "special education school": "special_education",
    "3": "career_technical",
    "vocational": "career_technical",
    "vocational school": "career_technical",
    "career and technical school": "career_technical",
    "career and technical education school": "career_technical",
    "4": "alternative",
    "alternative": "alternative",
    "alternative school": "alternative",
    "alternative education school": "alternative",
    "other/alternative": "alternative",
    "alternative/other school": "alternative",
    **{kind: kind for kind in ("special_education", "career_technical")},
}
YES_NO: dict[str, bool] = {
    **dict.fromkeys(("yes", "y", "1", "1.0", "true"), True),
    **dict.fromkeys(("no", "n", "0", "0.0", "2", "2.0", "false"), False),
}
CHARTER_WORDS: dict[str, str] = {
    **{word: "charter" if yes else "public" for word, yes in YES_NO.items()},
    **{word: word for word in ("charter", "public")},
    "not applicable": "public",
}
"""What a charter column says of the sector. `Not applicable` is a state without a charter law."""
TITLE_I_WORDS: dict[str, bool] = {
    **dict.fromkeys(("1", "2", "3", "4", "5"), True),
    "6": False,
    **dict.fromkeys(("sweligswprog", "sweligtgprog", "swelignoprog", "tgelgbtgprog", "tgelgbnoprog"), True),
    "nottitle1elig": False,
    "yes": True,
    "no": False,
}
CEP_WORDS: dict[str, bool] = {
    **dict.fromkeys(("nslpceo", "ceo"), True),
    **dict.fromkeys(("nslpwopro", "np", "nslppro1", "p1", "nslppro2", "p2", "nslpno", "no"), False),
}
"""Whether the school is under the Community Eligibility Provision, which file 129 calls an option. NP is no provision, P1
and P2 are the older provisions; NSLPNO, in 2015-16 NO, takes no part in the lunch program."""
VIRTUAL_WORDS: dict[str, bool] = {
    **YES_NO,
    **dict.fromkeys(("fullvirtual", "exclusively virtual", "full virtual", "a virtual school"), True),
    **dict.fromkeys(("facevirtual", "suppvirtual", "notvirtual", "not virtual", "not a virtual school"), False),
    **dict.fromkeys(("primarily virtual", "supplemental virtual"), False),
}
"""Whether a school teaches online only (file 129; in 2014-15 a yes or no of file 029)."""
LEVEL_WORDS: dict[str, str] = {
    **dict.fromkeys(("high", "secondary", "3"), "offers_high"),
    **dict.fromkeys(("elementary", "primary", "middle", "1", "2"), "offers_k8"),
}
"""What a level must offer. Other levels (other, ungraded, adult, prekindergarten) prove nothing."""
LOCALES = tuple(f"{place}{size}" for place in range(1, 5) for size in range(1, 4))

UNITED_STATES = {
    "the 48 states": (24.3, 49.5, -125.0, -66.8),
    "Alaska": (51.0, 71.5, -180.0, -129.9),
    "Alaska, west of 180 degrees": (51.0, 53.5, 172.0, 180.0),
    "Hawaii": (18.5, 28.5, -178.5, -154.5),
    "Puerto Rico and the Virgin Islands": (17.5, 18.7, -68.0, -64.4),
    "American Samoa": (-14.7, -10.9, -171.2, -168.0),
    "Guam and the Northern Marianas": (13.1, 20.7, 144.5, 146.2),
}
"""Boxes of latitude from, to, longitude from, to, that hold every school EDGE has published (A3)."""
