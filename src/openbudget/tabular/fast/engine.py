"""The fast engine: blocks to both cores, results in order, keys at the end; memory is bounded whatever the size."""

from __future__ import annotations

import io
import os
import secrets
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from openbudget.tabular.check import EMPTY, break_faults, descriptor_faults, encoding_faults, in_order, layout_of
from openbudget.tabular.column import compile_columns
from openbudget.tabular.encoding import Decoding, decide
from openbudget.tabular.fast.blocks import Raw, cut, shape_of
from openbudget.tabular.fast.frame import exact_frame, faults_of, read_frame
from openbudget.tabular.fast.keytext import kind_of
from openbudget.tabular.fast.pieces import Keys, Piece
from openbudget.tabular.fast.plan import Plan, plan_of
from openbudget.tabular.fast.targets import KeyTexts
from openbudget.tabular.faults import Fault, FaultStore
from openbudget.tabular.records import Records
from openbudget.tabular.rows import RowChecker
from openbudget.tabular.schema import ForeignKey
from openbudget.tabular.source import TableResult, TableSource

if TYPE_CHECKING:
    from openbudget.tabular.keys import Target

BLOCK = 16 << 20  # bytes
_AHEAD = 3  # blocks that wait or are worked on
_HEADER = 1  # rows of the header
_HEAD = 1 << 16  # bytes in which it ends


