"""A table in shares: all lines of a body in one of them, in their order, each small enough to be held."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from openbudget.checks.proofs.lines import BODY
from openbudget.tabular import TableSource
from openbudget.tabular.check import layout_of
from openbudget.tabular.encoding import Decoding
from openbudget.tabular.fast import CODECS
from openbudget.tabular.fast.blocks import Buffers, Raw, cut
from openbudget.tabular.fast.cells import cells_of
from openbudget.tabular.header import Layout
from openbudget.tabular.records import Records
from openbudget.tabular.rowtexts import row_texts

_BLOCK = 8 << 20
_ROWS = 50_000
_MARK = b"\xef\xbb\xbf"


class Share(NamedTuple):
    """Lines on disk, in pieces: where each begins in the file, and how long it is."""

    path: Path
    pieces: tuple[tuple[int, int], ...]

    def texts(self) -> pl.DataFrame:
        """All lines, as texts (blank cells are empty)."""
        with open(self.path, "rb") as file:
            return pl.concat(
                [pl.read_ipc_stream(io.BytesIO(os.pread(file.fileno(), size, at))) for at, size in self.pieces]
            )


def shared_out(source: TableSource, folder: Path, shares: int) -> list[Share]:
    """The lines of a table, in so many shares."""
    try:
        return _written(_blocks(source), folder, shares)
    except UnicodeDecodeError:  # not in its encoding: once more, in the one that fits
        return _written(_frames(row_texts(source), source), folder, shares)


def _written(blocks: Iterable[pl.DataFrame], folder: Path, shares: int) -> list[Share]:
    paths = [folder / f"{number}.ipc" for number in range(shares)]
    pieces: list[list[tuple[int, int]]] = [[] for _ in paths]
    for path in paths:
        path.unlink(missing_ok=True)
    for block in blocks:
        numbered = block.with_columns(share=pl.col(BODY).fill_null("").hash(1) % shares)
        parts = numbered.partition_by("share", maintain_order=True, include_key=False, as_dict=True)
        for (key,), part in parts.items():
            number = int(str(key))
            with open(paths[number], "ab") as file:
                start = file.tell()
                part.write_ipc_stream(file, compression="lz4")
                pieces[number].append((start, file.tell() - start))
    return [Share(path, tuple(found)) for path, found in zip(paths, pieces, strict=True) if found]


def _blocks(source: TableSource) -> Iterator[pl.DataFrame]:
    """The rows in their order: block by block where the file is beyond doubt, else as the exact checker reads them."""
    with source.opened() as stream:
        buffers = Buffers(_BLOCK)
        raws = cut(stream, _BLOCK, buffers)
        first = next(raws, None)
        reader = None if first is None else _reader_of(first, source)
        if first is None or reader is None:
            yield from _frames(row_texts(source), source)
            return
        done = 0
        for raw in chain([reader.after(first)], raws):
            block = reader.quickly(raw)
            if block is None:
                block = reader.exactly(raw)
            if block is None:  # its last record goes on behind it
                yield from _frames(islice(row_texts(source), done, None), source)
                return
            done += block.height
            buffers.give(raw)
            yield block


def _frames(rows: Iterable[Sequence[str]], source: TableSource) -> Iterator[pl.DataFrame]:
    names = source.schema.names
    rows = iter(rows)
    while block := list(islice(rows, _ROWS)):
        columns = dict(zip(names, zip(*block, strict=True), strict=True))
        yield pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


@dataclass(frozen=True)
class _Reader:
    """Reads blocks of records of a file in UTF-8; `header` are the bytes of its first row."""

    source: TableSource
    header: bytes
    layout: Layout

    def after(self, first: Raw) -> Raw:
        """The first block without the header."""
        return first.without(len(self.header))

    def quickly(self, raw: Raw) -> pl.DataFrame | None:
        """The rows of a block; None where it is not beyond doubt."""
        texts = _block_texts(raw, len(self.layout.places), self.source.dialect.delimiter) if raw.closed else None
        if texts is None:
            return None
        columns = [self.layout.column_of(place) for place in range(len(self.source.schema.names))]
        named = zip(self.source.schema.names, columns, strict=True)
        return texts.select(
            (pl.lit(None, pl.String) if at is None else pl.col(f"c{at}")).alias(name) for name, at in named
        )

    def exactly(self, raw: Raw) -> pl.DataFrame | None:
        """The same by the exact checker; None where its last record goes on behind the block."""
        if not raw.closed:
            return None
        once = self.source._replace(opened=lambda: io.BytesIO(self.header + raw.data))
        frames = list(_frames(row_texts(once), self.source))
        if _is_open(self.header + raw.data, self.source) and not raw.last:
            return None
        return pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(self.source.schema.names, pl.String))


def _block_texts(raw: Raw, width: int, delimiter: str) -> pl.DataFrame | None:
    """The cells of a well-formed block, in columns c0, c1 …; None where its rows are not all `width` cells wide, or some
    are blank."""
    cells = cells_of(raw, width, ord(delimiter))
    data = raw.data
    if cells is None or len(cells.odd) or data.startswith(_MARK):
        return None
    columns = dict.fromkeys((f"c{index}" for index in range(width)), pl.String)
    texts = pl.read_csv(data, has_header=False, schema=columns, separator=delimiter, empty_string_is_null=False)
    return texts if texts.height == cells.rows else None


def _is_open(data: bytes, source: TableSource) -> bool:
    records = Records(io.BytesIO(data), Decoding("utf-8-sig"), source.dialect)
    for _ in records:
        records.breaks.clear()
    return records.open


def _reader_of(first: Raw, source: TableSource) -> _Reader | None:
    """A reader of the file whose first block this is; None where it is not as plain as that."""
    header = first.data[: first.data.find(b"\n") + 1]
    plain = source.dialect.plain and source.dialect.delimiter.isascii()
    utf8 = CODECS.get((source.encoding or "utf-8").lower()) == "utf-8"
    if not (plain and utf8 and first.closed and header.strip()) or b'"' in header or b"\r" in header[:-2]:
        return None
    labels = Records(io.BytesIO(header), Decoding("utf-8-sig"), source.dialect).labels
    return _Reader(source, header, layout_of(labels, source))
