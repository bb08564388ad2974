"""Forms of statements that provinces print besides the nine: projects, single funds, details by class, several grids."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.recognise.lines.build import FINAL, amounts, by_id, leaves, left_over, lines, read

from openbudget import checks, package
from openbudget.errors import NotRecognisedError

PROJECTS = """
项目支出表
单位：万元
类型|项目名称|项目单位|合计|本年拨款|<|财政拨款结转结余|财政专户管理资金|单位资金|<
^|^|^|^|一般公共预算|政府性基金预算|^|^|合计|结转结余
其他运转类|校园安全|101001-平山县下口镇财政所（本级）|10.00|10.00|||||
特定目标类|课后服务|101001-平山县下口镇财政所（本级）|6.50||||6.50||
合计|||16.50|10.00|||6.50||
"""


def parts(text: str) -> list[str]:
    """Captions and grid of a text, as `read` takes them."""
    lead = [line for line in text.strip().split("\n") if "|" not in line]
    grid = "\n".join(line for line in text.strip().split("\n") if "|" in line)
    return ["\n".join(lead), grid]


def test_projects_are_lines_of_their_own_statement() -> None:
    found = read(*parts(PROJECTS))
    rows = by_id(found)
    one = rows["projects/其他运转类/校园安全/project@general_public_budget"]
    assert (one.get("project"), one.get("amount"), one.get("expenditure_type")) == (
        "校园安全",
        Decimal(100000),
        "project",
    )
    assert leaves(found) == {("projects", "expenditure", "budget"): Decimal("16.5")}
    assert not left_over(found)


def test_the_caption_of_projects_names_their_fund() -> None:
    found = read(
        "一般公共预算项目支出预算表\n单位：万元",
        "科目编码|<|<|单位代码|单位名称（项目）|金额\n类|款|项|^|^|^\n合计|<|<|<|<|9.00\n"
        "201|06|02|101001|　财源建设|4.00\n201|06|02|101001|　信息化|5.00",
    )
    funds = {row.get("fund_source") for row in lines(found, "projects")}
    assert funds == {"general_public_budget"}
    assert leaves(found)["projects", "expenditure", "budget"] == 9


@pytest.mark.parametrize(
    ("caption", "statement", "fund"),
    [
        ("财政专户管理资金支出表", "special_account", "special_account"),
        ("单位资金支出预算表", "unit_funds", "unit_funds"),
    ],
)
def test_statements_of_one_fund(caption: str, statement: str, fund: str) -> None:
    found = read(
        f"{caption}\n单位：万元",
        "科目编码|科目名称|合计|基本支出|项目支出\n|合计|3.00|1.00|2.00\n205|教育支出|3.00|1.00|2.00\n20502|普通教育|3.00|1.00|2.00",
    )
    rows = lines(found, statement)
    assert len(rows) == 9 and {row.get("fund_source") for row in rows} == {fund}
    assert leaves(found) == {(statement, "expenditure", "budget"): Decimal(3)}


CONTINUED = (
    "支出总表\n单位：万元",
    "科目编码|科目名称|合计|基本支出|项目支出\n|合计|10.00|6.00|4.00\n201|一般公共服务支出|7.00|3.00|4.00\n20106|财政事务|7.00|3.00|4.00",
)


@pytest.mark.parametrize("between", ["支出总表（续表）", "支出总表", "续表"])
def test_a_statement_goes_on_in_a_second_grid(between: str) -> None:
    head = "科目编码|科目名称|合计|基本支出|项目支出\n" if between != "续表" else ""
    found = read(*CONTINUED, between, head + "208|社会保障和就业支出|3.00|3.00|\n20805|行政事业单位养老支出|3.00|3.00|")
    assert leaves(found) == {("expenditure", "expenditure", "budget"): Decimal(10)}
    assert by_id(found)["expenditure/208/basic"].get("parent_id") == "expenditure/expenditure.current/basic"
    assert by_id(found)["expenditure/208"].get("parent_id") == "expenditure/expenditure.current"
    assert not left_over(found)


@pytest.mark.parametrize(
    ("between", "rows"),
    [
        ("一般公共预算支出表\n单位：万元", "|合计|3.00|3.00|\n208|社会保障和就业支出|3.00|3.00|"),
        ("支出总表\n单位：万元", "|合计|3.00|3.00|\n208|社会保障和就业支出|3.00|3.00|"),
    ],
)
def test_two_statements_stay_two(between: str, rows: str) -> None:
    """Another caption, or a total of its own: the second grid is no part of the first."""
    found = read(*CONTINUED, between, "科目编码|科目名称|合计|基本支出|项目支出\n" + rows)
    assert sum(1 for row in lines(found) if row.get("item") == "合计" and row.get("expenditure_type") == "total") == 2


def test_parts_that_only_figures_tell() -> None:
    """广东: 一、基本支出 stands above its economic classes, 二、其他资金 above its source, without any 其中."""
    found = read(
        "部门收支总体情况表\n单位：万元",
        "收入|<|支出|<\n项目|预算|项目|预算\n一、财政拨款|90.00|一、基本支出|60.00\n一般公共预算拨款|80.00|工资福利支出|40.00\n"
        "政府性基金拨款|10.00|商品和服务支出|15.00\n二、其他资金|10.00|其他资本性支出|5.00\n事业收入|10.00|二、项目支出|40.00\n"
        "本年收入合计|100.00|本年支出合计|100.00\n收入总计|100.00|支出总计|100.00",
    )
    assert leaves(found) == {
        ("revenue_expenditure", "revenue", "budget"): Decimal(100),
        ("revenue_expenditure", "expenditure", "budget"): Decimal(100),
    }
    rows = {str(row.get("item")): row for row in lines(found)}
    assert rows["事业收入"].get("parent_id") == rows["二、其他资金"].id
    assert rows["商品和服务支出"].get("parent_id") == rows["一、基本支出"].id


def test_figures_that_do_not_add_up_move_no_row() -> None:
    found = read(
        "部门支出总体情况表\n单位：万元",
        "项目|预算\n一、基本支出|60.00\n工资福利支出|41.00\n商品和服务支出|15.00\n二、项目支出|40.00\n本年支出合计|100.00",
    )
    rows = {str(row.get("item")): row for row in lines(found)}
    assert rows["工资福利支出"].get("parent_id") == rows["本年支出合计"].id


PUBLIC = "项目|单位|2023年预算数|2024年预算数\n“三公”经费合计|万元|9.00|7.50\n因公出国（境）费|万元|0.00|0.00\n公务用车购置及运行费|万元|6.00|5.00\n其中：公务用车购置费|万元|0.00|0.00\n公务用车运行费|万元|6.00|5.00\n公务接待费|万元|3.00|2.50\n"


def test_the_unit_of_each_row_and_rows_that_count_vehicles() -> None:
    found = read("一般公共预算“三公”经费支出表", PUBLIC + "公务用车保有量|辆|6|6\n国内公务接待批次（个）||10|12")
    assert leaves(found) == {("three_public", "expenditure", "budget"): Decimal("7.5")}
    assert ("6", "not_money") in left_over(found) and ("12", "not_money") in left_over(found)
    assert by_id(found)["three_public/three_public.reception"].get("parent_id") == "three_public/three_public"


def test_years_as_rows() -> None:
    """北京: one row a year."""
    found = read(
        "财政拨款“三公”经费支出表\n单位：万元",
        "年度|“三公”经费合计|因公出国（境）费|公务接待费|公务用车购置及运行维护费|<|<\n^|^|^|^|公务用车购置及运行维护费|其中：公务用车购置费|其中：公务用车运行维护费\n"
        "2023年|8.5|0|1.5|7|0|7\n2024年|8|0|1|7|0|7",
    )
    assert {row.get("item_code"): str(row.get("amount_reported")) for row in lines(found)} == {
        "three_public": "8", "three_public.abroad": "0", "three_public.reception": "1", "three_public.vehicles": "7",
        "three_public.vehicles.purchase": "0", "three_public.vehicles.operation": "7",
    }  # fmt: skip
    assert leaves(found)["three_public", "expenditure", "budget"] == 8


def test_economic_lines_as_columns() -> None:
    """湖南: 住房公积金 is of two schemes; the class above it decides."""
    found = read(
        "一般公共预算基本支出表--人员经费（工资福利支出）（按部门预算经济分类）\n单位：万元",
        "单位代码|单位名称（科目）|工资福利支出|<|<|<\n^|^|合计|基本工资|奖金|住房公积金\n|合计|10.00|5.00|2.00|3.00\n101|平山县下口镇财政所|10.00|5.00|2.00|3.00",
    )
    assert {row.get("economic_code") for row in lines(found)} == {"301", "30101", "30103", "30113"}
    assert leaves(found)["general_public_basic", "expenditure", "budget"] == 10


def test_appropriation_by_function_says_again_what_the_overview_says() -> None:
    """江苏: 财政拨款支出表 beside 财政拨款收支总表."""
    found = read(
        "财政拨款收支总表\n单位：万元",
        "收入|<|支出|<\n项目|预算数|项目|预算数\n一、一般公共预算拨款|8.00|一、教育支出|8.00\n本年收入合计|8.00|本年支出合计|8.00\n收入总计|8.00|支出总计|8.00",
        "财政拨款支出表（功能科目）\n单位：万元",
        "科目编码|科目名称|合计|基本支出|项目支出\n|合计|8.00|5.00|3.00\n205|教育支出|8.00|5.00|3.00",
    )
    assert leaves(found)["appropriation", "expenditure", "budget"] == 8
    assert by_id(found)["appropriation/205/basic"].get("amount") == Decimal(50000)


def test_agency_operation_by_economic_class() -> None:
    found = read(
        "一般公共预算机关运行经费支出预算表\n单位：万元",
        "科目编码|科目名称|机关运行经费支出\n|合计|9.00\n302|商品和服务支出|9.00\n30201|办公费|4.00\n30211|差旅费|5.00",
    )
    assert leaves(found) == {("agency_operation", "expenditure", "budget"): Decimal(9)}
    assert [row.get("economic_code") for row in lines(found, "agency_operation")] == [None, "302", "30201", "30211"]


def test_units_above_their_classes_with_a_total_over_both_label_columns() -> None:
    found = read(
        "部门支出总体情况表（分单位、分科目）\n单位：万元",
        "编码|单位（科目）名称|支出总计|基本支出|项目支出\n总计|<|30.00|20.00|10.00\n101001|平山县下口镇财政所（本级）|20.00|12.00|8.00\n"
        "201|一般公共服务支出|20.00|12.00|8.00\n101002|平山县会计服务中心|10.00|8.00|2.00\n201|一般公共服务支出|10.00|8.00|2.00",
    )
    assert leaves(found) == {("expenditure", "expenditure", "budget"): Decimal(30)}
    assert len(amounts(found)) == 15 and not left_over(found)


def test_a_grid_without_unit_is_still_refused() -> None:
    with pytest.raises(NotRecognisedError):
        read("支出总表", CONTINUED[1], given=FINAL)


@pytest.mark.parametrize("total", ["||合计|||", "|||||合计"])
def test_two_classifications_in_columns_of_levels(total: str) -> None:
    """河南: 部门预算经济分类 and 政府预算经济分类 beside each other, each with 类 and 款; the first is that of the row."""
    found = read(
        "一般公共预算基本支出情况表\n单位：万元",
        "部门预算经济分类|<|<|政府预算经济分类|<|<|一般公共预算基本支出|<|<\n类|款|科目名称|类|款|科目名称|合计|人员经费|公用经费\n"
        f"{total}|9.00|5.00|4.00\n301|01|基本工资|501|01|工资奖金津补贴|5.00|5.00|0.00\n302|15|会议费|502|02|会议费|4.00|0.00|4.00",
    )
    rows = [row for row in lines(found) if row.get("economic_code")]
    assert {(row.get("economic_code"), row.get("economic_name")) for row in rows} == {
        ("30101", "基本工资"),
        ("30215", "会议费"),
    }
    assert leaves(found)["general_public_basic", "expenditure", "budget"] == 9
    totals = [row.get("amount") for row in lines(found) if row.get("item") == "合计"]
    assert totals == [90000, 50000, 40000]


def test_subsidies_outside_the_expenditure_of_the_year_are_no_fault() -> None:
    found = read(
        "收支总表\n单位：万元",
        "收入|<|支出|<\n项目|预算数|项目|预算数\n一、一般公共预算拨款收入|100.00|一、基本支出|60.00\n||二、项目支出|40.00\n"
        "本年收入合计|100.00|本年支出合计|100.00\n二、上年结转|10.00|三、对附属单位补助支出|10.00\n收入总计|110.00|支出总计|110.00",
    )
    findings, _ = checks.run(package.tables_of(found), found.facts)
    assert [finding.rule for finding in findings if finding.rule.startswith("SUM")] == []


def test_a_list_of_the_statements_is_no_unknown_table() -> None:
    found = read(
        "序号|表名|是否空表\n1|部门收支总表|否\n2|部门收入总表|否\n3|部门支出总表|否\n4|政府采购预算表|是",
        *CONTINUED,
    )
    assert not left_over(found) and len(lines(found)) == 9


def test_a_list_with_amounts_is_not_passed_over() -> None:
    found = read("表名|金额\n部门收支总表|10.00\n部门收入总表|10.00\n部门支出总表|10.00", *CONTINUED)
    assert ("10.00", "table_unknown") in left_over(found)


def test_a_group_that_says_only_of_which_and_the_unit_in_the_heading_of_the_total() -> None:
    found = read(
        "部门支出总表",
        "科目|总计（万元）|其中|<\n^|^|基本支出|项目支出\n合  计|9.00|5.00|4.00\n205  教育支出|9.00|5.00|4.00",
    )
    assert leaves(found) == {("expenditure", "expenditure", "budget"): Decimal(9)}
    assert {row.get("unit_reported") for row in lines(found)} == {"wan_yuan"} and len(lines(found)) == 6


def test_the_total_of_a_table_of_agency_operation_is_no_total_of_the_department() -> None:
    found = read(
        "机关运行经费预算财政拨款情况统计表\n单位：万元", "单位名称|预算数\n合  计|9.00\n平山县下口镇财政所|9.00"
    )
    assert {row.get("item_code") for row in lines(found)} == {"agency_operation"}


def test_operation_of_the_agency_beside_counts() -> None:
    """机构运行信息表 of final accounts: 三公 with its counts on the left, 机关运行经费 on the right, dashes between."""
    found = read(
        "机构运行信息表\n单位：万元",
        "项目|预算数|决算数|项目|决算数\n一、“三公”经费支出|—|—|二、机关运行经费|9.00\n（一）支出合计|8.00|7.00|（一）行政单位|9.00\n"
        "1.因公出国（境）费|0.00|0.00|三、国有资产占用情况|—\n2.公务用车购置及运行维护费|5.00|5.00|（一）车辆数合计（辆）|3\n"
        "（1）公务用车购置费|0.00|0.00||\n（2）公务用车运行维护费|5.00|5.00||\n3.公务接待费|3.00|2.00||\n（二）相关统计数|—|—||\n"
        "1.因公出国（境）团组数（个）|—|2||\n2.公务用车保有量（辆）|—|3||",
        given=FINAL,
    )
    assert leaves(found) == {
        ("three_public", "expenditure", "budget"): Decimal(8),
        ("three_public", "expenditure", "final"): Decimal(7),
        ("agency_operation", "expenditure", "final"): Decimal(9),
    }
    assert {reason for _, reason in left_over(found)} == {"not_money"}
    findings, _ = checks.run(package.tables_of(found), found.facts)
    assert [finding.rule for finding in findings if finding.rule.startswith(("SUM", "XTB"))] == []


def test_projects_of_a_unit_under_a_class_that_is_printed_once() -> None:
    """Sichuan: the code of the unit stands beside the projects alone, and they repeat the code of their class."""
    text = """
