"""Parquet files as tables of text. A column that holds neither text nor whole numbers is refused, never rewritten.

Numbers of another kind have lost what was typed (an id as 3.9046E+11), and dates have no one spelling.
"""

from __future__ import annotations

from itertools import count

import pyarrow as arrow
import pyarrow.parquet as parquet

from pipelines.received.grid import RawTable
from pipelines.received.limits import MAX_BYTES, MAX_CELLS, MAX_COLUMNS
from pipelines.received.refusal import Refused

_BATCH = 16_384


def read_parquet(data: bytes) -> RawTable:
    """The table as it stands, its names in row 1; a missing value is blank.

    Raises Refused F03 (no Parquet file, or a column of another type) or F04 (limits).
    """
    try:
        file = parquet.ParquetFile(arrow.BufferReader(data))
        schema = file.schema_arrow
        _check_limits(file.metadata.num_rows, len(schema))
        for field in schema:
            if not _is_readable(field.type):
                raise Refused(
                    "F03",
                    f"column {field.name!r} holds {field.type} values; write it as text, and send the file again",
                    column=field.name,
                )
        return RawTable("", _records(file, schema))
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise Refused(
            "F03", f"the Parquet file is damaged or cut off ({type(error).__name__}); write it again"
        ) from error


def _check_limits(rows: int, columns: int) -> None:
    if columns > MAX_COLUMNS:
        raise Refused("F04", f"the file has {columns:,} columns, more than the limit of {MAX_COLUMNS:,}")
    if rows * columns > MAX_CELLS:
        raise Refused("F04", f"the file has {rows * columns:,} cells, more than the limit of {MAX_CELLS:,}")


def _is_readable(kind: arrow.DataType) -> bool:
    value = kind.value_type if arrow.types.is_dictionary(kind) else kind
    is_text = arrow.types.is_string(value) or arrow.types.is_large_string(value)
    return is_text or arrow.types.is_integer(kind) or arrow.types.is_null(kind)


def _records(file: parquet.ParquetFile, schema: arrow.Schema) -> list[tuple[int, list[str]]]:
    rows = count(1)
    records = [(next(rows), list(schema.names))]
    size = cells = 0
    # In small batches: what a damaged file says of its size need not be true.
    for batch in file.iter_batches(_BATCH):
        size, cells = size + batch.nbytes, cells + batch.num_rows * batch.num_columns
        if size > MAX_BYTES or cells > MAX_CELLS:
            raise Refused(
                "F04", f"the table has more than {MAX_BYTES:,} bytes or {MAX_CELLS:,} cells; send less at once"
            )
        columns = [column.cast(arrow.string()).fill_null("").to_pylist() for column in batch.columns]
        records += [(next(rows), list(fields)) for fields in zip(*columns, strict=True)]
    return records
