"""What the engine knows of a table before it reads: columns, judges, keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from openbudget.tabular.column import Column
from openbudget.tabular.fast.automata import Automaton
from openbudget.tabular.fast.batch import Kind
from openbudget.tabular.fast.keytext import key_text, kind_of, own_key
from openbudget.tabular.fast.narrow import Narrow, narrow
from openbudget.tabular.header import Layout
from openbudget.tabular.keys import UniqueKey, unique_keys
from openbudget.tabular.schema import Field, Schema

_REMEMBERED = 20_000  # verdicts a column


class Verdict(NamedTuple):
    """What the exact checker says of a text: the kinds of its faults, and its key's text (None: it has no value)."""

    kinds: tuple[int, ...]
    key: str | None


class Kinds:
    """The kinds of faults that were met, by number; shared by threads."""

    def __init__(self) -> None:
        self.known: list[Kind] = []
        self._numbers: dict[Kind, int] = {}
        self._lock = Lock()

    def number(self, kind: Kind) -> int:
        with self._lock:
            if kind not in self._numbers:
                self.known.append(kind)
                self._numbers[kind] = len(self._numbers)
            return self._numbers[kind]

    def all(self) -> tuple[Kind, ...]:
        """Those that were met until now."""
        return tuple(self.known)


@dataclass(frozen=True)
class PlannedColumn:
    """A column of the file, the `at`-th, that stands for the field `place`. `narrow` is None where all its texts go to the
    exact checker; `own`: of which valid texts the key's text is the text itself (see `own_key`)."""

    at: int
    place: int
    exact: Column
    narrow: Narrow | None
    own: Automaton | bool
    kinds: Kinds
    _memory: dict[str, Verdict] = field(default_factory=dict)

    @property
    def field(self) -> Field:
        return self.exact.field

    def verdict(self, text: str) -> Verdict:
        """What the exact checker says of a text."""
        known = self._memory.get(text)
        if known is None:
            value, wrong = self.exact.cell(text)
            name = self.field.name
            kinds = (Kind(one.rule, self.place, name, one.expected, one.key) for one in wrong)
            known = Verdict(tuple(self.kinds.number(kind) for kind in kinds), key_text(value, kind_of(self.field)))
            if len(self._memory) > _REMEMBERED:
                self._memory.clear()
            self._memory[text] = known
        return known


@dataclass(frozen=True)
class Plan:
    """A table: how many columns the file has, and those that stand for fields, by field name."""

    width: int
    columns: dict[str, PlannedColumn]
    layout: Layout
    schema: Schema
    exact: Sequence[Column]
    uniques: tuple[UniqueKey, ...]
    references: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...]
    kinds: Kinds

    @property
    def identity(self) -> tuple[str, ...]:
        """The primary key, where all of it is in the file."""
        key = self.schema.primary_key
        return key if all(name in self.columns for name in key) else ()

    def key_kinds(self, names: Sequence[str]) -> tuple[str, ...]:
        """The kinds of the values of some fields."""
        return tuple(kind_of(self.columns[name].field) for name in names)

    def key_kind(self, rule: str, names: Sequence[str], expected: str = "") -> int:
        """The kind of faults of a key."""
        return self.kinds.number(Kind(rule, self.schema.names.index(names[0]), ", ".join(names), expected))


def plan_of(
    layout: Layout,
    schema: Schema,
    columns: Sequence[Column],
    references: Sequence[tuple[str, ...]],
    targets: Sequence[tuple[str, ...]],
) -> Plan:
    """The plan for a file with this layout. Keys of which the file lacks a column are left out."""
    planned, kinds = {}, Kinds()
    in_keys = {
        name
        for key in (*references, *targets, *(one.fields for one in unique_keys(schema, schema.names)))
        for name in key
    }
    for at, place in enumerate(layout.places):
        if place is not None:
            exact = columns[place]
            judged = narrow(exact.field, required=exact.required)
            own = own_key(exact.field) if exact.field.name in in_keys else False
            planned[exact.field.name] = PlannedColumn(at, place, exact, judged, own, kinds)

    def present(keys: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        return tuple(key for key in keys if all(name in planned for name in key))

    uniques = tuple(unique_keys(schema, planned))
    width = len(layout.places)
    return Plan(width, planned, layout, schema, columns, uniques, present(references), present(targets), kinds)
