"""What keeps statements of unseen issuers right: refusals, other years, several statements in a grid, units, damage."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.recognise.lines.build import (
    FINAL,
    GIVEN,
    INTRO,
    amounts,
    by_id,
    document,
    leaves,
    left_over,
    lines,
    read,
    table,
)

from openbudget.errors import NotRecognisedError
from openbudget.recognise import recognise
from openbudget.recognise.layout import load

EXPENDITURE = """
科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
201 | 一般公共服务支出 | 30.00 | 20.00 | 10.00
20106 | 财政事务 | 30.00 | 20.00 | 10.00
2010601 | 行政运行 | 20.00 | 20.00 |
2010602 | 一般行政管理事务 | 10.00 |  | 10.00
合计 | < | 30.00 | 20.00 | 10.00
"""


def test_a_table_without_caption_is_no_statement() -> None:
    assert lines(read("单位：万元", EXPENDITURE)) == []


def test_a_caption_that_the_columns_do_not_bear_out_is_not_believed() -> None:
    assert lines(read("部门收入总表\n单位：万元", EXPENDITURE)) == []


def test_without_a_unit_nothing_is_assumed() -> None:
    with pytest.raises(NotRecognisedError) as caught:
        read("部门支出总表", EXPENDITURE)
    assert caught.value.key == "recognise.no_unit"
    disclosure = read("部门支出总表", EXPENDITURE, given=GIVEN._replace(unit="wan_yuan"))
    assert by_id(disclosure)["expenditure/2010601/basic"].get("amount") == 200000


def test_an_empty_statement_needs_no_unit() -> None:
    assert lines(read("部门支出总表", "科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出\n合计 | < | | |")) == []


def test_the_unit_of_a_heading_wins() -> None:
    text = EXPENDITURE.replace("合计 | 基本支出 | 项目支出", "合计（元） | 基本支出（元） | 项目支出（元）", 1)
    rows = by_id(read("部门支出总表\n单位：万元", text))
    assert rows["expenditure/2010601/basic"].get("amount") == 20


def test_an_unknown_column_is_refused_and_the_others_are_read() -> None:
    text = "\n".join(
        line + (" | 其他安排" if at == 0 else " | 1.00") for at, line in enumerate(EXPENDITURE.strip().split("\n"))
    )
    disclosure = read("部门支出总表\n单位：万元", text)
    assert left_over(disclosure) == [("1.00", "column_unknown")] * 5
    assert leaves(disclosure)["expenditure", "expenditure", "budget"] == 30


def test_a_figure_without_label_is_refused() -> None:
    text = EXPENDITURE + " |  | 7.00 |  |\n"
    disclosure = read("部门支出总表\n单位：万元", text)
    assert left_over(disclosure) == [("7.00", "row_without_item")]


def test_a_code_that_is_not_whole_is_refused() -> None:
    text = EXPENDITURE.replace("2010602 |", "20106-2 |")
    assert ("10.00", "code_unclear") in left_over(read("部门支出总表\n单位：万元", text))


def test_what_is_no_whole_number_is_refused() -> None:
    text = EXPENDITURE.replace("2010601 | 行政运行 | 20.00", "2010601 | 行政运行 | 2O.00")
    disclosure = read("部门支出总表\n单位：万元", text)
    assert ("2O.00", "not_a_number_cell") in left_over(disclosure)
    assert "expenditure/2010601" not in amounts(disclosure)


def test_damage_that_does_not_matter() -> None:
    text = (
        EXPENDITURE.replace("合计 | 基本支出", "合\\n计 | 基本\\n支出", 1)
        .replace("行政运行 | 20.00 | 20.00", "行政\\n运行 | ２０．００ | 20.00")
        .replace("2010602 | 一般行政管理事务 | 10.00", "201 06 02 | 　一般行政管理\\n事务 | 1 0.00")
    )
    rows = by_id(read("部门支出总表\n单位：万元", text))
    assert rows["expenditure/2010601"].get("amount") == 200000
    assert rows["expenditure/2010602"].get("item") == "一般行政管理事务"
    assert rows["expenditure/2010602/project"].get("parent_id") == "expenditure/20106/project"


def test_heads_repeated_on_every_page() -> None:
    first, *rest = EXPENDITURE.strip().split("\n")
    text = "\n".join([first, *rest[:2], "部门支出总表 | < | < | < | <", first, *rest[2:]])
    assert amounts(read("部门支出总表\n单位：万元", text)) == amounts(read("部门支出总表\n单位：万元", EXPENDITURE))


def test_blank_zero_and_dash_are_three_things() -> None:
    text = EXPENDITURE.replace("行政运行 | 20.00 | 20.00 |", "行政运行 | 20.00 | 20.00 | ——").replace(
        "10.00 |  | 10.00\n合计", "10.00 | 0 | 10.00\n合计"
    )
    rows = by_id(read("部门支出总表\n单位：万元", text))
    dash = rows["expenditure/2010601/project"]
    assert dash.get("amount") is None
    assert dash.origins["amount_reported"].printed == "——"
    assert rows["expenditure/2010602/basic"].get("amount") == 0
    assert "expenditure/2010601/project" not in amounts(read("部门支出总表\n单位：万元", EXPENDITURE))


def test_several_statements_in_one_grid() -> None:
    text = """
