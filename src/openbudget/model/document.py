"""What a reader gives: the pieces of a source in reading order, each with its place.

A reader knows nothing of budgets. It keeps *empty* and *covered by a span* apart: `Table.cells` holds only the
cells that exist, each once, with its spans; the filled view is derived with `Table.cell_at`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from openbudget.model.place import Locator, TextPlace, split_chars


class Source(NamedTuple):
    """The file as received. `format` is the reader's name (`text`, `docx`, `pdf` …); `charset` only for text and
    HTML; `tool` says what read it where that was an external program (`LibreOffice 7.4.7`)."""

    name: str
    sha256: str
    size: int
    media_type: str
    format: str
    charset: str | None = None
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a reader or recogniser could not place or had to decide: `key` names a message of the catalogue."""

    key: str
    args: dict[str, str] = field(default_factory=dict)
    place: Locator | None = None
    file: str | None = None


class Heading(NamedTuple):
    """A heading that the format itself marks as one (Word style, HTML h1–h6); `level` from 1."""

    level: int
    text: str
    place: Locator


class Paragraph(NamedTuple):
    """A paragraph of prose. `text` may hold `\\n` for line breaks within it."""

    text: str
    place: Locator
    confidence: float = 1.0


class Cell(NamedTuple):
    """One cell. `row` and `col` from 0; `text` with `\\n` between its lines, outer blanks removed.

    `origin` is `explicit` or `ocr`; `confidence` is 1 unless read by OCR. `nested`: tables inside the cell,
    whose text is not repeated in `text`.
    """

    row: int
    col: int
    text: str
    place: Locator
    rowspan: int = 1
    colspan: int = 1
    origin: str = "explicit"
    confidence: float = 1.0
    nested: tuple[Table, ...] = ()


class TablePart(NamedTuple):
    """A piece of a table that was stitched over pages: its place and the rows [first, last) it gave."""

    place: Locator
    first_row: int
    last_row: int


@dataclass(frozen=True)
class Table:
    """A grid of cells. `parts` is empty unless the table was stitched; with it the stitching can be undone.

    `name` is the sheet's name or the caption that the format itself attaches, if any.
    """

    n_rows: int
    n_cols: int
    cells: tuple[Cell, ...]
    place: Locator
    parts: tuple[TablePart, ...] = ()
    name: str | None = None

    @cached_property
    def _owners(self) -> dict[tuple[int, int], Cell]:
        owners: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            if cell.rowspan == cell.colspan == 1:
                owners.setdefault((cell.row, cell.col), cell)
                continue
            for row in range(cell.row, cell.row + cell.rowspan):
                for col in range(cell.col, cell.col + cell.colspan):
                    owners.setdefault((row, col), cell)
        return owners

    def cell_at(self, row: int, col: int) -> Cell | None:
        """The cell that covers (row, col), by itself or by its span; None where there is none."""
        return self._owners.get((row, col))

    def rows(self) -> Iterator[tuple[Cell | None, ...]]:
        """The filled view, row by row."""
        owner = self._owners.get
        for row in range(self.n_rows):
            yield tuple([owner((row, col)) for col in range(self.n_cols)])


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Document:
    """A source as read: its blocks in reading order, and what the reader has to say about them."""

    source: Source
    blocks: tuple[Block, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str | None = None  # a plain text as decoded, line ends made \n (only where format is text)

    def pieces(self) -> Iterator[Heading | Paragraph | Cell]:
        """Every piece that holds text: headings, paragraphs, cells (nested ones after their owner)."""
        for block in self.blocks:
            if isinstance(block, Table):
                yield from _cells(block)
            else:
                yield block

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {piece.place.fragment: piece.text for piece in self.pieces()}

    def text_at(self, fragment: str) -> str:
        """The text at a locator's fragment (with or without `#`); KeyError where nothing stands there."""
        fragment = fragment.removeprefix("#")
        if self.text is not None and fragment.startswith(("line=", "char=")):
            scheme, _, span = fragment.partition("=")
            start, end = (int(number) for number in span.split(","))
            if scheme == "char":
                return self.text[start:end]
            return "\n".join(self.text.split("\n")[start:end]).strip()
        whole, chars = split_chars(fragment)
        text = self._texts[whole]
        return text if chars is None else text[chars[0] : chars[1]]


def _cells(table: Table) -> Iterator[Cell]:
    for cell in table.cells:
        yield cell
        for nested in cell.nested:
            yield from _cells(nested)


def count_lines(text: str) -> int:
    """The number of lines of `text` that are not blank: the measure of coverage."""
    return sum(1 for line in text.split("\n") if line.strip())


__all__ = [
    "Block",
    "Cell",
    "Diagnostic",
    "Document",
    "Heading",
    "Paragraph",
    "Source",
    "Table",
    "TablePart",
    "TextPlace",
    "count_lines",
]
