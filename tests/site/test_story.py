"""What the page of a package tells: signs, hundredths, what was compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from openbudget.site.charts.small import hundredths, squares
from openbudget.site.places import Places
from openbudget.site.topics import Story
from openbudget.site.words import Words

FACTS = {"kind": "budget", "fiscal_year": 2025}


def line(code: str, amount: str, **more: Any) -> dict[str, Any]:
    row = {"id": code, "item_code": code, "amount": Decimal(amount), "statement": "narrative", "stage": "budget"}
    return {**row, "flow": code.split(".")[0], "unit_reported": "yuan", "amount_reported": amount, **more}


def change(code: str, amount: str | None, **more: Any) -> dict[str, Any]:
    told = {"change_amount": None if amount is None else Decimal(amount), "change_reported": amount}
    row = {"id": f"c-{code}", "line_id": code, "item_code": code, "base_year": 2024, "unit_reported": "yuan"}
    return {**row, **told, **more}


def story(language: str = "zh", **tables: Any) -> Story:
    return Story(tables, FACTS, Places({}), Words(language))


@pytest.mark.parametrize(
    ("printed", "sign", "told"),
    [
        ("-3,150.80", "−", "3,150.80 万元"),  # a table prints the sign, a sentence does not
        ("3150.80", "−", "3,150.80 万元"),
        ("▲3150.80", "−", "31,508,000 元"),
        ("(3150.80)", "−", "31,508,000 元"),
    ],
)
def test_a_change_has_one_sign(printed: str, sign: str, told: str) -> None:
    row = change("revenue", "-31508000", change_reported=printed, unit_reported="wan_yuan")
    (one,) = story(comparisons=[row]).changes()
    assert (one["sign"], one["told"]) == (sign, told)


def test_squares_and_legend_say_the_same() -> None:
    lines = [line("expenditure", "1000")]
    lines += [line("expenditure.basic.personnel", "477"), line("expenditure.basic.public", "57")]
    lines += [line("expenditure.project", "466")]
    chart, legend = story(budget_lines=lines).hundred()
    assert [count for _, count in legend] == [48, 6, 46]  # rounded each for itself they would be 101
    assert [chart.count(f'class="{part.series}"') for part, _ in legend] == [48, 6, 46]


def test_what_is_not_broken_down_is_left_plain() -> None:
    assert hundredths([Decimal(30), Decimal(20)], Decimal(100)) == [30, 20]
    assert squares([(30, "s1"), (20, "s2")], "").count('class="s0"') == 50
    assert hundredths([Decimal(90), Decimal(20)], Decimal(100)) == []
    assert hundredths([Decimal(1)], Decimal(0)) == []
