"""The cells of a worksheet part → what they show. This is the inner loop of reading workbooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from openbudget.errors import UnreadableError
from openbudget.readers.sheet import SheetData, Value, column, letters
from openbudget.readers.sheet_formats import shown, shown_text

if TYPE_CHECKING:
    from lxml import etree

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BLANK = Value("")


class Book(NamedTuple):
    """What the cells of a workbook refer to: number formats and borders by number of style, shared strings."""

    formats: list[str]
    bordered: list[bool]
    strings: list[str]
    epoch_1904: bool


def fill(data: etree._Element, found: SheetData, book: Book, blank_zeros: bool, missing: list[str]) -> None:
    """Puts the filled cells of `sheetData` into `found`; names formulas without a value in `missing`."""
    space = data.tag.removesuffix("sheetData")
    for line in data.iterfind(f"{space}row[@hidden]"):
        if line.get("hidden") in ("1", "true"):
            found.hidden_rows.add(int(line.get("r", "0")) - 1)
    columns: dict[str, int] = {}
    values, bordered = found.values, found.bordered
    framed, formats = book.bordered, book.formats
    known = len(formats)
    reader = _Reader(space, book)
    row, col = -1, -1
    for cell in data.iter(f"{space}c"):
        reference = cell.get("r")
        if reference is None:
            row, col = _next(cell, row, col)
        else:
            name = reference.rstrip("0123456789")
            row = int(reference[len(name) :] or 0) - 1
            place = columns.get(name)
            if place is None:
                place = columns[name] = _column(found.name, reference)
            col = place
        style = int(cell.get("s") or 0)
        if style >= known:
            style = 0
        if framed[style]:
            bordered[row] = bordered.get(row, 0) + 1
        value = reader.value(cell, formats[style])
        if value is None:
            missing.append(f"{found.name}!{letters(col)}{row + 1}")
        elif value[0] and not (blank_zeros and value[1] == 0 and value[1] is not False):
            values[row, col] = value


def _column(sheet: str, reference: str) -> int:
    if _REFERENCE.fullmatch(reference) is None:
        raise UnreadableError("readers.bad_cell_reference", sheet=sheet, reference=reference[:20])
    return column(reference.rstrip("0123456789"))


def _next(cell: Any, row: int, col: int) -> tuple[int, int]:
    """The place of a cell that does not say it: behind the one before, in the row that its parent says."""
    line = cell.getparent()
    number = line.get("r")
    if cell.getprevious() is None:
        return (int(number) - 1 if number and number.isdigit() else row + 1), 0
    return row, col + 1


class _Reader:
    """Reads cells of one part; holds the names that the loop compares with."""

    __slots__ = ("epoch_1904", "formula", "inline", "strings", "value_tag")

    def __init__(self, space: str, book: Book) -> None:
        self.value_tag, self.formula, self.inline = space + "v", space + "f", space + "is"
        self.strings = book.strings
        self.epoch_1904 = book.epoch_1904

    def value(self, cell: Any, pattern: str) -> Value | None:
        """What a cell shows; None where it is a formula without the value it last gave."""
        raw = None
        formula = False
        for child in cell:
            tag = child.tag
            if tag == self.value_tag:
                raw = child.text
            elif tag == self.formula:
                formula = True
            elif tag == self.inline:
                text = rich_text(child)
                return Value(shown_text(text, pattern) if "@" in pattern else text)
        kind = cell.get("t")
        if not raw:
            return None if formula and kind != "str" else _BLANK
        if kind is None or kind == "n":
            return figure(raw, pattern, self.epoch_1904)
        if kind == "s":
            text = self.strings[int(raw)] if raw.isdigit() and int(raw) < len(self.strings) else ""
            return Value(shown_text(text, pattern) if "@" in pattern else text)
        if kind == "b":
            return Value("TRUE" if raw == "1" else "FALSE", raw == "1")
        return Value(shown_text(_clean(raw), pattern))


def figure(raw: str, pattern: str, epoch_1904: bool) -> Value:
    """What a number (as written in the file) shows under a format."""
    try:
        number = float(raw)
    except ValueError:
        return Value(raw.strip())
    if not -1e300 < number < 1e300:
        return Value(raw.strip())
    if number.is_integer() and -1e15 < number < 1e15:
        whole = int(number)
        return Value(str(whole) if pattern == "General" else shown(whole, pattern, epoch_1904), whole, pattern)
    return Value(shown(number, pattern, epoch_1904), number, pattern)


def rich_text(item: Any) -> str:
    """The text of a string item, in runs or not, without its phonetic guide."""
    children = list(item)
    if len(children) == 1 and children[0].tag.endswith("}t"):
        text = children[0].text or ""
    else:
        pieces: list[str] = []
        for child in children:
            if child.tag.endswith("}t"):
                pieces.append(child.text or "")
            elif child.tag.endswith("}r"):
                pieces.extend(part.text or "" for part in child if part.tag.endswith("}t"))
        text = "".join(pieces)
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _clean(text)


def _clean(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()
