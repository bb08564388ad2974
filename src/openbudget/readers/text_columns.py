"""Tables in a plain text whose columns are kept apart by blanks alone, as programs print them in a fixed pitch.

Only what leaves no doubt is a table: every heading and every figure begins where its column begins, none reaches into the
next column, a label may be indented, and each column has a heading. Full-width characters count two columns; of those whose
width depends on the font (“ ” × ①) both widths are tried. What looks like a table and is not certain stays prose, and
that is said.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from openbudget.model.document import Cell, Diagnostic, Table
from openbudget.model.place import TextPlace
from openbudget.readers.text_lines import Line, Piece

_BLANKS = frozenset(" \u00a0\u3000")
_GAP = re.compile(r"\S(?:[ \u00a0]{2,}|[ \u00a0]*\u3000[ \u00a0\u3000]*)\S")
_FIGURE = re.compile(r"[-+−－]?[\d０-９][\d０-９.,，．]*[%％﹪]?|[-—－/]+")
_AMOUNT = re.compile(r"[-+−－]?[\d,]+\.\d+%?")
_ROW = re.compile(r"\d{3,7}(?!\d)|[（(]?[一二三四五六七八九十]+[、）)]|\d{1,2}[.、]|其中")
_LONG = 100  # lines: prose with gaps that is longer is not looked at again from each of its lines
_HEADINGS = 4  # lines of them at most
_GAP_WIDTH = 2
_INDENT = 8  # display columns that the label of a row may be set in


class _Bit(NamedTuple):
    """A piece of a line between gaps: its display columns [start, stop) and its characters [first, last). `glued`: it and
    the one before are one character each (`合    计`)."""

    start: int
    stop: int
    first: int
    last: int
    glued: bool = False


class Columns(NamedTuple):
    """A table (None for prose, or where what looks like a table is not certain), the line after it, and what has to be
    said."""

    table: Table | None
    end: int
    diagnostics: tuple[Diagnostic, ...] = ()


def find_columns(lines: list[Line], start: int) -> Columns | None:
    """The table by blanks that begins with its headings at `lines[start]`; None where that line is prose."""
    if _stands_over(lines, start):
        end = _end(lines, start + 1)
        return _unclear([line for line in lines[start:end] if not line.blank], end)
    if not _has_gap(lines[start]) or _is_pairs(lines[start]) or _figures(lines[start]):
        return None
    if not any(map(_figures, lines[start : start + _HEADINGS + 1])):
        return None
    end = _end(lines, start)
    body = [line for line in lines[start:end] if not line.blank]
    head = next((at for at, line in enumerate(body) if _figures(line)), len(body))
    data = body[head:]
    if not 0 < head <= _HEADINGS or not _is_table(data):
        return None
    for ambiguous in (2, 1):
        rows = _settled([_bits(line.text, ambiguous) for line in body])
        starts = sorted({bit.start for row in rows[:head] for bit in row})
        if (laid := _laid(body, rows, starts, head)) is not None:
            return Columns(_table(body, laid, len(starts)), end)
    if sum(1 for line in data if len(_AMOUNT.findall(line.text)) > 1) < 2:
        return Columns(None, end) if end - start > _LONG else None
    return _unclear(body, end)


def _unclear(body: Sequence[Line], end: int) -> Columns:
    args = {"line": str(body[0].number), "last": str(body[-1].number)}
    place = TextPlace(body[0].number, body[-1].number, body[0].offset)
    return Columns(None, end, (Diagnostic("readers.columns_unclear", args, place),))


def _stands_over(lines: list[Line], at: int) -> bool:
    """True for a line with one piece that begins where a column of the table right below begins, but its first: it may be
    the heading of a group of columns, or a title."""
    if _has_gap(lines[at]) or lines[at].text[:1] not in _BLANKS or lines[at].blank or at + 1 >= len(lines):
        return False
    if not _has_gap(lines[at + 1]) or _figures(lines[at + 1]):
        return False
    below = find_columns(lines, at + 1)
    if below is None or below.table is None:
        return False
    over = _bits(lines[at].text, 2)[0].start
    return any(over == bit.start > 0 for width in (1, 2) for bit in _bits(lines[at + 1].text, width)[1:])


def _has_gap(line: Line) -> bool:
    return "\t" not in line.text and _GAP.search(line.text) is not None


def _is_pairs(line: Line) -> bool:
    """A line of names with what they are: `部门：…    单位：万元`."""
    pieces = [line.text[bit.first : bit.last] for bit in _bits(line.text, 2)]
    return bool(pieces) and all("：" in piece or ":" in piece for piece in pieces)


def _figures(line: Line) -> list[str]:
    """The figures of a line that has a gap."""
    if not _has_gap(line):
        return []
    texts = (line.text[bit.first : bit.last] for bit in _bits(line.text, 2))
    return [text for text in texts if _FIGURE.fullmatch(text) and any(map(str.isdigit, text))]


def _end(lines: list[Line], start: int) -> int:
    """The line after the last of a block: lines with gaps, and between lines of figures a blank one, or a row that has a
    label alone."""
    end = start
    while end < len(lines):
        if not _has_gap(lines[end]):
            goes_on = end + 1 < len(lines) and _figures(lines[end + 1]) and end > start and _figures(lines[end - 1])
            if not goes_on or not (lines[end].blank or _ROW.match(lines[end].text.strip())):
                break
        end += 1
    while end > start and (lines[end - 1].blank or _is_pairs(lines[end - 1])):
        end -= 1  # 填表人：…    审核人：…
    return end


def _is_table(data: Sequence[Line]) -> bool:
    """Two lines of figures or more, or one with three: a line of prose may have a gap and a number."""
    counts = [len(_figures(line)) for line in data]
    return sum(1 for count in counts if count) > 1 or (len(counts) == 1 and counts[0] > 2)


@lru_cache(maxsize=64)  # the lines of a head are looked at again and again
def _bits(text: str, ambiguous: int) -> list[_Bit]:
    bits: list[_Bit] = []
    column = begin = first = 0
    gap = _GAP_WIDTH  # display width of the blanks before this character
    for at, char in enumerate(text.rstrip()):
        width = _width(char, ambiguous)
        if char in _BLANKS:
            gap += width
        else:
            if gap >= _GAP_WIDTH:
                begin, first = column, at
                bits.append(_Bit(begin, column, first, at))
            bits[-1] = _Bit(begin, column + width, first, at + 1)
            gap = 0
        column += width
    single = [bit.last - bit.first == 1 and "\u3400" <= text[bit.first] <= "\u9fff" for bit in bits]
    return [bit._replace(glued=at > 0 and single[at] and single[at - 1]) for at, bit in enumerate(bits)]


def _width(char: str, ambiguous: int) -> int:
    if unicodedata.combining(char):
        return 0
    return {"F": 2, "W": 2, "A": ambiguous}.get(unicodedata.east_asian_width(char), 1)


def _settled(rows: list[list[_Bit]]) -> list[list[_Bit]]:
    """The rows with words set apart (`合    计`) as one piece, but where a column begins at a character (`类    款`)."""
    starts = {bit.start for row in rows for bit in row if not bit.glued}
    settled: list[list[_Bit]] = []
    for row in rows:
        joined: list[_Bit] = []
        for bit in row:
            if bit.glued and bit.start not in starts:
                joined[-1] = joined[-1]._replace(stop=bit.stop, last=bit.last)
            else:
                joined.append(bit)
        settled.append(joined)
    return settled


def _laid(
    body: Sequence[Line], rows: list[list[_Bit]], starts: Sequence[int], head: int
) -> list[dict[int, _Bit]] | None:
    """Each row's pieces by column; None where one is not surely in its column, or a column has only a heading that
    stands over those of others."""
    if len(starts) < 2:
        return None
    laid: list[dict[int, _Bit]] = []
    for at, (line, row) in enumerate(zip(body, rows, strict=True)):
        own: dict[int, _Bit] = {}
        for bit in row:
            col = bisect_right(starts, bit.start) - 1
            indent = bit.start - starts[col] if col >= 0 else -1
            reaches = col + 1 < len(starts) and bit.stop >= starts[col + 1]
            label = at >= head and not _FIGURE.fullmatch(line.text[bit.first : bit.last])
            if col in own or reaches or not 0 <= indent <= (_INDENT if label else 0):
                return None
            own[col] = bit
        laid.append(own)
    held = {col for own in laid[head - 1 :] for col in own}
    return laid if len(held) == len(starts) else None


def _table(body: Sequence[Line], laid: list[dict[int, _Bit]], width: int) -> Table:
    cells = []
    for at, (line, own) in enumerate(zip(body, laid, strict=True)):
        blank = Piece("", TextPlace(line.number, line.number, line.offset + len(line.text), 0))
        for col in range(width):
            piece = line.part(own[col].first, own[col].last) if col in own else blank
            cells.append(Cell(at, col, piece.text, piece.place))
    place = TextPlace(body[0].number, body[-1].number, body[0].offset)
    return Table(len(body), width, tuple(cells), place)
