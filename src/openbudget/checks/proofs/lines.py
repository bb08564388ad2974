"""The lines of some bodies as columns of whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from openbudget import standard
from openbudget.checks.proofs.dictionary import STRANGE, Array, Dictionary
from openbudget.checks.proofs.records import AGREES, BODY, CODED, HASHED, KNOWN, ODD, PART, STATED, TABLE
from openbudget.tabular import read_schema
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

if TYPE_CHECKING:
    from openbudget.checks.proofs.gather import Gatherer
    from openbudget.checks.proofs.names import Names
    from openbudget.tabular.schema import Schema

_MOST = 2.0**61  # of the sum of all amounts of a body: no sum of some of them overflows
_PACKED = 1 << 62
_WORD = 8  # bytes
_PLAIN = {
    "fiscal_year": re.compile("[0-9]{4}"),
    "is_total": re.compile("true|false"),
    "of_which": re.compile("true|false"),
}
HALVES = np.array([0, *(10**left // 2 for left in range(1, 18))], np.int64)


@dataclass(frozen=True)
class Coded:
    """A column of texts as numbers: `values[codes[i]]` is the text of row i; 0 stands for a blank."""

    column: Array
    dictionary: Dictionary

    @cached_property
    def codes(self) -> Array:
        return self.column.astype(np.int64)

    @property
    def values(self) -> Sequence[str | None]:
        return self.dictionary.values

    def code_of(self, value: str | None) -> int:
        """The number of a text; -1 where no row has it."""
        return self.dictionary.code_of(value)


@dataclass(frozen=True)
class Lines:
    """Lines, in the order in which they stand, body by body. `body` numbers the bodies from 0.

    `value` and `radius` of the amount, in units of `SCALE` (`known`: it is not blank); `stated`: there is a printed
    figure, with its unit, and `agrees`: it has the value of the amount. `parent` is the row of the same body that
    `parent_id` names (-1: none). `odd`, by body: something of it is not as plain
    as proofs take it. `claims` are the cells that an equation has added up (a whole, and its parts; -1: none), `kept`
    what proofs keep for each other, `numbered` columns
    of hashes as small numbers, `index` the rows by value, `sliced` groups of all rows.
    """

    records: Array
    body: Array
    bodies: int
    coded: Mapping[str, Coded]
    value: Array
    known: Array
    radius: Array
    parent: Array
    odd: Array
    names: Mapping[str, Names]
    claims: list[tuple[Array, Array]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    index: dict[str, tuple[Array, Array, Array]] = field(default_factory=dict)
    numbered: dict[str, Array] = field(default_factory=dict)
    sliced: dict[tuple[str, ...], Array] = field(default_factory=dict)

    @cached_property
    def place(self) -> tuple[int, int]:
        """Where the records lie, and how long one is."""
        return address(self.records.view(np.uint8)), self.records.dtype.itemsize  # (of records numpy lists all columns)

    def codes(self, name: str) -> Array:
        """A column as numbers; 0 for blanks."""
        if name == BODY:
            return self.body
        if name in self.coded:
            return self.coded[name].codes
        if name not in self.numbered:
            self.numbered[name] = _numbered(self.records[name])
        return self.numbered[name]

    def column(self, name: str) -> Array:
        """A column as it was gathered: numbers or hashes; 0 for blanks."""
        return self.records[HASHED.get(name, name)]

    def group(self, rows: Array, *names: str) -> tuple[Array, Array]:
        """Numbers for the rows that agree in some columns, as they first come, and the places where each first comes. By
        body, where rows of a body stand together, groups are found among its rows alone."""
        together = BODY in names and bool((rows[1:] >= rows[:-1]).all())
        within = self.body if together else np.zeros(len(self.body), np.int64)
        words = _words(self.records.dtype, tuple(name for name in names if not together or name != BODY))
        ids, firsts = np.empty(len(rows), np.int64), np.empty(len(rows) + 1, np.int64)
        table = np.empty(1 << max((2 * len(rows)).bit_length(), 3), np.uint32)
        given = *self.place, address(rows), len(rows)
        made = kernels()["group_fields"](
            *given, address(words), len(words) // 2, address(within), address(table), len(table) - 1,
            address(ids), address(firsts),
        )  # fmt: skip
        return ids, firsts[:made]

    def slices(self, *names: str) -> Array:
        """The number of each row's group, of all rows that agree in some columns."""
        if names not in self.sliced:
            self.sliced[names] = self.group(np.arange(len(self.body)), *names)[0]
        return self.sliced[names]

    def rows_of(self, name: str, value: str) -> Array:
        """The rows that have a value in a column, in their order."""
        if name not in self.index:
            rows = np.flatnonzero(self.codes(name))
            self.index[name] = (rows, *ordered(self.codes(name)[rows], len(self.coded[name].values)))
        rows, order, starts = self.index[name]
        code = self.coded[name].code_of(value)
        return rows[order[starts[code] : starts[code + 1]]] if code >= 0 else rows[:0]

    def blank(self, name: str) -> Array:
        """Where a column that is hashed is blank."""
        return self.records[name] == 0

    def flagged(self, flag: int) -> Array:
        """The rows with a flag."""
        return (self.records["flags"] & np.uint8(flag)) != 0

    def has(self, name: str, value: str | None) -> Array:
        """The rows that have a value in a column."""
        code = self.coded[name].code_of(value)
        return self.coded[name].column == code if code >= 0 else np.zeros(len(self.body), bool)


