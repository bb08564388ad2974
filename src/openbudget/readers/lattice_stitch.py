"""Pieces of tables on successive pages → one table, undoably: each piece keeps its page, box and rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from openbudget.model.document import Cell, Diagnostic, Table, TablePart
from openbudget.model.place import PagePlace
from openbudget.readers.lattice_beside import place_beside, widened
from openbudget.readers.lattice_cut import End, join
from openbudget.readers.lattice_grid import Grid, GridCell
from openbudget.readers.lattice_lines import TextLine

if TYPE_CHECKING:
    from openbudget.readers.lattice_pages import Page, Sheet

NEAR = 4.0  # boundaries of columns on two pages that are the same
LOOSE = 0.4  # of a column's width: how far the gutters of a table without plumb lines may differ
LOW = 0.55  # of the page's height: a table that goes on reaches at least so far down
MOST_HEADER_ROWS = 6
FOOT = 14.0  # a row that ends so near to the foot of its page may have been cut there


class PageTable(NamedTuple):
    """A table as it stands on one page; `number` counts the tables of that page from 1."""

    page: int
    number: int
    grid: Grid


class Part(NamedTuple):
    """A page's piece of a whole table: `skip` rows repeat the header and are left out; `beside` are the pieces that its
    columns go on in to the right, from left to right."""

    table: PageTable
    skip: int
    beside: tuple[PageTable, ...] = ()


@dataclass(slots=True)
class Stitched:
    """A whole table: its pieces in order."""

    parts: list[Part]


def stitched(pages: Sequence[Page], diagnostics: list[Diagnostic]) -> dict[PageTable, Stitched | None]:
    """For each table of a page: the whole table that begins with it, None where it goes on another.

    A table goes on where nothing but page furniture and its own repeated caption stands between, and the
    columns are the same. Repeated captions are taken out of the pages.
    """
    wholes: dict[PageTable, Stitched | None] = {}
    open_table: Stitched | None = None
    latest: tuple[Stitched, Page] | None = None
    caption: list[str] = []
    for page in pages:
        lead: list[TextLine] = []
        for index, item in enumerate(page.items):
            if isinstance(item, TextLine):
                lead.append(item)
                continue
            first_here = all(isinstance(other, TextLine) for other in page.items[:index])
            repeated = [_squeezed(line.text) for line in lead]
            if first_here and latest is not None and (at := place_beside(latest[0], item)) is not None:
                part = latest[0].parts[at]
                latest[0].parts[at] = part._replace(beside=(*part.beside, item))
                wholes[item], open_table = None, latest[0]
                _lead_on(page, lead, latest, caption, diagnostics)
                lead = []
                continue
            joins = open_table if first_here and (not lead or repeated == caption[-len(lead) :]) else None
            skip = None if joins is None else _joins(joins, item)
            if joins is not None and skip is not None:
                joins.parts.append(Part(item, skip))
                wholes[item] = None
                open_table = joins
                _drop(page, lead, diagnostics)
            else:
                open_table = Stitched([Part(item, 0)])
                wholes[item] = open_table
                latest = open_table, page
                caption = repeated
            lead = []
        if lead or not page.items or (open_table and open_table.parts[-1].table.grid.ys[-1] < LOW * page.sheet.height):
            open_table = None
    return wholes


def _lead_on(
    page: Page, lead: list[TextLine], whole: tuple[Stitched, Page], caption: list[str], diagnostics: list[Diagnostic]
) -> None:
    """The lines over a piece that goes on to the right: repeated captions are taken out, others (单位：万元 at the right
    edge) stand over the whole table."""
    _drop(page, [line for line in lead if _squeezed(line.text) in caption], diagnostics)
    moved = [line for line in lead if _squeezed(line.text) not in caption]
    page.items[:] = [item for item in page.items if item not in moved]
    at = whole[1].items.index(whole[0].parts[0].table)
    whole[1].items[at:at] = moved


def _drop(page: Page, lead: list[TextLine], diagnostics: list[Diagnostic]) -> None:
    for line in lead:
        place = PagePlace(line.page, page.sheet.back(line.box))
        diagnostics.append(Diagnostic("readers.caption_repeated", {"text": line.text}, place))
    page.items[:] = [item for item in page.items if item not in lead]


def _joins(whole: Stitched, table: PageTable) -> int | None:
    """How many of the table's first rows repeat the header, where the table goes on `whole`; else None."""
    first, last = whole.parts[0].table, whole.parts[-1].table
    if (
        table.page != max(one.page for one in (last, *whole.parts[-1].beside)) + 1
        or columns(first.grid, table.grid) is None
    ):
        return None
    skip = _repeated_rows(first.grid, table.grid)
    if skip == 0 and _new_header(first.grid, table.grid):
        return None
    return skip


