"""The columns of a table without ruling lines: white strips that no line of its body crosses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.readers.lattice_gap_lines import GAP, Line, Piece

ALIGNED = 0.6  # of the size: how far the ends (or beginnings, or middles) of the figures of a column may differ
VARIED = 0.4  # of the size: pieces whose widths differ by more tell how they are aligned
SAME = 0.18  # of the size: beginnings nearer than this are one
MOST_COLUMNS = 60


class Column(NamedTuple):
    """A column: from where to where its print reaches; whether it holds figures only, amounts among them (None: not
    known); and whether its pieces are known to begin or to end at one place (amounts of one width are taken to end)."""

    x0: float
    x1: float
    amounts: bool | None = False
    begins: bool = False
    ends: bool = False

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


def columns_of(lines: Sequence[Line]) -> list[Column] | None:
    """The columns in which all pieces of the lines stand; None where they do not stand in columns for sure: fewer than
    two, none of figures, figures beside words, or figures that line up on no side."""
    size = lines[0].size
    spans: list[Column] = []
    for piece in sorted((piece for line in lines for piece in line.pieces), key=lambda piece: piece.x0):
        if spans and piece.x0 < spans[-1].x1:
            spans[-1] = spans[-1]._replace(x1=max(spans[-1].x1, piece.x1))
        else:
            spans.append(Column(piece.x0, piece.x1))
    if len(spans) > MOST_COLUMNS:
        return None
    columns: list[Column] = []
    for span in spans:
        column = span._replace(amounts=_holds_amounts(lines, span))
        if columns and span.x0 - columns[-1].x1 < GAP * size and not (column.amounts or columns[-1].amounts):
            codes = _all_figures(lines, columns[-1]) or _all_figures(lines, span)
            if not codes:  # words with a little white between them
                columns[-1] = Column(columns[-1].x0, span.x1)
                continue
        if columns and _lone_characters(lines, columns[-1]) and _lone_characters(lines, span):
            columns[-1] = Column(columns[-1].x0, span.x1)  # 合计, set wide apart
            continue
        columns.append(column)
    if len(columns) < 2 or not any(column.amounts for column in columns):
        return None
    return [_aligned(lines, each, size) for each in columns] if all(_is_sure(lines, c, size) for c in columns) else None


def _aligned(lines: Sequence[Line], column: Column, size: float) -> Column:
    pieces = [piece for line in lines for piece in of_column(line, column)]
    widths = [piece.x1 - piece.x0 for piece in pieces]
    varied = max(widths) - min(widths) > VARIED * size
    begins, ends = (_are_one([piece.x0 for piece in pieces], size), _are_one([piece.x1 for piece in pieces], size))
    return column._replace(begins=begins and varied, ends=ends and (varied or bool(column.amounts)))


def _are_one(places: Sequence[float], size: float) -> bool:
    return max(places) - min(places) < SAME * size


def of_column(line: Line, column: Column) -> list[Piece]:
    """The pieces of a line that stand in a column."""
    return [piece for piece in line.pieces if piece.x0 < column.x1 and column.x0 < piece.x1]


def _all_figures(lines: Sequence[Line], column: Column) -> bool:
    return all(piece.is_figure for line in lines for piece in of_column(line, column))


def _lone_characters(lines: Sequence[Line], column: Column) -> bool:
    return all(len(p.text) == 1 and not p.text.isascii() for line in lines for p in of_column(line, column))


def _holds_amounts(lines: Sequence[Line], column: Column) -> bool:
    pieces = [piece for line in lines for piece in of_column(line, column)]
    return all(piece.is_figure for piece in pieces) and any(piece.is_amount for piece in pieces)


def _is_sure(lines: Sequence[Line], column: Column, size: float) -> bool:
    here = [pieces for line in lines if (pieces := of_column(line, column))]
    if any(len(pieces) > 1 and any(piece.is_figure for piece in pieces) for pieces in here):
        return False
    if not column.amounts:
        return not any(piece.is_amount and len(piece.text) > 2 for pieces in here for piece in pieces)
    figures = [pieces[0] for pieces in here]
    if any(piece.text[-1] in ".,，" or piece.text[0] in ".,，" for piece in figures):
        return False
    written = [piece for piece in figures if piece.is_amount and len(piece.text) > 2] or figures
    ends = [[p.x1 for p in written], [p.x0 for p in written], [p.centre for p in written]]
    return any(max(places) - min(places) <= ALIGNED * size for places in ends)


def fits(line: Line, columns: Sequence[Column]) -> bool:
    """True where each piece of a line stands under one column only, and figures stand where figures do."""
    edges = gutters(columns)
    for piece in line.pieces:
        under = [column for column in columns if piece.x0 < column.x1 and column.x0 < piece.x1]
        column = (under or [columns[sum(1 for edge in edges if edge <= piece.centre)]])[0]
        if len(under) > 1 or (column.amounts is True and not piece.is_figure):
            return False
        if column.amounts is False and piece.is_amount and len(piece.text) > 2:
            return False
    return True


def gutters(columns: Sequence[Column]) -> list[float]:
    """The middles of the white between columns."""
    return [(left.x1 + right.x0) / 2 for left, right in pairwise(columns)]


def widened(wide: Sequence[Column], columns: Sequence[Column]) -> tuple[Column, ...] | None:
    """The columns under a header (`wide`) as far as those of the rows reach, with what they hold; None where two of them
    would overlap."""
    edges = gutters(wide)
    reach = list(wide)
    for column in columns:
        under = [i for i, each in enumerate(wide) if column.x0 < each.x1 and each.x0 < column.x1]
        at = under[0] if under else sum(1 for edge in edges if edge <= column.centre)
        if len(under) > 1:
            return None
        here = reach[at]
        amounts = bool(here.amounts) or column.amounts
        reach[at] = Column(min(here.x0, column.x0), max(here.x1, column.x1), amounts)
    if any(left.x1 > right.x0 for left, right in pairwise(reach)):
        return None
    return tuple(column._replace(amounts=bool(column.amounts)) for column in reach)
