"""Cells with spans → a Table: merged cells down a column, columns that no cell begins in taken out.

Word and HTML lay out the same table on grids of very different fineness; what counts is which cells stand over
which. So a grid line at which no cell begins is dropped, and lines nearer than any text is wide are one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from openbudget.model.document import Cell, Table
from openbudget.model.place import NodePlace

_REST = tuple(Cell._field_defaults.values())[2:-1]  # what these cells have by default: all between spans and `nested`
_NARROW = 100  # twentieths of a point (1.8 mm): grid lines nearer than this come from drawing by hand


@dataclass(slots=True)
class Placed:
    """A cell on the grid as drawn: columns [left, right), rows [top, bottom); `joins_up`: it continues one above."""

    text: str
    path: str
    top: int
    left: int
    right: int
    bottom: int
    nested: tuple[Table, ...] = ()
    joins_up: bool = False


def merge_down(drawn: list[Placed], widths: Sequence[int]) -> list[Placed]:
    """The cells of a Word table (row by row) with those that continue the one above, at the same left edge, merged
    into it. `widths`: the widths of the grid's columns in twentieths of a point, if known."""
    if line_of := _lines(drawn, widths):
        for cell in drawn:
            cell.left, cell.right = line_of[cell.left], line_of[cell.right]
    placed: list[Placed] = []
    last: dict[int, Placed] = {}  # by left edge
    for cell in drawn:
        owner = last.get(cell.left) if cell.joins_up else None
        if owner is not None and owner.bottom == cell.top:
            owner.bottom = cell.bottom
        else:
            last[cell.left] = cell
            placed.append(cell)
    return placed


def count_columns(placed: Sequence[Placed]) -> int:
    """The number of columns that the table will have at most."""
    return len({cell.left for cell in placed})


def build_table(placed: Sequence[Placed], n_rows: int, place: NodePlace) -> Table:
    """The table of these cells, its columns those in which a cell begins."""
    begins = sorted({cell.left for cell in placed})
    column = {line: index for index, line in enumerate(begins)}
    cells = []
    new = tuple.__new__  # half the time of calling the class
    for cell in placed:
        top, left, right = cell.top, cell.left, cell.right
        col = column[left]
        span = 1 if right == left + 1 else bisect_left(begins, right) - col
        spans = cell.bottom - top, span
        cells.append(new(Cell, (top, col, cell.text, new(NodePlace, (cell.path, None)), *spans, *_REST, cell.nested)))
    return Table(n_rows, len(begins), tuple(cells), place)


def _lines(drawn: Sequence[Placed], widths: Sequence[int]) -> dict[int, int]:
    """Grid lines → the first line of their cluster, where lines nearer than `_NARROW` are one; no cell may vanish."""
    if len(widths) < 2 or not 0 <= min(widths) < _NARROW:
        return {}
    edges = sorted({edge for cell in drawn for edge in (cell.left, cell.right)})
    if not edges or edges[-1] > len(widths):
        return {}
    position = [0, *accumulate(widths)]
    line_of: dict[int, int] = {}
    first = edges[0]
    for edge in edges:
        if position[edge] - position[first] >= _NARROW:
            first = edge
        line_of[edge] = first
    if any(line_of[cell.left] == line_of[cell.right] for cell in drawn):
        return {}
    return line_of