def columns(one: Grid, other: Grid) -> tuple[float, ...] | None:
    """The boundaries of both grids' columns (as places in `one`) where those of one are among the other's."""
    shift = other.xs[0] - one.xs[0]
    moved = [x - shift for x in other.xs]
    if min(one.n_cols, other.n_cols) < 2:
        return None
    if one.open and other.open and len(moved) == len(one.xs):
        if _repeated_rows(one, other):
            return one.xs
        widths = [right - left for left, right in pairwise(one.xs)]
        near = [LOOSE * min(pair) for pair in pairwise(widths)]
        return one.xs if all(abs(a - b) < c for a, b, c in zip(one.xs[1:], moved[1:], near, strict=False)) else None
    if abs(moved[-1] - one.xs[-1]) > NEAR:
        return None
    rich, poor = (one.xs, moved) if len(one.xs) >= len(moved) else (moved, one.xs)
    if len(poor) < 3 or not all(any(abs(x - y) <= NEAR for y in rich) for x in poor):
        return None
    return tuple(rich)


def _repeated_rows(head: Grid, body: Grid) -> int:
    count = 0
    above, below = _by_row(head), _by_row(body)
    while count < min(MOST_HEADER_ROWS, head.n_rows, body.n_rows - 1):
        if _printed(above[count]) != _printed(below[count]):
            break
        count += 1
    while count and any(cell.row < count < cell.row + cell.rowspan for cell in body.cells):
        count -= 1
    return count if any(cell.text for row in below[:count] for cell in row) else 0


def _new_header(head: Grid, body: Grid) -> bool:
    """True where the piece begins with a header of its own: merged just as the table's, but other words."""
    above, below = _by_row(head)[0], _by_row(body)[0]
    layout = [(c.col, c.rowspan, c.colspan) for c in above]
    merged = any(c.colspan > 1 or c.rowspan > 1 for c in above)
    return merged and layout == [(c.col, c.rowspan, c.colspan) for c in below] and any(c.text for c in below)


