"""The cells of a statement as rows of budget_lines: what each is part of, whether it is a total, its id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from openbudget.model.amount import Figure
from openbudget.model.disclosure import Origin
from openbudget.recognise.lines_header import Column, distance
from openbudget.recognise.lines_rows import LineRow


@dataclass(frozen=True, slots=True)
class Amounts:
    """A printed figure (None: a dash) with its origin, and the money unit with its origin."""

    figure: Figure | None
    origin: Origin
    unit: str
    unit_origin: Origin | None


@dataclass
class Sheet:
    """One block: its rows in order, its columns, the cells that print something, by (row, column) index."""

    statement: str
    rows: list[LineRow]
    columns: list[Column]
    cells: dict[tuple[int, int], Amounts] = field(default_factory=dict)
    alternate: bool = False


def resolved(columns: Sequence[Column], statement: str, flow: str, kind: str) -> list[Column]:
    """The columns with what the statement implies: flow, stage, and, where some columns of a block name their fund (or
    type), `total` for those that do not."""
    stage = "budget" if kind == "budget" else "final"
    filled = []
    for column in columns:
        own_flow = column.flow or ("revenue" if column.fund == "carryover" and not column.type and statement != "expenditure" else flow)
        own_stage = stage if column.stage in (None, "own") else column.stage
        item = column.item
        if column.total and item is None and statement == "three_public":
            item = "three_public"
        if column.fund == "carryover" and item is None:
            item = f"{own_flow}.carryover"
        filled.append(replace(column, flow=own_flow, stage=own_stage, item=item))
    return [_filled(column, filled, statement) for column in filled]


def _filled(column: Column, columns: Sequence[Column], statement: str) -> Column:
    if not column.known or column.other is not None or (column.item or "").endswith(".carryover"):
        return column
    peers = [other for other in columns if other.flow == column.flow and other.other is None and other.known]
    if column.fund is None and any(peer.fund not in (None, "carryover") for peer in peers):
        column = replace(column, fund="fiscal_appropriation" if statement == "appropriation" else "total")
    if column.type is None and any(peer.type for peer in peers):
        column = replace(column, type="total")
    return column


class Tree:
    """What is part of what among the cells of one block."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.above = [self._column_above(at) for at in range(len(sheet.columns))]
        self.aside = self._alternate_columns()
        self.children: dict[int, list[int]] = {}
        for at, row in enumerate(sheet.rows):
            if row.parent is not None:
                self.children.setdefault(row.parent, []).append(at)
        self.partial = {at for at in self.children if self._is_partial(at)}

    def _column_above(self, at: int) -> int | None:
        own = self.sheet.columns[at]
        best: tuple[int, int] | None = None
        for other, column in enumerate(self.sheet.columns):
            steps = distance(own, column)
            if steps is not None and (best is None or (steps, abs(other - at)) < best):
                best, chosen = (steps, abs(other - at)), other
        return chosen if best is not None else None

    def _alternate_columns(self) -> set[int]:
        """Columns that break a total down a second time (合计 | 基本支出 项目支出 | 一般公共预算 政府性基金)."""
        axes: dict[int, tuple[bool, bool, bool]] = {}
        aside: set[int] = set()
        for at, above in enumerate(self.above):
            if above is None:
                continue
            own, whole = self.sheet.columns[at], self.sheet.columns[above]
            axis = (own.fund != whole.fund, own.type != whole.type, own.item != whole.item)
            if axes.setdefault(above, axis) != axis or above in aside or own.of_which:
                aside.add(at)
        return aside

    def parent(self, row: int, column: int) -> tuple[int, int] | None:
        """The cell that this one is part of: the nearest row above it in the hierarchy that prints something in the
        column, else the nearest column above it that does in the same row."""
        cells = self.sheet.cells
        up = self.sheet.rows[row].parent
        while up is not None:
            if (up, column) in cells:
                return up, column
            up = self.sheet.rows[up].parent
        beside = self.above[column]
        while beside is not None:
            if (row, beside) in cells:
                return row, beside
            beside = self.above[beside]
        return None

    def is_total(self, row: int, column: int) -> bool:
        """True where other cells add up to this one, or where it says again what others say."""
        if self.sheet.alternate or column in self.aside or self._repeats(row):
            return True
        if row not in self.partial and self._has_parts(row, column):
            return True
        return any((row, inner) in self.sheet.cells for inner in self._inner_columns(column) if inner not in self.aside)

    def _repeats(self, row: int) -> bool:
        """True for a part (其中) of a row whose parts do not make up the whole, and for all below it."""
        up: int | None = row
        while up is not None:
            above = self.sheet.rows[up].parent
            if self.sheet.rows[up].alternate or above in self.partial:
                return True
            up = above
        return False

    def _has_parts(self, row: int, column: int) -> bool:
        own = self.sheet.columns[column]
        like = [at for at, other in enumerate(self.sheet.columns) if (other.stage, other.flow) == (own.stage, own.flow)]
        return any(
            self.sheet.cells[child, at].figure is not None
            for child in self.children.get(row, ())
            for at in like
            if (child, at) in self.sheet.cells
        )

    def _inner_columns(self, column: int) -> Iterable[int]:
        for at, above in enumerate(self.above):
            if above == column:
                yield at
                yield from self._inner_columns(at)

    def _is_partial(self, row: int) -> bool:
        """True where the parts of a row are introduced by 其中 and do not add up to it."""
        parts = self.children[row]
        if not any(self.sheet.rows[part].part for part in parts):
            return False
        for column in range(len(self.sheet.columns)):
            whole = self.sheet.cells.get((row, column))
            if whole is None or whole.figure is None:
                continue
            figures = [cell.figure for part in parts if (cell := self.sheet.cells.get((part, column))) is not None and cell.figure]
            half = sum((_half(figure) for figure in figures), _half(whole.figure))
            if abs(sum((figure.value for figure in figures), -whole.figure.value)) > half:
                return True
        return False


def _half(figure: Figure) -> Decimal:
    return Decimal(1).scaleb(-figure.decimals) / 2


def item_code(row: LineRow | None, column: Column, rows: Sequence[LineRow], columns: Sequence[Column]) -> str | None:
    """The dotted code of what a cell says."""
    if column.item is not None:
        return column.item.partition(":")[0] if ":" in column.item else column.item
    if row is None:
        return None
    if row.code is not None or (row.meaning is not None and row.meaning.function):
        if row.scheme in ("department", "government"):
            return "expenditure.economic"
        if row.scheme == "function" or row.code is None:
            return f"{column.flow}.function"
        return None
    if row.meaning is None:
        if row.unit is not None and row.unit_read is not None:
            return f"{column.flow}.current"
        return None
    item = row.meaning.item
    if item is None:
        return None
    above = rows[row.parent] if row.parent is not None else None
    if above is not None and above.meaning is not None and above.meaning.item == "revenue.carryover":
        return "revenue.carryover"
    if item.endswith(".current") and column.flow and not item.startswith(column.flow):
        item = f"{column.flow}.current"
    if item in ("revenue.current", "expenditure.current") and _takes_in_carryover(column, columns):
        return item.partition(".")[0]
    return item


def _takes_in_carryover(column: Column, columns: Sequence[Column]) -> bool:
    """True where a column of totals takes in a column of what was carried over."""
    carried = [other for other in columns if other.item == f"{column.flow}.carryover" and other.flow == column.flow]
    return bool(column.total and carried and column.fund in (None, "total"))
