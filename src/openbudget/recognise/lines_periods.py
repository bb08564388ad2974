"""A table of 三公 with a year or a stage in every row (2024年预算数, 2025年预算数, 增减变化) and an item in every column: it is
read turned round, as the common form with the items in its rows.

Only what is certain: every row says a period and nothing else, every column is an item or the total of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from openbudget.model.document import Cell, Table
from openbudget.recognise.layout import Layouts
from openbudget.recognise.lines_header import Column, Head
from openbudget.recognise.lines_statement import Statement
from openbudget.recognise.lines_turned import Turned
from openbudget.recognise.lines_words import heading
from openbudget.recognise.sections import Grid
from openbudget.recognise.words import plain


def by_period(grid: Grid, statement: Statement, rows: Sequence[int], year: int, layouts: Layouts) -> Turned | None:
    """The statement with its periods side by side; None where its `rows` of data are not two periods or more."""
    head, table = statement.head, grid.table
    if statement.code != "three_public" or len(rows) < 2 or len(head.blocks) != 1:
        return None
    columns = head.blocks[0].columns
    if not all(map(_is_item, columns)) or len(_totals(columns)) > 1:
        return None
    first = min(col for column in columns for col in column.cols)
    sides = [col for col in range(first) if col not in head.aside]
    if not sides or not all(_is_period(table, row, sides, year, layouts) for row in rows):
        return None
    moved = [*_titles(table, statement, len(rows)), *_headings(table, rows, sides), *_items(table, head, rows, sides)]
    cells = tuple(copy for copy, _ in moved)
    start = head.first - statement.begin
    sized = replace(
        table, n_rows=start + len(sides) + len(columns), n_cols=1 + len(rows), cells=_shifted(cells, start), parts=()
    )
    copies = [(copy, cell) for copy, (_, cell) in zip(sized.cells, moved, strict=True)]
    return Turned(grid._replace(table=sized), copies)


def _is_item(column: Column) -> bool:
    return column.known and column.other is None and (column.item is not None or column.total)


def _totals(columns: Sequence[Column]) -> set[str]:
    """What the columns are the parts of: 三公, others beside them; a bare 合计 over both may be of either."""
    items = {column.item.partition(".")[0] for column in columns if column.item is not None}
    return items if any(column.item is None for column in columns) else set()


def _is_period(table: Table, row: int, sides: Sequence[int], year: int, layouts: Layouts) -> bool:
    """True where the labels of a row say a year, a stage or that it is a change, and nothing besides."""
    cells = {id(cell): cell for col in sides if (cell := table.cell_at(row, col)) is not None and cell.text.strip()}
    said = [heading(plain(cell.text), year, layouts) for cell in cells.values()]
    return bool(said) and all(
        meaning is not None
        and (meaning.other in ("prior", "change", "share") or (meaning.stage is not None and meaning.other is None))
        and not (meaning.role or meaning.fund or meaning.type or meaning.item or meaning.economic or meaning.total)
        for meaning in said
    )


def _titles(table: Table, statement: Statement, periods: int) -> list[tuple[Cell, Cell]]:
    """The rows over the head, each cell as wide as the table; as rows below nought, which `_shifted` lifts."""
    over = (cell for cell in table.cells if statement.begin <= cell.row < statement.head.first)
    first = statement.head.first
    return [(cell._replace(row=cell.row - first, col=0, colspan=1 + periods, rowspan=1), cell) for cell in over]


def _headings(table: Table, rows: Sequence[int], sides: Sequence[int]) -> list[tuple[Cell, Cell]]:
    """The periods as rows of headings, one for each column of labels."""
    moved = []
    for level, col in enumerate(sides):
        seen: set[int] = set()
        for at, row in enumerate(rows):
            cell = table.cell_at(row, col)
            if cell is None or id(cell) in seen:
                continue
            seen.add(id(cell))
            last = max(other for other in rows if other < cell.row + cell.rowspan)
            wide, high = rows.index(last) - at + 1, min(cell.colspan, len(sides) - level)
            moved.append((cell._replace(row=level, col=1 + at, colspan=wide, rowspan=high), cell))
    return moved


def _items(table: Table, head: Head, rows: Sequence[int], sides: Sequence[int]) -> list[tuple[Cell, Cell]]:
    """A row for each column: its heading, then its figures. Over the headings stands that of the labels."""
    columns = head.blocks[0].columns
    corner = columns[0].heading
    moved = [(corner._replace(row=0, col=0, rowspan=len(sides), colspan=1, text="项目"), corner)]
    for at, column in enumerate(columns, len(sides)):
        named = column.item_cell if column.item is not None else column.heading
        moved.append((named._replace(row=at, col=0, rowspan=1, colspan=1), named))
        for index, row in enumerate(rows):
            cell = next((cell for col in column.cols if (cell := table.cell_at(row, col)) is not None), None)
            if cell is not None:
                moved.append((cell._replace(row=at, col=1 + index, rowspan=1, colspan=1), cell))
    return moved


def _shifted(cells: Sequence[Cell], by: int) -> tuple[Cell, ...]:
    return tuple(cell._replace(row=cell.row + by) for cell in cells)
