"""Blocks of whole records, cut from a stream of bytes into buffers that are used again and again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np

from openbudget.tabular.fast.compiled import kernels

LARGEST = 64 << 20  # a record that is longer is a quote that was never closed
FRONT = 64  # bytes before and behind what is read, so that kernels may look there
_LINE = 10

Buffer = np.ndarray


def address(array: np.ndarray) -> int:
    """Where the numbers of an array lie. The array has to have a name for as long as the place is used."""
    place: int = array.__array_interface__["data"][0]
    return place


@dataclass(frozen=True, slots=True)
class Raw:
    """Some whole records, as far as quotes tell (`closed`: they do): `size` bytes of a buffer from `FRONT` on. `offset`
    counts bytes from the beginning of the file; `last`: nothing follows."""

    offset: int
    buffer: Buffer
    size: int
    last: bool = False
    closed: bool = True

    @property
    def data(self) -> bytes:
        return self.buffer[FRONT : FRONT + self.size].tobytes()

    def without(self, size: int) -> Raw:
        """What is left behind the first `size` bytes."""
        self.buffer[FRONT : FRONT + self.size - size] = self.buffer[FRONT + size : FRONT + self.size].copy()
        return replace(self, offset=self.offset + size, size=self.size - size)

    def ready(self) -> None:
        """Make the bytes about it what kernels expect: line ends before and behind, then nothing."""
        end = FRONT + self.size
        self.buffer[FRONT - 1] = _LINE
        self.buffer[end : end + FRONT] = 0
        if self.size and self.buffer[end - 1] != _LINE:
            self.buffer[end] = _LINE

    @property
    def end(self) -> int:
        """Behind the last line end, once it is ready."""
        end = FRONT + self.size
        return end if self.buffer[end - 1] == _LINE else end + 1


class Buffers:
    """Buffers that are free: fresh memory costs as much as reading does."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._free: list[Buffer] = []

    def take(self, size: int = 0) -> Buffer:
        wanted = max(size, self.size) + 2 * FRONT + 1
        while self._free:
            buffer = self._free.pop()
            if len(buffer) >= wanted:
                return buffer
        return np.empty(wanted, np.uint8)

    def give(self, raw: Raw) -> None:
        self._free.append(raw.buffer)


def raw_of(data: bytes, offset: int = 0) -> Raw:
    """Bytes as a block."""
    buffer = np.empty(len(data) + 2 * FRONT + 1, np.uint8)
    buffer[FRONT : FRONT + len(data)] = np.frombuffer(data, np.uint8)
    return Raw(offset, buffer, len(data))


def read(stream: BinaryIO, offset: int, size: int, buffers: Buffers) -> Raw:
    """The next `size` bytes of a stream as a block."""
    buffer = buffers.take(size)
    return Raw(offset, buffer, _fill(stream, buffer.data[FRONT : FRONT + size]))


def picked(raw: Raw, starts: np.ndarray, ends: np.ndarray, buffers: Buffers) -> Raw:
    """Some records of a block (their bytes from `starts` to `ends`), side by side, as a block."""
    size = int(ends.sum() - starts.sum())
    buffer = buffers.take(size)
    parts = address(starts), address(ends), len(starts)
    kernels()["pick"](address(raw.buffer) + FRONT, *parts, address(buffer) + FRONT)
    return Raw(0, buffer, size)


def cut(stream: BinaryIO, size: int, buffers: Buffers) -> Iterator[Raw]:
    """A stream in blocks of about `size` bytes that end with a line end outside of quotes.

    A block without such an end, of `LARGEST` bytes, is given as it is; nothing follows it.
    """
    last_end = kernels()["last_end"]
    buffer, held, offset = buffers.take(), 0, 0
    while True:
        wanted = max(size, 2 * held)
        if len(buffer) < wanted + 2 * FRONT + 1:
            larger = buffers.take(wanted)
            larger[: FRONT + held] = buffer[: FRONT + held]
            buffer = larger
        held += _fill(stream, buffer.data[FRONT + held : FRONT + wanted])
        if held < wanted:
            if held:
                yield Raw(offset, buffer, held, last=True)
            return
        end = last_end(address(buffer), FRONT, FRONT + held) - FRONT
        if end == 0 and held >= LARGEST:
            yield Raw(offset, buffer, held, closed=False)
            return
        if end:
            following = buffers.take(held - end)
            following[FRONT : FRONT + held - end] = buffer[FRONT + end : FRONT + held]
            yield Raw(offset, buffer, end)
            buffer, held, offset = following, held - end, offset + end


def _fill(stream: BinaryIO, view: memoryview) -> int:
    """Read until `view` is full or the stream ends; gives the number of bytes."""
    done = 0
    while done < len(view):
        more = stream.readinto(view[done:])  # type: ignore[attr-defined]
        if not more:
            break
        done += more
    return done


def skip(stream: BinaryIO, offset: int, done: int = 0) -> int:
    """Go to `offset`, in a stream that may not know how to seek and of which `done` bytes are read; gives `offset`."""
    with suppress(OSError, io.UnsupportedOperation):
        stream.seek(offset)
        return offset
    while done < offset and (block := stream.read(min(offset - done, 1 << 20))):
        done += len(block)
    return done