部门收支总表 | < | < | < | <
单位：万元 | < | < | < | <
收入 | < |  | 支出 | <
项目 | 预算数 |  | 项目 | 预算数
一、一般公共预算拨款收入 | 30.00 |  | 一、一般公共服务支出 | 30.00
收入总计 | 30.00 |  | 支出总计 | 30.00
 |  |  |  |
部门支出总表 | < | < | < | <
单位：元 | < | < | < | <
科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
201 | 一般公共服务支出 | 300,000 | 200,000 | 100,000
合计 | < | 300,000 | 200,000 | 100,000
"""
    disclosure = read(text)
    assert leaves(disclosure) == {
        ("revenue_expenditure", "revenue", "budget"): 30,
        ("revenue_expenditure", "expenditure", "budget"): 30,
        ("expenditure", "expenditure", "budget"): 30,
    }
    assert by_id(disclosure)["expenditure/201/basic"].get("unit_reported") == "yuan"


def test_a_second_table_without_name_in_a_grid_is_not_read_under_the_first_head() -> None:
    text = EXPENDITURE + "科目编码 | 科目名称 | 合计 | 人员经费 | 公用经费\n301 | 工资福利支出 | 9.00 | 9.00 |\n"
    disclosure = read("部门支出总表\n单位：万元", text)
    assert leaves(disclosure) == {("expenditure", "expenditure", "budget"): 30}
    assert ("9.00", "table_unknown") in left_over(disclosure)


def test_income_above_expenditure_in_one_block() -> None:
    text = """
项目 | 预算数
一、一般公共预算拨款收入 | 90.00
二、事业收入 | 10.00
本年收入合计 | 100.00
上年结转 | 5.00
收入总计 | 105.00
一、一般公共服务支出 | 80.00
二、教育支出 | 25.00
本年支出合计 | 105.00
支出总计 | 105.00
"""
    disclosure = read("部门收支总表\n单位：万元", text)
    assert leaves(disclosure) == {
        ("revenue_expenditure", "revenue", "budget"): 105,
        ("revenue_expenditure", "expenditure", "budget"): 105,
    }
    assert by_id(disclosure)["revenue_expenditure/205"].get("flow") == "expenditure"


def test_numbers_in_a_column_of_their_own() -> None:
    text = """
序号 | 项目 | 预算数 | 序号 | 项目 | 预算数
一 | 财政拨款收入 | 90.00 | 一 | 一般公共服务支出 | 100.00
（一） | 一般公共预算拨款 | 60.00 | 二 | 教育支出 |
（二） | 政府性基金预算拨款 | 30.00 |  |  |
二 | 其他收入 | 10.00 |  |  |
 | 收入总计 | 100.00 |  | 支出总计 | 100.00
