"""The same statements as web page, workbook and Word file, through the readers: the same lines."""

from __future__ import annotations

import html
import io
import re
import zipfile

import pytest
from tests.recognise.lines import provinces
from tests.recognise.lines.build import FINAL, GIVEN, INTRO, amounts, read, table

from openbudget.model.document import Document, Table
from openbudget.readers import read as read_bytes
from openbudget.recognise import Given, recognise

NAMES = tuple(name for name in dir(provinces) if name.isupper())


def given(name: str) -> Given:
    return FINAL if name.startswith("FINAL") else GIVEN


def parts(name: str) -> list[str | Table]:
    return [INTRO, *(table(part) if "|" in part else part for part in getattr(provinces, name))]


def as_html(name: str) -> bytes:
    out = ["<html><head><meta charset='utf-8'></head><body>"]
    for part in parts(name):
        if isinstance(part, str):
            out.extend(f"<p>{html.escape(line)}</p>" for line in part.split("\n"))
            continue
        out.append("<table border=1>")
        for row in range(part.n_rows):
            cells = [cell for cell in part.cells if cell.row == row]
            out.append(
                "<tr>"
                + "".join(f'<td rowspan="{c.rowspan}" colspan="{c.colspan}">{html.escape(c.text)}</td>' for c in cells)
                + "</tr>"
            )
        out.append("</table>")
    return "".join([*out, "</body></html>"]).encode()


def as_docx(name: str) -> bytes:
    body = []
    for part in parts(name):
        if isinstance(part, str):
            body.extend(f"<w:p><w:r><w:t>{html.escape(line)}</w:t></w:r></w:p>" for line in part.split("\n"))
            continue
        rows = []
        for row in range(part.n_rows):
            cells, col = [], 0
            while col < part.n_cols:
                cell = part.cell_at(row, col)
                assert cell is not None
                merge = "" if cell.rowspan == 1 else '<w:vMerge w:val="restart"/>' if cell.row == row else "<w:vMerge/>"
                span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
                text = html.escape(cell.text) if cell.row == row else ""
                cells.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
                col = cell.col + cell.colspan
            rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
        body.append(f"<w:tbl><w:tblGrid>{'<w:gridCol/>' * part.n_cols}</w:tblGrid>{''.join(rows)}</w:tbl>")
    document = (
        '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{''.join(body)}</w:body></w:document>"
    )
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", links)
        archive.writestr("word/document.xml", document)
    return stream.getvalue()


def as_xlsx(name: str) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "封面"
    line = 1
    for number, part in enumerate(parts(name)):
        if isinstance(part, str):
            if sheet.title != f"表{number}" and number:
                sheet, line = book.create_sheet(f"表{number}"), 1
            for text in part.split("\n"):
                sheet.cell(line, 1, text)
                line += 1
            continue
        if isinstance(parts(name)[number - 1], Table) or number == 1:
            sheet, line = book.create_sheet(f"表{number}"), 1
        for cell in part.cells:
            value: object = cell.text or None
            if re.fullmatch(r"\d+\.\d\d", cell.text):
                value = float(cell.text)
            target = sheet.cell(line + cell.row, cell.col + 1, value)
            if isinstance(value, float):
                target.number_format = "#,##0.00"
            if cell.rowspan > 1 or cell.colspan > 1:
                sheet.merge_cells(
                    start_row=line + cell.row, end_row=line + cell.row + cell.rowspan - 1,
                    start_column=cell.col + 1, end_column=cell.col + cell.colspan,
                )  # fmt: skip
        line += part.n_rows
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def held(document: Document, name: str) -> dict[str, str]:
    disclosure = recognise([document], given(name))
    for row in disclosure.tables.get("budget_lines", ()):
        for origin in row.origins.values():
            assert document.text_at(origin.place.fragment) == origin.printed
    return amounts(disclosure)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("file", "made"), [("a.html", as_html), ("a.docx", as_docx), ("a.xlsx", as_xlsx)])
def test_the_same_lines_in_every_format(name: str, file: str, made: object) -> None:
    assert callable(made)
    assert held(read_bytes(file, made(name)), name) == amounts(read(*getattr(provinces, name), given=given(name)))
