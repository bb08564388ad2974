"""What the page of a package tells: signs, hundredths, what was compared."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from openbudget import standard
from openbudget.package import open_package
from openbudget.publish.site import site_of
from openbudget.site.charts.small import hundredths, squares
from openbudget.site.engine import engine
from openbudget.site.entry import describe, key_figure
from openbudget.site.findings import SEVERITIES, findings_shown
from openbudget.site.headline import against, agreed, doubted_rows, doubts
from openbudget.site.money import rounded
from openbudget.site.package_pages import build
from openbudget.site.places import Places
from openbudget.site.topics import Story
from openbudget.site.words import Words
from tests.site.conftest import DATE, PACKAGES

FACTS = {"kind": "budget", "fiscal_year": 2025}


def line(code: str, amount: str, **more: Any) -> dict[str, Any]:
    row = {"id": code, "item_code": code, "amount": Decimal(amount), "statement": "narrative", "stage": "budget"}
    return {**row, "flow": code.split(".")[0], "unit_reported": "yuan", "amount_reported": amount, **more}


def change(code: str, amount: str | None, **more: Any) -> dict[str, Any]:
    told = {"change_amount": None if amount is None else Decimal(amount), "change_reported": amount}
    row = {"id": f"c-{code}", "line_id": code, "item_code": code, "base_year": 2024, "unit_reported": "yuan"}
    return {**row, **told, **more}


def story(language: str = "zh", **tables: Any) -> Story:
    return Story(tables, FACTS, Places({}), Words(language))


def drawn(told: Story) -> str:
    return told.flow(told.revenue(), told.expenditure())


@pytest.mark.parametrize(
    ("printed", "sign", "told"),
    [
        ("-3,150.80", "−", "3,150.80 万元"),  # a table prints the sign, a sentence does not
        ("3150.80", "−", "3,150.80 万元"),
        ("▲3150.80", "−", "31,508,000 元"),
        ("(3150.80)", "−", "31,508,000 元"),
    ],
)
def test_a_change_has_one_sign(printed: str, sign: str, told: str) -> None:
    row = change("revenue", "-31508000", change_reported=printed, unit_reported="wan_yuan")
    (one,) = story(comparisons=[row]).changes()
    assert (one["sign"], one["told"]) == (sign, told)


def test_squares_and_legend_say_the_same() -> None:
    lines = [line("expenditure", "1000")]
    lines += [line("expenditure.basic.personnel", "477"), line("expenditure.basic.public", "57")]
    lines += [line("expenditure.project", "466")]
    told = story(budget_lines=lines)
    chart, legend = told.hundred(told.expenditure())
    assert [count for _, count in legend] == [48, 6, 46]  # rounded each for itself they would be 101
    assert [chart.count(f'class="{part.series}"') for part, _ in legend] == [48, 6, 46]


def test_what_is_not_broken_down_is_left_plain() -> None:
    assert hundredths([Decimal(30), Decimal(20)], Decimal(100)) == [30, 20]
    assert squares([(30, "s1"), (20, "s2")], "").count('class="s0"') == 50
    assert hundredths([Decimal(90), Decimal(20)], Decimal(100)) == []
    assert hundredths([Decimal(1)], Decimal(0)) == []


def test_the_change_of_the_total_is_told_before_that_of_one_fund() -> None:
    lines = [line("expenditure", "1000", fund_source="general_public_budget"), line("balance", "1000")]
    rows = [
        change("expenditure", "-70", direction="decrease", change_percent=Decimal("-6.5")),
        change("balance", "90", direction="increase", base_stage="budget", reason="人员增加。"),
        change("three_public", "5", direction="increase"),
    ]
    found = against(story(budget_lines=lines, comparisons=rows), frozenset())
    assert found is not None
    assert (found.name, found.base, found.direction, found.change) == ("收支总计", "2024 年预算数", "increase", "90 元")
    assert (found.reason, found.doubted) == ("人员增加", "")
    quoted = [line("revenue", "9", item="“三公”收入")]
    found = against(story(budget_lines=quoted, comparisons=[change("revenue", "1", direction="increase")]), frozenset())
    assert found is not None and found.name == "‘三公’收入"
    found = against(story("en", budget_lines=lines, comparisons=rows[:1]), {("comparisons", "c-expenditure")})
    assert found is not None
    assert (found.base, found.direction, found.change) == ("2024", "decrease", "¥70")
    assert found.name == "Expenditure, total (General public budget)"
    lines[0]["item"] = "一般公共预算支出"
    found = against(story(budget_lines=lines, comparisons=rows[:1]), {("comparisons", "c-expenditure")})
    assert found is not None and found.name == "一般公共预算支出"  # which says so
    found = against(story("en", budget_lines=lines, comparisons=rows[:1]), {("comparisons", "c-expenditure")})
    assert found is not None
    assert (found.percent, found.doubted) == ("6.5%", "findings")


def test_a_change_against_another_year_or_of_a_part_is_not_that_of_the_total() -> None:
    project = line("expenditure", "5", expenditure_type="project")
    rows = [change("expenditure", "5", direction="increase", base_year=2025)]
    assert against(story(budget_lines=[line("expenditure", "5")], comparisons=rows), frozenset()) is None
    rows = [change("expenditure", "5", direction="increase")]
    assert against(story(budget_lines=[project], comparisons=rows), frozenset()) is None
    rows = [change("revenue", "0", direction="increase")]
    found = against(story(budget_lines=[line("revenue", "5")], comparisons=rows), frozenset())
    assert found is not None and found.direction == "unchanged"


@pytest.mark.parametrize(
    ("more", "fund"),
    [
        ({}, ""),
        ({"statement": "general_public"}, "一般公共预算"),
        ({"statement": "revenue_expenditure", "fund_source": "fiscal_appropriation"}, "财政拨款"),
        ({"statement": "revenue_expenditure", "fund_source": "total"}, ""),
    ],
)
def test_a_total_of_one_fund_says_so(more: dict[str, Any], fund: str) -> None:
    told = story(budget_lines=[line("expenditure", "1000", **more)])
    assert told.partial() == ([("总额", fund)] if fund else [])
    assert [card.name for card in told.cards()] == [f"支出（{fund}）" if fund else "支出"]


def test_what_is_left_of_the_whole_is_drawn_as_such() -> None:
    lines = [line("revenue", "1000"), line("expenditure", "1000"), line("revenue.carryover", "2")]
    lines += [line("expenditure.basic", "600"), line("expenditure.project", "300")]
    chart = drawn(story(budget_lines=lines))
    assert "没有列明来源" in chart and "998 元" in chart
    assert "没有列明用途" in chart and "100 元" in chart
    whole = [*lines, line("revenue.general_public_budget", "998"), line("expenditure.operating", "99.5")]
    assert "没有列明" not in drawn(story(budget_lines=whole))


def test_parts_that_are_drawn_have_colours_of_their_own() -> None:
    funds = ["general_public_budget", "government_fund", "state_capital", "special_account", "business_income"]
    funds += ["operating_income", "superior_subsidy", "subsidiary_remittance", "other_income", "carryover"]
    given = {"general_public_budget": "90", "state_capital": "7", "carryover": "3"}
    lines = [line("revenue", "100"), *(line(f"revenue.{fund}", given.get(fund, "0")) for fund in funds)]
    shown = [part.series for part in story(budget_lines=lines).revenue() if part.amount]
    assert shown == ["s1", "s2", "s3"]


def test_many_zeros_stand_in_one_line() -> None:
    funds = ["state_capital", "special_account", "business_income", "operating_income"]
    lines = [line("revenue", "90"), line("revenue.general_public_budget", "90")]
    lines += [line(f"revenue.{fund}", "0") for fund in funds]
    macros: Any = engine("zh").get_template("parts.html").module
    said = "原文列为 0 的：国有资本经营预算，财政专户管理资金，事业收入，事业单位经营收入"
    for zeros, rows in ((4, 1), (3, 4)):  # a few stay in their rows
        told = story(budget_lines=lines[: 2 + zeros])
        made = str(macros.sums(told.revenue(), told.words, "收入", told.total("revenue")))
        body, _, foot = made.partition("</tbody>")
        assert body.count("<tr>") == 1 + rows
        assert (said in foot) == (zeros == 4)
        assert "合计" in foot


def test_where_one_total_is_of_one_fund_that_one_is_named() -> None:
    lines = [line("revenue", "900"), line("expenditure", "700", statement="general_public")]
    assert story(budget_lines=lines).partial() == [("支出总计", "一般公共预算")]
    lines[0]["statement"] = "appropriation"
    assert story(budget_lines=lines).partial() == [("收入总计", "财政拨款"), ("支出总计", "一般公共预算")]
    assert story(budget_lines=lines[:1]).partial() == [("总额", "财政拨款")]


def test_a_key_figure_of_one_fund_says_so_in_lists() -> None:
    figure = {"amount": "700", "reported": "700", "unit": "yuan", "fund": "general_public_budget"}
    assert key_figure(figure, Words("zh"))[0] == "700 元（一般公共预算）"
    del figure["fund"]
    assert key_figure(figure, Words("en"))[0] == "¥700"


def finding(rule: str, severity: str = "warning", **more: Any) -> dict[str, Any]:
    return {"rule": rule, "severity": severity, "fingerprint": rule, "message": {"zh": rule, "en": rule}, **more}


def test_what_does_not_agree_comes_first_and_is_counted() -> None:
    terms = [
        {"label": label, "value": value, "sign": sign, "table": "budget_lines", "row_id": label, "field": "amount"}
        for label, value, sign in (("甲", "300", "+"), ("乙", "500", "+"), ("合计", "900", "="))
    ]
    known: dict[str, Any] = {"expected": "800", "actual": "900", "difference": "100", "field": "amount", "terms": terms}
    found = [
        finding("COD-003"),
        finding("DOC-001"),
        finding("DOC-006", "note"),
        finding("TXT-001", waived="已说明"),
        finding("SUM-012", **known),
        finding("XTB-001", **{**known, "difference": "-20"}),
    ]
    shown = findings_shown(found, Places({}), {}, Words("zh"))
    assert [one.rule for one in shown] == ["SUM-012", "TXT-001", "XTB-001", "DOC-001", "COD-003", "DOC-006"]
    assert [term.label for term in shown[0].terms] == ["甲", "乙"]
    assert [term.label for term in shown[0].stated] == ["合计"]
    told = doubts(shown, Words("zh"))
    assert (told.counts, told.total) == ({"figures": 2, "gaps": 1, "other": 1}, 4)
    assert told.gap is not None
    assert (told.label, told.gap.told.big, told.gap.href) == ("合计", "100 元", "#f-SUM-012")
    assert doubted_rows(found) >= {("budget_lines", "合计")}
    assert doubted_rows(found[2:4]) == frozenset()


def test_what_is_no_money_is_not_said_to_be_yuan() -> None:
    term = {"label": "甲", "value": "40", "sign": "+", "table": "performance_indicators", "field": "value"}
    more: dict[str, Any] = {"expected": "100", "actual": "40", "difference": "-60", "field": "value", "terms": [term]}
    (one,) = findings_shown([finding("PRF-003", **more)], Places({}), {}, Words("zh"))
    assert (one.is_sum, one.money, one.gap) == (True, False, Decimal(0))
    (one,) = findings_shown([finding("AST-001", table="assets", **more)], Places({}), {}, Words("zh"))
    assert (one.money, one.gap) == (True, Decimal(60))


def test_only_figures_that_were_compared_are_said_to_agree() -> None:
    runs = [{"rule": "SUM-012", "outcomes": {"pass": 7}}, {"rule": "SCH-001", "outcomes": {"pass": 900}}]
    assert agreed([*runs, {"rule": "YOY-001", "outcomes": {"not_applicable": 1}}]) == 7


def test_a_rounded_sum_keeps_its_decimals() -> None:
    assert rounded(Decimal(189767551), "zh") == "约 1.90 亿元"
    assert rounded(Decimal(190000000), "zh") == "1.9 亿元"
    assert rounded(Decimal(189767551), "en") == "about ¥189.77 million"
    assert rounded(Decimal(10) ** 21, "zh") == "1,000,000,000,000,000,000,000 元"


def test_figures_that_are_no_money_end_nothing() -> None:
    lines = [line("revenue", "1E+60"), line("revenue.general_public_budget", "-1E+60"), line("expenditure", "1E-9")]
    assert "安排收入" in lead(*lines, line("expenditure.project", "1E+60"), line("expenditure.basic", "-3"))


def lead(*lines: dict[str, Any], language: str = "", **report: Any) -> str:
    """The sentences at the top of a page whose package has these lines."""
    package = open_package(PACKAGES / "cn-130433-434-2021-budget")
    blank = dict.fromkeys(standard.tables()["budget_lines"].columns)
    tables = {**package.tables, "budget_lines": [{**blank, **one} for one in lines]}
    package = package._replace(tables=tables, report={**package.report, **report})
    entry, made = build(package, describe(package, dict.fromkeys(SEVERITIES, 0), "", ""), site_of({}, DATE))
    page = made[f"packages/{entry.name}/{language}index.html"].decode()
    return re.sub("<.*?>", "", page[page.index('<dl class="lead">') : page.index("</dl>")])


def test_revenue_alone_is_told_as_such() -> None:
    assert "2021 年安排收入 7 元；支出总额原文没有列出" in lead(line("revenue", "7"))
    assert "revenue of ¥7; its total expenditure is not stated" in lead(line("revenue", "7"), language="en/")
    assert "没有列出收支总额" in lead()


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        (["100"], "按支出功能分，都是“一般公共服务支出”"),
        (["99"], ""),  # by what is left nothing is said
        (["60", "40"], "最多的是“一般公共服务支出”（60.0%），其次是“外交支出”（40.0%）"),
        (["140", "-40"], ""),
        (["100", "0"], "按支出功能分，都是“一般公共服务支出”"),
    ],
)
def test_what_functions_are_said_to_have(amounts: list[str], told: str) -> None:
    lines = [
        line("expenditure.function", amount, id=code, function_code=code)
        for code, amount in zip(("201", "202"), amounts, strict=False)
    ]
    found = lead(line("expenditure", "100"), line("expenditure.project", "50"), *lines)
    assert told in found if told else "按支出功能分" not in found


def test_a_source_of_nearly_all_is_not_that_of_all() -> None:
    total, most = line("revenue", "10000"), line("revenue.general_public_budget", "9999")
    assert "钱全部来自" not in lead(total, most)
    assert "钱全部来自“一般公共预算”" in lead(total, {**most, "amount": Decimal(10000)})


def test_what_is_waived_is_not_said_to_agree() -> None:
    runs = [{"rule": "SUM-012", "outcomes": {"pass": 7}}]
    assert "核对了 7 处数字关系" in lead(findings=[], runs=runs)
    assert "没有发现对不上" not in lead(findings=[finding("SUM-012", waived="已说明")], runs=runs)