"""
    rows = by_id(read("部门收支总表\n单位：万元", text))
    assert (
        rows["revenue_expenditure/revenue.government_fund"].get("parent_id")
        == "revenue_expenditure/revenue.fiscal_appropriation"
    )
    assert rows["revenue_expenditure/revenue.other_income"].get("parent_id") == "revenue_expenditure/revenue"


@pytest.mark.parametrize(("second", "parent_is_total"), [("6.00", True), ("5.00", False)])
def test_projects_named_below_a_class(second: str, parent_is_total: bool) -> None:
    """Rows without code below a class are its parts; where they do not make it up, they are not added again."""
    text = EXPENDITURE.replace(
        "合计 | < | 30", f" | 信息化建设 | 4.00 | | 4.00\n | 印刷费用 | {second} | | {second}\n合计 | < | 30"
    )
    disclosure = read("部门支出总表\n单位：万元", text)
    assert by_id(disclosure)["expenditure/2010602/project"].get("is_total") is parent_is_total
    assert leaves(disclosure)["expenditure", "expenditure", "budget"] == 30


def test_a_total_printed_at_both_ends_is_added_once() -> None:
    text = EXPENDITURE.replace("项目支出\n", "项目支出\n合计 | < | 30.00 | 20.00 | 10.00\n", 1)
    assert leaves(read("部门支出总表\n单位：万元", text))["expenditure", "expenditure", "budget"] == 30


def test_a_second_table_of_a_statement_says_it_again() -> None:
    """The same basic expenditure by the government's economic classes: its rows must not be added to the first."""
    first = "科目编码 | 科目名称 | 合计\n301 | 工资福利支出 | 8.00\n30101 | 基本工资 | 8.00\n合计 | < | 8.00"
    second = "科目编码 | 科目名称 | 合计\n501 | 机关工资福利支出 | 8.00\n50101 | 工资奖金津补贴 | 8.00\n合计 | < | 8.00"
    disclosure = read(
        "一般公共预算基本支出表\n单位：万元", first, "一般公共预算基本支出表（政府预算经济分类）\n单位：万元", second
    )
    assert leaves(disclosure) == {("general_public_basic", "expenditure", "budget"): 8}
    assert by_id(disclosure)["general_public_basic/50101"].get("economic_scheme") == "government"


@pytest.mark.parametrize(
    "printed", ["占支出合计的%", "构成（%）", "结构比", "完成预算%", "为年初预算的%", "比率", "份额"]
)
def test_a_column_of_shares_is_no_amount(printed: str) -> None:
    text = f"""
科目编码 | 科目名称 | 合计 | {printed} | 基本支出 | 项目支出
 | 合计 | 30.00 | 100.00 | 20.00 | 10.00
201 | 一般公共服务支出 | 30.00 | 100.00 | 20.00 | 10.00
"""
    found = read("部门支出总表\n单位：万元", text)
    assert set(amounts(found).values()) == {"30.00", "20.00", "10.00"}
    assert left_over(found) == [("100.00", "share_column"), ("100.00", "share_column")]


def test_amounts_of_an_older_year_are_no_lines_but_bases_of_comparison() -> None:
    text = """
项目 | 2023年决算数 | 2024年预算数 | 占比
合计 | 9.00 | 8.00 | 100%
因公出国（境）费 | 1.00 | 0.00 | 0
公务接待费 | 3.00 | 3.00 | 37.5%
公务用车购置及运行费 | 5.00 | 5.00 | 62.5%
其中：公务用车购置费 |  |  |
公务用车运行维护费 | 5.00 | 5.00 | 62.5%
"""
    disclosure = read("一般公共预算“三公”经费支出表\n单位：万元", text)
    assert leaves(disclosure) == {("three_public", "expenditure", "budget"): 8}
    assert {reason for _, reason in left_over(disclosure)} == {"share_column"}
    changes = {row.get("item_code"): row for row in disclosure.tables["comparisons"]}
    then = {code: (row.get("base_amount"), row.get("direction")) for code, row in changes.items()}
    assert then == {
        "three_public": (90000, "decrease"),
        "three_public.abroad": (10000, "decrease"),
        "three_public.reception": (30000, "unchanged"),
        "three_public.vehicles": (50000, "unchanged"),
        "three_public.vehicles.operation": (50000, "unchanged"),
    }
    assert {(row.get("base_year"), row.get("base_stage")) for row in changes.values()} == {(2023, "final")}


