"""“Of which” parts (其中): marked, under their whole, never added up; and leaves that give the totals whatever is printed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recognise.lines.build import by_id, leaves, lines, read
from tests.recognise.lines.test_provinces import TOTALS
from tests.recognise.lines.test_provinces import disclosure as province

from openbudget.checks import run
from openbudget.model.disclosure import Disclosure
from openbudget.package import open_package
from openbudget.recognise.template_lines import places

PACKAGE = Path(__file__).parents[3] / "datapackages" / "cn-130433-434-2021-budget"
EXPENDITURE = "部门支出总表\n单位：万元"
ONE_COLUMN = """科目编码 | 科目名称 | 合计 | 其中：财政拨款
201 | 一般公共服务支出 | 60.00 | 50.00
20101 | 人大事务 | 60.00 | 50.00
208 | 社会保障和就业支出 | 40.00 | 30.00
 | 合计 | 100.00 | 80.00"""
INSIDE_GROUPS = """科目编码 | 科目名称 | 合计 | 基本支出 | < | 项目支出
^ | ^ | ^ | 小计 | 其中：人员经费 | ^
201 | 一般公共服务支出 | 60.00 | 50.00 | 30.00 | 10.00
208 | 社会保障和就业支出 | 40.00 | 30.00 | 20.00 | 10.00
 | 合计 | 100.00 | 80.00 | 50.00 | 20.00"""
TWO_AXES = """项目 | 合计 | 其中：财政拨款 | 其中：基本支出
一般公共服务支出 | 60.00 | 50.00 | 20.00
社会保障和就业支出 | 40.00 | 30.00 | 15.00
合计 | 100.00 | 80.00 | 35.00"""
ALL_OF_IT = """科目编码 | 科目名称 | 合计 | 其中 | < | <
^ | ^ | ^ | 财政拨款 | 事业收入 | 其他收入
201 | 一般公共服务支出 | 60.00 | 50.00 | 5.00 | 5.00
208 | 社会保障和就业支出 | 40.00 | 30.00 | 5.00 | 5.00
 | 合计 | 100.00 | 80.00 | 10.00 | 10.00"""
ROWS = """收入 | < | 支出 | <
项目 | 预算数 | 项目 | 预算数
一、一般公共预算拨款收入 | 80.00 | 一、基本支出 | 70.00
其中：中央转移支付 | 10.00 | 其中：人员经费 | 60.00
二、事业收入 | 20.00 | 二、项目支出 | 30.00
本年收入合计 | 100.00 | 本年支出合计 | 100.00"""


def tables(found: Disclosure) -> dict[str, list[dict[str, object]]]:
    """The rows as the checks read them."""
    names = ("budget_lines", "organizations")
    return {name: [{"id": row.id, **row.values} for row in found.tables.get(name, ())] for name in names}


def failed(found: Disclosure) -> set[str]:
    return {one.rule for one in run(tables(found))[0] if one.rule.startswith("SUM")}  # type: ignore[arg-type]


def marked(found: Disclosure) -> dict[str, object]:
    return {row.id: row.get("parent_id") for row in lines(found) if row.get("of_which")}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (ONE_COLUMN, {"expenditure/expenditure.current@fiscal_appropriation": "expenditure/expenditure.current"}),
        (INSIDE_GROUPS, {"expenditure/expenditure.current/personnel": "expenditure/expenditure.current/basic"}),
        (
            TWO_AXES,
            {
                "expenditure/expenditure.current@fiscal_appropriation": "expenditure/expenditure.current",
                "expenditure/expenditure.current/basic": "expenditure/expenditure.current",
            },
        ),
    ],
)
def test_columns(printed: str, expected: dict[str, str]) -> None:
    found = read(EXPENDITURE, printed)
    assert marked(found) == expected
    assert set(leaves(found).values()) == {Decimal(100)}
    assert not failed(found)
    assert all(row.get("is_total") for row in lines(found) if row.get("of_which"))


def test_columns_under_which_that_are_all_of_it_are_ordinary_parts() -> None:
    found = read("部门收入总表\n单位：万元", ALL_OF_IT)
    assert not marked(found)
    assert by_id(found)["revenue/revenue.current@business_income"].get("parent_id") == "revenue/revenue.current"
    assert by_id(found)["revenue/201@fiscal_appropriation"].get("is_total") is False
    assert leaves(found) == {("revenue", "revenue", "budget"): Decimal(100)}


def test_a_misprint_does_not_make_all_parts_only_some_of_them() -> None:
    more = ALL_OF_IT + "\n210 | 卫生健康支出 | 0.50 | 0.50 | 0.00 | 0.00"
    found = read("部门收入总表\n单位：万元", more.replace("40.00 | 30.00", "41.00 | 30.00"))
    assert not marked(found)
    assert failed(found)
    lacking = more.replace("40.00 | 30.00", "41.00 | 30.00").replace("100.00 | 80.00", "101.00 | 80.00")
    found = read("部门收入总表\n单位：万元", lacking)
    assert (
        marked(found)["revenue/revenue.current@business_income"] == "revenue/revenue.current"
    )  # a column may be lacking


def test_rows() -> None:
    found = read("部门收支总表\n单位：万元", ROWS)
    assert marked(found) == {
        "revenue_expenditure/中央转移支付": "revenue_expenditure/revenue.general_public_budget",
        "revenue_expenditure/expenditure.basic.personnel": "revenue_expenditure/expenditure.basic",
    }
    assert set(leaves(found).values()) == {Decimal(100)}
    assert not failed(found)


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [("100.00 | 80.00", "100.00 | 180.00", "SUM-012"), ("40.00 | 30.00", "40.00 | 41.00", "SUM-015")],
)
def test_more_than_the_whole_is_told(right: str, wrong: str, rule: str) -> None:
    assert rule in failed(read(EXPENDITURE, ONE_COLUMN.replace(right, wrong)))


def test_the_only_part_that_a_sentence_tells() -> None:
    found = read("2024年支出预算100万元，其中基本支出60万元。")
    part = next(row for row in found.tables["budget_lines"] if row.get("item_code") == "expenditure.basic")
    assert (part.get("of_which"), part.get("is_total"), part.get("parent_id")) == (True, True, "narrative/expenditure")
    all_of_it = read("2024年支出预算100万元，其中基本支出60万元，项目支出40万元。").tables["budget_lines"]
    assert not any(row.get("of_which") for row in all_of_it)


@pytest.mark.parametrize("name", TOTALS)
def test_no_leaf_is_an_of_which_part(name: str) -> None:
    rows = {row.id: row for row in lines(province(name))}
    which = [row for row in rows.values() if row.get("of_which")]
    assert all(row.get("is_total") and row.get("parent_id") in rows for row in which)


def test_the_parts_in_the_committed_package_give_their_wholes() -> None:
    rows = {row["id"]: row for row in open_package(PACKAGE).tables["budget_lines"]}
    checked = 0
    for whole in rows.values():
        parts = [row for row in rows.values() if row["parent_id"] == whole["id"]]
        ordinary = [row["amount"] for row in parts if not row["of_which"]]
        if whole["amount"] is not None and ordinary and None not in ordinary:
            checked += 1
            assert sum(ordinary) == whole["amount"], whole["id"]
        assert not [row for row in parts if row["of_which"] and row["amount"] > whole["amount"]]
    assert checked > 3


CLASSES = ("201 | 一般公共服务支出", "208 | 社会保障和就业支出", "210 | 卫生健康支出", "221 | 住房保障支出")
CENTS = st.integers(0, 10**6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CENTS, CENTS, CENTS), min_size=2, max_size=4), st.integers(0, 3), st.data())
def test_leaves_of_any_statement_give_its_total(
    parts: list[tuple[int, int, int]], form: int, data: st.DataObject
) -> None:
    """Statements with a column 其中 of the total, of one of its parts, over all parts, or with 其中 rows."""
    shares = [data.draw(st.integers(0, 100)) for _ in parts]
    heads = (
        "科目编码 | 科目名称 | 合计 | 其中：财政拨款",
        "科目编码 | 科目名称 | 合计 | 基本支出 | 其中：人员经费 | 项目支出",
        "科目编码 | 科目名称 | 合计 | 其中：基本支出 | 项目支出",
        "科目编码 | 科目名称 | 合计",
    )
    printed, sums = [heads[form]], [0, 0, 0, 0]
    for name, (basic, project, other), share in zip(CLASSES, parts, shares, strict=False):
        whole = basic + project
        figures = (
            [whole, whole * share // 100],
            [whole, basic, basic * share // 100, project],
            [whole, basic, project],
            [whole],
        )[form]
        printed.append(f"{name} | " + " | ".join(f"{figure / 100:.2f}" for figure in figures))
        if form == 3 and whole:
            printed.append(f" | 其中：{'甲乙丙丁'[len(printed) % 4]}类补助 | {min(other, whole) / 100:.2f}")
        sums = [one + (figures[at] if at < len(figures) else 0) for at, one in enumerate(sums)]
    width = heads[form].count("|") - 1
    printed.append(" | 合计 | " + " | ".join(f"{one / 100:.2f}" for one in sums[:width]))
    found = read(EXPENDITURE, "\n".join(printed))
    assert sum(leaves(found).values()) * 100 == sums[0]
    assert not failed(found)


@pytest.mark.parametrize(("whole", "part"), [("0.01", "0.00"), ("0.02", "0.01")])
def test_a_part_that_differs_by_a_cent_is_not_all(whole: str, part: str) -> None:
    table = f"科目编码 | 科目名称 | 合计\n201 | 一般公共服务支出 | 0.00\n208 | 社会保障和就业支出 | {whole}\n"
    found = read(EXPENDITURE, f"{table} | 其中：丁类补助 | {part}\n | 合计 | {whole}")
    assert sum(leaves(found).values()) == Decimal(whole)


def test_lines_of_a_form_that_are_marked() -> None:
    """`其中：` in a form of our own: only part of the line above, unless it is all of it together with what follows."""
    whole = {"flow": "expenditure", "item": "基本支出", "item_code": "expenditure.basic"}
    staff = {"flow": "expenditure", "item": "其中：人员经费", "item_code": "expenditure.basic.personnel"}
    public = {"flow": "expenditure", "item": "公用经费", "item_code": "expenditure.basic.public"}
    found = places([whole, staff], [Decimal(50), Decimal(30)])
    assert [(place.parent, place.is_total, place.of_which) for place in found] == [
        (None, False, False),
        (0, True, True),
    ]
    found = places([whole, staff, public], [Decimal(50), Decimal(30), Decimal(20)])
    assert [(place.parent, place.is_total, place.of_which) for place in found] == [
        (None, True, False), (0, False, False), (0, False, False),
    ]  # fmt: skip
