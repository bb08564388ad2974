"""Texts as numbers, while blocks of a table go by: what kernels know already they code, the others are learnt here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels
from openbudget.tabular.fast.texts import SEEDS

if TYPE_CHECKING:
    from openbudget.tabular.fast.cells import Cells

STRANGE = 0xFFFF  # the number of a text that came when there were too many
_FIRST = 1 << 10  # slots
_MOST = 1 << 20  # texts that are remembered
_TEXTS = 60_000  # … where each has a number of its own

Array = Any  # of numpy: whole numbers or truth values


class Numbers:
    """An open table of hashes (0: free) and the number that each has (0: none yet). Threads look into it as it grows: a
    number that is not there yet is asked for under the lock."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.count = 0
        self.slots = np.zeros(_FIRST, np.uint64), np.zeros(_FIRST, np.uint16)

    def get(self, key: int) -> int:
        """The number of a hash; 0 where it has none."""
        hashes, numbers = self.slots
        return int(numbers[_slot(hashes, key)])

    def put(self, key: int, number: int) -> None:
        """Give a hash its number."""
        if 2 * self.count >= len(self.slots[0]):
            self._grow()
        hashes, numbers = self.slots
        slot = _slot(hashes, key)
        numbers[slot] = number
        hashes[slot] = key
        self.count += 1

    def _grow(self) -> None:
        hashes, numbers = self.slots
        larger = np.zeros(2 * len(hashes), np.uint64), np.zeros(2 * len(hashes), np.uint16)
        for at in np.flatnonzero(hashes).tolist():
            slot = _slot(larger[0], int(hashes[at]))
            larger[0][slot], larger[1][slot] = hashes[at], numbers[at]
        self.slots = larger


def steps(column: Array) -> tuple[int, int]:
    """Where a column of numbers of 2 bytes lies, and in every how many such places."""
    return address(column), column.strides[0] // 2


def _slot(hashes: Array, key: int) -> int:
    mask = len(hashes) - 1
    slot = key & mask
    while hashes[slot] and int(hashes[slot]) != key:
        slot = (slot + 1) & mask
    return slot


class Dictionary:
    """The texts of a column: `values[number]`; 0 is a blank."""

    def __init__(self) -> None:
        self.values: list[str | None] = [None]
        self._numbers = Numbers()
        self._known: dict[str | None, int] = {None: 0}

    def code(self, cells: Cells, column: int, made: Array) -> Array:
        """Put the number of each cell's text into a column of records. Gives the rows of which it has none (`STRANGE`)."""
        unknown = np.empty(cells.rows + 1, np.uint32)
        count = self._coded(cells, column, made, unknown)
        if count:
            with self._numbers.lock:
                self._learn(cells, column, unknown[:count].copy())
            count = self._coded(cells, column, made, unknown)
            made[unknown[:count]] = STRANGE
        return unknown[:count]

    def _coded(self, cells: Cells, column: int, made: Array, unknown: Array) -> int:
        hashes, numbers = self._numbers.slots
        table = address(hashes), address(numbers), len(hashes) - 1
        return kernels()["code_cells"](
            *cells.given(column), SEEDS[0], *table, *steps(made), address(unknown)
        )  # fmt: skip

    def _learn(self, cells: Cells, column: int, rows: Array) -> None:
        hashes = cells.hashes(column, SEEDS[0], none=True)
        for row in rows[np.unique(hashes[rows], return_index=True)[1]].tolist():
            if len(self.values) > _TEXTS:
                return
            if not self._numbers.get(int(hashes[row])):
                text = cells.text(row, column)
                self._known[text] = len(self.values)
                self._numbers.put(int(hashes[row]), len(self.values))
                self.values.append(text)

    def code_of(self, value: str | None) -> int:
        """The number of a text; -1 where no row has it."""
        return self._known.get(value, -1)


class Verdicts:
    """What is said of a text with two numbers beside it, once of each that comes. `known[number - 1]` is a verdict."""

    def __init__(self, judge: Callable[[str | None, int, int], object]) -> None:
        self.known: list[object] = []
        self._judge = judge
        self._numbers = Numbers()

    def number(self, cells: Cells, column: int, one: Array, two: Array, made: Array) -> None:
        """Put the number of each row's verdict into a column of records; `STRANGE` where there is none."""
        hashes = cells.hashes(column, SEEDS[0], none=True)
        unknown = np.empty(cells.rows + 1, np.uint32)
        given = *steps(one), *steps(two), cells.rows
        keys = hashes.copy()
        count = self._found(keys, given, made, unknown)
        if count:
            with self._numbers.lock:
                self._learn(cells, column, keys, (one, two), unknown[:count].copy())
            count = self._found(hashes.copy(), given, made, unknown)
            made[unknown[:count]] = STRANGE

    def blank(self) -> int:
        """The number of what is said of no text."""
        verdict = self._judge(None, 0, 0)
        with self._numbers.lock:
            if verdict not in self.known:
                self.known.append(verdict)
            return self.known.index(verdict) + 1

    def _found(self, keys: Array, given: Sequence[int], made: Array, unknown: Array) -> int:
        hashes, numbers = self._numbers.slots
        table = address(hashes), address(numbers), len(hashes) - 1
        return kernels()["code_pairs"](address(keys), *given, *table, *steps(made), address(unknown))

    def _learn(self, cells: Cells, column: int, keys: Array, beside: Sequence[Array], rows: Array) -> None:
        for row in rows[np.unique(keys[rows], return_index=True)[1]].tolist():
            if self._numbers.count > _MOST:
                return
            if not self._numbers.get(int(keys[row])):
                verdict = self._judge(cells.text(row, column) or None, int(beside[0][row]), int(beside[1][row]))
                if verdict not in self.known:
                    self.known.append(verdict)
                self._numbers.put(int(keys[row]), self.known.index(verdict) + 1)
