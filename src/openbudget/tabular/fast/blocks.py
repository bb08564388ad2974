"""Blocks of whole records, cut from a stream of bytes, and whether their structure is beyond doubt."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

LARGEST = 64 << 20  # a record that is longer is a quote that was never closed
QUOTE, LINE, RETURN = 34, 10, 13
_PIECE = 1 << 18
_TAIL = 1 << 14
_MARK = b"\xef\xbb\xbf"
_SPARSE = 60  # bytes to a quote, above which quotes are rare
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Raw:
    """Some whole records, as far as quotes tell (`closed`: they do). `offset` counts bytes from the beginning of the
    file; `last`: nothing follows; `quotes` are counted in it."""

    offset: int
    data: bytes
    quotes: int
    last: bool = False
    closed: bool = True


def cut(stream: BinaryIO, size: int) -> Iterator[Raw]:
    """A stream in blocks of about `size` bytes that end with a line end outside of quotes.

    A block without such an end, of `LARGEST` bytes, is given as it is; nothing follows it.
    """
    if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, io.FileIO):
        return _cut_file(stream.fileno(), size)
    return _cut_stream(stream, size)


def _cut_file(file: int, size: int) -> Iterator[Raw]:
    """The blocks of a file. Each is read at once in its right length, since fresh memory costs as much as reading."""
    offset, wanted = 0, size
    while True:
        tail = os.pread(file, _TAIL, offset + wanted)
        if len(tail) < _TAIL:
            data = os.pread(file, wanted + _TAIL, offset)
            if data:
                yield Raw(offset, data, _count(data, QUOTE, 0, len(data)), last=True)
            return
        data = os.pread(file, wanted + tail.rfind(b"\n") + 1, offset)
        end, quotes = _last_end(data, len(data))
        if end == 0 and len(data) >= LARGEST:
            yield Raw(offset, data, quotes, closed=False)
            return
        if end:
            yield Raw(offset, data if end == len(data) else data[:end], quotes)
            offset, wanted = offset + end, size
        else:
            wanted *= 2


def _cut_stream(stream: BinaryIO, size: int) -> Iterator[Raw]:
    buffer = bytearray(2 * size)  # one for all blocks: fresh memory costs more than copying
    held, offset = 0, 0
    while True:
        wanted = max(size, held) + held
        if len(buffer) < wanted:
            buffer.extend(bytes(wanted - len(buffer)))
        more = _fill(stream, memoryview(buffer)[held:wanted])
        held += more
        if held < wanted:
            if held:
                yield Raw(offset, bytes(buffer[:held]), _count(buffer, QUOTE, 0, held), last=True)
            return
        end, quotes = _last_end(buffer, held)
        if end == 0 and held >= LARGEST:
            yield Raw(offset, bytes(buffer[:held]), quotes, closed=False)
            return
        if end:
            yield Raw(offset, bytes(memoryview(buffer)[:end]), quotes)
            buffer[: held - end] = buffer[end:held]
            held, offset = held - end, offset + end


def _fill(stream: BinaryIO, view: memoryview) -> int:
    """Read until `view` is full or the stream ends; gives the number of bytes."""
    done = 0
    while done < len(view):
        more = stream.readinto(view[done:])  # type: ignore[attr-defined]
        if not more:
            break
        done += more
    return done


def _count(data: bytes | bytearray, byte: int, start: int, end: int) -> int:
    """How often a byte stands in data[start:end]; piece by piece, so that what is compared stays in the cache."""
    whole = np.frombuffer(data, np.uint8)[start:end]
    return sum(int(np.count_nonzero(part == byte)) for _, part in _parts(whole))


def _parts(buffer: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """The pieces of a buffer, with where they begin; there is one at least."""
    for start in range(0, max(len(buffer), 1), _PIECE):
        yield start, buffer[start : start + _PIECE]


def _last_end(data: bytes | bytearray, held: int) -> tuple[int, int]:
    """Just behind the last line end that has an even number of quotes before it (0 where there is none), and that
    number."""
    end = data.rfind(b"\n", 0, held) + 1
    quotes = _count(data, QUOTE, 0, end)
    while end and quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= _count(data, QUOTE, before, end)
        end = before
    return end, quotes


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be said for certain of a block: how many delimiters stand within quotes, and of each cell with line ends
    in it the record (from 0) and their number. `delimiters` are all of them."""

    data: bytes
    delimiters: int
    within: int
    inner: np.ndarray
    ends: np.ndarray

    def fits(self, records: int, width: int) -> bool:
        """Whether every one of so many records has `width` cells, given that none has more."""
        return self.delimiters - self.within == records * (width - 1) and (width > 1 or records == self.lines())

    def lines(self) -> int:
        """The number of records by the line ends outside of quotes."""
        return _count(self.data, LINE, 0, len(self.data)) - int(self.ends.sum()) + (not self.data.endswith(b"\n"))


