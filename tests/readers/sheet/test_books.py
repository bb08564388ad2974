"""Workbooks with formulas, hidden parts, odd ways of writing, and hostile ones."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side

from openbudget import readers
from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Document, Paragraph, Table
from tests.readers.sheet.books import saved

SAMPLE = Path(__file__).parents[3].parent / "shared" / "samples" / "shanghai-unit-budget-template.xlsx"
THIN = Border(*(Side(style="thin") for _ in range(4)))


def book(*rows: list[Any], frame: bool = False) -> Workbook:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if frame:
        for line in sheet.iter_rows():
            for cell in line:
                cell.border = THIN
    return made


def read(made: Workbook) -> Document:
    return readers.read("a.xlsx", saved(made))


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [["" if cell is None else cell.text for cell in row] for row in block.rows()]
        for block in document.blocks
        if isinstance(block, Table)
    ]


def prose(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def changed(data: bytes, entry: str, old: str, new: str) -> bytes:
    """The workbook with a piece of one part replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name).decode()
            if name == entry:
                assert re.search(old, part), part[:500]
                part = re.sub(old, new, part)
            target.writestr(name, part)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_captions_and_notes_stand_apart() -> None:
    document = read(
        book(
            ["部门收入总表"],
            ["编制单位：某局", None, "单位：元"],
            ["科目", "编码", "金额"],
            ["行政", "01", 5],
            ["注：无"],
        )
    )
    assert prose(document) == ["部门收入总表", "编制单位：某局", "单位：元", "注：无"]
    assert tables(document) == [[["科目", "编码", "金额"], ["行政", "01", "5"]]]
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert table.name == "Sheet"


def test_frame_with_blank_rows_is_one_table() -> None:
    document = read(book(["项目", "金额"], [None, None], ["合计", 1.5], frame=True))
    assert tables(document) == [[["项目", "金额"], ["合计", "1.5"]]]
    assert document.text_at("#sheet=Sheet&cell=B3") == "1.5"


def test_shown_as_formatted() -> None:
    made = book(["编码", "金额", "比例"], [205, 1234.5, 0.5])
    sheet = made.active
    assert sheet is not None
    sheet["A2"].number_format, sheet["B2"].number_format, sheet["C2"].number_format = "0000", "#,##0.00", "0.0%"
    assert tables(read(made))[0][1] == ["0205", "1,234.50", "50.0%"]


def test_formula_without_value_is_an_error() -> None:
    with pytest.raises(UnreadableError) as caught:
        read(book(["项目", "金额"], ["合计", "=SUM(B1:B1)"]))
    assert caught.value.key == "readers.formula_without_value"
    assert "Sheet!B2" in caught.value.text("zh")


def test_formula_with_value_is_read() -> None:
    data = changed(saved(book(["项目", "金额"], ["合计", "=1+1"])), SHEET, r"<v\s*/>|<v></v>", "<v>2</v>")
    assert tables(readers.read("a.xlsx", data)) == [[["项目", "金额"], ["合计", "2"]]]


def test_hidden_parts_are_said() -> None:
    made = book(["项目", "金额", "备注"], ["甲", 1, "x"], ["乙", 2, "y"])
    sheet = made.active
    assert sheet is not None
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["C"].hidden = True
    made.create_sheet("底稿")["A1"] = "草稿"
    made["底稿"].sheet_state = "hidden"
    document = read(made)
    assert len(tables(document)[0]) == 3
    assert [each.key for each in document.diagnostics] == [
        "readers.hidden_rows", "readers.hidden_columns", "readers.hidden_sheet",
    ]  # fmt: skip
    assert "草稿" not in prose(document)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<c r="(B2)" t="n">', r'<c t="n" r="\1">'),  # attributes in another order
        ("<sheetData>", "<sheetData><!-- <c r='Z9'><v>9</v></c> -->"),
        (r'<c r="B2" t="n"><v>5</v></c>', '<c r="B2" t="n"><v>5</v><extLst/></c>'),
        ("<(/?)(worksheet|sheetData|row|c|v|is|t)(?=[ >])", r"<\1x:\2"),
    ],
)
def test_other_ways_of_writing_give_the_same(old: str, new: str) -> None:
    data = saved(book(["项目", "金额"], ["甲&乙", 5]))
    odd = changed(data, SHEET, old, new)
    if "x:" in new:
        odd = changed(odd, SHEET, 'xmlns="', 'xmlns:x="')
    assert (
        tables(readers.read("a.xlsx", odd))
        == tables(readers.read("a.xlsx", data))
        == [[["项目", "金额"], ["甲&乙", "5"]]]
    )


def test_zeros_that_the_sheet_does_not_show() -> None:
    made = book(["项目", "金额"], ["甲", 0], ["乙", 1])
    sheet = made.active
    assert sheet is not None
    sheet.sheet_view.showZeros = False
    assert tables(read(made))[0][1] == ["甲", ""]


def test_far_cells_and_vast_merges_cost_nothing() -> None:
    data = changed(
        saved(book(["项目", "金额"], ["甲", 1])), SHEET, "</sheetData>",
        '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData><mergeCells count="1">'
        '<mergeCell ref="A1:XFD1048576"/></mergeCells>',
    )  # fmt: skip
    document = readers.read("a.xlsx", data)
    assert "项目" in [piece.text for piece in document.pieces()]


