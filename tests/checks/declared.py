"""The declarations of schema/checks, and the small tables of their examples."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from openbudget.checks.rule import Rule, rules_of
from openbudget.model.amount import UNITS

SCHEMA = Path(__file__).parents[2] / "schema"
_TWINS = {"amount_reported": "amount", "value_reported": "value", "change_reported": "change_amount"}
_NUMBERS = {"amount", "value", "change_amount", "change_percent", "quantity", "quota", "actual", "weight"}


@cache
def files() -> dict[str, Any]:
    """Every file of schema/checks by name."""
    return {path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted((SCHEMA / "checks").glob("*.yaml"))}


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, as declared (not as derived)."""
    return rules_of(entry for file in files().values() for entry in file["rules"])


def examples() -> list[tuple[str, int, str, dict[str, Any], dict[str, Any]]]:
    """File, number, rule id, example and defaults, for every example with tables."""
    return [
        (name, number, entry["id"], example, file.get("defaults", {}))
        for name, file in files().items()
        for entry in file["rules"]
        for number, example in enumerate(entry["examples"], 1)
        if "tables" in example
    ]


def rows_of(tables: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows that an example stands for: defaults, ids and exact amounts filled in."""
    return {
        table: [_row(row, defaults.get(table, {}), number) for number, row in enumerate(rows, 1)]
        for table, rows in tables.items()
    }


def _row(given: Mapping[str, Any], defaults: Mapping[str, Any], number: int) -> dict[str, Any]:
    row = {"id": f"r{number}", **defaults, **given}
    for reported, exact in _TWINS.items():
        if row.get(reported) is not None and exact not in row and row.get("unit_reported"):
            row[exact] = Decimal(row[reported]) * UNITS[row["unit_reported"]][1]
    for field, value in row.items():
        figure = field in _NUMBERS or field.startswith(("amount_", "unit_price", "project_"))
        if figure and field not in _TWINS and isinstance(value, (str, int)):
            row[field] = Decimal(value)
        elif field == "as_of":
            row[field] = datetime.date.fromisoformat(str(value))
    return row
