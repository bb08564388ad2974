"""The weights of one goal's indicators add up to one of the usual totals.

totals   by which they may (100; 90 where 10 points are kept for the execution of the budget)
"""

from __future__ import annotations

from decimal import Decimal

from openbudget.checks.data import Data, label_of
from openbudget.checks.figures import ZERO, decimal
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import show


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    totals = [Decimal(total) for total in rule.params["totals"]]
    for goal_id, rows in data.by("performance_indicators", "goal_id").items():
        weights = [decimal(row.get("weight")) for row in rows]
        known = [weight for weight in weights if weight is not None]
        if not known:
            out.not_applicable("no_weights")
        elif len(known) < len(weights) and sum(known, ZERO) not in totals:
            out.not_evaluable("blank_operand")
        elif sum(known, ZERO) in totals:
            out.passed()
        else:
            total = sum(known, ZERO)
            goal = data.row("performance_goals", goal_id) or {"id": goal_id}
            out.failed(
                ("performance_goals", goal, None),
                terms=[data.term("performance_indicators", row, "weight") for row in rows],
                expected=totals[0],
                actual=total,
                difference=total - totals[0],
                goal=label_of(goal),
                total=show(total, None),
                totals="/".join(str(one) for one in totals),
            )
