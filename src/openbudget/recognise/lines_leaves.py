"""The lowest headings over the columns of a statement, each with those that stand over it, and what it says."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from openbudget.model.amount import UNIT_WORDS, parse_figure, unit_code
from openbudget.model.document import Cell, Table
from openbudget.recognise.grid import header_path
from openbudget.recognise.layout import Layouts
from openbudget.recognise.lines_words import Meaning, heading_under
from openbudget.recognise.words import plain

_UNIT_TAIL = re.compile(rf"[(,/]?(?:金额)?(?:单位)?:?((?:人民币)?{UNIT_WORDS})\)?$")


class Leaf(NamedTuple):
    """The lowest heading over some neighbouring columns."""

    cols: tuple[int, ...]
    path: tuple[tuple[str, Cell], ...]
    meaning: Meaning | None
    unit: str | None
    unit_cell: Cell | None
    blanks: tuple[Cell, ...] = ()  # empty cells over several columns, this one among them
    unnamed: bool = False  # its heading is that of a group whose other columns have names of their own


def leaves_of(table: Table, first: int, last: int, year: int, layouts: Layouts) -> list[Leaf]:
    leaves: list[Leaf] = []
    paths = _paths(table, first, last)
    inner = {id(cell) for path in paths for _, cell in path[:-1]}
    for col, path in enumerate(paths):
        if leaves and path and leaves[-1].path and leaves[-1].path[-1][1] is path[-1][1]:
            leaves[-1] = leaves[-1]._replace(cols=(*leaves[-1].cols, col))
            continue
        if not path:
            leaves.append(Leaf((col,), (), None, None, None))
            continue
        folded, unit, unit_cell = [], None, None
        for text, cell in path:
            tail = _UNIT_TAIL.search(text)
            if tail and tail.start() > 0 and (text[tail.start()] in "(,/" or "单位" in tail[0]):
                unit, unit_cell, text = unit_code(tail[1]), cell, text[: tail.start()]
            folded.append((plain(text), cell))
        meaning = heading_under([text for text, _ in folded], year, layouts)
        if meaning is not None and meaning.role in ("class", "group", "line") and len(folded) == 1 and not leaves:
            meaning = meaning if meaning.role == "class" else None
        over = (table.cell_at(row, col) for row in range(first, last))
        blanks = tuple(cell for cell in over if cell is not None and cell.colspan > 1 and not cell.text.strip())
        unnamed = id(path[-1][1]) in inner and not _named_again(table, col, first, last, path[-1])
        leaves.append(Leaf((col,), tuple(folded), meaning, unit, unit_cell, blanks, unnamed))
    return leaves


def _named_again(table: Table, col: int, first: int, last: int, group: tuple[str, Cell]) -> bool:
    """True where a column under a group of headings prints the name of the group again: it is the group's total."""
    cells = (table.cell_at(row, col) for row in range(first, last))
    return any(cell is not None and cell is not group[1] and plain(cell.text) == group[0] for cell in cells)


def _paths(table: Table, first: int, last: int) -> list[tuple[tuple[str, Cell], ...]]:
    """The headings over each column. Where no heading is merged with its neighbours, one above others also stands over
    the columns right of it that have a blank above their own heading."""
    paths = [header_path(table, col, first, last) for col in range(table.n_cols)]
    cells = [cell for cell in table.cells if first <= cell.row < last]
    if last - first < 2 or any(cell.colspan > 1 for cell in cells):
        return paths
    extended = list(paths)
    for col in range(1, table.n_cols):
        if not paths[col]:
            continue
        top = paths[col][0][1].row
        found = [_group_left(table, row, col, paths) for row in range(first, top)]
        extended[col] = (*(heading for heading in found if heading is not None), *paths[col])
    return extended


def _group_left(
    table: Table, row: int, col: int, paths: Sequence[tuple[tuple[str, Cell], ...]]
) -> tuple[str, Cell] | None:
    """The nearest heading left of a blank in a row of headings, where it has one below it in its own column."""
    for left in range(col - 1, -1, -1):
        cell = table.cell_at(row, left)
        if cell is not None and plain(cell.text):
            below = [own for _, own in paths[left] if own.row > row]
            return (plain(cell.text), cell) if below else None
    return None


def has_figures(table: Table, row: int) -> bool:
    """True where a row holds a figure that is no year and no number of a column."""
    for col in range(table.n_cols):
        cell = table.cell_at(row, col)
        figure = parse_figure(cell.text) if cell is not None and cell.row == row else None
        if figure is not None and (figure.decimals or "," in cell.text or figure.value > 2100):  # type: ignore[union-attr]
            return True
    return False


def is_closed(table: Table, row: int) -> bool:
    """True where no cell reaches over the edge above `row`."""
    if row >= table.n_rows:
        return True
    for col in range(table.n_cols):
        above = table.cell_at(row - 1, col)
        if above is not None and above.text.strip() and above is table.cell_at(row, col):
            return False
    return True
