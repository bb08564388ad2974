"""Tables that are not ruled all over: lines between rows only, or columns whose rows are not parted by lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.model.amount import parse_figure
from openbudget.readers.lattice_lines import Glyph, leaves_no_room, line_text, lines_of

ALIKE = 0.8  # of the longest line: a line that goes over the whole table
FEWEST = 3  # lines over the whole table: above and below its header, and under it
APART = 0.6  # of the size: a gap in a line that may part two columns
NARROW = 0.5  # of the size: the least width of a gutter
ROOM = 1.5  # times the height of a row of one line: the height of a band that is no row of a table
NEAR = 2.0  # of the size: print so near to a table may be of it
CROSSED = 0.1  # of the lines of the body may run over a gutter (words over several columns)


class Level(NamedTuple):
    """A level line: `at` down the page, from `start` to `end`."""

    at: float
    start: float
    end: float


def plumb_lines(across: Sequence[Level], glyphs: Sequence[Glyph]) -> list[tuple[float, float, float]]:
    """The vertical borders (x, top, bottom) that white gutters stand for, between level lines that have none.

    Between two level lines a gutter is a border unless print runs over it there: so words over several columns
    become merged cells. Empty where the print between the lines does not stand in columns.
    """
    found: list[tuple[float, float, float]] = []
    for group in _groups(across):
        left, right = min(line.start for line in group), max(line.end for line in group)
        ys = sorted({line.at for line in group})
        inside = [g for g in glyphs if ys[0] < (g.top + g.bottom) / 2 < ys[-1] and left - 3 < g.x0 < right + 3]
        lines = [line for line in lines_of(inside) if _runs(line)]
        for first, last in _tables(ys, lines):
            here = [line for line in lines if ys[first] < _middle(line) < ys[last]]
            found.extend(_borders(ys[first : last + 1], here))
    return found


def _middle(line: Sequence[Glyph]) -> float:
    return (line[0].top + line[0].bottom) / 2


def _tables(ys: list[float], lines: list[list[Glyph]]) -> list[tuple[int, int]]:
    """The stretches of level lines that are one table: parted where a band is blank or holds but a caption, one
    line with much room around it."""
    stretches: list[tuple[int, int]] = []
    bands = [[line for line in lines if top < _middle(line) < bottom] for top, bottom in pairwise(ys)]
    heights = [ys[band + 1] - ys[band] for band in range(len(bands))]
    low = sorted(
        height for height, here in zip(heights, bands, strict=True) if len(here) == 1 and len(_runs(here[0])) > 1
    )
    usual = low[len(low) // 2] if low else 1.6 * max((glyph.size for line in lines for glyph in line), default=10.0)
    first = 0
    for band, here in enumerate(bands):
        lone = all(len(_runs(line)) == 1 for line in here)
        if lone and heights[band] > ROOM * usual * max(1, len(here)):
            stretches.append((first, band))
            first = band + 1
    stretches.append((first, len(ys) - 1))
    return [(start, end) for start, end in stretches if end - start >= FEWEST - 1]


def _borders(ys: list[float], lines: list[list[Glyph]]) -> list[tuple[float, float, float]]:
    rows = [(bisect_right(ys, _middle(line)) - 1, _runs(line)) for line in lines]
    gutters = _gutters(rows, len(ys) - 1)
    if sum(1 for _, runs in rows if len(runs) > 1) < 2:
        return []
    found: list[tuple[float, float, float]] = []
    for band in range(len(ys) - 1):
        runs = [run for at, each in rows if at == band for run in each]
        for x in gutters:
            if not any(start < x < end for start, end in runs):
                found.append((x, ys[band], ys[band + 1]))
    return found


def holds_one_each(cells: Iterable[Sequence[Glyph]]) -> bool:
    """False where print in a cell is parted by white, or a figure stands over other print: then the columns or the rows
    are not those of the table."""
    for glyphs in cells:
        lines = [line for line in lines_of(glyphs) if _runs(line)]
        if any(len(_runs(line)) > 1 and not _is_set_apart(line) for line in lines):
            return False
        if len(lines) > 1 and any(parse_figure(line_text(line)) is not None for line in lines):
            return False
    return True


def is_whole(box: tuple[float, float, float, float], glyphs: Sequence[Glyph]) -> bool:
    """False where print that is parted by white stands right over the box of a table, or right under it: then its lines do
    not go round the whole table."""
    left, top, right, bottom = box
    for line in lines_of(glyph for glyph in glyphs if left < glyph.x1 and glyph.x0 < right):
        near = NEAR * max(glyph.size for glyph in line)
        beside = top - near < _middle(line) < top or bottom < _middle(line) < bottom + near
        if beside and len(_runs(line)) > 1 and not _is_set_apart(line):
            return False
    return True


def _is_set_apart(line: Sequence[Glyph]) -> bool:
    """True for the characters of a word set wide apart (`合 计`)."""
    return all(len(run.split()) == 1 and len(run) == 1 and not run.isascii() for run in line_text(line).split())


def _groups(across: Sequence[Level]) -> list[list[Level]]:
    """Level lines one under another that begin and end together, with the shorter ones between them."""
    groups: list[list[Level]] = []
    for line in sorted(across, key=lambda line: line.start - line.end):
        for group in groups:
            width = group[0].end - group[0].start
            inside = line.start > group[0].start - 6 and line.end < group[0].end + 6
            same = inside and line.end - line.start >= ALIKE * width
            if same or (inside and group[0].at != line.at and _between(line.at, group)):
                group.append(line)
                break
        else:
            groups.append([line])
    whole = [[line for line in g if line.end - line.start >= ALIKE * (g[0].end - g[0].start)] for g in groups]
    return [group for group, full in zip(groups, whole, strict=True) if len({line.at for line in full}) >= FEWEST]


def _between(at: float, group: list[Level]) -> bool:
    levels = [line.at for line in group]
    return min(levels) < at < max(levels)


def _runs(line: Sequence[Glyph]) -> list[tuple[float, float]]:
    runs: list[tuple[float, float]] = []
    for glyph in line:
        if glyph.text.isspace():
            continue
        if runs and glyph.x0 - runs[-1][1] < APART * glyph.size:
            runs[-1] = runs[-1][0], max(runs[-1][1], glyph.x1)
        else:
            runs.append((glyph.x0, glyph.x1))
    return runs


def _gutters(rows: Sequence[tuple[int, list[tuple[float, float]]]], n_bands: int) -> list[float]:
    """The middles of the white strips that part the columns of the body (the header's first rows do not count)."""
    body = [runs for band, runs in rows if band >= min(2, n_bands - 1)] or [runs for _, runs in rows]
    edges = sorted({x for runs in body for run in runs for x in run})
    allowed = int(CROSSED * len(body))
    gutters: list[float] = []
    start: float | None = None
    for left, right in pairwise(edges):
        middle = (left + right) / 2
        crossing = sum(1 for runs in body if any(a < middle < b for a, b in runs))
        if crossing <= allowed:
            start = left if start is None else start
            continue
        if start is not None:
            gutters.append((start + left) / 2)
            start = None
    return gutters


def split_levels(cells: Sequence[tuple[Sequence[Glyph], float]]) -> list[float]:
    """The levels at which a row of cells (their glyphs and widths) is to be cut, because it holds several rows of
    print; empty: none.

    The sign of it: in at least two cells, lines at the same levels, and in one of them two figures or more, each
    whole on its line.
    """
    columns = [_levels(glyphs, width) for glyphs, width in cells if glyphs]
    figures = [levels for levels in columns if sum(1 for _, _, figure in levels if figure) > 1]
    if not figures:
        return []
    main = max(figures, key=len)
    at = [level for level, _, _ in main]
    slack = 0.3 * max(size for _, size, _ in main)
    level_with = [
        levels
        for levels in columns
        if levels is not main and len(levels) > 1 and all(min(abs(y - x) for x in at) < slack for y, _, _ in levels)
    ]
    return [(above + below) / 2 for above, below in pairwise(at)] if level_with else []


def _levels(glyphs: Sequence[Glyph], width: float) -> list[tuple[float, float, bool]]:
    """The middle, size and figure-or-not of each line of a cell; pieces of a broken figure are none."""
    lines = [(line, text) for line in lines_of(glyphs) if (text := line_text(line))]
    result: list[tuple[float, float, bool]] = []
    broken = False
    for index, (line, text) in enumerate(lines):
        after = lines[index + 1][1] if index + 1 < len(lines) else ""
        breaks = bool(after) and after[0].isascii() and leaves_no_room(line, width, after)
        top, bottom = min(g.top for g in line), max(g.bottom for g in line)
        figure = not broken and not breaks and parse_figure(text) is not None
        result.append(((top + bottom) / 2, max(g.size for g in line), figure))
        broken = breaks
    return result


def looks_ruled_by_space(glyphs: Sequence[Glyph]) -> str:
    """The first line of what looks like a table that no line parts: lines one under another of several runs that end
    with a figure. Empty where there is none. Such print is read as text, since nothing tells its cells."""
    here: list[str] = []
    written = 0
    for line in lines_of(glyphs):
        runs = _runs(line)
        last = line_text([glyph for glyph in line if runs and glyph.x0 >= runs[-1][0]])
        if len(runs) < 2 or parse_figure(last) is None:
            here, written = [], 0
            continue
        here.append(line_text(line))
        written += "." in last or "," in last
        if len(here) >= FEWEST and written >= FEWEST - 1:
            return here[0]
    return ""
