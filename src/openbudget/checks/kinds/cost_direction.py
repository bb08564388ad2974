"""A cost is to stay below its target: an indicator of cost with `≥` or `>` points the wrong way.

With a sum of money as target that is a fault; with another unit (a rate, a number of cases) the indicator is perhaps
no cost at all, which is worth a note.
"""

from __future__ import annotations

from openbudget.checks.data import Data, Row
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.finding import Severity

_COSTS = frozenset({"cost", "economic_cost", "social_cost", "ecological_cost"})


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    for row in data.rows("performance_indicators"):
        if not _is_cost(row):
            out.not_applicable("no_cost")
        elif row.get("operator") is None:
            out.not_evaluable("no_operator")
        elif row.get("operator") in (">=", ">"):
            money = _is_money(str(row.get("unit") or ""))
            out.failed(
                ("performance_indicators", row, "operator"),
                terms=[data.term("performance_indicators", row, "target_reported")],
                expected="<=",
                actual=str(row.get("operator")),
                severity=rule.severity if money else Severity.NOTE,
                message=None if money else "cost_direction_no_money",
                name=row.get("level_3") or row.get("definition") or row.get("level_2"),
                target=row.get("target_reported") or row.get("operator"),
                goal=_goal(data, row.get("goal_id")),
            )
        else:
            out.passed()


def _is_cost(row: Row) -> bool:
    codes = {row.get("level_1_code"), row.get("level_2_code")}
    return bool(codes & _COSTS) or any("成本" in str(row.get(field) or "") for field in ("level_1", "level_2"))


def _is_money(unit: str) -> bool:
    """Whether a unit is one of money, of something (`万元/人`, `元每吨`) or as such."""
    return any(word + behind in f"{unit}/" for word in "元万亿" for behind in "/每")


def _goal(data: Data, goal_id: object) -> str:
    goal = data.row("performance_goals", goal_id)
    return str((goal or {}).get("title") or goal_id or "")
