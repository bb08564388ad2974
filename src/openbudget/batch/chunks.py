"""Chunks of documents by what they cost: few enough to keep everybody busy to the end, big enough to be worth a
message. What a document costs is learnt as the batch goes on: seconds a byte for each kind of file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from openbudget.batch.item import Item

TARGET = 1.0  # seconds of work in a chunk
LIMIT = 64  # documents in a chunk
_FIRST_GUESS = 0.3  # seconds a document before anything is known


class Costs:
    """Seconds by kind of file: a fixed part and a part by size would be more exact; the mean a document of each kind
    is near enough to cut chunks by."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[int, float]] = {}

    def learn(self, item: Item, seconds: float) -> None:
        """Take a measured cost into account."""
        count, total = self._sums.get(_kind(item), (0, 0.0))
        self._sums[_kind(item)] = (count + 1, total + seconds)

    def guess(self, item: Item) -> float:
        """Seconds that the document will probably take."""
        count, total = self._sums.get(_kind(item), (0, 0.0))
        if count >= 3:
            return total / count
        count = sum(number for number, _ in self._sums.values())
        return sum(seconds for _, seconds in self._sums.values()) / count if count >= 3 else _FIRST_GUESS


def _kind(item: Item) -> str:
    """The kinds of a document's files, by their names' ends."""
    return " ".join(sorted({PurePath(name).suffix.lower() for name in item.files}))


class Chunker:
    """Cuts a list of documents into chunks, in order, one when it is asked for."""

    def __init__(self, items: Sequence[Item], jobs: int, costs: Costs) -> None:
        self._items, self._jobs, self._costs = items, jobs, costs
        self._next = 0

    def __call__(self) -> Sequence[Item]:
        start, left = self._next, len(self._items) - self._next
        fair = max(1, left // (4 * self._jobs))  # towards the end chunks get small
        cost, end = 0.0, start
        while end < len(self._items) and end - start < min(LIMIT, fair) and (end == start or cost < TARGET):
            cost += self._costs.guess(self._items[end])
            end += 1
        self._next = end
        return self._items[start:end]
