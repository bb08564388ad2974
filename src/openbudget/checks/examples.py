"""The examples of a rule as tables: what is declared in short is filled in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openbudget.checks.data import Row
from openbudget.model.amount import UNITS
from openbudget.model.value import Value

_TWINS = {"amount_reported": "amount", "value_reported": "value", "change_reported": "change_amount"}
_NUMBERS = frozenset(
    {"amount", "value", "change_amount", "change_percent", "quantity", "quota", "actual", "weight", "share_percent"}
)


def tables_of(declared: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The rows that the tables of an example stand for.

    Each row takes the `defaults` of its table, an id (`r1`, `r2` …) where it has none, and the exact amount where it
    gives only the printed figure and its unit.
    """
    return {table: _rows(rows, defaults.get(table, {})) for table, rows in declared.items()}


def _rows(rows: Sequence[Mapping[str, Any]], defaults: Mapping[str, Any]) -> list[Row]:
    return [_row({"id": f"r{number}", **defaults, **row}) for number, row in enumerate(rows, 1)]


def _row(row: dict[str, Any]) -> Row:
    for reported, exact in _TWINS.items():
        if row.get(reported) is not None and exact not in row and row.get("unit_reported"):
            row[exact] = Decimal(row[reported]) * UNITS[row["unit_reported"]][1]
    return {field: _value(field, value) for field, value in row.items()}


def _value(field: str, value: Any) -> Value:
    figure = field in _NUMBERS or field.startswith(("amount_", "unit_price", "project_"))
    if figure and field not in _TWINS and isinstance(value, (str, int)):
        return Decimal(value)
    if field == "as_of" and value is not None:
        return datetime.date.fromisoformat(str(value))
    typed: Value = value
    return typed
