"""Cells of HTML rows → places on a grid, by the algorithm of the HTML standard (§4.9.12, “forming a table”),
bounded and without overlaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openbudget.readers import limits
from openbudget.readers.grid import Placed

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(frozen=True, slots=True)
class Span:
    """A cell as written, its spans already clamped."""

    element: _Element
    path: str
    colspan: int
    rowspan: int


def place_cells(
    name: str, rows: Sequence[Sequence[Span]], lines: Callable[[_Element], list[str]], overlaps: list[int]
) -> list[Placed]:
    """The cells of the rows on a grid. Rows in which cells overlap are added to `overlaps`: there the cell that was
    first keeps its place. LimitError where the spans cover more places than any real table has."""
    placed: list[Placed] = []
    taken: dict[int, int] = {}  # column → the row down to which it is taken
    covered = 0
    for top, row in enumerate(rows):
        left = 0
        for span in row:
            while taken.get(left, 0) > top:
                left += 1
            right = left + 1
            while right < left + span.colspan and taken.get(right, 0) <= top:
                right += 1
            if right < left + span.colspan:
                overlaps.append(top)
            bottom = min(top + span.rowspan, len(rows))
            covered += right - left
            limits.check_cells(name, covered)
            if bottom > top + 1:
                taken.update(dict.fromkeys(range(left, right), bottom))
            placed.append(Placed("\n".join(lines(span.element)), span.path, top, left, right, bottom))
            left = right
    return placed
