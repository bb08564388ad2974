"""Tables that were cut in pieces (by a page, or by an office suite) → one table each, with its parts kept.

Two tables with nothing between them are one where they have as many columns and the second begins again with the
first's header, or plainly goes on without one. A repeated header is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from openbudget.model.document import Block, Diagnostic, Table, TablePart

_HEADER_ROWS = 4  # a header begins in one of the first rows
_FIGURE = re.compile(r"[-+−－]?\d[\d.,，]*\s*[%％﹪]?")


def stitch(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], list[Diagnostic]]:
    """The blocks with the pieces of each table joined, and a diagnostic for each table that was."""
    joined: list[Block] = []
    diagnostics: list[Diagnostic] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if isinstance(block, Table) and isinstance(before, Table):
            repeated = _goes_on(before, block)
            if repeated is not None:
                joined[-1] = _join(before, block, repeated)
                continue
        joined.append(block)
    for table in joined:
        if isinstance(table, Table) and table.parts:
            diagnostics.append(Diagnostic("readers.tables_stitched", {"count": str(len(table.parts))}, table.place))
    return tuple(joined), diagnostics


def _goes_on(first: Table, second: Table) -> int | None:
    """The number of header rows that `second` repeats from `first`; None where it is a table of its own."""
    if first.n_cols != second.n_cols or first.n_cols < 2:
        return None
    repeated = _repeated_rows(first, second)
    if repeated:
        return repeated if repeated < second.n_rows else None
    opening = [cell for cell in second.cells if cell.row == 0]
    if first.n_cols < 3 or len(opening) < 2 or any(cell.colspan > 1 for cell in opening):
        return None
    figures = any(_FIGURE.fullmatch(cell.text) for cell in opening)
    return 0 if figures or not opening[0].text else None


def _repeated_rows(first: Table, second: Table) -> int:
    for start in range(min(_HEADER_ROWS, first.n_rows)):
        count = 0
        while (
            start + count < first.n_rows
            and count < min(second.n_rows, _HEADER_ROWS)
            and (row := _row(second, count))
            and row == _row(first, start + count)
            and not any(_FIGURE.fullmatch(text) for *_, text in row)
        ):
            count += 1
        if count:
            return count
    return 0


def _row(table: Table, row: int) -> list[tuple[int, int, int, str]]:
    cells = [(c.col, c.colspan, c.rowspan, re.sub(r"\s", "", c.text)) for c in table.cells if c.row == row]
    return cells if sum(1 for *_, text in cells if text) > 1 else []


def _join(first: Table, second: Table, repeated: int) -> Table:
    shift = first.n_rows - repeated
    cells = tuple(cell._replace(row=cell.row + shift) for cell in second.cells if cell.row >= repeated)
    parts = first.parts or (TablePart(first.place, 0, first.n_rows),)
    n_rows = shift + second.n_rows
    part = TablePart(second.place, first.n_rows, n_rows)
    return replace(first, n_rows=n_rows, cells=first.cells + cells, parts=(*parts, part))
