"""What goals must have.

test     `indicators`: a goal has indicators, as rows or as a sentence · `amounts`: all goals of a scope state an
         amount, or none does
scopes   the scopes that are looked at
"""

from __future__ import annotations

from openbudget.checks.data import Data, Row, label_of
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    goals = [row for row in data.rows("performance_goals") if row.get("scope") in rule.params["scopes"]]
    if not goals:
        return out.not_applicable("no_such_goals")
    if rule.params["test"] == "amounts":
        return _amounts(goals, data, out)
    measured = data.by("performance_indicators", "goal_id")
    for goal in goals:
        if goal.get("id") in measured or goal.get("indicator_text"):
            out.passed()
        else:
            out.failed(("performance_goals", goal, None), goal=label_of(goal))
    return None


def _amounts(goals: list[Row], data: Data, out: Recorder) -> None:
    stated = [goal for goal in goals if goal.get("amount") is not None]
    if len(stated) == len(goals):
        return out.passed()
    if len(goals) == 1:
        return out.not_applicable("one_goal")
    return out.failed(
        ("performance_goals", goals[0], "amount"),
        key=["amounts"],
        terms=[data.term("performance_goals", goal, "amount") for goal in stated],
        expected=str(len(goals)),
        actual=str(len(stated)),
        stated=str(len(stated)),
        goals=str(len(goals)),
    )
