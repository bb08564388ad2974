"""Parts add up to their whole, along the parents that the table declares.

    table, parent, values   the table, the field that names a row's whole, the figures to add
    total                   categories of a row that is the whole of all rows without parent (where none declares it)

Parts that say so (`of_which`), parts introduced by 其中, parts of a row that is no total, and a single part in a sentence
need not be all of it: they are no more than it, unless one of these figures is negative, which could make up for others.
In budget_lines the parts of a cell are told apart by axis: the rows below it in its column, and the columns beside it in
its row; each column of which only part is meant is held against the cell by itself, since two may overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openbudget.checks.data import Data, Row, label_of
from openbudget.checks.expression import side_of
from openbudget.checks.judge import cells_of, judge, operands
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule

_SAME_ROW = ("item", "function_code", "project")
_COLUMN = ("fund_source", "expenditure_type")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    table, parent = rule.params["table"], rule.params["parent"]
    families = list(_families(data, table, parent))
    if not families:
        families = list(_under_total(data, table, rule.params.get("total", ())))
    if not families:
        out.not_applicable("no_parents")
    for whole, parts in families:
        for value in rule.params["values"]:
            _add_up(out, table, value, whole, parts)


def tell(rule: Rule, out: Recorder, about: int, rows: Sequence[Row]) -> None:
    """How one whole (the first row) and its parts come out."""
    _add_up(out, rule.params["table"], rule.params["values"][about], rows[0], rows[1:])


def _families(data: Data, table: str, parent: str) -> Iterator[tuple[Row, Sequence[Row]]]:
    for row_id, children in data.by(table, parent).items():
        whole = data.row(table, row_id) if row_id is not None else None
        if whole is not None:
            for parts in _axes(data, table, whole, children) if table == "budget_lines" else [children]:
                yield whole, parts


def _under_total(data: Data, table: str, totals: Sequence[str]) -> Iterator[tuple[Row, Sequence[Row]]]:
    groups: dict[tuple[object, object], list[Row]] = {}
    for row in data.rows(table):
        if row.get("parent_id") is None:
            groups.setdefault((row.get("organization_id"), row.get("as_of")), []).append(row)
    for whole, *parts in groups.values():
        if parts and (whole.get("category_code") or whole.get("category")) in totals:
            yield whole, parts


def _axes(data: Data, table: str, whole: Row, children: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Groups of children that each make up the whole: below it, and beside it. In a sentence a child that only differs
    in its kind of expenditure does not add up with one that only differs in its funds."""
    axes: dict[tuple[object, ...], list[Row]] = {}
    for child in children:
        changed = tuple(field for field in _COLUMN if child.get(field) != whole.get(field))
        beside = all(child.get(field) == whole.get(field) for field in _SAME_ROW)
        code, above = child.get("economic_code"), whole.get("economic_code")  # classes, and their lines, can be columns
        beside = beside and (above is None or str(code or "").startswith(str(above)))
        if beside and child.get("item_code") != whole.get("item_code"):
            changed = ("item_code",)  # the columns 本年收入 and 上年结转 beside 合计
        kind = changed == ("expenditure_type",) and data.in_sentence(table, child, "amount") is not False
        which = child.get("of_which") is True
        own = child.get("id") if which and beside else None
        axes.setdefault((beside, changed if beside else kind, which, own), []).append(child)
    yield from axes.values()


def _add_up(out: Recorder, table: str, value: str, whole: Row, parts: Sequence[Row]) -> None:
    left = side_of(operands(out, table, [whole], value))
    right = side_of(operands(out, table, parts, value))
    if left.blanks and right.blanks == len(right.terms):
        return  # the table has no such figures here at all
    if cells_of(left, right) in out.data.claimed:
        return out.not_applicable("told_by_identity")
    if _of_which(whole, parts) or (len(parts) == 1 and out.data.in_sentence(table, parts[0], value)):
        if any(operand.number is not None and operand.number.value < 0 for _, operand in (*left.terms, *right.terms)):
            return out.not_applicable("negative_part")
        judge(out, right, "<=", left, (table, whole, value))
    else:
        judge(out, left, "=", right)


def _of_which(whole: Row, parts: Sequence[Row]) -> bool:
    """Whether parts need not be all of the whole."""
    first = parts[0]
    return (
        first.get("of_which") is True or label_of(first).lstrip().startswith("其中") or whole.get("is_total") is False
    )
