"""Table Schema descriptors (Data Package v1 and v2) as frozen values.

Reading never raises: what a descriptor gets wrong is in `Schema.faults`, and the rest still counts, so that a
fault of the descriptor never hides faults of the data.
"""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Self

TYPES = frozenset(
    [
        "string",
        "number",
        "integer",
        "boolean",
        "object",
        "array",
        "list",
        "date",
        "time",
        "datetime",
        "year",
        "yearmonth",
        "duration",
        "geopoint",
        "geojson",
        "any",
    ]
)
_NUMBERS = frozenset({"number", "integer"})
TIMED = frozenset({"date", "time", "datetime"})
FORMATS = {
    "string": ("default", "email", "uri", "binary", "uuid"),
    "geopoint": ("default", "array", "object"),
    "geojson": ("default", "topojson"),
}
MATCHES = ("exact", "equal", "subset", "superset", "partial")


_NONE: Mapping[str, object] = MappingProxyType({})


class SchemaFault(NamedTuple):
    """What is wrong with a schema: `key` names a message of the catalogue (`tabular.schema_…`)."""

    key: str
    args: Mapping[str, str]
    field: str | None = None


class Field(NamedTuple):
    """A column. `missing` are the texts that stand for no value; `constraints` as in the descriptor;
    `options` the properties of its type (`decimalChar`, `trueValues`, `itemType` …). `finite`: NaN and INF are
    no numbers (set for tables of the standard). `label`: what stands in the header, where another field has that name."""

    name: str
    type: str = "any"
    format: str = "default"
    missing: frozenset[str] = frozenset({""})
    constraints: Mapping[str, object] = _NONE
    options: Mapping[str, object] = _NONE
    finite: bool = False
    label: str | None = None


class ForeignKey(NamedTuple):
    """The values of `fields` must stand in `to` of `table` (None: of the same table)."""

    fields: tuple[str, ...]
    table: str | None
    to: tuple[str, ...]


