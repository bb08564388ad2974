"""One line above the titles of all tables states the unit of all; anything less certain is asked for."""

import pytest
from tests.recognise.lines.build import GIVEN, by_id, read

from openbudget.errors import NotRecognisedError

REVENUE = """
科目编码 | 科目名称 | 合计 | 一般公共预算 | 事业收入
2010601 | 行政运行 | 30.00 | 20.00 | 10.00
合计 | < | 30.00 | 20.00 | 10.00
"""
EXPENDITURE = """
科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
2010601 | 行政运行 | 30.00 | 20.00 | 10.00
合计 | < | 30.00 | 20.00 | 10.00
"""
PROJECTS = EXPENDITURE.replace("项目支出", "项目支出（元）")


@pytest.mark.parametrize("titles", [("一、部门收入总表", "二、部门支出总表"), ("部门收入总表", "部门支出总表")])
def test_one_line_above_the_titles_is_of_all_tables(titles: tuple[str, str]) -> None:
    rows = by_id(read("2024年部门预算公开表\n单位：万元", titles[0], REVENUE, titles[1], EXPENDITURE))
    row = rows["expenditure/2010601/basic"]
    assert row.get("amount") == 200000
    assert row.origins["unit_reported"].printed == "万元"
    assert rows["revenue/2010601@business_income"].get("amount") == 100000


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(("部门收入总表\n单位：万元", REVENUE, "部门支出总表", EXPENDITURE), id="of the first table"),
        pytest.param(
            ("公开01表\n单位：万元\n部门收入总表", REVENUE, "部门支出总表", EXPENDITURE), id="behind its number"
        ),
        pytest.param(
            ("预算公开表\n单位：万元\n部门收入总表", REVENUE, "单位：元", PROJECTS, "部门支出总表", EXPENDITURE),
            id="another line",
        ),
        pytest.param(
            ("预算公开表\n单位：万元\n部门收入总表", REVENUE, "部门支出总表", EXPENDITURE, "项目支出表", PROJECTS),
            id="another over a column",
        ),
        pytest.param(
            ("预算公开表\n单位：万元\n部门收入总表\n以下为收入。", REVENUE, "部门支出总表", EXPENDITURE),
            id="a sentence",
        ),
        pytest.param(
            ("预算公开表", "部门收入总表", REVENUE, "单位：万元", "部门收支总表", "部门支出总表", EXPENDITURE),
            id="behind the first table",
        ),
    ],
)
def test_what_is_not_certain_is_asked_for(parts: tuple[str, ...]) -> None:
    with pytest.raises(NotRecognisedError) as caught:
        read(*parts)
    assert caught.value.key == "recognise.no_unit"
    read(*parts, given=GIVEN._replace(unit="wan_yuan"))
