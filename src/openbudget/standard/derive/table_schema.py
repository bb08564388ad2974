"""Table Schemas: version 2 by their `$schema`, and readable by software of version 1."""

from __future__ import annotations

from typing import Any

from openbudget.standard.derive.sources import Declarations, lists_of

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"


def table_schema(declared: Declarations, table: str) -> dict[str, Any]:
    """The Table Schema of one table, as packages carry it.

    Titles and descriptions are Chinese, with `title_en` and `description_en` beside them. A reference to the table
    itself has the empty `resource` that version 1 asks for and version 2 still reads."""
    spec = declared.tables[table]
    made: dict[str, Any] = {
        "$schema": PROFILE,
        "fields": [_field(declared, table, name) for name in spec["fields"]],
        "missingValues": [""],
        "primaryKey": list(spec["primary_key"]),
    }
    keys = [
        {
            "fields": list(key["fields"]),
            "reference": {"resource": "" if key["table"] == table else key["table"], "fields": list(key["reference"])},
        }
        for key in spec["foreign_keys"]
    ]
    if keys:  # both profiles refuse an empty list
        made["foreignKeys"] = keys
    return made


def _field(declared: Declarations, table: str, name: str) -> dict[str, Any]:
    entry = declared.field(table, name)
    made: dict[str, Any] = {
        "name": name,
        "type": entry["type"],
        "title": entry["title"]["zh"],
        "title_en": entry["title"]["en"],
        "description": entry["description"]["zh"],
        "description_en": entry["description"]["en"],
    }
    if constraints := constraints_of(declared, table, name):
        made["constraints"] = constraints
    for key in ("unit", "codelist"):
        if key in entry:
            made[key] = entry[key]
    if column_type := entry.get("equivalents", {}).get("ofdp"):
        made["columnType"] = column_type
    return made


def constraints_of(declared: Declarations, table: str, name: str) -> dict[str, Any]:
    """The constraints of a field in a table: those declared, whether it is required, and the codes of a closed list."""
    entry = declared.field(table, name)
    made: dict[str, Any] = {"required": True} if name in declared.tables[table]["required"] else {}
    made |= entry["constraints"]
    codelist = lists_of(entry).get("")
    if codelist and declared.codelists[codelist]["kind"] == "closed":
        made["enum"] = list(dict.fromkeys(row["Code"] for row in declared.codes(codelist)))
    return made
