"""The money unit of a table: from a column's heading, from the table's title rows or the texts before it, from
the line above all tables, from the option."""

from __future__ import annotations

import re

from openbudget.errors import NotRecognisedError
from openbudget.model.amount import UNIT_WORDS, Figure, parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.model.place import SheetPlace
from openbudget.recognise.grid import Unit, stated_unit, unit_in
from openbudget.recognise.rows import cell_origin, text_origin
from openbudget.recognise.sections import Grid, Text
from openbudget.recognise.words import plain


def money_unit(
    grid: Grid, rows: tuple[int, int], given: str | None, code: str | None = None, cell: Cell | None = None
) -> tuple[str, Origin | None]:
    """Code and origin of the unit of a column whose own heading (`cell`) says `code`, or nothing; `rows`: the first and
    the last of the table's title rows and headings. NotRecognisedError (it names the option) where nothing says it."""
    if code is not None and cell is not None:
        return code, cell_origin(grid.file, cell)
    first, last = rows
    found = _in_rows(grid, first, last) if first else None
    found = found or stated_unit(grid, last)
    if found is not None:
        text = Text(grid.file, _whole(found, grid), found.place)
        return found.code, text_origin(text, found.start, found.end, "cell")
    if given:
        return given, None
    named = " ".join(plain(text.printed) for text in grid.before[-1:])
    place = grid.table.place
    where = named or (place.sheet if isinstance(place, SheetPlace) else place.fragment)
    raise NotRecognisedError("recognise.no_unit", table=where)


def _in_rows(grid: Grid, first: int, last: int) -> Unit | None:
    for cell in grid.table.cells:
        if first <= cell.row <= last and (found := unit_in(cell.text, grid.file, cell.place)) is not None:
            return found
    return None


def _whole(unit: Unit, grid: Grid) -> str:
    for cell in grid.table.cells:
        if cell.place == unit.place:
            return cell.text
    texts = (*grid.before, *([grid.shared] if grid.shared else []))
    return next((text.printed for text in texts if text.place == unit.place), unit.printed)


_WITH_UNIT = re.compile(rf"(-?[\d,.]+)({UNIT_WORDS})")


def figure_with_unit(printed: str) -> tuple[Figure, str] | None:
    """Figure and code of the unit of a cell that prints both (`12.5万元`); its own unit is that of no other cell."""
    if not printed.endswith("元"):
        return None
    match = _WITH_UNIT.fullmatch(plain(printed))
    figure, unit = (parse_figure(match[1]), unit_code(match[2])) if match is not None else (None, None)
    return (figure, unit) if figure is not None and unit is not None else None
