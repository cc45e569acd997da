"""The school directory of a school year: every school NCES lists, public and private. The spine of every answer."""

from schemas.columns import RACES, columns
from schemas.table_model import Table

TABLE = Table(
    name="nces_schools",
    stage="standard",
    title="School directory",
    grain="one school in one school year",
    columns=columns(
        "nces_school_id",
        "school_year",
        "file_year",
        "state",
        "state_school_id",
        "leaid",
        "district_name",
        "school_name",
        "street",
        "city",
        "zip",
        "county",
        "latitude",
        "longitude",
        "locale_code",
        "sector",
        "school_type",
        "status",
        "is_operating",
        "grade_low",
        "grade_high",
        "offers_high",
        "offers_k8",
        "grade_levels",
        "grades_year",
        "students_total",
        "frl_eligible",
        "title_i",
        *(f"students_{race}" for race in RACES),
        "directory_sources",
    ),
    key=("nces_school_id",),
    required=("school_year", "state", "school_name", "sector", "directory_sources"),
    caveats=(
        "The NCES id is not a stable key: schools are renumbered while their state id stays.",
        "Grades come from the file of this year, else of the nearest earlier year, else of the nearest later one; grades_year says which.",
    ),
)
