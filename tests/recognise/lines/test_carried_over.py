"""What was carried over, as a column of a statement of expenditure, is expenditure, and part of its total."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.recognise.lines.build import by_id, left_over, lines, read

from openbudget.checks import run
from openbudget.model.disclosure import Disclosure

CAPTION = "财政拨款支出预算表\n单位：万元"
GROUPS = """科目编码 | 科目名称 | 总计 | 当年财政拨款安排 | < | < | < | < | 上年结转安排 | < | <
^ | ^ | ^ | 合计 | 一般公共预算拨款 | < | 政府性基金安排 | < | 合计 | 一般公共预算拨款 | <
^ | ^ | ^ | ^ | 基本支出 | 项目支出 | 基本支出 | 项目支出 | ^ | 基本支出 | 项目支出
 | 合计 | 175.00 | 125.00 | 70.00 | 30.00 | | 25.00 | 50.00 | | 50.00
201 | 一般公共服务支出 | 150.00 | 100.00 | 70.00 | 30.00 | | | 50.00 | | 50.00
212 | 城乡社区支出 | 25.00 | 25.00 | | | | 25.00 | | |"""
PLAIN = """科目编码 | 科目名称 | 合计 | 财政拨款 | 上年结转
201 | 一般公共服务支出 | 150.00 | 100.00 | 50.00
212 | 城乡社区支出 | 25.00 | 25.00 |
 | 合计 | 175.00 | 125.00 | 50.00"""


def _false(disclosure: Disclosure) -> set[str]:
    tables = {name: [dict(row.values, id=row.id) for row in rows] for name, rows in disclosure.tables.items()}
    return {finding.rule for finding in run(tables)[0] if finding.rule.startswith("SUM")}


def test_groups_of_columns() -> None:
    disclosure = read(CAPTION, GROUPS)
    found = lines(disclosure, "appropriation")
    assert {row.values["flow"] for row in found} == {"expenditure"}
    rows = by_id(disclosure)
    carried = rows["appropriation/expenditure.carryover"]
    assert carried.values["parent_id"] == "appropriation/expenditure"
    assert carried.values["amount"] == Decimal(500_000)
    fund = [row for row in found if row.values["fund_source"] == "government_fund" and row.values.get("function_code")]
    assert {row.values["amount"] for row in fund} == {Decimal(250_000)}
    assert _false(disclosure) == set()


def test_one_column_beside_the_year() -> None:
    disclosure = read("部门支出总表\n单位：万元", PLAIN)
    assert {row.values["flow"] for row in lines(disclosure, "expenditure")} == {"expenditure"}
    assert _false(disclosure) == set()


def test_a_wrong_total_is_told() -> None:
    disclosure = read("部门支出总表\n单位：万元", PLAIN.replace("150.00 | 100.00", "160.00 | 100.00"))
    assert _false(disclosure) == {"SUM-012"}


def test_carried_over_as_a_part_of_one_kind_of_expenditure() -> None:
    """`项目支出：小计、其中：上年结转安排`: basic expenditure and that total add up to that of the year."""
    table = """科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出 | <
^ | ^ | ^ | ^ | 小计 | 其中：上年结转安排
 | 合计 | 10.00 | 7.00 | 3.00 | 1.00
201 | 一般公共服务支出 | 10.00 | 7.00 | 3.00 | 1.00"""
    disclosure = read("部门支出总表\n单位：万元", table)
    projects = by_id(disclosure)["expenditure/expenditure.current/project"]
    assert projects.values["parent_id"] == "expenditure/expenditure.current"
    assert _false(disclosure) == set()
    assert "SUM-012" in _false(read("部门支出总表\n单位：万元", table.replace("7.00 | 3.00", "7.00 | 4.00", 1)))


def test_carried_over_beside_what_is_not_understood() -> None:
    """`项目支出：小计、当年安排、上年结转`: what was carried over is a part of that total; the rest is named, not read."""
    table = """科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 | < | <
^ | ^ | ^ | ^ | 小计 | 当年安排 | 上年结转
 | 合计 | 10.00 | 7.00 | 3.00 | 2.00 | 1.00
201 | 一般公共服务支出 | 10.00 | 7.00 | 3.00 | 2.00 | 1.00"""
    disclosure = read("部门支出总表\n单位：万元", table)
    carried = by_id(disclosure)["expenditure/expenditure.carryover/project"]
    assert carried.values["parent_id"] == "expenditure/expenditure.current/project"
    assert carried.values["of_which"] is True
    assert [text for text, _ in left_over(disclosure)] == ["2.00", "2.00"]
    assert _false(disclosure) == set()
    assert "SUM-012" in _false(read("部门支出总表\n单位：万元", table.replace("7.00 | 3.00", "7.00 | 4.00", 1)))


@pytest.mark.parametrize("caption", ["部门支出总表", "一般公共预算支出表"])
@pytest.mark.parametrize("beside", ["本年支出", "财政拨款"])
def test_carried_over_beside_the_year_as_parts_of_one_kind_of_expenditure(caption: str, beside: str) -> None:
    table = f"""科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 | < | <
^ | ^ | ^ | ^ | 小计 | {beside} | 上年结转
 | 合计 | 10.00 | 7.00 | 3.00 | 2.00 | 1.00
201 | 一般公共服务支出 | 10.00 | 7.00 | 3.00 | 2.00 | 1.00"""
    disclosure = read(f"{caption}\n单位：万元", table)
    found = [row.values for row in disclosure.tables["budget_lines"] if row.values["item"] == "合计"]
    assert {row["flow"] for row in found} == {"expenditure"}
    assert [(row["amount"], row["of_which"]) for row in found[2:]] == [(30000, False), (20000, True), (10000, True)]
    assert _false(disclosure) == set()
    assert "SUM-012" in _false(read(f"{caption}\n单位：万元", table.replace("2.00 | 1.00", "2.00 | 4.00", 1)))
