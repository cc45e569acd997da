"""Every column, once: type, meaning, unit, allowed values, tier. Tables in `tables/` list these by name.

No table may describe a column of its own; a different quantity gets a different name.
"""

from __future__ import annotations

from schemas.metrics import GROUP_KINDS, LOCALE_GROUPS, METRICS, PLACE_KINDS, SIZES, STUDENT_GROUPS
from schemas.table_model import Column, ColumnType, Tier
from schemas.verdicts import CODES

NCES_ID_PATTERN = r"^(\d{12}|[0-9A-Z]{2}\d{6})$"
SCHOOL_YEAR_PATTERN = r"^20\d\d-\d\d$"
GRADES = ("PK", "KG", *[f"{n:02d}" for n in range(1, 14)], "UG", "AE")

COUNTS = {
    "enrolled": "students enrolled in the course",
    "female": "female students enrolled",
    "black": "Black or African American students enrolled",
    "hispanic": "Hispanic or Latino students enrolled",
    "native_american": "American Indian or Alaska Native students enrolled",
    "pacific_islander": "Native Hawaiian or Pacific Islander students enrolled",
    "frl": "enrolled students eligible for free or reduced-price lunch",
    "special_education": "enrolled students with special education status",
    "english_learner": "enrolled English language learners",
}
COUNT_STATUSES = ("exact", "suppressed", "missing", "cep")
LOCATED = ("record_id", "source", "school_year", "file", "sheet", "row")
"""Columns that say which record it is and where it stood in what was sent."""
RACES = ("am", "as", "hi", "bl", "wh", "hp", "tr")

_ALL: dict[str, Column] = {}


def _add(
    name: str,
    type_: ColumnType,
    meaning: str,
    *,
    unit: str = "",
    allowed: tuple[str, ...] = (),
    pattern: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    tier: Tier = "public",
    rule: str = "",
) -> None:
    if name in _ALL:
        raise ValueError(f"column {name!r} is declared twice in schemas/columns.py")
    _ALL[name] = Column(name, type_, meaning, unit, allowed, pattern, minimum, maximum, tier, rule)


# Where a row came from
_add("source", "text", "name of the source: its file in schemas/sources/ without the ending")
_add("school_year", "text", "school year the row speaks of, for example 2018-19", pattern=SCHOOL_YEAR_PATTERN)
_add(
    "file_year",
    "text",
    "school year of the file the row was read from; differs from school_year when the nearest year was used",
    pattern=SCHOOL_YEAR_PATTERN,
)
_add("file", "text", "path of the file below raw/")
_add("sheet", "text", "sheet of the workbook; null for files without sheets")
_add("row", "integer", "row number as a spreadsheet shows it (the header is row 1)", minimum=1)
_add("stage", "text", "stage of the path", allowed=("received", "standard", "linked", "reconciled", "published"))
_add("record_id", "text", "source, file and row of the record, joined by a colon; stable for one file")

# Files received
_add("sha256", "text", "hash of the file's bytes", pattern=r"^[0-9a-f]{64}$")
_add("bytes", "integer", "size of the file", unit="bytes", minimum=0)
_add(
    "delivery",
    "text",
    "full: replaces what was sent before; changes or supplement: added to it",
    allowed=("full", "changes", "supplement"),
)
_add("received_by", "text", "who received the file", tier="partner")
_add("received_on", "text", "date the file was received", unit="ISO date")
_add("file_status", "text", "what became of the file", allowed=("accepted", "refused", "superseded", "missing"))
_add("layout", "text", "layout of the source's YAML that the file was read with")
_add("encoding", "text", "encoding the file was read with")
_add("reason", "text", "one sentence: why")
_add("columns_found", "text", "the file's column names as spelled, our name first (JSON object)")
_add("columns_unknown", "text", "column names of the file that no layout names, joined by a bar")

