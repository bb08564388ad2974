"""The engine as a whole: real packages, what one changed figure does, fingerprints, last year, kinds."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from openbudget.checks import kinds, run
from openbudget.checks.data import is_money
from openbudget.checks.engine import kind
from openbudget.checks.examples import tables_of
from openbudget.checks.rule import STRUCTURE
from openbudget.model.amount import UNITS
from openbudget.model.finding import Finding, Outcome
from openbudget.package import open_package

from .declared import examples, rules

PACKAGE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"
ARITHMETIC = ("SUM", "XTB", "TXT", "YOY", "PRC", "AST")
Tables = dict[str, list[dict[str, Any]]]


def tables() -> Tables:
    return {name: [dict(row) for row in rows] for name, rows in open_package(PACKAGE).tables.items()}


def facts() -> Mapping[str, Any]:
    return open_package(PACKAGE).facts


def arithmetic(given: Tables) -> list[Finding]:
    chosen = [rule for rule in rules() if rule.group in ARITHMETIC]
    return list(run(given, facts(), rules=chosen)[0])


def test_the_seed_has_its_faults_and_no_others() -> None:
    findings, runs = run(tables(), facts())
    found = sorted({(finding.rule, str(finding.severity)) for finding in findings})
    assert found == [
        ("AST-003", "note"),
        ("COD-003", "warning"),
        ("DOC-001", "warning"),
        ("DOC-002", "warning"),
        ("DOC-003", "warning"),
        ("DOC-004", "warning"),
        ("DOC-005", "note"),
        ("DOC-008", "note"),
        ("PRF-002", "note"),
        ("PRF-002", "warning"),
        ("PRF-004", "note"),
        ("PRF-004", "warning"),
        ("PRF-005", "note"),
        ("PRF-008", "note"),
        ("YOY-001", "warning"),
    ]
    (change,) = [finding for finding in findings if finding.rule == "YOY-001"]
    assert (change.actual, change.expected, change.difference, change.tolerance) == ("70100", "66700", "3400", "600")
    assert [(term.sign, term.value) for term in change.terms] == [
        ("+", Decimal(-1093000)),
        ("+", Decimal(1159700)),
        ("=", Decimal(70100)),
    ]
    assert all(term.file and term.place and term.printed for term in change.terms)
    assert {run.rule for run in runs} >= {rule.id for rule in rules() if rule.kind != STRUCTURE}
    assert all(run.ran or run.reasons for run in runs)


def _figures(given: Tables) -> Iterator[tuple[str, int, str]]:
    """Every money figure and count that stands in the tables: table, position of the row, field."""
    for table, fields in {
        "budget_lines": ("amount",),
        "comparisons": ("change_amount",),
        "procurement": ("amount", "quantity", "unit_price", "amount_general_public_budget", "project_funds"),
        "assets": ("value",),
    }.items():
        for number, row in enumerate(given[table]):
            yield from ((table, number, field) for field in fields if row.get(field) is not None)


def _change(given: Tables, table: str, number: int, field: str, by: Decimal) -> None:
    """Change a figure as if it had been printed so: the printed twin follows."""
    row = given[table][number]
    row[field] += by
    scale = UNITS[row["unit_reported"]][1] if is_money(table, field) else Decimal(1)
    twin = {"amount": "amount_reported", "value": "value_reported", "change_amount": "change_reported"}.get(field)
    if twin in row and row[twin] is not None:
        decimals = len(str(row[twin]).partition(".")[2])
        row[twin] = f"{abs(row[field] / scale):.{decimals}f}"


def test_any_one_changed_figure_is_named() -> None:
    """Each figure, made 11 万元 (or 11 pieces) larger: a finding that was not there has it as a term."""
    before = {finding.fingerprint for finding in arithmetic(tables())}
    silent = []
    for table, number, field in _figures(tables()):
        given = tables()
        by = Decimal(110_000) if is_money(table, field) else Decimal(11)
        _change(given, table, number, field, by)
        row_id = given[table][number]["id"]
        named = [
            finding
            for finding in arithmetic(given)
            if finding.fingerprint not in before or finding.rule == "YOY-001"
            if any((term.table, term.row_id, term.field) == (table, row_id, field) for term in finding.terms)
        ]
        if not named:
            silent.append((table, str(given[table][number].get("item_code") or row_id), field))
    assert silent == []


@pytest.mark.parametrize("field", ["amount", "amount_reported"])
def test_an_amount_and_its_printed_figure_belong_together(field: str) -> None:
    given = tables()
    row = given["budget_lines"][3]
    row[field] = row[field] + 1 if field == "amount" else "1" + row[field]
    assert "PRV-004" in {finding.rule for finding in run(given, facts())[0]}


def test_fingerprints_do_not_depend_on_order_or_neighbours() -> None:
    before = {finding.fingerprint for finding in run(tables(), facts())[0]}
    given = tables()
    for name in ("budget_lines", "comparisons", "procurement", "assets", "sources"):
        given[name].reverse()
    after = {finding.fingerprint for finding in run(given, facts())[0]}
    assert before == after
    assert len(before) == len(run(tables(), facts())[0])


def test_last_years_package_is_held_against_the_changes() -> None:
    given, last = tables(), tables()
    for row in last["budget_lines"]:
        row["fiscal_year"] -= 1
    findings, runs = run(given, facts(), previous=last)
    found = [finding for finding in findings if finding.rule == "YOY-005"]
    assert len(found) == 4
    by_item = {finding.terms[0].label: finding for finding in found}
    assert by_item["基本支出"].expected == "5074000"
    assert by_item["基本支出"].actual == str(5074000 + 1093000)
    assert next(run for run in runs if run.rule == "YOY-005").outcomes[Outcome.FAIL] == 4


def test_every_kind_is_used_and_can_run() -> None:
    modules = {module.name for module in pkgutil.iter_modules(kinds.__path__)}
    assert modules == {rule.kind for rule in rules() if rule.kind != STRUCTURE}
    assert all(callable(kind(name).run) for name in modules)


def test_nothing_at_all_is_never_green() -> None:
    _, runs = run({})
    assert not any(run.ran for run in runs if run.rule not in ("DOC-001",))


def test_the_columns_of_a_row_are_told_apart_and_one_figure_is_no_sum() -> None:
    chosen = [rule for rule in rules() if rule.id == "SUM-014"]
    example, defaults = next(
        (example, defaults)
        for _, _, rule, example, defaults in examples()
        if rule == "SUM-014" and example["outcome"] == "fail"
    )
    given = tables_of(example["tables"], defaults)
    ((finding,), _) = run(given, rules=chosen)
    assert [term.label for term in finding.terms] == ["行政运行·基本支出", "行政运行·项目支出", "行政运行·合计"]
    assert "各栏之和为 20 + 10 = 30 万元" in finding.message["zh"]
    first, _, *rest = given["budget_lines"]
    ((finding,), _) = run({**given, "budget_lines": [first, *rest]}, rules=chosen)
    assert "各栏之和为 10 万元" in finding.message["zh"]
