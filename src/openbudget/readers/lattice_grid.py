"""What the lattice takes and gives: ruled lines, and grids of cells."""

from __future__ import annotations

from typing import NamedTuple

from openbudget.readers.lattice_lines import Glyph, score_of, text_of

Box = tuple[float, float, float, float]


class Rule(NamedTuple):
    """A line segment, or the box of a thin filled shape; horizontal where it is wider than high."""

    x0: float
    top: float
    x1: float
    bottom: float


class GridCell(NamedTuple):
    row: int
    col: int
    rowspan: int
    colspan: int
    glyphs: tuple[Glyph, ...]
    box: Box

    @property
    def text(self) -> str:
        return text_of(self.glyphs, self.box[2] - self.box[0])

    @property
    def score(self) -> float:
        return score_of(self.glyphs)


class Grid(NamedTuple):
    """Boundaries of columns and rows (one more than there are), and the cells in reading order. `open`: its columns
    are parted by white gutters and not by lines, so that their boundaries are not exact."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    open: bool = False

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    @property
    def n_rows(self) -> int:
        return len(self.ys) - 1

    @property
    def n_cols(self) -> int:
        return len(self.xs) - 1
