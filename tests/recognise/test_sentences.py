"""Figures in sentences, in the templates of many provinces."""

from __future__ import annotations

import pytest
from said import changes, disclosure, lines

OVERVIEW = "二、部门预算安排的总体情况\n"
THREE = "三、“三公”经费情况\n"

SENTENCES = [
    (
        OVERVIEW
        + "2025年预算收入765.14万元，其中：一般公共预算收入692.60万元，基金预算收入72.54万元，财政专户核拨收入0万元，其他来源收入（单位资金）0万元，上年结转0万元。",
        {
            "narrative/revenue": "765.14 wan_yuan",
            "narrative/revenue.general_public_budget": "692.60 wan_yuan",
            "narrative/revenue.government_fund": "72.54 wan_yuan",
            "narrative/revenue.special_account": "0 wan_yuan",
            "narrative/revenue.unit_funds": "0 wan_yuan",
            "narrative/revenue.carryover": "0 wan_yuan",
        },
    ),
    (
        OVERVIEW
        + "收入包括:一般公共预算拨款收入 1,234.50 万元、政府性基金预算拨款收入 0 万元、国有资本经营预算拨款收入 0 万元、其他收入 12.30 万元。",
        {
            "narrative/revenue.general_public_budget": "1234.50 wan_yuan",
            "narrative/revenue.government_fund": "0 wan_yuan",
            "narrative/revenue.state_capital": "0 wan_yuan",
            "narrative/revenue.other_income": "12.30 wan_yuan",
        },
    ),
    (
        OVERVIEW
        + "２０２５年支出预算１００．５万元，其中基本支出６０万元，包括人员经费４０．５万元和日常公用经费１９．５万元；项目支出４０．５万元，主要为信息化。",
        {
            "narrative/expenditure": "100.5 wan_yuan",
            "narrative/expenditure.basic": "60 wan_yuan",
            "narrative/expenditure.basic.personnel": "40.5 wan_yuan",
            "narrative/expenditure.basic.public": "19.5 wan_yuan",
            "narrative/expenditure.project": "40.5 wan_yuan",
        },
    ),
    (
        OVERVIEW + "收入预算5313468.25元，其中：财政拨款收入5313468.25元，占100%；事业收入0元。",
        {
            "narrative/revenue": "5313468.25 yuan",
            "narrative/revenue.fiscal_appropriation": "5313468.25 yuan",
            "narrative/revenue.business_income": "0 yuan",
        },
    ),
    (
        THREE
        + "2025 年“ 三公 ”经 费 预 算 安 排 8.6 万元 , 其中：因公出国（境）费用 0 万元；公务用车购置及运行维护费 5 万元（其中：公务用车购置费 0 万元，公务用车运行维护费 5 万元）；公务接待费 3.6 万元。",
        {
            "narrative/three_public": "8.6 wan_yuan",
            "narrative/three_public.abroad": "0 wan_yuan",
            "narrative/three_public.vehicles": "5 wan_yuan",
            "narrative/three_public.vehicles.purchase": "0 wan_yuan",
            "narrative/three_public.vehicles.operation": "5 wan_yuan",
            "narrative/three_public.reception": "3.6 wan_yuan",
        },
    ),
    (
        "四、政府采购情况\n2025年政府采购预算总额1708.03万元，其中：政府采购货物预算42.50万元、政府采购工程预算0.00万元、政府采购服务预算1665.53万元。",
        {
            "procurement_total/procurement": "1708.03 wan_yuan",
            "procurement_total/procurement.goods": "42.50 wan_yuan",
            "procurement_total/procurement.works": "0.00 wan_yuan",
            "procurement_total/procurement.services": "1665.53 wan_yuan",
        },
    ),
    (
        "五、机关运行经费安排情况\n2025年机关运行经费预算数为94.09万元，比上年增加2万元，主要用于办公费50万元、印刷费。",
        {"agency_operation/agency_operation": "94.09 wan_yuan"},
    ),
    (
        "五、机关运行经费安排情况\n2025年机关运行经费当年一般公共预算拨款88.6万元，比上年预算数减少2.4万元。",
        {"agency_operation/agency_operation": "88.6 wan_yuan"},
    ),
]


@pytest.mark.parametrize(("body", "expected"), SENTENCES)
def test_figures_go_to_what_is_spoken_of(body: str, expected: dict[str, str]) -> None:
    assert lines(body) == expected


def test_a_figure_of_another_year_is_no_line_of_this_one() -> None:
    assert lines(OVERVIEW + "2024年收入预算500万元，2025年收入预算600万元。") == {"narrative/revenue": "600 wan_yuan"}
    assert lines(OVERVIEW + "上年收入预算500万元。") == {}