# Findings
_add("rule_id", "text", "rule in schemas/rules.py")
_add(
    "severity",
    "text",
    "block: the file is refused; reject: the row is set aside; quarantine: kept for a person; fix: repaired; warn: counted",
    allowed=("block", "reject", "quarantine", "fix", "warn"),
)
_add("column", "text", "column as spelled in the file")
_add("value", "text", "value found; null for restricted columns")
_add("expected", "text", "what was expected")
_add("fix", "text", "how to put it right, or what was repaired")
_add("finding_rows", "integer", "rows this finding stands for", minimum=0)
_add("rule_ids", "text", "rules the row broke, joined by a bar")
_add("record", "text", "the row's cells without restricted columns (JSON object)", tier="partner")

# Row accounting
_add("rows_in", "integer", "data rows in the file", minimum=0)
_add("rows_kept", "integer", "rows that went on", minimum=0)
_add("rows_rejected", "integer", "rows set aside with a reason", minimum=0)
_add("rows_merged", "integer", "rows folded into another row (sections, duplicates, later answers)", minimum=0)
_add(
    "rows_excluded",
    "integer",
    "rows left out on purpose (withdrawn by a later delivery, other country, no identity)",
    minimum=0,
)

# School identity
_add(
    "nces_school_id",
    "text",
    "NCES id: 12 digits for public schools, 8 characters (PPIN) for private ones",
    pattern=NCES_ID_PATTERN,
    rule="D01",
)
_add("nces_school_id_given", "text", "NCES id as the source gave it, after named repairs; not yet proven")
_add(
    "state_school_id",
    "text",
    "state's own id: state, district and school part, for example FL-03-0491",
    pattern=r"^[A-Z]{2}-.+-.+$",
    rule="D07",
)
_add("state_school_id_given", "text", "state id as the source gave it, after named repairs")
_add("leaid", "text", "NCES district (LEA) id", pattern=r"^\d{7}$", rule="D04")
_add("school_name", "text", "name of the school")
_add("district_name", "text", "name of the district")
_add("street", "text", "street address of the school's location")
_add("city", "text", "city of the school's location")
_add("state", "text", "two-letter postal code; BI and DD are the federal codes of NCES", pattern=r"^[A-Z]{2}$")
_add("zip", "text", "five-digit ZIP code", pattern=r"^\d{5}$", rule="D17")
_add("county", "text", "county name")
_add("country", "text", "country as the source names it")
_add("latitude", "decimal", "latitude", unit="degrees", minimum=-90, maximum=90, rule="D19")
_add("longitude", "decimal", "longitude", unit="degrees", minimum=-180, maximum=180, rule="D19")
_add(
    "locale_code",
    "text",
    "NCES locale: 11-13 city, 21-23 suburb, 31-33 town, 41-43 rural",
    pattern=r"^[1-4][1-3]$",
    rule="D21",
)
_add("sector", "text", "who runs the school", allowed=("public", "charter", "private"))
_add(
    "school_type", "text", "kind of school", allowed=("regular", "special_education", "career_technical", "alternative")
)
_add(
    "status",
    "text",
    "status of the school in the directory year",
    allowed=("open", "closed", "new", "added", "changed", "inactive", "future", "reopened"),
    rule="D10",
)
_add(
    "is_operating",
    "flag",
    "the school was operating: open, new, added, changed or reopened; unknown when no directory file says",
)
_add("is_virtual", "flag", "the school teaches online only; unknown when not reported")
_add("grade_low", "text", "lowest grade offered", allowed=GRADES)
_add("grade_high", "text", "highest grade offered", allowed=GRADES)
_add("offers_high", "flag", "offers any of grades 09-13; unknown when no source gives grades")
_add("offers_k8", "flag", "offers any of grades KG-08 (PK alone does not count); unknown when no source gives grades")
_add(
    "grade_levels",
    "text",
    "el, mi and hi, each replaced by __ when absent, for example __mihi",
    pattern=r"^(el|__)(mi|__)(hi|__)$",
)
_add("grades_year", "text", "school year of the directory file the grades come from", pattern=SCHOOL_YEAR_PATTERN)
_add("students_total", "integer", "students enrolled in the school", minimum=0, rule="D30")
_add("frl_eligible", "integer", "students eligible for free or reduced-price lunch", minimum=0, rule="D30")
_add("title_i", "flag", "eligible for Title I (status 1-5); status 6 is no, M or no status is unknown")
_add(
    "is_cep",
    "flag",
    "takes part in the Community Eligibility Provision: all students eat free, so counts of eligible students say little; unknown when not reported",
)
_add(
    "frl_percent",
    "decimal",
    "frl_eligible of students_total; null when either is not reported, there are no students, or more are eligible than enrolled",
    unit="percent",
    minimum=0,
    maximum=100,
)
_add("is_high_needs", "flag", "frl_percent is 50 or more; unknown when frl_percent is null")
_add(
    "size_category",
    "text",
    "size by students_total: small below 500, medium 500 to 1,199, large 1,200 and more; null when there is no count or it is 0",
    allowed=SIZES,
)
_add(
    "locale_group",
    "text",
    "NCES locale in four groups, from locale_code; null when not reported",
    allowed=LOCALE_GROUPS,
)
_add(
    "is_rural",
    "flag",
    "locale 32, 33 or 41-43: distant or remote town, or rural (the definition of REAP); unknown without a locale",
)
_add("directory_sources", "text", "directory files the row was made from, source and year, joined by a bar")
for _race, _word in zip(
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
):
    _add(f"students_{_race}", "integer", f"{_word} students enrolled in the school", minimum=0, rule="D30")