def test_a_name_of_two_kinds_beside_the_classes_of_one_is_of_that_class() -> None:
    text = """
单位名称 | 合计 | 基本工资 | 津贴补贴 | 住房公积金
平山县下口镇财政所 | 9.00 | 4.00 | 3.00 | 2.00
"""
    found = by_id(read("一般公共预算基本支出表（工资福利支出）\n单位：万元", text)).values()
    assert {row.get("economic_code"): row.get("amount") for row in found} == {
        "301": 90000, "30101": 40000, "30102": 30000, "30113": 20000,
    }  # fmt: skip


def test_a_cell_that_prints_its_own_unit_goes_by_it() -> None:
    text = """
项目 | 预算数
“三公”经费合计 | 12.5万元
因公出国（境）费 | 0元
公务接待费 | 25000
公务用车运行维护费 | 约10万元
"""
    disclosure = read("“三公”经费支出预算表\n单位：元", text)
    found = {row.get("item_code"): (row.get("amount"), row.get("unit_reported")) for row in by_id(disclosure).values()}
    assert found == {
        "three_public": (125000, "wan_yuan"),
        "three_public.abroad": (0, "yuan"),
        "three_public.reception": (25000, "yuan"),
    }
    assert [cell for cell, _ in left_over(disclosure)] == ["约10万元"]


@pytest.mark.parametrize(
    ("caption", "statement"),
    [
        ("2024年部门一般公共预算\n支出情况表", "general_public"),
        ("2024年一般公共预算财政拨款支\n出预算表", "general_public"),
        ("2024年政府性基金预算财政拨款\n收入支出情况表", "government_fund"),
        ("国有资本经营预算\n支出预算表（按功能分类）", "state_capital"),
        ("部门支出\n总体情况表", "expenditure"),
        ("三、政府性基金预算\n部门支出总表", "expenditure"),
        ("2024年没有政府性基金预算。\n支出预算表", "expenditure"),
    ],
)
def test_a_title_of_two_lines_is_one(caption: str, statement: str) -> None:
    text = "科目编码 | 科目名称 | 合计 | 基本支出\n201 | 一般公共服务支出 | 9.00 | 8.00\n合计 | < | 9.00 | 8.00"
    disclosure = read(f"{caption}\n单位：万元", text)
    assert {row.get("statement") for row in by_id(disclosure).values()} == {statement}
    titles = {row.get("title") for row in disclosure.tables["sections"] if row.get("kind") == "heading"}
    assert not titles & set(caption.split("\n")) or statement == "expenditure"


def test_signs_of_changes_as_marks_and_words() -> None:
    text = """
科目编码 | 科目名称 | 2023年执行数 | 2024年预算数 | 增减额 | 增减%
201 | 一般公共服务支出 | 9.00 | 8.00 | △1.00 | △11.11
208 | 社会保障和就业支出 | 4.00 | 3.00 | 减少1.00 | 下降25%
221 | 住房保障支出 | 4.00 | 5.00 | 增加1.00 | ↑25%
229 | 其他支出 | 4.00 | 5.00 | △-1.00 | 见说明
"""
    disclosure = read("一般公共预算支出表\n单位：万元", text)
    told = {row.get("line_id"): row for row in disclosure.tables["comparisons"]}
    assert [
        [told[f"general_public/{code}"].get(name) for name in ("direction", "change_amount", "change_percent")]
        for code in (201, 208, 221, 229)
    ] == [
        ["decrease", -10000, Decimal("-11.11")],
        ["decrease", -10000, Decimal(-25)],
        ["increase", 10000, Decimal(25)],
        ["increase", None, None],
    ]
    assert [cell for cell, _ in left_over(disclosure)] == ["△-1.00", "见说明"]


def test_the_departments_own_office_has_tables_of_its_own_only_beside_those_of_the_whole() -> None:
    def tables(*names: str) -> dict[str, object]:
        parts = [
            part
            for at, name in enumerate(names)
            for part in (
                f"部门支出总表\n单位名称：{name}\n单位：万元",
                f"科目编码 | 科目名称 | 合计\n201 | 一般公共服务支出 | {at + 1}.00",
            )
        ]
        rows = read(*parts).tables["budget_lines"]
        return {str(row.get("amount")): row.get("organization_id") for row in rows}

    whole, office = "平山县下口镇财政所", "平山县下口镇财政所（本级）"
    assert tables(whole, office) == {"10000": whole, "20000": "平山县下口镇财政所(本级)"}
    assert tables(office, office) == {"10000": whole, "20000": whole}


