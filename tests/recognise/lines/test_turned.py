"""Statements turned on their side: a column for each class, a row for each kind of expenditure or source of money."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import amounts, left_over, read

FUNCTIONS = """
科目编码|科目名称|合计|基本支出|项目支出
|合计|30.00|20.00|10.00
201|一般公共服务支出|22.00|12.00|10.00
2010301|行政运行|12.00|12.00|
2010302|一般行政管理事务|10.00||10.00
221|住房保障支出|8.00|8.00|
"""
GROUPS = """
功能科目编码|功能科目名称|总计|基本支出|<|<|项目支出
^|^|^|小计|人员经费|公用经费|^
205|教育支出|25.00|20.00|18.00|2.00|5.00
20502|普通教育|25.00|20.00|18.00|2.00|5.00
2050202|小学教育|25.00|20.00|18.00|2.00|5.00
221|住房保障支出|5.00|5.00|5.00||
|总计|30.00|25.00|23.00|2.00|5.00
"""


def turn(text: str) -> str:
    other = str.maketrans("<^", "^<")
    rows = [line.translate(other).split("|") for line in text.strip().split("\n")]
    return "\n".join("|".join(cells) for cells in zip(*rows, strict=True))


@pytest.mark.parametrize(
    ("caption", "printed"),
    [("2024年部门支出总表", FUNCTIONS), ("一般公共预算支出情况表", GROUPS)],
)
def test_a_turned_statement_is_read_as_the_one_that_stands(caption: str, printed: str) -> None:
    upright = read(f"{caption}\n单位：万元", printed)
    on_its_side = read(f"{caption}\n单位：万元", turn(printed))
    assert amounts(on_its_side) == amounts(upright)
    assert len(amounts(upright)) > 5
    assert not left_over(on_its_side)


def test_titles_and_unit_may_stand_in_the_turned_table() -> None:
    inside = "部门支出总表|<|<|<|<|<\n单位：元|<|<|<|<|<\n" + turn(FUNCTIONS)
    assert amounts(read(inside)) == amounts(read("部门支出总表\n单位：元", FUNCTIONS))


@pytest.mark.parametrize("change", [("项目支出", "其他安排"), ("12.00", "十二"), ("221|住房保障支出", "K21|住房补助")])
def test_one_that_is_not_surely_turned_stays_unread(change: tuple[str, str]) -> None:
    found = read("部门支出总表\n单位：万元", turn(FUNCTIONS.replace(*change)))
    assert not amounts(found)
    assert "30.00" in {text for text, _ in left_over(found)}
