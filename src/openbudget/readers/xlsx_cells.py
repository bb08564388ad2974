"""The cells of a worksheet part → what they show. This is the inner loop of reading workbooks.

A part written the usual way (attributes in their order, no comments, a value or a string in each cell) is taken apart
by one pattern; any other by expat as it passes by. Both give the same; the first takes a fifth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from xml.parsers import expat

from openbudget.errors import LimitError, UnreadableError
from openbudget.readers import limits
from openbudget.readers.sheet import SheetData, Value, column, letters
from openbudget.readers.sheet_formats import shown, shown_text

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BLANK_ROW = re.compile(rb"<row [^<>]*/>")
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]+)")?'
    r"(?:/>|>(<f(?:/>| [^<>]*/>|[^<>]*>[^<]*</f>))?"
    r"(?:<v>([^<]*)</v>|<v/>|<is><t(?: [^<>]*)?>([^<]*)</t></is>)?</c>)"
)
_CELLS = re.compile(r"<sheetData>(.*)</sheetData>", re.S)
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["']([^"']+)""")
_TRUE = ("1", "true", "on")
MOST_MERGED = 100_000
MOST_COLS = 16_384


class Book(NamedTuple):
    """What the cells of a workbook refer to: number formats and borders by number of style, shared strings."""

    formats: list[str]
    bordered: list[bool]
    strings: list[str]
    epoch_1904: bool


def fill(name: str, entry: str, data: bytes, found: SheetData, book: Book) -> list[str]:
    """Puts the filled cells of a worksheet part into `found`, its merged ranges, hidden rows and columns too.

    Returns the cells that are formulas without the value they last gave.
    """
    # print areas of ten thousand blank rows are common
    data = _BLANK_ROW.sub(b"", data)
    limits.check_tags(name, data.count(b"<"), limits.XML_TAGS)
    if b"<!DOCTYPE" in data:
        raise UnreadableError("readers.doctype", name=name, entry=entry)
    reader = _Reader(found, book)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end

    def refuse(*_: object) -> None:
        raise UnreadableError("readers.doctype", name=name, entry=entry)

    parser.StartDoctypeDeclHandler = refuse
    reader.listen = lambda handler: setattr(parser, "CharacterDataHandler", handler)
    try:
        parser.Parse(_taken_apart(data, reader), True)
    except (expat.ExpatError, SyntaxError) as error:
        raise UnreadableError("readers.damaged_part", name=name, entry=entry) from error
    if reader.blank_zeros:
        for place in [place for place, value in found.values.items() if value.raw == 0 and value.raw is not False]:
            del found.values[place]
    return reader.missing


def usual_text(data: bytes) -> str | None:
    """The text of a part where a pattern may take it apart: UTF-8 throughout, nothing that could hide or change what
    the markup says (comments, CDATA, DOCTYPE, phonetic guides); None for any other."""
    head = data[:200].removeprefix(b"\xef\xbb\xbf")
    declared = _ENCODING.search(head)
    if not head.startswith(b"<") or b"<!" in data or b"<rPh" in data:
        return None
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _taken_apart(data: bytes, reader: _Reader) -> bytes:
    """Reads the cells by pattern where every one of them fits it; the part without them, for expat to read the rest.

    The part comes back whole where a cell does not fit, or anything is there that could hide one.
    """
    text = usual_text(data)
    if text is None:
        return data
    whole = _CELLS.search(text)
    if whole is None:
        return data
    pieces = _CELL.split(whole[1])
    rest = "".join(pieces[::8])
    if "<c" in rest or "<v" in rest or "<is" in rest:
        return data
    names, numbers, styles, kinds, formulas, raws, inlines = (pieces[index::8] for index in range(1, 8))
    cells = zip(names, numbers, styles, kinds, formulas, unescaped(raws), unescaped(inlines), strict=True)
    _take(cells, reader)
    return f"{text[: whole.start(1)]}{rest}{text[whole.end(1) :]}".encode()


Taken = tuple[str, str, str | None, str | None, str | None, str | None, str | None]


def _take(cells: Iterable[Taken], reader: _Reader) -> None:
    """Keeps cells whose parts were found by pattern: the same as `_Reader` does of one that passes by."""
    formats, framed, strings, epoch_1904 = reader.book
    values, bordered = reader.found.values, reader.found.bordered
    columns: dict[str, int] = {}
    known = len(formats)
    new = tuple.__new__  # half the time of calling the class
    for name, number, style, kind, formula, raw, inline in cells:
        row = int(number) - 1
        index = int(style) if style else 0
        if index >= known:
            index = 0
        if framed[index]:
            bordered[row] = bordered.get(row, 0) + 1
        if not (raw or inline or formula):
            continue
        col = columns.get(name)
        if col is None:
            col = columns[name] = column(name)
        pattern = formats[index]
        if inline is not None:
            value = new(Value, (_styled(clean(inline), pattern), None, None))
        elif raw and (kind is None or kind == "n"):
            value = figure(raw, pattern, epoch_1904)
        elif raw and kind == "s":
            value = new(Value, (_styled(_shared(raw, strings), pattern), None, None))
        else:
            reader.row, reader.col, reader.style, reader.kind = row, col, index, kind
            reader.value, reader.inline, reader.formula = raw, None, formula is not None
            reader.keep()
            continue
        if value[0]:
            values[row, col] = value


