"""Rows of cells without their geometry → a grid: rows cut in two are joined, headers of several rows get their spans.

A text export keeps the cells of each row in order, but not how far they reach. What can be rebuilt with certainty
is rebuilt; everything else stays as it is, with a diagnostic.
"""

import re
from collections import Counter
from typing import NamedTuple

from openbudget.model.document import Cell, Diagnostic, Table
from openbudget.model.place import TextPlace
from openbudget.readers.text_lines import Piece

_FIGURE = re.compile(r"[-+−－]?[\d０-９][\d０-９.,，．]*[%％﹪]?")
_LABEL = re.compile(r"[^\W\d_](?:\s*[^\W\d_]){0,7}")


class Row(NamedTuple):
    """The cells of a row as far as a group of lines holds them; `gap` blank lines stand before it."""

    pieces: list[Piece]
    first: int
    last: int
    gap: int = 0


class _Slot(NamedTuple):
    """A cell with its place in the grid."""

    piece: Piece
    col: int
    colspan: int = 1
    rowspan: int = 1


def build_table(rows: list[Row], *, whole: bool = False) -> tuple[Table, list[Diagnostic]]:
    """The table that the rows make, and what had to be left as it was.

    Where rows are `whole` (a line each), a short one lacks cells at its end and is never a part of another.
    """
    width = common_width(rows)
    rows, diagnostics = join_rows(rows, width, whole=whole)
    header = next((index for index, row in enumerate(rows) if len(row.pieces) == width), 0)
    laid, unclear = _lay_header(rows[: header + 1], width)
    diagnostics = unclear + diagnostics
    laid += [[_Slot(piece, col) for col, piece in enumerate(row.pieces)] for row in rows[header + 1 :]]
    cells = tuple(
        Cell(index, slot.col, slot.piece.text, slot.piece.place, slot.rowspan, slot.colspan)
        for index, slots in enumerate(laid)
        for slot in slots
    )
    place = TextPlace(rows[0].first, rows[-1].last, rows[0].pieces[0].place.offset)
    return Table(len(rows), max(width, *(len(row.pieces) for row in rows)), cells, place), diagnostics


def common_width(rows: list[Row]) -> int:
    """The number of columns: the widest row, unless it stands alone against three or more rows of one other width
    (then it is a fault, such as two rows run together)."""
    counts = Counter(len(row.pieces) for row in rows)
    widest = max(counts)
    settled = [width for width, count in counts.items() if count >= 3 and 1 < width < widest]
    if counts[widest] == 1 and settled and len(rows[0].pieces) != widest:
        common = max(settled, key=lambda width: (counts[width], width))
        if all(len(row.pieces) != widest or _figures(row) for row in rows):
            return common
    return widest


def join_rows(rows: list[Row], width: int, *, whole: bool = False) -> tuple[list[Row], list[Diagnostic]]:
    """Rows that an empty paragraph at the end of a cell cut in two, joined again.

    Only after the first row of full width, only shorter rows, and only where they make exactly `width` together;
    never where rows are `whole`.
    """
    joined: list[Row] = []
    diagnostics: list[Diagnostic] = []
    seen = False
    index = 0
    while index < len(rows):
        row = rows[index]
        index += 1
        if seen and len(row.pieces) < width:
            last, total = index, len(row.pieces)
            while not whole and total < width and last < len(rows) and total + len(rows[last].pieces) <= width:
                total += len(rows[last].pieces)
                last += 1
            if total == width:
                pieces = [piece for part in rows[index - 1 : last] for piece in part.pieces]
                row = Row(pieces, row.first, rows[last - 1].last, row.gap)
                index = last
            else:
                diagnostics.append(_misfit("readers.row_too_short", row, width))
        elif len(row.pieces) > width:
            diagnostics.append(_misfit("readers.row_too_long", row, width))
        seen = seen or len(row.pieces) == width
        joined.append(row)
    return joined, diagnostics


def _misfit(key: str, row: Row, width: int) -> Diagnostic:
    args = {"line": str(row.first), "count": str(len(row.pieces)), "width": str(width)}
    return Diagnostic(key, args, TextPlace(row.first, row.last, row.pieces[0].place.offset))


def _lay_header(rows: list[Row], width: int) -> tuple[list[list[_Slot]], list[Diagnostic]]:
    """The rows down to the first of full width, from below: each cell above reaches over what stands under it."""
    laid = [[_Slot(piece, col) for col, piece in enumerate(rows[-1].pieces)]]
    diagnostics: list[Diagnostic] = []
    under_header = not _figures(rows[-1])
    for row in reversed(rows[:-1]):
        pieces = row.pieces
        segments = _segments(laid[0], len(pieces)) if under_header and not _is_title(row) else None
        if segments is not None:
            above = [
                _Slot(piece, group[0].col, sum(slot.colspan for slot in group))
                for piece, group in zip(pieces, segments, strict=True)
            ]
            laid.insert(0, _absorb(above, laid))
        elif len(pieces) == 1 or (len(pieces) == 2 and not _groups_columns(row)):
            laid.insert(0, [_Slot(piece, col) for col, piece in enumerate(pieces)])
            laid[0][-1] = laid[0][-1]._replace(colspan=width - len(pieces) + 1)
            under_header = False
        else:
            laid.insert(0, [_Slot(piece, col) for col, piece in enumerate(pieces)])
            diagnostics.insert(0, _misfit("readers.header_spans_unclear", row, width))
            under_header = False
    return laid, diagnostics


def _absorb(above: list[_Slot], laid: list[list[_Slot]]) -> list[_Slot]:
    """Cells that stand over an empty one reach down over it; the empty one was only its shadow."""
    below = {slot.col: slot for slot in laid[0]}
    reaching: list[_Slot] = []
    for slot in above:
        under = below[slot.col]
        if slot.piece.text and not under.piece.text and under.colspan == slot.colspan:
            laid[0].remove(under)
            slot = slot._replace(rowspan=1 + under.rowspan)
        reaching.append(slot)
    return reaching


def _segments(below: list[_Slot], count: int) -> list[list[_Slot]] | None:
    """The cells below in `count` groups, or None where that cannot be told: an empty cell is a group of its own
    (the cell above reaches down), a run of filled ones is one group, or as many as it repeats itself."""
    runs: list[list[_Slot]] = []
    for slot in below:
        if slot.piece.text and runs and runs[-1][-1].piece.text:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    if len(runs) == 1 and not runs[0][0].piece.text:
        return None
    if len(runs) != count:
        runs = [part for run in runs for part in _repeats(run)]
    return runs if len(runs) == count and count > 1 else None


def _repeats(run: list[_Slot]) -> list[list[_Slot]]:
    """A run of headings that says the same thing over and over, parted where it begins again."""
    labels = [slot.piece.text for slot in run]
    for size in range(2, len(run) // 2 + 1):
        if len(run) % size == 0 and labels == labels[:size] * (len(run) // size):
            return [run[start : start + size] for start in range(0, len(run), size)]
    return [run]


def _is_title(row: Row) -> bool:
    """A row such as `434某办公室 | 单位：万元`: it says something about the table and groups no columns."""
    return len(row.pieces) <= 2 and any("：" in piece.text or ":" in piece.text for piece in row.pieces)


def _groups_columns(row: Row) -> bool:
    """Two short labels, such as `收入 | 支出`: headings of groups, though of which columns cannot be told; and not
    a label with what it labels."""
    return not _is_title(row) and all(_LABEL.fullmatch(piece.text) for piece in row.pieces)


def _figures(row: Row) -> bool:
    return any(_FIGURE.fullmatch(piece.text) for piece in row.pieces)
