"""The cells of a statement as rows of budget_lines: what each is part of, whether it is a total, its id."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from openbudget.model.amount import Figure, half_place
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.recognise.lines_columns import repeated, wholes
from openbudget.recognise.lines_header import Column
from openbudget.recognise.lines_row import LineRow

PUBLIC = ("three_public.abroad", "three_public.vehicles", "three_public.reception")


class Amounts(NamedTuple):
    """A printed figure (None: a dash) with its origin, and the money unit with its origin."""

    figure: Figure | None
    origin: Origin
    unit: str
    unit_origin: Origin | None


class Sheet:
    """One block: its rows in order, its columns, the cells that print something, by (row, column) index; `changes`: the
    cells in columns of change against an earlier year; `brackets`: those of `cells` that print a figure in brackets,
    until a total decides whether they are negative."""

    def __init__(self, statement: str, rows: list[LineRow], columns: list[Column]) -> None:
        self.statement, self.rows, self.columns = statement, rows, columns
        self.cells: dict[tuple[int, int], Amounts] = {}
        self.changes: dict[tuple[int, int], Cell] = {}
        self.brackets: dict[tuple[int, int], Cell] = {}
        self.unread: set[tuple[int, int]] = set()  # that print what is not a figure
        self.alternate = False


class Tree:
    """What is part of what among the cells of one block."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.above = wholes(sheet.columns)
        self.aside = repeated(sheet.columns, self.above)
        self.children: dict[int, list[int]] = {}
        for at, row in enumerate(sheet.rows):
            if row.parent is not None:
                self.children.setdefault(row.parent, []).append(at)
        self.which = {part for at in self.children for part in self._of_which(at)}
        self.partial = {at for at, parts in self.children.items() if self.which.issuperset(parts)}
        lacking = [(self.parent(row, column), row) for row, column in sheet.unread]
        self.lacking = {(whole, whole[0] == row) for whole, row in lacking if whole is not None}

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

    def _skips(self, row: int, column: int) -> bool:
        """True where the cell that this one is part of is not legible, so that it stands under one further up."""
        up = self.sheet.rows[row].parent
        while up is not None and (up, column) not in self.sheet.cells:
            if (up, column) in self.sheet.unread:
                return True
            up = self.sheet.rows[up].parent
        return False

    def of_which(self, row: int, column: int) -> bool:
        """True where this cell is only a part (其中) of its parent, whose other parts are not printed, or not legible."""
        parent = self.parent(row, column)
        if parent is not None and ((parent, parent[0] == row) in self.lacking or self._skips(row, column)):
            return True
        at: int | None = row
        while parent is not None and at is not None and at != parent[0]:
            if at in self.which:
                return True
            at = self.sheet.rows[at].parent
        beside: int | None = column
        while parent is not None and beside is not None and beside != parent[1]:
            if self.sheet.columns[beside].of_which:
                return True
            beside = self.above[beside]
        return False

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
            if self.sheet.rows[up].alternate or up in self.which:
                return True
            up = self.sheet.rows[up].parent
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

    def _of_which(self, row: int) -> Sequence[int]:
        """The parts of a row that do not make it up: those introduced by 其中 where the others do, else all of them."""
        parts = self.children[row]
        marked = [part for part in parts if self.sheet.rows[part].part]
        if not marked or adds_up(self.sheet, row, parts):
            return ()
        others = [part for part in parts if part not in marked]
        return marked if others and adds_up(self.sheet, row, others) else parts


def adds_up(sheet: Sheet, whole: int, parts: Collection[int]) -> bool:
    """True where the parts of a row make it up in every column that prints it, but for rounding. What is all of it alone
    is the same amount, which is printed the same: 0.01 is not all of 0.02."""
    for column in range(len(sheet.columns)):
        total = sheet.cells.get((whole, column))
        if total is None or total.figure is None:
            continue
        figures = [cell.figure for part in parts if (cell := sheet.cells.get((part, column))) and cell.figure]
        gap = abs(sum((figure.value for figure in figures), -total.figure.value))
        half = sum((half_of(figure) for figure in figures), half_of(total.figure))
        if gap > half or (len(figures) == 1 and gap == half):
            return False
    return True


def half_of(figure: Figure) -> Decimal:
    """Half a unit of the last place of a figure, in its own unit."""
    return half_place(figure.decimals, None)


def item_code(row: LineRow, column: Column, rows: Sequence[LineRow], columns: Sequence[Column]) -> str | None:
    """The dotted code of what a cell says."""
    if column.item is not None and not column.item.endswith(".current"):
        return column.item.partition(":")[0]
    if row.code is not None:
        if row.scheme in ("department", "government"):
            return "expenditure.economic"
        return f"{column.flow}.function" if row.scheme == "function" else None
    if any((other.item or "").startswith("three_public.") for other in columns):
        return None  # the columns say what the cells are; this one does not
    if row.unit_row:
        return _current(column, columns)
    if of_carryover(row, rows):
        return "revenue.carryover"
    if row.meaning is None:
        return None
    if row.meaning.function is not None:
        return f"{column.flow}.function"
    item = row.meaning.item
    if _told_again(row, rows):
        return None
    if item is not None and item.endswith(".current"):
        whole = row.parent is None and _takes_carryover(row, rows)
        return str(column.flow) if whole else _current(column, columns)
    return item


def _takes_carryover(row: LineRow, rows: Sequence[LineRow]) -> bool:
    """True for a bare 合计 among whose parts is what was carried over."""
    return any(
        part.meaning is not None and (part.meaning.item or "").endswith((".carryover", ".surplus_use"))
        for part in rows
        if part.parent is not None and rows[part.parent] is row
    )


def _told_again(row: LineRow, rows: Sequence[LineRow]) -> bool:
    """True for a source that was printed before, not as what this is part of: of what, is then not known."""
    if row.meaning is None or row.meaning.fund is None:
        return False
    above = rows[row.parent] if row.parent is not None else None
    before = rows[: next(at for at, other in enumerate(rows) if other is row)]
    same = (other for other in before if other is not above and other.meaning is not None)
    return any(other.meaning.item == row.meaning.item for other in same if other.meaning is not None)


def of_carryover(row: LineRow, rows: Sequence[LineRow]) -> bool:
    """True for a part of what was carried over (`上年结转`, then `（一）一般公共预算拨款`)."""
    above = rows[row.parent] if row.parent is not None else None
    return above is not None and above.meaning is not None and above.meaning.item == "revenue.carryover"


def _current(column: Column, columns: Sequence[Column]) -> str | None:
    """What a total row (or that of a unit) is in a column: the year's revenue or expenditure, or, in a column that
    takes in what was carried over, all of it. Of a kind of expenditure, what it is paid from says nothing."""
    bare = column.total and column.item is None
    if bare and column.flow == "revenue" and any(not other.known for other in columns):
        return None  # a column that is not understood may hold what was carried over
    carried = any(
        other.flow == column.flow
        and (other.item or "").startswith(f"{column.flow}.carryover")
        and other.groups[: len(column.groups)] == column.groups
        for other in columns
    )
    whole = column.total and column.item is None and column.fund in (None, "total", "fiscal_appropriation")
    whole = whole and (column.flow != "expenditure" or column.type in (None, "total"))
    return column.flow if carried and whole else f"{column.flow}.current"
