"""Goals that are copies of each other: the same indicators with the same targets, or all but one.

parent, fields, least   the field of the goal, what makes two rows the same, and how many rows a goal must have
"""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.checks.data import Data, Row, label_of
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import listed
from openbudget.model.finding import Severity

Signature = tuple[tuple[str, ...], ...]


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    goals: dict[str, Signature] = {}
    for goal_id, rows in data.by("performance_indicators", "goal_id").items():
        printed = [row for row in rows if row.get("origin") != "sentence"]
        if len(printed) < rule.params["least"]:
            out.not_applicable("too_few_indicators")
        else:
            goals[str(goal_id)] = tuple(_row(row, rule.params["fields"]) for row in printed)
    exact: dict[Signature, list[str]] = {}
    for goal_id, signature in goals.items():
        exact.setdefault(signature, []).append(goal_id)
    copied = {goal_id for same in exact.values() if len(same) > 1 for goal_id in same}
    near = _near(exact)
    for same in exact.values():
        if len(same) > 1:
            _tell(data, out, same, None, None)
    for one, other in near:
        _tell(data, out, [one, other], Severity.NOTE, "copies_but_one")
    told = copied | {goal_id for pair in near for goal_id in pair}
    for _ in range(len(goals) - len(told)):
        out.passed()


def _near(exact: dict[Signature, list[str]]) -> list[tuple[str, str]]:
    """Pairs of goals that differ in one row only."""
    buckets: dict[object, list[tuple[int, str]]] = {}
    for order, (signature, same) in enumerate(exact.items()):
        for at in range(len(signature)):
            buckets.setdefault((at, signature[:at], signature[at + 1 :]), []).append((order, same[0]))
    pairs = {(group[0], other): None for group in buckets.values() for other in group[1:]}
    return [(one[1], other[1]) for one, other in sorted(pairs)]


def _row(row: Row, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple("".join(str(row.get(field) or "").split()) for field in fields)


def _tell(data: Data, out: Recorder, same: list[str], severity: Severity | None, message: str | None) -> None:
    goals: list[Row] = [data.row("performance_goals", goal_id) or {"id": goal_id} for goal_id in same]
    out.failed(
        ("performance_goals", goals[-1], None),
        key=[label_of(goal) for goal in goals],
        terms=[data.term("performance_goals", goal, "title") for goal in goals],
        severity=severity,
        message=message,
        goals=listed(f"“{label_of(goal)}”" for goal in goals),
        count=str(len(goals)),
    )