def test_stages_of_final_accounts() -> None:
    text = """
项目 | 年初预算数 | 全年预算数 | 决算数
合计 | 4.00 | 3.00 | 2.00
一、因公出国（境）费 | 0.00 | 0.00 | 0.00
二、公务用车购置及运行维护费 | 3.00 | 2.00 | 1.50
三、公务接待费 | 1.00 | 1.00 | 0.50
"""
    disclosure = read("“三公”经费支出决算表\n单位：万元", text, given=GIVEN._replace(kind="final-accounts"))
    assert leaves(disclosure) == {
        ("three_public", "expenditure", "budget"): 4,
        ("three_public", "expenditure", "adjusted"): 3,
        ("three_public", "expenditure", "final"): 2,
    }


@pytest.mark.parametrize(
    "heads",
    [
        "年初预算数 | 预算调整数 | 调整后预算数",
        "年初预算 | 调增（减） | 调整后金额",
        "年初预算 | 追加（减）预算 | 全年预算",
    ],
)
def test_what_was_changed_during_the_year_is_no_stage_of_the_budget(heads: str) -> None:
    table = f"科目编码 | 科目名称 | {heads}\n201 | 一般公共服务支出 | 9.00 | 1.00 | 10.00"
    disclosure = read("2024年一般公共预算支出表\n单位：万元", table)
    assert amounts(disclosure) == {"general_public/201": "9.00", "general_public/201#adjusted": "10.00"}
    assert [told.text for told in disclosure.unrecognised if told.reason == "recognise.moved_column"] == ["1.00"]


@pytest.mark.parametrize("body", ["平山县下口镇财政所", "平山县财政局"])
@pytest.mark.parametrize("office", ["（机关）", "（局机关）", "（局本级）", "本级", "机关本级"])
def test_tables_of_the_own_office_beside_the_whole_belong_to_it(body: str, office: str) -> None:
    parts: list[str] = []
    for name, total in ((body, "30.00"), (f"{body}{office}", "20.00")):
        parts += [
            f"部门支出总表\n单位名称：{name}\n单位：万元",
            f"科目编码 | 科目名称 | 合计\n201 | 一般公共服务支出 | {total}",
        ]
    rows = by_id(read(*parts, given=GIVEN._replace(organization=body)))
    assert {row.get("organization_id"): row.get("amount") for row in rows.values()} == {
        body: 300000,
        body + office.replace("（", "(").replace("）", ")"): 200000,
    }


def test_tables_of_a_unit_belong_to_it() -> None:
    disclosure = read(
        "部门支出总表\n部门：平山县下口镇财政所 单位：万元", EXPENDITURE,
        "支出总表\n单位名称：平山县下口镇会计服务中心 单位：万元", EXPENDITURE.replace("20.00", "2.00").replace("10.00", "1.00").replace("30.00", "3.00"),
    )  # fmt: skip
    rows = by_id(disclosure)
    assert rows["expenditure/2010601/basic"].get("organization_id") == "平山县下口镇财政所"
    assert (
        rows["expenditure/平山县下口镇会计服务中心/2010601/basic"].get("organization_id") == "平山县下口镇会计服务中心"
    )
    units = {row.id: row for row in disclosure.tables["organizations"]}
    assert units["平山县下口镇会计服务中心"].get("parent_id") == "平山县下口镇财政所"
    assert sum(row.get("amount") for row in rows.values() if not row.get("is_total")) == Decimal(330000)  # type: ignore[misc]