def unescaped(texts: Sequence[str | None]) -> Sequence[str | None]:
    """The texts with references (`&amp;`, `&#27827;`) resolved, all at once by the XML parser; ExpatError for a wrong one.

    A text with a reference is never empty, and the buffer holds the longest, so each comes whole and by itself.
    """
    escaped = [index for index, text in enumerate(texts) if text and "&" in text]
    if not escaped:
        return texts
    joined = "</t><t>".join([texts[index] or "" for index in escaped])
    data = f"<r><t>{joined}</t></r>".encode()
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = len(data)
    parser.CharacterDataHandler = found.append
    parser.EndElementHandler = lambda name: None  # what is in the buffer is handed over before it is called
    parser.Parse(data, True)
    result = list(texts)
    for index, text in zip(escaped, found, strict=True):
        result[index] = text
    return result


class _Reader:
    """The handlers of expat, and where they are: which row and cell, which text is being read."""

    def __init__(self, found: SheetData, book: Book) -> None:
        self.found, self.book = found, book
        self.listen: Callable[[Callable[[str], object] | None], None] = lambda handler: None
        self.missing: list[str] = []
        self.columns: dict[str, int] = {}
        self.row = self.col = -1
        self.style = 0
        self.kind: str | None = None
        self.value: str | None = None  # of <v>
        self.inline: list[str] | None = None  # of <is>
        self.formula = False
        self.text: list[str] = []
        self.blank_zeros = False
        self.skipped = 0  # within a phonetic guide
        self.prefix = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name == "c":
            self._cell(attributes)
        elif name == "v" or name == "t":
            if not self.skipped:
                self.text = []
                self.listen(self.text.append)
        elif name == "f":
            self.formula = True
        elif name == "row":
            self._row(attributes)
        elif name == "is":
            self.inline = []
        elif name == "rPh":
            self.skipped += 1
        else:
            self._other(name, attributes)

    def end(self, name: str) -> None:
        if self.prefix:
            name = name.removeprefix(self.prefix)
        if name == "v":
            self.value = "".join(self.text)
            self.listen(None)
        elif name == "c":
            if self.value or self.inline is not None or self.formula:
                self.keep()
        elif name == "t" and not self.skipped:
            if self.inline is not None:
                self.inline.append("".join(self.text))
            self.listen(None)
        elif name == "rPh":
            self.skipped -= 1

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        found = self.found
        if name.endswith(":worksheet"):
            self.prefix = name.removesuffix("worksheet")
        elif name == "col" and attributes.get("hidden") in _TRUE:
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            found.hidden_cols.update(range(max(first, 1) - 1, min(last, MOST_COLS)))
        elif name == "sheetView":
            self.blank_zeros = attributes.get("showZeros", "1") in ("0", "false")
        elif name == "mergeCell" and (match := _RANGE.fullmatch(attributes.get("ref", ""))):
            if len(found.merged) >= MOST_MERGED:
                raise LimitError("readers.too_many_merged", sheet=found.name, limit=MOST_MERGED)
            found.merged.append((int(match[2]) - 1, column(match[1]), int(match[4]) - 1, column(match[3])))

    def _row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self.row = (_number(number) or self.row + 2) - 1
        self.col = -1
        if attributes.get("hidden") in _TRUE:
            self.found.hidden_rows.add(self.row)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self.col += 1
        else:
            self.col = self._place(reference.rstrip("0123456789"), reference)
        self._styled(attributes.get("s"))
        self.kind = attributes.get("t")
        self.value = self.inline = None
        self.formula = False

    def _place(self, name: str, reference: str) -> int:
        place = self.columns.get(name)
        if place is None:
            place = self.columns[name] = self._column(reference)
        return place

    def _styled(self, number: str | None) -> None:
        style = _number(number)
        book = self.book
        if style >= len(book.formats):
            style = 0
        if book.bordered[style]:
            bordered = self.found.bordered
            bordered[self.row] = bordered.get(self.row, 0) + 1
        self.style = style

    def _column(self, reference: str) -> int:
        if _REFERENCE.fullmatch(reference) is None:
            raise UnreadableError("readers.bad_cell_reference", sheet=self.found.name, reference=reference[:20])
        return column(reference.rstrip("0123456789"))

    def keep(self) -> None:
        """Keeps what the cell that ends shows; notes a formula without the value it last gave."""
        raw, kind = self.value, self.kind
        pattern = self.book.formats[self.style]
        if self.inline is not None:
            value = Value(_styled(clean("".join(self.inline)), pattern))
        elif not raw:
            if self.formula and kind != "str":
                self.missing.append(f"{self.found.name}!{letters(self.col)}{self.row + 1}")
            return
        elif kind == "s":
            value = Value(_styled(_shared(raw, self.book.strings), pattern))
        elif kind is None or kind == "n":
            value = figure(raw, pattern, self.book.epoch_1904)
        elif kind == "b":
            value = Value("TRUE" if raw == "1" else "FALSE", raw == "1")
        else:
            value = Value(_styled(clean(raw), pattern))
        if value[0]:
            self.found.values[self.row, self.col] = value


def _styled(text: str, pattern: str) -> str:
    return shown_text(text, pattern) if "@" in pattern else text


def _shared(raw: str, strings: list[str]) -> str:
    """The shared string of a number; blank where there is none."""
    index = int(raw) if raw.isdecimal() and len(raw) < 10 else len(strings)
    return strings[index] if index < len(strings) else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


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
        return Value(str(whole) if pattern == "General" else shown(whole, pattern, epoch_1904), whole)
    return Value(shown(number, pattern, epoch_1904), number)


def clean(text: str) -> str:
    """A text of a workbook: escaped characters put back, line ends made `\\n`, outer blanks removed."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()
