"""The exact checker of one column: what a cell's text is worth under a field of a Table Schema.

This is the reference: every faster way of checking must give what `Column.cell` gives.
"""

from collections.abc import Callable
from typing import NamedTuple

from openbudget.tabular import temporal
from openbudget.tabular.constraints import RULES, CellFault, constraint_checks
from openbudget.tabular.numbers import number, number_parser
from openbudget.tabular.schema import TIMED, Field, Schema, SchemaFault
from openbudget.tabular.temporal import INVALID, Parser
from openbudget.tabular.texts import (
    boolean_parser,
    geojson_parser,
    geopoint_parser,
    json_parser,
    list_parser,
    string_parser,
)

Cell = tuple[object, tuple[CellFault, ...]]


class Column(NamedTuple):
    """A field made ready. `cell(text)` gives the value (None: missing or faulty) and what is wrong with it. `plain`: every
    text that is not missing is its own value, and right."""

    field: Field
    cell: Callable[[str], Cell]
    required: bool
    unique: bool
    plain: bool


def parser_of(field: Field) -> Parser:
    """The parser of a field's type and format: text to value, or INVALID."""
    kind, form, options = field.type, field.format, field.options
    if kind == "string":
        return string_parser(form)
    if kind in ("integer", "number"):
        return number_parser(options, whole=kind == "integer", finite=field.finite)
    if kind in ("date", "time", "datetime"):
        if form == "default":
            return {"date": temporal.date, "time": temporal.time, "datetime": temporal.datetime}[kind]
        return temporal.anyhow(kind) if form == "any" else temporal.by_pattern(form, kind)
    if kind == "list":
        item = options.get("itemType", "string")
        return list_parser(options, parser_of(Field("item", str(item), options={})))
    if kind == "geopoint":
        return geopoint_parser(form, number)
    simple: dict[str, Parser] = {
        "boolean": boolean_parser(options),
        "year": temporal.year,
        "yearmonth": temporal.yearmonth,
        "duration": temporal.duration,
        "object": json_parser(dict),
        "array": json_parser(list),
        "geojson": geojson_parser(form),
    }
    return simple.get(kind, str)


def compile_column(field: Field, faults: list[SchemaFault], *, in_primary_key: bool = False) -> Column:
    """The column checker of `field`. What its constraints get wrong goes to `faults`."""
    parse = parser_of(field)
    checks = constraint_checks(field, parse, faults)
    required = field.constraints.get("required") is True or in_primary_key
    missing = field.missing
    message = "timed" if field.type in TIMED and field.format != "default" else field.type
    wrong_type = (None, (CellFault(RULES["type"], described(field), f"tabular.type_{message}"),))
    blank: Cell = (None, (CellFault(RULES["required"], ""),)) if required else (None, ())

    def cell(text: str) -> Cell:
        if text in missing:
            return blank
        value = parse(text)
        if value is INVALID:
            return wrong_type
        broken: tuple[CellFault, ...] = ()
        for fault, keeps in checks:
            if not keeps(value):
                broken += (fault,)
        return value, broken

    return Column(field, cell, required, field.constraints.get("unique") is True, parse is str and not checks)


_Compiled = tuple[tuple[Column, ...], tuple[SchemaFault, ...]]
_REMEMBERED: dict[int, tuple[Schema, _Compiled]] = {}  # the schema is kept, so that its id stays its own
_MOST = 64


def known_columns(schema: Schema) -> _Compiled:
    """`compile_columns`, once for a schema that many tables have (which has no hash to look it up by)."""
    known = _REMEMBERED.get(id(schema))
    if known is None:
        if len(_REMEMBERED) >= _MOST:
            _REMEMBERED.pop(next(iter(_REMEMBERED)))
        known = _REMEMBERED[id(schema)] = (schema, compile_columns(schema))
    return known[1]


def compile_columns(schema: Schema) -> _Compiled:
    """The checkers of all fields of a schema, and all faults of its descriptor."""
    faults = list(schema.faults)
    columns = tuple(
        compile_column(field, faults, in_primary_key=field.name in schema.primary_key) for field in schema.fields
    )
    return columns, tuple(faults)


def described(field: Field) -> str:
    """A field's type as findings name it: `integer`, `date (%Y年)`."""
    return field.type if field.format == "default" else f"{field.type} ({field.format})"
