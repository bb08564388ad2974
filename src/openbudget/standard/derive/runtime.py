"""What the program loads at run time: standard.json, and the examples of the checks apart from it."""

from __future__ import annotations

from typing import Any

from openbudget.standard.derive.sources import Declarations


def standard(declared: Declarations) -> dict[str, Any]:
    """Fields, tables, the registry of the code lists, and the checks without their examples."""
    rules = [rule for file in declared.checks.values() for rule in file["rules"]]
    return {
        "version": declared.version,
        "fields": dict(declared.fields),
        "tables": {name: _table(spec) for name, spec in declared.tables.items()},
        "codelists": {name: _codelist(entry) for name, entry in declared.codelists.items()},
        "check_groups": {file["group"]: {"title": file["title"]} for file in declared.checks.values()},
        "checks": [
            {key: value for key, value in rule.items() if key != "examples"}
            for rule in sorted(rules, key=lambda rule: rule["id"])
        ],
    }


def check_examples(declared: Declarations) -> dict[str, Any]:
    """Rule id → its examples, and what every example row of the file has."""
    return {
        rule["id"]: {"defaults": file.get("defaults", {}), "examples": rule["examples"]}
        for file in declared.checks.values()
        for rule in file["rules"]
    }


def _table(spec: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key != "name"}


def _codelist(entry: dict[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in entry.items() if key != "kind"}
    return {**made, "closed": entry["kind"] == "closed"}