def test_two_figures_that_share_a_unit_are_left_alone_and_said() -> None:
    found = disclosure(OVERVIEW + "2025年收入预算、支出预算分别为4125.49,4143.91万元。")
    assert "budget_lines" not in found.tables
    assert disclosure(OVERVIEW + "2025年收入预算12，345万元。").tables.get("budget_lines") is None


def test_a_figure_that_belongs_to_no_known_word_is_a_diagnostic() -> None:
    found = disclosure(OVERVIEW + "2025年办公楼维修300万元。")
    assert [item.key for item in found.diagnostics] == ["recognise.figure_unknown"]
    assert found.diagnostics[0].args["printed"] == "300万元"


def test_the_same_item_with_two_amounts_keeps_the_first_and_says_so() -> None:
    found = disclosure(OVERVIEW + "2025年收入预算500万元。\n2025年收入预算510万元。")
    assert [str(row.values["amount"]) for row in found.tables["budget_lines"]] == ["5000000"]
    assert [item.key for item in found.diagnostics] == ["recognise.said_differently"]


CHANGES = [
    (
        OVERVIEW
        + "2025年预算收支安排765.14万元，较2024年预算增加7.01万元，其中：基本支出减少109.3万元，主要为压减经费支出；项目支出增加115.97万元，主要为增加了项目。",
        {
            "narrative/balance/2024": ("increase", "70100", None),
            "narrative/expenditure.basic/2024": ("decrease", "-1093000", None),
            "narrative/expenditure.project/2024": ("increase", "1159700", None),
        },
    ),
    (
        THREE
        + "2025年“三公”经费预算1.2万元，其中公务接待费1.2万元。与2024年相比减少7.2万元，减少的主要原因是：车辆托管。",
        {"narrative/three_public/2024": ("decrease", "-72000", None)},
    ),
    (
        THREE + "2025年“三公”经费预算数为346.30万元，与2024年预算持平。",
        {"narrative/three_public/2024": ("unchanged", "0", None)},
    ),
    (  # 基本持平 is a small change, not none
        THREE + "2025年“三公”经费预算数为346.30万元，与2024年预算基本持平。",
        {"narrative/three_public/2024": ("unchanged", None, None)},
    ),
    (  # which way is not certain: the figure is kept as it is printed, YOY-002 tells it
        THREE + "2025年“三公”经费预算数为346.30万元，比上年减少-5.00万元。",
        {"narrative/three_public/2024": ("decrease", None, None)},
    ),
    (
        OVERVIEW + "2025年支出预算200万元，比上年增加10万元，增长5.26%。",
        {"narrative/expenditure/2024": ("increase", "100000", "5.26")},
    ),
    (OVERVIEW + "2025年支出预算200万元，比上年增加（减少）10万元。", {}),
    (OVERVIEW + "2025年支出预算200万元，比上年下降（增长）10万元。", {}),
    (
        OVERVIEW + "2025年支出预算200万元，比上年减少10万元，下降（增长）4.76%。",
        {"narrative/expenditure/2024": ("decrease", "-100000", "-4.76")},
    ),
    (OVERVIEW + "2025年支出预算200万元，比上年减少0万元。", {"narrative/expenditure/2024": ("decrease", "0", None)}),
]


@pytest.mark.parametrize(("body", "expected"), CHANGES)
def test_changes_with_their_direction(body: str, expected: dict[str, tuple[str, str | None, str | None]]) -> None:
    assert changes(body) == expected


def test_the_reason_of_a_change_is_kept_as_text() -> None:
    found = disclosure(CHANGES[0][0])
    reasons = [row.values.get("reason") for row in found.tables["comparisons"]]
    assert reasons == [None, "压减经费支出", "增加了项目"]


FINAL_HEAD = "邯郸市测试局2024年度部门决算\n收入、支出、基本支出、项目支出、三公经费。\n"


def test_stages_of_final_accounts_are_told_apart() -> None:
    body = THREE + "2024年度“三公”经费财政拨款支出年初预算为10.5万元，支出决算为8.2万元，完成年初预算的78.10%。"
    assert lines(body, FINAL_HEAD) == {
        "narrative/three_public#budget": "10.5 wan_yuan",
        "narrative/three_public": "8.2 wan_yuan",
    }


