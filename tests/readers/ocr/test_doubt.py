"""What neither reading of a cell makes anything of is no sure blank."""

from __future__ import annotations

from openbudget.model.document import Cell, Table
from openbudget.model.place import PagePlace
from openbudget.readers.lattice_grid import GridCell
from openbudget.readers.ocr import unread_places
from openbudget.readers.ocr_page import UNREAD, _agreed

CELL = GridCell(0, 0, 1, 1, (), (0.0, 0.0, 50.0, 20.0))


def test_ink_that_cannot_be_read_is_a_doubtful_blank() -> None:
    glyphs = _agreed(CELL, [], [("", 0.0, (4, 4, 30, 16))])
    cell = CELL._replace(glyphs=tuple(glyphs))
    assert (cell.text, cell.score) == ("", UNREAD)


def test_a_cell_without_ink_is_a_sure_blank() -> None:
    cell = CELL._replace(glyphs=tuple(_agreed(CELL, [], [])))
    assert (cell.text, cell.score) == ("", 1.0)


def test_each_such_cell_is_named() -> None:
    places = [PagePlace(1, (0.0, 0.0, 10.0, 10.0), 1, 1, col) for col in (1, 2, 3)]
    cells = (
        Cell(0, 0, "", places[0], origin="ocr", confidence=UNREAD),
        Cell(0, 1, "", places[1], origin="ocr"),
        Cell(0, 2, "5", places[2], origin="ocr", confidence=0.05),
    )
    assert unread_places((Table(1, 3, cells, PagePlace(1, (0.0, 0.0, 30.0, 10.0), 1)),)) == places[:1]
