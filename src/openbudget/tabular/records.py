"""A delimited text as records: rows of cells, each with its number and its line, in blocks.

Records are parsed as RFC 4180 says, by the standard library in its strict mode. Where that refuses (text after
a closing quote, a quote that is never closed), the fault is noted and the record is read leniently, so that
the rest of the file is still checked.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
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

    def _read(self, text: Iterator[str]) -> Iterator[Block]:
        """Lines are read many at once as long as their records are well-formed; from the first fault on, and where
        there may be comments, record by record."""
        last_header = self.dialect.header_rows[-1] if self.dialect.header_rows else 0
        lines, number, line = list(islice(text, BLOCK)), 0, 0
        while lines and not (self.dialect.comment_char or self.dialect.comment_rows):
            rows, ends = self._well_formed(lines)
            if not rows:
                break
            for index in range(number + 1, min(number + len(rows), last_header) + 1):
                if index in self.dialect.header_rows:
                    self._header(rows[index - number - 1])
            block, skipped = Block(), max(0, last_header - number)
            block.rows = rows[skipped:]
            block.numbers = list(range(number + 1, number + 1 + len(rows)))[skipped:]
            block.lines = [line + end + 1 for end in (0, *ends[:-1])][skipped:]
            number, line = number + len(rows), line + ends[-1]
            self.next_line = line + 1
            yield block
            lines = [*lines[ends[-1] :], *islice(text, BLOCK)]
        yield from self._record_by_record(chain(lines, text), last_header, number, line)

    def _well_formed(self, lines: list[str]) -> tuple[list[list[str]], list[int]]:
        """The first records of `lines`, up to one that is not well-formed or not whole, and the lines read at the end
        of each."""
        rows: list[list[str]] = []
        ends: list[int] = []
        limit = csv.field_size_limit(MAX_CELL)
        try:
            reader = csv.reader(lines, strict=True, **self._options())
            for cells in reader:
                rows.append(cells)
                ends.append(reader.line_num)
        except csv.Error:
            pass
        finally:
            csv.field_size_limit(limit)
        return rows, ends

    def _record_by_record(self, text: Iterable[str], last_header: int, done: int, line: int) -> Iterator[Block]:
        """The blocks of what comes after `done` records and `line` lines."""
        block = Block()
        for index, (cells, number, begin) in enumerate(self._numbered(text, done, line + 1), done + 1):
            if index <= last_header:  # lines of comments do not count here
                if index in self.dialect.header_rows:
                    self._header(cells)
                continue
            if number in self.dialect.comment_rows:
                continue
            block.rows.append(cells)
            block.numbers.append(number)
            block.lines.append(begin)
            if len(block.rows) == BLOCK:
                yield block
                block = Block()
        if block.rows:
            yield block

    def _header(self, cells: list[str]) -> None:
        self.header_missing = False
        for index, cell in enumerate(cells):
            if index >= len(self.labels):
                self.labels.append(cell)
            elif cell and cell != self.labels[index]:
                self.labels[index] = self.dialect.header_join.join(part for part in (self.labels[index], cell) if part)

    def _numbered(self, text: Iterable[str], number: int, line: int) -> Iterator[tuple[list[str], int, int]]:
        """Every record with its number (the last was `number`) and first line (from `line`). One strict reader after
        another over the same lines: after a fault, the lines of the record are read once more, leniently."""
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
        lines = feed()
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