_add("students_female", "integer", "female students enrolled in the school", minimum=0, rule="D30")

# Courses
_add("course_code", "text", "course code, in the state's canonical form")
_add("course_name", "text", "course title as the state wrote it, spaces folded")
_add(
    "counts_as_cs",
    "text",
    "whether the course is computer science by the state's catalog of that year",
    allowed=("counts", "does_not_count", "review"),
)
_add("counts_basis", "text", "why the course counts or not")
_add("source_rows", "integer", "rows of the file folded into this one", minimum=1)
for _count, _meaning in COUNTS.items():
    _add(
        _count,
        "integer",
        f"{_meaning}; null unless reported exactly",
        unit="students",
        minimum=0,
        rule="S11",
        tier="partner",
    )
    _add(f"{_count}_low", "integer", f"least number of {_meaning}", unit="students", minimum=0, tier="partner")
    _add(
        f"{_count}_high",
        "integer",
        f"greatest number of {_meaning}; null when unbounded",
        unit="students",
        minimum=0,
        tier="partner",
    )
    _add(f"{_count}_status", "text", f"how the number of {_meaning} was given", allowed=COUNT_STATUSES, tier="partner")

# Survey
HOW_MANY = ("NONE", "SOME", "ALL", "I DON'T KNOW")
_add("response_id", "text", "hash that identifies the answer inside one run; never published", tier="restricted")
_add("respondent_key", "text", "hash of the respondent's e-mail, to keep the last answer per person", tier="restricted")
_add("form", "text", "survey form version", tier="partner")
_add(
    "role",
    "text",
    "who answers",
    allowed=("TEACHER", "ADMINISTRATOR", "PARENT", "VOLUNTEER", "STUDENT", "OTHER"),
    rule="R02",
    tier="partner",
)
_add(
    "role_group",
    "text",
    "teacher_or_admin, or not_teacher_or_admin (blank and other roles)",
    allowed=("teacher_or_admin", "not_teacher_or_admin"),
    tier="partner",
)
_add("submitted_at", "text", "when the answer was sent", unit="ISO date and time", tier="partner")
for _q, _m in {
    "how_many_do_hoc": "will do an Hour of Code",
    "how_many_after_school": "do computer programming after school",
    "how_many_10_hours": "take at least 10 hours of programming inside another course",
    "how_many_20_hours": "take a semester or year course with at least 20 hours of programming",
}.items():
    _add(_q, "text", f"how many students {_m}", allowed=HOW_MANY, rule="R03", tier="partner")
_add(
    "class_frequency",
    "text",
    "how often the class meets",
    allowed=("LESS THAN ONE HOUR PER WEEK", "ONE TO THREE HOURS PER WEEK", "THREE PLUS HOURS PER WEEK", "I DON'T KNOW"),
    rule="R03",
    tier="partner",
)
TOPICS = (
    "blocks",
    "text",
    "robots",
    "internet",
    "security",
    "data",
    "web_design",
    "game_design",
    "ethical_social",
    "other",
    "do_not_know",
)
for _t in TOPICS:
    _add(f"topic_{_t}", "flag", f"the course teaches: {_t.replace('_', ' ')}", tier="partner")