def test_classes_of_each_unit_below_its_name() -> None:
    text = """
科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
 | 合计 | 30.00 | 20.00 | 10.00
 | 平山县下口镇财政所本级 | 20.00 | 15.00 | 5.00
201 | 一般公共服务支出 | 20.00 | 15.00 | 5.00
20106 | 财政事务 | 20.00 | 15.00 | 5.00
 | 平山县下口镇会计服务中心 | 10.00 | 5.00 | 5.00
201 | 一般公共服务支出 | 10.00 | 5.00 | 5.00
20106 | 财政事务 | 10.00 | 5.00 | 5.00
"""
    disclosure = read("部门支出总表\n单位：万元", text)
    rows = by_id(disclosure)
    assert leaves(disclosure)["expenditure", "expenditure", "budget"] == 30
    own = rows["expenditure/平山县下口镇会计服务中心/20106/basic"]
    assert own.get("parent_id") == "expenditure/平山县下口镇会计服务中心/201/basic"
    assert rows["expenditure/平山县下口镇会计服务中心/201"].get("parent_id") == "expenditure/平山县下口镇会计服务中心"
    assert rows["expenditure/平山县下口镇会计服务中心"].get("parent_id") == "expenditure/expenditure.current"


def test_the_caption_is_the_title_of_the_table() -> None:
    disclosure = read("部门支出总表\n编制单位：平山县下口镇财政所\n单位：万元", EXPENDITURE)
    titles = [row.get("title") for row in disclosure.tables["sections"] if row.get("kind") == "table"]
    assert titles == ["部门支出总表"]


def test_the_name_of_a_sheet_can_be_the_caption() -> None:
    grid = table("单位：万元 | < | < | < | <\n" + EXPENDITURE.strip("\n"), name="3部门支出总表")
    assert leaves(read(grid)) == {("expenditure", "expenditure", "budget"): 30}


def test_function_and_economic_class_in_one_row() -> None:
    text = """
功能科目编码 | 功能科目名称 | 部门经济科目编码 | 部门经济科目名称 | 合计 | 基本支出 | 项目支出
2010601 | 行政运行 | 30101 | 基本工资 | 20.00 | 20.00 |
2010601 | 行政运行 | 30201 | 办公费 | 10.00 |  | 10.00
合计 |  |  |  | 30.00 | 20.00 | 10.00
"""
    disclosure = read("部门支出预算表\n单位：万元", text)
    row = by_id(disclosure)["expenditure/2010601/30201/project"]
    assert (row.get("function_code"), row.get("economic_code"), row.get("economic_name")) == (
        "2010601",
        "30201",
        "办公费",
    )
    assert leaves(disclosure)["expenditure", "expenditure", "budget"] == 30


@pytest.mark.parametrize(
    "row",
    [
        "栏次 | < | 1 | 2 | 3",
        "类 | 款 | 1 | 2 | 3",
        "1 | 2 | 3 | 4 | 5",
        "** | ** | 1 | 2 | 3",
        "栏次 | | 1=2+3 | 2 | 3",
    ],
)
def test_numbers_of_columns_are_no_amounts(row: str) -> None:
    head, rest = EXPENDITURE.strip().split("\n", 1)
    disclosure = read("部门支出总表\n单位：万元", f"{head}\n{row}\n{rest}")
    assert amounts(disclosure) == amounts(read("部门支出总表\n单位：万元", EXPENDITURE))
    assert left_over(disclosure) == []


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("平山县下口镇会计服务中心2024年单位预算支出总表", True),
        ("2024年平山县下口镇会计服务中心支出预算总表", True),
        ("平山县下口镇财政所2024年部门支出总表", False),
        ("2024年部门支出预算总表", False),
        ("2024年预算单位支出预算总表", False),
        ("支出总表\n主管部门：平山县财政局", False),
        ("支出总表\n平山县下口镇会计服务中心2024年支出预算减少，原因是人员减少。", False),
    ],
)
def test_whose_statement_a_title_says_it_is(title: str, unit: bool) -> None:
    rows = by_id(read(f"{title}\n单位：万元", EXPENDITURE))
    owners = {row.get("organization_id") for row in rows.values()}
    assert owners == {"平山县下口镇会计服务中心" if unit else "平山县下口镇财政所"}


def test_a_unit_met_in_a_statement_first_is_completed_by_the_table_of_units() -> None:
    disclosure = read(
        "支出总表\n单位名称：平山县下口镇会计服务中心 单位：万元", EXPENDITURE,
        "机构设置", "单位名称 | 单位性质 | 单位规格 | 经费保障形式\n平山县下口镇会计服务中心 | 事业 | 股级 | 财政拨款",
    )  # fmt: skip
    (unit,) = [row for row in disclosure.tables["organizations"] if row.id != "平山县下口镇财政所"]
    assert (unit.id, unit.get("organization_type"), unit.get("administrative_rank")) == (
        "平山县下口镇会计服务中心",
        "institution",
        "股级",
    )


