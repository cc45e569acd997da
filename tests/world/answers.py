"""What the pipeline must answer for the hand-made schools under policy census-2018, worked out by hand from domain.md 4.

Holds no evidence: that is in the files. The order of the rules is that of domain.md 4.3, history included.
"""

from __future__ import annotations

from tests.world.schools import by_key

# Key of the school, school year, verdict, rule that gives it (empty: none), why.
_ANSWERS = """
ap_yes           2016-17 N  state_offering               no AP row yet; California is complete and does not list it
ap_yes           2017-18 Y  offers_ap                    AP CSA under the code of that year
ap_yes           2018-19 Y  offers_ap                    AP CSA under its new code
ap_next          2017-18 N  state_offering               the code on the ledger was still the other school's
ap_next          2018-19 Y  offers_ap                    the ledger's code is now this school's
ap_beats_teacher 2018-19 Y  offers_ap                    a teacher says no, but AP comes first
ib_yes           2017-18 Y  offers_ib                    HL and SL by code 3901
ib_yes           2018-19 Y  offers_ib                    HL and SL by code 3901
teacher_yes      2017-18 N  state_offering               California is complete and does not list it
teacher_yes      2018-19 Y  consistent_teacher_surveys   20 hours with text, before the state's silence
teacher_no       2017-18 Y  state_offering               Georgia lists it
teacher_no       2018-19 N  consistent_teacher_surveys   the teacher's no comes before Georgia's row
teacher_mixed    2018-19 N  state_offering               teachers disagree; California's silence comes before that
id_mixed         2018-19 M  inconsistent_teacher_surveys teachers disagree; Idaho sent changes only, so silence says nothing
no_topic         2018-19 N  consistent_teacher_surveys   20 hours without block or text programming
banner           2018-19 Y  consistent_teacher_surveys   the banner asks no topic
elementary       2016-17 U  .                            no high school grades, so California's silence says nothing
elementary       2018-19 Y  consistent_teacher_surveys   10 hours are enough below grade 9
mixed_grades     2017-18 N  state_offering               has high school grades; Washington does not list it
mixed_grades     2018-19 Y  consistent_teacher_surveys   grades KG-12: no topic needed
changed_mind     2018-19 N  consistent_teacher_surveys   the person's last answer counts
dont_know        2018-19 U  .                            "I don't know" is no answer
typed            2018-19 Y  non_teacher_surveys          typed name, found by name and city
id_silent        2017-18 U  .                            Idaho 2017-18 is excluded from the inferred No
id_silent        2018-19 U  .                            nothing at all
id_earlier       2017-18 Y  state_offering               Idaho lists it
id_earlier       2018-19 HY last_years_summary           nothing new; last year's yes is carried
conflict_state   2018-19 U  .                            its row carries another school's NCES id and waits
conflict_nces    2018-19 U  .                            its NCES id stands on another school's row, which waits
nowhere          2018-19 U  .                            a position at 0,0 says nothing of courses
school_totals    2018-19 Y  state_offering               Idaho lists two courses
overridden       2016-17 Y  state_offering               California lists it
overridden       2017-18 Y  offers_ap                    AP comes before the state
overridden       2018-19 N  overrides                    the newer decision, of two persons, beats AP, teacher and state
left_out         2017-18 N  state_offering               California is complete and does not list it
left_out         2018-19 E  overrides                    decided: not part of the report
changed          2017-18 N  state_offering               California is complete and does not list it
changed          2018-19 Y  state_offering               the delivery of changes adds it
long_name        2018-19 Y  state_offering               the cut name does not matter, the id does
charter_old      2017-18 Y  state_offering               by its NCES id of that year
charter_new      2018-19 Y  state_offering               the old NCES id is unknown, the state id leads to the new one
doe_yes          2016-17 U  .                            Georgia's file was refused, which is not a No
doe_yes          2017-18 Y  state_offering               Georgia lists it
doe_yes          2018-19 Y  state_offering               Georgia lists it
doe_no           2016-17 U  .                            Georgia's file was refused, which is not a No
doe_no           2017-18 N  state_offering               Georgia is complete and does not list it
doe_no           2018-19 N  state_offering               Georgia is complete and does not list it
closed           2017-18 N  state_offering               Georgia is complete and does not list it
closed           2018-19 HN last_years_summary           a closed school is not asked; last year's no is carried
campus_lower     2018-19 Y  state_offering               a row with its own NCES id and the shared state id
campus_upper     2018-19 Y  state_offering               a row with its own NCES id and the shared state id
lakeside_here    2018-19 Y  state_offering               its own row; the contested row is not used
lakeside_there   2017-18 N  state_offering               Georgia is complete and does not list it
lakeside_there   2018-19 HN last_years_summary           its only row waits for a person, so silence is no No
rounded          2017-18 Y  state_offering               the id is rounded, the state id leads to it
rounded          2018-19 Y  state_offering               the id is rounded, the state id leads to it
rekeyed          2017-18 Y  state_offering               by the state id of that year
rekeyed          2018-19 Y  state_offering               by the state id of that year
state_charter    2018-19 Y  state_offering               Georgia lists it
grades_grow      2017-18 U  .                            judged by the grades of 2016-17: no high school grades
grades_grow      2018-19 N  state_offering               grew to grade 12; Georgia does not list it
withdrawn        2016-17 N  state_offering               Washington is complete and does not list it
withdrawn        2017-18 Y  state_offering               Washington lists it
withdrawn        2018-19 N  state_offering               the full re-delivery takes the offering back
web_only         2018-19 N  state_offering               Washington lists web design only, which does not count
waiting          2017-18 N  state_offering               Washington is complete and does not list it
waiting          2018-19 HN last_years_summary           its only course is to be reviewed, so it says nothing yet
lost_zero        2018-19 Y  state_offering               the district code lost its zero; the built id has it again
private_taught   2016-17 Y  consistent_teacher_surveys   a teacher of a private high school
private_taught   2017-18 HY last_years_summary           nothing new; last year's yes is carried
private_taught   2018-19 HY two_years_agos_summary       last year was historical, which is not carried; 2016-17 is
private_denied   2017-18 N  non_teacher_surveys          a parent says no
private_denied   2018-19 HN last_years_summary           nothing new; last year's no is carried
private_mixed    2017-18 M  inconsistent_teacher_surveys two teachers disagree
private_mixed    2018-19 HM last_years_summary           nothing new; last year's maybe is carried
private_silent   2016-17 U  .                            nothing at all
private_silent   2018-19 U  .                            nothing at all
private_teals    2018-19 U  .                            TEALS is shown and not asked by this policy
bie              2018-19 U  .                            the Bureau is no state that sends course files
coming           2018-19 U  .                            not yet open, so Washington's silence says nothing
brand_new        2018-19 N  state_offering               opened this year; Washington does not list it
"""


def _answers() -> dict[tuple[str, str], tuple[str, str | None]]:
    known = {}
    for line in _ANSWERS.strip().splitlines():
        key, year, verdict, label, *_why = line.split()
        school = (by_key()[key].nces, year)
        if school in known:
            raise ValueError(f"{key} {year} is answered twice")
        known[school] = (verdict, None if label == "." else label)
    return known


KNOWN_ANSWERS: dict[tuple[str, str], tuple[str, str | None]] = _answers()
"""(NCES id, school year) -> (verdict, label of the rule; None where there is no evidence)."""


def reason(nces_id: str, year: str) -> str:
    """The words behind a known answer, for the message of a failing test. Raises KeyError when there is none."""
    for line in _ANSWERS.strip().splitlines():
        key, of_year, _, _, *why = line.split()
        if (by_key()[key].nces, of_year) == (nces_id, year):
            return f"{key}: {' '.join(why)}"
    raise KeyError((nces_id, year))
