"""A value that merely repeats another of its row says nothing.

table, field, others   the value, and what it must not repeat
"""

from __future__ import annotations

from openbudget import standard
from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule

_NOISE = str.maketrans("", "", "。.；;，,")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    table, field, others = (rule.params[name] for name in ("table", "field", "others"))
    for row in data.rows(table):
        value = row.get(field)
        stated = [other for other in others if row.get(other)]
        if not value or not stated:
            out.not_evaluable("blank_operand")
            continue
        plain = _plain(value)
        repeated = next((other for other in stated if _plain(row[other]) == plain), None)
        if repeated is None:
            out.passed()
            continue
        goal = data.row("performance_goals", row.get("goal_id")) or {}
        out.failed(
            (table, row, field),
            terms=[data.term(table, row, repeated), data.term(table, row, field, "=")],
            actual=str(value),
            value=str(value),
            goal=goal.get("title") or row.get("goal_id") or "",
            repeated=standard.field(table, repeated).title,
        )


def _plain(value: object) -> str:
    return "".join(str(value).split()).translate(_NOISE)
