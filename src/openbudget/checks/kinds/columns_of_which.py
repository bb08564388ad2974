"""A column of which only part is meant (其中：财政拨款) is no more, in any row, than the column that it is part of.

Which columns these are, a row of theirs says (`of_which`, with the cell beside it as its parent); that row is left to
`parts`. A negative figure may make up for others: nothing is told of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from openbudget.checks.data import Data, Row
from openbudget.checks.expression import side_of
from openbudget.checks.judge import judge, operands
from openbudget.checks.kinds.columns import LABELS, STATEMENT, TABLE, column_of, columns_of_which
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.value import Value


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    if not columns_of_which(data):
        return out.not_applicable("no_columns_of_which")
    for part, whole in _pairs(data):
        left, right = (side_of(operands(out, TABLE, [row], "amount")) for row in (part, whole))
        if any(side.terms[0][1].number is not None and side.number.value < 0 for side in (left, right)):
            out.not_applicable("negative_part")
        else:
            judge(out, left, "<=", right)


def _pairs(data: Data) -> Iterator[tuple[Row, Row]]:
    """The cells of these columns with the cells beside them that they are part of."""
    of_which = columns_of_which(data)
    cells: dict[tuple[tuple[Value, ...], ...], list[Row]] = {}
    for row in data.rows(TABLE):
        statement = tuple(row.get(name) for name in STATEMENT)
        if statement in of_which:
            cells.setdefault((statement, tuple(row.get(name) for name in LABELS), column_of(row)), []).append(row)
    for (statement, labels, column), rows in cells.items():
        for part, whole in of_which[statement]:
            beside = cells.get((statement, labels, whole), ())
            if part == column and len(rows) == len(beside) == 1 and rows[0].get("parent_id") != beside[0].get("id"):
                yield rows[0], beside[0]
