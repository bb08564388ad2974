"""A figure that repeats on every row of a group is the same on all of them.

table, per, field   the group, and the figure
"""

from __future__ import annotations

from openbudget.checks.data import Data, Row
from openbudget.checks.expression import side_of
from openbudget.checks.judge import judge, operands
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.value import Value


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    table, field = rule.params["table"], rule.params["field"]
    groups: dict[tuple[Value, ...], list[Row]] = {}
    for row in data.rows(table):
        key = tuple(row.get(name) for name in rule.params["per"])
        if row.get(field) is not None and None not in key:
            groups.setdefault(key, []).append(row)
    if not any(len(rows) > 1 for rows in groups.values()):
        out.not_applicable("printed_once")
    for first, *others in groups.values():
        for row in others:
            left, right = operands(out, table, [row, first], field)
            judge(out, side_of([left]), "=", side_of([right]))
