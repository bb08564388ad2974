"""Tables that the standard has not: never taken for another whose columns are alike, and said to be outside."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import left_over, read

BOUGHT = """
资产名称|数量|单价|金额
台式计算机|5|0.50|2.50
合计|||2.90
"""
HELD = """
资产名称|数量|金额
车辆|5|50.00
合计||50.00
"""
SERVICES = "采购类别|金额\nA 货物|1.00\nB 工程|\nC 服务|3.00\n合    计|4.00"
DEBT = "单位|编制数|实有数|债务余额\n下口镇财政所|3|3|40.00"


@pytest.mark.parametrize(
    ("caption", "printed", "figure"),
    [
        ("新增资产配置预算表\n单位：万元", BOUGHT, "2.50"),
        ("二十、2024年新增资产情况\n计划购置如下：\n单位：万元", BOUGHT, "2.50"),
        ("附表12 部门资产配置计划表 Asset Acquisition\n单位：万元", BOUGHT, "2.50"),
        ("国有资产处置情况表\n单位：万元", HELD, "50.00"),
        ("政府购买服务支出预算表\n单位：万元", SERVICES, "3.00"),
        ("政府债务情况表\n单位：万元", DEBT, "40.00"),
    ],
)
def test_a_table_outside_the_standard_is_in_no_table(caption: str, printed: str, figure: str) -> None:
    found = read(caption, printed)
    assert set(found.tables) == {"organizations", "sections"}
    assert (figure, "table_outside") in left_over(found)


@pytest.mark.parametrize(
    "caption",
    [
        "国有资产占用情况表\n单位：万元",
        "新增资产配置预算表\n2024年无新增资产配置。\n九、国有资产占用情况\n单位：万元",
        "国有资产占有使用及配置情况\n单位：万元",
    ],
)
def test_assets_held_are_read(caption: str) -> None:
    assert [row.get("value") for row in read(caption, HELD).tables["assets"]] == [500000, 500000]


def test_procurement_that_takes_in_services_is_procurement() -> None:
    found = read("政府采购（含购买服务）预算表\n单位：万元", SERVICES)
    assert 30000 in {row.get("amount") for row in found.tables["budget_lines"]}
