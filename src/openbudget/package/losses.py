"""What a package has lost: tables, columns and cells that its descriptor promises and its files do not have."""

from __future__ import annotations

from openbudget import standard
from openbudget.model.finding import Finding
from openbudget.package.reader import Package

# file missing, path refused, file empty, column missing, columns that have one name, row too long, row too short, quote
# left open, value of another type, value missing, schema unusable
RULES = frozenset(
    {
        "STR-002",
        "STR-003",
        "STR-012",
        "STR-013",
        "STR-016",
        "STR-017",
        "STR-018",
        "STR-020",
        "SCH-001",
        "SCH-002",
        "SCH-017",
    }
)


def losses(opened: Package) -> tuple[Finding, ...]:
    """The findings that speak of data that are not there: who computes without them gets other sums, and no error."""
    return tuple(one for one in opened.findings if one.rule in RULES and one.table is not None)


def blank(opened: Package) -> tuple[str, int, str] | None:
    """The first value that the standard requires and that is not there, or is no value of its field: table, number of the
    row, field."""
    for name, spec in standard.tables().items():
        needed = [field.name for field in spec.fields if field.required]
        for number, row in enumerate(opened.tables.get(name, ()), 1):
            for field in needed:
                if row[field] is None:
                    return name, number, field
    return None
