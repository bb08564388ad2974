"""Tables without ruling lines, or with lines between some rows only: columns from white strips, headings from where
they stand. Only what is sure becomes a table: every figure in one column, every heading over its columns, every line
in one row. All else stays text, and is told. Shared by PDF, OFD and scans.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.readers.lattice_gap_columns import Column, columns_of, fits, gutters, of_column, widened
from openbudget.readers.lattice_gap_grid import Found, grid_of
from openbudget.readers.lattice_gap_header import Header, numbers_of
from openbudget.readers.lattice_gap_lines import BEGINS, Line, far, is_between_tables, stretches, table_lines
from openbudget.readers.lattice_gap_rows import TOUCHING, Row, has_amounts, rows_of
from openbudget.readers.lattice_gap_top import Layout, Seen, Top, drawn_over, top_of
from openbudget.readers.lattice_grid import Grid
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.lattice_open import Level

FEWEST_ROWS = 2
FEWEST_COLUMNS = 3
MOST_TABLES = 12  # lines at which a stretch of lines may be parted
MARGIN = 2.0  # points left and right of a table's print


class Refused(NamedTuple):
    """Lines that seem to be a table and are not sure: the first, and where on the page the first and the last are."""

    text: str
    top: float
    bottom: float


class Gapped(NamedTuple):
    """The tables of a page, the layout of the last, and what seems to be one and is not sure."""

    grids: list[Grid]
    layout: Layout | None
    refused: list[Refused]


class Place(NamedTuple):
    """Lines of a page, the level lines drawn among them that no plumb line meets, and what the pages before tell."""

    lines: Sequence[Line]
    levels: Sequence[Level]
    seen: Seen


def gap_tables(glyph_lines: Sequence[Sequence[Glyph]], levels: Sequence[Level], seen: Seen) -> Gapped:
    """The tables that stand in lines of print. `levels`: level lines that no plumb line meets; `seen` takes in the
    headers of the page."""
    lines = table_lines(glyph_lines)
    page = Gapped([], None, [])
    floor = 0
    for first, last in stretches(lines):
        if first < floor:
            continue
        here = seen if not page.grids else seen._replace(carried=None)
        found = _tables(Place(lines, levels, here), first, last, floor)
        if found is None and _looks_like_table(lines[first : last + 1]):
            text = " ".join(piece.text for piece in lines[first].pieces)
            page.refused.append(Refused(text, lines[first].at, lines[last].at))
        for table, grid in found or ():
            page.grids.append(grid)
            page, floor = page._replace(layout=table.layout), table.last + 1
    return page


def _looks_like_table(lines: Sequence[Line]) -> bool:
    """True for lines with amounts beside other print, or one with many; false for prose broken behind figures."""
    rows = [line for line in lines if line.has_figures]
    counted = [line for line in rows if any(piece.is_amount for piece in line.pieces[1:])]
    if any(line.has_marks for line in rows):
        return False
    return len(counted) >= FEWEST_ROWS or any(len(line.pieces) > FEWEST_COLUMNS for line in counted)


Sure = tuple[Found, Grid]


def _tables(place: Place, first: int, last: int, floor: int) -> list[Sure] | None:
    """The tables of a stretch of lines: one, or several parted by lines that stand in no column; None where not all of
    them are sure."""
    lines = place.lines
    if (whole := _one(place, first, last, floor)) is not None:
        return [whole]
    lone = [i for i in range(first, last + 1) if len(lines[i].pieces) == 1 and not lines[i].has_figures]
    for index in lone if len(lone) <= MOST_TABLES else ():
        above = _one(place, first, max(i for i in range(first, index) if lines[i].has_figures), floor)
        if above is None:
            continue
        start = min(i for i in range(index, last + 1) if lines[i].has_figures)
        below = _tables(place._replace(seen=place.seen._replace(carried=None)), start, last, above[0].last + 1)
        return None if below is None else [above, *below]
    return None


def _one(place: Place, first: int, last: int, floor: int) -> Sure | None:
    """The table that a stretch of lines is; None where it is none or not sure."""
    lines = place.lines
    columns = columns_of([line for line in lines[first : last + 1] if line.has_figures])
    if columns is None or not all(fits(line, columns) for line in lines[first : last + 1]):
        return None
    found = _table(place, first, last, floor)
    grid = None if found is None else grid_of(found, lines)
    return None if found is None or grid is None else (found, grid)


def _table(place: Place, first: int, last: int, floor: int) -> Found | None:
    lines = place.lines
    columns = columns_of(lines[first : last + 1])
    if columns is None:
        return None
    begin, end = _with_labels(lines, first, last, floor, columns)
    columns = columns_of(lines[begin : end + 1])
    if columns is None or _goes_on(lines, begin, end):
        return None
    drawn = drawn_over(place.levels, columns)
    counted = begin > floor and lines[begin - 1].counts
    top = top_of(lines, begin - counted, floor, columns, place.levels, place.seen)
    start = begin if counted else top.under
    body = lines[start : end + 1]
    layout = _layout(top, columns, body, place.seen.carried if top.first == begin else None)
    if layout is None:
        return None
    rows = rows_of(body, layout.columns, drawn)
    numbers = numbers_of(lines[begin - 1], layout.columns) if counted else []
    if rows is None or numbers is None or not (top.known or _is_enough(rows, top.header)):
        top.ask(lines, place.seen)
        return None
    top.tell(lines, place.seen)
    return Found(layout, top.header, numbers, rows, top.first, end)


def _layout(top: Top, columns: Sequence[Column], body: Sequence[Line], carried: Layout | None) -> Layout | None:
    """The columns under the header, or those of the page before; None where the rows do not fit in."""
    wide = top.header.columns if top.header is not None else carried.columns if carried is not None else ()
    if not wide or not all(fits(line, wide) for line in body):
        return None
    whole = widened(wide, columns)
    if whole is None:
        return None
    if top.header is None and carried is not None:
        return Layout(whole, carried.xs)
    return Layout(whole, (whole[0].x0 - MARGIN, *gutters(whole), whole[-1].x1 + MARGIN))


def _goes_on(lines: Sequence[Line], begin: int, end: int) -> bool:
    """True where the next line is a row of figures too, though not one that could be read."""
    steps = [below.at - above.at for above, below in pairwise(lines[begin : end + 1])]
    limit = far(lines[end].size, steps)
    return end + 1 < len(lines) and lines[end + 1].has_figures and lines[end + 1].at - lines[end].at <= limit


def _is_enough(rows: Sequence[Row], header: Header | None) -> bool:
    """A row under a header of three columns is a table; under one of two, two rows are."""
    return header is None or len(rows) >= FEWEST_ROWS or len(header.columns) >= FEWEST_COLUMNS


def _with_labels(
    lines: Sequence[Line], first: int, last: int, floor: int, columns: Sequence[Column]
) -> tuple[int, int]:
    """The stretch with the lines of words above and below that are rows of it, or parts of them."""
    steps = [below.at - above.at for above, below in pairwise(lines[first : last + 1])]
    limit = far(lines[first].size, steps)
    while (
        first > floor
        and lines[first].at - lines[first - 1].at <= limit
        and _is_label(lines[first - 1], columns, lines[first])
    ):
        first -= 1
    while first > floor and _is_touching(lines[first - 1], lines[first], columns):
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].at - lines[last].at <= limit and _is_rest(lines, last + 1, columns):
        last += 1
    return first, last


def _is_touching(line: Line, row: Line, columns: Sequence[Column]) -> bool:
    """True for words so near above a row that they are of it (the first line of a name broken over two)."""
    return row.at - line.at < TOUCHING * row.size and not line.has_figures and fits(line, columns)


def _is_label(line: Line, columns: Sequence[Column], row: Line) -> bool:
    """True for a line over the first row with figures that is a row itself: it begins as rows do, at the left of its
    column."""
    if is_between_tables(line, row) or not fits(line, columns) or line.has_figures:
        return False
    piece = line.pieces[0]
    return bool(BEGINS.match(piece.text)) and any(abs(piece.x0 - column.x0) < 2.5 * line.size for column in columns)


def _is_rest(lines: Sequence[Line], index: int, columns: Sequence[Column]) -> bool:
    """True for a line under the last row with figures: the rest of its words, or a row of words."""
    line, row = lines[index], lines[index - 1]
    if is_between_tables(line, row) or not fits(line, columns) or has_amounts(line, columns):
        return False
    if abs(line.size - row.size) > 0.1 * row.size:
        return False
    lined_up = [any(abs(piece.x0 - c.x0) < line.size for c in columns if not c.amounts) for piece in line.pieces]
    return all(lined_up) if len(line.pieces) > 1 else bool(of_column(row, columns[0]) or of_column(line, columns[0]))
