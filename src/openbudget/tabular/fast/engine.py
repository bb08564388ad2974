"""The fast engine: blocks to both cores, results in order, keys at the end; memory is bounded whatever the size."""

from __future__ import annotations

import csv
import io
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from openbudget.tabular.check import EMPTY, break_faults, descriptor_faults, encoding_faults, in_order, layout_of
from openbudget.tabular.column import compile_columns
from openbudget.tabular.encoding import Decoding, decide
from openbudget.tabular.fast.blocks import Buffers, Raw, cut, picked, raw_of, read, skip
from openbudget.tabular.fast.cells import Cells, cells_of
from openbudget.tabular.fast.judged import Exactly, Judged, odd_rows
from openbudget.tabular.fast.keytext import kind_of
from openbudget.tabular.fast.pieces import Again, Keys, Piece
from openbudget.tabular.fast.plan import Plan, plan_of
from openbudget.tabular.fast.targets import KeyHashes
from openbudget.tabular.faults import Fault, FaultStore
from openbudget.tabular.records import MAX_CELL, Records
from openbudget.tabular.rows import RowChecker
from openbudget.tabular.schema import ForeignKey
from openbudget.tabular.source import TableResult, TableSource

if TYPE_CHECKING:
    from openbudget.tabular.check import Gatherer
    from openbudget.tabular.fast.judged import Part
    from openbudget.tabular.keys import Target

BLOCK = 2 << 20  # bytes
_AHEAD = 3  # blocks that wait or are worked on
_FEW = 50  # records of a block to one that is better read by itself
_MANY = 2  # … to one that is better looked at by itself
_HEADER = 1  # rows of the header
_HEAD = 1 << 16  # bytes in which it ends


class Stretch(NamedTuple):
    """Bytes of the file as they were read, to be read once more: from `offset` on, `size` of them (None: to the end), by
    kernels or by the exact checker (`decoding`), and its first record and line."""

    offset: int
    size: int | None
    first: int
    line: int
    records: int
    decoding: Decoding | None = None


