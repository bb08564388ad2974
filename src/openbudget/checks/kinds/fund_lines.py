"""Revenue from a fund is spent somewhere: it has lines of expenditure, or a statement of its own.

funds   fund source → its statement
"""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.checks.data import Data, Row
from openbudget.checks.figures import decimal
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import common_unit, show, unit_names


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    lines = data.rows("budget_lines")
    for about, (fund, statement) in enumerate(rule.params["funds"].items()):
        revenue = [row for row in lines if row.get("flow") == "revenue" and _is_of(row, fund)]
        row = next((row for row in revenue if decimal(row.get("amount"))), None)
        if row is None:
            out.not_applicable("no_fund_revenue")
            continue
        spent = any(
            line.get("fund_source") == fund or line.get("statement") == statement
            for line in lines
            if line.get("flow") == "expenditure"
        )
        if spent:
            out.passed()
            continue
        tell(rule, out, about, [row])


def tell(rule: Rule, out: Recorder, about: int, rows: Sequence[Row]) -> None:
    """Tell revenue from a fund (the row) that is spent nowhere."""
    row, amount = rows[0], decimal(rows[0].get("amount"))
    unit = common_unit([row.get("unit_reported")])
    assert amount is not None
    out.failed(
        ("budget_lines", row, "amount"),
        terms=[out.data.term("budget_lines", row, "amount")],
        actual=amount,
        label=row.get("item") or list(rule.params["funds"])[about],
        amount=show(amount, unit),
        unit=unit_names(unit),
    )


def _is_of(row: Row, fund: str) -> bool:
    code = str(row.get("item_code"))
    return code == f"revenue.{fund}" or (row.get("fund_source") == fund and code.startswith("revenue"))
