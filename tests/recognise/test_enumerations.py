"""Lists, brackets and restarts in sentences: a figure or a change goes to what it speaks of, or to nothing."""

from __future__ import annotations

import pytest
from said import changes, disclosure, lines

BUDGET = "邯郸市测试局2025年部门预算公开情况说明\n收入、支出、基本支出、项目支出、三公经费。\n"
FINAL = "邯郸市测试局2024年度部门决算\n收入、支出、基本支出、项目支出、三公经费。\n"
OVERVIEW = "二、收支总体情况\n"
THREE = "三、“三公”经费情况\n"
PROCUREMENT = "四、政府采购情况\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            PROCUREMENT + "2025年政府采购预算120万元，其中货物、工程、服务分别为20万元、0万元、100万元。",
            {"": "120", ".goods": "20", ".works": "0", ".services": "100"},
        ),
        (PROCUREMENT + "2025年政府采购货物、服务均为0万元。", {".goods": "0", ".services": "0"}),
        (PROCUREMENT + "2025年政府采购货物、服务共30万元。", {}),
        (PROCUREMENT + "2025年政府采购货物、工程、服务分别为20万元、100万元。", {}),
    ],
)
def test_figures_told_one_for_each_item(body: str, expected: dict[str, str]) -> None:
    found = lines(body, BUDGET)
    assert found == {f"procurement_total/procurement{code}": f"{figure} wan_yuan" for code, figure in expected.items()}


def test_a_sum_of_several_items_is_none_of_them() -> None:
    body = (
        THREE
        + "2025年“三公”经费、会议费及培训费预算支出35.2万元，较上年减少1.8万元。\n公务接待费0.2万元，较上年减少0.1万元。"
    )
    assert lines(body, BUDGET) == {"narrative/three_public.reception": "0.2 wan_yuan"}
    assert changes(body, BUDGET) == {"narrative/three_public.reception/2024": ("decrease", "-1000", None)}


def test_changes_told_one_for_each_item_are_left_alone_and_said() -> None:
    body = THREE + "因公出国（境）费0万元、公务接待费0.3万元，分别较上年持平、减少0.2万元。"
    assert changes(body, BUDGET) == {}
    keys = [item.key for item in disclosure(body, BUDGET).diagnostics]
    assert keys == ["recognise.figure_unknown"]


CHANGES = [
    (  # a list told in one breath: the change is that of the whole
        OVERVIEW + "2025年预算收入90万元，其中：一般公共预算拨款收入80万元、事业收入10万元，较上年增加20万元。",
        {"narrative/revenue/2024": ("increase", "200000", None)},
    ),
    (  # a list parted by commas: the last or the whole, which cannot be known
        OVERVIEW + "2025年预算支出90万元，其中：基本支出80万元，项目支出10万元，较上年增加2万元。",
        {},
    ),
    (  # the only part so far
        OVERVIEW + "2025年预算收入90万元，其中：财政拨款收入80万元，较2024年预算增加20万元；事业收入10万元。",
        {"narrative/revenue.fiscal_appropriation/2024": ("increase", "200000", None)},
    ),
    (  # brackets end, and what stood before them is spoken of again
        THREE + "公务用车购置及运行费4万元（其中：公务用车购置费0万元，公务用车运行维护费4万元），比上年减少1万元。",
        {"narrative/three_public.vehicles/2024": ("decrease", "-10000", None)},
    ),
    (  # a figure of something else comes between
        THREE + "公务用车运行维护费7万元。车均运行维护费3.5万元，较上年减少0.25万元。",
        {},
    ),
    (  # the paragraph goes on to a sibling
        THREE + "因公出国（境）费0万元。公务接待费1.2万元，主要用于接待。费用支出较上年减少0.8万元。",
        {"narrative/three_public.reception/2024": ("decrease", "-8000", None)},
    ),
    (  # a comparison as a paragraph of its own
        OVERVIEW + "2025年部门财务总收入90万元，其中：一般公共预算80万元。\n与上年对比增加20万元，增长28.57%。",
        {"narrative/revenue/2024": ("increase", "200000", "28.57")},
    ),
    (  # a second comparison behind a semicolon, and one behind a cause
        THREE + "公务接待费2万元，比上年减少1万元，主要原因是厉行节约；比2023年减少3万元。",
        {
            "narrative/three_public.reception/2024": ("decrease", "-10000", None),
            "narrative/three_public.reception/2023": ("decrease", "-30000", None),
        },
    ),
    (
        THREE + "2025年“三公”经费1.5万元，与2024年的1.5万元一致。",
        {"narrative/three_public/2024": ("unchanged", "0", None)},
    ),
]


