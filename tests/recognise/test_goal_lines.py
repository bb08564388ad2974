"""Goals and indicators told as labelled lines; what is not certain stays in the sections."""

from __future__ import annotations

from typing import Any

import pytest
from said import disclosure

from openbudget.readers import read
from openbudget.recognise import Given, recognise

HEAD = "平山县农业农村局2024年部门预算\n一、收支情况\n2024年收入预算1200万元，支出预算1200万元。\n"
PROJECT = """二、部门预算绩效目标
（一）项目名称：高标准农田管护
项目金额：120万元
绩效目标：完成高标准农田管护，提高粮食产能。
绩效指标：
产出指标：
数量指标：管护高标准农田面积≥3.5万亩；培训人数 ≥1,300 人次。
质量指标：设施完好率达到95%以上。
时效指标：2024年11月底前完成。
成本指标：亩均管护成本不超过35元。
效益指标：
社会效益指标：受益农户不少于4000户。
满意度指标：
服务对象满意度指标：农户满意度≥90%。
"""


def rows(text: str, table: str = "performance_indicators") -> list[dict[str, Any]]:
    return [dict(row.values) for row in disclosure(text, HEAD).tables.get(table, [])]


def told(text: str) -> list[tuple[Any, ...]]:
    names = ("level_1_code", "level_2_code", "level_3", "operator", "value", "unit")
    return [tuple(str(row[name]) if name in row else None for name in names) for row in rows(text)]


def test_a_project_told_in_labelled_lines_is_a_goal_with_its_indicators() -> None:
    (goal,) = rows(PROJECT, "performance_goals")
    assert (goal["title"], goal["scope"], goal["number"], goal["amount"]) == ("高标准农田管护", "project", "1", 1200000)
    assert goal["goal"] == "完成高标准农田管护，提高粮食产能。"
    assert told(PROJECT) == [
        ("output", "quantity", "管护高标准农田面积", ">=", "3.5", "万亩"),
        ("output", "quantity", "培训人数", ">=", "1300", "人次"),
        ("output", "quality", "设施完好率", ">=", "95", "%"),
        ("output", "timeliness", None, None, None, None),
        ("output", "cost", "亩均管护成本", "<=", "35", "元"),
        ("benefit", "social_benefit", "受益农户", ">=", "4000", "户"),
        ("satisfaction", "client_satisfaction", "农户满意度", ">=", "90", "%"),
    ]
    assert rows(PROJECT)[3]["deadline"] == "2024-11-30"


def test_every_value_is_traced_to_what_is_printed() -> None:
    found = disclosure(PROJECT, HEAD)
    lines = (HEAD + PROJECT).split("\n")
    for row in (*found.tables["performance_goals"], *found.tables["performance_indicators"]):
        for name in ("title", "goal", "level_1", "level_2", "level_3", "target_reported"):
            if row.get(name) is not None:
                origin = row.origins[name]
                assert origin.printed == row.get(name) and any(str(row.get(name)) in line for line in lines), name


ONE_LINE = "二、绩效\n项目名称：农技培训，项目金额（万元）：12，其中财政拨款：12万元\n"


@pytest.mark.parametrize(
    "lines",
    [
        "产出指标——数量指标：培训人数≥300人次\n产出指标-质量指标：合格率100%",
        "（1）产出指标\n①数量指标：培训人数≥300人次\n②质量指标：合格率100%",
        "产出指标：数量指标：培训人数≥300人次；质量指标：合格率100%。",
        "产出指标\n数量指标。培训人数≥300人次\n质量指标。合格率100%",
        "产出指标\n1.数量指标。培训人数≥300人次\n2.质量指标。合格率100%",
        "绩效指标：产出指标：数量指标1：培训人数：≥300人次；质量指标：合格率100%",
        "产出指标\n数量指标\n1.培训人数≥300人次\n质量指标\n1、合格率100%",
        "产出指标：\n数量指标：\n培训人数：≥300人次\n质量指标：\n合格率100%",
    ],
)
def test_levels_are_told_in_many_ways(lines: str) -> None:
    assert told(f"{ONE_LINE}年度目标：培训农技人员。\n{lines}") == [
        ("output", "quantity", "培训人数", ">=", "300", "人次"),
        ("output", "quality", "合格率", "=", "100", "%"),
    ]


