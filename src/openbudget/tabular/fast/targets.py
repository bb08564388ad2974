"""The keys that foreign keys refer to, of a table of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels
from openbudget.tabular.fast.keytext import key_text
from openbudget.tabular.fast.texts import NONE, SEEDS, Hashes, combined, key_hashes
from openbudget.tabular.keys import Key, KeySet

if TYPE_CHECKING:
    from openbudget.tabular.keys import Target

_FIRST = 1 << 10  # slots
_FULL = 0.6


class KeyHashes:
    """Distinct keys as 12 bytes each: two hashes with seeds of this run, on which two different keys agree with a
    probability of 2⁻⁹⁶."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.kinds = kinds
        self.clear()

    def clear(self) -> None:
        """As if no key had been given."""
        self.complete = False
        self.count = 0
        self._one: Hashes = np.zeros(_FIRST, np.uint64)
        self._two: Hashes = np.zeros(_FIRST, np.uint32)

    def add(self, one: Hashes, two: Hashes) -> None:
        """Take the keys of some rows as two hashes each; NONE is none."""
        if not len(one):
            return
        slots = len(self._one)
        while (self.count + len(one)) > _FULL * slots:
            slots *= 2
        if slots > len(self._one):
            kept = self._one != NONE
            old = self._one[kept], self._two[kept]
            self._one, self._two = np.zeros(slots, np.uint64), np.zeros(slots, np.uint32)
            self._insert(*old)
        self.count += self._insert(one, (two >> np.uint64(32)).astype(np.uint32))

    def _insert(self, one: Hashes, two: Hashes) -> int:
        table = address(self._one), address(self._two), len(self._one) - 1
        return kernels()["insert"](address(one), address(two), len(one), *table)

    def finish(self) -> None:
        """All keys are there."""
        self.complete = True

    def absent(self, one: Hashes, two: Hashes) -> np.ndarray:
        """The rows whose key is not there."""
        out = np.empty(len(one) + 1, np.uint32)
        table = address(self._one), address(self._two), len(self._one) - 1
        count = kernels()["absent"](address(one), address(two), len(one), *table, address(out))
        return out[:count]

    def lacking(self, keys: set[Key]) -> set[Key]:
        """As the exact checker asks: values, not hashes."""
        if not self.complete:
            return keys
        listed = list(keys)
        return {listed[index] for index in self.absent(*_pair(listed, self.kinds)).tolist()}


def of_target(target: Target, kinds: Sequence[str]) -> KeyHashes:
    """A complete target of any checker as hashes."""
    if isinstance(target, KeyHashes):
        return target
    assert isinstance(target, KeySet)
    made = KeyHashes(kinds)
    made.add(*_pair(list(target.keys), kinds))
    made.finish()
    return made


def _pair(keys: Sequence[Key], kinds: Sequence[str]) -> tuple[Hashes, Hashes]:
    """Both hashes of keys of the exact checker (values as `hashable` gives them, or tuples of these)."""
    parts = [keys] if len(kinds) == 1 else [[key[index] for key in keys] for index in range(len(kinds))]
    texts = [[_part(value, kind) for value in part] for part, kind in zip(parts, kinds, strict=True)]
    one, two = (combined([key_hashes(part, seed) for part in texts]) for seed in SEEDS)
    return one, two


def _part(value: Key, kind: str) -> str:
    if isinstance(value, tuple) and value[:1] == ("json",):
        return str(value[1])
    if value == ("NaN",):
        return "NaN"
    text = key_text(value, kind)
    assert text is not None
    return text
