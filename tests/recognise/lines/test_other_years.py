"""A table whose title names another year gives no figures of the year: they are named, not taken."""

from __future__ import annotations

import pytest
from tests.recognise.lines.build import lines, read

THIS = """科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
201 | 一般公共服务支出 | 60.00 | 50.00 | 10.00
 | 合计 | 60.00 | 50.00 | 10.00"""
NAMED = """科目编码 | 科目名称 | 2024年预算数 | 基本支出 | 项目支出
201 | 一般公共服务支出 | 60.00 | 50.00 | 10.00
 | 合计 | 60.00 | 50.00 | 10.00"""


@pytest.mark.parametrize(
    "caption", ["2023年部门支出总表", "平山县下口镇财政所2023年度部门支出预算总表", "表3 2022年部门支出总表"]
)
def test_the_table_of_another_year_is_not_taken(caption: str) -> None:
    disclosure = read(caption + "\n单位：万元", THIS)
    assert lines(disclosure, "expenditure") == []
    refused = [one for one in disclosure.unrecognised if one.reason == "recognise.caption_of_other_year"]
    assert len(refused) == 6


@pytest.mark.parametrize(
    "caption",
    ["部门支出总表", "2024年部门支出总表", "2024年部门支出总表（2023年决算）", "部门支出总表（2023年12月31日编制）"],
)
def test_other_captions_are_of_the_year(caption: str) -> None:
    assert len(lines(read(caption + "\n单位：万元", THIS), "expenditure")) == 6


def test_headings_that_name_the_year_win() -> None:
    assert lines(read("2023年部门支出总表\n单位：万元", NAMED), "expenditure")


@pytest.mark.parametrize(
    ("heading", "base"),
    [
        ("比上年增减额", (2023, None)),
        ("比上年年初预算增减额", (2023, "initial")),
        ("比上年预算增减额", (2023, "budget")),
        ("较2022年决算增减", (2022, "final")),
        ("比上年完成数增减额", (2023, "executed")),
    ],
)
def test_what_a_change_is_measured_against(heading: str, base: tuple[int, str | None]) -> None:
    table = f"科目编码 | 科目名称 | 2024年预算数 | {heading}\n201 | 一般公共服务支出 | 60.00 | 减少5.00"
    (change,) = read("一般公共预算支出表\n单位：万元", table).tables["comparisons"]
    assert (change.get("base_year"), change.get("base_stage")) == base
    assert (change.get("direction"), change.get("change_amount")) == ("decrease", -50000)