class LargeChecker:
    """A large table on its way through (see `check.Checker`)."""

    def __init__(self, source: TableSource, codec: str, gatherer: Gatherer | None = None) -> None:
        self.source = source
        self.codec = codec
        self.gatherer = gatherer
        self.schema = source.with_null()
        self.exact, self._schema_faults = compile_columns(self.schema)
        self.targets: dict[tuple[str, ...], KeyHashes] = {}
        self.references: list[tuple[ForeignKey, Target]] = []
        self.keys: Keys | None = None
        self.buffers = Buffers(BLOCK)
        self._start()

    def _start(self) -> None:
        """As if nothing had been read."""
        self.faults = FaultStore()
        self.faults.extend(descriptor_faults(self.source, self._schema_faults))
        self.n_rows = self._records = self._lines = 0
        self.stretches: list[Stretch] = []
        self._close()
        for target in self.targets.values():
            target.clear()

    def target(self, fields: tuple[str, ...]) -> Target:
        if fields not in self.targets:
            kinds = tuple(kind_of(field) for name in fields for field in self.schema.fields if field.name == name)
            self.targets[fields] = KeyHashes(kinds)
        return self.targets[fields]

    def refer(self, key: ForeignKey, target: Target) -> None:
        self.references.append((key, target))

    def result(self) -> TableResult:
        return TableResult(self.source.name, self.n_rows, self.faults, None, self.source.path)

    def read(self) -> None:
        told = list(self.faults)
        try:
            with self.source.opened() as stream:
                self._blocks(stream)
        except UnicodeDecodeError:  # not in its encoding: once more, exactly, in the one that fits
            self._start()
            self.faults = FaultStore()
            self.faults.extend(told)
            decoding = decide(self.source.opened, self.source.encoding)
            self.faults.extend(encoding_faults(self.source, decoding))
            with self.source.opened() as stream:
                self._whole(stream, decoding)
        for target in self.targets.values():
            target.finish()

    def settle(self) -> None:
        """Repeated keys, and foreign keys whose target was not complete when they were read."""
        if self.keys is not None:
            self.keys.settle(self.faults, _HEADER, self._again)
        self._close()

    def _close(self) -> None:
        if self.keys is not None:
            self.keys.close()
            self.keys = None

    # --- the fast path

    def _blocks(self, stream: BinaryIO) -> None:
        """Blocks to the pool, results in their order; from a block on that cannot be told from the next, exactly."""
        blocks = cut(stream, BLOCK, self.buffers)
        first = next(blocks, None)
        if first is None:
            self.faults.add(Fault(EMPTY, None, None, -1, None, None, ""))
            return
        after = self._header(first) if first.closed else None
        if after is None:
            self._rest(0, Decoding(_reading(self.codec)))
            return
        limit = csv.field_size_limit(MAX_CELL)  # for all threads, which set and reset it in any order
        try:
            with ThreadPoolExecutor(min(os.cpu_count() or 1, 2)) as pool:
                waiting: deque[tuple[Raw, Future[Piece | None]]] = deque()
                for raw in _chained(after, blocks):
                    waiting.append((raw, pool.submit(self._process, raw)))
                    if len(waiting) > _AHEAD and not self._next(waiting):
                        return
                while waiting:
                    if not self._next(waiting):
                        return
        finally:
            csv.field_size_limit(limit)

    def _header(self, first: Raw) -> Raw | None:
        """Take the header off the first block; None where it is not well-formed."""
        data = first.data
        if b"\n" not in data:
            return None
        decoding = Decoding(_reading(self.codec))
        head = data[: data.rfind(b"\n", 0, _HEAD) + 1]
        records = Records(io.BytesIO(head), decoding, self.source.dialect)
        if not records.labels or any(one.number <= _HEADER for one in records.breaks):
            return None
        lines = next((block.lines[0] - 1 for block in records if block.lines), None)
        end = len(head)
        if lines is not None:
            end = 0
            for _ in range(lines):
                end = data.find(b"\n", end) + 1
        elif len(head) < len(data):
            return None
        header = data[:end]
        if header.count(b"\r") != header.count(b"\r\n") or not header.endswith(b"\n"):
            return None
        self._lines = header.count(b"\n")
        self._plan(records.labels)
        return first.without(end)

    def _plan(self, labels: list[str]) -> None:
        layout = layout_of(labels, self.source)
        self.faults.extend(layout.faults)
        wanted = [key.fields for key, _ in self.references]
        self.plan: Plan = plan_of(layout, self.schema, self.exact, wanted, list(self.targets))
        self.keys = Keys(self.plan, self.source, self.references, self.targets)
        if self.gatherer is not None:
            self.gatherer.begin(layout)

    def _cells(self, raw: Raw, odd_ones: int | None = None) -> Cells | None:
        """A block as cells; None where it needs the exact checker (for `odd_ones` see `cells_of`)."""
        if not raw.closed or raw.size > MAX_CELL:
            return None
        if self.codec != "utf-8":
            raw = raw_of(raw.data.decode(self.codec).encode(), raw.offset)
        return cells_of(raw, self.plan.width, ord(self.source.dialect.delimiter), odd_ones)

    def _parts(self, cells: Cells, names: Sequence[str] | None = None) -> list[Part]:
        odd = odd_rows(cells, self.plan, self.source.dialect)
        return [Judged(cells, self.plan, names), *([odd] if odd else [])]

    def _process(self, raw: Raw) -> Piece | None:
        """A block as checked (by a thread); None where it needs the exact checker."""
        cells = self._cells(raw)
        if cells is None:
            return None
        assert self.keys is not None
        parts = self._parts(cells)
        faults = [fault for part in parts if isinstance(part, Exactly) for fault in in_order(part.checked.faults)]
        rows = sum(len(part.numbers) for part in parts)
        gathered = () if self.gatherer is None else self._gathered(self.gatherer, raw, cells)
        piece = replace(self.keys.piece(cells.records, cells.ends, rows, parts, faults), gathered=gathered)
        return replace(piece, where=cells.where()) if self.keys.again and self.codec == "utf-8" else piece

    def _gathered(self, gatherer: Gatherer, raw: Raw, cells: Cells) -> Sequence[object]:
        if not len(cells.odd):
            return [gatherer.block(cells, raw.offset if self.codec == "utf-8" else None)]
        records = Records(io.BytesIO(raw.data), Decoding(self.codec), self.source.dialect._replace(header_rows=()))
        checker = RowChecker(self.exact, self.plan.layout, self.schema.primary_key)
        return [gatherer.rows(checker.check(block).texts) for block in records]  # the odd ones in their places

    def _next(self, waiting: deque[tuple[Raw, Future[Piece | None]]]) -> bool:
        """Take the block whose turn it is; False where the rest of the file was read instead."""
        raw, future = waiting.popleft()
        piece = future.result()
        if piece is not None:
            self._stretch(raw.offset, raw.size, piece.records)
            self._take(piece)
            self.buffers.give(raw)
            return True
        pieces = self._exactly(raw)
        if pieces is None:
            for _, later in waiting:
                later.cancel()
            waiting.clear()
            self._rest(raw.offset, Decoding(self.codec))
            return False
        self._stretch(raw.offset, raw.size, sum(one.records for one in pieces), Decoding(self.codec))
        base = self._records, self._lines
        for one in pieces:
            self._take(one, base)
        self.buffers.give(raw)
        return True

    def _stretch(self, offset: int, size: int | None, records: int, decoding: Decoding | None = None) -> None:
        self.stretches.append(Stretch(offset, size, self._records, self._lines, records, decoding))

    def _take(self, piece: Piece, base: tuple[int, int] | None = None) -> None:
        """Put a block behind those before it. `base`: the records and lines before the stream of exact faults."""
        assert self.keys is not None
        for lane, batch in piece.batches:
            self.faults.add_batch(batch.moved(self._records + _HEADER + 1, self._lines + 1), lane)
        records, lines = base or (self._records, self._lines)
        self.faults.extend(
            [
                one._replace(number=one.number + records + _HEADER, line=one.line + lines)
                for one in piece.faults
                if one.number is not None and one.line is not None
            ],
            None if base else "odd",
        )
        self.keys.take(piece)
        for gathered in piece.gathered:
            self.gatherer.take(gathered)  # type: ignore[union-attr]
        self.n_rows += piece.rows
        self._records += piece.records
        self._lines += piece.ends

    # --- the exact path

    def _exactly(self, raw: Raw) -> list[Piece] | None:
        """A block by the exact checker; None where its last record goes on behind the block."""
        if not raw.closed:
            return None
        dialect = self.source.dialect._replace(header_rows=())
        records = Records(io.BytesIO(raw.data), Decoding(self.codec), dialect)
        pieces = list(self._pieces(records))
        return None if records.open and not raw.last else pieces

    def _rest(self, offset: int, decoding: Decoding) -> None:
        """The file from a block on, exactly."""
        with self.source.opened() as stream:
            skip(stream, offset)
            if offset == 0:
                self._whole(stream, decoding)
                return
            self._stretch(offset, None, 1 << 62, decoding)
            records = Records(stream, decoding, self.source.dialect._replace(header_rows=()))
            self._all(records)

    def _whole(self, stream: BinaryIO, decoding: Decoding) -> None:
        records = Records(stream, decoding, self.source.dialect)
        if records.header_missing:
            self.faults.add(Fault(EMPTY, None, None, -1, None, None, ""))
            return
        self._plan(records.labels)
        self._stretch(0, None, 1 << 62, decoding)
        self._all(records, (-_HEADER, 0), _HEADER)

    def _all(self, records: Records, base: tuple[int, int] | None = None, before: int = 0) -> None:
        base = base or (self._records, self._lines)
        for piece in self._pieces(records, before):
            self._take(piece, base)

    def _pieces(self, records: Records, before: int = 0) -> Iterator[Piece]:
        """The rest of some records, block by block; `before`: the number of the record before them."""
        assert self.keys is not None
        checker = RowChecker(self.exact, self.plan.layout, self.schema.primary_key)
        line = 1
        for block in records:
            given = block.numbers[-1] - before if block.numbers else 0
            checked = checker.check(block)
            checked.faults.extend(break_faults(records.breaks))
            piece = Piece()
            if given:
                part = Exactly(checked, self.plan, before + 1, line)
                piece = self.keys.piece(given, records.next_line - line, len(block.rows), [part], ())
                if self.gatherer is not None:
                    piece = replace(piece, gathered=[self.gatherer.rows(checked.texts)])
                line = records.next_line
            yield replace(piece, faults=in_order(checked.faults))
            before += given
        if records.breaks:
            yield Piece(faults=in_order(break_faults(records.breaks)))

    # --- once more

    def _again(self, wanted: np.ndarray, names: Sequence[str]) -> Iterator[Again]:
        """The blocks in which some records are, read once more for their keys of the fields `names`."""
        with self.source.opened() as stream:
            done = 0
            for stretch in self.stretches:
                near = np.searchsorted(wanted, [stretch.first, stretch.first + stretch.records])
                if near[0] == near[1]:
                    continue
                here = wanted[near[0] : near[1]] - stretch.first
                known = stretch.decoding is None and self.codec == "utf-8"  # where each record is
                if known and len(here) * _FEW <= stretch.records and stream.seekable():
                    yield self._records_again(stream, stretch, here, names)
                    continue
                done = skip(stream, stretch.offset, done)
                if stretch.size is None:
                    yield from self._exactly_again(stream, stretch)
                    return
                raw = read(stream, stretch.offset, stretch.size, self.buffers)
                done += raw.size
                if stretch.decoding is not None:
                    yield from self._exactly_again(io.BytesIO(raw.data), stretch)
                elif known and len(here) * _MANY <= stretch.records:
                    yield self._records_again(raw, stretch, here, names)
                else:
                    cells = self._cells(raw)
                    assert cells is not None
                    yield Again(self._parts(cells, names), stretch.first, stretch.line)
                self.buffers.give(raw)

    def _records_again(
        self, block: Raw | BinaryIO, stretch: Stretch, wanted: np.ndarray, names: Sequence[str]
    ) -> Again:
        """Some records of a block, which is read or to be read in some places: their bytes side by side are a block as
        well."""
        assert self.keys is not None
        assert stretch.size is not None
        where = self.keys.where.some(stretch.first, stretch.records)
        starts = where & np.uint64(0xFFFFFFFF)
        starts, ends = starts[wanted], np.append(starts[1:], np.uint64(stretch.size))[wanted]
        if isinstance(block, Raw):
            raw = picked(block, starts, ends, self.buffers)
        else:
            places = zip((starts + np.uint64(stretch.offset)).tolist(), (ends - starts).tolist(), strict=True)
            raw = raw_of(b"".join(_at(block, start, size) for start, size in places))
        self.buffers.give(raw)  # until the next block is read
        cells = self._cells(raw, len(wanted))  # however many of them are odd
        assert cells is not None
        parts = self._parts(cells, names)
        for part in parts:
            part.numbers = wanted[part.numbers]
            part.lines = (where[part.numbers] >> np.uint64(32)).astype(np.int64)
        return Again(parts, stretch.first, stretch.line)

    def _exactly_again(self, stream: BinaryIO, stretch: Stretch) -> Iterator[Again]:
        assert stretch.decoding is not None
        whole = stretch.offset == 0
        dialect = self.source.dialect if whole else self.source.dialect._replace(header_rows=())
        checker = RowChecker(self.exact, self.plan.layout, self.schema.primary_key)
        for block in Records(stream, stretch.decoding, dialect):
            part = Exactly(checker.check(block), self.plan, 1 + (_HEADER if whole else 0), 1)
            yield Again([part], stretch.first, stretch.line)


def _at(stream: BinaryIO, start: int, size: int) -> bytes:
    stream.seek(start)
    return stream.read(size)


def _reading(codec: str) -> str:
    return "utf-8-sig" if codec == "utf-8" else codec


def _chained(first: Raw, rest: Iterator[Raw]) -> Iterator[Raw]:
    if first.size:
        yield first
    yield from rest
