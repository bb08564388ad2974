"""Cells with spans → a Table: merged cells down a column, columns that no cell begins in taken out.

Word and HTML lay out the same table on grids of very different fineness; what counts is which cells stand over
which. So a grid line at which no cell begins is dropped, and lines nearer than any text is wide are one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from openbudget.model.document import Cell, Table
from openbudget.model.place import NodePlace

_NARROW = 100  # twentieths of a point (1.8 mm): grid lines nearer than this come from drawing by hand


@dataclass(slots=True)
class RawCell:
    """A cell of a Word row; `joins_up`: it continues the one above."""

    text: str
    path: str
    colspan: int
    joins_up: bool = False
    nested: tuple[Table, ...] = ()


@dataclass(slots=True)
class RawRow:
    """The cells of a Word row, which begins `before` grid columns from the left."""

    cells: list[RawCell]
    before: int = 0


@dataclass(slots=True)
class Placed:
    """A cell on the grid as drawn: columns [left, right), rows [top, bottom)."""

    text: str
    path: str
    top: int
    left: int
    right: int
    bottom: int
    nested: tuple[Table, ...] = ()


def merge_down(rows: Sequence[RawRow], widths: Sequence[int]) -> list[Placed]:
    """The cells of Word rows on the grid, those that continue the one above (same left edge) merged into it.

    `widths`: the widths of the grid's columns in twentieths of a point, if known.
    """
    edges = [_edges(row) for row in rows]
    line_of = _lines(edges, widths)
    placed: list[Placed] = []
    above: dict[int, Placed] = {}
    for index, (row, ends) in enumerate(zip(rows, edges, strict=True)):
        here: dict[int, Placed] = {}
        for cell, left, right in zip(row.cells, ends[:-1], ends[1:], strict=True):
            start = line_of.get(left, left)
            owner = above.get(start) if cell.joins_up else None
            if owner is not None:
                owner.bottom = index + 1
            else:
                owner = Placed(cell.text, cell.path, index, start, line_of.get(right, right), index + 1, cell.nested)
                placed.append(owner)
            here[start] = owner
        above = here
    return placed


def _edges(row: RawRow) -> list[int]:
    """The grid lines at which the cells of a row begin, and the one at which the last ends."""
    edges = [row.before]
    for cell in row.cells:
        edges.append(edges[-1] + cell.colspan)
    return edges


def count_columns(placed: Sequence[Placed]) -> int:
    """The number of columns that the table will have at most."""
    return len({cell.left for cell in placed})


def build_table(placed: Sequence[Placed], n_rows: int, place: NodePlace) -> Table:
    """The table of these cells, its columns those in which a cell begins."""
    begins = sorted({cell.left for cell in placed})
    column = {line: index for index, line in enumerate(begins)}
    cells = []
    for cell in placed:
        col = column[cell.left]
        span = bisect_left(begins, cell.right) - col
        place_of = NodePlace(cell.path)
        cells.append(Cell(cell.top, col, cell.text, place_of, cell.bottom - cell.top, span, nested=cell.nested))
    return Table(n_rows, len(begins), tuple(cells), place)


def _lines(rows: Sequence[Sequence[int]], widths: Sequence[int]) -> dict[int, int]:
    """Grid lines → the first line of their cluster, where lines nearer than `_NARROW` are one; no cell may vanish."""
    edges = sorted({edge for row in rows for edge in row})
    if len(widths) < 2 or not edges or edges[-1] > len(widths) or min(widths) < 0 or min(widths) >= _NARROW:
        return {}
    position = [0, *accumulate(widths)]
    line_of: dict[int, int] = {}
    first = edges[0]
    for edge in edges:
        if position[edge] - position[first] >= _NARROW:
            first = edge
        line_of[edge] = first
    if any(line_of[left] == line_of[right] for row in rows for left, right in pairwise(row)):
        return {}
    return line_of
