"""Figures in brackets: negative where a total of the column proves it, refused where none does."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import amounts, left_over, read

CAPTION = "部门支出总表\n单位：万元"


def table(*column: str) -> str:
    """Two lines of a group, a class of its own, the total: the figures of the one column 合计, in this order."""
    group, first, second, other, total = column
    return f"""
科目编码 | 科目名称 | 合计
201 | 一般公共服务支出 | {group}
20106 | 财政事务 | {group}
2010601 | 行政运行 | {first}
2010602 | 一般行政管理事务 | {second}
208 | 社会保障和就业支出 | {other}
合计 | < | {total}
"""


@pytest.mark.parametrize("printed", ["(12.35)", "（12.35）", "( 12.35 )", "△12.35", "▲ 12.35"])
def test_a_figure_in_brackets_is_negative_where_only_so_the_column_adds_up(printed: str) -> None:
    disclosure = read(CAPTION, table("17.65", "30.00", printed, "5.00", "22.65"))
    assert amounts(disclosure)["expenditure/2010602"] == "-12.35"
    assert not left_over(disclosure)
    (said,) = [one for one in disclosure.diagnostics if one.key == "recognise.negative_in_brackets"]
    assert said.args == {"printed": printed, "total": "17.65"} and said.place is not None


def test_a_total_in_brackets_is_proven_by_its_parts() -> None:
    found = amounts(read(CAPTION, table("(2.00)", "3.00", "(5.00)", "7.00", "5.00")))
    assert (found["expenditure/201"], found["expenditure/2010602"]) == ("-2.00", "-5.00")


@pytest.mark.parametrize(
    "column",
    [
        ("42.35", "30.00", "(12.35)", "5.00", "47.35"),  # a positive with brackets around it
        ("42.35", "30.00", "▲12.35", "5.00", "47.35"),  # a positive with a mark
        ("30.00", "30.00", "(5)", "5.00", "35.00"),  # the number of a note
        ("17.66", "30.00", "(12.35)", "5.00", "22.66"),  # off by a cent
        ("", "30.00", "(12.35)", "", ""),  # no total
        ("30.00", "30.00", "(0.00)", "5.00", "35.00"),  # nought has no sign
    ],
)
def test_a_figure_in_brackets_that_no_total_proves_is_refused(column: tuple[str, ...]) -> None:
    disclosure = read(CAPTION, table(*column))
    assert [text for text, _ in left_over(disclosure)] == [column[2]]
    assert "expenditure/2010602" not in amounts(disclosure)
    assert "recognise.negative_in_brackets" not in {one.key for one in disclosure.diagnostics}


def test_what_is_proven_proves_the_level_below_it() -> None:
    found = amounts(read(CAPTION, table("(5.00)", "(5.00)", "", "5.00", "0.00")))
    assert [found[f"expenditure/{code}"] for code in ("201", "20106", "2010601")] == ["-5.00"] * 3


def test_brackets_that_two_readings_explain_are_refused() -> None:
    disclosure = read(CAPTION, table("(5.00)", "(5.00)", "", "5.00", ""))
    assert [text for text, _ in left_over(disclosure)] == ["(5.00)"] * 3
    assert list(amounts(disclosure)) == ["expenditure/208"]
