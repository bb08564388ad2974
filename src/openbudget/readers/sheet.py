"""Cells of a sheet → blocks: tables where the sheet has a grid, paragraphs where it has lone lines.

Shared by all spreadsheet formats. In: the filled cells of a sheet, its merged ranges, which cells are bordered.
Titles and lines such as `单位：元` above a grid and notes below it become paragraphs, so that they reach whoever
reads the document as they would from a page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from openbudget.errors import LimitError
from openbudget.model.document import Block, Cell, Diagnostic, Paragraph, Table
from openbudget.model.place import SheetPlace

MOST_BLANK = 1000  # rows between two filled ones of a frame
MOST_WORK = 20_000_000  # places under merged ranges: more is many vast ranges over one another
_LABELLED = re.compile(r"[:：]")
_LETTERS: dict[int, str] = {}
_NO_SPANS = (1, 1)
_REST = (*Cell._field_defaults.values(),)[2:]  # what the cells of a sheet have by default: origin, confidence, nested


class Value(NamedTuple):
    """A filled cell: its text as shown, and its typed value (None where it is text)."""

    text: str
    raw: object = None


@dataclass(slots=True)
class SheetData:
    """A sheet as a format's reader gives it. Places are (row, column) from 0; merged ranges are (row, column,
    last row, last column); `bordered` counts the cells of a row that have a border."""

    name: str
    values: dict[tuple[int, int], Value] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    bordered: dict[int, int] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)


def blocks_of(sheets: Sequence[SheetData]) -> tuple[tuple[Block, ...], list[Diagnostic]]:
    """The blocks of all sheets in order. Hidden sheets are left out, hidden rows and columns kept; both are said."""
    blocks: list[Block] = []
    diagnostics: list[Diagnostic] = []
    for sheet in sheets:
        if not sheet.values:
            continue
        if sheet.hidden:
            diagnostics.append(
                Diagnostic("readers.hidden_sheet", {"sheet": sheet.name, "count": str(len(sheet.values))})
            )
            continue
        diagnostics.extend(_hidden(sheet))
        blocks.extend(_sheet_blocks(sheet))
    return tuple(blocks), diagnostics


def _hidden(sheet: SheetData) -> Iterator[Diagnostic]:
    rows = sorted({row for row, _ in sheet.values} & sheet.hidden_rows)
    cols = sorted({col for _, col in sheet.values} & sheet.hidden_cols)
    if rows:
        listed = "、".join(str(row + 1) for row in rows[:10])
        place = SheetPlace(sheet.name, f"A{rows[0] + 1}")
        yield Diagnostic("readers.hidden_rows", {"sheet": sheet.name, "rows": listed, "count": str(len(rows))}, place)
    if cols:
        listed = "、".join(letters(col) for col in cols[:10])
        place = SheetPlace(sheet.name, f"{letters(cols[0])}1")
        yield Diagnostic(
            "readers.hidden_columns", {"sheet": sheet.name, "columns": listed, "count": str(len(cols))}, place
        )


def _sheet_blocks(sheet: SheetData) -> Iterator[Block]:
    layout = _layout(sheet)
    for rows in _runs(layout):
        head, body, tail = _trimmed(rows, layout)
        yield from _paragraphs(head, layout)
        if body:
            yield _table(body, layout)
        yield from _paragraphs(tail, layout)


class Layout(NamedTuple):
    """What is asked of a sheet: its filled columns by row, where merged ranges end, up to which row the merged
    ranges of the rows before reach, and the rows that are framed (None: the sheet has no borders)."""

    sheet: SheetData
    columns: dict[int, list[int]]
    ends: dict[tuple[int, int], tuple[int, int]]
    reached: dict[int, int]
    framed: set[int] | None


def _layout(sheet: SheetData) -> Layout:
    covered = _covered(sheet)
    columns: dict[int, list[int]] = defaultdict(list)
    for place in sorted(sheet.values):
        if place not in covered:
            columns[place[0]].append(place[1])
    ends = {(row, col): (last_row, last_col) for row, col, last_row, last_col in sheet.merged}
    lowest: dict[int, int] = {}
    for place, (last_row, _) in ends.items():
        if place in sheet.values and place not in covered:
            lowest[place[0]] = max(lowest.get(place[0], 0), last_row)
    reached: dict[int, int] = {}
    furthest = -1
    for row in columns:
        reached[row] = furthest
        furthest = max(furthest, row, lowest.get(row, row))
    framed = {row for row, count in sheet.bordered.items() if count > 1}
    return Layout(sheet, columns, ends, reached, framed if len(framed & columns.keys()) > 1 else None)


def _covered(sheet: SheetData) -> set[tuple[int, int]]:
    """Filled cells that a merged range hides (all but its first)."""
    work = sum(min((r - row + 1) * (c - col + 1), len(sheet.values)) for row, col, r, c in sheet.merged)
    if work > MOST_WORK:
        raise LimitError("readers.too_many_merged", sheet=sheet.name, limit=len(sheet.merged))
    covered: set[tuple[int, int]] = set()
    for row, col, last_row, last_col in sheet.merged:
        if (last_row - row + 1) * (last_col - col + 1) <= len(sheet.values):
            inside = {(r, c) for r in range(row, last_row + 1) for c in range(col, last_col + 1)}
            covered |= inside & sheet.values.keys()
        else:
            covered |= {(r, c) for r, c in sheet.values if row <= r <= last_row and col <= c <= last_col}
        covered.discard((row, col))
    return covered


def _runs(layout: Layout) -> Iterator[list[int]]:
    """Filled rows that belong together: within one frame (whose blank rows hold it together), or, in a sheet
    without borders, without a blank row between."""
    run: list[int] = []
    framed = layout.framed
    for row in layout.columns:
        if not run:
            joined = True
        elif framed is not None:
            joined = row in framed and row - run[-1] < MOST_BLANK and all(r in framed for r in range(run[-1], row))
        else:
            joined = row <= max(run[-1], layout.reached[row]) + 1
        if not joined:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _trimmed(rows: list[int], layout: Layout) -> tuple[list[int], list[int], list[int]]:
    """A run's captions above, its grid, its notes below. A grid has two columns, and two rows, a frame, or a row of
    three cells or more: the heading of a table that holds nothing."""
    width = len({col for row in rows for col in layout.columns[row]})
    if width < 2:
        return rows, [], []
    first, last = 0, len(rows)
    while first < last and _is_caption(rows[first], layout, width):
        first += 1
    while last > first and _is_note(rows[last - 1], layout, width):
        last -= 1
    body = rows[first:last]
    framed = layout.framed is not None and bool(body) and body[0] in layout.framed
    if len({col for row in body for col in layout.columns[row]}) < 2:
        return rows, [], []
    if len(body) < 2 and not framed and len(layout.columns[body[0]]) < 3:
        return rows, [], []
    return rows[:first], body, rows[last:]


def _is_caption(row: int, layout: Layout, width: int) -> bool:
    if _is_note(row, layout, width):
        return True
    cols = layout.columns[row]
    values = [layout.sheet.values[row, col] for col in cols[:4]]
    return len(values) < 4 and all(value.raw is None and _LABELLED.search(value.text) for value in values)


def _is_note(row: int, layout: Layout, width: int) -> bool:
    """True where a row holds one text alone, and is not the part of a frame that has other, blank cells."""
    cols = layout.columns[row]
    if len(cols) > 1 or row <= layout.reached[row]:
        return False
    if layout.framed is None or row not in layout.framed:
        return True
    last_col = layout.ends.get((row, cols[0]), (row, cols[0]))[1]
    return 3 * (last_col - cols[0] + 1) >= 2 * width


def _paragraphs(rows: list[int], layout: Layout) -> Iterator[Paragraph]:
    sheet = layout.sheet
    for row in rows:
        for col in layout.columns[row]:
            yield Paragraph(sheet.values[row, col].text, SheetPlace(sheet.name, f"{letters(col)}{row + 1}"))


def _table(rows: list[int], layout: Layout) -> Table:
    """The grid of these rows; rows and columns in which no text begins are left out."""
    name, values, ends = layout.sheet.name, layout.sheet.values, layout.ends
    cols = sorted({col for row in rows for col in layout.columns[row]})
    col_at = {col: (index, letters(col)) for index, col in enumerate(cols)}
    cells: list[Cell] = []
    new = tuple.__new__  # half the time of calling the class
    for top, row in enumerate(rows):
        number = str(row + 1)
        for col in layout.columns[row]:
            key = row, col
            left, label = col_at[col]
            place = new(SheetPlace, (name, label + number, None))
            if key in ends:
                last_row, last_col = ends[key]
                spans = bisect_right(rows, last_row) - top, bisect_right(cols, last_col) - left
            else:
                spans = _NO_SPANS
            cells.append(new(Cell, (top, left, values[key].text, place, *spans, *_REST)))
    corner = SheetPlace(name, f"{letters(cols[0])}{rows[0] + 1}")
    return Table(len(rows), len(cols), tuple(cells), corner, name=name)


def letters(col: int) -> str:
    """The letters of a column (0 → A)."""
    known = _LETTERS.get(col)
    if known is None:
        number, known = col + 1, ""
        while number:
            number, digit = divmod(number - 1, 26)
            known = chr(65 + digit) + known
        _LETTERS[col] = known
    return known


def column(name: str) -> int:
    """The number of a column (A → 0)."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1
