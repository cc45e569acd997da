"""What one directory file says of its schools, before the files of a year become one directory."""

from schemas.columns import columns
from schemas.table_model import Table
from schemas.tables.nces_schools import TABLE as DIRECTORY

TABLE = Table(
    name="nces_parts",
    stage="standard",
    title="Parts of the school directory",
    grain="one school of one directory source",
    columns=columns(
        "source",
        "file",
        "row",
        *(name for name in DIRECTORY.column_names if name != "directory_sources"),
    ),
    key=("nces_school_id",),
    required=("source", "file", "row", "school_year", "file_year"),
    caveats=(
        "Null means that this file does not say it; another file of the directory may.",
        "For a file of rows per grade or group, file and row are those of the school's first row that was used.",
    ),
)
