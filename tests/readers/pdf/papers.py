"""The seed as PDF, printed by LibreOffice from Word files with borders of every kind."""

from __future__ import annotations

import functools
import io
import re
import zipfile

from openbudget.readers import legacy
from tests.readers import build

SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
ROWS_ONLY = ("top", "bottom", "insideH")


def bordered(data: bytes, style: str = "single", sides: tuple[str, ...] = SIDES, high: int | None = None) -> bytes:
    """A .docx of `build` with borders drawn on these sides of its tables; `high`: the height of its pages in twips."""
    lines = "".join(f'<w:{side} w:val="{style}" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    properties = f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr>".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry == "word/document.xml":
                part = part.replace(b"<w:tblPr/>", properties)
                if high:
                    part = part.replace(b"<w:sectPr/>", b'<w:sectPr><w:pgSz w:w="11906" w:h="%d"/></w:sectPr>' % high)
            target.writestr(zipfile.ZipInfo(entry), part)
    return buffer.getvalue()


@functools.cache
def seed_pdf(style: str = "single", sides: tuple[str, ...] = SIDES, high: int | None = None) -> bytes:
    """The seed as PDF. `high`: the height of the pages in twips, so that they break elsewhere."""
    return printed(bordered(build.docx(), style, sides, high))


def printed(docx: bytes) -> bytes:
    """A .docx as PDF."""
    return legacy.convert("seed.docx", docx, "docx", ".docx", "pdf")


def squeezed(text: str) -> str:
    """A text without blanks: print does not tell a line that was broken from one that ends."""
    return re.sub(r"\s+", "", text)
