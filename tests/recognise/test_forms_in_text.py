"""Forms of goals copied as plain text: cells that were joined are blank ones beside the first."""

from __future__ import annotations

from said import disclosure

FORM = """附件　项目支出绩效目标表
项目支出绩效目标表\t\t\t\t\t
（2025年度）\t\t\t\t\t
项目名称\t\t审查专项\t\t\t
项目资金（万元）\t\t年度资金总额：\t1,864.00\t执行率分值（10）\t
\t\t其中：财政拨款\t1,864.00\t\t
\t\t上年结转资金\t\t其他\t
年度总体目标\t完成年度审查任务。\t\t\t\t
绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t分值权重（90）
\t产出指标\t数量指标\t审结量\t≥170件\t30
\t\t质量指标\t合格率\t≥95%\t30
\t满意度指标\t服务对象满意度指标\t社会满意度\t≥85分\t30
"""


def test_a_form_without_spans_gives_its_project_and_its_indicators() -> None:
    found = disclosure(FORM)
    (goal,) = found.tables["performance_goals"]
    assert (goal.values["title"], goal.values["amount"], goal.values.get("amount_carryover")) == (
        "审查专项",
        18640000,
        None,
    )
    rows = [row.values for row in found.tables["performance_indicators"]]
    assert [(row["level_2_code"], row["level_3"], row["value"]) for row in rows] == [
        ("quantity", "审结量", 170),
        ("quality", "合格率", 95),
        ("client_satisfaction", "社会满意度", 85),
    ]
