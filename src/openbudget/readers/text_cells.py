"""Where tables stand in a plain text, in each of the ways in which they are written down.

    a line a cell   `\\t一级指标`   the cell mark is a tab (or a lone bar); blank lines part the rows
    a line a row    `项目\\t金额`   or `| 项目 | 金额 |`, or columns kept apart by blanks (text_columns)

What is not plainly a table stays prose; nothing is lost either way.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from openbudget.model.document import Diagnostic, Table
from openbudget.readers.text_columns import find_columns
from openbudget.readers.text_grid import Row, build_table, common_width
from openbudget.readers.text_lines import Line, Piece, piece_of

_BARS = "|｜│┃"
_BAR = re.compile(f"[{_BARS}]")
_RULE = re.compile(r"[\s|｜│┃:+\-=─━═┄┈┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝]+")
_BAR_CELL = re.compile(rf"\s*[{_BARS}][^{_BARS}]*|[^{_BARS}]*[{_BARS}]\s*")
_SENTENCE = re.compile(r"[。；！？][”’）)]?$")
_MOST_CELLS = 60  # in a row that stands alone


class Found(NamedTuple):
    """What stands in the lines up to (not with) `end`: tables, and lines that are prose after all."""

    blocks: tuple[Table | Line, ...]
    end: int
    diagnostics: tuple[Diagnostic, ...] = ()


def find_table(lines: list[Line], start: int) -> Found | None:
    """The table (or what looked like one) that begins at `lines[start]`; None where that line is prose."""
    text = lines[start].text
    if "\t" in text:
        found = _rows_by_line(lines, start, _has_tab, _split_tabs)
        if found is None and text.startswith("\t"):
            found = _rows_by_gap(lines, start, _tab_cell)
        return found
    if _BAR.search(text) or _is_rule(text):
        return _rows_by_line(lines, start, _has_bar, _split_bars) or _rows_by_gap(lines, start, _bar_cell)
    columns = find_columns(lines, start)
    if columns is None:
        return None
    prose = tuple(line for line in lines[start : columns.end] if not line.blank)
    return Found((columns.table,) if columns.table is not None else prose, columns.end, columns.diagnostics)


# A line a row


def _rows_by_line(
    lines: list[Line], start: int, belongs: Callable[[str], bool], split: Callable[[Line], list[Piece]]
) -> Found | None:
    end = start
    while end < len(lines) and (belongs(lines[end].text) or _opens(lines, end, split)):
        end += 1
    while lines[end - 1].blank:
        end -= 1
    body = [line for line in lines[start:end] if not line.blank and not _is_rule(line.text)]
    rows = _filled_up([Row(split(line), line.number, line.number) for line in body])
    lead = [2 if line.text.startswith("\t") else 1 for line in body]  # a tab before the first cell is a cell mark
    inner = sum(len(row.pieces) > least for row, least in zip(rows, lead, strict=True))
    if len(rows) < 2 or inner * 2 <= len(rows) or len({len(row.pieces) for row in rows}) * 2 > len(rows) + 1:
        return None
    if _is_contents_list(rows):
        return Found(tuple(body), end)
    table, diagnostics = build_table(rows, whole=True)
    return Found((table,), end, tuple(diagnostics))


def _filled_up(rows: list[Row]) -> list[Row]:
    """Rows with empty cells inside them stand column by column: where one is short, an editor cut the tabs at its end
    (`2023年预算数⇥⇥⇥2024年预算数`), and they are put back."""
    width = max((len(row.pieces) for row in rows), default=0)
    return [row._replace(pieces=row.pieces + _empty(row, width - len(row.pieces))) for row in rows]


def _empty(row: Row, count: int) -> list[Piece]:
    last = row.pieces[-1]
    if all(piece.text for piece in row.pieces[1:]):
        return []
    end = last.place.offset + len(last.text)
    return [Piece("", last.place._replace(offset=end, length=0)) for _ in range(count)]


def _opens(lines: list[Line], position: int, split: Callable[[Line], list[Piece]]) -> bool:
    """A blank line between two rows of a line each."""
    if not lines[position].blank or position + 1 >= len(lines):
        return False
    before, after = lines[position - 1], lines[position + 1]
    return not before.blank and len(split(after)) > 2 and len(split(after)) == len(split(before))


def _has_tab(text: str) -> bool:
    return "\t" in text


def _split_tabs(line: Line) -> list[Piece]:
    return _split(line, [match.start() for match in re.finditer("\t", line.text)], 0, len(line.text))


def _has_bar(text: str) -> bool:
    return _BAR.search(text) is not None or _is_rule(text)


def _split_bars(line: Line) -> list[Piece]:
    text = line.text.rstrip()
    marks = [match.start() for match in _BAR.finditer(text)]
    start, end = 0, len(text)
    if marks and not text[: marks[0]].strip():
        start = marks.pop(0) + 1
        if marks and marks[-1] == len(text) - 1:
            end = marks.pop()  # a frame; without one on the left, a bar at the end has an empty cell behind it
    return _split(line, marks, start, end)


def _split(line: Line, marks: list[int], start: int, end: int) -> list[Piece]:
    edges = [start - 1, *marks, end]
    return [line.part(left + 1, right) for left, right in pairwise(edges)]


def _is_rule(text: str) -> bool:
    return len(text.strip()) > 2 and _RULE.fullmatch(text) is not None and "\t" not in text


def _is_contents_list(rows: list[Row]) -> bool:
    """Headings with their page numbers, which never fall: a list of contents and no table."""
    if any(len(row.pieces) != 2 or not row.pieces[0].text for row in rows):
        return False
    pages = [row.pieces[1].text.strip("()（） ") for row in rows]
    if not all(page.isascii() and page.isdigit() and len(page) < 4 for page in pages):
        return False
    numbers = [int(page) for page in pages]
    return numbers == sorted(numbers)


# A line a cell


def _tab_cell(line: Line) -> Callable[[list[Line]], Piece] | None:
    return piece_of if line.text.startswith("\t") else None


def _bar_cell(line: Line) -> Callable[[list[Line]], Piece] | None:
    if _BAR_CELL.fullmatch(line.text) is None:
        return None
    match = _BAR.search(line.text)
    assert match is not None
    if line.text[: match.start()].strip():
        return lambda lines: lines[0].part(0, match.start())
    return lambda lines: lines[0].part(match.end(), len(lines[0].text))


def _rows_by_gap(
    lines: list[Line], start: int, cell: Callable[[Line], Callable[[list[Line]], Piece] | None]
) -> Found | None:
    if cell(lines[start]) is None:
        return None
    rows: list[Row] = []
    open_cell: list[Line] = []
    gap = 0  # blank lines since the last line that was not blank
    position = end = start

    def close() -> None:
        if open_cell and (make := cell(open_cell[0])) is not None:
            pieces = [*rows[-1].pieces, make(open_cell)]
            rows[-1] = Row(pieces, rows[-1].first, open_cell[-1].number, rows[-1].gap)
        open_cell.clear()

    while position < len(lines):
        line = lines[position]
        if cell(line) is not None:
            close()
            if gap or not rows:
                rows.append(Row([], line.number, line.number, gap))
            open_cell.append(line)
        elif line.blank:
            gap += 1
            position += 1
            continue
        elif gap or cell is _bar_cell:
            break
        else:
            open_cell.append(line)  # a second line of the same cell
        gap = 0
        position += 1
        end = position
    close()
    return _tables(lines, rows, end)


def _tables(lines: list[Line], rows: list[Row], end: int) -> Found:
    """The rows as tables; those that are prose with a tab before each paragraph as lines."""
    blocks: list[Table | Line] = []
    diagnostics: list[Diagnostic] = []
    for group in _groups(rows):
        lead = next((index for index, row in enumerate(group) if not _is_sentence(row)), len(group))
        tail = next((index for index in range(len(group), lead, -1) if not _is_sentence(group[index - 1])), lead)
        body = group[lead:tail]
        if _is_prose(body):
            blocks.extend(line for row in group for line in _lines_of(lines, row))
            continue
        table, found = build_table(body)
        blocks.extend(line for row in group[:lead] for line in _lines_of(lines, row))
        blocks.append(table)
        blocks.extend(line for row in group[tail:] for line in _lines_of(lines, row))
        diagnostics.extend(found)
    return Found(tuple(blocks), end, tuple(diagnostics))


def _groups(rows: list[Row]) -> list[list[Row]]:
    """Tables one after the other with only blank lines between: parted where, over a gap of two lines or more, one
    settled width gives way to another (two rows of the same width on both sides)."""
    groups: list[list[Row]] = [[]]
    for index, row in enumerate(rows):
        before, after = rows[max(0, index - 2) : index], rows[index : index + 2]
        if row.gap > 1 and len(before) == 2 and len(after) == 2 and len(groups[-1]) > 1:
            old, new = {len(each.pieces) for each in before}, {len(each.pieces) for each in after}
            if len(old) == len(new) == 1 and old != new and min(old | new) > 1 and sum(old | new) != common_width(rows):
                groups.append([])
        groups[-1].append(row)
    return groups


def _is_sentence(row: Row) -> bool:
    return len(row.pieces) == 1 and _SENTENCE.search(row.pieces[0].text) is not None


def _is_prose(rows: list[Row]) -> bool:
    if all(len(row.pieces) < 2 for row in rows):
        return True
    if len(rows) == 1 and len(rows[0].pieces) > _MOST_CELLS:
        return True
    texts = [piece.text for row in rows for piece in row.pieces if piece.text]
    return sum(1 for text in texts if _SENTENCE.search(text)) * 5 > len(texts) * 3


def _lines_of(lines: list[Line], row: Row) -> list[Line]:
    return [line for line in lines[row.first - 1 : row.last] if line.text.strip()]
