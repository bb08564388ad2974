"""The tables of one package as checks read them: each index is built once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, TypeVar, cast

from openbudget import standard
from openbudget.checks.figures import ZERO, Number, decimal
from openbudget.model.amount import decimals_of, half_place
from openbudget.model.facts import Facts
from openbudget.model.finding import Term
from openbudget.model.value import Value

Row = Mapping[str, Value]
Tables = Mapping[str, Sequence[Row]]
Other = tuple[Tables, Mapping[str, Any]]
T = TypeVar("T")

_TWINS = {"amount": "amount_reported", "change_amount": "change_reported", "value": "value_reported"}
_REFERENCES = {"line_id": "budget_lines", "goal_id": "performance_goals", "organization_id": "organizations"}
_COUNTS = frozenset({"quantity", "quota", "actual"})  # printed without decimals they are exact


@cache
def is_money(table: str, field: str) -> bool:
    """Whether a field holds yuan."""
    return field in standard.tables()[table].columns and standard.field(table, field).unit == "yuan"


class Data:
    """Rows by table, with their places and the precision of their figures.

    `tables`: rows (plain mappings with typed values) by table, `sources` among them where there is one. `facts`: what
    is known of the package (`fiscal_year`, `kind`, `region_code` … as in `Facts`; `source_files`: names of the files of
    the descriptor). `previous`: the tables of last year's package. `claimed` holds the sets of cells that an
    identity has added up, so that no fault is told twice. `others`: tables and facts of packages given together
    with this one.
    """

    def __init__(
        self,
        tables: Tables,
        facts: Mapping[str, Any] | Facts | None = None,
        previous: Tables | None = None,
        others: Sequence[Other] = (),
    ):
        self.tables = tables
        self.others = others
        self.facts: Mapping[str, Any] = _mapping(facts)
        self.previous = None if previous is None else Data(previous)
        self.claimed: set[frozenset[tuple[object, str]]] = set()
        self._kept: dict[object, object] = {}

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table; none where the package has no such table."""
        return self.tables.get(table, ())

    def keep(self, key: object, build: Callable[[], T]) -> T:
        """What `build` gives, built once for `key`."""
        try:
            return cast(T, self._kept[key])
        except KeyError:
            built = self._kept[key] = build()
            return built

    def row(self, table: str, row_id: object) -> Row | None:
        """The row of `table` with this id."""
        return self.by_id(table).get(row_id)

    def by_id(self, table: str) -> Mapping[object, Row]:
        """The rows of `table` by id."""
        return self.keep(("by id", table), lambda: {row.get("id"): row for row in self.rows(table)})

    def value(self, row: Row, field: str) -> Value:
        """A field of a row; `line_id.stage` is the field of the row that the key points to."""
        key, _, field_there = field.partition(".")
        if not field_there:
            return row.get(key)
        there = self.row(_REFERENCES[key], row.get(key))
        return None if there is None else there.get(field_there)

    def by(self, table: str, field: str) -> Mapping[Value, list[Row]]:
        """The rows of a table by the value of a field."""

        def build() -> dict[Value, list[Row]]:
            groups: dict[Value, list[Row]] = {}
            for row in self.rows(table):
                groups.setdefault(row.get(field), []).append(row)
            return groups

        return self.keep(("by", table, field), build)

    def source(self, table: str, row_id: object, field: str) -> Row | None:
        """Where a value stands in the source."""
        return self._sources.get((table, row_id, field))

    @cached_property
    def _sources(self) -> Mapping[tuple[object, object, object], Row]:
        return {(row.get("table"), row.get("row_id"), row.get("field")): row for row in self.rows("sources")}

    def sourced_rows(self) -> Mapping[tuple[object, object], Row]:
        """By table and row id: the first place of each row in the source."""
        return self.keep(
            "sourced rows",
            lambda: {(row.get("table"), row.get("row_id")): row for row in reversed(self.rows("sources"))},
        )

    def printed(self, table: str, row: Row, field: str) -> str | None:
        """The text of a value as printed, as far as it is known."""
        source = self.source(table, row.get("id"), field) or self.source(table, row.get("id"), _TWINS.get(field, field))
        printed = source.get("printed") if source else row.get(_TWINS.get(field, ""))
        return None if printed is None else str(printed)

    def in_sentence(self, table: str, row: Row, field: str) -> bool | None:
        """Whether a figure was read from a sentence; None where the package does not say."""
        source = self.source(table, row.get("id"), field)
        return None if source is None else source.get("method") == "sentence"

    def figure(self, table: str, row: Row, field: str) -> Number | None:
        """A figure with the precision it was printed with; None where it is blank.

        The decimals come from the row's printed twin (`amount_reported`), else from the text in `sources`; a figure
        with neither is exact.
        """
        value = decimal(row.get(field))
        if value is None:
            return None
        unit = row.get("unit_reported")
        reported = row.get(_TWINS.get(field, ""))
        if reported is None:
            source = self.source(table, row.get("id"), field)
            reported = None if source is None else source.get("printed")
        if reported is None:
            return Number(value)
        decimals = decimals_of(str(reported))
        if decimals is None or (field in _COUNTS and decimals == 0):
            return Number(value, ZERO)
        return Number(value, half_place(decimals, str(unit) if unit and is_money(table, field) else None))

    def label(self, row: Row) -> str:
        """What a row calls itself; a change is called what the line it is of is called."""
        line = self.row("budget_lines", row["line_id"]) if row.get("line_id") else None
        return label_of(line or row)

    def term(self, table: str, row: Row, field: str, sign: str = "+", label: str | None = None) -> Term:
        """An operand with its place. `label` is what the row calls itself where it is not given."""
        source = (
            self.source(table, row.get("id"), field) or self.source(table, row.get("id"), _TWINS.get(field, "")) or {}
        )
        value = row.get(field)
        return Term(
            label=label or self.label(row),
            value=value if isinstance(value, Decimal) else decimal(value) if isinstance(value, int) else _text(value),
            sign=sign,
            table=table,
            row_id=_text(row.get("id")),
            field=field,
            file=_text(source.get("file")),
            place=_text(source.get("locator")),
            printed=self.printed(table, row, field),
        )


def label_of(row: Row) -> str:
    """What a row calls itself: its item, name, title or code."""
    for field in ("item", "name", "title", "level_3", "term", "function_name", "economic_name"):
        value = row.get(field)
        if value:
            return str(value)
    code = standard.codelist("items").get(str(row.get("item_code")))
    return code.title_zh if code is not None else str(row.get("item_code") or row.get("id") or "?")


def matches(row: Row, where: Mapping[str, Any]) -> bool:
    """Whether a row has the wanted values (a list: any of them)."""
    for field, wanted in where.items():
        value = row.get(field)
        if value not in wanted if isinstance(wanted, (list, tuple)) else value != wanted:
            return False
    return True


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _mapping(facts: Mapping[str, Any] | Facts | None) -> Mapping[str, Any]:
    if facts is None:
        return {}
    if isinstance(facts, Facts):
        return facts._asdict()
    return facts
