"""Pages of glyphs and rules → the blocks of a document: paragraphs and tables in reading order, page furniture
and contents lists taken out (and said), tables stitched over pages. Shared by PDF, OFD and scans.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from openbudget.model.document import Block, Diagnostic, Paragraph
from openbudget.model.place import PagePlace
from openbudget.readers.lattice import Tables, tables
from openbudget.readers.lattice_furniture import without_contents, without_furniture
from openbudget.readers.lattice_gap_top import Seen
from openbudget.readers.lattice_grid import Box, Grid, Rule
from openbudget.readers.lattice_lines import Glyph, TextLine, text_lines
from openbudget.readers.lattice_open import looks_ruled_by_space
from openbudget.readers.lattice_prose import Prose, joined
from openbudget.readers.lattice_stitch import PageTable, Stitched, build, stitched

_PART = re.compile(r"[\d.,]")  # of a figure
_CUT = 8.0  # of the size: so far beyond the edge may the rest of a figure reach


class Sheet(Protocol):
    """What a page must give: its size and content in an upright frame, and the way back to the page."""

    @property
    def number(self) -> int: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def glyphs(self) -> list[Glyph]: ...
    @property
    def origin(self) -> str: ...
    @property
    def rules(self) -> list[Rule]: ...
    def back(self, box: Box) -> Box: ...


@dataclass(slots=True)
class Page:
    """A page with its pieces in reading order."""

    sheet: Sheet
    items: list[TextLine | PageTable] = field(default_factory=list)


def blocks_of(sheets: Iterable[Sheet]) -> tuple[tuple[Block, ...], list[Diagnostic]]:
    """The blocks of a document and what was decided on the way."""
    diagnostics: list[Diagnostic] = []
    pages = _pages(sheets, diagnostics)
    without_furniture(pages, diagnostics)
    without_contents(pages, diagnostics)
    feet = _feet(pages)
    by_number = {page.sheet.number: page.sheet for page in pages}
    blocks: list[Block] = []
    for piece in joined(pages, stitched(pages, diagnostics), feet):
        if isinstance(piece, Stitched):
            blocks.append(build(piece, by_number, feet, diagnostics))
        else:
            blocks.append(_paragraph(piece, by_number))
    return tuple(blocks), diagnostics


def _pages(sheets: Iterable[Sheet], diagnostics: list[Diagnostic]) -> list[Page]:
    """The pages with their pieces. One with a header that only a later page tells is read again."""
    pages: list[Page] = []
    found: list[Tables] = []
    told: list[Seen] = []
    seen = Seen(None, {}, set())
    for sheet in sheets:
        found.append(_tables(sheet, seen))
        pages.append(_page(sheet, found[-1]))
        told.append(seen)
        seen = Seen(found[-1].layout, seen.headers, set())
    for index, before in enumerate(told):
        if not before.missed.isdisjoint(before.headers):
            found[index] = _tables(pages[index].sheet, before)
            pages[index] = _page(pages[index].sheet, found[index])
    for page, tables_of_page in zip(pages, found, strict=True):
        diagnostics.extend(_said(page.sheet, tables_of_page))
    return pages


def _tables(sheet: Sheet, seen: Seen) -> Tables:
    return tables(_seen_of(sheet), sheet.rules, seen)


def _seen_of(sheet: Sheet) -> list[Glyph]:
    """The glyphs on the page. Where the edge of the page cuts a figure off, what is left of it is no figure: the last
    digit before the edge stands as U+FFFD."""
    there = [glyph for glyph in sheet.glyphs if _on_page(glyph, sheet)]
    if len(there) == len(sheet.glyphs):
        return there
    beyond = {glyph.run: glyph for glyph in sheet.glyphs if _PART.fullmatch(glyph.text) and not _on_page(glyph, sheet)}
    nearest: dict[int, tuple[float, int]] = {}
    for at, glyph in enumerate(there):
        if (cut := beyond.get(glyph.run)) is not None and _PART.fullmatch(glyph.text):
            off = abs(glyph.x0 - cut.x0) + 9 * abs(glyph.top - cut.top)
            nearest[glyph.run] = min(nearest.get(glyph.run, (off, at)), (off, at))
    for off, at in nearest.values():
        if off < _CUT * there[at].size:
            there[at] = there[at]._replace(text="\ufffd")
    return there


def _page(sheet: Sheet, found: Tables) -> Page:
    numbered = [PageTable(sheet.number, number, grid) for number, grid in enumerate(found.grids, 1)]
    return Page(sheet, _ordered(text_lines(found.rest, sheet.number), numbered))


def _said(sheet: Sheet, found: Tables) -> Iterator[Diagnostic]:
    """What seems to be a table and is read as text, since nothing tells its cells for sure."""
    place = PagePlace(sheet.number, sheet.back((0.0, 0.0, sheet.width, sheet.height)))
    for text in found.refused or filter(None, [looks_ruled_by_space(found.rest)]):
        yield Diagnostic("readers.table_without_lines", {"text": text[:60]}, place)


def _on_page(glyph: Glyph, sheet: Sheet) -> bool:
    """False for print beyond the edge of the page, which nobody sees (the rest of a sheet wider than its page)."""
    across, down = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return 0 <= across <= sheet.width and 0 <= down <= sheet.height


def _feet(pages: Sequence[Page]) -> dict[int, float]:
    """How far down the print reaches on pages of the same height, by number of the page."""
    lowest: dict[int, float] = {}
    for page in pages:
        for item in page.items:
            bottom = item.grid.ys[-1] if isinstance(item, PageTable) else item.box[3]
            high = round(page.sheet.height)
            lowest[high] = max(lowest.get(high, 0.0), bottom)
    return {page.sheet.number: lowest.get(round(page.sheet.height), 0.0) for page in pages}


def _ordered(lines: Sequence[TextLine], grids: Sequence[PageTable]) -> list[TextLine | PageTable]:
    def top(item: TextLine | PageTable) -> float:
        return item.grid.ys[0] if isinstance(item, PageTable) else (item.box[1] + item.box[3]) / 2

    return sorted([*lines, *grids], key=top)


def _paragraph(prose: Prose, sheets: dict[int, Sheet]) -> Paragraph:
    place = PagePlace(prose.page, sheets[prose.page].back(prose.box))
    return Paragraph(prose.text, place, prose.score)


__all__ = ["Grid", "Page", "Sheet", "blocks_of"]
