"""One picture of a page → glyphs and rules in points, every cell of a table read twice.

A character recogniser is sure of many of its mistakes. So each cell is read once with the whole page and once by
itself; where the two readings differ, the cell's confidence is at most `DOUBTFUL`.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import Any

from openbudget.model.amount import parse_figure
from openbudget.readers import ocr_engine
from openbudget.readers.lattice import grids
from openbudget.readers.lattice_grid import GridCell, Rule
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.lattice_sheet import Sheet
from openbudget.readers.ocr_lines import Ruled, level, ruled

DOUBTFUL = 0.5  # the confidence of what two readings do not agree on
UNREAD = 0.1  # the confidence of a blank that may be none
MARGIN = 4  # pixels of paper around a line that is read by itself
SPECK = 3  # pixels: rows or columns with less ink hold none
TALL = 1.5  # times as high as wide: a line of print that stands upright


def read_picture(picture: Any, dpi: float, number: int) -> Sheet:
    """The page in `picture` (BGR array). Boxes are in points of the levelled, upright picture."""
    picture = level(picture)
    page = ruled(picture, dpi)
    glyphs = ocr_engine.page_glyphs(page.clean)
    quarters = 0
    if _stands(glyphs):
        picture, page, glyphs, quarters = _upright(picture, dpi)
    glyphs = _checked(glyphs, page, dpi)
    scale = 72 / dpi
    height, width = picture.shape[:2]
    return Sheet(
        number,
        width * scale,
        height * scale,
        [g._replace(x0=g.x0 * scale, top=g.top * scale, x1=g.x1 * scale, bottom=g.bottom * scale, size=g.size * scale)
         for g in glyphs],
        [Rule(*(edge * scale for edge in rule)) for rule in page.rules],
        turned=quarters,
        origin="ocr",
    )  # fmt: skip


def _stands(glyphs: list[Glyph]) -> bool:
    """True where most lines of print stand upright: the page lies on its side."""
    runs: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        runs[glyph.run].append(glyph)
    lines = [line for line in runs.values() if len(line) > 2]
    tall = sum(1 for line in lines if (line[0].bottom - line[0].top) > TALL * (line[-1].x1 - line[0].x0))
    return len(lines) > 3 and 2 * tall > len(lines)


def _upright(picture: Any, dpi: float) -> tuple[Any, Ruled, list[Glyph], int]:
    """The picture turned by a quarter one way or the other, whichever is read with more confidence."""
    import cv2

    tried = []
    for code, quarters in ((cv2.ROTATE_90_CLOCKWISE, 1), (cv2.ROTATE_90_COUNTERCLOCKWISE, 3)):
        turned = cv2.rotate(picture, code)
        page = ruled(turned, dpi)
        glyphs = ocr_engine.page_glyphs(page.clean)
        tried.append((sum(glyph.score for glyph in glyphs), turned, page, glyphs, quarters))
    _, *best = max(tried, key=lambda each: each[0])
    return best[0], best[1], best[2], best[3]


def _checked(glyphs: list[Glyph], page: Ruled, dpi: float) -> list[Glyph]:
    """The glyphs after the second reading of each cell that holds ink."""
    scale = 72 / dpi  # the lattice's measures are points
    points = [g._replace(x0=g.x0 * scale, top=g.top * scale, x1=g.x1 * scale, bottom=g.bottom * scale) for g in glyphs]
    back = {id(point): glyph for point, glyph in zip(points, glyphs, strict=True)}
    tables, rest = grids(points, [Rule(*(edge * scale for edge in rule)) for rule in page.rules])
    result = [back[id(point)] for point in rest]
    cells = [cell for table in tables for cell in table.cells]
    crops = [_lines_of_print(cell, page, dpi) for cell in cells]
    readings = iter(ocr_engine.line_texts([crop for lines in crops for crop, _ in lines]))
    for cell, lines in zip(cells, crops, strict=True):
        first = [back[id(point)] for point in cell.glyphs if id(point) in back]
        second = [(text, score, box) for (_, box), (text, score) in zip(lines, readings, strict=False)]
        result.extend(_agreed(cell, first, second))
    return result


Box = tuple[int, int, int, int]


def _lines_of_print(cell: GridCell, page: Ruled, dpi: float) -> list[tuple[Any, Box]]:
    """The pictures of the lines of print in a cell, with their places in pixels."""
    x0, top, x1, bottom = (int(edge * dpi / 72) for edge in cell.box)
    inset = max(2, int(0.012 * dpi))
    x0, top, x1, bottom = x0 + inset, top + inset, x1 - inset, bottom - inset
    ink = page.ink[top:bottom, x0:x1]
    if ink.size == 0 or not ink.any():
        return []
    found: list[tuple[Any, Box]] = []
    for first, last in _stretches(ink.sum(axis=1) // 255, int(0.02 * dpi)):
        columns = (ink[first:last].sum(axis=0) // 255).nonzero()[0]
        if last - first < SPECK or len(columns) < SPECK:
            continue
        left, right = x0 + int(columns[0]) - MARGIN, x0 + int(columns[-1]) + 1 + MARGIN
        box = max(0, left), max(0, top + first - MARGIN), right, top + last + MARGIN
        found.append((page.clean[box[1] : box[3], box[0] : box[2]], box))
    return found


def _stretches(counts: Any, gap: int) -> list[tuple[int, int]]:
    """The runs of rows that hold ink; rows apart by no more than `gap` are of one run."""
    runs: list[tuple[int, int]] = []
    for row in counts.nonzero()[0]:
        if runs and row - runs[-1][1] <= gap:
            runs[-1] = runs[-1][0], int(row) + 1
        else:
            runs.append((int(row), int(row) + 1))
    return runs


def _agreed(cell: GridCell, first: list[Glyph], second: list[tuple[str, float, Box]]) -> list[Glyph]:
    """A cell's glyphs with their confidence. Where the page's reading saw nothing, the second one stands."""
    one, other = _plain(cell.text), _plain("".join(text for text, _, _ in second))
    if one == other:
        return first if one else [_unread(box) for _, _, box in second]
    if one and (not other or not _is_better(one, first, other, second)):
        return [glyph._replace(score=min(glyph.score, DOUBTFUL)) for glyph in first]
    glyphs: list[Glyph] = []
    for number, (text, score, (x0, top, x1, bottom)) in enumerate(second):
        size = 0.8 * (bottom - top)
        middle = (top + bottom) / 2
        step = (x1 - x0) / max(1, len(text))
        for index, char in enumerate(text):
            left = x0 + index * step
            box = left, middle - size / 2, left + step, middle + size / 2
            glyphs.append(Glyph(char, *box, size, -1 - number, min(score, DOUBTFUL)))
    return glyphs


def _unread(box: Box) -> Glyph:
    """Print that neither reading made anything of: a blank, but no sure one."""
    x0, top, x1, bottom = box
    return Glyph(" ", x0, top, x1, bottom, 0.8 * (bottom - top), -1, UNREAD)


def _is_better(one: str, first: list[Glyph], other: str, second: list[tuple[str, float, Box]]) -> bool:
    """True where the second reading is the likelier: the only whole figure, else the surer one."""
    figures = parse_figure(one) is not None, parse_figure(other) is not None
    if figures[0] != figures[1] and any(char.isdigit() for char in one + other):
        return figures[1]
    sure = sum(glyph.score for glyph in first) / max(1, len(first))
    return min((score for _, score, _ in second), default=0.0) > sure


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
