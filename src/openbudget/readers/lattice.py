"""Ruled lines and characters of one page → grids of cells. Shared by PDF, OFD and scans.

In: glyphs (characters with boxes) and rules (line segments or thin boxes), in points from the top left of the
page. Out: grids, and the glyphs that stand in none. Borders may be dashed, doubled, drawn piece by piece, and
open at the outer sides; a cell is a rectangle that no border crosses, so merged cells come out as spans.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.readers.lattice_gap_top import Layout, Seen
from openbudget.readers.lattice_gaps import Refused, gap_tables
from openbudget.readers.lattice_grid import Grid, GridCell, Rule
from openbudget.readers.lattice_lines import Glyph, line_text, lines_of
from openbudget.readers.lattice_open import Level, holds_one_each, is_whole, plumb_lines, split_levels

SNAP = 3.5  # lines nearer than this are one line (a double border); no row of print is so low
GAP = 4.0  # pieces of one line may be so far apart (dashes)
REACH = 3.0  # lines that come so near to each other touch
COVER = 0.6  # the part of a cell's side that must be drawn for a border
MOST_LINES = 3000  # lines on one page; more is a drawing, not a table


class Line(NamedTuple):
    """A whole line after merging: `at` across it, from `start` to `end` along it."""

    at: float
    start: float
    end: float


class Tables(NamedTuple):
    """The tables of a page from top to bottom, the glyphs outside them, the columns of the last table without plumb lines,
    and the first line of each that seems to be a table whose cells are not sure (its glyphs are outside)."""

    grids: list[Grid]
    rest: list[Glyph]
    layout: Layout | None
    refused: list[str]


def grids(glyphs: Sequence[Glyph], rules: Iterable[Rule]) -> tuple[list[Grid], list[Glyph]]:
    """The tables of a page, from top to bottom, and the glyphs outside them.

    A frame with one cell is no table: its glyphs come back as prose.
    """
    found = tables(glyphs, rules, Seen(None, {}, set()))
    return found.grids, found.rest


def tables(glyphs: Sequence[Glyph], rules: Iterable[Rule], seen: Seen) -> Tables:
    """As `grids`, with what the page tells of the next and what was refused. `seen`: what the pages before tell."""
    across, down = merged_lines(rules)
    if len(across) + len(down) > MOST_LINES:
        return Tables([], list(glyphs), None, [])
    groups, lone = _connected(across, down)
    found, rest = _ruled(groups, frozenset(), list(glyphs))
    gapped = gap_tables(lines_of(rest), [Level(*line) for line in lone], seen)
    refused = [stretch.text for stretch in gapped.refused]
    if gapped.grids:
        rest = _outside(gapped.grids, rest)
        lone = [line for line in lone if not any(_runs_over(line, grid) for grid in gapped.grids)]
        found += gapped.grids
    gutters = frozenset(Line(*gutter) for gutter in plumb_lines([Level(*line) for line in lone], rest))
    if gutters:
        between, _ = _ruled(_connected(lone, list(gutters))[0], gutters, rest)
        sure = [grid for grid in between if _is_sure(grid, rest, gapped.refused)]
        refused += [_first_line(grid) for grid in between if grid not in sure and not _is_told(grid, gapped.refused)]
        rest = _outside(sure, rest)
        found += sure
    return Tables(sorted(found, key=lambda grid: (grid.ys[0], grid.xs[0])), rest, gapped.layout, refused)


def _outside(inside: Sequence[Grid], glyphs: Sequence[Glyph]) -> list[Glyph]:
    used = {id(glyph) for grid in inside for cell in grid.cells for glyph in cell.glyphs}
    return [glyph for glyph in glyphs if id(glyph) not in used]


def _is_sure(grid: Grid, glyphs: Sequence[Glyph], refused: Sequence[Refused]) -> bool:
    """False where a table that only white parts holds lines that were refused, or is not whole."""
    return (
        not _is_told(grid, refused)
        and holds_one_each(cell.glyphs for cell in grid.cells)
        and is_whole(grid.box, glyphs)
    )


def _is_told(grid: Grid, refused: Sequence[Refused]) -> bool:
    """True where lines within the table are refused already."""
    _, top, _, bottom = grid.box
    return any(stretch.top < bottom and top < stretch.bottom for stretch in refused)


def _first_line(grid: Grid) -> str:
    lines = lines_of(glyph for cell in grid.cells for glyph in cell.glyphs)
    return next((text for line in lines if (text := line_text(line))), "")


def _runs_over(line: Line, grid: Grid) -> bool:
    x0, top, x1, bottom = grid.box
    return top - SNAP < line.at < bottom + SNAP and line.start < x1 and x0 < line.end


def _ruled(
    groups: list[tuple[list[Line], list[Line]]], gutters: frozenset[Line], glyphs: list[Glyph]
) -> tuple[list[Grid], list[Glyph]]:
    """The tables that groups of lines draw, and the glyphs outside them. `gutters`: plumb lines that are but white."""
    found: list[Grid] = []
    rest = glyphs
    for horizontals, verticals in groups:
        skeleton = _skeleton(horizontals, verticals)
        if skeleton is None:
            continue
        xs, ys, spans = skeleton
        cells, rest = _fill(xs, ys, spans, rest)
        found.append(_split(Grid(xs, ys, cells, gutters.issuperset(verticals))))
    return found, rest


def merged_lines(rules: Iterable[Rule]) -> tuple[list[Line], list[Line]]:
    """Horizontal and vertical lines, each once: near parallels made one, pieces joined."""
    across: list[Line] = []
    down: list[Line] = []
    for x0, top, x1, bottom in rules:
        if x1 - x0 >= bottom - top:
            across.append(Line((top + bottom) / 2, x0, x1))
        else:
            down.append(Line((x0 + x1) / 2, top, bottom))
    return _merge(across), _merge(down)


def _merge(pieces: list[Line]) -> list[Line]:
    lines: list[Line] = []
    pieces.sort()
    first = 0
    for index in range(1, len(pieces) + 1):
        if index < len(pieces) and pieces[index].at - pieces[first].at <= SNAP:
            continue
        group = pieces[first:index]
        first = index
        # the longest piece says where the line is: stubs at corners are often a little off
        at = max(group, key=lambda piece: piece.end - piece.start).at
        group.sort(key=lambda piece: piece.start)
        start, end = group[0].start, group[0].end
        for piece in group[1:]:
            if piece.start - end > GAP:
                lines.append(Line(at, start, end))
                start = piece.start
                end = piece.end
            end = max(end, piece.end)
        lines.append(Line(at, start, end))
    return lines


def _connected(across: list[Line], down: list[Line]) -> tuple[list[tuple[list[Line], list[Line]]], list[Line]]:
    """Groups of lines that touch one another, each with lines of both directions; and level lines that touch none."""
    parent = list(range(len(across) + len(down)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for i, (y, left, right) in enumerate(across):
        for j, (x, top, bottom) in enumerate(down, len(across)):
            if left - REACH <= x <= right + REACH and top - REACH <= y <= bottom + REACH:
                parent[root(j)] = root(i)
    groups: dict[int, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for node in range(len(parent)):
        if node < len(across):
            groups[root(node)][0].append(across[node])
        else:
            groups[root(node)][1].append(down[node - len(across)])
    lone = [line for level, plumb in groups.values() if not plumb for line in level]
    return [group for group in groups.values() if group[0] and group[1]], lone


Spans = list[tuple[int, int, int, int]]  # row, col, rowspan, colspan
Places = set[tuple[int, int]]


def _skeleton(across: list[Line], down: list[Line]) -> tuple[tuple[float, ...], tuple[float, ...], Spans] | None:
    """Boundaries and cells of one group of lines; None where it makes fewer than two cells."""
    xs = _with_edges([line.at for line in down], min(a.start for a in across), max(a.end for a in across))
    ys = _with_edges([line.at for line in across], min(d.start for d in down), max(d.end for d in down))
    if len(xs) < 2 or len(ys) < 2:
        return None
    right = _borders(down, xs, ys)
    below = _borders(across, ys, xs)
    spans = _rectangles(len(ys) - 1, len(xs) - 1, right, below)
    xs, ys, spans = _without_unused(xs, ys, spans)
    return (tuple(xs), tuple(ys), spans) if len(spans) > 1 else None


def _with_edges(places: list[float], first: float, last: float) -> list[float]:
    """The places of lines, with the open outer sides to which the crossing lines reach."""
    result = sorted(set(places))
    if not result or first < result[0] - 2 * REACH:
        result.insert(0, first)
    if last > result[-1] + 2 * REACH:
        result.append(last)
    return result


def _borders(lines: list[Line], places: list[float], along: list[float]) -> set[tuple[int, int]]:
    """(i, k): a border is drawn at places[i] between along[k] and along[k + 1]."""
    index = {place: i for i, place in enumerate(places)}
    drawn: dict[tuple[int, int], float] = defaultdict(float)
    for at, start, end in lines:
        i = index[at]
        for k in range(max(0, bisect_right(along, start) - 1), len(along) - 1):
            low, high = along[k], along[k + 1]
            if low >= end:
                break
            drawn[i, k] += (min(end, high) - max(start, low)) / (high - low)
    return {key for key, part in drawn.items() if part >= COVER}


def _rectangles(n_rows: int, n_cols: int, right: Places, below: Places) -> Spans:
    """The cells: from each free place as far right as no vertical, then down as no horizontal border is met."""
    taken: Places = set()
    spans: Spans = []
    for row in range(n_rows):
        for col in range(n_cols):
            if (row, col) in taken:
                continue
            width = 1
            while col + width < n_cols and (col + width, row) not in right and (row, col + width) not in taken:
                width += 1
            height = 1
            while row + height < n_rows and _extends(row + height, col, width, right, below, taken):
                height += 1
            taken.update((r, c) for r in range(row, row + height) for c in range(col, col + width))
            spans.append((row, col, height, width))
    return spans


def _extends(row: int, col: int, width: int, right: Places, below: Places, taken: Places) -> bool:
    return all(
        (row, c) not in below and (row, c) not in taken and (c == col or (c, row) not in right)
        for c in range(col, col + width)
    )


def _without_unused(xs: list[float], ys: list[float], spans: Spans) -> tuple[list[float], list[float], Spans]:
    """Boundaries at which no cell begins or ends (stray strokes) taken out."""
    cols = sorted({edge for _, col, _, width in spans for edge in (col, col + width)})
    rows = sorted({edge for row, _, height, _ in spans for edge in (row, row + height)})
    new_col = {old: new for new, old in enumerate(cols)}
    new_row = {old: new for new, old in enumerate(rows)}
    renumbered = [
        (new_row[r], new_col[c], new_row[r + h] - new_row[r], new_col[c + w] - new_col[c]) for r, c, h, w in spans
    ]
    return [xs[i] for i in cols], [ys[i] for i in rows], renumbered


def _fill(
    xs: tuple[float, ...], ys: tuple[float, ...], spans: Spans, glyphs: list[Glyph]
) -> tuple[tuple[GridCell, ...], list[Glyph]]:
    owner = {
        (r, c): number
        for number, (row, col, height, width) in enumerate(spans)
        for r in range(row, row + height)
        for c in range(col, col + width)
    }
    inside: list[list[Glyph]] = [[] for _ in spans]
    rest: list[Glyph] = []
    runs: dict[int, dict[int, list[Glyph]]] = defaultdict(lambda: defaultdict(list))
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        number = None
        if xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]:
            place = bisect_right(ys, y, hi=len(ys) - 1) - 1, bisect_right(xs, x, hi=len(xs) - 1) - 1
            number = owner.get(place)
        if number is None:
            rest.append(glyph)
        else:
            runs[glyph.run][number].append(glyph)
    for parts in runs.values():
        for number, part in _gathered(parts, spans).items():
            inside[number].extend(part)
    cells = [
        GridCell(row, col, height, width, tuple(part), (xs[col], ys[row], xs[col + width], ys[row + height]))
        for (row, col, height, width), part in zip(spans, inside, strict=True)
    ]
    return tuple(cells), rest


def _split(grid: Grid) -> Grid:
    """The grid with rows cut that hold several rows of print without lines between them."""
    cuts: dict[int, list[float]] = {}
    for row in range(grid.n_rows):
        here = [cell for cell in grid.cells if cell.row == row and cell.rowspan == 1]
        if len(here) > 1 and (levels := split_levels([(cell.glyphs, cell.box[2] - cell.box[0]) for cell in here])):
            cuts[row] = levels
    if not cuts:
        return grid
    ys = sorted([*grid.ys, *(level for levels in cuts.values() for level in levels)])
    cells: list[GridCell] = []
    for cell in grid.cells:
        first, last = ys.index(grid.ys[cell.row]), ys.index(grid.ys[cell.row + cell.rowspan])
        if cell.rowspan > 1 or cell.row not in cuts:
            cells.append(cell._replace(row=first, rowspan=last - first))
            continue
        inside: list[list[Glyph]] = [[] for _ in range(first, last)]
        for glyph in cell.glyphs:
            inside[bisect_right(ys, (glyph.top + glyph.bottom) / 2, first, last) - 1 - first].append(glyph)
        for row, part in enumerate(inside, first):
            cells.append(
                GridCell(row, cell.col, 1, cell.colspan, tuple(part), (cell.box[0], ys[row], cell.box[2], ys[row + 1]))
            )
    return Grid(grid.xs, tuple(ys), tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))), grid.open)


def _gathered(parts: dict[int, list[Glyph]], spans: Spans) -> dict[int, list[Glyph]]:
    """A run of characters of one kind that sticks out of its cell sideways by a character or two, taken whole."""
    if len(parts) != 2:
        return parts
    (small, few), (large, many) = sorted(parts.items(), key=lambda item: len(item[1]))
    (row, _, height, _), (other_row, _, other_height, _) = spans[small], spans[large]
    same_row = row < other_row + other_height and other_row < row + height
    if not same_row or len(few) > 2 or len(many) < 3 * len(few):
        return parts
    ordered = sorted([*few, *many], key=lambda glyph: glyph.x0)
    step = max(b.x0 - a.x1 for a, b in pairwise(ordered))
    kinds = {glyph.text.isascii() for glyph in ordered if glyph.text.strip()}
    if step > 0.3 * ordered[0].size or len(kinds) > 1:
        return parts
    return {large: [*many, *few]}