def test_a_line_may_hold_several_labels() -> None:
    (goal,) = rows(ONE_LINE + "年度目标：培训农技人员；数量指标：培训人数≥300人次", "performance_goals")
    assert (goal["title"], goal["amount"], goal["amount_fiscal"]) == ("农技培训", 120000, 120000)
    assert (goal["goal"], goal["unit_reported"]) == ("培训农技人员", "wan_yuan")


@pytest.mark.parametrize(
    ("printed", "amount", "fiscal", "other"),
    [
        ("年度资金总额300万元，其中：财政拨款200万元，其他资金100万元", "3000000", "2000000", "1000000"),
        ("1,300万元（其中财政拨款1,300万元）", "13000000", "13000000", None),
        ("3百万元，其中：财政拨款2百万元", "3000000", "2000000", None),
        ("财政拨款为200万元。", None, "2000000", None),
        ("300万元，其中：中央资金200万元，自筹资金100万元", "3000000", None, "1000000"),
        ("约300万元", None, None, None),
        ("300-500万元", None, None, None),
        ("2024年300万元", None, None, None),
        ("300", None, None, None),
    ],
)
def test_the_amounts_of_a_goal(printed: str, amount: str | None, fiscal: str | None, other: str | None) -> None:
    text = f"二、绩效\n项目名称：农技培训\n项目资金：{printed}\n年度目标：培训农技人员。"
    (goal,) = rows(text, "performance_goals")
    found = [str(goal[name]) if name in goal else None for name in ("amount", "amount_fiscal", "amount_other")]
    assert found == [amount, fiscal, other]


def test_lines_may_be_broken_inside_a_paragraph() -> None:
    head = "<h1>平山县农业农村局2024年部门预算</h1><p>收入、支出、基本支出、项目支出、三公经费。</p><h2>二、绩效</h2>"
    body = "<p>项目名称：农技培训<br>年度目标：培训。<br>产出指标：<br>1.数量指标：培训人数≥300人次<br>2.质量指标：合格率100%</p>"
    found = recognise([read("说明.html", f"{head}{body}".encode())], Given(region="130131")).tables
    assert found["performance_goals"][0].values["goal"] == "培训。"
    assert [(row.get("level_1_code"), row.get("level_2_code")) for row in found["performance_indicators"]] == [
        ("output", "quantity"),
        ("output", "quality"),
    ]


def test_aims_that_are_counted_are_one_goal() -> None:
    text = f"{ONE_LINE}年度目标：\n目标1：防治松林；\n目标2：清理疫木。\n已经评审。\n绩效指标：\n数量指标：防治5亩"
    (goal,) = rows(text, "performance_goals")
    assert goal["goal"] == "目标1：防治松林；\n目标2：清理疫木。"


def test_a_goal_goes_on_in_its_numbered_lines_only() -> None:
    text = f"{ONE_LINE}年度目标：\n1.培训农技人员。\n2.推广良种。\n本项目已经评审。\n数量指标：培训人数≥300人次"
    (goal,) = rows(text, "performance_goals")
    assert goal["goal"] == "1.培训农技人员。\n2.推广良种。"
    assert len(told(text)) == 1


@pytest.mark.parametrize(
    "goal", ["（1）年度目标：培训农技人员。\n（2）主要措施", "年度目标：培训农技人员。\n1.主要措施"]
)
def test_what_is_numbered_like_the_goal_or_below_a_whole_one_is_no_part_of_it(goal: str) -> None:
    (row,) = rows(f"{ONE_LINE}{goal}\n（3）绩效指标\n数量指标：培训人数≥300人次", "performance_goals")
    assert row["goal"] == "培训农技人员。"


def test_a_level_of_the_issuers_own_has_no_code() -> None:
    (row,) = rows(f"{ONE_LINE}满意度指标：\n师生满意度指标：师生满意度≥95%")
    assert (row["level_1_code"], row["level_2"], row["level_3"]) == ("satisfaction", "师生满意度指标", "师生满意度")
    assert "level_2_code" not in row


