"""Keys of a table while its rows go by: primary key, unique keys, foreign keys.

Values are compared, not their texts: 1.0 is 1. A key with a blank or faulty part takes part in nothing (SQL: nulls
are distinct, MATCH SIMPLE); a blank part of a primary key is a fault of its own (`required`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from openbudget.tabular.constraints import hashable
from openbudget.tabular.faults import Fault
from openbudget.tabular.schema import ForeignKey, Schema

UNIQUE, PRIMARY, UNIQUE_KEY, FOREIGN = "SCH-003", "SCH-014", "SCH-015", "SCH-016"

Key = Any  # a hashable value, or a tuple of them


if TYPE_CHECKING:

    class Target(Protocol):
        """The keys that a foreign key refers to. `complete` is False while its table is still being read."""

        complete: bool

        def lacking(self, keys: set[Key]) -> set[Key]:
            """Those of `keys` that are not (yet) there."""
            ...


class KeySet:
    """Keys in memory."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        self.complete = False

    def lacking(self, keys: set[Key]) -> set[Key]:
        return keys - self.keys


class UniqueKey:
    """A key whose values may stand in one row only; `seen` gives the number of that row."""

    def __init__(self, rule: str, fields: tuple[str, ...]) -> None:
        self.rule = rule
        self.fields = fields
        self.seen: dict[Key, int] = {}

    def check(self, keys: Sequence[Key], numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
        """The index of every row whose key was there before, and the number of the row that had it first."""
        fresh = set(keys)
        if None not in fresh and len(fresh) == len(keys) and self.seen.keys().isdisjoint(fresh):
            self.seen.update(zip(keys, numbers, strict=True))
            return []
        found = []
        for index, key in enumerate(keys):
            if key is not None:
                first = self.seen.setdefault(key, numbers[index])
                if first != numbers[index]:
                    found.append((index, first))
        return found


class Reference:
    """A foreign key, its target, and the rows that wait until the target is complete."""

    def __init__(self, key: ForeignKey, target: Target) -> None:
        self.key = key
        self.target = target
        self.waiting: dict[Key, list[Fault]] = {}

    def check(self, keys: Sequence[Key], fault: Callable[[int], Fault]) -> list[Fault]:
        """The faults of these rows, where the target is complete; else they wait for `settle`."""
        given = set(keys)
        given.discard(None)
        lost = self.target.lacking(given)
        if not lost:
            return []
        faults = [(key, fault(index)) for index, key in enumerate(keys) if key in lost]
        if self.target.complete:
            return [one for _, one in faults]
        for key, one in faults:
            self.waiting.setdefault(key, []).append(one)
        return []

    def settle(self) -> list[Fault]:
        """The faults of the rows that waited, now that the target is complete."""
        lost = self.target.lacking(set(self.waiting))
        faults = [one for key in lost for one in self.waiting[key]]
        self.waiting.clear()
        return sorted(faults, key=lambda one: one.number or 0)


def unique_keys(schema: Schema, present: Iterable[str]) -> list[UniqueKey]:
    """The unique keys of a schema, those of which all fields are in the file."""
    here = set(present)
    keys = [UniqueKey(UNIQUE, (column.name,)) for column in schema.fields if column.constraints.get("unique") is True]
    if schema.primary_key:
        keys.append(UniqueKey(PRIMARY, schema.primary_key))
    keys.extend(UniqueKey(UNIQUE_KEY, names) for names in schema.unique_keys)
    return [key for key in keys if here.issuperset(key.fields)]


def keys_of(columns: Sequence[Sequence[object]]) -> list[Key]:
    """One key a row from the values of its columns; None where a part is blank."""
    plain = [_hashable(column) for column in columns]
    if len(plain) == 1:
        return plain[0]
    return [None if None in parts else parts for parts in zip(*plain, strict=True)]


_SIMPLE = frozenset({str, int, bool, dt.date, type(None)})


def _hashable(column: Sequence[object]) -> list[Any]:
    """The forms for comparing; most columns hold only values that are their own."""
    if _SIMPLE.issuperset(map(type, column)):
        return list(column)
    return [hashable(value) for value in column]
