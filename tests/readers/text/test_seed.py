"""The text export of a real disclosure: its traps, and the exactness of its places."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbudget import readers
from openbudget.model.document import Document, Table, count_lines

ROOT = Path(__file__).parents[3]


def seed() -> bytes:
    found = sorted(ROOT.glob("datapackages/*/source/*.txt")) + sorted(ROOT.parent.glob("shared/seed/*.txt"))
    if not found:
        pytest.skip("the seed document is not at hand")
    return found[0].read_bytes()


@pytest.fixture(scope="module")
def document() -> Document:
    return readers.read("seed.txt", seed())


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def test_all_tables_and_cells(document: Document) -> None:
    found = tables(document)
    assert [(table.n_rows, table.n_cols) for table in found] == [
        (6, 4), *[(8, 6)] * 10, (9, 6), (8, 6), (9, 6), (9, 6), (7, 13), (8, 3),
    ]  # fmt: skip
    assert sum(cell is not None for table in found for row in table.rows() for cell in row) == 829
    assert document.diagnostics == ()


def test_rows_cut_by_a_blank_line_are_whole(document: Document) -> None:
    found = tables(document)
    assert [cell.text for cell in found[1].cells if cell.row == 2] == [
        "产出指标", "数量指标", "会议计划执行率", "会议计划执行率", "≥100%", "项目合同",
    ]  # fmt: skip
    assert [cell.text for cell in found[3].cells if cell.row == 6][4:] == ["网络长期正常运行", "系统参数"]


def test_header_of_two_rows_gets_its_spans(document: Document) -> None:
    table = tables(document)[15]
    assert [(cell.text, cell.col, cell.colspan, cell.rowspan) for cell in table.cells if cell.row == 1] == [
        ("政府采购项目来源", 0, 2, 1),
        ("采购物品名称", 2, 1, 2),
        ("政府采购目录序号", 3, 1, 2),
        ("计量  单位", 4, 1, 2),
        ("数量", 5, 1, 2),
        ("单价", 6, 1, 2),
        ("政府采购金额（当年部门预算安排资金）", 7, 6, 1),
    ]
    assert [cell.col for cell in table.cells if cell.row == 2] == [0, 1, 7, 8, 9, 10, 11, 12]


def test_empty_cells_stay_empty(document: Document) -> None:
    organisations, assets = tables(document)[0], tables(document)[16]
    assert [row[2].text for row in organisations.rows() if row[2]] == ["单位规格", "正科级", "正科级", "", "", "正科级"]
    last = assets.cell_at(7, 1)
    assert last is not None
    assert last.text == ""


def test_every_place_gives_back_its_text(document: Document) -> None:
    for piece in document.pieces():
        assert document.text_at(piece.place.fragment) == piece.text
        for start, end in ((0, len(piece.text)), (len(piece.text) // 3, len(piece.text) // 2)):
            if end:
                assert document.text_at(piece.place.within(start, end).fragment) == piece.text[start:end]


def test_nothing_is_lost(document: Document) -> None:
    assert document.text is not None
    assert sum(count_lines(piece.text) for piece in document.pieces()) == count_lines(document.text)


@pytest.mark.parametrize("charset", ["gb18030", "utf-8-sig", "utf-16"])
def test_other_encodings_give_the_same(document: Document, charset: str) -> None:
    copy = readers.read("seed.txt", seed().decode().encode(charset))
    assert copy.blocks == document.blocks


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_other_line_ends_give_the_same(document: Document, end: bytes) -> None:
    assert readers.read("seed.txt", seed().replace(b"\n", end)).blocks == document.blocks
