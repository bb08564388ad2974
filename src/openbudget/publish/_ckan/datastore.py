"""Tables in the portal's DataStore, typed by their Table Schema: codes stay text, amounts are exact numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from openbudget.publish._ckan.dataset import Part
from openbudget.publish._ckan.portal import AbsentError, Portal

ROWS = 2_000  # sent at once
# Table Schema → PostgreSQL; all else is text
TYPES = {
    "number": "numeric",
    "integer": "int8",
    "year": "int4",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
}


def columns(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns of a table, with the titles and descriptions that the portal shows as its data dictionary."""
    return [
        {
            "id": one["name"],
            "type": TYPES.get(str(one.get("type")), "text"),
            "info": {"label": str(one.get("title") or one["name"]), "notes": str(one.get("description") or "")},
        }
        for one in schema["fields"]
    ]


def rows(schema: Mapping[str, Any], content: bytes) -> Iterator[dict[str, Any]]:
    """The rows of a CSV file as the DataStore takes them: numbers as they are written, blanks as null. What is no value
    of its type stays as it is, for the DataStore to refuse."""
    blank = set(schema.get("missingValues", [""]))
    truth = {str(one["name"]): _truth(one) for one in schema["fields"] if one.get("type") == "boolean"}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        yield {
            name: None if value is None or value in blank else truth.get(name, {}).get(value, value)
            for name, value in row.items()
            if name is not None
        }


def _truth(field: Mapping[str, Any]) -> dict[str, bool]:
    return {
        **dict.fromkeys(field.get("trueValues") or ("true", "True", "TRUE", "1"), True),
        **dict.fromkeys(field.get("falseValues") or ("false", "False", "FALSE", "0"), False),
    }


def store(portal: Portal, part: Part, content: bytes) -> int:
    """Put a table into the DataStore in place of what it holds of it; the number of rows, counted there.

    Where the columns are the same and the table has a key, rows are replaced in one step each and readers see no empty
    table in between; else the table is made anew.
    """
    assert part.schema is not None
    wanted, found = columns(part.schema), list(rows(part.schema, content))
    there = _columns_there(portal, part.id)
    key = part.primary_key if part.primary_key and _unique(found, part.primary_key) else ()
    if there is not None and (not key or there != [(one["id"], one["type"]) for one in wanted]):
        _delete(portal, part.id)
        there = None
    settings = {"resource_id": part.id, "force": True}
    create = {**settings, "fields": wanted, "primary_key": list(key), "records": []}
    portal.attempt(lambda failed: portal.once("datastore_create", create), "datastore_create")
    method = "upsert" if key else "insert"
    for start in range(0, len(found), ROWS):
        records = {**settings, "method": method, "records": found[start : start + ROWS], "calculate_record_count": True}
        portal.attempt(partial(_upsert, portal, records), "datastore_upsert")
    if there is not None:
        _remove_others(portal, part.id, key[0], {row[key[0]] for row in found}) if len(key) == 1 else None
    return int(portal.ask("datastore_search", resource_id=part.id, limit=0)["total"])


def _upsert(portal: Portal, data: Mapping[str, Any], failed: int) -> None:
    portal.once("datastore_upsert", data)


def drop(portal: Portal, resource: str) -> None:
    """Take a table out of the DataStore, if it is there."""
    if _columns_there(portal, resource) is not None:
        _delete(portal, resource)


def _delete(portal: Portal, resource: str) -> None:
    def once(failed: int) -> None:
        with suppress(AbsentError):
            portal.once("datastore_delete", {"resource_id": resource, "force": True})

    portal.attempt(once, "datastore_delete")


def _columns_there(portal: Portal, resource: str) -> list[tuple[str, str]] | None:
    try:
        shown = portal.ask("datastore_search", resource_id=resource, limit=0)
    except AbsentError:
        return None
    return [(str(one["id"]), str(one["type"])) for one in shown["fields"] if one["id"] != "_id"]


def _remove_others(portal: Portal, resource: str, column: str, kept: set[Any]) -> None:
    """Remove the rows whose key is not among `kept`."""
    gone: list[Any] = []
    start = 0
    while True:
        page = portal.ask(
            "datastore_search", resource_id=resource, fields=[column], limit=ROWS, offset=start, sort="_id"
        )
        gone += [row[column] for row in page["records"] if row[column] not in kept]
        start += ROWS
        if len(page["records"]) < ROWS:
            break
    if gone:
        data = {"resource_id": resource, "force": True, "filters": {column: gone}}
        portal.attempt(lambda failed: portal.once("datastore_records_delete", data), "datastore_records_delete")


def _unique(found: Sequence[Mapping[str, Any]], key: Sequence[str]) -> bool:
    """Whether the key really is one: in packages that are published with errors it may not be."""
    keys = [tuple(row.get(name) for name in key) for row in found]
    return len(set(keys)) == len(keys) and not any(value is None for one in keys for value in one)
