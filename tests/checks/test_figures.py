"""Printed figures as intervals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbudget.checks.data import Data
from openbudget.checks.figures import Number, agree, exceeds
from openbudget.model.amount import UNITS, Amount, decimals_of, half_place, parse_figure

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("printed", "decimals"),
    [
        ("507.4", 1),
        ("692.60", 2),
        ("1,234.50", 2),
        ("4.50万元", 2),
        ("９.０", 1),
        ("12", 0),
        ("3 至 5 个", None),
        ("——", None),
    ],
)
def test_decimals(printed: str, decimals: int | None) -> None:
    assert decimals_of(printed) == decimals


@pytest.mark.parametrize("printed", ["12①", "12⑴", "12⒈", "12¹", "10²", "1₂", "1,23", "12.3.4", "(5)"])
def test_what_is_not_wholly_one_figure_is_none(printed: str) -> None:
    assert parse_figure(printed) is None


@pytest.mark.parametrize(
    ("row", "radius"),
    [
        ({"amount": Decimal(5074000), "amount_reported": "507.4", "unit_reported": "wan_yuan"}, 500),
        ({"amount": Decimal(5074000), "amount_reported": "507.40", "unit_reported": "wan_yuan"}, 50),
        ({"amount": Decimal(12), "amount_reported": "12", "unit_reported": "yuan"}, Decimal("0.5")),
        ({"amount": Decimal(12)}, 0),
    ],
)
def test_precision_of_a_row(row: dict[str, object], radius: object) -> None:
    figure = Data({"budget_lines": [row]}).figure("budget_lines", row, "amount")  # type: ignore[arg-type, list-item]
    assert figure is not None
    assert figure.radius == radius


@pytest.mark.parametrize(
    ("printed", "unit", "yuan", "radius"),
    [("507.4", "wan_yuan", "5074000", "500"), ("507.40", "wan_yuan", "5074000", "50"), ("-3", "yi_yuan", "-300000000", "5E7"),
     ("1,234.56", "yuan", "1234.56", "0.005"), ("12", "qian_yuan", "12000", "500"), ("0.1", "bai_wan_yuan", "100000", "5E4")],
)  # fmt: skip
def test_an_amount_stands_for_half_a_place_on_either_side(printed: str, unit: str, yuan: str, radius: str) -> None:
    figure = parse_figure(printed)
    assert figure is not None
    assert Amount(figure, unit).yuan == Decimal(yuan)
    assert Amount(figure, unit).half_place == half_place(figure.decimals, unit) == Decimal(radius)


def test_where_both_factors_are_rounded_the_corners_add_up() -> None:
    """10 ± 0.5 times 4 ± 0.5 is at most 10.5 · 4.5 = 47.25."""
    half = Decimal("0.5")
    for sign in (1, -1):
        assert Number(Decimal(10 * sign), half).times(Number(Decimal(4), half)) == Number(
            Decimal(40 * sign), Decimal("7.25")
        )


def test_precision_from_the_printed_text() -> None:
    row = {"id": "p", "unit_price": Decimal(5000), "quantity": Decimal(5), "unit_reported": "wan_yuan"}
    places = [("unit_price", "0.50"), ("quantity", "5")]
    sources = [{"table": "procurement", "row_id": "p", "field": field, "printed": text} for field, text in places]
    data = Data({"procurement": [row], "sources": sources})  # type: ignore[dict-item]
    assert data.figure("procurement", row, "unit_price") == Number(Decimal(5000), Decimal(50))  # type: ignore[arg-type]
    assert data.figure("procurement", row, "quantity") == Number(Decimal(5))  # type: ignore[arg-type]


@given(st.lists(AMOUNTS, min_size=2, max_size=12), st.sampled_from(sorted(UNITS)), st.integers(0, 4), st.integers(0, 4))
def test_a_true_sum_agrees_however_it_is_rounded(parts: list[Decimal], unit: str, places: int, of_total: int) -> None:
    """Parts and total of exact amounts, each rounded for print: never a fault."""
    scale = UNITS[unit][1]

    def printed(value: Decimal, decimals: int) -> Number:
        return Number((value / scale).quantize(Decimal(1).scaleb(-decimals)) * scale, half_place(decimals, unit))

    total = Number(Decimal(0))
    for part in parts:
        total = total.plus(printed(part, places))
    assert agree(printed(sum(parts, Decimal(0)), of_total), total, single=False)


@given(AMOUNTS, st.integers(0, 3), st.integers(1, 1000))
def test_one_figure_printed_twice_alike_is_equal_or_at_fault(value: Decimal, decimals: int, steps: int) -> None:
    place = 2 * half_place(decimals, "wan_yuan")
    one = Number(value, place / 2)
    assert agree(one, one, single=True)
    assert not agree(one, Number(value + steps * place, place / 2), single=True)


def test_a_part_exceeds_its_whole_only_beyond_rounding() -> None:
    whole = Number(Decimal(45000), Decimal(500))
    assert not exceeds(Number(Decimal(45500), Decimal(50)), whole)
    assert exceeds(Number(Decimal(45600), Decimal(49)), whole)


def test_a_product_takes_the_worst_corner() -> None:
    assert Number(Decimal(5)).times(Number(Decimal(5000), Decimal(50))) == Number(Decimal(25000), Decimal(250))