_add("is_teacher_banner", "flag", "answered on the teacher banner, which has no topic boxes", tier="partner")
_add("inaccuracy_reported", "flag", "the respondent says the published answer is wrong", tier="partner")
_add(
    "share_with_regional_partners",
    "flag",
    "the respondent agrees to share contact details with the partner of the state; blank is no",
    tier="partner",
)
_add("submitter_email_address", "text", "respondent's e-mail", tier="restricted")
_add("submitter_name", "text", "respondent's name", tier="restricted")
_add("tell_us_more", "text", "free text", tier="restricted")
_add("inaccuracy_comment", "text", "free text on what is wrong", tier="restricted")
_add("topic_other_description", "text", "free text on another topic", tier="restricted")
_add("teacher_name_or_id", "text", "teacher's name or id as the state sent it", tier="restricted")

_add(
    "answer_number",
    "integer",
    "number of the answer among those for its school and school year, in the order of what they say: it names nobody",
    minimum=1,
    tier="partner",
)

# AP, IB, other providers
_add("ap_school_code", "text", "College Board school code", pattern=r"^\d{6}$")
_add("ap_exam", "text", "AP course", allowed=("CSA", "CSP"))
_add("ib_school_code", "text", "IB school code", pattern=r"^\d{6}$")
_add("ib_level", "text", "IB level", allowed=("HL", "SL"))
_add("provider", "text", "curriculum provider")
_add("provider_course", "text", "course as the provider names it")

# Regional partners
_add("partner_id", "text", "id of the regional partner", tier="partner")
_add(
    "reviewer_partner",
    "text",
    "regional partner whose answers the file holds; null: the stewards', or a person's whom only decided_by names",
    tier="partner",
)
_add("partner_name", "text", "name of the regional partner", tier="partner")
_add("partner_account", "text", "account with which the partner signs in, for row-level security", tier="partner")
_add(
    "partner_class",
    "text",
    "class of the partner; the windows of a season differ by class",
    allowed=("scholarship", "other"),
    tier="partner",
)
_add(
    "mapped_by",
    "text",
    "what led the school to its partner: its ZIP code, else its state; null without a partner",
    allowed=("zip", "state"),
    tier="partner",
)

# Decisions
DECISION_KINDS = (
    "record_is_school",
    "record_is_none",
    "record_is_not_a_school",
    "same_school",
    "not_same_school",
    "school_field",
    "course_counts",
    "course_does_not_count",
    "verdict_override",
    "source_hold",
    "source_release",
    "accept_flip",
    "schools_merged",
    "school_split",
    "school_closed",
    "school_succeeds",
    "request_declined",
)
_add("request_id", "text", "id of a partner's request; in a decision, the request that it answers")
_add(
    "request_kind",
    "text",
    "what a partner asks for",
    allowed=("add", "remove", "update", "merge", "split", "answer_is_wrong"),
)
_add(
    "request_state",
    "text",
    "open; early: sent before a window of the partner's class opens, for which it waits; late: sent after the last day of "
    "the partner's class; answered: a decision names it; applied; declined",
    allowed=("open", "early", "answered", "applied", "late", "declined"),
)
_add("requested_by", "text", "who asks", tier="partner")
_add("requested_at", "text", "when it was asked", unit="ISO date and time", tier="partner")
_add("decision_id", "text", "id of the decision")
_add("decision_kind", "text", "what was decided", allowed=DECISION_KINDS)
_add("decided_value", "text", "verdict code decided; null means: no answer", allowed=CODES)
_add(
    "other_nces_school_id",
    "text",
    "the other school of a decision on two: the one that is the same, was merged, split off or is followed",
)
_add("field", "text", "column of the directory that a decision sets")
_add("new_value", "text", "value that a decision sets the field to; null: not known")
_add("about_source", "text", "source that a decision holds or releases")
_add("value_before", "text", "value that the person saw and decided to change")
_add("base_release", "text", "release that the worksheet was filled from")
_add("expires", "text", "last school year the decision holds for; null: until a newer one", pattern=SCHOOL_YEAR_PATTERN)
_add(
    "decision_outcome",
    "text",
    "what became of the decision: applied; superseded by a newer one; asked_again: its evidence has changed; disputed: "
    "another person says otherwise; needs_second_person; refused: it does not fit what it would change; not_theirs: by "
    "the data another partner answers it; expired; unmatched: nothing is left that it speaks of",
    allowed=(
        "applied",
        "superseded",
        "asked_again",
        "disputed",
        "needs_second_person",
        "refused",
        "not_theirs",
        "expired",
        "unmatched",
    ),
)
_add("evidence_seen", "text", "the evidence as it was shown to the person")
_add("decided_by", "text", "who decided", tier="partner")
_add("decided_at", "text", "when it was decided", unit="ISO date and time")
_add("evidence_hash", "text", "hash of the evidence the person saw")

