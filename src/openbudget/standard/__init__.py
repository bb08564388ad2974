"""The data standard of schema/, as the program sees it: fields, tables, code lists, declarations of checks.

Everything is read from the derived files (schema/derived/*.json, schema/codelists/*.csv), when it is first asked
for, and kept. YAML is for people: `python -m openbudget.standard.generate` turns it into the derived files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from openbudget.standard.spec import CodelistSpec, Entry, Field, ForeignKey, TableSpec

# what a code holds none of: every entry of a code list is a line that begins with it (tested)
_LINE = frozenset(',"\r\n')


@cache
def root() -> Path:
    """The folder of the standard: `schema` of the checkout, or `openbudget/_schema` of an installed wheel."""
    from pathlib import Path  # which takes as long to import as all of this package

    return Path(_root())


@cache
def _root() -> str:
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    for folder in (os.path.join(package, "_schema"), os.path.join(package, "..", "..", "schema")):
        if os.path.isfile(os.path.join(folder, "VERSION")):
            return os.path.normpath(folder)
    raise FileNotFoundError("the folder of the data standard (openbudget/_schema) is not part of this installation")


@cache
def version() -> str:
    """The version of the standard (`1.0.0`), which packages state as `standard_version`."""
    return read("VERSION").decode().strip()


def read(*path: str) -> bytes:
    """The bytes of a file of the standard: `read("codelists", "items.csv")`."""
    with open(os.path.join(_root(), *path), "rb") as stream:
        return stream.read()


@cache
def _derived(name: str) -> Any:
    return json.loads(read("derived", f"{name}.json"))


@cache
def fields() -> Mapping[str, Field]:
    """The field dictionary: entry (`amount`, `assets.value`) → field. `required` is false: tables say that."""
    return MappingProxyType({key: _field(key, entry) for key, entry in _derived("standard")["fields"].items()})


@cache
def tables() -> Mapping[str, TableSpec]:
    """All tables by name, in the order in which packages list them."""
    return MappingProxyType({name: _table(name, entry) for name, entry in _derived("standard")["tables"].items()})


def field(table: str, name: str) -> Field:
    """The field `name` of `table`, with what the table says of it; KeyError where there is none."""
    return tables()[table].field(name)


def _field(key: str, entry: Mapping[str, Any], required: bool = False, overrides: Any = None) -> Field:
    from openbudget.standard import spec

    declared = entry.get("codelist")
    by = declared["by"] if isinstance(declared, dict) else None
    if isinstance(declared, dict):
        declared = {value: name for value, name in declared.items() if value != "by"}
    elif declared is not None:
        declared = {"": declared}
    return spec.Field(
        key=key,
        name=key.rpartition(".")[2],
        type=entry["type"],
        title=entry["title"],
        description=entry["description"],
        constraints={**entry.get("constraints", {}), **(overrides or {})},
        required=required,
        unit=entry.get("unit"),
        twin=entry.get("twin"),
        codelists=declared,
        codelist_by=by,
        equivalents=entry.get("equivalents"),
    )


def _table(name: str, entry: Mapping[str, Any]) -> TableSpec:
    from openbudget.standard import spec

    dictionary = _derived("standard")["fields"]
    made = []
    for column in entry["fields"]:
        key = f"{name}.{column}" if f"{name}.{column}" in dictionary else column
        overrides = entry.get("constraints", {}).get(column)
        made.append(_field(key, dictionary[key], column in entry["required"], overrides))
    keys = (spec.ForeignKey(tuple(k["fields"]), k["table"], tuple(k["reference"])) for k in entry["foreign_keys"])
    return spec.TableSpec(
        name, entry["title"], entry["description"], tuple(made), tuple(entry["primary_key"]), tuple(keys)
    )


@cache
def codelists() -> Mapping[str, CodelistSpec]:
    """The registry of the code lists: name → what is known of the list (its codes: `codelist`)."""
    from openbudget.standard import spec

    registry = _derived("standard")["codelists"]
    return MappingProxyType({name: spec.CodelistSpec(name=name, **entry) for name, entry in registry.items()})


@cache
def codelist(name: str, year: int | None = None) -> Mapping[str, Entry]:
    """The codes of a list: code → entry, in the order of the file. KeyError where there is no such list.

    With `year` only the codes valid in that fiscal year, each with the title it then had; without, every code that
    ever was, each with its latest title."""
    found: dict[str, Entry] = {}
    for entry in _entries(name):
        if year is None or entry.valid_in(year):
            found[entry.code] = entry
    return MappingProxyType(found)


@cache
def codes(name: str) -> Mapping[str, tuple[str, str]]:
    """The codes of a list: code → its latest Chinese title and its parent ("": none), as in `codelist(name)`, for whoever
    needs no more of a list of thousands. KeyError where there is no such list."""
    return MappingProxyType({code: (title, parent) for code, title, _, parent, *_ in _rows(name)})


def is_code(name: str, code: str) -> bool:
    """Whether the list has a code, for whoever asks for one of thousands. KeyError where there is no such list."""
    return _LINE.isdisjoint(code) and f"\n{code},".encode("utf-8", "surrogatepass") in _codelist(name)


@cache
def _codelist(name: str) -> bytes:
    if name not in codelists():
        raise KeyError(name)
    return read("codelists", f"{name}.csv")


@cache
def _rows(name: str) -> tuple[list[str], ...]:
    """All rows of the list; of one code the older titles come first (tested)."""
    import csv

    return tuple(csv.reader(_codelist(name).decode().splitlines(keepends=True)))[1:]


@cache
def _entries(name: str) -> tuple[Entry, ...]:
    from openbudget.standard import spec

    return tuple(
        spec.Entry(code, zh, en, parent, int(start) if start else None, int(end) if end else None, description)
        for code, zh, en, parent, start, end, description in _rows(name)
    )


def catalogue_edition(fiscal_year: int) -> str | None:
    """The edition of the procurement catalogue that a fiscal year uses (`2013`, `2022`); None before the first."""
    valid = codelist("catalogue_edition", fiscal_year)
    return next(iter(valid), None)


def checks() -> tuple[Mapping[str, Any], ...]:
    """The declarations of schema/checks in the order of their ids, as written there but for their examples."""
    return tuple(_derived("standard")["checks"])


def check_groups() -> Mapping[str, Mapping[str, Any]]:
    """The groups of checks: letters (`SUM`) → `title` by language."""
    groups: Mapping[str, Mapping[str, Any]] = _derived("standard")["check_groups"]
    return groups


def check_examples() -> Mapping[str, Mapping[str, Any]]:
    """Rule id → `examples` (as declared) and `defaults` (what every example row of its file has, by table)."""
    examples: Mapping[str, Mapping[str, Any]] = _derived("check_examples")
    return examples


def declaration(part: str, name: str) -> Mapping[str, Any]:
    """What schema/ declares, as it stands there: `part` is `fields` or `tables`. KeyError where there is no `name`."""
    declared: Mapping[str, Any] = _derived("standard")[part][name]
    return declared


def sql(table: str | None = None) -> str:
    """`CREATE TABLE` for SQLite, of one table or of all. KeyError where there is no such table."""
    text = read("derived", "sqlite.sql").decode()
    if table is None:
        return text
    for statement in text.split("\n\n"):
        if f'CREATE TABLE "{table}" (' in statement:
            return statement.rstrip("\n") + "\n"
    raise KeyError(table)


def codelist_file(name: str) -> str:
    """A code list as it stands in schema/codelists (CSV). KeyError where there is no such list."""
    return _codelist(name).decode()


@cache
def json_schema(name: str) -> Mapping[str, Any]:
    """A JSON Schema of the standard by name: `datapackage`, `disclosure`, `report`. KeyError where there is none."""
    try:
        loaded: Mapping[str, Any] = json.loads(read(f"{name}.schema.json"))
    except FileNotFoundError:
        raise KeyError(name) from None
    return loaded


@cache
def table_schema(name: str) -> Mapping[str, Any]:
    """The Table Schema of a table. KeyError where there is no such table."""
    if name not in _derived("standard")["tables"]:
        raise KeyError(name)
    loaded: Mapping[str, Any] = json.loads(read("derived", "tables", f"{name}.schema.json"))
    return loaded


def packaged_schema(name: str, present: AbstractSet[str]) -> dict[str, Any]:
    """The table's schema as a package with the tables `present` carries it: without foreign keys to tables that the
    package does not have."""
    schema = dict(table_schema(name))
    keys = [key for key in schema.pop("foreignKeys", []) if key["reference"]["resource"] in present | {""}]
    return {**schema, "foreignKeys": keys} if keys else schema


__all__ = [
    "CodelistSpec",
    "Entry",
    "Field",
    "ForeignKey",
    "TableSpec",
    "catalogue_edition",
    "check_examples",
    "check_groups",
    "checks",
    "codelist",
    "codelist_file",
    "codelists",
    "codes",
    "declaration",
    "field",
    "fields",
    "is_code",
    "json_schema",
    "packaged_schema",
    "read",
    "root",
    "sql",
    "table_schema",
    "tables",
    "version",
]


def __getattr__(name: str) -> Any:
    """The values of `spec`, which are loaded when the first of them is made or asked for."""
    if name not in ("CodelistSpec", "Entry", "Field", "ForeignKey", "TableSpec"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from openbudget.standard import spec

    return getattr(spec, name)
