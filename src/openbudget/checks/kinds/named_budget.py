"""The budget that a purchase is paid from is the one stated for it elsewhere in the document.

A project named 公用经费 is the public funds of the basic expenditure; any other name is looked for among the projects
and goals that state an amount.

    public   words that stand for public funds
"""

from __future__ import annotations

from collections.abc import Iterable

from openbudget.checks.data import Data, Row
from openbudget.checks.expression import Operand, side_of
from openbudget.checks.figures import agree
from openbudget.checks.judge import Cell, judge, operands
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    told: set[tuple[object, object]] = set()
    for row in data.rows("procurement"):
        name = "".join(str(row.get("project") or "").split())
        if not name or row.get("project_funds") is None:
            out.not_applicable("no_project_funds")
            continue
        if (name, row.get("project_funds")) in told:
            continue
        told.add((name, row.get("project_funds")))
        stated = list(_public(data) if any(word in name for word in rule.params["public"]) else _named(data, name))
        if not stated:
            out.not_applicable("no_such_budget")
            continue
        left = operands(out, "procurement", [row], "project_funds")[0]
        assert left.number is not None
        number = left.number
        right = next((one for one in stated if one.number and agree(number, one.number, True)), stated[0])
        judge(out, side_of([left]), "=", side_of([right]))


def _public(data: Data) -> Iterable[Operand]:
    lines = data.by("budget_lines", "item_code")
    columns = [*lines.get("expenditure", ()), *lines.get("expenditure.current", ())]
    of_all = [row for row in columns if row.get("expenditure_type") == "public"]
    for row in [*lines.get("expenditure.basic.public", ()), *of_all]:
        yield from _known(data, "budget_lines", row)


def _named(data: Data, name: str) -> Iterable[Operand]:
    for row in data.rows("budget_lines"):
        if "".join(str(row.get("project") or "").split()) == name:
            yield from _known(data, "budget_lines", row)
    for row in data.rows("performance_goals"):
        if "".join(str(row.get("title") or "").split()) == name:
            yield from _known(data, "performance_goals", row)


def _known(data: Data, table: str, row: Row) -> Iterable[Operand]:
    number = data.figure(table, row, "amount")
    if number is not None:
        yield Operand(Cell(table, row, "amount"), number)
