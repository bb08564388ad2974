"""A page as the lattice takes it: glyphs and rules in an upright frame, and the way back to the page.

A page that is set sideways without saying so (its text turned by a quarter) is read in a turned frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.readers.lattice_grid import Box, Rule
from openbudget.readers.lattice_lines import Glyph

THICK = 3.0  # points: a shape thinner than this is a line
FEWEST_FILLS = 3  # boxes that make a table without lines
BELOW = 1.8  # of the size: print that stands so near under filled boxes is of the same table
BAND = 0.9  # of the width of all filled boxes: a box that is a row
SHORT = 0.5  # points: a stroke shorter than this is a dot; one off by less than this is level

Matrix = tuple[float, float, float, float, float, float]


class Sheet(NamedTuple):
    """A page as read. `turned`: quarter turns clockwise that make the text upright. `images`: the part of the
    page that pictures cover; `tilted`: the characters left out because they stand askew (watermarks); `hidden`: how many were left out
    because they do not show; `unmapped`: how many have no meaning in the file and stand as U+FFFD."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    rules: list[Rule]
    turned: int = 0
    images: float = 0.0
    tilted: str = ""
    origin: str = "explicit"
    hidden: int = 0
    unmapped: int = 0

    def back(self, box: Box) -> Box:
        """A box of the upright frame, on the page as displayed (whose size is then width × height turned back)."""
        return turn(box, self.width, self.height, -self.turned % 4)


def turn(box: Box, width: float, height: float, quarters: int) -> Box:
    """`box` of a page of width × height after the page is turned clockwise by so many quarters."""
    x0, top, x1, bottom = box
    for _ in range(quarters):
        x0, top, x1, bottom = height - bottom, x0, height - top, x1
        width, height = height, width
    return x0, top, x1, bottom


def drawn(points: Sequence[tuple[float, float]], stroked: bool) -> Iterator[Rule]:
    """The lines that a piece of a path draws: itself where it is thin, else (where `stroked`) its level and plumb
    sides."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = (min(xs), min(ys), max(xs), max(ys))
    if min(box[2] - box[0], box[3] - box[1]) <= THICK:
        if max(box[2] - box[0], box[3] - box[1]) > SHORT:
            yield Rule(*box)
    elif stroked:
        for (ax, ay), (bx, by) in pairwise(points):
            if min(abs(ax - bx), abs(ay - by)) <= SHORT < max(abs(ax - bx), abs(ay - by)):
                yield Rule(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def edges_of(fills: Sequence[Box], glyphs: Sequence[Glyph]) -> list[Rule]:
    """The lines at which filled boxes meet, for a page that draws none: all sides where the cells of a whole table are
    filled; only the level ones where boxes are but its header or every other row, or bands over the whole width (white
    parts the columns then)."""
    boxes = [box for box in fills if min(box[2] - box[0], box[3] - box[1]) > THICK]
    if len(boxes) < FEWEST_FILLS:
        return []
    rules: list[Rule] = []
    for group in _stacks(boxes):
        left, right = min(box[0] for box in group), max(box[2] for box in group)
        foot = max(box[3] for box in group)
        one_row = len({round(box[1]) for box in group}) == 1
        if one_row or any(
            left < g.x0 < right and -1 < g.top - foot < BELOW * g.size and not g.text.isspace() for g in glyphs
        ):
            rules += [Rule(left, y, right, y) for y in (min(box[1] for box in group), foot)]
            continue
        rules += [Rule(x0, y, x1, y) for x0, top, x1, bottom in group for y in (top, bottom)]
        if not all(box[2] - box[0] > BAND * (right - left) for box in group):
            rules += [Rule(x, top, x, bottom) for x0, top, x1, bottom in group for x in (x0, x1)]
    return rules


def _stacks(boxes: Sequence[Box]) -> list[list[Box]]:
    """The boxes by stack: those that follow one another down the page with hardly any white between."""
    stacks: list[list[Box]] = []
    foot = 0.0
    for box in sorted(boxes, key=lambda box: box[1]):
        if stacks and box[1] - foot <= THICK:
            stacks[-1].append(box)
            foot = max(foot, box[3])
        else:
            stacks.append([box])
            foot = box[3]
    return stacks


def upright(sheet: Sheet, angles: Counter[int]) -> Sheet:
    """The sheet turned so that most of its text is upright. `angles`: characters by quarter turns clockwise."""
    quarters = angles.most_common(1)[0][0] if angles else 0
    if not quarters:
        return sheet
    turned = -quarters % 4
    width, height = sheet.width, sheet.height
    glyphs = [_moved(glyph, turn(glyph[1:5], width, height, turned)) for glyph in sheet.glyphs]
    rules = [Rule(*turn(rule, width, height, turned)) for rule in sheet.rules]
    if turned % 2:
        width, height = height, width
    return sheet._replace(width=width, height=height, glyphs=glyphs, rules=rules, turned=turned)


def _moved(glyph: Glyph, box: Box) -> Glyph:
    return Glyph(glyph.text, *box, glyph.size, glyph.run, glyph.score)


def then(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does `first`, then `second` (both as in PDF and OFD: a b c d e f)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def em_box(ends: Box, ox: float, oy: float, size: float, quarters: int) -> Box:
    """The box of a glyph: its advance along the line, its em square across, whatever the font says of itself."""
    x0, x1 = sorted((ends[0], ends[2]))
    top, bottom = sorted((ends[1], ends[3]))
    up, down = 0.86 * size, 0.14 * size
    if quarters == 0:
        return x0, oy - up, x1, oy + down
    if quarters == 1:
        return ox - down, top, ox + up, bottom
    if quarters == 2:
        return x0, oy - down, x1, oy + up
    return ox - up, top, ox + down, bottom