class LargeChecker:
    """A large table on its way through (see `check.Checker`)."""

    def __init__(self, source: TableSource, codec: str) -> None:
        self.source = source
        self.codec = codec
        self.schema = source.with_null()
        self.exact, self._schema_faults = compile_columns(self.schema)
        self.seeds = (secrets.randbits(63), secrets.randbits(63))
        self.targets: dict[tuple[str, ...], KeyTexts] = {}
        self.references: list[tuple[ForeignKey, Target]] = []
        self._folder = tempfile.TemporaryDirectory(prefix="openbudget-")
        self.keys: Keys | None = None
        self._start()

    def _start(self) -> None:
        """As if nothing had been read."""
        self.faults = FaultStore()
        self.faults.extend(descriptor_faults(self.source, self._schema_faults))
        self.n_rows = self._records = self._lines = 0
        self._close()
        for target in self.targets.values():
            target.clear()

    def target(self, fields: tuple[str, ...]) -> Target:
        if fields not in self.targets:
            kinds = [kind_of(field) for name in fields for field in self.schema.fields if field.name == name]
            self.targets[fields] = KeyTexts(kinds, self.seeds)
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
            self.keys.settle(self.faults, _HEADER)
        self._close()
        self._folder.cleanup()

    def _close(self) -> None:
        if self.keys is not None:
            self.keys.close()
            self.keys = None

    # --- the fast path

    def _blocks(self, stream: BinaryIO) -> None:
        """Blocks to the pool, results in their order; from a block on that cannot be told from the next, exactly."""
        blocks = cut(stream, BLOCK)
        first = next(blocks, None)
        if first is None:
            self.faults.add(Fault(EMPTY, None, None, -1, None, None, ""))
            return
        if not first.closed or b"\n" not in first.data:
            self._rest(0, Decoding(_reading(self.codec)))
            return
        after = self._header(first)
        if after is None:
            self._rest(0, Decoding(_reading(self.codec)))
            return
        with ThreadPoolExecutor(min(os.cpu_count() or 1, 2)) as pool:
            waiting: deque[tuple[Raw, Future[Piece | None]]] = deque()
            for raw in _chained(after, blocks):
                waiting.append((raw, pool.submit(self._process, raw)))
                if len(waiting) > _AHEAD and not self._next(waiting):
                    return
            while waiting:
                if not self._next(waiting):
                    return

    def _header(self, first: Raw) -> Raw | None:
        """Take the header off the first block; None where it is not well-formed."""
        decoding = Decoding(_reading(self.codec))
        head = first.data[: first.data.rfind(b"\n", 0, _HEAD) + 1]
        records = Records(io.BytesIO(head), decoding, self.source.dialect)
        if not records.labels or any(one.number <= _HEADER for one in records.breaks):
            return None
        lines = next((block.lines[0] - 1 for block in records if block.lines), None)
        end = len(head)
        if lines is not None:
            end = 0
            for _ in range(lines):
                end = first.data.find(b"\n", end) + 1
        elif len(head) < len(first.data):
            return None
        header = first.data[:end]
        if header.count(b"\r") != header.count(b"\r\n") or not header.endswith(b"\n"):
            return None
        self._lines = header.count(b"\n")
        self._plan(records.labels)
        quotes = first.quotes - first.data.count(b'"', 0, end)
        return Raw(first.offset + end, first.data[end:], quotes, first.last, first.closed)

    def _plan(self, labels: list[str]) -> None:
        layout = layout_of(labels, self.source)
        self.faults.extend(layout.faults)
        wanted = [key.fields for key, _ in self.references]
        plan = plan_of(layout, self.schema, self.exact, wanted, list(self.targets))
        self.keys = Keys(plan, self.source, self.references, self.targets, self.seeds, Path(self._folder.name))
        self.plan: Plan = plan

    def _process(self, raw: Raw) -> Piece | None:
        """A block as checked (by a thread); None where it needs the exact checker."""
        if not raw.closed:
            return None
        data = raw.data if self.codec == "utf-8" else raw.data.decode(self.codec).encode()
        delimiter = self.source.dialect.delimiter
        shape = shape_of(data, delimiter.encode(), raw.quotes)
        frame = None if shape is None else read_frame(data, shape, self.plan, delimiter)
        if frame is None:
            return None
        assert self.keys is not None
        faults = faults_of(frame)  # first: what it finds faulty takes no part in keys
        return self.keys.piece(frame, frame.records, faults)

    def _next(self, waiting: deque[tuple[Raw, Future[Piece | None]]]) -> bool:
        """Take the block whose turn it is; False where the rest of the file was read instead."""
        raw, future = waiting.popleft()
        piece = future.result()
        if piece is not None:
            self._take(piece)
            return True
        pieces = self._exactly(raw)
        if pieces is None:
            for _, later in waiting:
                later.cancel()
            waiting.clear()
            self._rest(raw.offset, Decoding(self.codec))
            return False
        base = self._records, self._lines
        for one in pieces:
            self._take(one, base)
        return True

    def _take(self, piece: Piece, base: tuple[int, int] = (0, 0)) -> None:
        """Put a block behind those before it. `base`: the records and lines before the stream of exact faults."""
        assert self.keys is not None
        for lane, batch in piece.batches:
            self.faults.add_batch(batch.moved(self._records + _HEADER + 1, self._lines + 1), lane)
        self.faults.extend(
            [
                one._replace(number=one.number + base[0] + _HEADER, line=one.line + base[1])
                for one in piece.faults
                if one.number is not None and one.line is not None
            ]
        )
        self.keys.take(piece, self._records, self._lines)
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
            records = Records(stream, decoding, self.source.dialect._replace(header_rows=()))
            self._all(records)

    def _whole(self, stream: BinaryIO, decoding: Decoding) -> None:
        records = Records(stream, decoding, self.source.dialect)
        if records.header_missing:
            self.faults.add(Fault(EMPTY, None, None, -1, None, None, ""))
            return
        self._plan(records.labels)
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
                lines, line = (line, records.next_line), records.next_line
                frame = exact_frame(checked, self.plan, given, before + 1, lines)
                piece = self.keys.piece(frame, len(block.rows), None)
            yield replace(piece, faults=in_order(checked.faults))
            before += given
        if records.breaks:
            yield Piece(faults=in_order(break_faults(records.breaks)))


def _reading(codec: str) -> str:
    return "utf-8-sig" if codec == "utf-8" else codec


def _chained(first: Raw, rest: Iterator[Raw]) -> Iterator[Raw]:
    if first.data:
        yield first
    yield from rest


def skip(stream: BinaryIO, offset: int) -> None:
    """Go to `offset`, in a stream that may not know how to seek."""
    with suppress(OSError, io.UnsupportedOperation):
        stream.seek(offset)
        return
    while offset > 0 and (block := stream.read(min(offset, 1 << 20))):
        offset -= len(block)
