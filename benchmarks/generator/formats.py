"""Paragraphs and grids as files: text, HTML, Word, workbook, PDF. Standard library only, the same bytes every time."""

from __future__ import annotations

import html as markup
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.forms import Block, Grid


class Box(NamedTuple):
    """A cell with its spans."""

    row: int
    col: int
    rows: int
    cols: int
    text: str


def boxes(grid: Grid) -> list[Box]:
    """The cells that exist, in order."""
    rows, found = grid.rows, []
    for at, line in enumerate(rows):
        for col, text in enumerate(line):
            if text in ("<", "^"):
                continue
            cols = down = 1
            while col + cols < len(line) and line[col + cols] == "<":
                cols += 1
            while at + down < len(rows) and rows[at + down][col] == "^":
                down += 1
            found.append(Box(at, col, down, cols, text))
    return found


def text(blocks: Sequence[Block]) -> bytes:
    """Plain text as copied from a web page: a cell a line with a tab before it, a blank line after each row."""
    out: list[str] = []
    for block in blocks:
        if isinstance(block, str):
            out.append(block)
            continue
        for row in block.rows:
            shown = [("" if cell == "^" else cell) for cell in row if cell != "<"]
            out += [*(f"\t{cell}" for cell in shown), ""]
        out.append("")
    return ("\n".join(out) + "\n").encode()


def html(blocks: Sequence[Block]) -> bytes:
    """A web page."""
    out = ["<!DOCTYPE html><html><head><meta charset='utf-8'><title>公开</title></head><body>"]
    for block in blocks:
        if isinstance(block, str):
            out.append(f"<p>{markup.escape(block)}</p>")
            continue
        out.append("<table border='1'>")
        cells = boxes(block)
        for row in range(len(block.rows)):
            out.append("<tr>")
            for box in cells:
                if box.row == row:
                    spans = (f" rowspan='{box.rows}'" if box.rows > 1 else "") + (
                        f" colspan='{box.cols}'" if box.cols > 1 else ""
                    )
                    out.append(f"<td{spans}>{markup.escape(box.text).replace(chr(10), '<br>')}</td>")
            out.append("</tr>")
        out.append("</table>")
    return "".join([*out, "</body></html>"]).encode()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _zip(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(blocks: Sequence[Block]) -> bytes:
    """A Word file."""
    body: list[str] = []
    for block in blocks:
        body.append(_paragraph(block) if isinstance(block, str) else _word_table(block) + "<w:p/>")
    return _zip({
        "[Content_Types].xml": _TYPES + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": _RELS + f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{"".join(body)}</w:body></w:document>',
    })  # fmt: skip


def _paragraph(words: str) -> str:
    runs = "<w:r><w:br/></w:r>".join(
        f'<w:r><w:t xml:space="preserve">{markup.escape(part)}</w:t></w:r>' for part in words.split("\n")
    )
    return f"<w:p>{runs}</w:p>"


def _word_table(grid: Grid) -> str:
    rows, cells = [], boxes(grid)
    owner = {
        (r, c): box
        for box in cells
        for r in range(box.row, box.row + box.rows)
        for c in range(box.col, box.col + box.cols)
    }
    for row in range(len(grid.rows)):
        col, made = 0, []
        while col < len(grid.rows[row]):
            box = owner[row, col]
            span = f'<w:gridSpan w:val="{box.cols}"/>' if box.cols > 1 else ""
            merge = "" if box.rows == 1 else '<w:vMerge w:val="restart"/>' if box.row == row else "<w:vMerge/>"
            made.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(box.text if box.row == row else '')}</w:tc>")
            col += box.cols
        rows.append(f"<w:tr>{''.join(made)}</w:tr>")
    return f"<w:tbl><w:tblPr/><w:tblGrid>{'<w:gridCol/>' * len(grid.rows[0])}</w:tblGrid>{''.join(rows)}</w:tbl>"


def xlsx(blocks: Sequence[Block]) -> bytes:
    """A workbook: a cover with the first paragraph, then a sheet a grid with the paragraphs above it."""
    sheets: list[tuple[str, list[Block]]] = [("封面", [])]
    above: list[Block] = []
    for block in blocks:
        above.append(block)
        if isinstance(block, Grid):
            sheets.append((block.title or f"表{len(sheets)}", above))
            above = []
        elif len(sheets) == 1 and not sheets[0][1]:
            sheets[0][1].append(block)
            above = []
    if above:
        sheets.append(("说明", above))
    files = {
        "[Content_Types].xml": _TYPES + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' for n in range(1, len(sheets) + 1)) + "</Types>",
        "_rels/.rels": _RELS + f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{markup.escape(_sheet_name(n, name))}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in enumerate(sheets, 1)) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _RELS + "".join(f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)) + "</Relationships>",
    }  # fmt: skip
    for number, (_, held) in enumerate(sheets, 1):
        files[f"xl/worksheets/sheet{number}.xml"] = _sheet(held)
    return _zip(files)


def _sheet_name(number: int, name: str) -> str:
    return f"{number}{name}"[:31].replace("/", "")


def _sheet(held: Sequence[Block]) -> str:
    rows, merges, at = [], [], 1
    for block in held:
        if isinstance(block, str):
            rows.append(f'<row r="{at}">{_sheet_cell(at, 0, block)}</row>')
            at += 1
            continue
        cells = boxes(block)
        for row in range(len(block.rows)):
            made = "".join(_sheet_cell(at + row, box.col, box.text) for box in cells if box.row == row and box.text)
            rows.append(f'<row r="{at + row}">{made}</row>')
        merges += [
            f"{_name(box.col)}{at + box.row}:{_name(box.col + box.cols - 1)}{at + box.row + box.rows - 1}"
            for box in cells if box.rows > 1 or box.cols > 1
        ]  # fmt: skip
        at += len(block.rows)
    merged = (
        f'<mergeCells count="{len(merges)}">' + "".join(f'<mergeCell ref="{ref}"/>' for ref in merges) + "</mergeCells>"
    )
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + "".join(rows) + "</sheetData>" + (merged if merges else "") + "</worksheet>"
    )  # fmt: skip


