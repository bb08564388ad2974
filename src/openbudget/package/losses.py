"""What a package has lost: tables, columns and cells that its descriptor promises and its files do not have."""

from __future__ import annotations

from openbudget.model.finding import Finding
from openbudget.package.reader import Package

# file missing, path refused, column missing, row too short, schema unusable, table of a key missing
RULES = frozenset({"STR-002", "STR-003", "STR-013", "STR-018", "SCH-001", "SCH-017"})


def losses(opened: Package) -> tuple[Finding, ...]:
    """The findings that speak of data that are not there: who computes without them gets other sums, and no error."""
    return tuple(one for one in opened.findings if one.rule in RULES and one.table is not None)