# Linking
MATCH_REASONS = (
    "decided_by_person",
    "nces_id_given",
    "successor",
    "state_id",
    "code_crosswalk",
    "same_name_same_district",
    "same_name_same_city",
    "scored",
    "id_conflict",
    "ambiguous",
    "not_found",
    "no_identity",
    "decided_no_school",
)
_add("match_reason", "text", "rung of the ladder that found the school, or why none was found", allowed=MATCH_REASONS)
_add(
    "match_score",
    "decimal",
    "trust in the match, the expected share of such matches that are right: 1 on certain rungs, null without a match",
    minimum=0,
    maximum=1,
)
_add(
    "match_margin",
    "decimal",
    "distance to the runner-up: 1 when there is none, null without a match",
    minimum=0,
    maximum=1,
)
_add("match_note", "text", "the match in words")
_add("match_candidates", "text", "up to five schools that a record without a match may mean, each with id and reason")

# Review
_add("case_id", "text", "stable id of the case: hash of the question, the same next year and from another file")
CASE_KINDS = (
    "id_conflict",
    "ambiguous",
    "not_found",
    "duplicate_school",
    "school_history",
    "unknown_course",
    "closed_school",
    "conflicting_evidence",
    "flip",
    "inaccuracy_report",
    "refused_file",
    "held_file",
    "coverage_drop",
)
_add("case_kind", "text", "kind of case", allowed=CASE_KINDS)
_add(
    "case_state",
    "text",
    "open; asked_again: the evidence of an earlier answer has changed; disputed: two answers contradict each other; "
    "needs_second_person: one person has decided, and the kind of decision needs two",
    allowed=("open", "asked_again", "disputed", "needs_second_person"),
)
_add("subject", "text", "what the case is about, where no other column says it: a course, a file, schools")
_add("question", "text", "the question in one sentence")
_add("system_answer", "text", "what the system does until someone answers")
_add("candidates", "text", "schools in question, NCES id and name, joined by a bar")
_add("choices", "text", "answers that the case allows, joined by a bar")
_add(
    "who_can_answer",
    "text",
    "partner: the partner of the school, or a steward; steward: a steward only",
    allowed=("partner", "steward"),
)
_add("evidence", "text", "what speaks in the case, in words")
_add("evidence_then", "text", "what an earlier answer rested on, where the case is asked again")
_add("asked_before", "text", "earlier decision on the case whose evidence has changed, or which another contradicts")
_add("effect", "text", "what an answer would change, in words")
_add("records", "integer", "records that wait for the answer", minimum=1)
_add("schools_affected", "integer", "schools whose answer or identity the case concerns", minimum=0)
_add("students_affected", "integer", "students enrolled at these schools; null when no school reports them", minimum=0)
_add(
    "published_effect",
    "integer",
    "schools of the access report whose published answer the case could change; the queue is sorted by it",
    minimum=0,
)

