"""Words that survey rules look for: hosts of private mail, words for courses, words of abuse. Holds no rule."""

from __future__ import annotations

PRIVATE_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "hotmail.com", "outlook.com", "live.com", "msn.com"}
    | {"aol.com", "icloud.com", "me.com", "mac.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net"}
    | {"bellsouth.net", "cox.net", "charter.net", "protonmail.com", "proton.me", "mail.com", "gmx.com"}
)
"""Hosts where anybody has an address, so that it proves no school."""
COURSE_WORDS = (
    r"\b(?:course|class|classes|elective|curriculum|program(?:s|ming)?|coding|computer science|python|java|scratch)\b"
)
"""Free text that describes a course (rule R12)."""
ABUSE = r"\b(?:fuck\w*|shit\w*|bitch\w*|bastard\w*|asshole\w*)\b"
PHONE = r"(?<!\d)(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)"
EMAIL = r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>()]+"
"""An address, as a whole cell or inside a text."""
