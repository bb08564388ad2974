"""Rules as SQL for an auditor: run on the SQLite form of one package, each gives the rows on which the rule fails.

The first column, `row_id`, is what a finding of the rule is about. SQL computes with floating point, so two sides that
differ by less than a millionth of a yuan count as equal.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from openbudget.checks.rule import Rule

_BY_KIND = {
    "identity": "identity",
    "parts": "parts",
    "code_levels": "parts",
    "constant": "parts",
    "same_figure": "same_figure",
    "columns": "columns",
    "columns_of_which": "columns",
    "shares": "shares",
}


def statement(rule: Rule) -> str | None:
    """The SQL of a rule; None for kinds that search text by patterns or look into code lists."""
    module = import_module(f"openbudget.checks.sql.{_BY_KIND.get(rule.kind, 'simple')}")
    build: Callable[[Rule], str | None] = getattr(module, rule.kind, lambda _: None)
    return build(rule)
