"""Records of all lines of a table, in memory while they are few, else in a temporary file; given back body by body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import numpy as np

from openbudget.checks.proofs.dictionary import Array
from openbudget.checks.proofs.records import ASIDE
from openbudget.tabular.temporary import temporary_file

_HELD = 32 << 20  # bytes in memory
_BATCH = 90_000  # lines that are proved at once
_SHARE = 16 << 20  # bytes of a share, where the lines of a body do not stand together
_MIXED = 4  # rows of a run, below which the lines of bodies do not stand together


class Store:
    """Records in the order in which they stand in the file."""

    def __init__(self, dtype: np.dtype) -> None:
        self.dtype = dtype
        self.rows = 0
        self._held: list[Array] = []
        self._files: list[IO[bytes]] = []
        self._file: IO[bytes] | None = None
        self._aside: IO[bytes] | None = None
        self._runs: list[Array] = []  # the bodies of lines that stand together
        self._last = 0
        self._met = 0

    def add(self, records: Array, aside: bytes | None = None) -> None:
        """Take the records of a block. `aside`: the text that their places are of, where it is not the file's."""
        if aside is not None:
            if self._aside is None:
                self._aside = self._temporary()
            records["at"] += np.uint64(self._aside.seek(0, 2) + ASIDE)
            self._aside.write(aside)
        self.rows += len(records)
        self._count_runs(records["body"])
        if self._file is None and self.rows * self.dtype.itemsize > _HELD:
            self._file = self._temporary()
            for one in self._held:
                one.tofile(self._file)
            self._held.clear()
        if self._file is None:
            self._held.append(records)
        else:
            records.tofile(self._file)

    def _count_runs(self, bodies: Array) -> None:
        if not len(bodies):
            return
        starts = np.flatnonzero(bodies[1:] != bodies[:-1]) + 1
        if self._met == 0 or int(bodies[0]) != self._last:
            starts = np.insert(starts, 0, 0)
        self._met += len(starts)
        self._last = int(bodies[-1])
        if not self._clearly_mixed:
            self._runs.append(bodies[starts])

    @property
    def _clearly_mixed(self) -> bool:
        return self._met * _MIXED > max(self.rows, 1 << 18)

    def _temporary(self) -> IO[bytes]:
        file = temporary_file(self)
        self._files.append(file)
        return file

    def close(self) -> None:
        """Let go of everything."""
        for file in self._files:
            file.close()
        self._files.clear()
        self._held.clear()

    def aside(self, at: int, size: int) -> bytes:
        """A text that was kept aside; `at` without `ASIDE`."""
        assert self._aside is not None
        self._aside.seek(at)
        return self._aside.read(size)

    def batches(self, rows: int = _BATCH) -> Iterator[Array]:
        """All records, some bodies at once: the lines of each stand together, in the order in which they stand in the file."""
        if not self._mixed():
            yield from _whole_bodies(self._sequence(rows), rows)
            return
        for share in self._shares(rows):
            yield from _whole_bodies([_chosen(share, np.argsort(share["body"], kind="stable"))], rows)

    def _mixed(self) -> bool:
        if self._clearly_mixed:
            return True
        runs = np.sort(np.concatenate(self._runs)) if self._runs else np.zeros(0, np.uint64)
        return bool((runs[1:] == runs[:-1]).any())

    def _sequence(self, rows: int) -> Iterator[Array]:
        if self._file is None:
            yield from self._held
            return
        self._file.seek(0)
        for _ in range(0, self.rows, rows):
            yield np.fromfile(self._file, self.dtype, rows)

    def _shares(self, rows: int) -> Iterator[Array]:
        """The records in shares, each of which has all lines of its bodies."""
        shares = 1 + self.rows * self.dtype.itemsize // _SHARE
        pieces: list[list[tuple[int, int]]] = [[] for _ in range(shares)]
        file = self._temporary()
        at = 0
        for block in self._sequence(rows):
            share = (block["body"] % np.uint64(shares)).astype(np.int64)
            _chosen(block, np.argsort(share, kind="stable")).tofile(file)
            for number, count in enumerate(np.bincount(share, minlength=shares).tolist()):
                if count:
                    pieces[number].append((at, count))
                    at += count * self.dtype.itemsize
        for own in pieces:
            blocks = []
            for start, count in own:
                file.seek(start)
                blocks.append(np.fromfile(file, self.dtype, count))
            if blocks:
                yield _joined(blocks)


def _joined(blocks: Sequence[Array]) -> Array:
    """Blocks behind each other, copied as bytes: numpy copies records field by field."""
    if len(blocks) == 1:
        return blocks[0]
    return np.concatenate([block.view(np.uint8) for block in blocks]).view(blocks[0].dtype)


def _chosen(block: Array, places: Array) -> Array:
    """Some records of a block, copied as bytes."""
    return block.view(np.dtype((np.void, block.dtype.itemsize)))[places].view(block.dtype)


def _whole_bodies(blocks: Iterable[Array], rows: int) -> Iterator[Array]:
    """Blocks cut anew: with about so many rows each, between bodies."""
    waiting: list[Array] = []
    size = 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        if size < rows:
            continue
        whole = _joined(waiting)
        bounds = np.flatnonzero(whole["body"][1:] != whole["body"][:-1]) + 1
        start = 0
        while len(bounds) and len(whole) - start >= rows:
            ends = bounds[bounds > start]
            if not len(ends):
                break
            place = int(np.searchsorted(ends, start + rows, "right"))
            end = int(ends[max(place - 1, 0)])
            yield whole[start:end]
            start = end
        waiting, size = [whole[start:]], len(whole) - start
    if size:
        yield _joined(waiting)
