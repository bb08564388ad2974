"""Workbooks of Office Open XML (.xlsx, .xlsm, .xltx, .et saved so), straight from their parts.

Only filled cells are looked at, so that a cell at XFD1048576 costs nothing. A formula without the value it last
gave is an error: what it stands for is not in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from openbudget.errors import UnreadableError
from openbudget.model.document import Diagnostic, Document
from openbudget.readers import Reader, describe, limits
from openbudget.readers.sheet import SheetData, blocks_of
from openbudget.readers.sheet_formats import BUILT_IN
from openbudget.readers.sniff import Sample
from openbudget.readers.xlsx_cells import Book, clean, fill, unescaped, usual_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLAIN_STRING = re.compile(r"<si><t(?: [^<>]*)?>([^<]*)</t></si>")


class Sheet(NamedTuple):
    name: str
    part: str
    hidden: bool


def read_xlsx(name: str, data: bytes) -> Document:
    """The document of a workbook. UnreadableError where it is damaged or a formula has no value; LimitError."""
    parts = limits.Zip(name, data)
    book = _workbook_part(parts)
    workbook = _tree(parts, book)
    epoch_1904 = _truth(_child(workbook, "workbookPr"), "date1904")
    related = _related(parts, book)
    formats, bordered = _styles(parts, related)
    book_data = Book(formats, bordered, _strings(parts, related), epoch_1904)
    sheets: list[SheetData] = []
    missing: list[str] = []
    for sheet in _sheets(parts, related, workbook):
        found = SheetData(sheet.name, hidden=sheet.hidden)
        missing.extend(fill(name, sheet.part, parts.read(sheet.part, limits.XML_BYTES), found, book_data))
        sheets.append(found)
        limits.check_cells(name, sum(len(sheet.values) for sheet in sheets))
    if missing:
        raise UnreadableError("readers.formula_without_value", name=name, cell=missing[0], count=len(missing))
    blocks, diagnostics = blocks_of(sheets)
    return Document(describe(name, data, MEDIA_TYPE, "xlsx"), blocks, (*_said(parts), *diagnostics))


def _said(parts: limits.Zip) -> Iterator[Diagnostic]:
    for entry in parts.names:
        if entry.lower().endswith("vbaproject.bin"):
            yield Diagnostic("readers.macros", {"entry": entry})
        elif re.search(r"externalLinks/_rels/[^/]+\.rels$", entry):
            for relation in _tree(parts, entry):
                yield Diagnostic("readers.external_reference", {"target": str(relation.get("Target", ""))[:200]})


def _workbook_part(parts: limits.Zip) -> str:
    for entry in parts.names:
        if re.fullmatch(r"xl/workbook\d*\.xml", entry, re.I):
            return entry
    raise UnreadableError("readers.missing_part", name=parts.name, entry="xl/workbook.xml")


def _tree(parts: limits.Zip, entry: str) -> Element:
    return limits.parse_plain(parts.name, entry, parts.read(entry, limits.XML_BYTES))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((child for child in element if _local(child) == name), None)


def _truth(element: Element | None, name: str) -> bool:
    return element is not None and element.get(name, "0").lower() in ("1", "true", "on")


Related = dict[str, tuple[str, str]]


def _related(parts: limits.Zip, book: str) -> Related:
    """The relations of the workbook: id → (kind, part)."""
    folder, _, leaf = book.rpartition("/")
    entry = f"{folder}/_rels/{leaf}.rels"
    if entry not in parts:
        return {}
    related: Related = {}
    for relation in _tree(parts, entry):
        target = str(relation.get("Target", ""))
        part = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".replace("/./", "/")
        related[str(relation.get("Id", ""))] = str(relation.get("Type", "")).rpartition("/")[2], part
    return related


def _sheets(parts: limits.Zip, related: Related, workbook: Element) -> Iterator[Sheet]:
    listed = _child(workbook, "sheets")
    for sheet in [] if listed is None else listed:
        ids = [value for key, value in sheet.attrib.items() if str(key).endswith("}id")]
        kind, part = related.get(str(ids[0]) if ids else "", ("", ""))
        if kind == "worksheet" and part in parts:
            yield Sheet(str(sheet.get("name", "")), part, sheet.get("state", "visible") != "visible")


def _part_of(parts: limits.Zip, related: Related, kind: str) -> Element | None:
    for found, part in related.values():
        if found == kind and part in parts:
            return _tree(parts, part)
    return None


def _styles(parts: limits.Zip, related: Related) -> tuple[list[str], list[bool]]:
    """By number of a cell's format: the number format, and whether it draws a border."""
    root = _part_of(parts, related, "styles")
    own: dict[int, str] = {}
    for element in _children(root, "numFmts"):
        own[_number(element.get("numFmtId"))] = str(element.get("formatCode", ""))
    borders = [_draws(border) for border in _children(root, "borders")]
    formats: list[str] = []
    bordered: list[bool] = []
    for xf in _children(root, "cellXfs"):
        number = _number(xf.get("numFmtId"))
        formats.append(own.get(number) or BUILT_IN.get(number, "General"))
        border = _number(xf.get("borderId"))
        bordered.append(border < len(borders) and borders[border])
    return formats or ["General"], bordered or [False]


def _children(root: Element | None, name: str) -> list[Element]:
    found = _child(root, name)
    return [] if found is None else [child for child in found if _local(child)]


def _draws(border: Element) -> bool:
    return sum(side.get("style", "none") != "none" for side in border) >= 2


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _strings(parts: limits.Zip, related: Related) -> list[str]:
    """The shared strings. Where all are plain ones, a pattern takes them apart; else a tree is made."""
    entry = next((part for kind, part in related.values() if kind == "sharedStrings"), "")
    if entry not in parts:
        return []
    data = parts.read(entry, limits.XML_BYTES)
    text = usual_text(data)
    if text is not None:
        found = _PLAIN_STRING.findall(text)
        if len(found) == text.count("<si") == text.count("<t>") + text.count("<t "):
            limits.check_tags(parts.name, len(found), limits.XML_TAGS)
            try:
                return [clean(string or "") for string in unescaped(found)]
            except expat.ExpatError as error:
                raise UnreadableError("readers.damaged_part", name=parts.name, entry=entry) from error
    return [_rich_text(item) for item in limits.parse_plain(parts.name, entry, data) if _local(item) == "si"]


def _rich_text(item: Element) -> str:
    """The text of a string item, in runs or not, without its phonetic guide."""
    pieces: list[str] = []
    for child in item:
        if child.tag.endswith("}t"):
            pieces.append(child.text or "")
        elif child.tag.endswith("}r"):
            pieces.extend(part.text or "" for part in child if part.tag.endswith("}t"))
    return clean("".join(pieces))


def _is_xlsx(sample: Sample) -> bool:
    return sample.format == "xlsx"


READER = Reader("xlsx", _is_xlsx, read_xlsx)
