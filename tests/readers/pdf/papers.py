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


def bordered(data: bytes, style: str = "single", sides: tuple[str, ...] = SIDES) -> bytes:
    """A .docx of `build` with borders drawn on these sides of its tables."""
    lines = "".join(f'<w:{side} w:val="{style}" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    properties = f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr>".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry == "word/document.xml":
                part = part.replace(b"<w:tblPr/>", properties)
            target.writestr(zipfile.ZipInfo(entry), part)
    return buffer.getvalue()


@functools.cache
def seed_pdf(style: str = "single", sides: tuple[str, ...] = SIDES) -> bytes:
    """The seed as PDF."""
    return legacy.convert("seed.docx", bordered(build.docx(), style, sides), "docx", ".docx", "pdf")


def squeezed(text: str) -> str:
    """A text without blanks: print does not tell a line that was broken from one that ends."""
    return re.sub(r"\s+", "", text)
