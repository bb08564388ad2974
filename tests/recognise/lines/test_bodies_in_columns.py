"""Statements with a body in each of their columns: one statement for each of them, and one for the columns of none."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import GIVEN, left_over, lines, read

from openbudget.model.disclosure import Disclosure

OFFICE = "平山县下口镇财政所"
CLASSES = f"""
科目编码|科目名称|合计|其中：|<
^|^|^|{OFFICE}（本级）|下口镇农经站
|合计|35.00|25.00|10.00
201|一般公共服务支出|20.00|20.00|
20106|财政事务|20.00|20.00|
2010601|行政运行|20.00|20.00|
213|农林水支出|15.00|5.00|10.00
21301|农业农村|15.00|5.00|10.00
2130104|事业运行|15.00|5.00|10.00
"""
KINDS = """
科目编码|科目名称|合计|下口镇农经站|<|下口镇文化站|<
^|^|^|基本支出|项目支出|基本支出|项目支出
|合计|35.00|20.00|5.00|9.00|1.00
2130104|事业运行|25.00|20.00|5.00||
2070109|群众文化|10.00|||9.00|1.00
"""
ITEMS = """
项目|合计|下口镇农经站|下口镇文化站
合计|3.00|2.00|1.00
1.因公出国（境）费|0.00|0.00|0.00
2.公务接待费|1.00|0.50|0.50
3.公务用车购置及运行费|2.00|1.50|0.50
"""


def told(found: Disclosure, *fields: str) -> dict[tuple[object, ...], object]:
    return {tuple(row.get(name) for name in fields): row.get("amount") for row in lines(found) if row.get("amount")}


def test_each_body_has_its_own_lines_and_the_total_is_the_department_s() -> None:
    found = read("部门支出分单位汇总表\n单位：万元", CLASSES, given=GIVEN)
    amounts = told(found, "organization_id", "function_code")
    assert amounts[OFFICE, "2130104"] == 150000
    assert amounts[f"{OFFICE}(本级)", "2130104"] == 50000
    assert amounts["下口镇农经站", "2130104"] == 100000
    assert amounts["下口镇农经站", None] == 100000
    assert ("下口镇农经站", "2010601") not in amounts
    assert {row.get("name") for row in found.tables["organizations"]} == {OFFICE, f"{OFFICE}（本级）", "下口镇农经站"}
    assert not left_over(found)


def test_a_body_may_have_several_columns() -> None:
    found = read("部门支出分单位汇总表\n单位：万元", KINDS, given=GIVEN)
    amounts = told(found, "organization_id", "function_code", "expenditure_type")
    assert amounts["下口镇农经站", "2130104", "basic"] == 200000
    assert amounts["下口镇文化站", "2070109", "project"] == 10000
    assert amounts[OFFICE, "2130104", None] == 250000
    assert not left_over(found)


def test_items_of_three_public_by_body() -> None:
    found = read("一般公共预算“三公”经费支出表\n单位：万元", ITEMS, given=GIVEN)
    amounts = told(found, "organization_id", "item_code")
    assert amounts[OFFICE, "three_public"] == 30000
    assert amounts["下口镇文化站", "three_public.vehicles"] == 5000
    assert not left_over(found)


@pytest.mark.parametrize(
    "change",
    [("3.00|2.00|1.00", "9.00|2.00|1.00"), ("下口镇文化站", "其他方面"), ("合计|下口镇", "备用|下口镇")],
)
def test_bodies_that_are_not_sure_stay_unread(change: tuple[str, str]) -> None:
    made = ITEMS.replace(*change).replace("1.00|0.50|0.50", "4.00|0.50|0.50")
    found = read("一般公共预算“三公”经费支出表\n单位：万元", made, given=GIVEN)
    assert {row.get("organization_id") for row in lines(found)} <= {OFFICE}
    assert "1.50" in {text for text, _ in left_over(found)}


def test_a_body_that_nothing_tells_from_the_department_is_named_as_not_read() -> None:
    found = read("一般公共预算“三公”经费支出表\n单位：万元", ITEMS.replace("下口镇农经站", OFFICE), given=GIVEN)
    amounts = told(found, "organization_id", "item_code")
    assert amounts[OFFICE, "three_public"] == 30000
    assert ("1.50", "row_without_item") in left_over(found)


def test_the_office_may_be_named_in_short() -> None:
    table = "项目|合计|局本级|县图书馆|县文化馆\n基本支出|9.00|5.00|2.50|1.50\n项目支出|3.00|1.00|1.00|1.00\n支出合计|12.00|6.00|3.50|2.50"
    found = read("部门支出预算表（分单位）\n单位：万元", table, given=GIVEN)
    amounts = told(found, "organization_id", "item_code")
    assert amounts["局本级", "expenditure.basic"] == 50000
    assert amounts[OFFICE, "expenditure.current"] == 120000
    assert not left_over(found)
