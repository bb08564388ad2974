"""OFD, the fixed-layout format of GB/T 33190-2016: text and ruled lines → paragraphs and tables.

A file whose pages are pictures or outlines of glyphs holds no text; it says so and names the way out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from openbudget.errors import UnreadableError
from openbudget.model.document import Diagnostic, Document
from openbudget.model.place import PagePlace
from openbudget.readers import Reader, describe, limits
from openbudget.readers.lattice_pages import blocks_of
from openbudget.readers.lattice_sheet import Sheet
from openbudget.readers.ofd_page import Resources, local, read_page
from openbudget.readers.sniff import Sample

if TYPE_CHECKING:
    from lxml import etree

MEDIA_TYPE = "application/ofd"
SCANNED = 0.4  # of a page covered by pictures, with hardly a character
FEW = 10


def read_ofd(name: str, data: bytes) -> Document:
    """The document of an OFD. UnreadableError where it is damaged, encrypted or holds no text; LimitError."""
    parts = limits.Zip(name, data)
    if any(entry.lower().endswith("entries.xml") and "encrypt" in entry.lower() for entry in parts.names):
        raise UnreadableError("readers.encrypted", name=name)
    sheets: list[Sheet] = []
    for root in _roots(parts):
        sheets.extend(_sheets(parts, root, len(sheets)))
        limits.check_pages(name, len(sheets))
    if not any(glyph.text.strip() for sheet in sheets for glyph in sheet.glyphs):
        raise UnreadableError("readers.ofd_without_text", name=name)
    blocks, decided = blocks_of(sheets)
    said = [note for sheet in sheets for note in _said(sheet)]
    return Document(describe(name, data, MEDIA_TYPE, "ofd"), blocks, (*said, *decided))


def _said(sheet: Sheet) -> Iterator[Diagnostic]:
    characters = sum(1 for glyph in sheet.glyphs if glyph.text.strip())
    place = PagePlace(sheet.number, (0.0, 0.0, sheet.width, sheet.height))
    if sheet.tilted.strip():
        yield Diagnostic("readers.tilted_text", {"text": sheet.tilted.strip()[:60]}, place)
    if sheet.images > SCANNED and characters < FEW:
        yield Diagnostic("readers.picture_page", {"page": str(sheet.number)}, place)


def _roots(parts: limits.Zip) -> Iterator[str]:
    """The paths of the documents in the file, in order."""
    entry = next((each for each in parts.names if each.lower() == "ofd.xml"), "OFD.xml")
    found = False
    for element in parts.xml(entry).iter():
        if local(element) == "DocRoot" and element.text:
            found = True
            yield _path("", element.text)
    if not found:
        raise UnreadableError("readers.missing_part", name=parts.name, entry="DocRoot")


def _path(folder: str, location: str) -> str:
    """A location in the file: from the root where it begins with a slash, else from the folder of who names it."""
    location = location.strip().replace("\\", "/")
    whole = location if location.startswith("/") else posixpath.join(folder, location)
    return posixpath.normpath(whole).lstrip("/")


def _sheets(parts: limits.Zip, root: str, before: int) -> Iterator[Sheet]:
    document = parts.xml(root)
    folder = posixpath.dirname(root)
    resources = Resources()
    templates: dict[str, str] = {}
    area: str | None = None
    pages: list[str] = []
    for element in document.iter():
        kind = local(element)
        if kind in ("PublicRes", "DocumentRes") and element.text:
            entry = _path(folder, element.text)
            if entry in parts:
                resources.add(parts.xml(entry))
        elif kind == "TemplatePage":
            templates[element.get("ID", "")] = _path(folder, element.get("BaseLoc", ""))
        elif kind == "PageArea":
            area = area or _box_of(element)
        elif kind == "Page":
            pages.append(_path(folder, element.get("BaseLoc", "")))
    limits.check_pages(parts.name, before + len(pages))
    for number, entry in enumerate(pages, before + 1):
        page = parts.xml(entry)
        layers = [_template(parts, templates, each) for each in page.iter() if local(each) == "Template"]
        box = next((found for each in page if local(each) == "Area" and (found := _box_of(each))), area)
        yield read_page(number, box, [page, *(layer for layer in layers if layer is not None)], resources)


def _template(parts: limits.Zip, templates: dict[str, str], reference: etree._Element) -> etree._Element | None:
    entry = templates.get(reference.get("TemplateID", ""), "")
    return parts.xml(entry) if entry in parts else None


def _box_of(area: etree._Element) -> str | None:
    return next((child.text for child in area if local(child) == "PhysicalBox" and child.text), None)


def _is_ofd(sample: Sample) -> bool:
    return sample.format == "ofd"


READER = Reader("ofd", _is_ofd, read_ofd, isolated=True)