def test_a_users_layout_teaches_captions_and_columns(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "statements:\n  captions:\n    - {statement: expenditure, words: [花钱总表]}\n  types:\n    project: [专项业务支出]\n",
        encoding="utf-8",
    )
    made = document(INTRO, "花钱总表\n单位：万元", EXPENDITURE.replace("项目支出", "专项业务支出", 1))
    assert lines(recognise([made], GIVEN)) == []
    rows = {row.id: row for row in recognise([made], GIVEN, load(tmp_path)).tables["budget_lines"]}
    assert rows["expenditure/2010602/project"].get("amount") == 100000


@pytest.mark.parametrize(
    "heads", ["科目编码|科目名称|人数情况|绩效得分", "||人数情况|绩效得分", "科目编码|科目名称||绩效得分"]
)
def test_figures_under_headings_that_are_not_understood_are_not_those_above(heads: str) -> None:
    above = (
        "科目编码|科目名称|合计|基本支出\n201|一般公共服务支出|30.00|3.00\n2010301|行政运行|30.00|无\n|合计|30.00|3.00"
    )
    alone = read("部门支出总表\n单位：万元", above)
    found = read(
        "部门支出总表\n单位：万元", f"{above}\n{heads}\n201|一般公共服务支出|31.00|95.00\n20103|政府办公厅|31.00|95.00"
    )
    assert amounts(found) == amounts(alone) != {}
    assert "95.00" in {text for text, _ in left_over(found)}


def test_the_heads_of_the_other_side_do_not_end_a_statement() -> None:
    overview = """收入项目 | 预算数
一、一般公共预算 | 30.00
收入合计 | 30.00
支出项目 | 预算数
一、基本支出 | 20.00
二、项目支出 | 10.00
支出合计 | 30.00"""
    disclosure = read("2024年收支预算总表\n单位：万元", overview)
    assert left_over(disclosure) == []
    assert {row.get("amount") for row in lines(disclosure) if row.get("expenditure_type")} == {200000, 100000}


def test_purchases_under_headings_that_are_not_understood_are_not_read() -> None:
    above = "采购项目|采购品目|预算金额|数量\n办公电脑|A02010105|10.00|5\n打印机|A02021003|无|无"
    below = "采购项目|采购品目|上年执行|满意度\n扫描仪|A02021118|99.00|95"
    alone, found = (read("政府采购预算表\n单位：万元", text) for text in (above, f"{above}\n{below}"))
    assert [row.id for row in found.tables["procurement"]] == [row.id for row in alone.tables["procurement"]]
    assert {"99.00", "扫描仪"} <= {text for text, _ in left_over(found)}


@pytest.mark.parametrize("heading", ["“三公”经费预算数", "2024年“三公”经费预算", "预算数"])
def test_rows_say_which_part_of_three_public_they_are(heading: str) -> None:
    """Also where the heading of their only column says the whole."""
    found = by_id(
        read(
            "一般公共预算“三公”经费支出情况表\n单位：万元",
            f"项目 | {heading}\n共计 | 47.66\n1、因公出国（境）费用 | 0.00\n2、公务接待费 | 19.86\n"
            "3、公务用车费 | 27.80\n其中：（1）公务用车运行维护费 | 27.80\n（2）公务用车购置 | 0.00",
        )
    )
    assert {row.get("item_code"): str(row.get("amount_reported")) for row in found.values()} == {
        "three_public": "47.66",
        "three_public.abroad": "0.00",
        "three_public.reception": "19.86",
        "three_public.vehicles": "27.80",
        "three_public.vehicles.operation": "27.80",
        "three_public.vehicles.purchase": "0.00",
    }


