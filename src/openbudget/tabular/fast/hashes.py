"""The keys of a whole table as 8-byte hashes, in memory or in a temporary file: which stand more than once?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

import numpy as np

_IN_MEMORY = 4 << 20  # hashes
_AT_ONCE = 12 << 20  # hashes that are sorted at once
NONE = 0  # the hash of no key

Hashes = np.ndarray


class HashColumn:
    """One hash a record, in the order of records."""

    def __init__(self) -> None:
        self.count = 0
        self._parts: list[Hashes] = []
        self._file: IO[bytes] | None = None

    def append(self, hashes: Hashes) -> None:
        self.count += len(hashes)
        if self._file is None and self.count > _IN_MEMORY:
            self._file = tempfile.TemporaryFile(prefix="openbudget-")  # noqa: SIM115
            for part in self._parts:
                part.tofile(self._file)
            self._parts.clear()
        if self._file is None:
            self._parts.append(hashes)
        else:
            hashes.tofile(self._file)

    def _chunks(self) -> Iterator[Hashes]:
        if self._file is None:
            yield from self._parts
            return
        self._file.flush()
        self._file.seek(0)
        while len(chunk := np.fromfile(self._file, np.uint64, 1 << 20)):
            yield chunk

    def repeated(self) -> Iterator[Hashes]:
        """The records whose hash stands more than once, as numbers from 0, in order: of one share of all hashes after
        the other, so that the memory is bounded."""
        shares = 1
        while self.count / shares > _AT_ONCE:
            shares *= 2
        shift = np.uint64(64 - shares.bit_length() + 1)
        for share in range(shares):
            ordered = self._share(share, shares, shift)
            ordered.sort()
            ordered = ordered[np.searchsorted(ordered, NONE, side="right") :]
            again = ordered[1:][ordered[1:] == ordered[:-1]]
            again = again[np.append(True, again[1:] != again[:-1])] if len(again) else again
            del ordered
            if len(again):
                yield self._records(again)

    def _share(self, share: int, shares: int, shift: np.uint64) -> Hashes:
        """The hashes of one share, in an array of their own."""
        if shares == 1:
            whole, start = np.empty(self.count, np.uint64), 0
            for chunk in self._chunks():
                whole[start : start + len(chunk)] = chunk
                start += len(chunk)
            return whole
        return np.concatenate([chunk[(chunk >> shift) == share] for chunk in self._chunks()])

    def _records(self, wanted: Hashes) -> Hashes:
        """The numbers of the records that have one of the hashes (sorted)."""
        mask = np.uint64((1 << 20) - 1)
        rough = np.zeros(1 << 20, bool)
        rough[wanted & mask] = True
        found, start = [], 0
        for chunk in self._chunks():
            near = np.flatnonzero(rough[chunk & mask])
            places = np.searchsorted(wanted, chunk[near])
            places[places == len(wanted)] = 0
            found.append(near[wanted[places] == chunk[near]] + start)
            start += len(chunk)
        return np.concatenate(found)

    def close(self) -> None:
        self._parts.clear()
        if self._file is not None:
            self._file.close()
