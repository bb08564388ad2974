"""One comparison of two sums of printed figures: what it comes to, and what is told about it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openbudget import standard
from openbudget.checks.data import Data, Row, is_money
from openbudget.checks.expression import Operand, Side
from openbudget.checks.figures import ZERO, Number, agree, exceeds
from openbudget.checks.recorder import Place, Recorder
from openbudget.checks.wording import common_unit, show, show_sum, unit_names
from openbudget.messages import LANGUAGES
from openbudget.model.finding import Term
from openbudget.model.value import Value
from openbudget.package.earlier import column_of


class Cell(NamedTuple):
    """The handle of an operand: a figure of a row. It is called what the row calls itself, with the name of the
    `column` it stands in where there is one; or by its field."""

    table: str
    row: Row
    field: str
    by_field: bool = False
    column: str | None = None

    def name(self, data: Data) -> str:
        """What people call the figure."""
        if not self.by_field:
            label = data.label(self.row)
            return label if self.column is None else f"{label}·{self.column}"
        return standard.field(self.table, self.field).title["zh"].removesuffix("（元）")

    @property
    def unit(self) -> Value:
        """The money unit the figure was printed in; None where it is no money."""
        return self.row.get("unit_reported") if is_money(self.table, self.field) else None


def judge(out: Recorder, left: Side, relation: str, right: Side, at: Place | None = None) -> None:
    """Records how `left relation right` comes out. `at`: what a finding is about (default: the first figure on the
    left). Operands that are blank go by the rule's `blank`."""
    missing = left.missing or right.missing
    if missing is not None or not left.terms or not right.terms:
        return out.not_applicable(f"missing_operand:{missing}" if missing else "nothing_to_compare")
    blank = left.blanks + right.blanks
    if blank and out.rule.blank == "fail":
        return _tell(out, left, relation, right, at, "blank_operand")
    wholly_blank = left.blanks == len(left.terms) or right.blanks == len(right.terms)
    if blank and (out.rule.blank == "skip" or wholly_blank):
        return out.not_evaluable("blank_operand")
    left, right = _zeros_as_neighbours(left, right)
    if relation == "=":
        out.data.claimed.add(cells_of(left, right))
        single = _figures(left) == 1 and _figures(right) == 1
        holds = agree(left.number, right.number, single)
    elif relation == "<=":
        holds = not exceeds(left.number, right.number)
    else:
        holds = not exceeds(right.number, left.number)
    if holds:
        return out.passed(rounded=relation == "=" and left.number.value != right.number.value)
    return _tell(out, left, relation, right, at, None)


def cells_of(*sides: Side) -> frozenset[tuple[object, str]]:
    """Which cells an equation speaks of."""
    return frozenset(
        (operand.handle.row.get("id"), operand.handle.field)
        for side in sides
        for _, operand in side.terms
        if isinstance(operand.handle, Cell)
    )


def _figures(side: Side) -> int:
    return sum(1 for _, operand in side.terms if operand.number is not None)


def _zeros_as_neighbours(left: Side, right: Side) -> tuple[Side, Side]:
    """A zero is printed `0` whatever decimals the others have: it is read with the precision of the most precise of its
    neighbours."""
    numbers = [operand.number for side in (left, right) for _, operand in side.terms if operand.number is not None]
    least = min((number.radius for number in numbers if number.value), default=ZERO)
    return _cap_zeros(left, least), _cap_zeros(right, least)


def _cap_zeros(side: Side, least: Decimal) -> Side:
    if any(sign == "×" for sign, _ in side.terms):
        return side
    zeros = [operand.number for _, operand in side.terms if operand.number is not None and not operand.number.value]
    excess = sum((max(zero.radius - least, ZERO) for zero in zeros), ZERO)
    return Side(Number(side.number.value, side.number.radius - excess), side.terms) if excess else side


def _tell(out: Recorder, left: Side, relation: str, right: Side, at: Place | None, message: str | None) -> None:
    cells = [operand.handle for side in (left, right) for _, operand in side.terms]
    first = cells[0]
    assert isinstance(first, Cell)
    unit = common_unit(cell.unit for cell in cells if isinstance(cell, Cell))
    actual, expected = left.number.value, right.number.value
    tolerance = left.number.radius + right.number.radius
    if message is None and out.rule.message is None:
        message = _template(left, relation, right, exact=not tolerance)
    about = at or (first.table, first.row, first.field)
    out.failed(
        about,
        terms=[_term(out, sign, operand) for sign, operand in right.terms]
        + [_term(out, {"+": relation, "-": "-"}.get(sign, sign), operand) for sign, operand in left.terms],
        expected=expected,
        actual=actual,
        difference=actual - expected,
        tolerance=tolerance,
        message=message,
        label=_called(out.data, first),
        row=out.data.label(first.row),
        place=_place_name(first),
        other_place=_place_name(right.terms[0][1].handle),
        other=_names(out.data, right),
        whole=_sum(left, unit),
        sum=_sum(right, unit, show(expected, unit)),
        expected_shown=show(expected, unit),
        actual_shown=show(actual, unit),
        difference_shown=show(abs(actual - expected), unit),
        tolerance_shown=show(tolerance, unit),
        unit=unit_names(unit),
    )


def _template(left: Side, relation: str, right: Side, exact: bool) -> str:
    if relation != "=":
        return "at_most" if relation == "<=" else "at_least"
    if _figures(left) == 1 and _figures(right) == 1:
        return "equal"
    return "identity_exact" if exact else "identity"


def _place_name(cell: object) -> Mapping[str, str]:
    """Where a figure stands, in words: its statement, or its table."""
    assert isinstance(cell, Cell)
    statement = standard.codelist("statement").get(str(cell.row.get("statement")))
    if statement is not None:
        return {language: statement.title(language) for language in LANGUAGES}
    return standard.tables()[cell.table].title


def _called(data: Data, cell: Cell) -> str:
    """What a figure is called in a message: of a statement its column too, where there are others."""
    name = cell.name(data)
    if cell.table != "budget_lines" or cell.by_field or cell.column is not None:
        return name
    fund, kind = column_of(cell.row, str(cell.row.get("item_code")))
    found = (standard.codelist(codes).get(code) for codes, code in (("fund_source", fund), ("expenditure_type", kind)))
    return "·".join([name, *(column.title_zh for column in found if column is not None)])


def _names(data: Data, side: Side) -> str:
    return " + ".join(operand.handle.name(data) for _, operand in side.terms if isinstance(operand.handle, Cell))


def _sum(side: Side, unit: str | None, result: str | None = None) -> str:
    return show_sum(
        [
            (sign, operand.number.value, unit if isinstance(operand.handle, Cell) and operand.handle.unit else None)
            for sign, operand in side.terms
            if operand.number is not None
        ],
        result,
    )


def _term(out: Recorder, sign: str, operand: Operand) -> Term:
    cell = operand.handle
    assert isinstance(cell, Cell)
    return out.data.term(cell.table, cell.row, cell.field, sign, cell.name(out.data))


def operands(out: Recorder, table: str, rows: Sequence[Row], field: str) -> list[Operand]:
    """The figures of a field of some rows, as operands."""
    return [Operand(Cell(table, row, field), out.data.figure(table, row, field)) for row in rows]
