"""Which rows answer the questions of a citizen: how much comes in and from where, how much goes out and for what.

A figure may stand in several statements and in a sentence; where they differ, that is a finding. The page shows the one
of the statement that the law names first, and for each list of parts the rows of one statement only, so that nothing
is counted twice. Nothing is computed here but the sum of rows of one list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openbudget.model.amount import UNITS, Amount, parse_figure

Row = Mapping[str, Any]

STATEMENTS = (
    "revenue_expenditure", "revenue", "expenditure", "appropriation", "general_public", "general_public_basic",
    "three_public", "government_fund", "state_capital", "special_account", "unit_funds",
    "projects", "agency_operation", "procurement_total", "state_assets",
    "narrative",
)  # fmt: skip
_ALIASES = {"revenue": ("revenue", "revenue.current"), "expenditure": ("expenditure", "expenditure.current")}
BY_TYPE = {
    "expenditure.basic": "basic", "expenditure.basic.personnel": "personnel", "expenditure.basic.public": "public",
    "expenditure.project": "project", "expenditure.operating": "operating",
    "expenditure.remitted_up": "remitted_up", "expenditure.subsidy_down": "subsidy_down",
}  # fmt: skip
_FUNDS = (None, "total", "fiscal_appropriation", "general_public_budget")
_TOTAL = (None, "total")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: what it is (`code`), its sum in yuan, and the rows it is made of."""

    code: str
    amount: Decimal
    rows: tuple[Row, ...]

    @property
    def row(self) -> Row:
        return self.rows[0]