def test_functional_classes_in_sentences_are_no_totals() -> None:
    body = "二、一般公共预算财政拨款支出情况\n1.“一般公共服务支出（类）财政事务（款）行政运行（项）”513.20万元，主要用于人员。\n2.“卫生健康支出”科目467万元，主要用于医保。"
    assert lines(body) == {
        "narrative/expenditure.function/一般公共服务支出/财政事务/行政运行@general_public_budget": "513.20 wan_yuan",
        "narrative/expenditure.function/卫生健康支出@general_public_budget": "467 wan_yuan",
    }


def test_printed_characters_are_found_again_at_every_place() -> None:
    from said import HEAD

    from openbudget.readers import read
    from openbudget.recognise import recognise

    document = read("说明.txt", (HEAD + "\n".join(body for body, _ in SENTENCES)).encode())
    found = recognise([document])
    for rows in found.tables.values():
        for row in rows:
            for origin in row.origins.values():
                assert document.text_at(origin.place.fragment) == origin.printed


FUNCTIONAL = (
    "三、一般公共预算支出情况\n1.“教育支出（类）普通教育（款）学前教育（项）”25.77万元，主要用于幼儿园。2024年当年预算执行数为60.13万元，"
    "2025年预算安排25.77万元，比2024年预算执行数减少57.14%。主要原因是：项目调整。\n"
)


def test_the_amount_of_an_earlier_year_is_the_base_of_the_change_that_follows() -> None:
    found = disclosure(FUNCTIONAL)
    (change,) = found.tables["comparisons"]
    assert str(change.values["base_amount"]) == "601300"
    assert (change.values["base_year"], change.values["base_stage"]) == (2024, "executed")
    assert str(change.values["change_percent"]) == "-57.14"
    assert change.values["reason"] == "项目调整"
    assert not found.diagnostics
    assert list(lines(FUNCTIONAL).values()) == ["25.77 wan_yuan"]


def test_two_years_said_one_after_the_other() -> None:
    said = "三、“三公”经费\n“三公”经费2024年预算数为8万元，2025年预算数为10万元，增加2万元。\n"
    (change,) = disclosure(said).tables["comparisons"]
    assert (str(change.values["base_amount"]), str(change.values["change_amount"])) == ("80000", "20000")
    assert (change.values["base_year"], change.values["base_stage"]) == (2024, "budget")
    assert lines(said) == {"narrative/three_public": "10 wan_yuan"}


def test_parts_of_the_year_are_under_its_total_and_not_beside_it() -> None:
    body = (
        OVERVIEW
        + "2024年度收入总计120万元。本年收入合计100万元，其中：财政拨款收入95万元，其他收入5万元。年初结转和结余20万元。"
    )
    rows = disclosure(body, FINAL_HEAD).tables["budget_lines"]
    assert {row.id: row.values.get("parent_id") for row in rows} == {
        "narrative/revenue": None,
        "narrative/revenue.current": "narrative/revenue",
        "narrative/revenue.carryover": "narrative/revenue",
        "narrative/revenue.fiscal_appropriation": "narrative/revenue.current",
        "narrative/revenue.other_income": "narrative/revenue.current",
    }


def test_expenditure_of_a_fund_in_final_accounts_is_of_the_year() -> None:
    body = OVERVIEW + "2024年度一般公共预算财政拨款支出90万元，占本年支出合计的90%。2024年度财政拨款支出总计95万元。"
    assert lines(body, FINAL_HEAD) == {
        "narrative/expenditure.current@general_public_budget": "90 wan_yuan",
        "narrative/expenditure@fiscal_appropriation": "95 wan_yuan",
    }


def test_functional_classes_without_a_mark_stand_for_themselves() -> None:
    body = "二、一般公共预算财政拨款支出情况\n1.公共安全支出年初预算为21万元，支出决算为23万元，完成年初预算的109.52%。\n2.高等教育支出9万元。"
    assert lines(body, FINAL_HEAD) == {
        "narrative/expenditure.function/公共安全支出@general_public_budget#budget": "21 wan_yuan",
        "narrative/expenditure.function/公共安全支出@general_public_budget": "23 wan_yuan",
    }


def test_a_change_of_both_sides_and_of_each_side() -> None:
    both = OVERVIEW + "2025年收入总计500万元，支出总计500万元，较上年各增加50万元，增长11.11%。"
    assert {key: value[1] for key, value in changes(both).items()} == {
        "narrative/expenditure/2024": "500000",
        "narrative/revenue/2024": "500000",
    }
    each = (
        OVERVIEW
        + "收入总计500万元，支出总计480万元。与2024年预算相比，收入增加50万元，增幅11.11%；支出减少20万元，降幅4%。"
    )
    assert changes(each) == {
        "narrative/revenue/2024": ("increase", "500000", "11.11"),
        "narrative/expenditure/2024": ("decrease", "-200000", "-4"),
    }


