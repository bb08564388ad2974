"""What the engine knows of a table before it reads: columns, predicates, keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import polars as pl

from openbudget.tabular.column import Column
from openbudget.tabular.fast.batch import Kind
from openbudget.tabular.fast.keytext import kind_of, plain_key
from openbudget.tabular.fast.narrow import narrow
from openbudget.tabular.header import Layout
from openbudget.tabular.keys import UniqueKey, unique_keys
from openbudget.tabular.schema import Field, Schema


@dataclass(frozen=True)
class PlannedColumn:
    """A column of the file that stands for a field: `name` in frames, the predicate (True: all is valid; False: none is
    known), and whether a valid text is its own key (None: always). `known`: valid texts of a column that has few,
    from the first block; these are looked up, which is quicker than any other predicate."""

    name: str
    place: int
    exact: Column
    accepts: pl.Expr | bool
    plain: pl.Expr | None
    known: list[pl.Series] = dataclass_field(default_factory=list)

    @property
    def looked_up(self) -> bool:
        return bool(self.known) and len(self.known[0]) > 0

    @property
    def field(self) -> Field:
        return self.exact.field


@dataclass(frozen=True)
class Plan:
    """A table. `names` are those of all columns of the file in frames; `columns` by field name."""

    names: tuple[str, ...]
    columns: dict[str, PlannedColumn]
    layout: Layout
    schema: Schema
    exact: Sequence[Column]
    uniques: tuple[UniqueKey, ...]
    references: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...]

    @property
    def identity(self) -> tuple[str, ...]:
        """The primary key, where all of it is in the file."""
        key = self.schema.primary_key
        return key if all(name in self.columns for name in key) else ()

    @property
    def in_keys(self) -> tuple[str, ...]:
        """The fields of all keys of the table."""
        wanted = [*self.identity, *(name for key in self.uniques for name in key.fields)]
        return tuple(dict.fromkeys([*wanted, *(name for key in self.references for name in key)]))

    def kinds(self, names: Sequence[str]) -> tuple[str, ...]:
        """The kinds of the values of some fields."""
        return tuple(kind_of(self.columns[name].field) for name in names)

    def key_kind(self, rule: str, names: Sequence[str], expected: str = "") -> Kind:
        """The kind of faults of a key."""
        return Kind(rule, self.schema.names.index(names[0]), ", ".join(names), expected)


def plan_of(
    layout: Layout,
    schema: Schema,
    columns: Sequence[Column],
    references: Sequence[tuple[str, ...]],
    targets: Sequence[tuple[str, ...]],
) -> Plan:
    """The plan for a file with this layout. Keys of which the file lacks a column are left out."""
    names = tuple(f"c{index}" for index in range(len(layout.places)))
    planned = {}
    for name, place in zip(names, layout.places, strict=True):
        if place is not None:
            exact = columns[place]
            accepts = narrow(exact.field, name, required=exact.required)
            planned[exact.field.name] = PlannedColumn(name, place, exact, accepts, plain_key(exact.field, pl.col(name)))

    def present(keys: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
        return tuple(key for key in keys if all(name in planned for name in key))

    uniques = tuple(unique_keys(schema, planned))
    return Plan(names, planned, layout, schema, columns, uniques, present(references), present(targets))
