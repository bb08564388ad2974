"""What a finding is about, in words of business: stable when rows move, are added or sorted otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from openbudget.checks.data import Row
from openbudget.model.digest import sha256

_KEYS: dict[str, tuple[str, ...]] = {
    "organizations": ("name",),
    "responsibilities": ("organization_id", "number", "text"),
    "budget_lines": (
        "organization_id", "fiscal_year", "stage", "statement", "flow", "item", "item_code", "fund_source",
        "expenditure_type", "function_code", "economic_code", "project",
    ),
    "comparisons": ("item_code", "base_year", "base_stage", "direction"),
    "performance_goals": ("organization_id", "scope", "number", "title"),
    "performance_indicators": ("goal_id", "level_1", "level_2", "level_3", "definition"),
    "procurement": ("organization_id", "project", "item", "catalogue_code"),
    "assets": ("organization_id", "as_of", "category_code", "item"),
    "staff": ("organization_id", "as_of", "item"),
    "sections": ("number", "title"),
    "glossary": ("term",),
    "sources": ("table", "row_id", "field"),
}  # fmt: skip


def business_key(table: str, row: Row) -> tuple[str, ...]:
    """The values that say what a row is; its id where they say nothing."""
    values = tuple(str(row.get(field) or "") for field in _KEYS.get(table, ()))
    return (table, *values) if any(values) else (table, str(row.get("id") or ""))


def fingerprint(rule: str, key: Iterable[str]) -> str:
    """Sixteen hex digits of the SHA-256 of rule and key."""
    return sha256("\x1f".join((rule, *key)).encode("utf-8", "surrogatepass"))[:16]
