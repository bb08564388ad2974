"""Contents lists and where sections begin and end."""

from __future__ import annotations

from openbudget.model.document import Document, Paragraph, Source
from openbudget.model.place import SheetPlace, TextPlace
from openbudget.readers import read
from openbudget.recognise.layout import shipped
from openbudget.recognise.outline import codes_of, outline
from openbudget.recognise.sections import Section, Text

BODY = """第一部分 概况
一、主要职责
（一）贯彻执行方针政策。
（二）完成交办的任务。
二、机构设置
本单位内设3个股室。
第二部分 部门决算情况说明
一、收入决算情况说明
本年收入合计100万元。
第三部分 名词解释
1.财政拨款收入：指财政拨款。
第四部分 其他附件
无。
"""


def sections(text: str) -> list[tuple[int, str | None, str | None]]:
    found = outline([read("说明.txt", text.encode())], shipped())
    return [(section.level, section.title, section.code) for section in found if section.title]


def test_a_contents_list_is_no_heading_of_anything() -> None:
    contents = "目 录\n第一部分 概况\n一、主要职责\n二、机构设置\n第二部分 部门决算情况说明\n一、收入决算情况说明\n第三部分 名词解释\n第四部分 附表\n"
    assert sections("某局决算\n" + contents + BODY) == sections("某局决算\n" + BODY)


def test_page_numbers_and_field_codes_do_not_matter() -> None:
    contents = "目录\n第一部分 概况 PAGEREF _Toc1 \\h 3\n一、主要职责................3\n第三部分 名词解释……………14-15\n"
    assert sections(contents + BODY) == sections(BODY)


def test_a_list_ends_where_the_number_of_its_heading_goes_on() -> None:
    assert sections(BODY)[-1] == (1, "其他附件", None)


def test_rows_of_a_table_that_could_not_be_read_are_no_headings() -> None:
    rows = "四、公共安全支出 0.00 12.50\n五、教育支出 5 —— ——\n"
    assert sections(BODY + rows) == sections(BODY)


def test_the_texts_of_a_sheet_of_contents_are_no_headings() -> None:
    rows = [
        ("封面", "某局2025年部门预算"),
        ("目录", "一、部门收支预算总表"),
        ("表1", "部门收支预算总表"),
        ("表1", "单位：万元"),
    ]
    blocks = tuple(Paragraph(text, SheetPlace(sheet, f"A{at}")) for at, (sheet, text) in enumerate(rows, 1))
    found = outline([Document(Source("表.xlsx", "0" * 64, 1, "x", "xlsx"), blocks)], shipped())
    assert [section.title for section in found if section.title] == ["部门收支预算总表"]


def test_only_what_is_numbered_has_a_heading_run_in() -> None:
    """An indented paragraph is told like one that is not indented."""
    section = Section("s1", None, 1, None, "其他情况", None, "说明.txt", None)
    printed = ("政府采购情况：无。", "　　政府采购情况：无。", "　　（1）政府采购情况：无。")
    texts = [Text("说明.txt", each, TextPlace(2, 2, 0)) for each in printed]
    assert [codes_of(text, section, shipped()) for text in texts] == [(), (), ("procurement",)]