class Figures:
    """The figures of one package's own department, at the stage that the package is about."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], kind: str) -> None:
        organizations = tables.get("organizations", ())
        self.own = str(organizations[0]["id"]) if organizations else None
        stages = ("final", "adjusted", "budget") if kind == "final-accounts" else ("budget", "adjusted", "final")
        self.lines = [row for row in tables.get("budget_lines", ()) if _usable(row) and self._ours(row)]
        self._stage = {stage: rank for rank, stage in enumerate(stages)}

    def _ours(self, row: Row) -> bool:
        return row.get("organization_id") in (None, self.own)

    def one(self, code: str) -> Row | None:
        """The row that tells an item (`revenue`, `three_public.vehicles` …); None where none does."""
        codes = _ALIASES.get(code, (code,))
        found = [
            row for row in self.lines if row.get("item_code") in codes and row.get("expenditure_type") in _types(code)
        ]
        if not found and code in BY_TYPE:
            found = [row for row in self.lines if self._is_column(row, BY_TYPE[code])]
        found = [row for row in found if row.get("fund_source") in _FUNDS and not row.get("function_code")]
        return min(found, key=lambda row: self._rank(row, codes), default=None)

    def _is_column(self, row: Row, kind: str) -> bool:
        """Whether a row is the total line of a statement, in the column of an expenditure type."""
        return row.get("item_code") in _ALIASES["expenditure"] and row.get("expenditure_type") == kind

    def _rank(self, row: Row, codes: Sequence[str] = ()) -> tuple[int, ...]:
        statement = str(row.get("statement"))
        code = str(row.get("item_code"))
        return (
            self._stage.get(str(row.get("stage")), 9),
            codes.index(code) if code in codes else 9,
            _FUNDS.index(row.get("fund_source")) if row.get("fund_source") in _FUNDS else 9,
            STATEMENTS.index(statement) if statement in STATEMENTS else 99,
        )

    def revenue(self) -> list[Part]:
        """Where the money comes from: the sources of one statement, without those that are made of others."""
        found = [
            row for row in self.lines
            if row.get("flow") == "revenue" and not row.get("function_code") and _fund(row) not in (None, "total")
        ]  # fmt: skip
        return self._leaves(found, _fund)

    def expenditure(self) -> list[Part]:
        """What it is spent on: personnel, public funds, projects and so on, from one statement where that has all."""
        parts: list[Part] = []
        for code in ("expenditure.basic.personnel", "expenditure.basic.public"):
            if row := self.one(code):
                parts.append(Part(code, row["amount"], (row,)))
        basic = self.one("expenditure.basic")
        if basic is not None and not _agree(parts, basic):
            parts = [Part("expenditure.basic", basic["amount"], (basic,))]
        for code in ("project", "operating", "remitted_up", "subsidy_down"):
            if row := self.one(f"expenditure.{code}"):
                parts.append(Part(f"expenditure.{code}", row["amount"], (row,)))
        return parts

    def functions(self) -> list[Part]:
        """Expenditure by class of function (一般公共服务支出 …), largest first; `code` is the class."""
        found = [
            row for row in self.lines
            if row.get("item_code") == "expenditure.function" and row.get("expenditure_type") in _TOTAL
        ]  # fmt: skip
        return sorted(self._leaves(found, _function), key=lambda part: -part.amount)

    def economies(self) -> list[Part]:
        """Expenditure by economic class (工资福利支出 …), largest first; `code` is the class."""
        found = [
            row for row in self.lines
            if row.get("item_code") == "expenditure.economic" and row.get("expenditure_type") in (*_TOTAL, "basic")
        ]  # fmt: skip
        return sorted(self._leaves(found, _economy), key=lambda part: -part.amount)

    def three_public(self) -> list[Part]:
        """Official travel abroad, vehicles, reception."""
        codes = ("three_public.abroad", "three_public.vehicles", "three_public.reception")
        return [Part(code, row["amount"], (row,)) for code in codes if (row := self.one(code))]

    def _leaves(self, rows: Sequence[Row], key: Callable[[Row], object]) -> list[Part]:
        """Rows of the best statement that are not made of others of them, together by `key`, in order."""
        rows = [row for row in rows if not row.get("of_which")]
        best = min(rows, key=self._place, default=None)
        chosen = [row for row in rows if best is not None and self._place(row) == self._place(best)]
        above = {row.get("parent_id") for row in chosen}
        groups: dict[str, list[Row]] = {}
        for row in chosen:
            if row.get("id") not in above:
                groups.setdefault(str(key(row)), []).append(row)
        for code, found in groups.items():
            wholes = [row for row in found if code in (row.get("function_code"), row.get("economic_code"))]
            groups[code] = wholes[:1] or found  # a sentence may tell a class and, again, some of its lines
        if best is not None and best.get("statement") == "narrative" and any(len(code) == 3 for code in groups):
            groups = {code: found for code, found in groups.items() if len(code) == 3 and code.isdigit()}
        return [
            Part(code, sum((row["amount"] for row in found), Decimal(0)), tuple(found))
            for code, found in groups.items()
        ]

    def _place(self, row: Row) -> tuple[int, int, int]:
        """What rows of one list have in common: stage and statement, and for expenditure the fund they speak of."""
        stage, _, fund, statement = self._rank(row)
        return stage, statement, 0 if row.get("flow") == "revenue" else fund


def _agree(parts: Sequence[Part], whole: Row) -> bool:
    """Whether parts add up to the whole within what rounding of the printed figures explains."""
    allowed = half_place(whole) + sum((half_place(part.row) for part in parts), Decimal(0))
    difference: Decimal = sum((part.amount for part in parts), Decimal(0)) - Decimal(whole["amount"])
    return abs(difference) <= allowed


def half_place(row: Row) -> Decimal:
    """Half a unit of the last printed place of a row's amount, in yuan."""
    figure = parse_figure(str(row.get("amount_reported") or ""))
    unit = row.get("unit_reported")
    return Amount(figure, str(unit)).half_place if figure and unit in UNITS else Decimal(0)


def _usable(row: Row) -> bool:
    return isinstance(row.get("amount"), Decimal | int)


def _types(code: str) -> tuple[str | None, ...]:
    return (*_TOTAL, BY_TYPE[code]) if code in BY_TYPE else _TOTAL


def _fund(row: Row) -> str | None:
    code = str(row.get("item_code") or "")
    if code.startswith("revenue.") and code != "revenue.current":
        return code.removeprefix("revenue.")
    return row.get("fund_source") if code in _ALIASES["revenue"] else None


def _function(row: Row) -> str:
    code = str(row.get("function_code") or "")
    return code[:3] if code else str(row.get("function_name") or row.get("item") or "")


def _economy(row: Row) -> str:
    code = str(row.get("economic_code") or "")
    return code[:3] if code else str(row.get("economic_name") or row.get("item") or "")
