"""Builds the seed disclosure in other formats, so that every reader can be held against the same cells.

`content()` is the seed as prose and grids with their spans; each builder writes it down in one format.
"""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest

from openbudget import readers
from openbudget.model.document import Document, Heading, Paragraph, Table

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Box:
    """A cell of a grid with its spans."""

    text: str
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class Grid:
    """A table to write down."""

    n_rows: int
    n_cols: int
    boxes: tuple[Box, ...]

    def filled(self) -> list[list[str]]:
        """The text over every place of the grid."""
        rows = [[""] * self.n_cols for _ in range(self.n_rows)]
        for box in self.boxes:
            for row in range(box.row, box.row + box.rowspan):
                for col in range(box.col, box.col + box.colspan):
                    rows[row][col] = box.text
        return rows

    def row(self, row: int) -> list[Box]:
        """The boxes that begin in a row, from the left."""
        return sorted((box for box in self.boxes if box.row == row), key=lambda box: box.col)


def seed_path() -> Path:
    """The seed as received: from the published package, or from the shared inputs."""
    found = sorted(ROOT.glob("datapackages/cn-130433-434-2021-budget/source/*.txt"))
    found += sorted(ROOT.parent.glob("shared/seed/*.txt"))
    if not found:
        pytest.skip("the seed document is not at hand")
    return found[0]


@functools.cache
def content() -> tuple[str | Grid, ...]:
    """The seed in order: paragraphs, and grids in which blank level-1 indicators are merged with the cell above."""
    blocks: list[str | Grid] = []
    for block in readers.read_path(seed_path()).blocks:
        blocks.append(_grid(block) if isinstance(block, Table) else block.text)
    return tuple(blocks)


def grids() -> list[Grid]:
    """The 17 tables of the seed: 829 places."""
    return [block for block in content() if isinstance(block, Grid)]


def prose() -> list[str]:
    """The paragraphs of the seed."""
    return [block for block in content() if isinstance(block, str)]


def _grid(table: Table) -> Grid:
    boxes: list[Box] = []
    indicators = any(cell.text == "一级指标" for cell in table.cells)
    for cell in table.cells:
        if indicators and cell.col == 0 and not cell.text:
            above = next(box for box in reversed(boxes) if box.col == 0)
            boxes[boxes.index(above)] = Box(above.text, above.row, 0, above.rowspan + 1, 1)
        else:
            boxes.append(Box(cell.text, cell.row, cell.col, cell.rowspan, cell.colspan))
    return Grid(table.n_rows, table.n_cols, tuple(boxes))


def filled(document: Document) -> list[list[list[str]]]:
    """The text over every place of every table of a document; those nested in cells follow their owner."""
    found: list[list[list[str]]] = []

    def add(table: Table) -> None:
        found.append([["" if cell is None else cell.text for cell in row] for row in table.rows()])
        for cell in table.cells:
            for nested in cell.nested:
                add(nested)

    for block in document.blocks:
        if isinstance(block, Table):
            add(block)
    return found


def paragraphs(document: Document) -> list[str]:
    """Headings and paragraphs of a document, in order."""
    return [block.text for block in document.blocks if isinstance(block, Heading | Paragraph)]


def expected() -> list[list[list[str]]]:
    """What `filled` must give for any format."""
    return [grid.filled() for grid in grids()]


