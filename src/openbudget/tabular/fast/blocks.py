"""Blocks of whole records, cut from a stream of bytes, and whether their structure is beyond doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

LARGEST = 64 << 20  # a record that is longer is a quote that was never closed
QUOTE, LINE = 34, 10
_PIECE = 1 << 18
_MARK = b"\xef\xbb\xbf"
_SPARSE = 400  # bytes to a quote, above which quotes are looked at one by one
_CELL = re.compile(rb'"[^"]*(?:""[^"]*)*"')


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
    whole = np.frombuffer(data, np.uint8)
    found = 0
    for begin in range(start, end, _PIECE):
        found += int(np.count_nonzero(whole[begin : min(begin + _PIECE, end)] == byte))
    return found


def _last_end(data: bytearray, held: int) -> tuple[int, int]:
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
    inner: Sequence[int]
    ends: Sequence[int]

    def fits(self, records: int, width: int) -> bool:
        """Whether every one of so many records has `width` cells, given that none has more."""
        return self.delimiters - self.within == records * (width - 1) and (width > 1 or records == self.lines())

    def lines(self) -> int:
        """The number of records by the line ends outside of quotes."""
        return _count(self.data, LINE, 0, len(self.data)) - sum(self.ends) + (not self.data.endswith(b"\n"))


def shape_of(data: bytes, delimiter: bytes, quotes: int) -> Shape | None:
    """The shape of a block with so many quotes; None where a quote or a line end is not as RFC 4180 has it."""
    if data.startswith(_MARK) or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return None
    delimiters = _count(data, delimiter[0], 0, len(data))
    if quotes == 0:
        return Shape(data, delimiters, 0, (), ())
    few = len(data) > quotes * _SPARSE
    found = _few(data, delimiter, quotes) if few else _many(np.frombuffer(data, np.uint8), delimiter[0])
    return None if found is None else Shape(data, delimiters, *found)


# both give: the delimiters within quotes, and the line ends there; None where a quoted cell is not well-formed


def _few(data: bytes, delimiter: bytes, quotes: int) -> tuple[int, list[int], list[int]] | None:
    """Quotes that are rare are looked at cell by cell."""
    before, after = b"\n" + delimiter, b"\r\n" + delimiter
    within = outer = place = 0
    inner: list[int] = []
    ends: list[int] = []
    start = data.find(b'"')
    while start >= 0:
        match = _CELL.match(data, start)
        if match is None or (start and data[start - 1] not in before):
            return None
        end = match.end()
        if end < len(data) and data[end] not in after:
            return None
        cell = match[0]
        quotes -= cell.count(b'"')
        within += cell.count(delimiter)
        if b"\n" in cell:
            outer += _count(data, LINE, place, start)
            inner.append(outer)
            ends.append(cell.count(b"\n"))
            place = end
        start = data.find(b'"', end)
    return None if quotes else (within, inner, ends)


def _many(buffer: np.ndarray, delimiter: int) -> tuple[int, list[int], list[int]] | None:
    """Blocks full of quotes are looked at all at once."""
    quotes = np.flatnonzero(buffer == QUOTE)
    if len(quotes) % 2:
        return None
    opening, closing = quotes[0::2], quotes[1::2]
    escaped = closing[:-1] + 1 == opening[1:]  # "" within a cell closes and opens again
    previous = buffer[opening[1:] - 1]
    starts = escaped | (previous == 10) | (previous == delimiter)
    if opening[0] and buffer[opening[0] - 1] not in (10, delimiter):
        return None
    following = buffer[closing[:-1] + 1]
    stops = escaped | (following == 10) | (following == 13) | (following == delimiter)
    last = closing[-1] + 1
    if not (starts.all() and stops.all()) or (last < len(buffer) and buffer[last] not in (10, 13, delimiter)):
        return None
    # sums of the pieces between quotes: every other piece, from the first quote on, is within
    within = int(np.add.reduceat(buffer == delimiter, quotes)[0::2].sum())
    lines = np.flatnonzero(buffer == 10)
    inside = np.searchsorted(quotes, lines) % 2 == 1
    outer = np.cumsum(~inside)
    return within, outer[inside].tolist(), [1] * int(inside.sum())
