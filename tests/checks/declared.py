"""The declarations of schema/checks, and their examples."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from openbudget.checks.rule import Rule, rules_of

SCHEMA = Path(__file__).parents[2] / "schema"


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
