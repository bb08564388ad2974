"""The keys that foreign keys refer to, of a table of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from openbudget.tabular.fast.hashes import Hashes
from openbudget.tabular.fast.keytext import key_text
from openbudget.tabular.keys import Key, KeySet

if TYPE_CHECKING:
    from openbudget.tabular.keys import Target

_AS_TEXT = 300_000  # distinct keys that are kept as texts; more are kept as two hashes of 8 bytes


class KeyTexts:
    """Distinct keys as texts (see keytext), or, beyond some hundred thousands, as 12 bytes each: two hashes with seeds
    of this run, on which two different keys agree with a probability of 2⁻⁹⁶."""

    def __init__(self, kinds: Sequence[str], seeds: tuple[int, int]) -> None:
        self.kinds = kinds
        self._seeds = seeds
        self.clear()

    def clear(self) -> None:
        """As if no key had been given."""
        self.complete = False
        self._texts: pl.Series | None = pl.Series([], dtype=pl.String)
        self._pairs: list[tuple[Hashes, Hashes]] = []
        self._one: Hashes = np.empty(0, np.uint64)
        self._two: Hashes = np.empty(0, np.uint32)

    def add(self, keys: pl.Series) -> None:
        """Take the keys of some rows; null is none."""
        keys = keys.drop_nulls().unique()
        if self._texts is None:
            self._pairs.append(self._hashed(keys))
            return
        self._texts = pl.concat([self._texts, keys]).unique()
        if len(self._texts) > _AS_TEXT:
            self._pairs.append(self._hashed(self._texts))
            self._texts = None

    def _hashed(self, keys: pl.Series) -> tuple[Hashes, Hashes]:
        one, two = keys.hash(self._seeds[0]).to_numpy(), keys.hash(self._seeds[1]).to_numpy()
        return one, (two >> np.uint64(32)).astype(np.uint32)

    def finish(self) -> None:
        """All keys are there."""
        if self._texts is None and self._pairs:
            self._one = np.concatenate([one for one, _ in self._pairs])
            self._two = np.concatenate([two for _, two in self._pairs])
            self._pairs.clear()
            order = np.argsort(self._one)
            self._one = self._one[order]
            self._two = self._two[order]
        self.complete = True

    def absent(self, keys: pl.Series) -> pl.Series:
        """Which keys are not there (null: False)."""
        if self._texts is not None:
            return ~keys.is_in(self._texts.implode()) & keys.is_not_null()
        one, two = self._hashed(keys)
        left, right = np.searchsorted(self._one, one), np.searchsorted(self._one, one, side="right")
        found = np.zeros(len(one), bool)
        for step in range(int((right - left).max(initial=0))):  # the same key may have come in several blocks
            at = np.minimum(left + step, right - 1)
            found |= (left < right) & (self._two[at] == two)
        return pl.Series(~found) & keys.is_not_null()

    def lacking(self, keys: set[Key]) -> set[Key]:
        """As the exact checker asks: values, not texts."""
        if not self.complete:
            return keys
        listed = list(keys)
        texts = pl.Series([joined_text(key, self.kinds) for key in listed], dtype=pl.String)
        return {key for key, absent in zip(listed, self.absent(texts), strict=True) if absent}


def of_target(target: Target, kinds: Sequence[str], seeds: tuple[int, int]) -> KeyTexts:
    """A complete target of any checker as texts."""
    if isinstance(target, KeyTexts):
        return target
    assert isinstance(target, KeySet)
    made = KeyTexts(kinds, seeds)
    made.add(pl.Series([joined_text(key, kinds) for key in target.keys], dtype=pl.String))
    made.finish()
    return made


def joined_text(key: Key, kinds: Sequence[str]) -> str | None:
    """A key of the exact checker (a value as `hashable` gives it, or a tuple of them) as one text."""
    if len(kinds) == 1:
        return _part(key, kinds[0])
    parts = [_part(part, kind) for part, kind in zip(key, kinds, strict=True)]
    return "".join(f"{len(part.encode())}:{part}" for part in parts)


def _part(value: Key, kind: str) -> str:
    if isinstance(value, tuple) and value[:1] == ("json",):
        return str(value[1])
    if value == ("NaN",):
        return "NaN"
    text = key_text(value, kind)
    assert text is not None
    return text