def test_parts_of_a_change_behind_its_reason() -> None:
    body = (
        OVERVIEW + "支出预算318万元，较去年增加22万元，主要是因为人员增加，其中基本支出增加12万元，项目支出增加10万元。"
    )
    assert {key: value[1] for key, value in changes(body).items()} == {
        "narrative/expenditure/2024": "220000",
        "narrative/expenditure.basic/2024": "120000",
        "narrative/expenditure.project/2024": "100000",
    }


def test_a_heading_says_what_the_figure_below_it_is() -> None:
    body = THREE + "（一）公务接待费\n2025年预算安排4万元，比上年下降1万元，降低20%。\n（二）公务用车购置及运行费\n"
    body += "2025年预算安排8万元，其中：公务用车运行费8万元，公务用车购置费0万元。与上年持平。"
    told = lines(body)
    assert told["narrative/three_public.reception"] == "4 wan_yuan"
    assert told["narrative/three_public.vehicles"] == "8 wan_yuan"
    assert changes(body) == {
        "narrative/three_public.reception/2024": ("decrease", "-10000", "-20"),
        "narrative/three_public.vehicles/2024": ("unchanged", "0", None),
    }


def test_kinds_of_projects_are_not_the_project_expenditure() -> None:
    body = OVERVIEW + "支出预算1000万元，其中：人员类项目支出600万元，运转类项目支出80万元，特定目标类项目支出320万元。"
    assert lines(body) == {
        "narrative/expenditure": "1000 wan_yuan",
        "narrative/expenditure.basic.personnel": "600 wan_yuan",
    }
    assert lines(
        OVERVIEW + "项目支出500万元，其中特定目标类项目支出9万元，人员类项目支出50万元，公用类项目支出5万元。"
    ) == {"narrative/expenditure.project": "500 wan_yuan"}


@pytest.mark.parametrize(
    "said",
    [
        "其中：其他项目支出100万元",
        "其中：民生类项目支出100万元",
        "人均公用经费2.5万元",
        "离退休人员经费50万元",
        "全县三公经费5亿元",
        "下属单位基本支出200万元",
        "二级预算单位基本支出200万元",
        "非税收入预算50万元",
        "评价项目3个，涉及一般公共预算支出300万元",
    ],
)
def test_words_right_before_an_item_make_it_another(said: str) -> None:
    body = OVERVIEW + f"支出预算1000万元。{said}。"
    assert lines(body) == {"narrative/expenditure": "1000 wan_yuan"}


@pytest.mark.parametrize("said", ["本级及所属单位", "局机关及其下属事业单位", "本级和各二级预算单位", "按功能分类"])
def test_units_beside_the_body_and_classifications_leave_the_item_whole(said: str) -> None:
    assert lines(OVERVIEW + f"{said}基本支出200万元。") == {"narrative/expenditure.basic": "200 wan_yuan"}


def test_what_was_carried_over_within_a_part_of_the_expenditure_is_not_all_of_it() -> None:
    body = OVERVIEW + "支出预算800万元（含上年结转70万元），其中项目支出300万元（含上年结转50万元）。"
    assert lines(body)["narrative/revenue.carryover"] == "70 wan_yuan"
    assert "narrative/revenue.carryover" not in lines(body.replace("（含上年结转70万元）", ""))
    assert "narrative/revenue.carryover" not in lines(
        OVERVIEW + "支出预算800万元，其他项目支出300万元（含上年结转50万元）。"
    )


def test_reception_among_the_operating_costs_is_not_that_of_three_public() -> None:
    body = "一、机关运行经费\n2025年机关运行经费105万元，其中办公费20万元、公务接待费3万元。"
    told = disclosure(body).tables["budget_lines"]
    assert [row.get("item_code") for row in told] == ["agency_operation"]
    both = disclosure(body.replace("经费\n", "经费\n“三公”经费3万元，均为公务接待费。")).tables["budget_lines"]
    assert {row.get("item_code") for row in both} == {"agency_operation", "three_public", "three_public.reception"}
    assert lines(
        "一、机关运行经费和“三公”经费情况\n机关运行经费20万元。\n公务接待费5万元，公务用车运行维护费3万元。"
    ) == {
        "agency_operation/agency_operation": "20 wan_yuan",
        "narrative/three_public.reception": "5 wan_yuan",
        "narrative/three_public.vehicles.operation": "3 wan_yuan",
    }


