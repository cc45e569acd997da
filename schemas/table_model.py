"""How a column and a table are declared, and the Pandera and Arrow schemas that follow from a declaration.

Holds no table and no column itself: columns are in `columns/`, tables in `tables/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandera.pandas as pa
    import pyarrow as arrow

ColumnType = Literal["text", "integer", "decimal", "flag"]
Tier = Literal["public", "partner", "restricted"]
TIERS: tuple[Tier, ...] = ("public", "partner", "restricted")
"""Each tier sees its own columns and those of the tiers before it."""
Stage = Literal["received", "standard", "linked", "reconciled", "published"]

PANDAS_TYPES: dict[str, str] = {"text": "str", "integer": "Int64", "decimal": "Float64", "flag": "boolean"}


@dataclass(frozen=True)
class Column:
    """One column, declared once for every table that has it.

    `rule` is the id in `rules.py` of the rule that a value outside `allowed`, `pattern` or the bounds breaks.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    tier: Tier = "public"
    rule: str = ""


@dataclass(frozen=True)
class Table:
    """One table: its grain, key and columns. Its file name, asset and dictionary anchor are all `name`.

    `required` columns may not be null. `key` columns are unique together and always required.
    """

    name: str
    stage: Stage
    title: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    caveats: tuple[str, ...] = field(default=())

    @cached_property
    def column_names(self) -> list[str]:
        return [c.name for c in self.columns]

    @cached_property
    def pandas_types(self) -> dict[str, str]:
        return {c.name: PANDAS_TYPES[c.type] for c in self.columns}

    @cached_property
    def arrow_schema(self) -> arrow.Schema:
        """The Parquet types: text as string, integers as int64, decimals as float64, flags as bool, all nullable."""
        import pyarrow as arrow

        types = {"text": arrow.string(), "integer": arrow.int64(), "decimal": arrow.float64(), "flag": arrow.bool_()}
        return arrow.schema([arrow.field(c.name, types[c.type]) for c in self.columns])

    @cached_property
    def pandera_schema(self) -> pa.DataFrameSchema:
        """The Pandera schema: names, order, types, allowed values, bounds, required values and the key.

        The name of each check is the id of the rule that a failure breaks (`P05` where a column names none).
        """
        import pandera.pandas as pa

        required = {*self.required, *self.key}
        columns = {}
        for c in self.columns:
            checks = []
            rule = c.rule or "P05"
            if c.allowed:
                checks.append(pa.Check.isin(list(c.allowed), name=rule, error=f"one of {', '.join(c.allowed)}"))
            if c.pattern:
                checks.append(pa.Check.str_matches(c.pattern, name=rule, error=f"text like {c.pattern}"))
            if c.minimum is not None:
                checks.append(pa.Check.ge(c.minimum, name=rule, error=f"at least {c.minimum:g}"))
            if c.maximum is not None:
                checks.append(pa.Check.le(c.maximum, name=rule, error=f"at most {c.maximum:g}"))
            columns[c.name] = pa.Column(
                PANDAS_TYPES[c.type],
                checks=checks,
                nullable=c.name not in required,
                description=c.meaning,
            )
        return pa.DataFrameSchema(
            columns, strict=True, ordered=True, unique=list(self.key) or None, name=self.name, title=self.title
        )
