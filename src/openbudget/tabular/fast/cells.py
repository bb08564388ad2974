"""A block as cells: where each record and each of its cells stands, and what kernels say of columns."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from openbudget.tabular.fast.blocks import FRONT, Raw, address
from openbudget.tabular.fast.compiled import kernels
from openbudget.tabular.fast.narrow import Decimals, Judge, Length, Match, Narrow
from openbudget.tabular.fast.texts import Hashes, Texts

ODD_EVERY = 64  # a block with more odd rows than one in so many bytes is none for kernels
NOBODY = np.empty(0, np.uint32)
Rows = np.ndarray  # numbers of rows, in order
_HALF = np.uint64(32)
_own = threading.local()


def _scratch(name: str, size: int, kind: type) -> np.ndarray:
    """An array of this thread's that is used again and again."""
    array: np.ndarray | None = getattr(_own, name, None)
    if array is None or len(array) < size:
        array = np.empty(size + size // 4, kind)
        setattr(_own, name, array)
    return array


class Cells:
    """The rows of a block that are as wide as the header and not blank. `numbers` and `lines` (from 0 at the block) are
    those of their records; `odd` are the other records: number, line, first byte, line end. Valid until the thread makes
    the next."""

    def __init__(self, raw: Raw, places: np.ndarray, stride: int, info: np.ndarray, more: Sequence[np.ndarray]) -> None:
        self._data, self._places, self.stride = raw.buffer, places, stride
        self._size = raw.size
        self.records, self.rows, odd, self.ends = (int(number) for number in info[:4])
        self.numbers, self.lines = more[0][: self.rows], more[1][: self.rows]
        self.odd = more[2][: 4 * odd].reshape(-1, 4)
        self._at = (address(raw.buffer), address(places), stride)
        self._kernels = kernels()
        self._hashes: dict[tuple[int, int, bool], Hashes] = {}

    def given(self, column: int) -> tuple[int, int, int, int, int]:
        """What kernels are given of a column: data, places, stride, column, rows."""
        return (*self._at, column, self.rows)

    def ranges(self, offset: int) -> tuple[Hashes, np.ndarray]:
        """Where in the file each row begins (`offset`: the block), and how long it is without its line end."""
        starts, sizes = np.empty(self.rows, np.uint64), np.empty(self.rows, np.uint32)
        given = address(self._places), self.stride, self.stride - 1, self.rows, FRONT, offset
        self._kernels["ranges"](*given, address(starts), address(sizes))
        return starts, sizes

    def whole(self) -> bytes:
        """The block as it is read, in UTF-8."""
        return self._data[FRONT : FRONT + self._size].tobytes()

    def text(self, row: int, column: int) -> str:
        """The text of a cell."""
        at = row * self.stride + column
        cell = self._data[int(self._places[at]) + 1 : int(self._places[at + 1])].tobytes()
        if cell[:1] == b'"':
            cell = cell[1:-1].replace(b'""', b'"')
        return cell.decode()

    def record(self, index: int) -> bytes:
        """An odd record as it stands in the file."""
        _, _, start, end = self.odd[index].tolist()
        return self._data[start : end + 1].tobytes()

    def where(self) -> Hashes:
        """The first byte of each record from that of the block on, and in the upper half its line."""
        first = self._places[: self.rows * self.stride : self.stride].astype(np.uint64) - np.uint64(FRONT - 1)
        regular = (self.lines.astype(np.uint64) << _HALF) | first
        if not len(self.odd):
            return regular
        made = np.empty(self.records, np.uint64)
        made[self.numbers] = regular
        made[self.odd[:, 0]] = (self.odd[:, 1].astype(np.uint64) << _HALF) | (self.odd[:, 2] - np.uint32(FRONT))
        return made

    def refused(self, narrow: Narrow, column: int) -> Rows:
        """The rows whose cell is not accepted at once."""
        found = [rows for judge in narrow.judges if len(rows := self._judged(judge, narrow.empty, column))]
        if not found:
            return NOBODY
        return found[0] if len(found) == 1 else np.unique(np.concatenate(found))

    def _judged(self, judge: Judge, empty: int, column: int) -> Rows:
        out = _scratch("out", self.rows + 1, np.uint32)
        given = (*self._at, column, self.rows, empty)
        if isinstance(judge, Match):
            automaton = judge.automaton
            parts = (address(automaton.moves), address(automaton.classes), address(automaton.final), automaton.width)
            count = self._kernels["match"](*given, *parts, address(out))
        elif isinstance(judge, Decimals):
            count = self._kernels["decimal"](*given, judge.scale, judge.low, judge.high, address(out))
        else:
            assert isinstance(judge, Length)
            count = self._kernels["length"](*given, judge.least, judge.most, address(out))
        return out[:count].copy() if count else NOBODY

    def doubled(self, column: int) -> Rows:
        """The rows whose cell has quotes in it."""
        out = _scratch("out", self.rows + 1, np.uint32)
        count = self._kernels["doubled"](*self._at, column, self.rows, address(out))
        return out[:count].copy() if count else NOBODY

    def distinct(self, column: int, rows: Rows) -> tuple[list[str], np.ndarray]:
        """The distinct texts of some rows, and of each row the place of its text among them."""
        size = 1 << int(len(rows) * 2).bit_length()
        table = np.zeros(size, np.uint32)
        first, which = np.empty(len(rows), np.uint32), np.empty(len(rows), np.uint32)
        parts = (address(rows), len(rows), address(table), size - 1, address(first), address(which))
        count = self._kernels["distinct"](*self._at, column, *parts)
        return [self.text(row, column) for row in first[:count].tolist()], which

    def gather(self, columns: Sequence[int], rows: Rows, between: bytes) -> Texts:
        """The texts of some columns of some rows, joined."""
        starts = rows.astype(np.int64) * self.stride
        size = int((self._places[starts + self.stride - 1] - self._places[starts]).sum()) + len(rows) * len(
            columns
        ) * len(between)
        out, offsets = np.empty(size + 8, np.uint8), np.empty(len(rows) + 1, np.uint32)
        wanted, mark = np.array(columns, np.int64), np.frombuffer(between, np.uint8)
        parts = (
            address(wanted),
            len(wanted),
            address(mark),
            len(mark),
            address(rows),
            len(rows),
            address(out),
            address(offsets),
        )
        done = self._kernels["gather"](*self._at, *parts)
        return Texts(out[:done].tobytes(), offsets)

    def hashes(self, column: int, seed: int, *, none: bool) -> Hashes:
        """The hash of each row's cell as it stands; 0 for an empty one where `none`. Keys, and who gathers rows, ask for the
        same ones: nobody may change them."""
        made = self._hashes.get((column, seed, none))
        if made is None:
            made = self._hashes[column, seed, none] = np.empty(self.rows, np.uint64)
            self._kernels["hash_cells"](*self._at, column, self.rows, seed, none, address(made))
        return made


def cells_of(raw: Raw, width: int, delimiter: int, odd_ones: int | None = None) -> Cells | None:
    """The cells of a block; None where its structure is not beyond doubt, or there are more odd records than `odd_ones`
    (else: than is worth it)."""
    raw.ready()
    end = raw.end
    size = end - FRONT
    rows = size // width + 2
    places = _scratch("places", rows * (width + 1) + width + 2, np.uint32)
    numbers, lines = _scratch("numbers", rows, np.uint32), _scratch("lines", rows, np.uint32)
    limit = size // ODD_EVERY + 1 if odd_ones is None else odd_ones
    odd = _scratch("odd", 4 * limit + 4, np.uint32)
    state = np.empty(8, np.uint64)
    info = np.array([0, 0, 0, 0, limit], np.int64)
    parts = [address(array) for array in (places, numbers, lines, odd, info, state)]
    if not kernels()["scan"](address(raw.buffer), FRONT, end, delimiter, width, *parts):
        return None
    return Cells(raw, places, width + 1, info, (numbers, lines, odd))
