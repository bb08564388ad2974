"""Statements as nine provinces and the ministry print them: every figure read, the leaves add up to the printed totals."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from tests.recognise.lines import provinces
from tests.recognise.lines.build import FINAL, GIVEN, by_id, leaves, left_over, lines, read

from openbudget.model.disclosure import Disclosure, Row

TOTALS = {
    "HEBEI": {"revenue_expenditure": (107, 107), "revenue": (107, None), "three_public": (None, 3)},
    "MOF": {
        "revenue_expenditure": (112, 112), "revenue": (112, None), "appropriation": (102, 102), "general_public": (None, 70),
        "three_public": (None, "2.5"),
    },
    "TIANJIN": {"revenue_expenditure": (105, 105), "revenue": (105, None), "expenditure": (None, 100)},
    "SICHUAN": {
        "revenue_expenditure": (100, 100), "expenditure": (None, 100), "general_public_basic": (None, 80), "three_public": (None, "3.2"),
    },
    "HUNAN": {"revenue": (100, None), "expenditure": (None, 100), "general_public_basic": (None, 70)},
    "SHAANXI": {
        "revenue_expenditure": (100, 100), "general_public": (None, 100), "general_public_basic": (None, 70), "three_public": (None, 6),
    },
    "GUANGXI": {"revenue_expenditure": (117, 117), "general_public": (None, 90)},
    "YUNNAN": {"revenue_expenditure": ("103.5", "103.5"), "expenditure": (None, "103.5"), "three_public": (None, "3.2")},
    "CHONGQING": {"appropriation": ("0.105", "0.105"), "general_public": (None, "0.095")},
    "GUANGDONG": {"revenue_expenditure": (100, 100)},
    "HENAN": {"expenditure": (None, 100)},
    "XINJIANG": {"revenue_expenditure": (100, 100)},
    "BEIJING": {"appropriation": (105, 105), "general_public_basic": (None, 80)},
    "FINAL_OLD": {"government_fund": ("0.01", "0.01")},
    "FINAL_MOF": {
        "revenue_expenditure": (110, 110), "revenue": (106, None), "appropriation": (104, 104), "general_public_basic": (None, 80),
        "three_public": (None, "1.8"), "government_fund": (10, 10),
    },
}  # fmt: skip


@cache
def disclosure(name: str) -> Disclosure:
    return read(*getattr(provinces, name), given=FINAL if name.startswith("FINAL") else GIVEN)


@pytest.mark.parametrize("name", TOTALS)
def test_leaves_add_up_to_the_printed_totals(name: str) -> None:
    stage = "final" if name.startswith("FINAL") else "budget"
    expected = {
        (statement, flow, stage): Decimal(total)
        for statement, both in TOTALS[name].items()
        for flow, total in zip(("revenue", "expenditure"), both, strict=True)
        if total is not None
    }
    found = {key: total for key, total in leaves(disclosure(name)).items() if key[2] == stage}
    assert found == expected


@pytest.mark.parametrize("name", TOTALS)
def test_every_part_has_its_whole(name: str) -> None:
    """Every row but the tops has a parent that is a row of the same statement, and every parent is a total (or its
    parts are 其中)."""
    rows = {row.id: row for row in lines(disclosure(name))}
    for row in rows.values():
        parent = row.get("parent_id")
        if parent is not None:
            assert rows[str(parent)].get("is_total") or str(row.get("item")).startswith("其中"), row.id


@pytest.mark.parametrize("name", TOTALS)
def test_only_figures_of_other_years_are_left_over(name: str) -> None:
    assert {reason for _, reason in left_over(disclosure(name))} <= {"other_year"}


def of(name: str, row_id: str) -> Row:
    return by_id(disclosure(name))[row_id]


@pytest.mark.parametrize(
    ("name", "row_id", "expected"),
    [
        ("HEBEI", "revenue_expenditure/revenue.carryover", {"item": "上年结转结余", "parent_id": "revenue_expenditure/revenue"}),
        ("HEBEI", "revenue/2010650@special_account", {"function_code": "2010650", "fund_source": "special_account", "amount": Decimal(50000)}),
        ("HEBEI", "revenue/revenue.current", {"item": "合计", "parent_id": "revenue/revenue", "is_total": True}),
        ("HEBEI", "three_public/three_public.vehicles.operation", {"parent_id": "three_public/three_public.vehicles", "fund_source": "total"}),
        ("MOF", "appropriation/一般公共预算拨款", {"item_code": "revenue.carryover", "fund_source": "general_public_budget"}),
        ("MOF", "general_public/2010601/project", {"function_name": "行政运行", "expenditure_type": "project", "is_total": False}),
        ("MOF", "revenue/2010601@special_account", {"is_total": True, "fund_source": "special_account"}),
        ("TIANJIN", "revenue/平山县下口镇会计服务中心@general_public_budget", {"organization_id": "平山县下口镇会计服务中心", "unit_reported": "qian_yuan"}),
        ("TIANJIN", "expenditure/20106/basic", {"function_code": "20106", "amount": Decimal(600000)}),
        ("SICHUAN", "expenditure/2010602/project", {"item": "一般行政管理事务", "organization_id": "平山县下口镇财政所"}),
        ("SICHUAN", "general_public_basic/30102/personnel", {"economic_code": "30102", "economic_scheme": "department"}),
        ("HUNAN", "expenditure/2010602/project", {"function_code": "2010602", "parent_id": "expenditure/20106/project"}),
        ("SHAANXI", "general_public_basic/30101/personnel", {"economic_name": "基本工资"}),
        ("SHAANXI", "revenue_expenditure/501", {"economic_scheme": "government", "is_total": True}),
        ("SHAANXI", "three_public/meeting", {"item_code": "meeting", "item": "会议费"}),
        ("GUANGXI", "general_public/2050803/basic", {"item": "培训支出", "function_code": "2050803", "amount": Decimal(100000)}),
        ("GUANGXI", "revenue_expenditure/revenue.state_capital", {"amount": None, "item": "（三）国有资本经营预算拨款"}),
        ("GUANGXI", "revenue_expenditure/财政拨款结转", {"fund_source": "fiscal_appropriation", "item_code": "revenue.carryover"}),
        ("YUNNAN", "revenue_expenditure/208", {"amount": Decimal("233765.44"), "amount_reported": Decimal("23.376544")}),
        ("FINAL_MOF", "three_public/three_public.reception#budget", {"stage": "budget", "amount": Decimal(10000)}),
        ("FINAL_MOF", "three_public/three_public.reception", {"stage": "final", "amount": Decimal(3000)}),
        ("FINAL_MOF", "general_public_basic/310", {"parent_id": "general_public_basic/expenditure.basic.public"}),
        ("FINAL_MOF", "government_fund/2120804/expenditure.current/project", {"amount": Decimal(80000), "flow": "expenditure"}),
        ("FINAL_MOF", "government_fund/2120804/revenue.carryover", {"amount": Decimal(10000), "flow": "revenue"}),
    ],
)  # fmt: skip
def test_cells(name: str, row_id: str, expected: dict[str, object]) -> None:
    row = of(name, row_id)
    assert {field: row.get(field) for field in expected} == expected


def test_units_of_a_department_are_organisations() -> None:
    units = {row.id: row for row in disclosure("TIANJIN").tables["organizations"]}
    assert units["平山县下口镇会计服务中心"].get("agency_code") == "101002"
    assert units["平山县下口镇会计服务中心"].get("parent_id") == "平山县下口镇财政所"


def test_an_empty_statement_is_no_unknown_table() -> None:
    assert not [row for row in lines(disclosure("TIANJIN")) if row.get("statement") == "government_fund"]


def test_columns_of_change_are_comparisons() -> None:
    rows = {row.id: row for row in disclosure("MOF").tables["comparisons"]}
    change = rows["general_public/2010601/2023"]
    assert change.get("line_id") == "general_public/2010601"
    assert (change.get("direction"), change.get("change_amount"), change.get("change_percent")) == (
        "increase",
        50000,
        Decimal("7.69"),
    )
    assert (change.get("base_year"), change.get("base_stage")) == (2023, "executed")
    assert change.get("base_amount") == 650000
    changed = [row for row in disclosure("SHAANXI").tables["comparisons"] if row.get("change_amount") is not None]
    assert [row.get("line_id") for row in changed] == ["three_public/合计", "three_public/平山县下口镇财政所"]
    assert all(row.get("base_amount") is not None for row in changed)
