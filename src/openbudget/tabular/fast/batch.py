"""Many faults in arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat
from typing import NamedTuple

import numpy as np

from openbudget.tabular.fast.texts import Texts, chained
from openbudget.tabular.faults import Fault

_made = partial(tuple.__new__, Fault)  # as Fault._make, but quicker


class Kind(NamedTuple):
    """What the faults of one kind have in common: rule, column, field, what is expected, message."""

    rule: str
    place: int
    field: str | None
    expected: str
    key: str | None = None


@dataclass(frozen=True)
class Batch:
    """Faults in the order of rows: of each the number and line of its record, its kind by its place in `known`, its text
    by its place in `texts`; the primary key; and what is expected where that is a number (0: what the kind says)."""

    known: Sequence[Kind]
    numbers: np.ndarray
    lines: np.ndarray
    kinds: np.ndarray
    which: np.ndarray
    texts: Texts
    ids: Texts | None = None
    expected: np.ndarray | None = None

    @property
    def counts(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for kind, count in enumerate(np.bincount(self.kinds, minlength=len(self.known)).tolist()):
            if count:
                counts[self.known[kind].rule] += count
        return counts

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Fault]:
        kinds = self.kinds.tolist()
        rules, places, fields, usual, keys = zip(*self.known, strict=True)
        texts = map(self.texts.listed().__getitem__, self.which.tolist())
        expected: Iterable[str] = map(usual.__getitem__, kinds)
        if self.expected is not None:
            expected = list(expected)
            numbered = np.flatnonzero(self.expected)
            for place, one in zip(numbered.tolist(), self.expected[numbered].tolist(), strict=True):
                expected[place] = str(one)
        return map(
            _made,
            zip(
                map(rules.__getitem__, kinds),
                self.numbers.tolist(),
                self.lines.tolist(),
                map(places.__getitem__, kinds),
                map(fields.__getitem__, kinds),
                texts,
                expected,
                repeat(None) if self.ids is None else self.ids.listed(),
                map(keys.__getitem__, kinds),
                repeat(()),
                strict=False,
            ),
        )

    @property
    def last(self) -> int:
        """The number of the last record."""
        return int(self.numbers[-1])

    def cut(self, number: int) -> tuple[Batch, Batch]:
        """The faults of records up to `number`, and the others."""
        end = int(np.searchsorted(self.numbers, number, side="right"))
        return self._some(0, end), self._some(end, len(self))

    def _some(self, start: int, end: int) -> Batch:
        return replace(
            self,
            numbers=self.numbers[start:end],
            lines=self.lines[start:end],
            kinds=self.kinds[start:end],
            which=self.which[start:end],
            ids=None if self.ids is None else self.ids.some(start, end),
            expected=None if self.expected is None else self.expected[start:end],
        )

    def merged(self, others: Sequence[Batch]) -> Batch:
        """All faults of some batches of a table, in order."""
        parts = [self, *others]
        known = max((part.known for part in parts), key=len)  # what is known only grows
        numbers, kinds = (np.concatenate(arrays) for arrays in zip(*((p.numbers, p.kinds) for p in parts), strict=True))
        places = np.array([kind.place + 1 for kind in known], np.uint64)
        order = np.argsort((numbers.astype(np.uint64) << np.uint64(20)) + places[kinds], kind="stable")
        shifts = np.cumsum([0, *(len(part.texts) for part in parts)])
        which = np.concatenate([part.which + np.uint32(n) for part, n in zip(parts, shifts, strict=False)])
        texts, expected = [part.texts for part in parts], None
        if any(part.expected is not None for part in parts):  # other kinds' are texts as well
            expected = np.concatenate(
                [np.zeros(len(part), np.int64) if part.expected is None else part.expected for part in parts]
            )[order]
        return Batch(
            known,
            numbers[order],
            np.concatenate([part.lines for part in parts])[order],
            kinds[order],
            which[order],
            chained(texts),
            None if self.ids is None else chained([part.ids for part in parts if part.ids is not None]).taken(order),
            expected,
        )

    def moved(self, records: int, lines: int) -> Batch:
        """The same, `records` records and `lines` lines further on."""
        return replace(
            self,
            numbers=self.numbers.astype(np.uint64) + np.uint64(records),
            lines=self.lines.astype(np.uint64) + np.uint64(lines),
        )