def _by_row(grid: Grid) -> list[list[GridCell]]:
    rows: list[list[GridCell]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    return rows


def _printed(row: list[GridCell]) -> list[tuple[int, int, int, str]]:
    return [(cell.col, cell.rowspan, cell.colspan, _squeezed(cell.text)) for cell in row]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+|[（(]?续表?[)）]?", "", text)


def build(
    whole: Stitched, sheets: Mapping[int, Sheet], feet: Mapping[int, float], diagnostics: list[Diagnostic]
) -> Table:
    """The Table of the model: pieces under one another, cut rows joined, rows and columns without text left out.

    `feet`: how far down the print of each page can reach.
    """
    first = whole.parts[0].table.grid
    xs: tuple[float, ...] = first.xs
    for part in whole.parts[1:]:
        xs = columns(first._replace(xs=xs), part.table.grid) or xs
    cells: list[Cell] = []
    parts: list[TablePart] = []
    end = End({}, False)
    n_rows = 0
    n_cols = len(xs) - 1
    for part in whole.parts:
        page, number, grid = part.table
        place = PagePlace(page, sheets[page].back(grid.box), number)
        here = _cells(part, xs, n_rows, sheets[page])
        start = n_rows
        if parts:
            if part.skip:
                diagnostics.append(Diagnostic("readers.header_repeated", {"rows": str(part.skip)}, place))
            n_rows -= join(cells, here, n_rows, end, diagnostics) if not part.beside else 0
        last_row = n_rows + grid.n_rows - part.skip
        parts.append(TablePart(place, start, last_row))
        width = len(xs) - 1
        for other in part.beside:
            right = [
                cell._replace(col=cell.col + width)
                for cell in _cells(Part(other, part.skip), other.grid.xs, n_rows, sheets[other.page])
            ]
            here, right = widened(here, right, width)
            here.extend(right)
            width += other.grid.n_cols
            parts.append(
                TablePart(PagePlace(other.page, sheets[other.page].back(other.grid.box), other.number), start, last_row)
            )
        n_cols = max(n_cols, width)
        cells.extend(here)
        n_rows += grid.n_rows - part.skip
        index = _index(grid, xs)
        last = {index[cell.col]: cell for cell in grid.cells if cell.row + cell.rowspan == grid.n_rows}
        end = End(last, grid.ys[-1] > feet.get(page, grid.ys[-1]) - FOOT, grid.open)
    return _pruned(cells, n_rows, n_cols, parts)


def _cells(part: Part, xs: tuple[float, ...], row: int, sheet: Sheet) -> list[Cell]:
    page, number, grid = part.table
    index = _index(grid, xs)
    return [
        Cell(
            row + cell.row - part.skip,
            index[cell.col],
            cell.text,
            PagePlace(page, sheet.back(cell.box), number, cell.row + 1, cell.col + 1),
            cell.rowspan,
            index[cell.col + cell.colspan] - index[cell.col],
            origin=sheet.origin,
            confidence=cell.score,
        )
        for cell in grid.cells
        if cell.row >= part.skip
    ]


def _index(grid: Grid, xs: Sequence[float]) -> list[int]:
    """For each boundary of a grid, which of the whole table's it is. Where white parts as many columns on both pages, they
    are the same, however far the print of each page reaches."""
    if grid.open and len(grid.xs) == len(xs):
        return list(range(len(xs)))
    shift = grid.xs[0] - xs[0]
    return [min(range(len(xs)), key=lambda i: abs(xs[i] - (x - shift))) for x in grid.xs]


def _pruned(cells: list[Cell], n_rows: int, n_cols: int, parts: list[TablePart]) -> Table:
    """The table without rows and columns in which no text begins."""
    rows = sorted({cell.row for cell in cells if cell.text})
    cols = sorted({cell.col for cell in cells if cell.text})
    place = parts[0].place
    if not rows:
        rows, cols = list(range(n_rows)), list(range(n_cols))
    row_at, col_at = _kept_before(rows, n_rows), _kept_before(cols, n_cols)
    kept: list[Cell] = []
    for cell in cells:
        height = row_at[cell.row + cell.rowspan] - row_at[cell.row]
        width = col_at[cell.col + cell.colspan] - col_at[cell.col]
        if height and width:
            kept.append(cell._replace(row=row_at[cell.row], col=col_at[cell.col], rowspan=height, colspan=width))
    kept.sort(key=lambda cell: (cell.row, cell.col))
    pieces = tuple(TablePart(part.place, row_at[part.first_row], row_at[part.last_row]) for part in parts)
    return Table(len(rows), len(cols), tuple(kept), place, pieces if len(pieces) > 1 else ())


def _kept_before(kept: list[int], count: int) -> list[int]:
    """For each place 0 … count, how many kept ones stand before it."""
    result = [0] * (count + 1)
    for index in kept:
        result[index + 1] = 1
    for index in range(count):
        result[index + 1] += result[index]
    return result
