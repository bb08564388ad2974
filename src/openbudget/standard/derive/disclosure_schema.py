"""The JSON Schema of disclosure.json: the rows of all tables in one document."""

from __future__ import annotations

from typing import Any

from openbudget.standard.derive.sources import Declarations
from openbudget.standard.derive.table_schema import constraints_of

_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "year": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
}


def disclosure_schema(declared: Declarations, descriptor: dict[str, Any]) -> dict[str, Any]:
    """The schema of disclosure.json. `descriptor` is schema/datapackage.schema.json, whose definition of the object
    `openbudget` (and of what that uses) is taken over, so that both documents say the same."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "OpenBudget disclosure",
        "description": "disclosure.json of a package: the rows of its tables, with the facts of the descriptor. "
        "A blank field is absent or null. Rows stand in the order of the CSV files.",
        "type": "object",
        "required": ["name", "openbudget", "tables"],
        "additionalProperties": False,
        "properties": {
            "name": descriptor["properties"]["name"],
            "title": descriptor["properties"]["title"],
            "openbudget": {"$ref": "#/definitions/openbudget"},
            "tables": {
                "type": "object",
                "additionalProperties": False,
                "required": ["organizations"],
                "properties": {
                    name: {"type": "array", "items": {"$ref": f"#/definitions/row_{name}"}} for name in declared.tables
                },
            },
        },
        "definitions": {
            **{name: descriptor["definitions"][name] for name in ("openbudget", "coverage")},
            **{f"row_{name}": _row(declared, name) for name in declared.tables},
        },
    }


def _row(declared: Declarations, table: str) -> dict[str, Any]:
    spec = declared.tables[table]
    return {
        "title": spec["title"]["en"],
        "description": spec["description"]["en"],
        "type": "object",
        "additionalProperties": False,
        "required": list(spec["required"]),
        "properties": {name: _property(declared, table, name) for name in spec["fields"]},
    }


def _property(declared: Declarations, table: str, name: str) -> dict[str, Any]:
    entry, constraints = declared.field(table, name), constraints_of(declared, table, name)
    made = {"title": entry["title"]["en"], "description": entry["description"]["en"], **_TYPES[entry["type"]]}
    required = constraints.pop("required", False)
    for key, value in constraints.items():
        if key == "pattern":
            value = f"^(?:{value})$"
        elif key in ("minimum", "maximum"):
            value = int(value) if entry["type"] == "year" else value
        made[key] = value
    if not required:
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made
