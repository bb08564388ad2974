"""A statement printed as two grids, one after the other, read as one: where the second says that it goes on (续表), or
repeats the headings under the same caption and the same name of the body.

Joined are only neighbouring grids of one file with the same number of columns, with nothing between them but captions,
and only where the second has no total that the first has: two statements of the same form stay two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from openbudget.model.amount import parse_figure
from openbudget.model.document import Cell, Table
from openbudget.recognise.grid import captions
from openbudget.recognise.layout import Layouts, matches, stands, without
from openbudget.recognise.lines_header import SEARCHED
from openbudget.recognise.lines_statement import Statement, find_statement
from openbudget.recognise.lines_words import statement_of
from openbudget.recognise.rows import Rows
from openbudget.recognise.sections import Grid, Section
from openbudget.recognise.words import plain, unnumbered

LONGEST_CAPTION = 60
_TITLES = 4  # rows of a grid in which headings can be repeated


class Joined:
    """The joined grids by the id of the first of each. `moved`: their cells that stand for cells of other grids, as
    pairs, and `repeated`: titles and headings printed again, by the same id. `taken`: the ids of the grids that were
    joined to one before them."""

    def __init__(self) -> None:
        self.grids: dict[int, Grid] = {}
        self.moved: dict[int, list[tuple[Cell, Cell]]] = {}
        self.repeated: dict[int, list[Cell]] = {}
        self.taken: set[int] = set()

    def settle(self, grid: Grid, rows: Rows) -> None:
        """Marks the cells that the joined grid of `grid` stands for, once it is read."""
        whole = self.grids.get(id(grid))
        if whole is None:
            return
        rows.use(cell for copy, cell in self.moved[id(grid)] if rows.used(copy))
        rows.use(self.repeated[id(grid)])
        caption = rows.captions.get(id(whole.table))
        if caption is not None:
            rows.captions.setdefault(id(grid.table), caption)


def join(sections: Sequence[Section], year: int, layouts: Layouts) -> Joined:
    """The statements among the grids of all sections that go on in the grid behind them."""
    joined = Joined()
    first: Grid | None = None
    for grid, between in _grids(sections):
        whole = joined.grids.get(id(first), first) if first is not None else None
        if (
            first is not None
            and whole is not None
            and _alike(whole, grid, between)
            and _may_go_on(whole, grid, between, layouts)
        ):
            statement, _ = find_statement(whole, year, layouts)
            rows = _going_on(whole, statement, grid, between, layouts) if statement is not None else None
            if rows is not None:
                joined.grids[id(first)] = _append(whole, grid, rows, joined, id(first))
                joined.taken.add(id(grid))
                continue
        first = grid
    return joined


def _grids(sections: Sequence[Section]) -> Iterator[tuple[Grid, list[str]]]:
    """Every grid with the folded texts between it and the one before."""
    between: list[str] = []
    for section in sections:
        if section.printed:
            between.append(plain(section.printed))
        for block in section.blocks:
            if isinstance(block, Grid):
                yield block, between
                between = []
            else:
                between.append(plain(block.printed))


def _alike(one: Grid, other: Grid, between: Sequence[str]) -> bool:
    same = one.file == other.file and one.table.n_cols == other.table.n_cols > 1
    return same and one.table.name == other.table.name and all(len(text) <= LONGEST_CAPTION for text in between)


def _may_go_on(whole: Grid, grid: Grid, between: Sequence[str], layouts: Layouts) -> bool:
    """A quick look, before the statement is sought: False only where `_going_on` would find nothing, whatever it is."""
    rows = [_texts(grid.table, row) for row in range(min(_TITLES, grid.table.n_rows))]
    texts = [*between, *(text for row in rows for text in row)]
    says = any(_says_so(text, layouts) for text in texts)
    repeats = any(_texts(whole.table, row) in rows for row in range(min(SEARCHED, whole.table.n_rows)))
    if not repeats and not (says and _begins_with_data(grid.table)):
        return False
    if says or not between:
        return True
    again = {_bare(text, layouts) for text in texts if text}
    own = {text.printed for text in captions(whole, SEARCHED) if _bare(plain(text.printed), layouts) in again}
    return any(statement_of(plain(unnumbered(line)), layouts) for printed in own for line in printed.split("\n"))


def _going_on(
    whole: Grid, statement: Statement, grid: Grid, between: Sequence[str], layouts: Layouts
) -> tuple[int, int] | None:
    """The rows of headings [first, last) of a grid that goes on with a statement (none: (0, 0)); None where it does
    not."""
    head = statement.head
    heading = [_texts(whole.table, row) for row in range(head.first, head.last)]
    first, last = _repeated(grid.table, heading)
    inside = [text for row in range(first) for text in _texts(grid.table, row) if text]
    says = any(_says_so(text, layouts) for text in (*between, *inside))
    if not last and not (says and _begins_with_data(grid.table)):
        return None
    own = _caption(statement, layouts)
    for text in (*between, *inside):
        bare = _bare(text, layouts)
        named = statement_of(bare, layouts)
        if named is not None and (named != statement.code or (bare != own and not says)):
            return None
    if not says and not any(_bare(text, layouts) == own for text in (*between, *inside)) and between:
        return None
    bodies = _bodies((plain(text.printed) for text in captions(whole, head.first)), layouts)
    if bodies and _bodies((*between, *inside), layouts) - bodies:
        return None
    totals = _totals(whole.table, head.last, layouts) & _totals(grid.table, last, layouts)
    return None if totals else (first, last)


def _bodies(texts: Iterable[str], layouts: Layouts) -> set[str]:
    """The names that texts label as whose table it is (`单位名称：…`)."""
    found = (re.search(layouts["facts"]["labelled"], text) for text in texts if len(text) <= LONGEST_CAPTION)
    return {match["organization"] for match in found if match is not None}


def _texts(table: Table, row: int) -> list[str]:
    cells = [table.cell_at(row, col) for col in range(table.n_cols)]
    return [plain(cell.text) if cell is not None else "" for cell in cells]


def _repeated(table: Table, heading: Sequence[list[str]]) -> tuple[int, int]:
    """The rows [first, last) of a grid that are those headings again; (0, 0) where they are not there."""
    for first in range(min(_TITLES, table.n_rows - len(heading))):
        if [_texts(table, row) for row in range(first, first + len(heading))] == list(heading):
            return first, first + len(heading)
    return 0, 0


def _begins_with_data(table: Table) -> bool:
    cells = (table.cell_at(0, col) for col in range(table.n_cols))
    return any(cell is not None and parse_figure(cell.text) is not None for cell in cells)


def _says_so(text: str, layouts: Layouts) -> bool:
    return stands(layouts["statements"]["continued"], text)


def _bare(text: str, layouts: Layouts) -> str:
    """A caption without numbering and the words that it goes on."""
    return without(layouts["statements"]["continued"], unnumbered(text))


def _caption(statement: Statement, layouts: Layouts) -> str | None:
    return _bare(plain(statement.caption.printed), layouts) if statement.caption is not None else None


def _totals(table: Table, begin: int, layouts: Layouts) -> set[str]:
    words = layouts["statements"]["totals"]
    texts = {plain(cell.text) for cell in table.cells if cell.row >= begin}
    return {text for text in texts if matches(words["any"], text) and not matches(words["part"], text)}


def _append(whole: Grid, grid: Grid, head: tuple[int, int], joined: Joined, key: int) -> Grid:
    """One grid of the rows of both; the titles and headings of the second are left out."""
    last = head[1]
    shift = whole.table.n_rows - last
    moved = [(cell._replace(row=cell.row + shift), cell) for cell in grid.table.cells if cell.row >= last]
    joined.moved.setdefault(key, []).extend(moved)
    joined.repeated.setdefault(key, []).extend(cell for cell in grid.table.cells if cell.row < last)
    cells = (*whole.table.cells, *(copy for copy, _ in moved))
    return whole._replace(table=replace(whole.table, n_rows=grid.table.n_rows + shift, cells=cells), after=grid.after)
