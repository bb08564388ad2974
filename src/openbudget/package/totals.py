"""Which rows tell the totals of a department, and what money they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

WHOLES = ("expenditure", "expenditure.current", "balance", "revenue", "revenue.current")  # items that are totals
_ALIASES = {"revenue": ("revenue", "revenue.current"), "expenditure": ("expenditure", "expenditure.current")}
_TOTAL = (None, "total")
_STAGES = {"budget": ("budget", "adjusted", "final"), "final-accounts": ("final", "adjusted", "budget")}
_SCOPES = {  # the funds that a statement is about, where it is not about all
    "appropriation": "fiscal_appropriation", "general_public": "general_public_budget",
    "general_public_basic": "general_public_budget", "government_fund": "government_fund",
    "state_capital": "state_capital",
}  # fmt: skip


def scope(row: Row) -> str | None:
    """The fund (code of the list `fund_source`) that a total speaks of; None where it is of all money."""
    fund = row.get("fund_source")
    return str(fund) if fund not in _TOTAL else _SCOPES.get(str(row.get("statement")))


def key_row(rows: Sequence[Row], code: str, kind: str, own: object) -> Row | None:
    """The row that tells an item of the disclosing body `own` best: at the stage that a package of the kind is about
    (the final figure of final accounts, not the budget beside it), of all money rather than of one fund (so 本年支出合计
    rather than 支出总计 of one fund); of several the first. None where no row with an amount tells it."""
    stages, codes = _STAGES.get(kind, ()), _ALIASES.get(code, (code,))
    found = [
        row
        for row in rows
        if row.get("item_code") in codes
        and isinstance(row.get("amount"), Decimal | int)
        and row.get("organization_id") in (None, own)
        and not row.get("function_code")
        and (code not in _ALIASES or row.get("expenditure_type") in _TOTAL)
    ]
    return min(
        found,
        key=lambda row: (_place(stages, row.get("stage")), scope(row) is not None, codes.index(str(row["item_code"]))),
        default=None,
    )


def _place(stages: Sequence[str], stage: object) -> int:
    return stages.index(str(stage)) if stage in stages else len(stages)
