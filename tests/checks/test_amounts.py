"""Printed figures and units of money, exactly."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbudget.model.amount import UNIT_WORDS, UNITS, Amount, Figure, is_not_applicable, parse_figure, plain, unit_code


@pytest.mark.parametrize(
    ("printed", "value", "decimals"),
    [
        ("0", "0", 0), ("507.40", "507.40", 2), ("1,234,567.8", "1234567.8", 1), ("１，２３４．５０", "1234.50", 2),
        ("-3.5", "-3.5", 1), ("−3.5", "-3.5", 1), ("－3.5", "-3.5", 1), ("＋3", "3", 0), ("+0.10", "0.10", 2),
        (" 1 234\u3000.5\n", "1234.5", 1), (".5", "0.5", 1), ("007", "7", 0), ("12345678901234567890.12", "12345678901234567890.12", 2),
    ],
)  # fmt: skip
def test_a_figure_is_its_value_and_its_decimals(printed: str, value: str, decimals: int) -> None:
    figure = parse_figure(printed)
    assert figure == Figure(Decimal(value), decimals)
    assert parse_figure(figure.text) == figure


@pytest.mark.parametrize(
    "printed",
    ["", " ", "-", "—", ".", "-.", "1.", "1,2345", "12,34", ",123", "1,234,56", "1.2.3", "1e5", "0x10", "1_000", "NaN", "５%", "3万元",
     "--3", "3-", "+-3", "½", "Ⅳ", "一", "(5)", "（5）", "1/2", "12①", "x²"],
)  # fmt: skip
def test_nothing_else_is_a_figure(printed: str) -> None:
    assert parse_figure(printed) is None


@given(st.integers(-(10**14), 10**14), st.integers(0, 6))
def test_thousands_separators_change_nothing(number: int, decimals: int) -> None:
    value = Decimal(number).scaleb(-decimals)
    assert parse_figure(f"{value:,.{decimals}f}") == parse_figure(f"{value:.{decimals}f}") == Figure(value, decimals)


@pytest.mark.parametrize(
    ("printed", "code", "yuan"),
    [("元", "yuan", "1"), ("千元", "qian_yuan", "1000"), ("万元", "wan_yuan", "10000"), ("百万元", "bai_wan_yuan", "1000000"),
     ("亿元", "yi_yuan", "100000000"), ("万", "wan_yuan", "10000"), ("亿", "yi_yuan", "100000000"),
     (" 人民币 万 元", "wan_yuan", "10000"), ("人民币元", "yuan", "1")],
)  # fmt: skip
def test_units_of_money(printed: str, code: str, yuan: str) -> None:
    assert unit_code(printed) == code
    assert Amount(Figure(Decimal("1.50"), 2), code).yuan == Decimal(yuan) * Decimal("1.5")


@pytest.mark.parametrize("printed", ["", "个", "万人", "十万元", "美元", "万美元", "角", "元/平方米", "千"])
def test_other_units_are_none_of_money(printed: str) -> None:
    assert unit_code(printed) is None


def test_numbers_are_written_without_exponent_and_needless_zeros() -> None:
    values = ("7.6514E+6", "1.500", "-0", "-0.00", "0E+3", "1E-7", "100")
    assert [f"{plain(Decimal(one)):f}" for one in values] == ["7651400", "1.5", "0", "0", "0", "0.0000001", "100"]


def test_dashes_say_that_nothing_applies() -> None:
    assert all(map(is_not_applicable, ("—", " — — ", "-", "／", "不适用", "…")))
    assert not any(map(is_not_applicable, ("", "0", "无", "-1", "一")))


def test_the_expression_of_units_is_all_of_them() -> None:
    assert all(re.fullmatch(UNIT_WORDS, printed) for printed, _ in UNITS.values())
    assert UNIT_WORDS.count("|") + 2 == len(UNITS)
