"""A statement turned on its side: the classes stand in the first rows (科目编码 | 2010301 | 2010302 …), each kind of
expenditure or source of money has a row (基本支出, 项目支出). It is read as the statement that it is when turned back.

Only what is certain: nothing was understood of it as it stands, its caption names a statement, every heading is known
when turned, and every row has a code or a label that is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from openbudget.model.amount import parse_figure
from openbudget.model.document import Cell, Table
from openbudget.recognise.layout import Layouts
from openbudget.recognise.lines_statement import Statement, find_statement
from openbudget.recognise.lines_words import heading, label
from openbudget.recognise.rows import Rows
from openbudget.recognise.sections import Grid
from openbudget.recognise.words import plain, unnumbered

_TITLES = 4  # rows over the classes
_CODE = re.compile(r"\d{3}(?:\d\d){0,2}")


class Turned(NamedTuple):
    """The grid turned back, and the cells of it that stand for those of the one as printed, as pairs."""

    grid: Grid
    moved: Sequence[tuple[Cell, Cell]]

    def settle(self, grid: Grid, rows: Rows) -> None:
        """Marks the printed cells once the turned grid is read."""
        rows.use(cell for copy, cell in self.moved if rows.used(copy))
        caption = rows.captions.get(id(self.grid.table))
        if caption is not None:
            rows.captions.setdefault(id(grid.table), caption)


def turned(grid: Grid, year: int, layouts: Layouts) -> Turned | None:
    """The grid turned back where it is a statement on its side; None where it is none, or not surely one."""
    table = grid.table
    for first in range(min(_TITLES, table.n_rows - 1)):
        if not _names_classes(table, first, year, layouts):
            continue
        moved = [(_turn(cell, first, table.n_rows), cell) for cell in table.cells]
        cells = tuple(copy for copy, _ in moved)
        sides = first + table.n_cols, table.n_rows - first
        back = grid._replace(table=replace(table, n_rows=sides[0], n_cols=sides[1], cells=cells, parts=()))
        statement, _ = find_statement(back, year, layouts)
        if statement is not None and statement.caption is not None and _is_sure(back.table, statement, year, layouts):
            return Turned(back, moved)
        return None
    return None


def _turn(cell: Cell, first: int, n_rows: int) -> Cell:
    """A cell with rows for columns; the titles over row `first` stay over it."""
    if cell.row < first:
        return cell._replace(col=0, colspan=n_rows - first)
    return cell._replace(row=first + cell.col, col=cell.row - first, rowspan=cell.colspan, colspan=cell.rowspan)


def _names_classes(table: Table, row: int, year: int, layouts: Layouts) -> bool:
    """True where a row begins with a heading of labels, and goes on with two codes or more, or known labels."""
    line = [table.cell_at(row, col) for col in range(table.n_cols)]
    texts = [plain(cell.text) if cell is not None else "" for cell in line]
    said = heading(texts[0], year, layouts) if texts else None
    if said is None or said.role not in ("code", "name"):
        return False
    own = [text for text in texts[1:] if text]
    coded = sum(1 for text in own if _CODE.fullmatch(text))
    return len(own) > 1 and (coded > 1 or (said.role == "name" and all(_is_label(text, year, layouts) for text in own)))


def _is_label(text: str, year: int, layouts: Layouts) -> bool:
    said = label(unnumbered(text), "expenditure", layouts, year)
    return said is not None and (said.total or said.function is not None or said.economic is not None)


def _is_sure(table: Table, statement: Statement, year: int, layouts: Layouts) -> bool:
    head = statement.head
    if len(head.blocks) != 1 or not all(column.known for column in head.columns):
        return False
    labels = [col for col, role in head.blocks[0].labels if role in ("code", "name")]
    for row in range(head.last, table.n_rows):
        texts = [plain(cell.text) for col in labels if (cell := table.cell_at(row, col)) is not None and cell.text]
        if not any(_CODE.fullmatch(text) or _is_label(text, year, layouts) for text in texts):
            return False
    money = [cell for column in head.columns for col in column.cols for cell in _below(table, head.last, col)]
    return bool(money) and all(parse_figure(cell.text) is not None for cell in money)


def _below(table: Table, first: int, col: int) -> list[Cell]:
    cells = (table.cell_at(row, col) for row in range(first, table.n_rows))
    return [cell for cell in cells if cell is not None and plain(cell.text) not in ("", "-", "/")]