def shape_of(data: bytes, delimiter: bytes, quotes: int) -> Shape | None:
    """The shape of a block with so many quotes; None where a quote or a line end is not as RFC 4180 has it."""
    if data.startswith(_MARK) or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return None
    delimiters = _count(data, delimiter[0], 0, len(data))
    if quotes == 0:
        return Shape(data, delimiters, 0, _NONE, _NONE)
    buffer = np.frombuffer(data, np.uint8)
    places = _quoted(buffer, delimiter[0])
    if places is None:
        return None
    few = len(data) > quotes * _SPARSE
    found = _few(data, buffer, delimiter, places) if few else _many(buffer, delimiter[0], places)
    return Shape(data, delimiters, *found)


def _quoted(buffer: np.ndarray, delimiter: int) -> np.ndarray | None:
    """The places of all quotes, opening and closing ones in turn; None where a quoted cell is not well-formed."""
    quotes = np.concatenate([np.flatnonzero(part == QUOTE) + start for start, part in _parts(buffer)])
    if len(quotes) % 2:
        return None
    opening, closing = quotes[0::2], quotes[1::2]
    escaped = closing[:-1] + 1 == opening[1:]  # "" within a cell closes and opens again
    previous = buffer[opening[1:] - 1]
    starts = escaped | (previous == LINE) | (previous == delimiter)
    if opening[0] and buffer[opening[0] - 1] not in (LINE, delimiter):
        return None
    following = buffer[closing[:-1] + 1]
    stops = escaped | (following == LINE) | (following == RETURN) | (following == delimiter)
    last = closing[-1] + 1
    if not (starts.all() and stops.all()) or (last < len(buffer) and buffer[last] not in (LINE, RETURN, delimiter)):
        return None
    return quotes


# both give: the delimiters within quotes, and the line ends there (records, numbers)


def _few(data: bytes, buffer: np.ndarray, delimiter: bytes, quotes: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """Where quotes are rare, only what stands between them is looked at."""
    places = quotes.tolist()
    within = b"".join([data[start:end] for start, end in zip(places[0::2], places[1::2], strict=True)])
    if LINE not in within:
        return within.count(delimiter), _NONE, _NONE
    lines = np.concatenate([np.flatnonzero(part == LINE) + start for start, part in _parts(buffer)])
    before = np.searchsorted(lines, quotes)
    ends = before[1::2] - before[0::2]
    outer = before[0::2] - np.cumsum(ends) + ends
    hit = ends > 0
    return within.count(delimiter), outer[hit], ends[hit]


def _many(buffer: np.ndarray, delimiter: int, quotes: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """Where quotes are everywhere, all is looked at at once."""
    # sums of the pieces between quotes: every other piece, from the first quote on, is within
    within = int(np.add.reduceat(buffer == delimiter, quotes)[0::2].sum())
    lines = np.flatnonzero(buffer == LINE)
    inside = np.searchsorted(quotes, lines) % 2 == 1
    outer = np.cumsum(~inside)
    return within, outer[inside], np.ones(int(inside.sum()), np.int64)
