"""Vehicles on the books, and no money to run them: worth a look (the reason may be stated: 公务用车 held in a pool)."""

from __future__ import annotations

from openbudget.checks.data import Data
from openbudget.checks.figures import decimal
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import show


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    running = [row for row in data.rows("budget_lines") if row.get("item_code") == "three_public.vehicles.operation"]
    known = [row for row in running if row.get("amount") is not None]
    for row in data.rows("assets"):
        quantity = decimal(row.get("quantity"))
        if row.get("category_code") != "vehicles" or not quantity:
            continue
        if not known:
            out.not_evaluable("blank_operand")
        elif any(line.get("amount") for line in known):
            out.passed()
        else:
            out.failed(
                ("assets", row, "quantity"),
                terms=[data.term("assets", row, "quantity"), data.term("budget_lines", known[0], "amount")],
                actual=quantity,
                quantity=show(quantity, None),
            )
            return None
    return None
