"""Writes OFD files (GB/T 33190-2016) from the glyphs and rules of pages, in the ways that real writers use: DeltaX
with runs, several TextCode in an object, CTM, draw parameters, templates, compound graphics."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from html import escape
from itertools import groupby, pairwise

from openbudget.readers.lattice_grid import Rule
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.pdf import open_pdf
from openbudget.readers.pdf_page import read_page
from tests.readers.pdf import papers

MM = 25.4 / 72
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def number(value: float) -> str:
    """Millimetres as they are written."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def package(pages: Sequence[str], area: str = "0 0 210 297", template: str = "", resources: str = "") -> bytes:
    """An OFD of these pages, each the content of one layer; a template and resources where given."""
    reference = '<ofd:Template TemplateID="90" ZOrder="Background"/>' if template else ""
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    page_template = '<ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    entries = {
        "OFD.xml": f'<ofd:OFD {SPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>{area}"
        f"</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{page_template}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f"<ofd:Res {SPACE}>{resources}</ofd:Res>",
    }
    if template:
        entries["Doc_0/Tpls/Tpl_0/Content.xml"] = page_xml(template, "")
    for n, content in enumerate(pages):
        entries[f"Doc_0/Pages/Page_{n}/Content.xml"] = page_xml(content, reference)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, xml in entries.items():
            archive.writestr(zipfile.ZipInfo(entry), HEAD + xml)
    return buffer.getvalue()


def page_xml(content: str, reference: str) -> str:
    """A page's own file."""
    layer = f'<ofd:Layer ID="1" Type="Body">{content}</ofd:Layer>'
    return f"<ofd:Page {SPACE}>{reference}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def text_object(glyphs: Sequence[Glyph], scaled: bool = False) -> str:
    """A run of characters of one line as a TextObject; `scaled` draws it ten times as large and shrinks it by CTM."""
    first = glyphs[0]
    factor = 10 if scaled else 1
    left, top = first.x0 * MM, first.top * MM
    base = (first.bottom - 0.14 * first.size) * MM - top
    steps = [round((after.x0 - here.x0) * MM * factor, 3) for here, after in pairwise(glyphs)]
    delta = f' DeltaX="{runs(steps)}"' if steps else ""
    matrix = f' CTM="{1 / factor} 0 0 {1 / factor} 0 0"' if scaled else ""
    size = number(first.size * MM * factor)
    width = (glyphs[-1].x1 - first.x0) * MM
    return (
        f'<ofd:TextObject ID="2" Boundary="{number(left)} {number(top)} {number(width)} {number(first.size * MM)}" '
        f'Font="3" Size="{size}"{matrix}><ofd:TextCode X="0" Y="{number(base * factor)}"{delta}>'
        f"{escape(''.join(glyph.text for glyph in glyphs))}</ofd:TextCode></ofd:TextObject>"
    )


def runs(steps: Sequence[float]) -> str:
    """Steps between characters, repeated ones as `g n v`."""
    parts = []
    for step, group in groupby(steps):
        count = len(list(group))
        parts.append(f"g {count} {number(step)}" if count > 2 else " ".join([number(step)] * count))
    return " ".join(parts)


def path_object(rule: Rule, pen: str = "") -> str:
    """A rule as a stroked PathObject in its own boundary."""
    x0, top, x1, bottom = (edge * MM for edge in rule)
    flat = f"M 0 0 L {number(x1 - x0)} {number(bottom - top)}"
    box = " ".join(number(edge) for edge in (x0, top, x1 - x0 + 0.2, bottom - top + 0.2))
    head = f'<ofd:PathObject ID="4" Boundary="{box}" LineWidth="0.2"{pen}>'
    return f"{head}<ofd:AbbreviatedData>{flat}</ofd:AbbreviatedData></ofd:PathObject>"


def seed() -> bytes:
    """The seed, laid out by LibreOffice."""
    source = open_pdf("seed.pdf", papers.seed_pdf())
    pages = []
    for index in range(len(source)):
        sheet = read_page(source[index], index + 1)
        content = "".join(path_object(Rule(*rule)) for rule in sheet.rules)
        lines = groupby(sheet.glyphs, key=lambda glyph: (glyph.run, round(glyph.bottom)))
        for number_of_line, (_, glyphs) in enumerate(lines):
            content += text_object(list(glyphs), scaled=number_of_line % 3 == 1)
        pages.append(content)
    return package(pages, area=f"0 0 {sheet.width * MM} {sheet.height * MM}")