def test_a_level_that_no_label_prints_is_blank() -> None:
    assert told(f"{ONE_LINE}数量指标：培训人数≥300人次\n成本指标：人均成本≤50元\n满意度指标：满意度≥90%") == [
        (None, "quantity", "培训人数", ">=", "300", "人次"),
        (None, "cost", "人均成本", "<=", "50", "元"),
        ("satisfaction", None, "满意度", ">=", "90", "%"),
    ]
    later = (
        "产出指标：\n数量指标：培训人数≥300人次\n成本指标：\n经济成本指标：人均成本≤50元\n社会效益指标：带动农户≥9户"
    )
    assert [row[:2] for row in told(ONE_LINE + later)] == [
        ("output", "quantity"),
        ("cost", "economic_cost"),
        (None, "social_benefit"),
    ]


def test_every_project_has_its_own_indicators() -> None:
    text = PROJECT + "（二）项目名称：农技推广\n年度目标：推广良种。\n产出指标：\n数量指标：推广良种≥3个\n"
    found = disclosure(text, HEAD).tables
    assert [row["title"] for row in rows(text, "performance_goals")] == ["高标准农田管护", "农技推广"]
    assert {row.values["goal_id"] for row in found["performance_indicators"]} == {
        row.id for row in found["performance_goals"]
    }
    assert rows(text)[-1]["level_3"] == "推广良种"


def test_a_heading_names_the_project_only_where_it_stands_in_a_part_about_projects() -> None:
    body = "年度目标：推广良种。\n数量指标：推广良种≥3个\n"
    (goal,) = rows(f"二、项目支出绩效目标\n（一）农技推广\n{body}", "performance_goals")
    assert (goal["title"], goal["scope"], goal["number"]) == ("农技推广", "project", "1")
    (goal,) = rows(f"二、部门整体绩效目标\n{body}", "performance_goals")
    assert (goal["scope"], goal["goal"]) == ("department", "推广良种。")
    assert not rows(f"二、绩效管理\n{body}", "performance_goals")  # whose goal it is is not said
    assert not rows(f"二、名词解释\n项目名称：农技推广\n{body}三、绩效管理\n无。", "performance_goals")


@pytest.mark.parametrize(
    "clause",
    [
        "举办培训班3-5个",
        "举办培训班3至5个",
        "受益率不低于上年的95%",
        "培训约300人",
        "落实1人1档",
        "服务超300人",
        "2024年",
        "培训1，300人",
        "3月底前招标并于6月底前验收",
        "持续改善农村环境",
    ],
)
def test_a_target_that_is_not_certain_is_words(clause: str) -> None:
    (row,) = rows(f"{ONE_LINE}年度目标：培训。\n数量指标：{clause}。")
    assert (row["level_3"], row["target_type"]) == (clause, "qualitative")
    assert "value" not in row and "deadline" not in row


def test_a_sign_before_the_figure_makes_the_target_certain() -> None:
    assert [row[2:] for row in told(f"{ONE_LINE}数量指标：家庭医生签约≥20万人；平均寿命达到78.5岁")] == [
        ("家庭医生签约", ">=", "20", "万人"),
        ("平均寿命", "=", "78.5", "岁"),
    ]


def test_words_below_a_level_that_are_no_certain_indicator_stay_in_the_sections() -> None:
    text = f"{ONE_LINE}数量指标：培训人数≥300人次\n我局将加强绩效管理。\n合格率100%"
    assert len(told(text)) == 1
    kept = [row["text"] for row in rows(text, "sections") if "text" in row]
    assert "我局将加强绩效管理。" in kept and "合格率100%" in kept


def test_commas_part_indicators_only_where_each_has_its_target() -> None:
    assert [row[2] for row in told(f"{ONE_LINE}数量指标：培训人数≥300人次，推广良种3个")] == ["培训人数", "推广良种"]
    assert [row[2] for row in told(f"{ONE_LINE}数量指标：加强培训，培训人数≥300人次")] == ["加强培训，培训人数"]