@pytest.mark.parametrize(("body", "expected"), CHANGES)
def test_a_change_goes_to_what_it_speaks_of(body: str, expected: dict[str, tuple[str, str | None, str | None]]) -> None:
    assert changes(body, BUDGET) == expected


def test_the_budget_within_final_accounts_is_no_outturn() -> None:
    body = (
        THREE + "2024年度“三公”经费财政拨款支出预算为20万元，支出决算为9.87万元，完成预算的49.35%。\n"
        "公务接待费支出全年预算数为3万元，决算数为0.4万元。"
    )
    assert lines(body, FINAL) == {
        "narrative/three_public#budget": "20 wan_yuan",
        "narrative/three_public": "9.87 wan_yuan",
        "narrative/three_public.reception#adjusted": "3 wan_yuan",
        "narrative/three_public.reception": "0.4 wan_yuan",
    }


def test_final_accounts_are_compared_with_their_own_budget() -> None:
    body = THREE + "2024年度“三公”经费支出15.2万元，较年初预算数减少2.8万元，下降15.56%；较上年增加1.2万元。"
    rows = disclosure(body, FINAL).tables["comparisons"]
    assert [(row.get("base_year"), row.get("base_stage"), str(row.get("change_amount"))) for row in rows] == [
        (2024, "initial", "-28000"),
        (2023, None, "12000"),
    ]


def test_totals_of_final_accounts_are_those_of_the_year() -> None:
    body = OVERVIEW + "2024年度收入总计110万元，支出总计110万元。\n2024年度收入合计100万元，年初结转和结余10万元。"
    assert lines(body, FINAL) == {
        "narrative/revenue": "110 wan_yuan",
        "narrative/expenditure": "110 wan_yuan",
        "narrative/revenue.current": "100 wan_yuan",
        "narrative/revenue.carryover": "10 wan_yuan",
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("2024年度收、支总计均为90万元。", {"narrative/balance": "90 wan_yuan"}),
        ("2024年度财政拨款收、支总计均为80万元。", {"narrative/balance@fiscal_appropriation": "80 wan_yuan"}),
        ("2024年度收、支总计分别为1125.49,1143.91万元。", {}),
        (
            "本年收入合计90万元；包括财政拨款收入80万元（其中一般公共预算70万元，政府性基金预算10万元），其他收入10万元。",
            {
                "narrative/revenue.current": "90 wan_yuan",
                "narrative/revenue.fiscal_appropriation": "80 wan_yuan",
                "narrative/revenue.general_public_budget": "70 wan_yuan",
                "narrative/revenue.government_fund": "10 wan_yuan",
                "narrative/revenue.other_income": "10 wan_yuan",
            },
        ),
    ],
)
def test_both_sides_and_funds_named_alone(body: str, expected: dict[str, str]) -> None:
    assert lines(OVERVIEW + body, FINAL) == expected


def test_headings_run_in() -> None:
    body = (
        "五、其他说明\n1.公务接待费。2024年度决算数0.10万元，比2024年度年初预算数1.00万元减少0.90万元。\n"
        "2.政府采购情况。政府采购支出总额9万元，其中：货物采购9万元。\n"
        "3.国有资产占用情况。截至2024年12月31日，共有车辆2辆。"
    )
    assert lines(body, FINAL) == {
        "narrative/three_public.reception": "0.10 wan_yuan",
        "procurement_total/procurement": "9 wan_yuan",
        "procurement_total/procurement.goods": "9 wan_yuan",
    }
    (change,) = disclosure(body, FINAL).tables["comparisons"]
    assert [change.get(name) for name in ("base_year", "base_stage")] == [2024, "initial"]
    (asset,) = disclosure(body, FINAL).tables["assets"]
    assert (asset.id, str(asset.get("quantity")), str(asset.get("as_of"))) == ("vehicles", "2", "2024-12-31")
