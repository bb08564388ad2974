"""Statements printed in two languages: Tibetan, Uyghur, Mongolian, Korean, Zhuang or English beside the Chinese."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import amounts, left_over, lines, read

from openbudget.recognise.languages import in_chinese, is_translation
from openbudget.recognise.words import plain

CHINESE = """
科目编码|科目名称|合计|基本支出|项目支出
|合计|30.00|20.00|10.00
201|一般公共服务支出|30.00|20.00|10.00
2010301|行政运行|30.00|20.00|10.00
"""
TIBETAN_BELOW = """
科目编码\\nརྩིས་ཨང་།|科目名称\\nརྩིས་མིང་།|合计\\nབསྡོམས་འབོར།|基本支出\\nརྨང་གཞིའི་འགྲོ་སོང་།|项目支出（རྣམ་གྲངས།）
|合计 བསྡོམས་འབོར།|30.00|20.00|10.00
201|一般公共服务支出/སྤྱི་པའི་ཞབས་ཞུ།|30.00|20.00|10.00
2010301|行政运行\\nསྲིད་འཛིན།|30.00|20.00|10.00
"""
MONGOLIAN_ROW = """
ᠺᠣᠳ᠋|ᠨᠡᠷ᠎ᠡ|ᠨᠡᠢᠲᠡ|ᠦᠨᠳᠦᠰᠦᠨ|ᠲᠥᠰᠦᠯ
科目编码|科目名称|合计|基本支出|项目支出
|ᠨᠡᠢᠲᠡ 合计|30.00|20.00|10.00
201|ᠶᠡᠷᠦᠩᠬᠡᠢ\\n一般公共服务支出|30.00|20.00|10.00
2010301|行政运行|30.00|20.00|10.00
"""
ENGLISH_ROW = """
科目编码|科目名称|合计|基本支出|项目支出
Code|Item|Total|Basic Expenditure|Project Expenditure
|合计 Total|30.00|20.00|10.00
201|一般公共服务支出 General Public Services|30.00|20.00|10.00
2010301|行政运行（Administrative operation）|30.00|20.00|10.00
"""
ZHUANG = """
Bienmaj 科目编码|Mingzcoh 科目名称|Gyonjgeiq / 合计|Cienzconghgoek: 基本支出|Hanghmoeg 项目支出
|Gyonjgeiq 合计|30.00|20.00|10.00
201|Fuzvu 一般公共服务支出|30.00|20.00|10.00
2010301|行政运行|30.00|20.00|10.00
"""
KOREAN_COLUMN = """
과목명칭|科目编码|科目名称|합계 合计|基本支出（기본지출）|项目支出·항목지출
합계||合计|30.00|20.00|10.00
일반공공봉사지출|201|一般公共服务支出|30.00|20.00|10.00
행정운영|2010301|行政运行|30.00|20.00|10.00
"""


@pytest.mark.parametrize(
    ("caption", "printed"),
    [
        ("部门支出总表\nསྡེ་ཁག་གི་འགྲོ་སོང་རེའུ་མིག\n单位：万元", TIBETAN_BELOW),
        ("ᠲᠠᠰᠤᠭ ᠤᠨ ᠵᠠᠷᠤᠳᠠᠯ 部门支出总表\n单位：万元 / ᠨᠢᠭᠡᠴᠡ", MONGOLIAN_ROW),
        (
            "部门支出总表 Summary Statement of Departmental Expenditure by Function\n单位：万元 (Unit: 10,000 yuan)",
            ENGLISH_ROW,
        ),
        ("Bouhmwnz cienzconghgoek\n部门支出总表\n单位：万元", ZHUANG),
        ("부문지출총표/部门支出总表\n单位：万元", KOREAN_COLUMN),
    ],
)
def test_a_statement_in_two_languages_is_read_as_in_one(caption: str, printed: str) -> None:
    alone = read("部门支出总表\n单位：万元", CHINESE)
    both = read(caption, printed)
    assert amounts(both) == amounts(alone)
    assert [(row.get("item"), row.get("function_name")) for row in lines(both)] == [
        (row.get("item"), row.get("function_name")) for row in lines(alone)
    ]
    assert not left_over(both)


def test_latin_letters_that_belong_to_a_name_stay() -> None:
    found = read("项目支出表\n单位：万元", "项目名称|合计|其中：财政拨款\n合计|9|9\nGDP核算|4|4\n政务云IDC|5|5")
    assert {row.get("project") for row in lines(found)} == {None, "GDP核算", "政务云IDC"}


def test_a_heading_whose_chinese_is_not_understood_stays_unread() -> None:
    found = read(
        "部门支出总表\n单位：万元", ENGLISH_ROW.replace("项目支出|", "其他安排|").replace("|项目支出", "|其他安排")
    )
    assert ("10.00", "column_unknown") in left_over(found)
    assert all(row.get("amount_reported") != "10.00" for row in lines(found))


@pytest.mark.parametrize(
    ("printed", "chinese"),
    [
        ("合计 / Total", "合计"),
        ("Total（合计）", "合计"),
        ("基本支出\nBasic Expenditure", "基本支出"),
        ("因公出国（境）费 Overseas (Outbound) Travel", "因公出国(境)费"),
        ("جەمئىي：合计", "合计"),
        ("2025年预算数 Budget of 2025", "2025年预算数"),
        ("A类", "A类"),
        ("A02010104", "A02010104"),
        ("EPC工程", "EPC工程"),
        ("PPP Projects 项目支出", "项目支出"),
    ],
)
def test_the_chinese_of_a_text_in_two_languages(printed: str, chinese: str) -> None:
    assert in_chinese(plain(printed)) == chinese


@pytest.mark.parametrize(
    "words", ["PPP{}", "{} (PPP)", "{} USD", "{} (thousand US dollars)", "USD\\n{}", "HIV/AIDS {}"]
)
def test_abbreviations_and_other_money_are_no_translation(words: str) -> None:
    printed = "科目编码|科目名称|合计|" + words.format("项目支出") + "\n201|一般公共服务支出|30.00|10.00"
    assert in_chinese(plain(words.format("项目支出"))) != "项目支出"
    if "(" not in words:
        assert {
            text for text, reason in left_over(read("部门支出总表\n单位：万元", printed)) if reason == "column_unknown"
        }
    over = "科目编码|科目名称|合计|USD\n^|^|^|项目支出\n201|一般公共服务支出|30.00|10.00"
    assert ("10.00", "column_unknown") in left_over(read("部门支出总表\n单位：万元", over))


@pytest.mark.parametrize("unit", ["美元", "万美元", "人数", "USD", "thousand yuan"])
def test_amounts_under_another_unit_in_brackets_are_not_read(unit: str) -> None:
    printed = f"科目编码|科目名称|合计（万元）|项目支出（{unit}）\n201|一般公共服务支出|30.00|10.00"
    found = read("部门支出总表\n单位：万元", printed)
    assert list(amounts(found).values()) == ["30.00"]
    assert left_over(found) == [("10.00", "column_unknown")]


def test_a_code_and_a_number_of_a_column_are_no_translation() -> None:
    assert is_translation(plain("Basic Expenditure"))
    assert not any(
        is_translation(plain(text)) for text in ("A02010104", "A", "USD", "PPP", "3=1+2", "2010301", "合计 Total")
    )


def test_words_that_leave_something_out_are_no_translation_of_a_total() -> None:
    assert in_chinese(plain("合计 (excluding carry-over)")) != "合计"
    assert in_chinese(plain("设备（不含车辆） Equipment (excluding vehicles)")) == plain("设备（不含车辆）")
    assert not is_translation(plain("Excluding carry-over"))
    table = "科目编码|科目名称|合计 excluding carry-over|基本支出\n201|一般公共服务支出|30.00|10.00"
    found = read("部门支出总表\n单位：万元", table)
    assert "30.00" in {item.text for item in found.unrecognised}
