"""Functional classes in prose: their names, their codes, and what is said of their parts."""

from __future__ import annotations

import pytest
from said import changes, disclosure, lines

GENERAL = "三、一般公共预算支出情况\n"


def classes(body: str) -> list[tuple[str | None, str, str]]:
    """Code, name and figure of each functional class that the prose tells."""
    rows = disclosure(GENERAL + body).tables["budget_lines"]
    return [
        (row.get("function_code"), str(row.get("function_name")), str(row.get("amount_reported")))  # type: ignore[misc]
        for row in rows
        if row.get("function_name")
    ]


@pytest.mark.parametrize(
    ("printed", "code", "name", "figure"),
    [
        ("1.2010301-行政运行（政府办公厅（室）及相关机构事务）756.40万元。", "2010301", "行政运行", "756.40"),
        ("（三）2080505-机关事业单位基本养老保险缴费支出120万元。", "2080505", "机关事业单位基本养老保险缴费支出", "120"),
        ("行政运行（2070101）780.45万元，主要用于日常运转。", "2070101", "行政运行", "780.45"),
        ("文化旅游体育与传媒支出（207类）3,980.45万元，占67.5%。", "207", "文化旅游体育与传媒支出", "3980.45"),
        ("农林水支出（213）林业和草原（02）行政运行（01）915.2万元。", "2130201", "行政运行", "915.2"),
        ("社会保障和就业支出（类208）行政事业单位养老支出（款05）机关事业单位基本养老保险缴费支出（项05）168.3万元。",
         "2080505", "机关事业单位基本养老保险缴费支出", "168.3"),
        ("一般公共服务支出（类）财政事务（款）行政运行（项）2025年预算数为100万元，比2024年增加5万元。", "2010601", "行政运行", "100"),
        ("一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）100万元。", "2010301", "行政运行", "100"),
        ("政府办公厅（室）及相关机构事务（20103）200万元。", "20103", "政府办公厅(室)及相关机构事务", "200"),
        ("20103 政府办公厅（室）及相关机构事务200万元。", "20103", "政府办公厅(室)及相关机构事务", "200"),
        ("社会保障和就业（类）支出230.5万元，占6.93%。", "208", "社会保障和就业", "230.5"),
    ],
)  # fmt: skip
def test_a_class_has_the_code_that_is_printed_or_that_its_names_mean(
    printed: str, code: str, name: str, figure: str
) -> None:
    assert classes(printed) == [(code, name, figure)]


def test_parts_of_a_code_go_on_from_the_class_before_and_mean_nothing_without_one() -> None:
    told = classes("农林水支出（213）林业和草原（02）行政运行（01）915.2万元，事业机构（04）500万元。")
    assert told == [("2130201", "行政运行", "915.2"), ("2130204", "事业机构", "500")]
    assert lines(GENERAL + "事业机构（04）500万元。") == {}


def test_a_name_that_means_no_class_for_certain_has_no_code() -> None:
    assert classes("某某支出（类）某某事务（款）行政运行（项）10万元。") == [(None, "行政运行", "10")]
    assert classes("行政运行（项）10万元。") == [(None, "行政运行", "10")], (
        "nearly every section has a line of that name"
    )


def test_headings_name_the_classes_above() -> None:
    told = classes("（一）一般公共服务支出（类）\n1.财政事务（款）行政运行（项）支出80万元，与上年持平。")
    assert told == [("2010601", "行政运行", "80")]


def test_a_class_named_in_one_paragraph_has_its_figure_in_the_next() -> None:
    told = classes(
        "1.一般公共服务支出（类）财政事务（款）行政运行（项）。\n年初预算为150万元。\n2025年支出预算300万元。"
    )
    assert told == [("2010601", "行政运行", "150")]


def test_basic_expenditure_of_a_class_is_not_that_of_the_whole_body() -> None:
    body = "行政运行（2010601）100万元，其中：基本支出80万元，项目支出20万元。\n2025年基本支出800万元。"
    told = lines(GENERAL + body)
    assert told["narrative/expenditure.basic@general_public_budget"] == "800 wan_yuan"
    assert told["narrative/expenditure.function/2010601/行政运行/basic@general_public_budget"] == "80 wan_yuan"


def test_what_a_share_is_of_is_not_what_the_change_speaks_of() -> None:
    body = (
        "二、预算总体情况\n支出预算300万元，其中：基本支出200万元，占总支出预算66.67%，比2024年增加20万元，增长11.11%。"
    )
    assert changes(body) == {"narrative/expenditure.basic/2024": ("increase", "200000", "11.11")}


def test_classes_listed_right_behind_a_word() -> None:
    told = classes("支出包括农林水支出2308.80万元、教育支出30万元。")
    assert told == [("213", "农林水支出", "2308.80"), ("205", "教育支出", "30")]
