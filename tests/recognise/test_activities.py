"""Goals of activities in a list, each with indicators whose grades stand in columns."""

from __future__ import annotations

from tests.recognise.lines.build import read


def test_activities_with_grades_have_the_best_as_their_target() -> None:
    """The layout of Hebei in 2016 to 2019."""
    table = """
职责活动 | 年度预算数 | 内容描述 | 绩效目标 | 绩效指标 | 评价标准 | < | < | <
^ | ^ | ^ | ^ | ^ | 优 | 良 | 中 | 差
一、水资源管理 | | | | | | | |
1、节水工作 | 50.00 | 开展宣传 | 提高效率 | 宣传次数 | ≥12次 | ≥10次 | ≥8次 | <8次
^ | ^ | ^ | ^ | 下达率 | 100% | ≥95% | ≥90% | <90%
二、防汛抗旱 | | | | | | | |
1、物资储备 | 200.00 | 储备物资 | 物资齐备 | 完好率 | ≥98% | ≥95% | ≥90% | <90%
"""
    found = read("第二部分 部门职责-工作活动绩效目标\n单位：万元", table)
    goals = [row.values for row in found.tables["performance_goals"]]
    names = ("scope", "title", "goal", "amount")
    assert [tuple(goal[name] for name in names) for goal in goals] == [
        ("activity", "1、节水工作", "提高效率", 500000),
        ("activity", "1、物资储备", "物资齐备", 2000000),
    ]
    rows = [row.values for row in found.tables["performance_indicators"]]
    assert [(row["level_3"], row["operator"], row["value"], row["unit"]) for row in rows] == [
        ("宣传次数", ">=", 12, "次"),
        ("下达率", "=", 100, "%"),
        ("完好率", ">=", 98, "%"),
    ]
    assert rows[0]["score_rule"] == "良：≥10次；中：≥8次；差：<8次"
    assert {item.text for item in found.unrecognised} == {"一、水资源管理", "二、防汛抗旱"}