class Schema(NamedTuple):
    """A table's columns and keys."""

    fields: tuple[Field, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    match: str = "exact"
    faults: tuple[SchemaFault, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.fields)

    def finite(self) -> Self:
        """The same, but with numbers that are finite only."""
        fields = (column._replace(finite=True) if column.type in _NUMBERS else column for column in self.fields)
        return self._replace(fields=tuple(fields))


def read_schema(descriptor: object, table: str | None = None) -> Schema:
    """The schema that a descriptor object stands for. `table`: the table's own name, so that a foreign key that
    names it is a self-reference."""
    faults: list[SchemaFault] = []
    if not isinstance(descriptor, Mapping) or not isinstance(descriptor.get("fields"), list):
        return Schema(faults=(SchemaFault("tabular.schema_no_fields", {}),))
    missing = _missing(descriptor.get("missingValues", [""]), faults, None)
    fields: list[Field] = []
    seen: set[str] = set()
    for number, item in enumerate(descriptor["fields"], 1):
        column = _field(item, number, missing, faults)
        if column.name in seen:  # as v1 allows it
            column = column._replace(name=f"{column.name}#{number}", label=column.name)
        seen.add(column.name)
        fields.append(column)
    match = descriptor.get("fieldsMatch", "exact")
    match = match[0] if isinstance(match, list) and len(match) == 1 else match  # an early draft of v2 had a list
    if match not in MATCHES:
        faults.append(SchemaFault("tabular.schema_match", {"value": str(match)}))
        match = "exact"
    return Schema(
        fields=tuple(fields),
        primary_key=_key(descriptor.get("primaryKey"), seen, "primaryKey", faults),
        unique_keys=_unique_keys(descriptor.get("uniqueKeys"), seen, faults),
        foreign_keys=tuple(_foreign_keys(descriptor.get("foreignKeys"), seen, table, faults)),
        match=match,
        faults=tuple(faults),
    )


def _field(item: object, number: int, missing: frozenset[str], faults: list[SchemaFault]) -> Field:
    if not isinstance(item, Mapping) or not isinstance(item.get("name"), str):
        faults.append(SchemaFault("tabular.schema_no_name", {"number": str(number)}))
        item = {**(item if isinstance(item, Mapping) else {}), "name": f"field{number}"}
    name = str(item["name"])
    kind = item.get("type", "any")
    if not isinstance(kind, str) or kind not in TYPES:
        faults.append(SchemaFault("tabular.schema_type", {"name": name, "value": str(kind)}, name))
        kind = "any"
    form = item.get("format", "default")
    form = form.removeprefix("fmt:") if isinstance(form, str) else "default"
    if kind in FORMATS and form not in FORMATS[kind]:
        faults.append(SchemaFault("tabular.schema_format", {"name": name, "value": form}, name))
        form = "default"
    elif kind in TIMED and form not in ("default", "any") and "%" not in form:
        faults.append(SchemaFault("tabular.schema_pattern", {"name": name, "value": form}, name))
        form = "any"
    constraints = item.get("constraints", {})
    if not isinstance(constraints, Mapping):
        faults.append(SchemaFault("tabular.schema_constraints", {"name": name}, name))
        constraints = {}
    own = _missing(item["missingValues"], faults, name) if "missingValues" in item else missing
    categories = item.get("categories")
    if isinstance(categories, list):
        values = [entry.get("value") if isinstance(entry, Mapping) else entry for entry in categories]
        constraints = {**constraints, "categories": values}
    return Field(name, kind, form, own, constraints, item)


def _missing(value: object, faults: list[SchemaFault], name: str | None) -> frozenset[str]:
    """Texts of `missingValues`: plain (v1, v2) or with labels (v2)."""
    if not isinstance(value, list):
        faults.append(SchemaFault("tabular.schema_missing", {"value": _shown(value)}, name))
        return frozenset({value if isinstance(value, str) else ""})
    texts = [entry.get("value") if isinstance(entry, Mapping) else entry for entry in value]
    wrong = [entry for entry in texts if not isinstance(entry, str)]
    if wrong:
        faults.append(SchemaFault("tabular.schema_missing", {"value": _shown(wrong[0])}, name))
    return frozenset(entry for entry in texts if isinstance(entry, str))


def _shown(value: object) -> str:
    """A value of the descriptor as it is written there."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _names(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _key(value: object, known: Iterable[str], what: str, faults: list[SchemaFault]) -> tuple[str, ...]:
    """The fields of a key; () with a fault where it is no key of this table."""
    if value is None or value == []:
        return ()
    names = _names(value)
    if names is None:
        faults.append(SchemaFault("tabular.schema_key", {"part": what, "value": _shown(value)}))
        return ()
    for name in names:
        if name not in known:
            faults.append(SchemaFault("tabular.schema_key_field", {"part": what, "name": name}, name))
            return ()
    return names


def _unique_keys(value: object, known: Iterable[str], faults: list[SchemaFault]) -> tuple[tuple[str, ...], ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        faults.append(SchemaFault("tabular.schema_key", {"part": "uniqueKeys", "value": _shown(value)}))
        return ()
    keys = (_key(item, known, "uniqueKeys", faults) for item in value)
    return tuple(key for key in keys if key)


def _foreign_keys(
    value: object, known: Iterable[str], table: str | None, faults: list[SchemaFault]
) -> Iterable[ForeignKey]:
    if value is None:
        return
    for item in value if isinstance(value, list) else [value]:
        reference = item.get("reference") if isinstance(item, Mapping) else None
        to = _names(reference.get("fields")) if isinstance(reference, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(reference, Mapping) or to is None:
            faults.append(SchemaFault("tabular.schema_foreign", {"value": _shown(item)}))
            continue
        names = _key(item.get("fields"), known, "foreignKeys", faults)
        target = reference.get("resource")
        if not names:
            continue
        if len(names) != len(to) or not isinstance(target, str | None):
            faults.append(SchemaFault("tabular.schema_foreign", {"value": _shown(item)}))
            continue
        yield ForeignKey(names, None if target in (None, "", ".", table) else target, to)
