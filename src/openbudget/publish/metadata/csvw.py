"""CSV on the Web (W3C Metadata Vocabulary for Tabular Data): beside each CSV `<file>-metadata.json`, which readers look
for there, and `csvw.json` for the package with the keys between its tables.

Columns are named as the CSV names them; the titles in Chinese and English stand beside the name, because a reader
compares the head of the file with the titles. Keys whose column may be blank (the parent of a row) are left out: strict
validators want every row to refer to something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from openbudget import standard

_CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "zh"}]
_TYPES = {"number": "decimal", "integer": "integer", "date": "date", "year": "gYear", "string": "string"}
_DIALECT = {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]}


def package_files(paths: Iterable[str]) -> dict[str, bytes]:
    """The metadata files of a package whose CSV files stand at `paths` (`data/<table>.csv`): path → bytes."""
    tables = {PurePosixPath(path).stem: path for path in paths}
    known = {name: path for name, path in tables.items() if name in standard.tables()}
    made = {f"{path}-metadata.json": _alone(name, PurePosixPath(path).name) for name, path in known.items()}
    return {**made, "csvw.json": _group(tuple(known.items()))}


@cache
def _alone(table: str, file: str) -> bytes:
    described = {"@context": _CONTEXT, **_table(table, file), "dialect": _DIALECT}
    return _json(described)


@cache
def _group(tables: tuple[tuple[str, str], ...]) -> bytes:
    paths = dict(tables)
    described = [_table(name, path, paths) for name, path in tables]
    return _json({"@context": _CONTEXT, "dialect": _DIALECT, "tables": described})


def _table(name: str, url: str, others: dict[str, str] | None = None) -> dict[str, Any]:
    """A table; with `others` (table → URL) also its keys to them, without only those to itself."""
    spec = standard.tables()[name]
    schema: dict[str, Any] = {
        "columns": [_column(field) for field in spec.fields],
        "primaryKey": list(spec.primary_key),
    }
    keys = []
    for key in spec.foreign_keys:
        target = url if key.table == name else (others or {}).get(key.table)
        if target and all(spec.field(column).required for column in key.fields):
            keys.append(
                {
                    "columnReference": list(key.fields),
                    "reference": {"resource": target, "columnReference": list(key.reference)},
                }
            )
    if keys:
        schema["foreignKeys"] = keys
    return {
        "url": url,
        "dc:title": [{"@value": text, "@language": language} for language, text in spec.title.items()],
        "dc:description": {"@value": spec.description["zh"], "@language": "zh"},
        "tableSchema": schema,
    }


def _column(field: standard.Field) -> dict[str, Any]:
    base = _TYPES.get(field.type, field.type)
    datatype: dict[str, Any] = {"base": base}
    if field.type == "boolean":
        datatype["format"] = "true|false"
    for limit in ("minimum", "maximum"):
        if limit in field.constraints and field.type in ("number", "integer"):
            datatype[limit] = field.constraints[limit]
    made: dict[str, Any] = {
        "name": field.name,
        "titles": {"und": field.name, **field.title},
        "dc:description": {"@value": field.description["zh"], "@language": "zh"},
        "datatype": datatype if len(datatype) > 1 else base,
        "null": [""],
    }
    if field.required:
        made["required"] = True
    return made


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
