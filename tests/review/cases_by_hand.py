"""A review queue of a few invented cases and the directory they speak of, small enough to read."""

from __future__ import annotations

import pandas as pd

from pipelines.shared.findings import conform

HOSTILE = '</script><script>document.title="taken"</script> "Quoted" High'
FORMULA = "=HYPERLINK(1)"


def directory() -> pd.DataFrame:
    """Two schools of one district."""
    rows = [
        ("069900200006", "Marlcote Junior Senior High", "1 Elm St", "Quillport", "94000", "07", "12"),
        ("069900100006", "Fenncombe Junior Senior High", "2 Oak St", "Marrowbay", "94001", "07", "12"),
    ]
    names = ["nces_school_id", "school_name", "street", "city", "zip", "grade_low", "grade_high"]
    frame = pd.DataFrame(rows, columns=names)
    frame = frame.assign(school_year="2018-19", state="CA", sector="public", district_name="Quill Unified")
    return conform(frame, "nces_schools")


def queue() -> pd.DataFrame:
    """A school not found (two candidates), an unknown course with a formula for a name, and a hostile school name."""
    listed = (
        "069900200006 Marlcote Junior Senior High, QUILLPORT (name very alike (word 'marlcote'), same city)"
        " | 069900100006 Fenncombe Junior Senior High"
    )
    rows = [
        ("a" * 16, "not_found", "Marcote Junior Senior High", "which school is meant?", listed, "north", 3),
        ("b" * 16, "unknown_course", FORMULA, "does the course count?", None, None, 1),
        ("c" * 16, "ambiguous", HOSTILE, f"which school is meant by {HOSTILE}?", listed, "south", 1),
    ]
    names = ["case_id", "case_kind", "school_name", "question", "candidates", "partner_id", "records"]
    frame = pd.DataFrame(rows, columns=names).assign(
        case_state="open",
        school_year="2018-19",
        source="ca",
        state="CA",
        city="Quillport",
        who_can_answer="partner",
        system_answer="the records wait",
        choices="another school|none of these|not a school",
        evidence_hash="f" * 64,
        openness=["candidates_nearly_even", "plain_question", "schools_by_id"],
    )
    frame.loc[frame["case_kind"] == "unknown_course", "choices"] = "counts|does not count"
    schools = frame["candidates"].str.replace(" | ", "|", regex=False) + "|" + frame["choices"]
    frame["choices"] = schools.fillna(frame["choices"])
    return conform(frame, "review_queue")
