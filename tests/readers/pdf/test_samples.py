"""Tables of published disclosures against figures typed in from the printed page."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from openbudget.model.document import Document, Paragraph, Table
from openbudget.readers.pdf import read_pdf

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
FINANCE = "shanghai-finance-bureau-2025-unit-budget.pdf"
WANLI = "wanli-subdistrict-2024-department-budget.pdf"
PUTUO = "putuo-social-work-department-2024-final-accounts.pdf"


@functools.cache
def document(name: str) -> Document:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the sample {name} is not at hand")
    return read_pdf(name, path.read_bytes())


def table(name: str, page: int) -> Table:
    return next(
        b for b in document(name).blocks if isinstance(b, Table) and b.place.fragment.startswith(f"page={page}&")
    )


def row(found: Table, start: str) -> list[str]:
    """The row whose own texts, joined, begin so; covered places are blank."""
    for number, cells in enumerate(found.rows()):
        texts = ["" if c is None or (c.row, c.col) != (number, i) else c.text for i, c in enumerate(cells)]
        if re.sub(r"\s", "", "".join(texts)).startswith(start):
            return [re.sub(r"\s", "", text) for text in texts]
    raise AssertionError(start)


def test_finance_bureau_revenue_and_expenditure() -> None:
    found = table(FINANCE, 7)
    assert row(found, "一、财政拨款收入") == [
        "一、财政拨款收入", "171,915,169", "一、一般公共服务支出", "127,886,849", "60,330,260", "24,531,459",
        "43,025,130",
    ]  # fmt: skip
    assert row(found, "2、政府性基金") == [
        "2、政府性基金",
        "",
        "三、卫生健康支出",
        "4,668,000",
        "4,620,000",
        "",
        "48,000",
    ]
    assert row(found, "收入总计")[3:] == ["171,915,169", "102,464,260", "25,177,779", "44,273,130"]


def test_finance_bureau_tables_over_pages() -> None:
    found = table(FINANCE, 17)
    assert [(part.first_row, part.last_row) for part in found.parts] == [(0, 17), (17, 34), (34, 38)]
    assert row(found, "30102") == ["301", "02", "津贴补贴", "57,583,760", "57,583,760", ""]
    assert row(found, "30302") == ["303", "02", "退休费", "3,514,000", "3,514,000", ""]
    assert row(found, "合计127") == ["合计", "", "", "127,642,039", "102,464,260", "25,177,779"]
    assert row(table(FINANCE, 20), "346") == ["346.30", "288.70", "25.40", "32.20", "", "32.20", "2,517.78"]


def test_wanli_tables_over_five_pages() -> None:
    found = table(WANLI, 11)
    assert (found.n_rows, found.n_cols, len(found.parts)) == (70, 9, 5)
    assert row(found, "2080505") == [
        "208",
        "05",
        "05",
        "机关事业单位基本养老保险缴费支出",
        "4,608,515",
        "4,608,515",
        "0",
        "0",
        "0",
    ]
    assert row(found, "合计156")[4:] == ["156,211,123", "156,211,123", "0", "0", "0"]
    header_again = table(WANLI, 22)
    assert (header_again.n_rows, len(header_again.parts)) == (70, 5)
    assert row(table(WANLI, 29), "3017绩效") == ["301", "7", "绩效工资", "11,447,100", "11,447,100", "0"]
    assert row(table(WANLI, 31), "47") == ["47.91", "0", "1.35", "46.56", "25", "21.56", "443.18"]


def test_putuo_side_by_side_blocks() -> None:
    found = table(PUTUO, 13)
    assert row(found, "30108") == ["30108", "机关事业单位基本养老保险缴费", "6.18", "30206", "电费", "0.00"]
    assert row(found, "31007") == ["", "", "", "31007", "信息网络及软件购置更新", "0.00"]
    assert row(found, "人员经费合计") == ["人员经费合计", "", "95.36", "公用经费合计", "", "10.23"]
    assert row(table(PUTUO, 10), "总计") == ["总计", "307.82", "总计", "307.82", "307.82", "", ""]
    assert row(table(PUTUO, 6), "2013999") == [
        "2013999", "其他社会工作事务支出", "202.24", "202.24", "", "", "", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "count"), [(FINANCE, 9), (WANLI, 9), (PUTUO, 10)])
def test_number_of_tables(name: str, count: int) -> None:
    assert sum(isinstance(block, Table) for block in document(name).blocks) == count


@pytest.mark.parametrize("name", [FINANCE, WANLI, PUTUO])
def test_contents_lists_are_left_out_and_said(name: str) -> None:
    found = document(name)
    assert any(each.key == "readers.contents_list" for each in found.diagnostics)
    prose = [block.text for block in found.blocks if isinstance(block, Paragraph)]
    assert not any(re.fullmatch(r"目\s*录", text) for text in prose)


@pytest.mark.parametrize("name", [FINANCE, WANLI, PUTUO])
def test_every_place_gives_back_its_text(name: str) -> None:
    found = document(name)
    fragments = [piece.place.fragment for piece in found.pieces()]
    assert len(set(fragments)) == len(fragments)
    assert all(found.text_at(piece.place.fragment) == piece.text for piece in found.pieces())


def test_paragraphs_are_whole() -> None:
    prose = [block.text for block in document(WANLI).blocks if isinstance(block, Paragraph)]
    assert any("增加28.89%。主要原因是" in text for text in prose)
    assert any(text.startswith("（七）“三公”经费：") and text.endswith("。") for text in prose)
