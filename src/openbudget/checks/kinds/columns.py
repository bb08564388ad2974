"""The columns of a row add up to its total: 合计 is 基本支出 and 项目支出, or the funds.

where   the rows that are looked at
axes    field that tells columns apart → the equation of its values (a blank is `total`)

Rows are those of one statement that differ in nothing but that field. A row of which a column declares the total as its
parent is left to `parts`. A column of which only part is meant (see `columns_of_which`) is none of those that add up. Where the columns do not make up the total in most rows of a statement, they are not all of it
(a column may not have been understood), and nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openbudget import standard
from openbudget.checks.data import Data, Row, matches
from openbudget.checks.expression import Equation, Operand, evaluate, names_of, parse
from openbudget.checks.judge import Cell, judge
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.finding import Outcome
from openbudget.model.value import Value

TABLE = "budget_lines"
TOTAL = "total"
STATEMENT = ("organization_id", "fiscal_year", "stage", "statement", "flow")
ROW = ("item", "function_code", "economic_code", "economic_scheme", "project")
AXES = ("fund_source", "expenditure_type")
LABELS = ("item", "function_code", "economic_code", "project")

Cells = Mapping[str, Row]  # of one row, by column


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    met = False
    for axis, declared in rule.params["axes"].items():
        equation = parse(declared)
        for rows in _statements(rule, data, axis, equation):
            met = True
            tried = out.trial()
            for cells in rows:
                _add_up(tried, axis, equation, cells)
            if 2 * tried.outcomes[Outcome.FAIL] >= len(rows):
                out.not_applicable("columns_not_all", len(rows))
            else:
                out.take(tried)
    if not met:
        out.not_applicable("one_column")


def tell(rule: Rule, out: Recorder, about: int, rows: Sequence[Row | None]) -> None:
    """How one row comes out along an axis, of which the cells are known, in the order of the equation's names."""
    axis, declared = list(rule.params["axes"].items())[about]
    equation = parse(declared)
    names = zip(equation.names, rows, strict=True)
    _add_up(out, axis, equation, {name: row for name, row in names if row is not None})


def _statements(rule: Rule, data: Data, axis: str, equation: Equation) -> Iterator[Sequence[Cells]]:
    """The rows of each statement that have a total and columns of it."""
    others = tuple(name for name in AXES if name != axis)
    statements: dict[tuple[Value, ...], dict[tuple[Value, ...], list[Row]]] = {}
    for row in data.rows(TABLE):
        if matches(row, rule.params["where"]):
            statement = tuple(row.get(name) for name in STATEMENT)
            key = tuple(row.get(name) for name in (*ROW, *others))
            statements.setdefault(statement, {}).setdefault(key, []).append(row)
    parts = frozenset(names_of(equation.right))
    which = columns_of_which(data)
    for statement, rows in statements.items():
        aside = [column for column, _ in which.get(statement, ())]
        given = (
            rows.values()
            if not aside
            else [[row for row in each if column_of(row) not in aside] for each in rows.values()]
        )
        found = [cells for each in given if (cells := _cells(each, axis, parts)) is not None]
        if found:
            yield found


Column = tuple[Value, ...]  # fund source and expenditure type


def column_of(row: Row) -> Column:
    """The column of a statement that a row stands in."""
    return tuple(row.get(name) for name in AXES)


def columns_of_which(data: Data) -> Mapping[tuple[Value, ...], Sequence[tuple[Column, Column]]]:
    """By statement: its columns of which only part is meant (其中), each with the column that it is part of. A row of such
    a column says so, and its parent stands beside it."""

    def build() -> dict[tuple[Value, ...], list[tuple[Column, Column]]]:
        found: dict[tuple[Value, ...], list[tuple[Column, Column]]] = {}
        for row in data.by(TABLE, "of_which").get(True, ()):
            whole = data.row(TABLE, row.get("parent_id"))
            if whole is not None and is_beside(row, whole):
                pairs = found.setdefault(tuple(row.get(name) for name in STATEMENT), [])
                pair = (column_of(row), column_of(whole))
                if pair not in pairs:
                    pairs.append(pair)
        return found

    return data.keep("columns of which", build)


def is_beside(row: Row, whole: Row) -> bool:
    """Whether two cells stand in one row of a statement, in different columns."""
    return column_of(row) != column_of(whole) and all(row.get(name) == whole.get(name) for name in LABELS)


def _cells(rows: Sequence[Row], axis: str, parts: frozenset[str]) -> Cells | None:
    cells = {str(row.get(axis) or TOTAL): row for row in rows}
    whole = cells.get(TOTAL)
    beside = [cells[name] for name in cells if name in parts]
    if whole is None or not beside or len(cells) < len(rows):
        return None
    return None if any(row.get("parent_id") == whole.get("id") for row in beside) else cells


def _add_up(out: Recorder, axis: str, equation: Equation, cells: Cells) -> None:
    columns = standard.codelist(axis)

    def lookup(name: str, every: bool) -> list[Operand]:
        row, column = cells.get(name), columns.get(name)
        if row is None:
            return []
        handle = Cell(TABLE, row, "amount", column=name if column is None else column.title_zh)
        return [Operand(handle, out.data.figure(TABLE, row, "amount"))]

    judge(out, evaluate(equation.left, lookup), equation.relation, evaluate(equation.right, lookup))
