"""The lines of many bodies as columns of whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from openbudget import standard
from openbudget.model.amount import UNITS
from openbudget.tabular import read_schema
from openbudget.tabular.schema import Schema

SCALE_PLACES = 5
SCALE = 10**SCALE_PLACES  # amounts and radii are counted in hundred-thousandths of a yuan
TABLE, BODY = "budget_lines", "organization_id"
CODED = (
    "fiscal_year", "stage", "statement", "flow", "item_code", "fund_source", "expenditure_type", "function_code",
    "economic_code", "economic_scheme", "project", "is_total", "unit_reported", "function_name", "economic_name",
)  # fmt: skip
_AMOUNT = rf"^-?[0-9]{{1,12}}(\.[0-9]{{1,{SCALE_PLACES}}})?$"
_PRINTED = r"^-?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,12})?$"
_MOST = 2.0**61  # of the sum of all amounts of a body: no sum of some of them overflows

Array = Any  # of numpy: whole numbers or truth values


@dataclass(frozen=True)
class Coded:
    """A column of texts as numbers: `values[codes[i]]` is the text of row i; 0 stands for a blank."""

    codes: Array
    values: Sequence[str | None]

    def code_of(self, value: str | None) -> int:
        """The number of a text; -1 where no row has it."""
        return self._known.get(value, -1)

    @cached_property
    def _known(self) -> Mapping[str | None, int]:
        return {value: code for code, value in enumerate(self.values)}


@dataclass(frozen=True)
class Lines:
    """Lines, in the order in which they stand. `body` numbers the bodies from 0.

    `value` and `radius` of the amount, in units of `SCALE` (`known`: it is not blank), `printed` the value that its
    printed figure has (`is_printed`: there is one, with its unit). `parent` is the row of the same body that `parent_id`
    names (-1: none). `odd`, by body: something of it is not as plain as proofs take it. `claims` are the cells that an
    equation has added up (a whole, and its parts; -1: none), `kept` what proofs keep for each other.
    """

    texts: pl.DataFrame
    body: Array
    bodies: int
    coded: Mapping[str, Coded]
    value: Array
    known: Array
    radius: Array
    printed: Array
    is_printed: Array
    parent: Array
    odd: Array
    claims: list[tuple[Array, Array]] = field(default_factory=list)
    kept: dict[str, object] = field(default_factory=dict)

    def codes(self, name: str) -> Array:
        """A column as numbers."""
        return self.body if name == BODY else self.coded[name].codes

    def blank(self, name: str) -> Array:
        """Where a column is blank."""
        return self.texts.get_column(name).is_null().to_numpy()

    def has(self, name: str, value: str | None) -> Array:
        """The rows that have a value in a column."""
        return self.codes(name) == self.coded[name].code_of(value)


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
            and "" in one.missing
            and not any(key in one.options for key in changing)
            for name, one in given.items()
        )
    )


def lines_of(texts: pl.DataFrame) -> Lines:
    """Rows of texts (blank ones null) as lines."""
    coded = {name: coded_column(texts.get_column(name)) for name in CODED}
    body = coded_column(texts.get_column(BODY))
    codes = body.codes - (0 if texts.get_column(BODY).null_count() else 1)
    bodies = int(codes.max(initial=-1)) + 1
    units, is_unit = _units(coded["unit_reported"])
    amounts = _scaled(texts.get_column("amount"), _AMOUNT, np.full(texts.height, SCALE_PLACES))
    printed = _scaled(texts.get_column("amount_reported"), _PRINTED, units)
    parent, odd_parent = _parents(texts, codes)
    odd = amounts.odd | printed.odd | odd_parent | _odd_texts(texts, coded)
    by_body = np.bincount(codes[odd], minlength=bodies) > 0
    size = np.abs(amounts.value).astype(np.float64) + printed.radius
    by_body |= np.bincount(codes, weights=size, minlength=bodies) > _MOST
    return Lines(
        texts, codes, bodies, coded, amounts.value, amounts.known, printed.radius, printed.value,
        printed.known & is_unit, parent, by_body,
    )  # fmt: skip


def coded_column(texts: pl.Series) -> Coded:
    """Texts as numbers in the order of their first coming; 0 for blanks."""
    values = texts.drop_nulls().unique(maintain_order=True)
    numbers = pl.int_range(1, len(values) + 1, eager=True, dtype=pl.Int64)
    codes = texts.replace_strict(values, numbers, default=0, return_dtype=pl.Int64)
    return Coded(codes.fill_null(0).to_numpy(), [None, *values.to_list()])


def _units(unit: Coded) -> tuple[Array, Array]:
    """By row: how many places of a unit of `SCALE` one of its money unit has, and whether it has a money unit."""
    places = [SCALE_PLACES + (len(str(UNITS[str(one)][1])) - 1 if one in UNITS else 0) for one in unit.values]
    known = [one in UNITS for one in unit.values]
    return np.array(places, np.int64)[unit.codes], np.array(known, bool)[unit.codes]


@dataclass(frozen=True)
class _Scaled:
    value: Array
    known: Array
    radius: Array
    odd: Array


def _scaled(texts: pl.Series, form: str, places: Array) -> _Scaled:
    """Figures in units of which one of the figure has 10 ** places; `radius`: half of the last printed place."""
    fits = texts.str.contains(form)
    kept = texts.set(~fits.fill_null(True), None)
    digits = kept.str.replace_all(",", "", literal=True).str.replace(".", "", literal=True).cast(pl.Int64).fill_null(0)
    point = kept.str.find(".", literal=True)
    decimals = (kept.str.len_bytes() - point - 1).fill_null(0).cast(pl.Int64).to_numpy()
    known = kept.is_not_null().to_numpy()
    left = places - decimals
    odd = (~fits.fill_null(True)).to_numpy() | (known & ((left < 1) | (left > 17)))
    factor = 10 ** np.clip(left, 0, 17)
    number = digits.to_numpy()
    odd |= np.abs(number).astype(np.float64) * factor > _MOST
    safe = np.where(odd, 0, number)
    return _Scaled(safe * factor, known, np.where(known, factor // 2, 0), odd)


def _parents(texts: pl.DataFrame, body: Array) -> tuple[Array, Array]:
    """By row: the row of the same body that `parent_id` names (-1: none), and whether its id is blank or not its own."""
    keyed = texts.select("id", "parent_id").with_columns(pl.Series("body", body)).with_row_index("row")
    odd = keyed.select(pl.col("id").is_null() | pl.struct("body", "id").is_duplicated()).to_series()
    wholes = keyed.select("body", pl.col("id").alias("parent_id"), pl.col("row").alias("whole"))
    wholes = wholes.filter(~odd)
    found = keyed.join(wholes, on=["body", "parent_id"], how="left", maintain_order="left")
    return found.get_column("whole").cast(pl.Int64).fill_null(-1).to_numpy(), odd.to_numpy()


def _odd_texts(texts: pl.DataFrame, coded: Mapping[str, Coded]) -> Array:
    """Rows with a year or a truth value that is not in its plainest form, or without an item."""
    odd: Array = texts.get_column("item").is_null().to_numpy()
    for name, plain in (("fiscal_year", re.compile("[0-9]{4}")), ("is_total", re.compile("true|false"))):
        column = coded[name]
        strange = [value is not None and plain.fullmatch(value) is None for value in column.values]
        odd = odd | np.array(strange, bool)[column.codes]
    return odd


def packed(*columns: Array) -> Array:
    """Several columns of numbers (0 and up) as one: equal where all of them are equal."""
    whole, size = columns[0], int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        top = int(column.max(initial=0)) + 1
        if size * top >= 1 << 62:
            whole = np.unique(whole, return_inverse=True)[1]
            size = int(whole.max(initial=0)) + 1
        whole, size = whole * top + column, size * top
    return whole
