"""Folding of printed text, Chinese numbers, numbering."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbudget.recognise.words import chinese_number, fold, numbering, plain


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("项   目", "项目"),
        ("２０２１年", "2021年"),
        ("“三公”经费", "三公经费"),
        ("（境）", "(境)"),
        ("預 算", "预算"),
        ("≥100﹪", "≥100%"),
        ("「三公」", "三公"),
        ("a\u200bb", "ab"),
    ],
)
def test_plain(printed: str, folded: str) -> None:
    assert plain(printed) == folded


@given(st.text())
def test_every_folded_character_leads_back(printed: str) -> None:
    folded = fold(printed)
    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert plain(printed[start:end]) == folded.text[at]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十二", 12),
        ("二十一", 21),
        ("三", 3),
        ("二〇二一", 2021),
        ("12", 12),
        ("一百零三", 103),
        ("年", None),
        ("", None),
    ],
)
def test_chinese_numbers(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("printed", "style", "ordinal"),
    [
        ("一、收入", "cn", 1),
        ("（十二）负责", "cn-bracket", 12),
        ("第二部分 专项", "part", 2),
        ("3．说明", "arabic", 3),
        ("１、说明", "arabic", 1),
        ("(4)x", "arabic-bracket", 4),
        ("③x", "circled", 3),
    ],
)
def test_numbering(printed: str, style: str, ordinal: int) -> None:
    found = numbering(printed)
    assert found is not None
    assert (found.style, found.ordinal) == (style, ordinal)


@pytest.mark.parametrize("printed", ["3.5万元", "2021年预算", "一般公共预算", "一些说明", "第一次"])
def test_no_numbering(printed: str) -> None:
    assert numbering(printed) is None