# The life of a school
EVENT_KINDS = (
    "opened",
    "closed",
    "reopened",
    "not_listed",
    "listed_again",
    "renamed",
    "respelled",
    "moved",
    "renumbered",
    "state_renumbered",
    "recycled_id",
    "merged",
    "split",
    "succeeded",
    "reported_twice",
    "shared_campus",
)
_add("event_id", "text", "stable id of the event: hash of its kind, schools and years")
_add(
    "event_kind",
    "text",
    "what happened. renumbered: the school has another NCES id; state_renumbered: another id of the state; recycled_id: "
    "the id is another school's now; succeeded: another school took its place; reported_twice: two NCES ids for one "
    "school; not_listed, listed_again: out of and back in the private school survey",
    allowed=EVENT_KINDS,
)
_add(
    "school_year_before",
    "text",
    "school year of the last list before the event; null for what one list shows",
    pattern=SCHOOL_YEAR_PATTERN,
)
_add("school_year_after", "text", "school year of the first list after the event", pattern=SCHOOL_YEAR_PATTERN)
_add("other_nces_school_ids", "text", "NCES ids of the other schools of the event, joined by a bar")
_add("what_was", "text", "name, address, id or status before the event")
_add("what_is_now", "text", "name, address, id or status after the event")
_add(
    "confidence",
    "text",
    "certain: ids prove it; likely: two facts agree; doubtful: a person must look, and nothing is followed until then",
    allowed=("certain", "likely", "doubtful", "decided"),
)
_add("needs_review", "flag", "a person must look")
_add(
    "predecessor_nces_school_id",
    "text",
    "NCES id the school, or a school that became part of it, had before",
    pattern=NCES_ID_PATTERN,
)
_add("successor_nces_school_id", "text", "NCES id that came after it", pattern=NCES_ID_PATTERN)
_add("is_followed", "flag", "evidence and answers of the predecessor count for the successor")
_add("twin_nces_school_id", "text", "NCES id of the other school of the pair", pattern=NCES_ID_PATTERN)
_add(
    "twin_kind",
    "text",
    "what the two share. combined_campus: one state id, and grades that do not overlap; one_campus: an address, and a name "
    "but for the level; bureau_and_state: the Bureau of Indian Education and a state list one school; "
    "same_school_two_years: files of two years list it under two numbers",
    allowed=(
        "same_state_id",
        "combined_campus",
        "same_name_and_address",
        "bureau_and_state",
        "one_campus",
        "same_school_two_years",
    ),
)
_add("survivor_nces_school_id", "text", "NCES id that is suggested to stay; null: both stay", pattern=NCES_ID_PATTERN)

# Evidence and verdicts
EVIDENCE_KINDS = (
    "override",
    "staff_entry",
    "ap",
    "ib",
    "teacher_survey",
    "state",
    "other_survey",
    "provider",
    "last_year",
    "two_years_ago",
    "directory",
)
_add("evidence_kind", "text", "what the evidence is", allowed=EVIDENCE_KINDS)
_add("position", "integer", "place in the policy's order of precedence, 1 is asked first", minimum=0)
_add("label", "text", "the policy's name for the rule")
_add("says", "text", "verdict code this evidence alone would give; null: it says nothing", allowed=CODES)
_add("is_used", "flag", "this evidence gave the answer")
_add("why", "text", "in words: what was found, and why it was used or not")
_add("records_yes", "integer", "records or answers that say yes; in public null for 1 to 9 survey answers", minimum=0)
_add("records_no", "integer", "records or answers that say no; in public null for 1 to 9 survey answers", minimum=0)
_add("evidence_year", "text", "school year the evidence speaks of", pattern=SCHOOL_YEAR_PATTERN)
_add(
    "pointer",
    "text",
    "file and rows behind it, at most five, joined by a bar; for survey answers only how many there are, because a row is a "
    "person; null when there is no row (inferred, historical)",
)
_add(
    "teaches_cs",
    "text",
    "the answer: Y yes, N no, M sources disagree, HY/HN/HM from an earlier year, E excluded, U unknown",
    allowed=CODES,
)
_add("decided_by_rule", "text", "label of the rule that gave the answer; null when unknown")
_add("policy", "text", "policy that ordered the evidence")
_add(
    "in_access_report",
    "flag",
    "public or charter, operating, offers high school grades, one of the 50 states or DC, answer not excluded",
)
_add("excluded_reason", "text", "why the school is not in the access report; null when it is")
for _kind in EVIDENCE_KINDS:
    if _kind != "directory":
        _add(f"{_kind}_says", "text", f"what the {_kind.replace('_', ' ')} evidence alone says", allowed=CODES)

