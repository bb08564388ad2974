"""Change any one figure that takes part in an identity: a check names it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from openbudget import checks, package
from openbudget.model.facts import Facts
from openbudget.model.finding import Finding
from openbudget.readers import read
from openbudget.recognise import recognise

SOURCE = next((Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget" / "source").iterdir())
# the figure as it counts, and its twin as printed
FIGURES = {
    "budget_lines": (("amount", "amount_reported"),),
    "comparisons": (("change_amount", "change_reported"),),
    "procurement": (
        ("quantity", None),
        ("unit_price", None),
        ("amount", None),
        ("amount_general_public_budget", None),
        ("project_funds", None),
    ),
    "assets": (("value", "value_reported"),),
}
# what stands alone: no other figure of the document says the same or adds up with it
ALONE = {
    ("comparisons", "narrative/three_public/2020"),  # the parts of this change are not printed
}
# what may be less: running costs of the agencies within those of all units, planned purchases within procurement, offices
# within buildings
BOUNDED = {
    ("budget_lines", "agency_operation/agency_operation"),
    ("budget_lines", "state_assets/assets.planned_purchase"),
    ("assets", "buildings.office"),
}


@cache
def told() -> tuple[Mapping[str, Any], Facts]:
    disclosure = recognise([read(SOURCE.name, SOURCE.read_bytes())])
    return package.tables_of(disclosure), disclosure.facts


def names(findings: list[Finding]) -> set[tuple[str | None, str | None]]:
    """The rows that findings speak of, by themselves or as a term."""
    found = {(finding.table, finding.row_id) for finding in findings}
    return found | {(term.table, term.row_id) for finding in findings for term in finding.terms}


def figures() -> list[tuple[str, int, str, str | None]]:
    tables, _ = told()
    return [
        (table, at, field, twin)
        for table, fields in FIGURES.items()
        for at, row in enumerate(tables[table])
        for field, twin in fields
        if row.get(field) is not None and (table, row["id"]) not in ALONE
    ]


@pytest.mark.parametrize("delta", [Decimal("0.5"), Decimal(10), Decimal(-1000)])
@pytest.mark.parametrize(("table", "at", "field", "twin"), figures(), ids=str)
def test_a_changed_figure_is_named(table: str, at: int, field: str, twin: str | None, delta: Decimal) -> None:
    tables, facts = told()
    before = {finding.fingerprint + str(finding.difference) for finding in checks.run(tables, facts)[0]}
    changed = copy.deepcopy({name: list(rows) for name, rows in tables.items()})
    row = changed[table][at]
    if delta < 0 and (table, row["id"]) in BOUNDED:
        pytest.skip("a figure that may be less")
    unit = Decimal(1) if field == "quantity" else Decimal(10000)
    row[field] = row[field] + delta * unit
    printed = (
        str(Decimal(row[twin]) + delta * (-1 if field == "change_amount" and row["direction"] == "decrease" else 1))
        if twin
        else None
    )
    if twin:
        row[twin] = printed
    for source in changed["sources"]:
        if (source["table"], source["row_id"]) == (table, row["id"]) and source["field"] in (field, twin):
            source["printed"] = printed or str(row[field] / unit)
    findings, _ = checks.run(changed, facts)
    fresh = [finding for finding in findings if finding.fingerprint + str(finding.difference) not in before]
    assert (table, row["id"]) in names(fresh)
