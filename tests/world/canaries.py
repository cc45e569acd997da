"""Strings that must never leave the restricted tier; tests look for them in every table, log and release."""

from __future__ import annotations

CANARIES: dict[str, str] = {
    "teacher_name_or_id": "Canary Teachwell-Zq71",
    "submitter_email_address": "canary.zq72@respondent.example",
    "submitter_name": "Canary Nameless-Zq73",
    "tell_us_more": "canary-zq74 told in confidence",
    "inaccuracy_comment": "canary-zq75 says the answer is wrong",
    "topic_other_description": "canary-zq76 other topic",
}
"""Restricted column -> what is planted in it: in rows that are kept, merged, rejected and left out."""

STRAY_ADDRESS = "stray.zq77@respondent.example"
"""An e-mail address that somebody typed into the name of the school, a column that is not for contact details (F16)."""
