"""A table too wide for its page goes on to the right on the next page: same rows, headings and figures, no labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openbudget.model.amount import is_not_applicable, parse_figure
from openbudget.model.document import Cell
from openbudget.readers.lattice_grid import Grid

if TYPE_CHECKING:
    from openbudget.readers.lattice_stitch import PageTable, Stitched

SAME = 1.5  # boundaries of rows on two pages that are the same
FEWEST_ROWS = 4


def place_beside(whole: Stitched, table: PageTable) -> int | None:
    """The index of the piece that a table goes on to the right of: the first of those that fewest pages stand beside;
    None where the table does not go on so."""
    pages = [one.page for part in whole.parts for one in (part.table, *part.beside)]
    if table.page != max(pages) + 1:
        return None
    at = min(range(len(whole.parts)), key=lambda index: len(whole.parts[index].beside))
    layer = len(whole.parts[at].beside)
    others = [part.beside[layer].grid.n_cols for part in whole.parts if len(part.beside) > layer]
    if any(n_cols != table.grid.n_cols for n_cols in others):
        return None
    return at if _goes_on(whole.parts[at].table.grid, table.grid) else None


def _goes_on(main: Grid, other: Grid) -> bool:
    if len(main.ys) != len(other.ys) or main.n_rows < FEWEST_ROWS:
        return False
    if any(abs(one - two) > SAME for one, two in zip(main.ys, other.ys, strict=True)):
        return False
    begin = min((cell.row for cell in main.cells if _is_figure(cell.text)), default=main.n_rows)
    heads = [cell.text for cell in other.cells if cell.row < begin and cell.text]
    body = [cell.text for cell in other.cells if cell.row >= begin and cell.text]
    labels = any(cell.row >= begin and cell.text and not _is_figure(cell.text) for cell in main.cells)
    figures = all(_is_figure(text) or is_not_applicable(text) for text in body)
    return bool(heads) and not any(map(_is_figure, heads)) and labels and figures


def _is_figure(text: str) -> bool:
    return parse_figure(text) is not None


def widened(left: Sequence[Cell], right: Sequence[Cell], edge: int) -> tuple[list[Cell], list[Cell]]:
    """The cells of both pages, where a heading that was cut by the edge of the first page (a blank beside it, as high as
    it, over headings) goes over its columns on the second too."""
    first_figure = min((cell.row for cell in left if _is_figure(cell.text)), default=0)
    blanks = {(cell.row, cell.rowspan): cell for cell in right if cell.col == edge and not cell.text}
    grown, gone = [], set()
    for cell in left:
        blank = blanks.get((cell.row, cell.rowspan))
        cut = cell.col + cell.colspan == edge and cell.text and cell.row + cell.rowspan < first_figure
        if cut and blank is not None:
            cell = cell._replace(colspan=cell.colspan + blank.colspan)
            gone.add(id(blank))
        grown.append(cell)
    return grown, [cell for cell in right if id(cell) not in gone]