def test_the_figure_of_an_earlier_year_in_brackets_leaves_the_year_as_it_was() -> None:
    body = OVERVIEW + "支出预算1000万元（上年900万元），其中基本支出800万元（上年750万元），项目支出200万元。"
    assert lines(body) == {
        "narrative/expenditure": "1000 wan_yuan",
        "narrative/expenditure.basic": "800 wan_yuan",
        "narrative/expenditure.project": "200 wan_yuan",
    }
    assert "narrative/expenditure.basic" not in lines(OVERVIEW + "支出预算1000万元。（上年）基本支出800万元。")


@pytest.mark.parametrize("date", ["2024年", "2024年度", "截至2024年12月31日"])
def test_an_earlier_year_alone_in_brackets_is_that_of_the_figure_behind_them(date: str) -> None:
    assert lines(THREE + f"“三公”经费预算（{date}）8万元，公务接待费预算数（{date}）8万元。") == {}
    assert lines(OVERVIEW + f"支出预算（{date}）800万元，支出预算（2025年）900万元。") == {
        "narrative/expenditure": "900 wan_yuan"
    }


def test_a_class_that_is_left_out_of_a_total_is_not_read_as_part_of_it() -> None:
    body = OVERVIEW + "支出预算1000万元，不包括教育支出100万元，不含农林水支出20万元，包括住房保障支出50万元。"
    assert [code for code in lines(body) if "function" in code] == ["narrative/expenditure.function/住房保障支出"]


def test_the_budgets_within_brackets_are_parts_of_the_appropriation() -> None:
    """`财政拨款收入…（其中：一般公共预算…，政府性基金…）`: beside it, they would be counted twice."""
    rows = disclosure(
        "二、收入预算情况\n2025年本年收入合计50万元，包括财政拨款收入40万元（其中：一般公共预算30万元，政府性基金10万元），"
        "其他收入10万元。"
    ).tables["budget_lines"]
    parents = {row.id: row.values.get("parent_id") for row in rows}
    assert parents["narrative/revenue.general_public_budget"] == "narrative/revenue.fiscal_appropriation"
    assert parents["narrative/revenue.government_fund"] == "narrative/revenue.fiscal_appropriation"
    assert parents["narrative/revenue.fiscal_appropriation"] == "narrative/revenue.current"
    assert parents["narrative/revenue.other_income"] == "narrative/revenue.current"


def test_a_rate_said_the_other_way_than_its_amount_is_one_change() -> None:
    """The source contradicts itself; YOY-002 and YOY-003 tell so."""
    body = "三、机关运行经费\n2025年机关运行经费20万元，比上年减少2万元，增长10%，主要是压缩开支。"
    assert changes(body) == {"agency_operation/agency_operation/2024": ("decrease", "-20000", "10")}


def test_paragraphs_behind_of_which_are_parts_of_it() -> None:
    """Xinjiang: a fund named alone in a paragraph of its own, behind `收入预算…，其中：`."""
    body = (
        "二、收入预算情况\n收入预算40万元，其中：\n一般公共预算30万元，占75%，比上年预算增加2万元，主要原因是调资。\n"
        "政府性基金预算10万元，占25%，比上年预算减少1万元。\n本单位共有车辆3辆。\n一般公共预算7万元。"
    )
    assert lines(body) == {
        "narrative/revenue": "40 wan_yuan",
        "narrative/revenue.general_public_budget": "30 wan_yuan",
        "narrative/revenue.government_fund": "10 wan_yuan",
    }
    assert changes(body) == {
        "narrative/revenue.general_public_budget/2024": ("increase", "20000", None),
        "narrative/revenue.government_fund/2024": ("decrease", "-10000", None),
    }


def test_a_fund_named_alone_in_the_section_on_its_expenditure() -> None:
    """`一般公共预算当年拨款100万元`, as the central departments say it; among the parts of revenue it is revenue."""
    body = (
        "五、关于2025年一般公共预算当年拨款情况说明\n（一）一般公共预算当年拨款规模变化情况\n"
        "本局2025年一般公共预算当年拨款100万元，比2024年执行数增加5万元，主要是项目增加。"
    )
    assert lines(body) == {"narrative/expenditure@general_public_budget": "100 wan_yuan"}
    assert changes(body) == {"narrative/expenditure@general_public_budget/2024": ("increase", "50000", None)}
    part = "二、收入预算\n收入预算110万元，其中：一般公共预算当年拨款100万元，上年结转10万元。"
    assert lines(part)["narrative/revenue.general_public_budget"] == "100 wan_yuan"
    assert (
        lines("五、一般公共预算支出情况\n其中：一般公共预算20万元为上级专项。\n一般公共预算5万元用于公务接待。") == {}
    )