# Published figures
_add("place", "text", "US, or the state's postal code")
_add("schools_total", "integer", "schools in the access report with an answer or unknown", minimum=0)
_add("schools_offering", "integer", "schools whose answer is Y or HY", minimum=0)
_add("schools_not_offering", "integer", "schools whose answer is N or HN", minimum=0)
_add("schools_maybe", "integer", "schools whose answer is M or HM", minimum=0)
_add("schools_unknown", "integer", "schools in the access report without any evidence", minimum=0)
_add("schools_excluded", "integer", "schools left out, each with its reason", minimum=0)
_add(
    "percent_offering",
    "decimal",
    "schools_offering of the schools with an answer; null when there is none",
    unit="percent",
    minimum=0,
    maximum=100,
)
_add(
    "percent_known",
    "decimal",
    "schools with an answer of all schools in the report; null when there is none",
    unit="percent",
    minimum=0,
    maximum=100,
)
_add(
    "place_kind",
    "text",
    "kind of place: nation, state, district, county, or a regional partner's area",
    allowed=PLACE_KINDS,
)
_add(
    "place_id",
    "text",
    "US; postal code; NCES district id; state and county joined by a bar; or partner id",
)
_add("place_name", "text", "name of the place")
_add(
    "group_kind",
    "text",
    "what the group is a group of: schools (all, locale, rural, size, title_i, frl_quartile, high_needs, charter) or students",
    allowed=(*GROUP_KINDS, *STUDENT_GROUPS),
)
_add("group", "text", "the group; `not reported` holds the schools of which it is not known")
_add("metric", "text", "what the figure is, defined in schemas/metrics.py", allowed=tuple(METRICS))
_add(
    "figure",
    "decimal",
    "the figure: percent, points (offering_change) or a ratio (parity); null for an empty group, never 0 for no data",
)
_add("numerator", "integer", "schools or students counted in the figure; null where hidden")
_add("denominator", "integer", "schools or students the figure is a share of; null where hidden", minimum=0)
_add("unknown", "integer", "schools, or students of schools, that are left out because nothing is known", minimum=0)
_add("lower", "decimal", "the figure if no unknown school offered (for students: if every open count were the least)")
_add("upper", "decimal", "the figure if every unknown or disputed school offered; null when nothing bounds it")
_add("estimate", "decimal", "what the figure of all schools is likely to be; null when it cannot be estimated")
_add("estimate_low", "decimal", "lower end of the 90 percent interval of the estimate, never below `lower`")
_add("estimate_high", "decimal", "upper end of the 90 percent interval of the estimate, never above `upper`")
_add(
    "coverage",
    "decimal",
    "share of the place's schools or students that the figure is based on",
    unit="percent",
    minimum=0,
    maximum=100,
)
_add(
    "is_hidden",
    "flag",
    "the figures of this row are withheld, because they would tell how many of fewer than 10 students, or could be subtracted from others to tell it; false: an empty cell is not known",
)
_add("evidence_years", "text", "school year, or first and last, of the evidence behind the answers")
_add(
    "data_year",
    "text",
    "school year the figure rests on (the US figure pools each state's most recent year)",
    pattern=SCHOOL_YEAR_PATTERN,
)
_add("schools_teaching", "integer", "schools that offer the course", minimum=0)
_add(
    "report_status",
    "text",
    "what the release says of the source",
    allowed=("reported", "not reported", "refused", "held"),
)


def column(name: str) -> Column:
    """The declared column of that name. Raises KeyError with the name when it is not declared."""
    return _ALL[name]


def columns(*names: str) -> tuple[Column, ...]:
    """Several declared columns, in the order asked."""
    return tuple(_ALL[name] for name in names)


def all_columns() -> dict[str, Column]:
    """Every declared column by name."""
    return dict(_ALL)


def count_columns() -> tuple[str, ...]:
    """Names of the four columns of each course count: value, low, high, status."""
    return tuple(f"{count}{part}" for count in COUNTS for part in ("", "_low", "_high", "_status"))


RESTRICTED: frozenset[str] = frozenset(name for name, c in _ALL.items() if c.tier == "restricted")
