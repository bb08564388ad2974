"""Target texts of indicators."""

from __future__ import annotations

from decimal import Decimal

import pytest

from openbudget.recognise.layout import shipped
from openbudget.recognise.targets import Target, _is_unit, parse_target

QUANTITIES = [
    ("≥98%", ">=", "98", "%"), ("≥100﹪", ">=", "100", "%"), ("100%", "=", "100", "%"), ("≤1次", "<=", "1", "次"),
    ("<0.01%", "<", "0.01", "%"), ("＜0.01％", "<", "0.01", "%"), ("≤2小时", "<=", "2", "小时"), ("达到90%以上", ">=", "90", "%"),
    ("控制在0.1%以下", "<=", "0.1", "%"), ("5次以上", ">=", "5", "次"), ("不低于95%", ">=", "95", "%"), ("不超过3天", "<=", "3", "天"),
    ("≥1,200人次", ">=", "1200", "人次"), ("40期", "=", "40", "期"), ("≥ 4 个", ">=", "4", "个"), ("95", "=", "95", None),
    ("≤5万元/次", "<=", "5", "万元/次"), ("≤200包", "<=", "200", "包"), ("≥20元/人·年", ">=", "20", "元/人·年"),
    ("20次及以上", ">=", "20", "次"), ("控制在10万元以内", "<=", "10", "万元"),
    ("≥170万件", ">=", "170", "万件"), ("不少于1.2万台", ">=", "1.2", "万台"), ("2千万株以上", ">=", "2", "千万株"), ("≥3百万", ">=", "3", "百万"),
    ("达到100%", "=", "100", "%"), ("大于等于90%", ">=", "90", "%"), ("5000元/人", "=", "5000", "元/人"),
]  # fmt: skip


@pytest.mark.parametrize(("printed", "operator", "value", "unit"), QUANTITIES)
def test_quantities(printed: str, operator: str, value: str, unit: str | None) -> None:
    assert parse_target(printed, 2021, shipped()) == Target("quantitative", operator, Decimal(value), unit)


@pytest.mark.parametrize(
    ("printed", "deadline"),
    [
        ("6月底前完成编纂印刷任务", "2021-06-30"), ("年底前完成", "2021-12-31"), ("2021年12月31日前", "2021-12-31"), ("2月底前", "2021-02-28"),
        ("6月前完成", "2021-06"), ("第三季度末前", "2021-09-30"), ("2022年6月底", None), ("2021年11月", "2021-11"),
    ],
)  # fmt: skip
def test_deadlines(printed: str, deadline: str | None) -> None:
    target = parse_target(printed, 2021, shipped())
    if deadline is None:
        assert target.value is None
    else:
        assert (target.type, target.deadline) == ("deadline", deadline)


@pytest.mark.parametrize(
    ("printed", "operator"),
    [
        ("全员排查", None),
        ("不高于上年度", "<="),
        ("不高于同期水平", "<="),
        ("长期", None),
        ("95%-98%", None),
        ("≥90%且≤95%", ">="),
        ("", None),
        ("3-5天", None),
        ("3%左右", None),
        ("2022年", None),
        ("170余万件", None),
        ("约2000万元", None),
        ("事故率较上年下降5%", None),
        ("完成率3次", None),
    ],
)
def test_what_is_not_certain_is_qualitative(printed: str, operator: str | None) -> None:
    target = parse_target(printed, 2021, shipped())
    assert (target.type, target.operator, target.value) == ("qualitative", operator, None)


@pytest.mark.parametrize(("printed", "unit"), [("≥95", "%"), ("≥95%", "%"), ("≥95", "人次数")])
def test_a_unit_printed_apart_is_taken_as_it_stands(printed: str, unit: str) -> None:
    assert parse_target(printed, 2021, shipped(), unit) == Target("quantitative", ">=", Decimal(95), unit)


def test_a_multiple_and_its_unit_printed_apart() -> None:
    assert parse_target("≥170万", 2021, shipped(), "件") == Target("quantitative", ">=", Decimal(170), "万件")
    assert parse_target("≥170万", 2021, shipped(), "万件") == Target("quantitative", ">=", Decimal(170), "万件")


@pytest.mark.parametrize(
    ("printed", "operator", "value"),
    [("优良率达95%以上", ">=", 95), ("群众满意度≥90%", ">=", 90), ("验收合格率100%", "=", 100)],
)
def test_the_name_of_a_rate_printed_again_in_a_cell(printed: str, operator: str, value: int) -> None:
    assert parse_target(printed, 2021, shipped(), named=True) == Target("quantitative", operator, Decimal(value), "%")
    assert parse_target(printed, 2021, shipped()).type == "qualitative", "in a sentence the name is told apart"
    assert parse_target("事故率较上年下降5%", 2021, shipped(), named=True).type == "qualitative"


@pytest.mark.parametrize(
    ("text", "is_unit"),
    [
        *((text, True) for text in ("元", "元/人·年", "万件", "万元/人/年", "元每人")),
        *((text, False) for text in ("元/", "/元", "元人", "元/无", "")),
    ],
)
def test_units_of_units(text: str, is_unit: bool) -> None:
    assert _is_unit(text, shipped()) is is_unit