def plain_table(schema: Schema) -> bool:
    """Whether a table has the columns of the standard, each with its type and nothing that changes what texts mean."""
    own = {one.name: one for one in read_schema(standard.table_schema(TABLE), TABLE).fields}
    given = {one.name: one for one in schema.fields}
    changing = ("trueValues", "falseValues", "groupChar", "decimalChar", "bareNumber")
    return (
        len(schema.fields) == len(own)
        and given.keys() == own.keys()
        and all(
            (one.type, one.format) == (own[name].type, "default")
            and {*one.missing} == {""}
            and not any(key in one.options for key in changing)
            for name, one in given.items()
        )
    )


def lines_of(records: Array, gatherer: Gatherer) -> Lines:
    """Records, in which the lines of each body stand together, as lines."""
    hashes = records["body"]
    body = np.zeros(len(records), np.int64)
    np.cumsum(hashes[1:] != hashes[:-1], out=body[1:])
    bodies = int(body[-1]) + 1
    coded = {name: Coded(records[name], gatherer.coded[name]) for name in CODED}
    parent, again = _parents(records, body)
    flags = records["flags"]
    odd = ((flags & np.uint8(ODD)) != 0) | again
    for name, plain in _PLAIN.items():
        strange = [value is not None and plain.fullmatch(value) is None for value in coded[name].values]
        if any(strange):
            odd |= np.array([*strange, True], bool)[np.minimum(coded[name].column, len(strange))]
    value = np.ascontiguousarray(records["value"])
    radius = HALVES[records["left"]]
    by_body = np.bincount(body[odd], minlength=bodies) > 0
    size = np.abs(value).astype(np.float64) + radius
    by_body |= np.bincount(body, weights=size, minlength=bodies) > _MOST
    if by_body.any():  # what proofs meet there is not counted, and has to be harmless
        rows = by_body[body]
        value[rows] = 0
        for column in coded.values():
            column.column[rows & (column.column == STRANGE)] = 0
    known = (flags & np.uint8(KNOWN)) != 0
    return Lines(records, body, bodies, coded, value, known, radius, parent, by_body, gatherer.names)


@cache
def _words(records: np.dtype, names: tuple[str, ...]) -> Array:
    """Where columns stand in a record, as words of 8 bytes: where each begins, and a mask of what counts of it."""
    masks: dict[int, int] = {}
    for name in names:
        kind, at = records.fields[HASHED.get(name, name)][:2]  # type: ignore[index]
        start = at if kind.itemsize == _WORD else at - at % _WORD
        masks[start] = masks.get(start, 0) | ((1 << 8 * kind.itemsize) - 1) << 8 * (at - start)
    return np.array([part for start, mask in sorted(masks.items()) for part in (start, mask)], np.uint64)


def _parents(records: Array, body: Array) -> tuple[Array, Array]:
    """By row: the row of the same body that `parent_id` names (-1: none), and whether its id is blank or not its own."""
    ids, wanted = np.ascontiguousarray(records["id"]), np.ascontiguousarray(records["parent"])
    out, again = np.empty(len(body), np.int64), np.empty(len(body), np.uint8)
    table = np.zeros(1 << (4 * len(body)).bit_length(), np.uint32)
    given = address(ids), address(wanted), address(body), len(body)
    kernels()["parents"](*given, address(table), address(out), address(again))
    return out, again != 0


def grouped(keys: Array) -> tuple[Array, Array]:
    """Numbers for equal keys, as they first come, and where each of them first comes."""
    keys = np.ascontiguousarray(keys, np.int64)
    ids, firsts = np.empty(len(keys), np.int64), np.empty(len(keys) + 1, np.int64)
    table = np.zeros(1 << max((2 * len(keys)).bit_length(), 3), np.uint32)
    made = kernels()["group"](address(keys), len(keys), address(table), len(table) - 1, address(ids), address(firsts))
    return ids, firsts[:made]


def ordered(ids: Array, groups: int) -> tuple[Array, Array]:
    """The places of numbers below `groups` in their order, equal ones as they come; where each begins, and the end."""
    ids = np.ascontiguousarray(ids, np.int64)
    starts, order = np.empty(groups + 1, np.int64), np.empty(len(ids), np.int64)
    kernels()["order_by"](address(ids), len(ids), groups, address(starts), address(order))
    return order, starts


def _numbered(hashes: Array) -> Array:
    """Hashes as small numbers; 0 for none."""
    if not hashes.any():
        return np.zeros(len(hashes), np.int64)
    made = grouped(hashes.view(np.int64))[0] + 1
    made[hashes == 0] = 0
    return made


def packed(*columns: Array) -> Array:
    """Several columns of numbers (0 and up) as one: equal where all of them are equal."""
    whole, size = columns[0], int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        top = int(column.max(initial=0)) + 1
        if top == 1:
            continue
        if size * top >= _PACKED:
            whole, firsts = grouped(whole)
            size = len(firsts)
        whole, size = whole * top + column, size * top
    return whole


__all__ = [
    "AGREES", "BODY", "CODED", "PART", "STATED", "TABLE", "Array", "Lines", "grouped", "lines_of", "packed",
    "plain_table",
]  # fmt: skip
