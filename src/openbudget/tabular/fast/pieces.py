"""Blocks as checked, and the keys of the whole table: hashes while blocks go by; rows whose hashes agree, or whose
target is not there, are read once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from openbudget.tabular.check import reference_text
from openbudget.tabular.fast.batch import Batch
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels
from openbudget.tabular.fast.hashes import HashColumn
from openbudget.tabular.fast.plan import Plan
from openbudget.tabular.fast.targets import KeyHashes, of_target
from openbudget.tabular.fast.texts import NONE, SEEDS, Hashes
from openbudget.tabular.faults import Fault, FaultStore
from openbudget.tabular.keys import FOREIGN
from openbudget.tabular.schema import ForeignKey
from openbudget.tabular.source import TableSource

if TYPE_CHECKING:
    from openbudget.tabular.fast.judged import Part
    from openbudget.tabular.keys import Target

Pair = tuple[Hashes, Hashes]


@dataclass(frozen=True)
class Piece:
    """A block as checked. `records` and `ends` (line ends) tell where the next one begins; `rows` are not blank.
    `batches` (each with its lane, see FaultStore) count records and lines from 0 at the block, `faults` (of the exact
    checker) from 1. `hashes` has one array for each unique key, `open` two for each reference whose target is not
    complete, `added` two for each target; `where` is that of `Cells`,
    `gathered` what a gatherer made of the rows."""

    records: int = 0
    rows: int = 0
    ends: int = 0
    batches: Sequence[tuple[object, Batch]] = ()
    faults: Sequence[Fault] = ()
    hashes: Sequence[Hashes] = ()
    open: Sequence[Pair] = ()
    added: Sequence[Pair] = ()
    where: Hashes | None = None
    gathered: Sequence[object] = ()


class Again(NamedTuple):
    """A block that is read once more: its parts, its first record (from 0 after the header) and line (from 0 in the
    file)."""

    parts: Sequence[Part]
    first: int
    line: int


Reread = Callable[[np.ndarray, Sequence[str]], Iterator[Again]]  # the blocks with some records (numbers in order)


@dataclass
class Keys:
    """The keys of a table, in the parts that each block has and as a whole."""

    plan: Plan
    source: TableSource
    references: Sequence[tuple[ForeignKey, Target]]
    targets: dict[tuple[str, ...], KeyHashes]
    open: list[tuple[int, ForeignKey, Target]] = field(default_factory=list)  # the target is not complete yet
    ready: list[tuple[ForeignKey, KeyHashes | None]] = field(default_factory=list)  # None: of another kind

    def __post_init__(self) -> None:
        self.hashes = [HashColumn() for _ in self.plan.uniques]
        for index, (key, target) in enumerate(self.references):
            if key.fields not in self.plan.references:
                continue
            if target.complete:
                self.ready.append((key, self._target(key, target)))
            else:
                self.open.append((index, key, target))
        self.pairs = [(HashColumn(), HashColumn()) for _ in self.open]
        self.where = HashColumn()
        self.wanted = [fields for fields in self.targets if fields in self.plan.targets]

    def _target(self, key: ForeignKey, target: Target) -> KeyHashes | None:
        kinds = self.plan.key_kinds(key.fields)
        return of_target(target, kinds) if tuple(getattr(target, "kinds", kinds)) == kinds else None

    # --- a block

    def piece(self, records: int, ends: int, rows: int, parts: Sequence[Part], faults: Sequence[Fault]) -> Piece:
        """What a block adds. May be called by several threads at once."""
        batches: list[tuple[object, Batch]] = []
        for part in parts:
            for key, target in self.ready:
                self._find_lost(part, key, target)
            if batch := part.found.batch(part, self.plan):
                batches.append((type(part), batch))
        hashes = [_spread(parts, key.fields, SEEDS[0], records) for key in self.plan.uniques]
        waiting = [_pair(parts, key.fields, records) for _, key, _ in self.open]
        added = [_pair(parts, fields, records) for fields in self.wanted]
        return Piece(records, rows, ends, batches, faults, hashes, waiting, added)

    def _find_lost(self, part: Part, key: ForeignKey, target: KeyHashes | None) -> None:
        rows = _absent(part.hashes(key.fields, SEEDS[0]), part.hashes(key.fields, SEEDS[1]), target)
        if len(rows):
            kind = self.plan.key_kind(FOREIGN, key.fields, reference_text(key, self.source))
            first = part.found.keep(part.shown(key.fields, rows, ", "))
            part.found.add(rows, np.full(len(rows), kind, np.uint32), np.arange(len(rows), dtype=np.uint32) + first)

    def _batch(self, part: Part, rule: str, names: Sequence[str], rows: np.ndarray, expected: str) -> Batch:
        kind = self.plan.key_kind(rule, names, expected)
        ids = part.shown(self.plan.identity, rows, "|") if self.plan.identity else None
        texts = part.shown(names, rows, ", ")
        kinds, which = np.full(len(rows), kind, np.uint32), np.arange(len(rows), dtype=np.uint32)
        return Batch(self.plan.kinds.all(), part.numbers[rows], part.lines[rows], kinds, which, texts, ids)

    # --- the whole

    def take(self, piece: Piece) -> None:
        """Take the keys of a block, in the order of blocks."""
        for column, hashes in zip(self.hashes, piece.hashes, strict=False):
            column.append(hashes)
        for columns, pair in zip(self.pairs, piece.open, strict=False):
            for column, hashes in zip(columns, pair, strict=True):
                column.append(hashes)
        for fields, pair in zip(self.wanted, piece.added, strict=False):
            self.targets[fields].add(*pair)
        if self.again:
            self.where.append(np.zeros(piece.records, np.uint64) if piece.where is None else piece.where)

    @property
    def again(self) -> bool:
        """Whether records may have to be read once more."""
        return bool(self.hashes or self.open)

    def settle(self, faults: FaultStore, header: int, again: Reread) -> None:
        """Tell repeated keys, and foreign keys that are not found in targets that were not complete before."""
        for index, column in enumerate(self.hashes):
            for share, (records, groups) in enumerate(column.repeated()):
                for place, batch in self._repeated(index, records, groups, header, again):
                    faults.add_batch(batch, lane=("unique", index, share, place))
        for (index, key, target), columns in zip(self.open, self.pairs, strict=True):
            records = _missing(columns, self._target(key, target))
            if not len(records):
                continue
            for parts, first, line in again(records, key.fields):
                for place, part in enumerate(parts):
                    rows = np.flatnonzero(_places(records, part, first) >= 0).astype(np.uint32)
                    if len(rows):
                        batch = self._batch(part, FOREIGN, key.fields, rows, reference_text(key, self.source))
                        faults.add_batch(batch.moved(first + header + 1, line + 1), lane=("foreign", index, place))

    def close(self) -> None:
        """Let go of temporary files."""
        for column in [self.where, *self.hashes, *(column for pair in self.pairs for column in pair)]:
            column.close()

    def _repeated(
        self, index: int, records: np.ndarray, groups: np.ndarray, header: int, again: Reread
    ) -> Iterator[tuple[int, Batch]]:
        """The faults of records whose hashes agree with those of others: where a second hash agrees as well. Each with the
        place of its part."""
        key = self.plan.uniques[index]
        firsts = _Firsts(int(groups.max()) + 1)
        for parts, first, line in again(records, key.fields):
            places = [_places(records, part, first) for part in parts]
            rows = [np.flatnonzero(there >= 0).astype(np.uint32) for there in places]
            met = [there[own] for there, own in zip(places, rows, strict=True) if len(own)]
            if not met:
                continue
            start, end = int(min(there[0] for there in met)), int(max(there[-1] for there in met)) + 1
            two = np.zeros(end - start, np.uint64)
            for part, there, own in zip(parts, places, rows, strict=True):
                two[there[own] - start] = part.hashes(key.fields, SEEDS[1])[own]
            before = firsts.before(groups[start:end], two, records[start:end])
            for place, (part, there, own) in enumerate(zip(parts, places, rows, strict=True)):
                earlier = before[there[own] - start]
                if (earlier >= 0).any():
                    batch = self._batch(part, key.rule, key.fields, own[earlier >= 0], "")
                    expected = earlier[earlier >= 0] + header + 1
                    yield place, replace(batch.moved(first + header + 1, line + 1), expected=expected)


class _Firsts:
    """Which record had a key first, while records go by in order. Keys of a group have the same hash, and are the same
    where their second hash is (others are kept one by one: they come once in many years)."""

    def __init__(self, groups: int) -> None:
        self.numbers = np.full(groups, -1, np.int64)
        self.two: Hashes = np.empty(groups, np.uint64)
        self.others: dict[tuple[int, int], int] = {}

    def before(self, groups: np.ndarray, two: Hashes, numbers: np.ndarray) -> np.ndarray:
        """Of each record the number of the first with its key; -1 where it is the first."""
        first = np.empty(len(groups), np.int64)
        given = address(groups), address(two), address(numbers), len(groups)
        if kernels()["earlier"](*given, address(self.numbers), address(self.two), address(first)):
            for index in np.flatnonzero(first == -2).tolist():
                known = self.others.setdefault((int(groups[index]), int(two[index])), int(numbers[index]))
                first[index] = -1 if known == numbers[index] else known
        return first


def _places(records: np.ndarray, part: Part, first: int) -> np.ndarray:
    """Of each row the place of its record among some; -1 of others."""
    numbers = part.numbers + first
    places = np.searchsorted(records, numbers)
    places[places == len(records)] = 0
    return np.where(records[places] == numbers, places, -1)


def _spread(parts: Sequence[Part], names: Sequence[str], seed: int, records: int) -> Hashes:
    """One hash a record; NONE of those that are in no part."""
    if len(parts) == 1 and len(parts[0].numbers) == records:
        return parts[0].hashes(names, seed)
    whole = np.full(records, NONE, np.uint64)
    for part in parts:
        whole[part.numbers] = part.hashes(names, seed)
    return whole


def _pair(parts: Sequence[Part], names: Sequence[str], records: int) -> Pair:
    return _spread(parts, names, SEEDS[0], records), _spread(parts, names, SEEDS[1], records)


def _absent(one: Hashes, two: Hashes, target: KeyHashes | None) -> np.ndarray:
    """The rows whose key is not found."""
    return np.flatnonzero(one != NONE).astype(np.uint32) if target is None else target.absent(one, two)


def _missing(columns: tuple[HashColumn, HashColumn], target: KeyHashes | None) -> np.ndarray:
    """The records whose key is not found."""
    found, start = [np.empty(0, np.int64)], 0
    for one, two in zip(columns[0].chunks(), columns[1].chunks(), strict=True):
        found.append(_absent(one, two, target).astype(np.int64) + start)
        start += len(one)
    return np.concatenate(found)
