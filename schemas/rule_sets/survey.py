"""Rules R: survey answers. Holds no code that checks anything."""

from __future__ import annotations

from schemas.rule_model import Rule

SURVEY = (
    Rule(
        "R01",
        "warn",
        "an e-mail address can be written to",
        "nothing to do: the answer is kept without a contact",
        shows="restricted",
    ),
    Rule(
        "R02",
        "warn",
        "the role is one of the six of the form",
        "nothing to do: the answer counts as from somebody else",
        shows="partner",
    ),
    Rule("R03", "reject", "an answer is one of the choices of the form", "use the words of the form", shows="partner"),
    Rule(
        "R04",
        "quarantine",
        "an answer was sent in the school year it speaks of, or within a year of it",
        "check the school year of the answer",
        shows="partner",
    ),
    Rule("R05", "quarantine", "an answer leads to one school of the directory", "pick the school"),
    Rule(
        "R06",
        "warn",
        "a teacher or administrator writes from an address of the school",
        "nothing to do: the answer counts; a steward may ask when answers differ",
        shows="restricted",
    ),
    Rule(
        "R07",
        "fix",
        "a person answers once for a school and year",
        "nothing to do: the last answer counts",
        shows="partner",
    ),
    Rule(
        "R08",
        "quarantine",
        "one person answers for a few schools",
        "check whether the person knows all these schools",
        shows="restricted",
    ),
    Rule(
        "R09",
        "quarantine",
        "answers for one school do not come in a burst",
        "check whether the answers are from different people",
        shows="partner",
    ),
    Rule(
        "R10",
        "warn",
        "who says that all students take the course says what it teaches",
        "nothing to do: without a topic the answer does not count at a high school",
        shows="partner",
    ),
    Rule(
        "R11",
        "warn",
        "who does not know the topics names none",
        "nothing to do: the topics named count",
        shows="partner",
    ),
    Rule(
        "R12",
        "quarantine",
        "who describes a course does not say that there is none",
        "read the text in the restricted tier and say which of the two holds",
        shows="restricted",
    ),
    Rule(
        "R13",
        "warn",
        "teachers and administrators of a school say the same",
        "nothing to do: the answer is M until other evidence or a decision settles it",
    ),
    Rule(
        "R14",
        "quarantine",
        "the school was operating when the answer was sent",
        "check the school, or name its successor",
    ),
    Rule(
        "R15",
        "warn",
        "the question for high schools is not all that is answered for a school that ends with grade 5",
        "check the school of the answer",
        shows="partner",
    ),
    Rule(
        "R16",
        "fix",
        "a blank consent to share contact details is a no",
        "nothing to do: the blanks were read as no",
        shows="restricted",
    ),
    Rule(
        "R17",
        "warn",
        "free text holds no address, no phone number and no abuse",
        "nothing to do: free text stays in the restricted tier",
        shows="restricted",
    ),
    Rule("R18", "reject", "an answer names a school", "add the school's id, or its name and state"),
)