@pytest.mark.parametrize("again", ["经济分类支出合计 | 30.00", "支出经济分类 | ", "基本支出和项目支出合计 | 30.00"])
def test_expenditure_once_more_by_economic_class_is_no_part_of_the_year(again: str) -> None:
    table = f"""收入 | < | 支出 | < | < | <
项目 | 决算数 | 项目（按功能分类） | 决算数 | 项目（按支出性质和经济分类） | 决算数
一、财政拨款收入 | 30.00 | 一、教育支出 | 30.00 | 一、基本支出 | 20.00
 |  |  |  | 二、项目支出 | 10.00
 |  |  |  | {again}
 |  |  |  | 工资福利支出 | 20.00
 |  |  |  | 其他资本性支出 | 10.00
本年收入合计 | 30.00 | 本年支出合计 | < | < | 30.00
总计 | 30.00 | 总计 | < | < | 30.00"""
    disclosure = read("收入支出决算总表\n单位：万元", table, given=FINAL)
    rows = by_id(disclosure)
    whole = rows["revenue_expenditure/expenditure.current"].id
    parents = {row.id: row.values.get("parent_id") for row in rows.values()}
    assert [row for row, parent in parents.items() if parent == whole] == [
        "revenue_expenditure/expenditure.basic",
        "revenue_expenditure/expenditure.project",
    ]
    heading = again.partition(" ")[0] if "30.00" in again else None
    assert parents["revenue_expenditure/301"] == (heading and f"revenue_expenditure/{heading}")


def test_a_row_with_the_number_of_the_table_is_no_row_of_headings() -> None:
    table = """部门：平山县下口镇财政所 | < | < | < | 公开03表
科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出
205 | 教育支出 | 30.00 | 20.00 | 10.00"""
    disclosure = read("支出决算表\n金额单位：万元", table, given=FINAL)
    assert len(lines(disclosure, "expenditure")) == 3
    assert not disclosure.unrecognised


def test_items_of_three_public_expenses_among_economic_classes_are_classes() -> None:
    table = """科目编码 | 科目名称 | 合计 | 办公费 | 印刷费 | 会议费 | 公务接待费 | 公务用车运行维护费
2010301 | 行政运行 | 15.00 | 5.00 | 4.00 | 3.00 | 2.00 | 1.00"""
    disclosure = read("一般公共预算基本支出表--公用经费（商品和服务支出）\n单位：万元", table)
    found = {row.values["economic_code"]: row.values["item_code"] for row in lines(disclosure, "general_public_basic")}
    assert list(found) == ["302", "30201", "30202", "30215", "30217", "30231"]
    assert set(found.values()) == {"expenditure.function"}


def test_special_funds_that_a_department_may_only_pass_on_are_no_projects_of_its_own() -> None:
    table = """单位编码 | 单位名称（项目） | 总计 | 一般公共预算拨款
405001 | 双拥工作经费 | 80.00 | 80.00"""
    for title in ("专项资金预算汇总表", "专项资金绩效预算表"):
        found = read(f"{title}\n单位：万元", table)
        assert not found.tables.get("budget_lines")
        assert found.unrecognised


def test_a_code_with_letters_for_digits_keeps_its_place_and_its_print() -> None:
    typed = EXPENDITURE.replace("2010601 |", "201O60l |")
    found = by_id(read("部门支出总表\n单位：万元", typed))
    row = found["expenditure/2010601"]
    assert (row.get("function_code"), row.get("parent_id")) == ("201O60l", "expenditure/20106")
    assert {key: one.get("amount") for key, one in found.items()} == {
        key: one.get("amount") for key, one in by_id(read("部门支出总表\n单位：万元", EXPENDITURE)).items()
    }


def test_a_total_of_meetings_too_is_none_of_the_three_public_expenses() -> None:
    found = read(
        "“三公”经费、会议费、培训费预算表\n单位：万元",
        "项目|2024年预算数\n总计|8.00\n一、“三公”经费小计|3.00\n1.因公出国（境）费|0.00\n2.公务接待费|1.00\n"
        "3.公务用车购置及运行费|2.00\n二、会议费|4.00\n三、培训费|1.00",
    )
    told = {row.get("item_code"): row.get("amount") for row in lines(found)}
    assert (told["three_public"], told[None], told["meeting"]) == (30000, 80000, 40000)
    parents = {row.get("item_code"): row.get("parent_id") for row in lines(found)}
    assert parents["three_public"] == parents["meeting"] == parents["training"] is not None
