"""The money unit of a table: from a column's heading, from the table's title rows or the texts before it, from the option."""

from __future__ import annotations

from openbudget.errors import NotRecognisedError
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.recognise.grid import Unit, stated_unit
from openbudget.recognise.outline import Grid, Text
from openbudget.recognise.rows import cell_origin, text_origin
from openbudget.recognise.words import plain


def money_unit(grid: Grid, before: int, given: str | None, code: str | None = None, cell: Cell | None = None) -> tuple[str, Origin | None]:
    """Code and origin of the unit of a column whose own heading (`cell`) says `code`, or nothing; `before`: the row at
    which the table's title rows and headings end. NotRecognisedError (it names the option) where nothing says it."""
    if code is not None and cell is not None:
        return code, cell_origin(grid.file, cell)
    found = stated_unit(grid, before)
    if found is not None:
        return found.code, text_origin(Text(grid.file, _whole(found, grid), found.place), found.start, found.end, "cell")
    if given:
        return given, None
    place = " ".join(plain(text.printed) for text in grid.before[-1:]) or grid.table.place.fragment
    raise NotRecognisedError("recognise.no_unit", table=place)


def _whole(unit: Unit, grid: Grid) -> str:
    for cell in grid.table.cells:
        if cell.place == unit.place:
            return cell.text
    return next((text.printed for text in grid.before if text.place == unit.place), unit.printed)
