"""A package beside an earlier one: what is compared, and how a change is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from openbudget.site.beside import Change, Told, change, compare, told
from openbudget.site.beside_words import Shown, beside, percent
from openbudget.site.figures import Figures
from openbudget.site.places import Places
from openbudget.site.said import said_of
from openbudget.site.topics import Story
from openbudget.site.words import Words

WAN = {"unit_reported": "wan_yuan"}


def line(code: str, reported: str, **more: Any) -> dict[str, Any]:
    """A line of a table, in 万元 unless said otherwise."""
    scale = {"yuan": 1, "wan_yuan": 10_000, "yi_yuan": 100_000_000}[more.get("unit_reported", "wan_yuan")]
    row = {"item_code": code, "amount_reported": reported, "amount": Decimal(reported.replace(",", "")) * scale}
    row |= {"stage": "budget", "statement": "expenditure", "flow": code.split(".")[0], **WAN, **more}
    return {"id": f"{row['statement']}/{code}/{row.get('function_code', '')}", **row}


def function(code: str, name: str, reported: str, **more: Any) -> dict[str, Any]:
    return line("expenditure.function", reported, function_code=code, function_name=name, **more)


def package(year: int, *lines: dict[str, Any], kind: str = "budget") -> Told:
    rows = [{"fiscal_year": year, **one} for one in lines]
    facts = {"kind": kind, "fiscal_year": year}
    return told(f"cn-1-2-{year}-{kind}", facts, Figures({"budget_lines": rows}, kind), {})


def compared(now: list[dict[str, Any]], then: list[dict[str, Any]], language: str = "zh") -> dict[str, tuple[str, ...]]:
    """What a page says of each figure: this year, last year, the change, the percentage, the note."""
    one = beside(package(2024, *now), package(2023, *then), (), Places({}))
    shown = Shown(one, Story({}, {"kind": "budget", "fiscal_year": 2024}, Places({}), Words(language)), "../", "")
    lines = [line for block in shown.blocks() for line in block.lines]
    return {one.name: (one.now, one.then, one.change, one.percent, one.note) for one in lines}


@pytest.mark.parametrize(
    ("now", "then", "amount", "rate", "note"),
    [
        ("110.00", "100.00", "+10.00", "+10.0%", ""),
        ("99.97", "100.00", "−0.03", "−不到 0.1%", ""),
        ("0", "100.00", "−100.00", "−100%", ""),
        ("100.00", "0.00", "+100.00", "", "上一栏为 0，没有百分比"),
        ("100.00", "-50.00", "+150.00", "", "有负数，没有百分比"),
        ("-50.00", "100.00", "−150.00", "", "有负数，没有百分比"),
        ("100.00", "100", "", "", "持平"),
        ("100.30", "100", "+0.30", "", "在四舍五入以内，看不出增减"),
        ("3.2", "1.1", "+2.10", "+173% 至 +210%", ""),
        ("18.4", "12.3", "+6.10", "约 +50%", ""),
        ("15", "25", "−10.00", "约 −40%", ""),
        ("1.00", "0.01", "+0.99", "+6,533% 至 +20,000%", ""),
    ],
)
def test_a_change_is_told_with_what_the_printed_figures_allow(
    now: str, then: str, amount: str, rate: str, note: str
) -> None:
    found = compared([line("expenditure", now)], [line("expenditure", then)])["支出总计"]
    assert found[2:] == (amount, rate, note)


def test_figures_that_are_no_money_end_nothing() -> None:
    for now, then in (("9" * 60, "1"), ("9" * 60, "-1"), ("1", "9" * 60), ("9" * 60, "9" * 59)):
        found = compared([line("expenditure", now)], [line("expenditure", then)])["支出总计"]
        assert found[2] and len(found[3]) < 30


def test_no_percentage_is_further_from_the_truth_than_it_says() -> None:
    """Whatever the figures were before they were rounded, the bounds hold their change."""
    for now, then in (("3.2", "1.1"), ("18.4", "12.3"), ("9.99", "10.01"), ("7", "250")):
        rows = line("expenditure", now), line("expenditure", then)
        found = change(*rows)
        for near in (-1, 1):
            for far in (-1, 1):
                places = [Decimal(1).scaleb(-len(text.partition(".")[2])) / 2 for text in (now, then)]
                new, old = Decimal(now) + near * places[0], Decimal(then) + far * places[1]
                assert found.low - Decimal("1e-20") <= new / old * 100 - 100 <= found.high + Decimal("1e-20")


def test_a_figure_that_is_less_than_its_printed_place_has_no_percentage() -> None:
    """Packages of others may print what their amount is not."""
    one, none = line("expenditure", "1"), line("expenditure", "1")
    for amount in (5_000, 4_000):
        then = {**none, "amount": Decimal(amount)}
        found = compared([{**one, "amount": Decimal(900_000)}], [then])["支出总计"]
        assert found[2].startswith("+") and found[3] == ""


def test_a_percentage_behind_the_word_for_its_direction_has_no_sign() -> None:
    for now, then, zh, en in (
        ("1.1", "3.2", "约 66%", "about 66%"),
        ("0.2", "0.9", "70% 至 85%", "70% to 85%"),
        ("0.9", "0.2", "240% 至 534%", "240% to 534%"),
        ("99.97", "100.00", "不到 0.1%", "under 0.1%"),
        ("0", "100.00", "100%", "100%"),
    ):
        found = change(line("expenditure", now), line("expenditure", then))
        assert (percent(found, Words("zh"), False), percent(found, Words("en"), False)) == (zh, en)


def test_units_that_differ_are_brought_to_one() -> None:
    now, then = line("expenditure", "1234567.89", unit_reported="yuan"), line("expenditure", "1.2")
    assert compared([line("expenditure", "110.00")], [line("expenditure", "100.00")])["支出总计"][:2] == (
        "110.00",
        "100.00",
    )
    found = compared([now], [line("expenditure", "120.00")])["支出总计"]
    assert found == ("1,234,567.89", "1,200,000", "+34,567.89", "+2.9%", "")
    assert compared([now], [then])["支出总计"][2] == "+1,222,567.89"
    tenth = line("expenditure", "1234567.60", unit_reported="yuan")
    assert compared([tenth], [then])["支出总计"][:2] == ("1,234,567.60", "12,000")
    yi = compared([line("expenditure", "12.05", unit_reported="yi_yuan")], [line("expenditure", "120000.00")])[
        "支出总计"
    ]
    assert yi == ("1,205,000,000", "1,200,000,000", "+5,000,000", "+0.4%", "")
    assert compared([now], [line("expenditure", "120.00")], "en")["Expenditure, total"][3] == "+2.9%"


def test_what_one_year_does_not_state_is_no_zero() -> None:
    now = [line("expenditure", "100"), line("three_public", "3", statement="three_public")]
    now += [line("three_public.reception", "3", statement="three_public")]
    then = [line("expenditure", "90"), line("three_public", "4", statement="three_public")]
    found = compared(now, then)
    assert found["公务接待费"] == ("3.00", "", "", "", "2023 年预算没有列出，不作比较")
    assert compared(then, now)["公务接待费"][:3] == ("", "3.00", "")


def test_figures_of_other_money_or_of_another_sort_are_not_compared() -> None:
    whole, one = line("expenditure", "100"), line("expenditure", "60", statement="general_public")
    assert compared([whole], [one]) == {}
    assert list(compared([whole, one], [one])) == ["一般公共预算"]
    total, year = line("revenue", "100", statement="revenue"), line("revenue.current", "80", statement="revenue")
    found = compared([total, whole], [year, whole])["收入总计"]
    assert found == ("100.00", "80.00", "", "", "2023 年预算中是“本年收入合计”，不一定是同一项，不作比较")
    assert compared([whole, total], [whole, {**total, "stage": "final"}])["收入总计"][1:4] == ("", "", "")


def test_a_figure_that_stands_twice_with_two_amounts_is_not_compared() -> None:
    one, two = (function("201", "一般公共服务支出", amount) for amount in ("60", "40"))
    whole = line("expenditure", "100")
    assert compared([whole, one], [whole, two])["201 一般公共服务支出"][2] == "+20.00"
    assert "201 一般公共服务支出" not in compared([whole, one, two], [whole, two])


def test_functions_are_compared_level_by_level_of_the_same_money() -> None:
    now = [
        function("208", "社会保障和就业支出", "30"), function("20805", "行政事业单位养老支出", "30"),
        function("208", "社会保障和就业支出", "20", statement="general_public"),
    ]  # fmt: skip
    then = [function("208", "社会保障和就业支出", "16", statement="general_public")]
    found = compared(now, then)
    assert {name: one[:3] for name, one in found.items()} == {"208 社会保障和就业支出": ("20.00", "16.00", "+4.00")}
    groups = compare(package(2024, *now), package(2023, *then))
    assert [(group.sort, group.fund) for group in groups] == [("function", "general_public_budget")]


def test_a_class_of_another_name_is_shown_and_not_compared() -> None:
    now, then = function("20805", "行政事业单位养老支出", "30"), function("20805", "行政事业单位离退休", "20")
    found = compared([now], [then])["20805 行政事业单位养老支出"]
    assert found[:4] == ("30.00", "20.00", "", "") and "“行政事业单位离退休”" in found[4]
    alike = function("20805", "行政事业单位养老", "20")
    assert compared([now], [alike])["20805 行政事业单位养老支出"][2] == "+10.00"


def test_a_class_that_the_code_list_renamed_is_compared_and_says_so() -> None:
    now, then = function("215", "资源勘探工业信息等支出", "30"), function("215", "资源勘探信息等支出", "20")
    one = beside(package(2020, now), package(2019, then), (), Places({}))
    shown = Shown(one, Story({}, {"kind": "budget", "fiscal_year": 2020}, Places({}), Words("zh")), "../", "")
    (found,) = shown.blocks()[0].lines
    assert (found.change, found.note) == ("+10.00", "2019 年预算中名为“资源勘探信息等支出”")


def test_a_class_that_moved_to_another_code_is_pointed_at_and_not_compared() -> None:
    both = function("201", "一般公共服务支出", "50")
    now, then = function("2013101", "行政运行", "30"), function("2010301", "行政运行", "20")
    deeper = function("2013102", "一般行政管理事务", "5")
    found = compared([both, now, deeper], [both, then, deeper])
    assert found["2013101 行政运行"][2:4] == ("", "") and "2010301" in found["2013101 行政运行"][4]


def test_what_sentences_name_of_functions_is_not_held_against_tables() -> None:
    now = [function("201", "一般公共服务支出", "30", statement="narrative"), line("expenditure", "9")]
    then = [function("201", "一般公共服务支出", "20"), line("expenditure", "8")]
    assert [name for name in compared(now, then) if name.startswith("201")] == []
    assert compared(now, [{**now[0], "amount": Decimal(200_000)}])["201 一般公共服务支出"][2] == "+10.00"


def test_a_class_that_only_one_year_has_is_shown_where_both_have_tables() -> None:
    both, new = function("201", "一般公共服务支出", "30"), function("204", "公共安全支出", "5")
    told = {**new, "statement": "narrative", "id": "n"}
    assert compared([both, new, told], [both])["204 公共安全支出"][:2] == ("5.00", "")
    assert compared([both], [both, new, told])["204 公共安全支出"][:2] == ("", "5.00")
    spoken = [{**both, "statement": "narrative"}, told]
    assert "204 公共安全支出" not in compared(spoken, spoken[:1])  # sentences name some of many


def test_what_was_carried_over_is_compared_within_one_statement() -> None:
    whole, part = line("revenue.unit_funds", "90"), line("revenue.carryover", "9", statement="revenue_expenditure")
    fiscal = {**part, "statement": "appropriation"}
    assert compared([whole, part], [whole, {**part, "amount": Decimal(60_000)}])["上年结转"][2] == "+3.00"
    assert compared([whole, part], [whole, fiscal])["上年结转"][1:4] == ("", "", "")
    spoken = {**part, "statement": "narrative"}
    assert compared([whole, part], [whole, spoken])["上年结转"][2:4] == ("", "")


def test_totals_that_one_year_lacks_are_told_once() -> None:
    year, whole = line("revenue.current", "80"), line("revenue", "90")
    spent = line("expenditure", "90")
    assert compared([year, whole, spent], [spent])["收入总计"] == ("90.00", "", "", "", "2023 年预算没有列出，不作比较")
    assert "本年收入合计" not in compared([year, whole, spent], [spent])


def test_final_accounts_are_held_against_the_budget_by_what_each_is_about() -> None:
    spent = [line("expenditure", "90", stage="final"), line("expenditure", "100")]
    one = beside(
        package(2023, *spent, kind="final-accounts"), package(2023, line("expenditure", "100")), (), Places({})
    )
    story = Story({}, {"kind": "final-accounts", "fiscal_year": 2023}, Places({}), Words("en"))
    shown = Shown(one, story, "../", "en/")
    assert (shown.now, shown.then, shown.base) == ("Final accounts 2023", "Budget 2023", "the 2023 budget")
    (total,) = shown.blocks()[0].lines
    assert (total.now, total.then, total.change, total.percent) == ("900,000", "1,000,000", "−100,000", "about −10%")


def test_a_percentage_that_cannot_be_told_is_blank() -> None:
    assert percent(Change("new"), Words("zh")) == ""
    assert percent(Change("same", Decimal(0)), Words("en")) == ""


def said(kind: str, base_year: int | None, base_stage: str | None, then: Told) -> list[bool]:
    """Whether what final accounts or a budget of 2024 say agrees with an earlier package: 100 万元, up by 20."""
    own = line("expenditure", "100.00", statement="narrative", stage="final" if kind == "final-accounts" else "budget")
    row = {
        "id": "c",
        "line_id": own["id"],
        "item_code": "expenditure",
        "base_year": base_year,
        "base_stage": base_stage,
    }
    row |= {"change_amount": Decimal(200_000), "change_reported": "20.00", "direction": "increase", **WAN}
    return [one.agrees for one in said_of([row], package(2024, own, kind=kind), then, Places({}))]


@pytest.mark.parametrize(
    ("year", "stage", "found"),
    [
        (2023, "budget", [False]),  # 年初预算数 of 2023, which the final accounts of 2023 print too
        (2023, None, [True]),  # of no stage: final accounts are compared with final accounts
        (2023, "final", [True]),
        (2024, "initial", []),  # of the budget of the year
        (None, None, []),
    ],
)
def test_what_is_said_of_a_year_is_held_against_the_same_stage(
    year: int | None, stage: str | None, found: list[bool]
) -> None:
    budgeted = line("expenditure", "70.00", statement="narrative")
    spent = line("expenditure", "80.00", statement="narrative", stage="final")
    then = package(2023, {**budgeted, "id": "b"}, spent, kind="final-accounts")
    assert said("final-accounts", year, stage, then) == found
    assert said("budget", 2023, "executed", then) == [True]
    assert said("budget", 2023, None, then) == [False]


def test_what_rounding_explains_agrees() -> None:
    for printed, agrees in (("80", True), ("80.00", True), ("80.02", False), ("80.5", False), ("8", False)):
        then = package(2023, line("expenditure", printed, statement="narrative"))
        assert said("budget", 2023, "budget", then) == [agrees], printed
