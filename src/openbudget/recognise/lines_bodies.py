"""A statement with a body in each of its columns (合计 | 某局本级 | 某中心 | 某站): read as one statement for each of them,
and one for the columns that are of no body.

Only what is certain: the columns of the bodies add up to a total beside them in most rows, or every body is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from openbudget.model.amount import parse_figure
from openbudget.model.document import Cell, Table
from openbudget.recognise.bodies import bare_name, is_office
from openbudget.recognise.goals import Context
from openbudget.recognise.lines import read_lines
from openbudget.recognise.lines_leaves import has_figures
from openbudget.recognise.lines_row_units import class_names
from openbudget.recognise.lines_statement import find_statement
from openbudget.recognise.lines_turned import Turned
from openbudget.recognise.lines_units import add_unit
from openbudget.recognise.lines_words import heading
from openbudget.recognise.rows import Read, cell_origin, one_line
from openbudget.recognise.sections import Grid, Section
from openbudget.recognise.words import plain

_DEEPEST = 8  # rows in which the bodies may be named
_SHORTEST = 4  # characters of a name


class _Bodies(NamedTuple):
    """The headings that name bodies, the columns of labels, and those of money that are of no body."""

    names: Sequence[Cell]
    labels: Sequence[int]
    whole: Sequence[int]
    last: int  # the first row with figures


def read_by_body(grid: Grid, section: Section, context: Context) -> bool:
    """Adds the lines of a grid that is such a statement; False where it is none."""
    found = _find(grid.table, context)
    if found is None or not _is_sure(grid.table, found, context):
        return False
    parts = [_part(grid, [*found.labels, *_columns(name)], found, context, name) for name in found.names]
    if any(not _is_read(part.grid, context) for part in parts):
        return False
    if found.whole:
        _read(_part(grid, [*found.labels, *found.whole], found, context), grid, section, context, None)
    for name, part in zip(found.names, parts, strict=True):
        if plain(name.text) == context.organization:  # its own office, that nothing tells from the department
            cells = (cell for cell in grid.table.cells if cell.col in _columns(name) and cell.row >= found.last)
            context.rows.refuse(grid.file, cells, "recognise.row_without_item")
        else:
            body = add_unit(plain(name.text), Read(one_line(name.text), cell_origin(grid.file, name)), None, context)
            _read(part, grid, section, context, body)
    context.rows.use(cell for cell in grid.table.cells if cell.row < found.last)
    return True


def _read(part: Turned, grid: Grid, section: Section, context: Context, body: str | None) -> None:
    read_lines(part.grid, section, context, body)
    part.settle(grid, context.rows)


def _is_read(grid: Grid, context: Context) -> bool:
    """True where a part is a statement of which every column is understood."""
    statement, _ = find_statement(grid, context.facts.fiscal_year, context.layouts)
    return statement is not None and all(column.known for column in statement.head.columns)


def _find(table: Table, context: Context) -> _Bodies | None:
    ends = tuple(context.layouts["facts"]["name_ends"])
    near = [cell for cell in table.cells if cell.row < _DEEPEST and _ends_as_one(plain(cell.text), context, ends)]
    rows = [cell.row for cell in near]
    row = next((row for row in sorted(set(rows)) if rows.count(row) > 1), None)
    if row is None or has_figures(table, row):
        return None
    names = [cell for cell in near if cell.row == row and _is_body(cell, context, ends)]
    if len({plain(cell.text) for cell in names}) != len(names) or len(names) < 2:
        return None
    last = next((at for at in range(row + 1, table.n_rows) if has_figures(table, at)), None)
    own = {col for name in names for col in _columns(name)}
    if last is None:
        return None
    roles = {col: _role(table, col, last, context) for col in range(table.n_cols) if col not in own}
    if None in roles.values():
        return None
    labels = [col for col, role in roles.items() if role == "label"]
    return _Bodies(names, labels, [col for col, role in roles.items() if role == "money"], last) if labels else None


def _columns(name: Cell) -> range:
    return range(name.col, name.col + name.colspan)


def _ends_as_one(folded: str, context: Context, ends: tuple[str, ...]) -> bool:
    return folded.endswith(ends) or is_office(folded, context.layouts)


def _is_body(cell: Cell, context: Context, ends: tuple[str, ...]) -> bool:
    """True for a heading that is the name of a body: its end says so, and it says nothing else."""
    text = plain(cell.text)
    bare = bare_name(text, context.layouts)
    known = heading(text, context.facts.fiscal_year, context.layouts) is not None or bare in class_names()
    office = is_office(text, context.layouts)  # 局本级
    return not known and (office or (len(bare) >= _SHORTEST and bare.endswith(ends)))


def _role(table: Table, col: int, last: int, context: Context) -> str | None:
    """What a column of no body holds, as its lowest heading says; None where it says nothing that is known."""
    cells = (table.cell_at(row, col) for row in range(last - 1, -1, -1))
    for cell in cells:
        said = heading(plain(cell.text), context.facts.fiscal_year, context.layouts) if cell is not None else None
        if said is not None:
            return "label" if said.role is not None else "money"
    return None


def _is_sure(table: Table, found: _Bodies, context: Context) -> bool:
    """True where the bodies make up the one total beside them in most of the rows, or all of them are known."""
    known = {row.id for row in context.rows.tables.get("organizations", ())}
    if all(plain(name.text) in known for name in found.names):
        return True
    if len(found.whole) != 1:
        return False
    sums = [pair for row in range(found.last, table.n_rows) if (pair := _sums(table, row, found)) is not None]
    return 3 * sum(whole == parts for whole, parts in sums) >= 2 * len(sums) > 0


def _sums(table: Table, row: int, found: _Bodies) -> tuple[Decimal, Decimal] | None:
    """The total of a row and the sum of its bodies: of each the whole of its columns, or their total where one is."""
    whole = _figure(table, row, found.whole[0])
    if whole is None:
        return None
    parts = Decimal(0)
    for name in found.names:
        figures = [_figure(table, row, col) or Decimal(0) for col in _columns(name)]
        total = len(figures) > 2 and figures[0] == sum(figures[1:], Decimal(0))
        parts += figures[0] if total else sum(figures, Decimal(0))
    return whole, parts


def _figure(table: Table, row: int, col: int) -> Decimal | None:
    cell = table.cell_at(row, col)
    figure = parse_figure(cell.text) if cell is not None else None
    return figure.value if figure is not None else None


def _part(grid: Grid, cols: Sequence[int], found: _Bodies, context: Context, name: Cell | None = None) -> Turned:
    """The grid with some of its columns only. `name`: the heading of the body whose they are, which is left out, and so
    are those over it that are not known (所属单位)."""
    kept = sorted(cols)
    moved = [(copy, cell) for cell in grid.table.cells if (copy := _narrowed(cell, kept)) is not None]
    if name is not None:
        moved = [(copy._replace(text=_without(cell, name, found, context)), cell) for copy, cell in moved]
    cells = tuple(copy for copy, _ in moved)
    return Turned(grid._replace(table=replace(grid.table, n_cols=len(kept), cells=cells, parts=())), moved)


def _narrowed(cell: Cell, kept: Sequence[int]) -> Cell | None:
    """A cell as wide as those of its columns that are kept; None where none is."""
    own = [at for at, col in enumerate(kept) if cell.col <= col < cell.col + cell.colspan]
    return cell._replace(col=own[0], colspan=len(own)) if own else None


def _without(cell: Cell, name: Cell, found: _Bodies, context: Context) -> str:
    """What a cell says besides the name of a body, over or in whose columns it may stand: a bare amount where nothing
    stands below the name."""
    if cell is name:
        amount = context.layouts["statements"]["stages"]["own"][0]
        return "" if name.row + name.rowspan < found.last else str(amount)
    above = cell.row < name.row and cell.col >= min(_columns(found.names[0])) and cell.colspan < name.col + name.colspan
    known = not above or heading(plain(cell.text), context.facts.fiscal_year, context.layouts) is not None
    return cell.text if known else ""
