"""A table without ruling lines, once it is sure → a grid of cells that holds all of its print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.readers.lattice_gap_columns import of_column
from openbudget.readers.lattice_gap_header import Header, Heading
from openbudget.readers.lattice_gap_lines import Line
from openbudget.readers.lattice_gap_rows import Row
from openbudget.readers.lattice_gap_top import Layout
from openbudget.readers.lattice_grid import Grid, GridCell

MARGIN = 2.0  # points above and under a table's print


class Found(NamedTuple):
    """A table: its columns, its header, the row that numbers the columns, its rows; which lines of the page it takes."""

    layout: Layout
    header: Header | None
    numbers: list[Heading]
    rows: list[Row]
    first: int
    last: int


def grid_of(found: Found, lines: Sequence[Line]) -> Grid | None:
    """The grid; None where a cell would lack print of the table's lines, or two would share it."""
    n_header = (found.header.n_rows if found.header else 0) + bool(found.numbers)
    ys = _levels(found, lines, n_header)
    cells = sorted((*_head(found, n_header), *_body(found, ys, n_header)), key=lambda cell: (cell.row, cell.col))
    held = sorted(id(glyph) for cell in cells for glyph in cell.glyphs)
    printed = sorted(
        id(g) for line in lines[found.first : found.last + 1] for piece in line.pieces for g in piece.glyphs
    )
    return Grid(found.layout.xs, ys, tuple(cells), open=True) if held == printed else None


def _levels(found: Found, lines: Sequence[Line], n_header: int) -> tuple[float, ...]:
    """The boundaries of the rows: those of the header share its height alike."""
    tops = [_top(row[0]) for row in found.rows]
    bottoms = [_bottom(row[-1]) for row in found.rows]
    between = [(bottom + top) / 2 for bottom, (_, top) in zip(bottoms, pairwise(tops), strict=False)]
    begin = _top(lines[found.first]) - MARGIN
    body = next(index for index, line in enumerate(lines) if line is found.rows[0][0])
    under = (_bottom(lines[body - 1]) + tops[0]) / 2 if n_header else begin
    head = [begin + (under - begin) * row / n_header for row in range(n_header)]
    return (*head, under, *between, bottoms[-1] + MARGIN)


def _head(found: Found, n_header: int) -> Iterator[GridCell]:
    xs = found.layout.xs
    numbers = [heading._replace(level=n_header - 1) for heading in found.numbers]
    for first, last, glyphs, level, rows in (*(found.header.headings if found.header else ()), *numbers):
        box = (xs[first], min(g.top for g in glyphs), xs[last + 1], max(g.bottom for g in glyphs))
        yield GridCell(level, first, rows, last - first + 1, glyphs, box)


def _body(found: Found, ys: Sequence[float], n_header: int) -> Iterator[GridCell]:
    xs, columns = found.layout.xs, found.layout.columns
    for index, row in enumerate(found.rows, n_header):
        for number, column in enumerate(columns):
            glyphs = tuple(glyph for line in row for piece in of_column(line, column) for glyph in piece.glyphs)
            yield GridCell(index, number, 1, 1, glyphs, (xs[number], ys[index], xs[number + 1], ys[index + 1]))


def _top(line: Line) -> float:
    return min(glyph.top for piece in line.pieces for glyph in piece.glyphs)


def _bottom(line: Line) -> float:
    return max(glyph.bottom for piece in line.pieces for glyph in piece.glyphs)
