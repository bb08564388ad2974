"""The unit of money that is printed once for many tables: above the title of the first of them, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from openbudget.model.amount import UNIT_WORDS, unit_code
from openbudget.model.place import Locator, SheetPlace
from openbudget.recognise.grid import unit_in
from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.lines_words import is_table_title, statement_of
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.words import plain, unnumbered

LONGEST_LINE = 60
_SENTENCE = re.compile(r"[。；;！？]")
_HEADING = re.compile(rf"^\D*?({UNIT_WORDS})\)?$|\((?:单位:?)?({UNIT_WORDS})\)")


class _Piece(NamedTuple):
    """A heading, a text or a table, and the section that it heads or stands in."""

    section: Section
    block: Text | Grid
    heading: bool = False


def share_units(sections: Sequence[Section], layouts: Layouts) -> None:
    """Gives every table of a file (of a workbook: of a sheet) the one line that states the unit of all of them.

    Such a line stands above the title of the first table, with nothing but titles between, and no other unit is printed
    there: not above, in or below a table, not over a column. One that stands between the title of a table and the
    table, or behind its number (`公开01表`), is of that table alone. It holds for the section that it stands in."""
    for pieces in _stretches(sections):
        found = _line(pieces, layouts)
        if found is None:
            continue
        section, line = found
        tables = {id(block) for own, block, _ in pieces if isinstance(block, Grid) and _within(own, section)}
        for own in sections:
            own.blocks[:] = [
                block._replace(shared=line) if isinstance(block, Grid) and id(block) in tables else block
                for block in own.blocks
            ]


def _stretches(sections: Sequence[Section]) -> list[list[_Piece]]:
    """What stands in each file, or each sheet of a workbook, in order."""
    found: dict[tuple[str, str | None], list[_Piece]] = {}
    for section in sections:
        if section.title is not None and section.place is not None:
            piece = _Piece(section, Text(section.file, section.printed, section.place), True)
            found.setdefault(_stretch(section.file, section.place), []).append(piece)
        for block in section.blocks:
            place = block.place if isinstance(block, Text) else block.table.place
            found.setdefault(_stretch(section.file, place), []).append(_Piece(section, block))
    return list(found.values())


def _stretch(file: str, place: Locator) -> tuple[str, str | None]:
    return file, place.sheet if isinstance(place, SheetPlace) else None


def _within(section: Section | None, outer: Section) -> bool:
    """True for a section and all below it; what stands before the first heading is above everything."""
    while section is not None and section is not outer:
        section = section.parent
    return section is not None or outer.title is None


def _line(pieces: Sequence[_Piece], layouts: Layouts) -> tuple[Section, Text] | None:
    """The section and the text of the one line that states the unit of all tables of a stretch."""
    first = next((at for at, piece in enumerate(pieces) if isinstance(piece.block, Grid)), None)
    stated = [at for at, piece in enumerate(pieces) if isinstance(piece.block, Text) and _states(piece.block)]
    if first is None or len(stated) != 1 or stated[0] >= first:
        return None
    section, line, heading = pieces[stated[0]]
    unit = unit_in(line.printed, line.file, line.place) if isinstance(line, Text) else None
    if unit is None or heading or not isinstance(line, Text) or not _is_short(line.printed):
        return None
    above = _folded(pieces[stated[0] - 1]) if stated[0] else ""
    between = pieces[stated[0] + 1 : first]
    if _names_one(above, layouts) or not all(_is_short(_printed(piece)) for piece in between):
        return None
    titles = map(_folded, between)
    if not any(is_table_title(title, layouts) or statement_of(title, layouts) for title in titles):
        return None
    grids = (piece.block for piece in pieces[first:] if isinstance(piece.block, Grid))
    return None if any(_prints_another(grid, unit.code) for grid in grids) else (section, line)


def _states(text: Text) -> bool:
    return "元" in text.printed and unit_in(text.printed, text.file, text.place) is not None


def _printed(piece: _Piece) -> str:
    return piece.block.printed if isinstance(piece.block, Text) else ""


def _folded(piece: _Piece) -> str:
    """A text without its numbering, folded."""
    return plain(unnumbered(_printed(piece)))


def _is_short(printed: str) -> bool:
    return len(printed) <= LONGEST_LINE and _SENTENCE.search(printed) is None


def _names_one(above: str, layouts: Layouts) -> bool:
    """True where the text above a line is the title or the number of one table, whose unit the line then is."""
    words = layouts["statements"]
    if stands(words["numbered"], above) or statement_of(above, layouts) is not None:
        return True
    return is_table_title(above, layouts) and not stands(words["of_all_tables"], above)


def _prints_another(grid: Grid, code: str) -> bool:
    """True where a table states a unit itself, or another one stands over a column or in a cell of its own."""
    for cell in grid.table.cells:
        if "元" not in cell.text:
            continue
        match = _HEADING.search(plain(cell.text))
        other = match is not None and unit_code(match[1] or match[2]) != code
        if other or unit_in(cell.text, grid.file, cell.place) is not None:
            return True
    return False
