"""The source view of a file that a reader gives piece by piece (Word, web pages, workbooks): headings, paragraphs and
tables whole, in the order of the file, with an anchor at every place that data came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openbudget.errors import OpenBudgetError
from openbudget.model.amount import parse_figure
from openbudget.model.document import Cell, Document, Heading, Table
from openbudget.model.place import split_chars
from openbudget.site.places import Spot
from openbudget.site.shown import clipped, escape
from openbudget.site.view import Block, View, marked, split
from openbudget.site.view_pieces import pieces_blocks

# what is read within the process of the site, or one of its own, in well under a second; the rest is shown in pieces
_READ = frozenset(
    {
        "text/html", "application/xhtml+xml", "multipart/related", "text/csv",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)  # fmt: skip
_ROWS = 150  # of a table in one block: a part of a view ends between blocks
_CUT = 20_000  # characters of one piece

Spots = Mapping[str, list[Spot]]


def read_source(name: str, media_type: str, content: bytes) -> Document | None:
    """The document in a source file; None where it is not read for its view, or cannot be."""
    from openbudget import readers

    if media_type not in _READ:
        return None
    try:
        return readers.read(name, content)
    except OpenBudgetError:
        return None


def document_view(
    name: str, number: int, document: Document, spots: Spots, sections: Sequence[Mapping[str, Any]]
) -> View:
    """The view of a document. Places that are not found in it follow at the end, as `pieces_view` shows them."""
    ids = {locator: f"k{index}" for index, locator in enumerate(spots, 1)}
    by_piece: dict[str, list[str]] = {}
    for locator in spots:
        by_piece.setdefault(split_chars(locator.removeprefix("#"))[0], []).append(locator)
    titles = headings_of(sections)
    known = {piece.place.fragment for piece in document.pieces()}
    left = {locator: spots[locator] for piece, found in by_piece.items() if piece not in known for locator in found}

    def blocks() -> Iterator[Block]:
        for block in document.blocks:
            if isinstance(block, Table):
                yield from _table(block, by_piece, ids, spots)
            elif block.text:
                locators = by_piece.get(block.place.fragment, [])
                markup, anchors = _piece(block.text, locators, ids)
                found = tuple(spot for locator in locators for spot in spots[locator])
                named = [titles[spot.row_id] for spot in found if spot.table == "sections" and spot.row_id in titles]
                level = block.level if isinstance(block, Heading) else min(named, default=0)
                yield Block(markup, "heading" if level else "paragraph", anchors, found, "", level)
        yield from pieces_blocks(left, ids, sections)

    return View(name, number, "document", split(blocks()))


def headings_of(sections: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The levels of the headings that were found in the prose, by row."""
    return {str(row["id"]): int(row.get("level") or 1) for row in sections if row.get("kind") == "heading"}


def _piece(text: str, locators: Sequence[str], ids: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The markup of a text with a span at each of its places, and the anchors by locator."""
    shown, left = clipped(text, _CUT)
    ranges = []
    for locator in locators:
        _, chars = split_chars(locator)
        start, end = chars or (0, len(text))
        ranges.append((min(start, len(shown)), min(end, len(shown)), f'id="{ids[locator]}"'))
    return marked(shown, ranges) + ("…" if left else ""), {locator: ids[locator] for locator in locators}


def _table(table: Table, by_piece: Mapping[str, list[str]], ids: Mapping[str, str], spots: Spots) -> Iterator[Block]:
    """A table as blocks of so many rows; a cell that spans more ends with its block."""
    for first in range(0, table.n_rows, _ROWS):
        last = min(first + _ROWS, table.n_rows)
        markup, anchors = _rows(table, first, last, by_piece, ids)
        if markup:
            caption = f"<caption>{escape(table.name)}</caption>" if table.name and not first else ""
            found = dict.fromkeys(spot for locator in anchors for spot in spots[locator])
            yield Block(f"<table>{caption}{markup}</table>", "table", anchors, tuple(found))


def _rows(
    table: Table, first: int, last: int, by_piece: Mapping[str, list[str]], ids: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """The rows [first, last) that are not blank, and the anchors in them."""
    width = max((cell.col + cell.colspan for cell in table.cells), default=0)
    anchors: dict[str, str] = {}
    made = []
    for row in range(first, last):
        owners = [table.cell_at(row, col) for col in range(width)]
        if not any(owners):
            continue
        cells = []
        for col, cell in enumerate(owners):
            if cell is None or cell.row < first:
                cells.append("<td></td>")
            elif (cell.row, cell.col) == (row, col):
                cells.append(_cell(cell, last, by_piece, ids, anchors))
        made.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(made), anchors


def _cell(
    cell: Cell, last: int, by_piece: Mapping[str, list[str]], ids: Mapping[str, str], anchors: dict[str, str]
) -> str:
    """A cell, its text and the tables in it; its anchors are added to `anchors`."""
    locators = by_piece.get(cell.place.fragment, [])
    whole = next((locator for locator in locators if split_chars(locator)[1] is None), None)
    markup, placed = _piece(cell.text, [locator for locator in locators if locator != whole], ids)
    anchors.update(placed)
    code = cell.text.isdigit() and len(cell.text) > 2  # more likely one than a figure
    attributes = ' class="n"' if parse_figure(cell.text) and not code else ""
    if whole is not None:
        anchors[whole] = ids[whole]
        attributes += f' id="{ids[whole]}"'
    for name, span in (("rowspan", min(cell.rowspan, last - cell.row)), ("colspan", cell.colspan)):
        attributes += f' {name}="{span}"' if span > 1 else ""
    for nested in cell.nested:
        inner, within = _rows(nested, 0, nested.n_rows, by_piece, ids)
        anchors.update(within)
        markup += f"<table>{inner}</table>"
    return f"<td{attributes}>{markup}</td>"
