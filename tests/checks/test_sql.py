"""The SQL of a rule finds what the engine finds: on every example, and on a real package with figures changed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from openbudget.checks import Rule, run, sql
from openbudget.checks.examples import tables_of
from openbudget.package import open_package

from .database import database
from .declared import examples, rules

PACKAGE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"
WITH_SQL = {rule.id: rule for rule in rules() if sql.statement(rule) is not None}
EXAMPLES = [example[2:] for example in examples() if example[2] in WITH_SQL]


def _same(rule: Rule, tables: Mapping[str, Sequence[Mapping[str, Any]]], facts: Any = None) -> int:
    findings, _ = run(tables, facts, rules=[rule])
    text = sql.statement(rule)
    assert text is not None
    found = sorted(str(row[0]) for row in database(tables).execute(text))
    assert found == sorted(str(finding.row_id) for finding in findings), rule.id
    return len(found)


@pytest.mark.parametrize(("rule", "example", "defaults"), EXAMPLES, ids=[f"{e[0]}-{n}" for n, e in enumerate(EXAMPLES)])
def test_examples(rule: str, example: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    found = _same(WITH_SQL[rule], tables_of(example["tables"], defaults), example.get("facts"))
    assert bool(found) == (example["outcome"] == "fail")


def test_most_rules_have_sql() -> None:
    arithmetic = [rule.id for rule in rules() if rule.group in ("SUM", "XTB", "TXT", "AST", "PRC")]
    assert not [rule for rule in arithmetic if rule not in WITH_SQL and rule not in ("PRC-004", "AST-002")]


@pytest.mark.parametrize("seed", range(12))
def test_a_real_package_with_figures_changed(seed: int) -> None:
    chance = random.Random(seed)
    tables = {name: [dict(row) for row in rows] for name, rows in open_package(PACKAGE).tables.items()}
    for row in chance.sample(tables["budget_lines"], 4) + chance.sample(tables["assets"], 1):
        for field in ("amount", "value"):
            if isinstance(row.get(field), Decimal):
                row[field] += chance.choice([-1, 1]) * Decimal(chance.choice([100, 10_000, 1_000_000]))
    for row in chance.sample(tables["procurement"], 2):
        row[chance.choice(["amount", "quantity", "unit_price", "project_funds"])] *= 2
    assert sum(_same(rule, tables) for rule in WITH_SQL.values())


def test_a_minus_sign_behind_no_word_is_no_fault() -> None:
    """A comparison without a direction, or with one that is none, is told as such; it says neither more nor less."""
    change = {"change_amount": None, "change_reported": Decimal("-7.2"), "unit_reported": "wan_yuan"}
    words = (None, "sideways", "decrease")
    rows = [{**change, "id": str(number), "direction": word} for number, word in enumerate(words)]
    assert _same(WITH_SQL["YOY-002"], {"comparisons": rows}) == 1
