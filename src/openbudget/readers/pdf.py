"""PDF with text, through PDFium: characters and ruled lines → paragraphs and tables.

A document without a text layer, or with fonts that do not say what their glyphs mean, goes to the OCR reader where the
extra is installed.
"""

from __future__ import annotations

from typing import Any

from openbudget.errors import UnreadableError
from openbudget.model.document import Diagnostic, Document
from openbudget.model.place import PagePlace
from openbudget.readers import Reader, describe, limits, ocr_engine
from openbudget.readers.lattice_pages import blocks_of
from openbudget.readers.lattice_sheet import Sheet
from openbudget.readers.ocr import read_scanned_pdf
from openbudget.readers.pdf_page import UNKNOWN, read_page
from openbudget.readers.sniff import Sample

MEDIA_TYPE = "application/pdf"
SCANNED = 0.4  # of a page covered by pictures, with hardly a character: a scan
FEW = 10  # characters
ILLEGIBLE = 0.1  # of the characters of a page without meaning: its words cannot be read


def read_pdf(name: str, data: bytes) -> Document:
    """The document of a PDF. UnreadableError where it is damaged, encrypted or holds no text."""
    sheets, diagnostics = _sheets(name, data)
    blank = not any(glyph.text.strip() for sheet in sheets for glyph in sheet.glyphs)
    illegible = [sheet.number for sheet in sheets if is_illegible(sheet)]
    if blank or (ocr_engine.installed() and (illegible or any(map(is_picture, sheets)))):
        raise UnreadableError("readers.no_text_layer", name=name)  # the reader for scans takes over, if it is there
    if 2 * len(illegible) > len(sheets):
        raise UnreadableError("readers.illegible_fonts", name=name, page=illegible[0])
    blocks, decided = blocks_of(sheets)
    return Document(describe(name, data, MEDIA_TYPE, "pdf"), blocks, (*diagnostics, *decided))


def _sheets(name: str, data: bytes) -> tuple[list[Sheet], list[Diagnostic]]:
    document = open_pdf(name, data)
    try:
        limits.check_pages(name, len(document))
        sheets: list[Sheet] = []
        diagnostics: list[Diagnostic] = []
        for index in range(len(document)):
            page = document[index]
            sheet = read_page(page, index + 1)
            page.close()
            sheets.append(sheet)
            diagnostics.extend(_said(sheet))
        return sheets, diagnostics
    finally:
        document.close()


def open_pdf(name: str, data: bytes) -> Any:
    """The pypdfium2 document; UnreadableError where it wants a password or cannot be opened."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) in (4, 5) or "password" in str(error).lower()
        raise UnreadableError("readers.encrypted" if encrypted else "readers.damaged_pdf", name=name) from error


def _said(sheet: Sheet) -> list[Diagnostic]:
    place = PagePlace(sheet.number, sheet.back((0.0, 0.0, sheet.width, sheet.height)))
    said: list[Diagnostic] = []
    if sheet.tilted.strip():
        said.append(Diagnostic("readers.tilted_text", {"text": sheet.tilted.strip()[:60]}, place))
    if sheet.hidden:
        said.append(Diagnostic("readers.hidden_text", {"count": str(sheet.hidden)}, place))
    if sheet.unmapped:
        said.append(Diagnostic("readers.unmapped_text", {"count": str(sheet.unmapped)}, place))
    if sheet.origin == "ocr":
        said.append(Diagnostic("readers.text_layer_of_scan", {"page": str(sheet.number)}, place))
    elif is_picture(sheet):
        said.append(Diagnostic("readers.picture_page", {"page": str(sheet.number)}, place))
    return said


def is_picture(sheet: Sheet) -> bool:
    """True where a page is a picture with hardly a character of text, or with a text that does not show."""
    few = sum(1 for glyph in sheet.glyphs if glyph.text.strip()) < FEW
    return sheet.origin == "ocr" or (sheet.images > SCANNED and few)


def is_illegible(sheet: Sheet) -> bool:
    """True where the file does not say what the glyphs of a page mean (a font without its table of characters)."""
    inked = [glyph.text for glyph in sheet.glyphs if glyph.text.strip()]
    unknown = sum(1 for text in inked if text == UNKNOWN or "\ue000" <= text <= "\uf8ff")
    return unknown > FEW and unknown > ILLEGIBLE * len(inked)


def _is_pdf(sample: Sample) -> bool:
    return sample.format == "pdf"


READER = Reader("pdf", _is_pdf, read_pdf, isolated=True, scanned=read_scanned_pdf)

__all__ = ["READER", "is_illegible", "is_picture", "open_pdf", "read_pdf"]
