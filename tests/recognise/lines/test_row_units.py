"""Whose a row is: units, classes and projects in one column; an own office; the sources of a statement of expenditure."""

from __future__ import annotations

from tests.recognise.lines.build import by_id, lines, read

from openbudget.model.disclosure import Disclosure

OFFICE = "平山县下口镇财政所"


def units(found: Disclosure) -> list[tuple[object, object]]:
    return [(row.get("name"), row.get("agency_code")) for row in found.tables["organizations"]]


def test_a_class_beside_the_code_of_a_unit_is_no_unit() -> None:
    found = read(
        "支出预算分类汇总表\n单位：万元",
        "功能科目|<|<|单位代码|单位名称(功能分类科目名称)|合计|基本支出|项目支出\n类|款|项|^|^|^|^|^\n"
        f"|||405001|{OFFICE}|9.00|4.00|5.00\n201|06|02|405001|一般行政管理事务|9.00|4.00|5.00",
    )
    assert [name for name, _ in units(found)] == [OFFICE]
    assert by_id(found)["expenditure/2010602/basic"].get("amount") == 40000


def test_the_own_office_under_the_name_of_its_department_is_a_unit_by_its_code() -> None:
    found = read(
        "部门收入总表\n单位：万元",
        f"部门代码|部门名称|合计|一般公共预算|单位资金\n|合计|9.00|8.00|1.00\n027001|{OFFICE}|5.00|4.00|1.00\n"
        "027002|平山县下口镇农经站|4.00|4.00|",
    )
    assert units(found) == [(OFFICE, None), (OFFICE, "027001"), ("平山县下口镇农经站", "027002")]
    owners = {row.get("organization_id") for row in lines(found) if row.get("amount") == 90000}
    assert owners == {OFFICE}
    assert by_id(found)[f"revenue/{OFFICE}-027001"].get("amount") == 50000


def test_a_row_of_the_department_over_its_units_is_no_unit() -> None:
    found = read(
        "部门收入总表\n单位：万元",
        f"部门代码|部门名称|合计|一般公共预算|单位资金\n|合计|9.00|8.00|1.00\n027|{OFFICE}|9.00|8.00|1.00\n"
        f"027001|{OFFICE}本级|5.00|4.00|1.00\n027002|平山县下口镇农经站|4.00|4.00|",
    )
    assert [name for name, _ in units(found)] == [OFFICE, f"{OFFICE}本级", "平山县下口镇农经站"]


def test_a_row_with_the_code_of_another_unit_is_not_that_of_the_unit_above() -> None:
    named = "部门代码|部门名称|合计|一般公共预算\n|合计|9.00|9.00\n027001|下口镇水管所|5.00|5.00\n027002|下口镇农经站|4.00|4.00"
    found = read(
        "部门收入总表\n单位：万元",
        named,
        "一般公共预算项目支出预算表\n单位：万元",
        "科目编码|<|<|单位代码|单位名称（科目）|金额\n类|款|项|^|^|^\n合计|<|<|<|<|9.00\n"
        "201|06|02|027001|一般行政管理事务|5.00\n201|06|02|027001|河道养护|5.00\n201|06|02|027002|一般行政管理事务|4.00",
    )
    rows = [row for row in lines(found, "projects") if row.get("function_code")]
    assert [(row.get("organization_id"), row.get("project"), row.get("amount")) for row in rows] == [
        ("下口镇水管所", None, 50000),
        ("下口镇水管所", "河道养护", 50000),
        ("下口镇农经站", None, 40000),
    ]


def test_under_a_heading_of_units_and_projects_a_name_is_one_of_both() -> None:
    found = read(
        "部门项目支出预算表\n单位：万元",
        "支出项目类别（资金使用单位）|总计|一般公共预算|其他资金\n合计|9.00|8.00|1.00\n"
        "平山县下口镇农经站|9.00|8.00|1.00\n河道机构运行|9.00|8.00|1.00",
    )
    project = by_id(found)["projects/平山县下口镇农经站/河道机构运行/project"]
    assert (project.get("organization_id"), project.get("project")) == ("平山县下口镇农经站", "河道机构运行")


def test_sources_under_this_years_revenue_pay_for_the_expenditure_and_which_of_them_never_loop() -> None:
    found = read(
        "支出经济分类汇总表\n单位：万元",
        "部门预算经济分类|<|<|总计|本年收入|<|<|<|上年结转\n类|款|科目名称|^|一般公共预算|<|政府性基金|其他收入|^\n"
        "^|^|^|^|小计|其中：财政拨款|^|^|^\n|||9.00|8.00|7.00||1.00|\n301|01|基本工资|9.00|8.00|7.00||1.00|",
    )
    assert {row.get("flow") for row in lines(found)} == {"expenditure"}
    assert by_id(found)["expenditure/30101@general_public_budget"].get("amount") == 80000


def test_basic_expenditure_of_every_source_is_no_statement_of_one_budget() -> None:
    found = read(
        "部门基本支出预算表\n单位：万元",
        "支出项目类别（资金使用单位）|总计|一般公共预算|其他资金\n合计|9.00|8.00|1.00\n平山县下口镇农经站|9.00|8.00|1.00",
    )
    assert {(row.get("statement"), row.get("expenditure_type")) for row in lines(found)} == {("expenditure", "basic")}


def test_a_statement_of_wages_alone_has_no_total_of_basic_expenditure() -> None:
    found = read(
        "一般公共预算基本支出表--人员经费(工资福利支出)\n单位：万元",
        "单位代码|单位名称(科目)|总计|工资福利支出|<|<\n^|^|^|合计|基本工资|奖金\n|合计|9.00|9.00|5.00|4.00",
    )
    total = lines(found)[0]
    assert (total.get("expenditure_type"), total.get("economic_code")) == ("personnel", "301")


def test_levels_of_a_code_printed_beside_the_total_head_their_columns() -> None:
    found = read(
        "收入决算表\n单位：万元",
        "项目|<|<|<|本年收入合计|财政拨款收入|其他收入\n功能分类科目编码|<|<|科目名称|^|^|^\n类|款|项|合计|9.00|8.00|1.00\n"
        "201|06||财政事务|9.00|8.00|1.00\n201|06|01|行政运行|9.00|8.00|1.00",
    )
    assert found.unrecognised == ()
    assert by_id(found)["revenue/2010601/revenue.current"].get("amount") == 90000
