"""Goal forms, procurement and asset tables in the layouts of several provinces, as web pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

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
