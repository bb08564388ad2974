"""OpenDocument spreadsheets (.ods, and .fods in one XML file): the text of a cell is stored as it was shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Document
from openbudget.readers import Reader, describe, limits
from openbudget.readers.sheet import SheetData, Value, blocks_of, letters
from openbudget.readers.sniff import Sample

if TYPE_CHECKING:
    from lxml import etree

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
FLAT_MEDIA_TYPE = f"{MEDIA_TYPE}-flat-xml"
MOST_ROWS, MOST_COLS = 1_048_576, 16_384
REPEATED = 1000  # a filled cell repeated oftener is a mistake or an attack
_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = (f"{{{_SPACE}{part}:1.0}}" for part in ("table", "office", "text"))
_STYLE, _FO = f"{{{_SPACE}style:1.0}}", f"{{{_SPACE}xsl-fo-compatible:1.0}}"


def read_ods(name: str, data: bytes) -> Document:
    """The document of an OpenDocument spreadsheet. UnreadableError where it is damaged, encrypted, or a formula
    has no value."""
    flat = not data.startswith(b"PK")
    if flat:
        limits.check_text(name, len(data))
        root = limits.parse_xml(name, name, data)
    else:
        parts = limits.Zip(name, data)
        if "META-INF/manifest.xml" in parts and b"encryption-data" in parts.read("META-INF/manifest.xml", limits.MB):
            raise UnreadableError("readers.encrypted", name=name)
        root = parts.xml("content.xml")
    framed, hidden = _styles(root)
    sheets: list[SheetData] = []
    missing: list[str] = []
    for table in root.iter(f"{_TABLE}table"):
        holder = table.getparent()
        if holder is not None and holder.tag == f"{_OFFICE}spreadsheet":
            sheets.append(_sheet(name, table, framed, hidden, missing))
            limits.check_cells(name, sum(len(sheet.values) for sheet in sheets))
    if missing:
        raise UnreadableError("readers.formula_without_value", name=name, cell=missing[0], count=len(missing))
    blocks, diagnostics = blocks_of(sheets)
    return Document(describe(name, data, FLAT_MEDIA_TYPE if flat else MEDIA_TYPE, "ods"), blocks, tuple(diagnostics))


def _styles(root: etree._Element) -> tuple[set[str], set[str]]:
    """The names of cell styles with a border, and of table styles that hide their sheet."""
    framed: set[str] = set()
    hidden: set[str] = set()
    for style in root.iter(f"{_STYLE}style"):
        name = style.get(f"{_STYLE}name", "")
        for part in style:
            sides = [value for key, value in part.attrib.items() if str(key).startswith(f"{_FO}border")]
            if part.tag == f"{_STYLE}table-cell-properties" and any(str(side) != "none" for side in sides):
                framed.add(name)
            elif part.tag == f"{_STYLE}table-properties" and part.get(f"{_TABLE}display") == "false":
                hidden.add(name)
    return framed, hidden


def _times(element: etree._Element, name: str, most: int) -> int:
    return limits.clamp_span(element.get(f"{_TABLE}{name}"), most)


def _rows(table: etree._Element) -> Iterator[tuple[etree._Element, bool]]:
    """The rows of a table, also those in groups and headers, and whether they are hidden."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child, child.get(f"{_TABLE}visibility") in ("collapse", "filter")
        elif child.tag in (f"{_TABLE}table-row-group", f"{_TABLE}table-header-rows", f"{_TABLE}table-rows"):
            yield from _rows(child)


def _sheet(name: str, table: etree._Element, framed: set[str], hidden: set[str], missing: list[str]) -> SheetData:
    found = SheetData(table.get(f"{_TABLE}name", ""), hidden=table.get(f"{_TABLE}style-name") in hidden)
    usual: list[tuple[int, str]] = []  # last column, style of its cells
    col = 0
    for element in table.iter(f"{_TABLE}table-column"):
        times = _times(element, "number-columns-repeated", MOST_COLS)
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            found.hidden_cols.update(range(col, min(col + times, MOST_COLS)))
        col += times
        usual.append((col, element.get(f"{_TABLE}default-cell-style-name", "")))
    row = 0
    for line, is_hidden in _rows(table):
        times = _times(line, "number-rows-repeated", MOST_ROWS)
        if is_hidden and times <= REPEATED:
            found.hidden_rows.update(range(row, row + times))
        most = _line(line, found, row, times, framed, missing)
        if most > REPEATED:
            cell = f"{found.name}!A{row + 1}"
            raise LimitError("readers.repeated_cells", name=name, cell=cell, count=most, limit=REPEATED)
        limits.check_cells(name, len(found.values))
        row += times
        if row > MOST_ROWS:
            break
    return found


def _line(line: etree._Element, found: SheetData, row: int, times: int, framed: set[str], missing: list[str]) -> int:
    """Put a row's cells into `found`, unless a filled one is repeated oftener than REPEATED; gives how often the most
    repeated one is."""
    col = frames = 0
    filled: list[tuple[int, int, Value]] = []
    for cell in line:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        across = _times(cell, "number-columns-repeated", MOST_COLS)
        frames += across * (cell.get(f"{_TABLE}style-name", "") in framed)
        if cell.tag == f"{_TABLE}table-cell" and len(cell):
            filled.append((col, across, _value(cell)))
            height = _times(cell, "number-rows-spanned", limits.ROWSPAN)
            width = _times(cell, "number-columns-spanned", limits.COLSPAN)
            if height * width > 1:
                found.merged.append((row, col, row + height - 1, col + width - 1))
        elif cell.get(f"{_TABLE}formula") is not None and cell.get(f"{_OFFICE}value-type") is None:
            missing.append(f"{found.name}!{letters(col)}{row + 1}")
        col += across
    texts = [across for _, across, value in filled if value.text]
    most = max([times, *texts]) if texts else 0
    if most > REPEATED:
        return most
    for again in range(min(times, REPEATED) if filled or frames else 0):
        for first, across, value in filled:
            if value.text:
                found.values.update(((row + again, first + extra), value) for extra in range(across))
        if frames:
            found.bordered[row + again] = frames
    return most


def _value(cell: etree._Element) -> Value:
    kind = cell.get(f"{_OFFICE}value-type")
    text = "\n".join(_text(child) for child in cell if child.tag == f"{_TEXT}p").strip()
    if kind in ("float", "percentage", "currency"):
        try:
            number = float(cell.get(f"{_OFFICE}value", ""))
        except ValueError:
            return Value(text)
        return Value(text, int(number) if number.is_integer() and abs(number) < 1e15 else number)
    if kind == "date":
        return Value(text, cell.get(f"{_OFFICE}date-value"))
    return Value(text)


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph: repeated blanks, tabs and line breaks are elements of their own."""
    parts = [paragraph.text or ""]
    for child in paragraph:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * limits.clamp_span(child.get(f"{_TEXT}c"), 100))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag not in (f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}ruby-text"):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _is_ods(sample: Sample) -> bool:
    return sample.format in ("ods", "fods")


READER = Reader("ods", _is_ods, read_ods)
