"""Lines of print as the reader of tables without ruling lines sees them: pieces parted by white, and where tables may
stand among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from openbudget.model.amount import is_not_applicable, parse_figure
from openbudget.readers.lattice_lines import Glyph, line_text

GAP = 0.6  # of the size: white that parts two pieces
NARROW = 0.3  # of the size: white that parts two pieces where the file draws them apart
FAR = 1.8  # times the usual step from line to line: too far for lines of one table
SHORT = 5  # characters of a word beside the numbers of columns
LONGEST = 45  # characters of a piece of a table; more is prose
COLUMN = "栏次"  # what stands before the numbers of columns
MARKS = re.compile(r"[，。；;]")
SENTENCE = re.compile(r"[。；;]|[,，].*[,，]")
LABELLED = re.compile(r"单位\s*[:：]|^[^其:：]{1,12}[:：]|[:：]\s*$")
NOTE = re.compile(r"(?:备?注|说明)\s*\d*\s*[:：.、]")
BEGINS = re.compile(
    r"[（(]?[一二三四五六七八九十百]{1,3}[)）、.．]|[（(]?\d{1,2}[)）、．]|\d{1,2}\.(?!\d)|\d{3,}|其中|合\s*计|总\s*计"
)


class Piece(NamedTuple):
    """Print of one line without wide white in it."""

    x0: float
    x1: float
    glyphs: tuple[Glyph, ...]
    text: str

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def is_figure(self) -> bool:
        return parse_figure(self.text) is not None or is_not_applicable(self.text)

    @property
    def is_amount(self) -> bool:
        """True for a figure that is no code: with decimals, separators, or nought; and for a dash."""
        figure = parse_figure(self.text)
        if figure is None:
            return is_not_applicable(self.text)
        return figure.decimals > 0 or not figure.value or "," in self.text or self.text[:1] in "-－−"


class Line(NamedTuple):
    """A line: its pieces from left to right, its middle, and the size of its print."""

    pieces: tuple[Piece, ...]
    at: float
    size: float

    @property
    def has_figures(self) -> bool:
        """True where it can be a row of figures: at least two pieces, and one that is not the first is a figure."""
        return len(self.pieces) > 1 and any(piece.is_figure for piece in self.pieces[1:]) and not self.counts

    @property
    def counts(self) -> bool:
        """True for the line of a header that numbers the columns: `栏次 1 2 3`."""
        texts = [piece.text for piece in self.pieces]
        figures = [text for text in texts if text.isdecimal()]
        words = [text for text in texts if not text.isdecimal()]
        counted = figures == [str(number) for number in range(1, len(figures) + 1)]
        enough = len(figures) > 1 or (figures and words == [COLUMN])
        return bool(enough) and counted and all(len(text) <= SHORT for text in words)

    @property
    def is_prose(self) -> bool:
        return any(
            len(piece.text) > LONGEST or SENTENCE.search(piece.text) for piece in self.pieces if not piece.is_figure
        )

    @property
    def has_marks(self) -> bool:
        """True where words of it hold marks as sentences do."""
        return any(MARKS.search(piece.text) for piece in self.pieces if not piece.is_figure)

    @property
    def is_labelled(self) -> bool:
        """True for `单位：万元` and the like, which stand over tables."""
        return any(LABELLED.search(piece.text) and not piece.text.startswith("其中") for piece in self.pieces)


def table_lines(lines: Sequence[Sequence[Glyph]]) -> list[Line]:
    """The lines of print that hold anything, as pieces."""
    found: list[Line] = []
    for line in lines:
        pieces = tuple(_pieces(line))
        if pieces:
            glyphs = [glyph for piece in pieces for glyph in piece.glyphs]
            size = median(glyph.size for glyph in glyphs)
            found.append(Line(pieces, median((glyph.top + glyph.bottom) / 2 for glyph in glyphs), size))
    return found


def _pieces(line: Sequence[Glyph]) -> Iterator[Piece]:
    here: list[Glyph] = []
    blank = False
    for glyph in line:
        if glyph.text.isspace():
            blank = True
            continue
        if here:
            gap = (glyph.x0 - here[-1].x1) / min(glyph.size, here[-1].size)
            if gap >= GAP or (gap >= NARROW and glyph.run != here[-1].run and not blank):
                yield _piece(here)
                here = []
        here.append(glyph)
        blank = False
    if here:
        yield _piece(here)


def _piece(glyphs: list[Glyph]) -> Piece:
    return Piece(glyphs[0].x0, max(glyph.x1 for glyph in glyphs), tuple(glyphs), line_text(glyphs))


def stretches(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Where tables may stand: from a line with figures to the last that follows it with no more than lines of labels
    between (first and last index). Titles, units and prose part them."""
    rows = [
        index for index, line in enumerate(lines) if line.has_figures and not line.is_prose and not line.is_labelled
    ]
    steps = [lines[b].at - lines[a].at for a, b in pairwise(rows) if b == a + 1]
    found: list[tuple[int, int]] = []
    for index in rows:
        if found and _are_one(lines, found[-1][1], index, steps):
            found[-1] = found[-1][0], index
        else:
            found.append((index, index))
    return found


def _are_one(lines: Sequence[Line], first: int, last: int, steps: Sequence[float]) -> bool:
    limit = far(lines[first].size, steps)
    for index in range(first, last):
        above, below = lines[index], lines[index + 1]
        if below.at - above.at > limit or (index > first and is_between_tables(above, lines[first])):
            return False
    return abs(lines[first].size - lines[last].size) < 0.15 * lines[first].size


def far(size: float, steps: Sequence[float]) -> float:
    """The step from line to line that is too far within a table."""
    return FAR * median(steps) if len(steps) > 1 else 4 * size


def is_between_tables(line: Line, row: Line) -> bool:
    """True for a line that ends a table: a unit, a note, prose, a title in larger print."""
    if line.is_prose or line.is_labelled or NOTE.match(line.pieces[0].text):
        return True
    return line.size > 1.08 * row.size or (len(line.pieces) == 1 and line.pieces[0].text.endswith("表"))
