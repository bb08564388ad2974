"""The key figures that `pack` and a package's README tell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from openbudget.package import key_figures


def row(code: str, amount: int, **more: Any) -> dict[str, Any]:
    told = {"item_code": code, "amount": Decimal(amount), "amount_reported": str(amount), "unit_reported": "yuan"}
    return {**told, "stage": "budget", "statement": "revenue_expenditure", "organization_id": "a", **more}


def figures(kind: str, *rows: dict[str, Any]) -> list[tuple[str, str, str]]:
    return list(key_figures("zh", {"organizations": [{"id": "a"}, {"id": "b"}], "budget_lines": list(rows)}, kind))


def test_final_accounts_tell_what_was_spent_and_not_what_was_planned() -> None:
    rows = (row("three_public", 20), row("three_public", 18, stage="final"))
    assert figures("final-accounts", *rows) == [("“三公”经费", "18 元", "18")]
    assert figures("budget", *rows) == [("“三公”经费", "20 元", "20")]


@pytest.mark.parametrize(
    "other",
    [
        {"fund_source": "government_fund"},
        {"statement": "government_fund"},
        {"organization_id": "b"},
        {"function_code": "201"},
        {"expenditure_type": "project"},
    ],
)
def test_a_total_is_of_all_money_and_of_the_department(other: dict[str, Any]) -> None:
    rows = (row("expenditure", 5, **other), row("expenditure", 80, fund_source="total"))
    assert figures("budget", *rows) == [("支出总计", "80 元", "80")]


def test_the_total_of_the_year_comes_before_a_total_of_one_fund() -> None:
    rows = (row("expenditure", 20, fund_source="government_fund"), row("expenditure.current", 80))
    assert figures("budget", *rows) == [("本年支出合计", "80 元", "80")]
    assert figures("budget", *rows, row("expenditure", 90)) == [("支出总计", "90 元", "90")]


def test_a_total_of_one_fund_says_so_and_a_zero_is_printed() -> None:
    assert figures("budget", row("expenditure", 0, statement="general_public")) == [
        ("支出总计（一般公共预算）", "0 元", "0")
    ]
    assert figures("budget", row("procurement", 0, amount_reported=Decimal(0))) == [("政府采购", "0 元", "0")]
