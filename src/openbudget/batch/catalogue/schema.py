"""The columns of the catalogue's tables: where a row comes from, then the fields of the standard, with exact types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from openbudget import standard
from openbudget.errors import UsageError

FORMAT = 3  # of the catalogue; a catalogue of another format is built anew
LEFT_OUT = frozenset({"sources"})  # thousands of rows a package; the place of each row's main value is in the row
PACKAGES = "packages"
LINEAGE = ("package", "agency_name", "region_code", "kind")  # before the fields, unless the table has one of the name
PLACE = ("source_file", "source_place", "source_method")  # behind them
YEAR = "year"  # of the partition; a column in the changes, whose folders say the province alone
PRINTED = "printed_figures"  # the text of figures that have no printed twin in their row: it says how exact they are
TWINS = {"amount": "amount_reported", "change_amount": "change_reported", "value": "value_reported"}

_PACKAGES: tuple[tuple[str, str], ...] = (
    ("package", "string"), ("region_code", "string"), ("region_name", "string"), ("fiscal_year", "year"),
    ("kind", "string"), ("agency_code", "string"), ("agency_name", "string"), ("level", "string"),
    ("title", "string"),
    ("disclosed_on", "date"), ("standard_version", "string"), ("generator_version", "string"),
    ("errors", "integer"), ("warnings", "integer"), ("notes", "integer"),
    ("lines_total", "integer"), ("lines_unrecognised", "integer"), ("sources", "string"), ("path", "string"),
    ("descriptor_sha256", "string"), ("contents", "string"),
)  # fmt: skip
_PRINTED = ("package", "table", "row_id", "field", "printed")


def arrow() -> Any:
    """pyarrow; UsageError that says how to install it."""
    try:
        import pyarrow
    except ImportError as error:
        raise UsageError("batch.extra_missing", extra="catalogue", module="pyarrow") from error
    return pyarrow


def tables() -> tuple[str, ...]:
    """The tables of a catalogue."""
    return (PACKAGES, *(name for name in standard.tables() if name not in LEFT_OUT), PRINTED)


@cache
def figures(table: str) -> tuple[str, ...]:
    """The fields of a table of the standard that hold figures with no printed twin in the row."""
    spec = standard.tables()[table]
    return tuple(
        one.name
        for one in spec.fields
        if one.type in ("number", "integer") and TWINS.get(one.name) not in spec.columns and table not in LEFT_OUT
    )


@cache
def columns(table: str) -> Mapping[str, Any]:
    """Column → Arrow type, in order.

    Money is exact to 0.0001 yuan below 10¹⁴, other numbers to 10 decimals below 10¹⁸; what does not fit is never
    rounded: its package is left out of the catalogue and named.
    """
    pa = arrow()
    if table == PACKAGES:
        return {name: _type(pa, kind, None) for name, kind in _PACKAGES}
    if table == PRINTED:
        return dict.fromkeys(_PRINTED, pa.string())
    spec = standard.tables()[table]
    made = {name: pa.string() for name in LINEAGE if name not in spec.columns}
    made |= {field.name: _type(pa, field.type, field.unit) for field in spec.fields}
    return made | {name: pa.string() for name in PLACE}


def _type(pa: Any, kind: str, unit: str | None) -> Any:
    if kind == "number":
        return pa.decimal128(18, 4) if unit == "yuan" else pa.decimal128(28, 10)
    types = {"integer": pa.int64(), "year": pa.int32(), "boolean": pa.bool_(), "date": pa.date32()}
    return types.get(kind, pa.string())


def arrow_schema(table: str) -> Any:
    """The Arrow schema of a table, with its titles as metadata."""
    pa = arrow()
    metadata = {"openbudget.format": str(FORMAT), "openbudget.standard_version": standard.version()}
    return pa.schema([pa.field(name, kind) for name, kind in columns(table).items()], metadata)
