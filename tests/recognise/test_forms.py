"""Goal forms, procurement and asset tables in the layouts of several provinces, as web pages."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from openbudget.model.disclosure import Disclosure
from openbudget.readers import read
from openbudget.recognise import recognise

FORMS = Path(__file__).with_name("forms")


@pytest.fixture(scope="module")
def found() -> Disclosure:
    return recognise([read("公开.html", (FORMS / "central-form.html").read_bytes())])


def test_nothing_is_left_over(found: Disclosure) -> None:
    assert [item.text for item in found.unrecognised] == []
    assert [item.key for item in found.diagnostics] == []


def test_the_form_of_a_project_with_its_funds(found: Disclosure) -> None:
    project, department = found.tables["performance_goals"]
    assert (project.id, project.values["title"]) == ("project/1", "大气污染防治专项")
    assert [project.values.get(name) for name in ("amount", "amount_fiscal", "amount_carryover", "amount_other")] == [
        Decimal(12505000), Decimal(12005000), Decimal(500000), None,
    ]  # fmt: skip
    assert project.origins["amount_other"].printed == "-"
    assert project.values["details"] == "主管部门及代码：[045]邯郸市生态环境局；实施单位：邯郸市环境监控中心"
    assert (department.id, department.values["goal"]) == ("department", "全面完成年度任务")


def test_indicators_with_units_and_weights_in_columns_of_their_own(found: Disclosure) -> None:
    rows = [row for row in found.tables["performance_indicators"] if row.id.startswith("project/")]
    assert [
        tuple(
            row.get(name) for name in ("level_1_code", "level_2_code", "level_3", "operator", "value", "unit", "weight")
        )
        for row in rows
    ] == [
        ("cost", "economic_cost", "项目总成本", "<=", Decimal("1250.5"), "万元", Decimal(20)),
        ("output", "quantity", "监测站点数", ">=", Decimal(12), "个", Decimal(30)),
        ("output", "quantity", "监测报告", "=", Decimal(4), "份", Decimal(20)),
        ("satisfaction", "client_satisfaction", "群众满意度", ">=", Decimal(90), "%", Decimal(20)),
    ]
    first = next(row for row in found.tables["performance_indicators"] if row.id == "department/1")
    assert (first.values["level_3"], first.values["score_rule"]) == ("达标率", "未完成扣5分")


def test_codes_glued_to_names_and_printed_totals(found: Disclosure) -> None:
    (row,) = found.tables["procurement"]
    assert [row.get(name) for name in ("project", "item", "catalogue_code", "catalogue_edition", "quantity", "amount")] == [
        "办公电脑", "台式计算机", "A02010105", "2022", Decimal(30), Decimal(150000),
    ]  # fmt: skip
    (total,) = found.tables["budget_lines"]
    assert (total.values["item_code"], total.values["amount"]) == ("procurement", Decimal(150000))


def test_assets_stand_under_their_kind(found: Disclosure) -> None:
    assert {row.values["category_code"]: row.get("parent_id") for row in found.tables["assets"]} == {
        "total": None, "current": "total", "fixed": "total", "buildings": "fixed", "vehicles": "fixed",
    }  # fmt: skip


PROJECTS = """<p>邯郸市测试局2023年部门预算</p><p>收入、支出、三公经费、项目支出绩效目标表</p><p>金额单位：万元</p>
<table>
<tr><td>项目名称</td><td>预算数</td><td>年度目标</td><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标性质</td>
<td>指标值</td><td>度量单位</td><td>权重</td><td>指标方向性</td></tr>
<tr><td rowspan=3>高龄津贴</td><td rowspan=3>230.00</td><td rowspan=3>及时发放</td><td rowspan=2>产出指标</td><td>数量指标</td>
<td>发放人数</td><td>≥</td><td>12000</td><td>人数</td><td>20</td><td>正向指标</td></tr>
<tr><td>时效指标</td><td>发放及时性</td><td>定性</td><td>及时</td><td></td><td>20</td><td>正向指标</td></tr>
<tr><td>成本指标</td><td>经济成本指标</td><td>津贴成本</td><td>≤</td><td>230</td><td>万元</td><td>10</td><td>反向指标</td></tr>
<tr><td>社区养老</td><td>80</td><td>提升水平</td><td>效益指标</td><td>社会效益指标</td><td>覆盖率</td><td>＞</td><td>85%</td><td>%</td>
<td>30</td><td>正向指标</td></tr>
</table>"""


def test_many_projects_in_one_table() -> None:
    found = recognise([read("公开.html", PROJECTS.encode())])
    assert [(row.id, row.get("title"), row.get("amount"), row.get("goal")) for row in found.tables["performance_goals"]] == [
        ("project/1", "高龄津贴", Decimal(2300000), "及时发放"),
        ("project/2", "社区养老", Decimal(800000), "提升水平"),
    ]  # fmt: skip
    names = ("level_1_code", "level_2_code", "target_type", "operator", "value", "unit", "weight", "remark")
    assert {row.id: tuple(row.get(name) for name in names) for row in found.tables["performance_indicators"]} == {
        "project/1/1": ("output", "quantity", "quantitative", ">=", Decimal(12000), "人数", Decimal(20), "正向指标"),
        "project/1/2": ("output", "timeliness", "qualitative", None, None, None, Decimal(20), "正向指标"),
        "project/1/3": ("cost", "economic_cost", "quantitative", "<=", Decimal(230), "万元", Decimal(10), "反向指标"),
        "project/2/1": ("benefit", "social_benefit", "quantitative", ">", Decimal(85), "%", Decimal(30), "正向指标"),
    }


PROCUREMENT = """<p>邯郸市测试局2024年部门预算</p><p>收入、支出、三公经费</p><p>政府采购预算明细表</p><p>单位：元</p><table>
<tr><td>序号</td><td>采购类别</td><td>采购项目名称</td><td>数量</td><td>单价</td><td>金额</td><td>采购方式</td></tr>
<tr><td>1</td><td>A 货物</td><td>计算机</td><td>10</td><td>6000.00</td><td>60000.00</td><td>集中采购</td></tr>
<tr><td>2</td><td>C 服务</td><td>物业管理</td><td>1</td><td>40000.00</td><td>40000.00</td><td>分散采购</td></tr>
<tr><td>合计</td><td></td><td></td><td></td><td></td><td>100000.00</td><td></td></tr></table>"""


def test_classes_by_letter_and_a_total_in_the_column_of_numbers() -> None:
    found = recognise([read("公开.html", PROCUREMENT.encode())])
    assert [(row.get("category"), row.get("mode"), row.get("amount")) for row in found.tables["procurement"]] == [
        ("goods", "central", Decimal(60000)),
        ("services", "dispersed", Decimal(40000)),
    ]
    (total,) = found.tables["budget_lines"]
    assert (total.get("item"), total.get("amount")) == ("合计", Decimal(100000))
    assert found.unrecognised == ()


def test_amounts_under_their_labels_beside_one_another_and_no_others() -> None:
    tasks = "<tr><td rowspan=2>年度主要任务</td><td>任务名称</td><td>主要内容</td><td>预算金额（万元）</td></tr>"
    tasks += "<tr><td>防汛</td><td>值班值守</td><td>150</td></tr>"
    funds = "<tr><td rowspan=2>年度预算（万元）</td><td>资金总额</td><td>财政拨款</td><td>其他资金</td></tr>"
    funds += "<tr><td>900</td><td>890</td><td>10</td></tr>"
    goal = "<tr><td>年度总体目标</td><td colspan=3>不发生重特大事故</td></tr>"
    head = "<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td></tr>"
    row = "<tr><td>产出指标</td><td>数量指标</td><td>演练次数</td><td>≥12次</td></tr>"
    body = "<p>邯郸市应急管理局2023年部门预算公开</p><p>收入预算900万元，支出预算900万元。三公经费、政府采购见表。</p>"
    page = f"{body}<p>部门整体支出绩效目标表</p><table>{tasks}{funds}{goal}{head}{row}</table>"
    (found,) = recognise([read("公开.html", page.encode())]).tables["performance_goals"]
    assert [found.get(name) for name in ("amount", "amount_fiscal", "amount_other")] == [9000000, 8900000, 100000]


def test_blank_cells_of_a_sheet_are_blank_in_a_form() -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (
        ["邯郸市应急管理局2023年部门预算公开"],
        ["项目支出绩效目标表"],
        ["项目名称", "防汛值守", "年度资金总额（万元）", 120],
        ["年度目标", "不发生重特大事故"],
        ["一级指标", "二级指标", "三级指标", "指标值", "备注"],
        ["产出指标", "数量指标", "演练次数", "≥12次"],
        [None, None, "检查次数", "≥5次"],
        [None, "质量指标", "合格率", "≥98%"],
        ["注：指标值可以调整"],
    ):
        sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    found = recognise([read("公开.xlsx", buffer.getvalue())])
    assert [
        tuple(row.get(name) for name in ("level_2_code", "level_3", "operator", "value", "remark"))
        for row in found.tables["performance_indicators"]
    ] == [
        ("quantity", "演练次数", ">=", Decimal(12), None),
        ("quantity", "检查次数", ">=", Decimal(5), None),
        ("quality", "合格率", ">=", Decimal(98), None),
    ]


def form(*rows: str) -> Disclosure:
    """The disclosure of a form whose rows are written with `|` between the cells."""
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    body = "<p>邯郸市应急管理局2023年部门预算公开</p><p>收入预算900万元，支出预算900万元。三公经费、政府采购见表。</p>"
    return recognise([read("公开.html", f"{body}<p>部门整体支出绩效目标表</p><table>{cells}</table>".encode())])


HEAD = "一级|二级|指标内容|目标值|评（扣）分标准"
INDICATOR = "产出|数量|演练次数|不少于12次|未完成扣分"


@pytest.mark.parametrize(
    "head",
    [
        ("年度预算申请（万元）|按收入性质分||按支出性质分|", "资金总额|900|其中：财政拨款|890|", "||其他资金|10|"),
        ("年度预算申请（万元）|资金总额：900|其中：财政拨款：890|其他资金：10|",),
        ("项目总额（万元）|900|财政资金|890|", "||其他资金|10|"),
    ],
)
def test_amounts_of_the_whole_department_in_the_ways_they_are_printed(head: tuple[str, ...]) -> None:
    found = form(*head, "年度目标|不发生重特大事故|||", HEAD, INDICATOR)
    (goal,) = found.tables["performance_goals"]
    assert [goal.get(name) for name in ("amount", "amount_fiscal", "amount_other")] == [9000000, 8900000, 100000]
    (row,) = found.tables["performance_indicators"]
    assert [row.get(name) for name in ("level_1_code", "level_2_code", "level_3", "operator", "value", "score_rule")] == [
        "output", "quantity", "演练次数", ">=", Decimal(12), "未完成扣分",
    ]  # fmt: skip


def test_amounts_behind_their_labels_need_one_unit() -> None:
    found = form("资金总额：900|财政拨款（元）|结转（万元）||", "年度目标|不发生事故|||", HEAD, INDICATOR)
    assert found.tables["performance_goals"][0].get("amount") is None
