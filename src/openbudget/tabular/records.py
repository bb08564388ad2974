"""A delimited text as records: rows of cells, each with its number and its line, in blocks.

Records are parsed as RFC 4180 says, by the standard library in its strict mode. Where that refuses (text after
a closing quote, a quote that is never closed), the fault is noted and the record is read leniently, so that
the rest of the file is still checked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

from openbudget.tabular.dialect import Dialect
from openbudget.tabular.encoding import Decoding

BLOCK = 4096
MAX_CELL = 1 << 24  # characters; a longer one is a quote that was never closed


class Block:
    """Some records in a row. `numbers` counts records from 1 (header and comments included), `lines` gives the line
    of the file where a record begins, from 1."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.numbers: list[int] = []
        self.lines: list[int] = []


class Break(NamedTuple):
    """A record that is not well-formed: `key` names a message (`tabular.STR-020`, `tabular.too_long`)."""

    key: str
    number: int
    line: int
    text: str


class Records:
    """Iterates over the blocks of a text; `labels` (the header's, joined over its rows) and `breaks` are known
    as far as has been read. `header_missing` is True where the file ends before its header, `open` where it ended
    within quotes; `next_line` is the line of the next record."""

    def __init__(self, stream: BinaryIO, decoding: Decoding, dialect: Dialect) -> None:
        self.dialect = dialect
        self.breaks: list[Break] = []
        self.labels: list[str] = []
        self.header_missing = bool(dialect.header_rows)
        self.open = False
        self.next_line = 1
        text = io.TextIOWrapper(stream, decoding.codec, decoding.errors, newline="")
        self._blocks = self._all(text)
        self._first = next(self._blocks, None)

    def __iter__(self) -> Iterator[Block]:
        if self._first is not None:
            yield self._first
            yield from self._blocks

    def _all(self, text: io.TextIOWrapper) -> Iterator[Block]:
        """All blocks; the stream stays open for whoever opened it."""
        try:
            yield from self._read(text)
        finally:
            with suppress(ValueError):  # it is closed
                text.detach()

    def _read(self, text: Iterable[str]) -> Iterator[Block]:
        last_header = self.dialect.header_rows[-1] if self.dialect.header_rows else 0
        block = Block()
        for index, (cells, number, line) in enumerate(self._numbered(text), 1):
            if index <= last_header:  # lines of comments do not count here
                if index in self.dialect.header_rows:
                    self._header(cells)
                continue
            if number in self.dialect.comment_rows:
                continue
            block.rows.append(cells)
            block.numbers.append(number)
            block.lines.append(line)
            if len(block.rows) == BLOCK:
                yield block
                block = Block()
        yield block

    def _header(self, cells: list[str]) -> None:
        self.header_missing = False
        for index, cell in enumerate(cells):
            if index >= len(self.labels):
                self.labels.append(cell)
            elif cell and cell != self.labels[index]:
                self.labels[index] = self.dialect.header_join.join(part for part in (self.labels[index], cell) if part)

    def _numbered(self, text: Iterable[str]) -> Iterator[tuple[list[str], int, int]]:
        """Every record with its number and first line. One strict reader after another over the same lines: after a
        fault, the lines of the record are read once more, leniently."""
        held: list[str] = []
        skipped = 0
        comment = self.dialect.comment_char

        def feed() -> Iterator[str]:
            nonlocal skipped
            for line in text:
                if comment and not held and line.startswith(comment):
                    skipped += 1
                    lines_skipped[0] += 1
                    continue
                held.append(line)
                yield line

        lines_skipped = [0]
        lines, number, line = feed(), 0, 1
        limit = csv.field_size_limit(MAX_CELL)
        try:
            while True:
                try:
                    for cells in csv.reader(lines, strict=True, **self._options()):
                        number += 1
                        begin = line + lines_skipped[0]
                        line += len(held)
                        held.clear()
                        self.next_line = line + lines_skipped[0]
                        yield cells, number + skipped, begin
                    return
                except csv.Error as error:
                    number += 1
                    begin = line + lines_skipped[0]
                    broken = self._leniently(held, lines, number + skipped, begin, "end of data" in str(error))
                    if broken is None:
                        return
                    line += len(held)
                    held.clear()
                    self.next_line = line + lines_skipped[0]
                    yield broken, number + skipped, begin
        finally:
            csv.field_size_limit(limit)

    def _leniently(
        self, held: list[str], lines: Iterator[str], number: int, line: int, ended: bool
    ) -> list[str] | None:
        shown = held[0].rstrip("\r\n")[:80] if held else ""
        try:
            cells: list[str] = next(csv.reader(chain(held[:], lines), **self._options()))
        except (csv.Error, StopIteration):
            self.open = True
            self.breaks.append(Break("tabular.too_long", number, line, shown))
            return None
        self.breaks.append(Break("tabular.STR-020", number, line, shown))
        self.open = ended
        return cells

    def _options(self) -> dict[str, Any]:
        dialect = self.dialect
        return {
            "delimiter": dialect.delimiter,
            "quotechar": dialect.quote,
            "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
            "doublequote": dialect.double_quote,
            "escapechar": dialect.escape,
            "skipinitialspace": dialect.skip_initial_space,
        }