def _name(col: int) -> str:
    return chr(65 + col)


def _sheet_cell(row: int, col: int, words: str) -> str:
    return f'<c r="{_name(col)}{row}" t="inlineStr"><is><t xml:space="preserve">{markup.escape(words)}</t></is></c>'


def pdf(blocks: Sequence[Block]) -> bytes:
    """A PDF with ruled tables, A4, set in a Chinese font that readers bring themselves."""
    pages = list(_pages(blocks))
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (GB1) /Supplement 4 >> /FontDescriptor 5 0 R /DW 1000 /W [1 95 500 814 939 500] >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    for index, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * index} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        data = content.encode("ascii")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data))
    out, places = b"%PDF-1.4\n", []
    for number, entry in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{place:010d} 00000 n \n" for place in places
    )
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + table.encode() + end.encode()


_LEFT, _RIGHT, _TOP, _BOTTOM = 50, 545, 780, 60


def _pages(blocks: Sequence[Block]) -> Iterator[str]:
    """The content streams, one a page."""
    out: list[str] = []
    y = float(_TOP)
    for block in blocks:
        if isinstance(block, str):
            lines = _wrapped("　　" + block, 46) if len(block) > 40 else [block]
            for line in lines:
                if y < _BOTTOM:
                    yield "".join(out)
                    out, y = [], float(_TOP)
                out.append(_words(line, _LEFT, y, 10.5))
                y -= 18
            y -= 4
            continue
        widths = _widths(block)
        heights = _heights(block, widths)
        start, cells = 0, boxes(block)
        while start < len(block.rows):
            end, used = start, 0.0
            while end < len(block.rows) and (y - used - heights[end] > _BOTTOM or (end == start and y == _TOP)):
                used += heights[end]
                end += 1
            if end == start:
                yield "".join(out)
                out, y = [], float(_TOP)
                continue
            out.append(_drawn(cells, start, end, widths, heights, y))
            y -= used + 16
            start = end
            if start < len(block.rows):
                yield "".join(out)
                out, y = [], float(_TOP)
    yield "".join(out)


_SIZE = 7.0


def _width(words: str) -> float:
    return sum(0.5 if ord(char) < 127 else 1.0 for char in words)


def _wrapped(words: str, width: float) -> list[str]:
    lines = [""]
    for char in words:
        if char == "\n" or _width(lines[-1] + char) > width:
            lines.append("")
        if char != "\n":
            lines[-1] += char
    return lines


def _widths(grid: Grid) -> list[float]:
    """Columns as wide as their words ask for, within the page."""
    wish = [3.0] * len(grid.rows[0])
    for box in boxes(grid):
        if box.cols == 1:
            wish[box.col] = max(wish[box.col], min(12.0, _width(box.text) + 1.0))
    return [(_RIGHT - _LEFT) * one / sum(wish) for one in wish]


def _heights(grid: Grid, widths: Sequence[float]) -> list[float]:
    heights = [14.0] * len(grid.rows)
    for box in boxes(grid):
        room = (sum(widths[box.col : box.col + box.cols]) - 4) / _SIZE
        needed = len(_wrapped(box.text, room)) * (_SIZE + 2) + 5
        share = needed / box.rows
        for row in range(box.row, box.row + box.rows):
            heights[row] = max(heights[row], share)
    return heights


def _drawn(
    cells: Sequence[Box], start: int, end: int, widths: Sequence[float], heights: Sequence[float], top: float
) -> str:
    out = []
    xs = [_LEFT + sum(widths[:col]) for col in range(len(widths) + 1)]
    ys = {row: top - sum(heights[start:row]) for row in range(start, end + 1)}
    for box in cells:
        first, last = max(box.row, start), min(box.row + box.rows, end)
        if first >= last:
            continue
        x0, x1, y0, y1 = xs[box.col], xs[box.col + box.cols], ys[last], ys[first]
        out.append(f"{x0:.2f} {y0:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re S ")
        if box.row >= start:
            lines = _wrapped(box.text, (x1 - x0 - 4) / _SIZE)
            at = (y0 + y1) / 2 + len(lines) * (_SIZE + 2) / 2 - _SIZE
            for line in lines:
                out.append(_words(line, x0 + 2, at, _SIZE))
                at -= _SIZE + 2
    return "".join(out)


def _words(words: str, x: float, y: float, size: float) -> str:
    if not words.strip():
        return ""
    return f"BT /F {size} Tf {x:.2f} {y:.2f} Td <{words.encode('utf-16-be').hex()}> Tj ET "


def doc(blocks: Sequence[Block]) -> bytes:
    """A `.doc` as office systems of the time export it: a web page in GBK under the name of a Word file."""
    page = (
        html(blocks)
        .decode()
        .replace("charset='utf-8'", "http-equiv='Content-Type' content='text/html; charset=gb2312'")
    )
    return page.encode("gb18030")


def gbk(blocks: Sequence[Block]) -> bytes:
    """Plain text as an older editor saves it."""
    return text(blocks).decode().replace("\n", "\r\n").encode("gb18030")


FORMATS = {"txt": text, "gbk.txt": gbk, "html": html, "doc": doc, "docx": docx, "xlsx": xlsx, "pdf": pdf}
