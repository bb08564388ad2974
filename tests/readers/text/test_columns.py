"""Tables set with blanks: read where each cell is surely in its column, else prose with a word about it."""

from __future__ import annotations

import pytest

from openbudget import readers
from openbudget.model.document import Document, Table
from openbudget.readers import text_columns

PLAIN = """部门支出总表
部门：某局                    单位：万元
科目编码   科目名称             合计      基本支出   项目支出
           合    计             30.00     20.00      10.00
201        一般公共服务支出     30.00     20.00      10.00
2010301      行政运行           20.00     20.00
2010302      一般行政管理事务   10.00                10.00
填表人：甲           审核人：乙
"""
LEVELS = """类　　款　　项　　科目名称　　　　合计　　　基本支出
205　 　　　　　　教育支出　　　　12.00　　 12.00
205　 02　　　　　普通教育　　　　12.00　　 12.00
205　 02　　01　　学前教育　　　　12.00　　 12.00
"""
GROUPS = """“三公”经费合计   公务用车购置及运行费                  公务接待费
                 小计                   其中：运行费
12.16            5.21                   5.21           6.95
"""


def read(text: str) -> Document:
    return readers.read("a.txt", text.encode())


def rows(document: Document) -> list[list[str]]:
    table = next(block for block in document.blocks if isinstance(block, Table))
    for cell in table.cells:
        assert document.text_at(cell.place.fragment) == cell.text
    return [[cell.text if cell else "" for cell in row] for row in table.rows()]


def test_columns_of_blanks_are_a_table() -> None:
    document = read(PLAIN)
    assert rows(document) == [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["", "合    计", "30.00", "20.00", "10.00"],
        ["201", "一般公共服务支出", "30.00", "20.00", "10.00"],
        ["2010301", "行政运行", "20.00", "20.00", ""],
        ["2010302", "一般行政管理事务", "10.00", "", "10.00"],
    ]
    assert [type(block).__name__ for block in document.blocks] == ["Paragraph", "Paragraph", "Table", "Paragraph"]
    assert not document.diagnostics


def test_full_width_blanks_and_single_characters_as_headings() -> None:
    assert rows(read(LEVELS))[0] == ["类", "款", "项", "科目名称", "合计", "基本支出"]
    assert rows(read(LEVELS))[3] == ["205", "02", "01", "学前教育", "12.00", "12.00"]


def test_headings_of_two_lines_stand_over_their_columns() -> None:
    assert rows(read(GROUPS)) == [
        ["“三公”经费合计", "公务用车购置及运行费", "", "公务接待费"],
        ["", "小计", "其中：运行费", ""],
        ["12.16", "5.21", "5.21", "6.95"],
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("20.00      10.00\n201", " 20.00      10.00\n201"),  # a figure beside its column
        ("行政运行           20.00     20.00", "行政运行                     20.000   20.00"),
        ("一般行政管理事务   10.00                10.00", "一般行政管理事务   10.00     外  10.00      10.00"),
        ("科目编码   科目名称             合计      基本支出   项目支出", "科目编码   科目名称             合计      基本支出"),
        ("科目编码   科目名称             合计      基本支出   项目支出",
         "                                          支出分类\n科目编码   科目名称             合计      基本支出   项目支出"),
    ],
)  # fmt: skip
def test_what_is_not_certain_stays_prose_and_is_said(change: tuple[str, str]) -> None:
    assert change[0] in PLAIN
    document = read(PLAIN.replace(*change))
    assert not any(isinstance(block, Table) for block in document.blocks)
    first, last = 3, 7 + change[1].count("\n") - change[0].count("\n")
    assert [(found.key, found.args) for found in document.diagnostics] == [
        ("readers.columns_unclear", {"line": str(first), "last": str(last)})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "联系人：张三    电话：6123456\n地址：和平路    邮编：050000\n",
        "目    录\n一、部门概况    1\n二、预算报表    3\n三、说明    9\n",
        "第一部分    部门概况\n第二部分    预算情况\n2024年预算收入30万元，    比上年增加2万元。\n",
        "甲    乙\n1.00    2.00\n",
    ],
)
def test_prose_with_gaps_is_prose(text: str) -> None:
    document = read(text)
    assert not any(isinstance(block, Table) for block in document.blocks)
    assert not document.diagnostics


def test_long_prose_with_gaps_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    laid = text_columns._laid
    monkeypatch.setattr(text_columns, "_laid", lambda body, *rest: looked.append(len(body)) or laid(body, *rest))
    document = read("甲局    乙局   丙局\n丁局     12  某\n" * 200)
    assert len(document.blocks) == 400
    assert looked == [400, 400]


def test_right_aligned_columns_are_not_guessed() -> None:
    text = "项目             合计    其中：财政拨款\n甲             130.00            20.00\n乙               9.00             1.00\n"
    document = read(text)
    assert not any(isinstance(block, Table) for block in document.blocks)
    assert [found.key for found in document.diagnostics] == ["readers.columns_unclear"]