科目编码 | < | < | 单位代码 | 单位名称（科目） | 金额
类 | 款 | 项 | ^ | ^ | ^
 |  |  |  | 合计 | 3.00
201 |  |  |  | 一般公共服务支出 | 3.00
201 | 03 |  |  | 政府办公厅（室）及相关机构事务 | 3.00
201 | 03 | 02 |  | 一般行政管理事务 | 3.00
201 | 03 | 02 | 306901 | 　　审计业务经费 | 2.00
201 | 03 | 02 | 306901 | 　　审计信息化建设 | 1.00
"""
    rows = lines(read("一般公共预算项目支出预算表\n单位：万元", text))
    projects = {row.get("project"): row for row in rows if row.get("project")}
    assert list(projects) == ["审计业务经费", "审计信息化建设"]
    classes = {row.id for row in rows if row.get("function_code") == "2010302" and not row.get("project")}
    assert {row.get("parent_id") for row in projects.values()} == classes


def test_projects_with_their_goals_and_other_expenditure() -> None:
    """Guangdong: 支出项目类别（资金使用单位）, the unit above its projects, and what each is for in a last column."""
    text = """
支出项目类别（资金使用单位） | 总计 | 财政拨款 | < | 其他资金 | 绩效目标
^ | ^ | 合计 | 一般公共预算 | ^ | ^
平山县下口镇财政所 | 3.00 | 3.00 | 3.00 | |
安全生产监管专项经费 | 2.00 | 2.00 | 2.00 | | 完善监管体系
应急物资储备 | 1.00 | 1.00 | 1.00 | | 保障物资
"""
    rows = lines(read("部门预算项目支出及其他支出预算表\n单位：万元", text), "projects")
    own = [row for row in rows if row.get("fund_source") == "general_public_budget"]
    assert [(row.get("project"), str(row.get("amount_reported"))) for row in own] == [
        (None, "3.00"), ("安全生产监管专项经费", "2.00"), ("应急物资储备", "1.00")
    ]  # fmt: skip


def test_revenue_beside_expenditure_by_function_and_by_nature() -> None:
    found = amounts(
        read(
            "部门收支预算总表\n单位：万元",
            "收入 | < | 支出 | < | < | <\n"
            "项目 | 预算数 | 按功能科目 | 预算数 | 按支出性质和经济分类 | 预算数\n"
            "一、一般公共预算拨款收入 | 100.00 | 一、一般公共服务支出 | 80.00 | 一、基本支出 | 60.00\n"
            "二、政府性基金预算拨款收入 | | 二、社会保障和就业支出 | 20.00 | 二、项目支出 | 40.00\n"
            "收入总计 | 100.00 | 支出总计 | 100.00 | 支出总计 | 100.00",
        )
    )
    assert found["revenue_expenditure/201"] == "80.00"
    assert found["revenue_expenditure/expenditure.basic"] == "60.00"
    assert found["revenue_expenditure/revenue.general_public_budget"] == "100.00"
