"""OFD files: the ways in which text and lines are written, and the seed."""

from __future__ import annotations

import io
import zipfile

import pytest

from openbudget import readers
from openbudget.errors import UnreadableError
from openbudget.model.document import Document, Paragraph, Table
from openbudget.readers import legacy
from openbudget.readers.ofd import read_ofd
from tests.readers import build
from tests.readers.ofd import writer
from tests.readers.pdf import papers


def text(words: str, x: float, y: float, attributes: str = "", code: str = "") -> str:
    """A TextObject at x, y (millimetres, its base line), characters of 4 mm."""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - 4} 100 5" Font="1" Size="4"{attributes}>'
        f'<ofd:TextCode X="0" Y="4"{code}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, attributes: str = "", inside: str = "") -> str:
    """A PathObject that covers the page."""
    return (
        f'<ofd:PathObject ID="1" Boundary="0 0 210 297"{attributes}>{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


LINES = path(
    "".join(f"M 20 {y} L 100 {y} " for y in (20, 30, 40)) + "".join(f"M {x} 20 L {x} 40 " for x in (20, 60, 100))
)
CELLS = text("项目", 22, 27) + text("合计", 62, 27) + text("收入", 22, 37) + text("12.50", 62, 37)
EXPECTED = [["项目", "合计"], ["收入", "12.50"]]


def only_table(document: Document) -> list[list[str]]:
    found = next(block for block in document.blocks if isinstance(block, Table))
    return [["" if cell is None else cell.text for cell in row] for row in found.rows()]


def prose(content: str, **options: str) -> list[str]:
    document = read_ofd("a.ofd", writer.package([content], **options))
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def test_lines_and_cells() -> None:
    document = readers.read("a.ofd", writer.package([LINES + CELLS]))
    assert document.source.format == "ofd"
    assert only_table(document) == EXPECTED
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())


def test_lines_from_a_template() -> None:
    assert only_table(read_ofd("a.ofd", writer.package([CELLS], template=LINES))) == EXPECTED


def test_closed_boxes_and_compound_graphics() -> None:
    corners = [(x, y) for y in (20, 30) for x in (20, 60)]
    boxes = path(" ".join(f"M {x} {y} L {x + 40} {y} L {x + 40} {y + 10} L {x} {y + 10} C" for x, y in corners))
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7" Width="210" Height="297"><ofd:Content>{boxes}'
    unit += "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    use = '<ofd:CompositeObject ID="8" Boundary="0 0 210 297" ResourceID="7"/>'
    assert only_table(read_ofd("a.ofd", writer.package([use + CELLS], resources=unit))) == EXPECTED


def test_white_lines_by_draw_parameter() -> None:
    pens = '<ofd:DrawParams><ofd:DrawParam ID="5"><ofd:StrokeColor Value="255 255 255"/></ofd:DrawParam>'
    pens += '<ofd:DrawParam ID="6" Relative="5"/></ofd:DrawParams>'
    hidden = path("M 20 35 L 100 35", ' DrawParam="6"') + path("M 80 20 L 80 40", ' Stroke="false"')
    hidden += path("M 40 20 L 40 40", inside='<ofd:StrokeColor Value="0 0 0" Alpha="0"/>')
    assert only_table(read_ofd("a.ofd", writer.package([LINES + hidden + CELLS], resources=pens))) == EXPECTED


def test_steps_between_characters() -> None:
    assert prose(text("部门预算2025", 20, 50, code=' DeltaX="g 4 4 g 3 2"')) == ["部门预算2025"]
    assert prose(text("收入合计", 20, 50, code=' DeltaX="4 20 4"')) == ["收入 合计"]


def test_several_codes_and_ctm() -> None:
    codes = '<ofd:TextCode X="0" Y="4">一、</ofd:TextCode><ofd:TextCode X="8">收入</ofd:TextCode>'
    assert prose(f'<ofd:TextObject ID="1" Boundary="20 20 80 5" Font="1" Size="4">{codes}</ofd:TextObject>') == [
        "一、收入"
    ]
    shrunk = text("总计", 20, 50, ' CTM="0.1 0 0 0.1 0 0"').replace('Size="4"', 'Size="40"').replace('Y="4"', 'Y="40"')
    assert prose(shrunk) == ["总计"]


def test_page_area_offset_and_hidden_objects() -> None:
    document = read_ofd(
        "a.ofd", writer.package([text("正文", 30, 50) + text("隐藏", 30, 80, ' Visible="false"')], area="10 10 200 280")
    )
    (only,) = document.blocks
    assert isinstance(only, Paragraph)
    assert only.text == "正文"
    assert only.place.fragment.startswith("page=1&bbox=56.7,")


def test_no_text_says_so() -> None:
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.ofd", writer.package([LINES]))
    assert caught.value.key == "readers.ofd_without_text"


def test_doctype_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(writer.package([CELLS]))) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry.endswith("Document.xml"):
                part = part.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            target.writestr(entry, part)
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.ofd", buffer.getvalue())
    assert caught.value.key == "readers.doctype"


@pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice, which lays the pages out, is absent")
def test_the_seed() -> None:
    document = read_ofd("seed.ofd", writer.seed())
    found = [[[papers.squeezed(text) for text in row] for row in table] for table in build.filled(document)]
    assert found == [[[papers.squeezed(text) for text in row] for row in table] for table in build.expected()]
