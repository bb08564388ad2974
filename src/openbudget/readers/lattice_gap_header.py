"""The header of a table without ruling lines: which heading stands over which columns. None where that is not sure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.readers.lattice_gap_columns import SAME, Column
from openbudget.readers.lattice_gap_groups import with_parents
from openbudget.readers.lattice_gap_headings import LEVEL, Words, words_of
from openbudget.readers.lattice_gap_lines import Line
from openbudget.readers.lattice_gap_placed import Unit, columns_under, placed
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.lattice_open import Level


class Heading(NamedTuple):
    """A heading: over which columns (from, to), its glyphs, how many headings stand over it, and how many rows of the
    header it takes."""

    first: int
    last: int
    glyphs: tuple[Glyph, ...]
    level: int
    rows: int


class Header(NamedTuple):
    columns: tuple[Column, ...]
    headings: tuple[Heading, ...]
    n_rows: int

    @property
    def is_title_only(self) -> bool:
        """True where one heading stands over all columns: it is a title of the table."""
        return self.headings[0].last - self.headings[0].first + 1 >= len(self.columns)


def header_of(
    lines: Sequence[Line], columns: Sequence[Column], size: float, ruled: Sequence[Level] = ()
) -> Header | None:
    """The header that the lines are over the columns. Columns that only have a heading are added. `ruled`: the level lines
    drawn among them."""
    standing = placed(words_of(lines, size, ruled), columns, size)
    if standing is None:
        return None
    readings = [_grouped(*standing, left, size, ruled) for left in _alignments(*standing, columns, size)]
    if not readings or any(units is None for units in readings[1:]):
        return None
    headers = [_header(units) for units in readings if units is not None]
    if not headers or any(other.headings != headers[0].headings for other in headers):
        return None
    return headers[0] if _is_level(headers[0].headings, size) else None


def _is_level(headings: Sequence[Heading], size: float) -> bool:
    """True where headings that take the same rows of the header stand at the same height: all by their tops, all by
    their middles, or all by their feet."""
    tall = [(min(g.top for g in each.glyphs), max(g.bottom for g in each.glyphs)) for each in headings]
    for weight in (0.0, 0.5, 1.0):
        heights: dict[tuple[int, int], list[float]] = defaultdict(list)
        for heading, (top, bottom) in zip(headings, tall, strict=True):
            heights[heading.level, heading.rows].append(top + weight * (bottom - top))
        if all(max(each) - min(each) < LEVEL * size for each in heights.values()):
            return True
    return False


def reprinted(header: Header, glyphs: Sequence[Glyph], others: Sequence[Glyph]) -> Header | None:
    """The header of another page, with the print of this one. `glyphs`: all of its print there; `others`: here."""
    if len(glyphs) != len(others):
        return None
    here = {id(glyph): other for glyph, other in zip(glyphs, others, strict=True)}
    headings = tuple(each._replace(glyphs=tuple(here[id(g)] for g in each.glyphs)) for each in header.headings)
    return header._replace(headings=headings)


def _grouped(
    units: list[Unit], parents: list[Words], left_aligned: bool, size: float, ruled: Sequence[Level]
) -> list[Unit] | None:
    """The units, put together under the headings that stand over several."""
    while parents:
        level = [each for each in parents if parents[0].at - each.at < LEVEL * size]
        parents = parents[len(level) :]
        grown = with_parents(units, sorted(level, key=lambda each: each.x0), size, left_aligned, ruled)
        if grown is None:
            return None
        units = grown
    return None if any(unit.words is None for unit in units) else units


def _header(units: Sequence[Unit]) -> Header:
    n_rows = max(map(_depth, units))
    headings = tuple(heading for unit in units for heading in _headings(unit, 0, n_rows))
    leaves = [leaf for unit in units for leaf in _leaves(unit)]
    return Header(tuple(Column(leaf.x0, leaf.x1, None) for leaf in leaves), headings, n_rows)


def numbers_of(line: Line, columns: Sequence[Column]) -> list[Heading] | None:
    """The cells of a line that numbers the columns: a number over one column, words over all up to the next number.
    None where a number stands over no column of its own."""
    edges = [(left.x1 + right.x0) / 2 for left, right in pairwise(columns)]
    places = [sum(1 for edge in edges if edge <= piece.centre) for piece in line.pieces]
    cells: list[Heading] = []
    free = 0
    for index, (piece, at) in enumerate(zip(line.pieces, places, strict=True)):
        last = at
        if not piece.is_figure:
            at, last = free, places[index + 1] - 1 if index + 1 < len(places) else len(columns) - 1
        if at != free or last < at:
            return None
        cells.append(Heading(at, last, piece.glyphs, 0, 1))
        free = last + 1
    return cells if free == len(columns) else None


def _alignments(units: Sequence[Unit], parents: Sequence[Words], columns: Sequence[Column], size: float) -> list[bool]:
    """How headings over several may be set: over the middle of those (False), or beginning where the first does (True);
    two, where nothing speaks against either. Those that end where the last does are not read: none."""
    headings = [unit.words for unit in units if unit.words is not None]
    begin, end = _may_begin(headings, columns, size), _may_end(headings, columns, size)
    begin = begin and all(any(abs(words.x0 - each.x0) < SAME * size for words in headings) for each in parents)
    end = end and all(any(abs(words.x1 - each.x1) < SAME * size for words in headings) for each in parents)
    if not parents:
        return [False]
    off_centre = False
    for parent in parents:
        over = [units[index] for index in columns_under(parent, units, size)]
        if len(over) > 1 and max(abs(over[0].x0 - parent.x0), abs(over[-1].x1 - parent.x1)) < size:
            continue  # as wide as all of them
        for words in (unit.words for unit in over if unit.words is not None):
            if abs(words.centre - parent.centre) > 2 * LEVEL * size:
                same = abs(words.x0 - parent.x0) < SAME * size or abs(words.x1 - parent.x1) < SAME * size
                off_centre = off_centre or same
    if end:
        return []
    if begin:
        return [True] if off_centre else [False, True]
    return [False]


def _may_begin(headings: Sequence[Words], columns: Sequence[Column], size: float) -> bool:
    """False where a heading over a column whose print begins at one place begins at another."""
    pairs = ((words, column) for words in headings for column in columns if column.begins and _is_over(words, column))
    return all(abs(words.x0 - column.x0) < SAME * size for words, column in pairs)


def _may_end(headings: Sequence[Words], columns: Sequence[Column], size: float) -> bool:
    """False where a heading over a column whose print ends at one place ends at another."""
    pairs = ((words, column) for words in headings for column in columns if column.ends and _is_over(words, column))
    return all(abs(words.x1 - column.x1) < SAME * size for words, column in pairs)


def _is_over(words: Words, column: Column) -> bool:
    return words.x0 < column.x1 and column.x0 < words.x1


def _depth(unit: Unit) -> int:
    return 0 if unit.words is None else 1 + max(map(_depth, unit.under), default=0)


def _leaves(unit: Unit) -> Iterator[Unit]:
    if not unit.under:
        yield unit
    for under in unit.under:
        yield from _leaves(under)


def _headings(unit: Unit, level: int, n_rows: int) -> Iterator[Heading]:
    if unit.words is None:
        return
    under = [each for each in unit.under if each.words is not None]
    yield Heading(unit.first, unit.last, unit.words.glyphs, level, 1 if under else n_rows - level)
    for each in under:
        yield from _headings(each, level + 1, n_rows)