def test_bad_reference() -> None:
    data = changed(saved(book(["项目", "金额"])), SHEET, 'r="B1"', 'r="AAAAA1"')
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.xlsx", data)
    assert caught.value.key == "readers.bad_cell_reference"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_damaged_and_hostile_parts(part: str) -> None:
    data = saved(book(["项目", "金额"], ["甲", 1]))
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.xlsx", changed(data, part, "</[a-z]+>$", ""))
    assert caught.value.key == "readers.damaged_part"
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.xlsx", changed(data, part, "^", '<!DOCTYPE x [<!ENTITY a "b">]>'))
    assert caught.value.key == "readers.doctype"


def test_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openbudget.readers.limits.CELLS", 3)
    with pytest.raises(LimitError):
        read(book(["甲", "乙"], ["丙", "丁"]))


def test_the_template_of_shanghai() -> None:
    if not SAMPLE.exists():
        pytest.skip("the sample workbook is not at hand")
    document = readers.read(SAMPLE.name, SAMPLE.read_bytes())
    found = {block.name: block for block in document.blocks if isinstance(block, Table)}
    assert len(found) == 9
    table = found["单位收支总表"]
    assert [cell.text for cell in table.cells if cell.row == 3] == ["人员经费", "公用经费"]
    assert (table.cells[1].text, table.cells[1].colspan) == ("本年支出", 5)
    assert "单位：元" in prose(document)


def test_csv() -> None:
    data = '部门收入总表,,\r\n项目,编码,金额\r\n"行政,运行",01,"1,234.50"\r\n事业,02,3\r\n'.encode("gb18030")
    document = readers.read("收入.csv", data)
    assert document.source.format == "csv"
    assert prose(document) == ["部门收入总表"]
    assert tables(document) == [[["项目", "编码", "金额"], ["行政,运行", "01", "1,234.50"], ["事业", "02", "3"]]]


@pytest.mark.parametrize("text", ["收入为1,234元\n支出为5,678元\n", "一、收入，支出\n二、收入, 支出, 结余\n"])
def test_prose_is_not_csv(text: str) -> None:
    assert readers.read("a.txt", text.encode()).source.format == "text"


def test_many_vast_merges_are_refused() -> None:
    made = book(*[["项目", "金额"]] * 300)
    vast = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(1, 60_000))
    data = changed(saved(made), SHEET, "</sheetData>", f"</sheetData><mergeCells>{vast}</mergeCells>")
    with pytest.raises(LimitError):
        readers.read("a.xlsx", data)


def test_parts_in_another_encoding() -> None:
    data = saved(book(["项目", "金额"], ["甲", 5]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith(".xml") and b"Types" not in part:
                text = re.sub(r"^<\?xml[^>]*\?>", "", part.decode())
                part = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")
            target.writestr(name, part)
    assert tables(readers.read("a.xlsx", buffer.getvalue())) == tables(readers.read("a.xlsx", data))


def test_shared_strings_plain_rich_and_escaped() -> None:
    strings = '<si><t>项目</t></si><si><t xml:space="preserve"> 甲&amp;乙 </t></si>'
    rich = '<si><r><t>金</t></r><r><t>额</t></r><rPh sb="0" eb="1"><t>注音</t></rPh></si>'
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>2</v></c></row>'
    cells += '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>5</v></c></row>'
    for third, expected in ((rich, "金额"), ("<si><t>金额</t></si>", "金额")):
        data = changed(saved(book(["x"])), SHEET, "<sheetData>.*</sheetData>", f"<sheetData>{cells}</sheetData>")
        data = _with_strings(data, strings + third)
        assert tables(readers.read("a.xlsx", data)) == [[["项目", expected], ["甲&乙", "5"]]]


def _with_strings(data: bytes, items: str) -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            if name == "xl/sharedStrings.xml":
                continue
            part = source.read(name).decode()
            if name == "xl/_rels/workbook.xml.rels":
                part = re.sub(r"<Relationship [^>]*sharedStrings[^>]*/>", "", part)
                part = part.replace("</Rel", f'<Relationship Id="s9" Type="{kind}" Target="sharedStrings.xml"/></Rel')
            target.writestr(name, part)
        target.writestr("xl/sharedStrings.xml", f"<sst {space}>{items}</sst>")
    return buffer.getvalue()


@pytest.mark.parametrize("index", ["x", "²", "9" * 5000, "7"])
@pytest.mark.parametrize("end", ["", "<!-- read by expat -->"])
def test_numbers_that_are_none(index: str, end: str) -> None:
    cells = f'<row r="{index}"><c r="A1" t="s" s="{index}"><v>{index}</v></c><c r="B1"><v>1</v></c></row>{end}'
    cells += '<row r="8"><c r="A8"><v>2</v></c><c r="B8"><v>3</v></c></row>'
    data = changed(saved(book(["x"])), SHEET, "<sheetData>.*</sheetData>", f"<sheetData>{cells}</sheetData>")
    assert prose(readers.read("a.xlsx", _with_strings(data, "<si><t>项目</t></si>"))) == ["1", "2", "3"]


def test_wrong_references_among_the_shared_strings() -> None:
    data = _with_strings(saved(book(["x"])), "<si><t>&nothing;</t></si>")
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.xlsx", data)
    assert caught.value.key == "readers.damaged_part"


def test_the_heading_of_a_table_that_holds_nothing_is_a_table() -> None:
    heading = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
    document = read(book(["政府性基金预算支出表"], ["单位：万元"], heading, [], ["备注：本部门无政府性基金预算支出。"]))
    assert tables(document) == [[heading]]
    assert prose(document) == ["政府性基金预算支出表", "单位：万元", "备注：本部门无政府性基金预算支出。"]
