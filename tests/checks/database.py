"""Tables as an SQLite database in memory, without constraints: examples give only the fields that matter."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openbudget import standard

_NUMBERS = frozenset({"number", "integer", "year", "boolean"})


def database(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> sqlite3.Connection:
    """All tables of the standard, filled with the given rows."""
    connection = sqlite3.connect(":memory:")
    for name, spec in standard.tables().items():
        columns = ", ".join(f'"{one.name}" {"NUMERIC" if one.type in _NUMBERS else "TEXT"}' for one in spec.fields)
        connection.execute(f'CREATE TABLE "{name}" ({columns})')
        marks = ", ".join("?" * len(spec.fields))
        rows = [[_cell(row.get(column)) for column in spec.columns] for row in tables.get(name, ())]
        connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
    return connection


def _cell(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if value is None or isinstance(value, (int, str)) else str(value)
