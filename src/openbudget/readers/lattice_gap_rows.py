"""The rows of a table without ruling lines: lines that hold figures, with the lines that their words were broken
over. None where it is not sure to which row a line belongs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from openbudget.readers.lattice_gap_columns import Column, of_column
from openbudget.readers.lattice_gap_lines import BEGINS, Line
from openbudget.readers.lattice_lines import first_word, print_width

TOUCHING = 0.85  # of the size: lines nearer than this cannot be of two rows
FULL = 0.6  # of the size: what may be left at the end of a line of words, besides the room for the next word
SET_APART = 1.45  # of the size: a step from line to line that is wider than between the lines of one cell
CLEARER = 0.15  # of the size: how much nearer a line must be to the row that it belongs to

Row = list[Line]


def rows_of(lines: Sequence[Line], columns: Sequence[Column], levels: Sequence[float]) -> list[Row] | None:
    """The rows that the lines make. `levels`: lines drawn over the whole width, which part rows."""
    size = lines[0].size
    chains: list[Row] = []
    for line in lines:
        if chains and not _parted(chains[-1][-1], line, levels) and line.at - chains[-1][-1].at < TOUCHING * size:
            chains[-1].append(line)
        else:
            chains.append([line])
    if any(sum(has_amounts(line, columns) for line in chain) > 1 for chain in chains):
        return None
    rows = _banded(chains, columns, levels) or _joined(chains, columns, levels, size)
    return rows if rows and all(_is_whole(row, columns) for row in rows) else None


def has_amounts(line: Line, columns: Sequence[Column]) -> bool:
    """True where a line holds something in a column of amounts."""
    return any(column.amounts and of_column(line, column) for column in columns)


def _parted(above: Line, below: Line, levels: Sequence[float]) -> bool:
    return any(above.at < level < below.at for level in levels)


def _banded(chains: list[Row], columns: Sequence[Column], levels: Sequence[float]) -> list[Row] | None:
    """The rows where lines are drawn between all of them."""
    bands: list[Row] = []
    for chain in chains:
        if bands and not _parted(bands[-1][-1], chain[0], levels):
            bands[-1].extend(chain)
        else:
            bands.append(list(chain))
    if len(bands) < 2 or any(sum(has_amounts(line, columns) for line in band) > 1 for band in bands):
        return None
    return bands


def _joined(chains: list[Row], columns: Sequence[Column], levels: Sequence[float], size: float) -> list[Row] | None:
    edges = [max((p.x1 for c in chains for line in c for p in of_column(line, col)), default=col.x1) for col in columns]
    step = _step(chains, columns, size)
    rows: list[Row] = []
    waiting: Row = []  # lines of words that belong to the row below
    for index, chain in enumerate(chains):
        after = chains[index + 1] if index + 1 < len(chains) else None
        if _has_any(chain, columns):
            rows.append([*waiting, *chain])
            waiting = []
            continue
        up = _distance(rows[-1], chain, levels) if rows and not waiting else None
        down = _distance(chain, after, levels) if after else None
        goes_on = up is not None and up < step and _goes_on(rows[-1], chain[0], columns, edges, size, False)
        leads = after is not None and down is not None and down < step
        leads = leads and after is not None and _goes_on(chain, after[0], columns, edges, size, True)
        if waiting and not leads:
            return None
        if waiting:
            waiting.extend(chain)
        elif goes_on and leads and up is not None and down is not None and _has_any(after, columns):
            if abs(up - down) < CLEARER * size:
                return None
            if up < down:
                rows[-1].extend(chain)
            else:
                waiting = list(chain)
        elif goes_on:
            rows[-1].extend(chain)
        elif leads and (up is None or down is None or down < up + CLEARER * size):
            waiting = list(chain)
        elif any(gap is not None and gap < step < float("inf") for gap in (up, down)):
            return None  # nearer than rows are, and yet no part of one
        else:
            rows.append(list(chain))
    return None if waiting else rows


def _has_any(row: Row | None, columns: Sequence[Column]) -> bool:
    return row is not None and any(has_amounts(line, columns) for line in row)


def _distance(above: Row, below: Row, levels: Sequence[float]) -> float | None:
    return None if _parted(above[-1], below[0], levels) else below[0].at - above[-1].at


def _step(chains: Sequence[Row], columns: Sequence[Column], size: float) -> float:
    """The step from line to line from which on lines are of two rows: where rows are set further apart than the lines
    of one, the least step between two lines with amounts; else no step tells."""
    counted = [_has_any(chain, columns) for chain in chains]
    steps = [
        below[0].at - above[-1].at
        for (above, one), (below, two) in pairwise(zip(chains, counted, strict=True))
        if one and two
    ]
    least = min(steps, default=0.0)
    return least - CLEARER * size if least > SET_APART * size else float("inf")


def _goes_on(row: Row, line: Line, columns: Sequence[Column], edges: Sequence[float], size: float, first: bool) -> bool:
    """True where the words of a line can be the rest of those above it: they stand under words that reach the end of
    their column, and do not begin as rows do. `first`: it is the line below that tells the row."""
    found = False
    for column, edge in zip(columns, edges, strict=True):
        here = of_column(line, column)
        above = [piece for each in row for piece in of_column(each, column)]
        if not here or column.amounts:
            continue
        if not above:
            if not first:
                return False
            continue
        room = edge - above[-1].x1
        if room > FULL * size + print_width(first_word(here[0].text), size) or BEGINS.match(here[0].text):
            return False
        found = True
    return found


def _is_whole(row: Row, columns: Sequence[Column]) -> bool:
    """True where a row with amounts has one in each column at most, and words or a code where the table has any."""
    amounts = [[piece for line in row for piece in of_column(line, column)] for column in columns if column.amounts]
    words = [column for column in columns if not column.amounts]
    if any(len(pieces) > 1 for pieces in amounts):
        return False
    return not words or any(of_column(line, column) for line in row for column in words)
