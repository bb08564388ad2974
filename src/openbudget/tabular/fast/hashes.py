"""A number of 8 bytes for each record of a whole table, in memory or in a temporary file: which stand more than once?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import numpy as np

from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels
from openbudget.tabular.fast.texts import NONE, Hashes
from openbudget.tabular.temporary import temporary_file

_IN_MEMORY = 4 << 20  # numbers
_CHUNK = 1 << 20  # … that are read at once
_AT_ONCE = 12 << 20  # hashes that are looked at at once
_SHARE = 1 << 14  # hashes whose set stays in the cache


class HashColumn:
    """One number a record, in the order of records: the hash of a key, or the place of the record."""

    def __init__(self) -> None:
        self.count = 0
        self._held: Hashes | None = None
        self._file: IO[bytes] | None = None

    def append(self, hashes: Hashes) -> None:
        start, self.count = self.count, self.count + len(hashes)
        if self._file is None and self.count > _IN_MEMORY:
            self._file = temporary_file(self)
            if self._held is not None:
                self._held[:start].tofile(self._file)
            self._held = None
        if self._file is not None:
            hashes.tofile(self._file)
            return
        if self._held is None:  # at once, since what is so large goes back to the system as a whole
            self._held = np.empty(_IN_MEMORY, np.uint64)
        self._held[start : self.count] = hashes

    def chunks(self) -> Iterator[Hashes]:
        """All of them, piece by piece."""
        if self._file is None:
            for start in range(0, self.count, _CHUNK):
                yield self.some(start, _CHUNK)
            return
        self._file.flush()
        self._file.seek(0)
        while len(chunk := np.fromfile(self._file, np.uint64, _CHUNK)):
            yield chunk

    def some(self, start: int, count: int) -> Hashes:
        """Those of some records."""
        if self._file is None:
            assert self._held is not None
            return self._held[start : min(start + count, self.count)]
        self._file.flush()
        self._file.seek(8 * start)
        return np.fromfile(self._file, np.uint64, count)

    def repeated(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The records whose hash stands more than once, as numbers from 0, in order, and which of these hashes (by
        number) each has: of one share of all hashes after the other, so that the memory is bounded."""
        shares = 1
        while self.count / shares > _AT_ONCE:
            shares *= 2
        shift = np.uint64(64 - shares.bit_length() + 1)
        for share in range(shares):
            again = _again(self._share(share, shares, shift))
            if again is None:
                again = _sorted_again(self._share(share, shares, shift))
            if len(again):
                yield self._records(again)

    def _share(self, share: int, shares: int, shift: np.uint64) -> Hashes:
        """The hashes of one share, in an array of their own."""
        if shares == 1:
            whole, start = np.empty(self.count, np.uint64), 0
            for chunk in self.chunks():
                whole[start : start + len(chunk)] = chunk
                start += len(chunk)
            return whole
        return np.concatenate([chunk[(chunk >> shift) == share] for chunk in self.chunks()])

    def _records(self, wanted: Hashes) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the records that have one of some hashes, in order, and which of these (by number) each has."""
        slots = 1 << max((2 * len(wanted)).bit_length(), 4)
        table, numbers = np.zeros(slots, np.uint64), np.empty(slots, np.uint32)
        bits = np.zeros(slots // 8, np.uint64)  # 8 a slot: most hashes are told by these to be none of them
        known = address(table), slots - 1, address(numbers), address(bits)
        kernels()["number"](address(wanted), len(wanted), *known)
        found, which, start = [], [], 0
        for chunk in self.chunks():
            out, numbered = np.empty(len(chunk), np.int64), np.empty(len(chunk), np.uint32)
            given = address(chunk), len(chunk), start
            count = kernels()["among"](*given, *known, address(out), address(numbered))
            found.append(out[:count].copy())
            which.append(numbered[:count].copy())
            start += len(chunk)
        return np.concatenate(found), np.concatenate(which)

    def close(self) -> None:
        self._held = None
        if self._file is not None:
            self._file.close()


def _again(hashes: Hashes) -> Hashes | None:
    """The hashes that stand more than once; None where they are spread too unevenly. The array is overwritten.

    They are put in order by their highest bits only, so that the set of each share stays in the cache: a fifth of what
    sorting costs.
    """
    count = len(hashes)
    bits = max((count // _SHARE).bit_length(), 1)
    starts, ends = np.empty((1 << bits) + 1, np.int64), np.empty((1 << bits) + 1, np.uint64)
    shares = kernels()["part"](address(hashes), count, address(starts), address(ends), 64 - bits)
    table = np.empty(4 << max((count >> bits).bit_length(), 4), np.uint64)
    parts = address(starts), shares, address(table), len(table) - 1
    found = kernels()["again"](address(hashes), *parts)
    return hashes[:found].copy() if found >= 0 else None


def _sorted_again(hashes: Hashes) -> Hashes:
    hashes.sort()
    hashes = hashes[np.searchsorted(hashes, NONE, side="right") :]
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