# Word

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>%s</Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pack_docx(body: str, parts: dict[str, str] | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    """A .docx with this body. `parts`: kind (`numbering`, `styles`, `footnotes`, `header` …) → XML of that part;
    `extra`: entries as they are."""
    parts = parts or {}
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType='
        f'"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for kind in parts
    )
    relations = "".join(
        f'<Relationship Id="r{index}" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>' for index, kind in enumerate(parts)
    )
    entries: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES % overrides,
        "_rels/.rels": _RELS % f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>',
        "word/_rels/document.xml.rels": _RELS % relations,
        "word/document.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W} '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:v="urn:schemas-microsoft-com:vml" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f"<w:body>{body}<w:sectPr/></w:body></w:document>"
        ),
        **{f"word/{kind}.xml": f'<?xml version="1.0" encoding="UTF-8"?>{xml}' for kind, xml in parts.items()},
        **(extra or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in entries.items():
            archive.writestr(zipfile.ZipInfo(entry), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def replaced(data: bytes, entry: str, change: Callable[[bytes], bytes]) -> bytes:
    """A zip with one of its entries changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == entry else old.read(name))
    return buffer.getvalue()


def run(text: str) -> str:
    """A run; line ends become line breaks."""
    lines = text.split("\n")
    return "<w:r>" + "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines) + "</w:r>"


def paragraph(text: str, properties: str = "") -> str:
    """A paragraph."""
    return f"<w:p>{properties and f'<w:pPr>{properties}</w:pPr>'}{run(text) if text else ''}</w:p>"


def docx_table(grid: Grid, rows: range | None = None, decorate: bool = False) -> str:
    """A table, or some of its rows; `decorate` wraps rows, cells and runs as office suites do."""
    width = 9000 // grid.n_cols
    xml = "<w:tbl><w:tblPr/><w:tblGrid>" + f'<w:gridCol w:w="{width}"/>' * grid.n_cols + "</w:tblGrid>"
    for row in rows or range(grid.n_rows):
        cells = [
            _docx_cell(box, row, decorate and (row + box.col) % 5 == 2)
            for box in sorted(grid.boxes, key=lambda box: box.col)
            if box.row <= row < box.row + box.rowspan
        ]
        line = "<w:tr>" + "".join(cells) + "</w:tr>"
        if decorate and row % 3 == 1:
            line = f"<w:sdt><w:sdtPr/><w:sdtContent>{line}</w:sdtContent></w:sdt>"
        elif decorate and row % 3 == 2:
            line = f'<w:customXml w:element="row">{line}</w:customXml>'
        xml += line
    return xml + "</w:tbl>"


def _docx_cell(box: Box, row: int, decorate: bool) -> str:
    merge = "" if box.rowspan == 1 else '<w:vMerge w:val="restart"/>' if row == box.row else "<w:vMerge/>"
    span = f'<w:gridSpan w:val="{box.colspan}"/>' if box.colspan > 1 else ""
    text = box.text if row == box.row else ""
    inner = "".join(paragraph(line) for line in text.split("\n"))
    if decorate and text:
        half = len(text) // 2
        inner = (
            f"<w:p><w:ins w:id='1' w:author='a'>{run(text[:half])}</w:ins>"
            f"<w:del w:id='2' w:author='a'><w:r><w:delText>999.99</w:delText></w:r></w:del>"
            f"<w:smartTag w:element='x'><w:sdt><w:sdtContent>{run(text[half:])}</w:sdtContent></w:sdt></w:smartTag>"
            "</w:p>"
        )
    cell = f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{inner}</w:tc>"
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{cell}</w:sdtContent></w:sdt>" if decorate else cell


def docx(variant: str = "plain") -> bytes:
    """The seed as .docx: `plain`; `hard` (content controls at every level, tracked changes, custom XML, a text box);
    `split` (a table in pieces that repeat the header, tables inside a layout table)."""
    body = ""
    for index, block in enumerate(content()):
        if isinstance(block, str):
            body += paragraph(block)
            continue
        number = sum(1 for each in content()[:index] if isinstance(each, Grid))
        if variant == "hard":
            body += _hard_table(block, number)
        elif variant == "split" and number == 0:
            head = docx_table(block, range(3))
            rest = Grid(block.n_rows, block.n_cols, block.boxes)
            tail = docx_table(rest, range(3, block.n_rows)).replace("<w:tr>", _row_xml(block, 0) + "<w:tr>", 1)
            body += head + paragraph("") + tail
        elif variant == "split" and number % 2:
            body += (
                '<w:tbl><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid><w:tr><w:tc>'
                f"{docx_table(block)}<w:p/></w:tc></w:tr></w:tbl>"
            )
        else:
            body += docx_table(block)
        body += "<w:p/>"
    return pack_docx(body)


def _row_xml(grid: Grid, row: int) -> str:
    return "<w:tr>" + "".join(_docx_cell(box, row, False) for box in grid.row(row)) + "</w:tr>"


def _hard_table(grid: Grid, number: int) -> str:
    table = docx_table(grid, decorate=True)
    if number == 3:
        shape = f"<wps:txbx><w:txbxContent>{table}<w:p/></w:txbxContent></wps:txbx>"
        fallback = f"<w:pict><v:textbox><w:txbxContent>{table}<w:p/></w:txbxContent></v:textbox></w:pict>"
        return (
            "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>" + shape + "</w:drawing></mc:Choice>"
            f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        )
    if number % 2:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{table}</w:sdtContent></w:sdt>"
    return table


# HTML


def html_table(grid: Grid, close: bool = True) -> str:
    """A table with its spans; without `close`, rows and cells are left open as old editors do."""
    lines = ["<table border=1>"]
    for row in range(grid.n_rows):
        lines.append("<tr>")
        for box in grid.row(row):
            spans = f" rowspan={box.rowspan}" * (box.rowspan > 1) + f' colspan="{box.colspan}"' * (box.colspan > 1)
            text = escape(box.text).replace("\n", "<br>") or "&nbsp;"
            lines.append(f"<td{spans}>{text}{'</td>' * close}")
        lines.append("</tr>" if close else "")
    return "\n".join([*lines, "</table>"])


def html(variant: str = "plain") -> bytes:
    """The seed as HTML: `plain` in UTF-8; `old`: GB18030 bytes labelled gb2312, unclosed rows, layout tables, a script
    and hidden text."""
    parts = [
        f"<p>{escape(block)}</p>" if isinstance(block, str) else html_table(block, variant == "plain")
        for block in content()
    ]
    body = "\n".join(parts)
    if variant == "plain":
        page = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>公开</title></head><body>{body}</body></html>'
        return page.encode()
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>公开㎡</title>'
        "<script>document.write('<table><tr><td>1</td></tr></table>')</script><style>td{}</style></head><body>"
        f'<table width=100%><tr><td><table><tr><td><div style="display: none">隐藏 999</div>{body}</td></tr></table>'
        "</td></tr></table></body></html>"
    )
    return page.encode("gb18030")
