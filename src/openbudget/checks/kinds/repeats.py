"""A value that merely repeats another of its row says nothing.

table, field, other   the value, and what it must not repeat
"""

from __future__ import annotations

import re

from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule

_NOISE = re.compile(r"[\s。.；;，,]+")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    table, field, other = (rule.params[name] for name in ("table", "field", "other"))
    for row in data.rows(table):
        value, repeated = row.get(field), row.get(other)
        if not value or not repeated:
            out.not_evaluable("blank_operand")
        elif _NOISE.sub("", str(value)) != _NOISE.sub("", str(repeated)):
            out.passed()
        else:
            goal = data.row("performance_goals", row.get("goal_id")) or {}
            out.failed(
                (table, row, field),
                terms=[data.term(table, row, field)],
                actual=str(value),
                value=value,
                goal=goal.get("title") or row.get("goal_id") or "",
            )
