"""One page of an OFD → glyphs and rules, in points (the file counts millimetres) from the top left."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from openbudget.readers.lattice_grid import Box, Rule
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.lattice_sheet import Matrix, Sheet, drawn, em_box, then, upright

if TYPE_CHECKING:
    from lxml import etree

POINT = 72 / 25.4  # points in a millimetre
PALE = 235
A4 = (0.0, 0.0, 210.0, 297.0)
MOST_DEPTH = 8
MOST_OBJECTS = 200_000


class Pen(NamedTuple):
    """What a DrawParam says: None where it says nothing."""

    fill: str | None = None
    stroke: str | None = None


class Resources:
    """Draw parameters and compound graphics by id."""

    def __init__(self) -> None:
        self.pens: dict[str, Pen] = {}
        self.units: dict[str, etree._Element] = {}

    def add(self, root: etree._Element) -> None:
        """Takes in a resource file."""
        for element in root.iter():
            kind = local(element)
            if kind == "DrawParam":
                above = self.pens.get(element.get("Relative", ""), Pen())
                fill, stroke = _colour(element, "FillColor"), _colour(element, "StrokeColor")
                self.pens[element.get("ID", "")] = Pen(fill or above.fill, stroke or above.stroke)
            elif kind == "CompositeGraphicUnit":
                self.units[element.get("ID", "")] = element


class _Page:
    """What is collected from the objects of a page."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.glyphs: list[Glyph] = []
        self.rules: list[Rule] = []
        self.angles: Counter[int] = Counter()
        self.tilted: list[str] = []
        self.images = 0.0
        self.runs = 0


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def read_page(number: int, area: str | None, contents: Sequence[etree._Element], resources: Resources) -> Sheet:
    """A page: its own content and that of its templates, of the size of `area` (`x y width height`)."""
    left, top, wide, high = (_numbers(area) + list(A4))[:4] if area and len(_numbers(area)) == 4 else A4
    base: Matrix = (POINT, 0.0, 0.0, POINT, -left * POINT, -top * POINT)
    page = _Page(resources)
    for content in contents:
        _objects(content, base, Pen(), page, 0)
    covered = page.images / max(1.0, wide * high * POINT * POINT)
    sheet = Sheet(number, wide * POINT, high * POINT, page.glyphs, page.rules, 0, covered, "".join(page.tilted))
    return upright(sheet, page.angles)


def _objects(holder: etree._Element, base: Matrix, pen: Pen, page: _Page, depth: int) -> None:
    for element in holder:
        kind = local(element)
        if kind in ("Content", "Layer", "PageBlock") and depth < MOST_DEPTH:
            _objects(element, base, _pen(element, pen, page.resources), page, depth + 1)
        elif element.get("Visible", "true") == "false" or page.runs > MOST_OBJECTS:
            continue
        elif kind == "TextObject":
            _text(element, base, page)
        elif kind == "PathObject":
            page.runs += 1
            page.rules.extend(_rules(element, base, _pen(element, pen, page.resources)))
        elif kind == "ImageObject":
            x0, top, x1, bottom = _boundary(element, base)
            page.images += max(0.0, x1 - x0) * max(0.0, bottom - top)
        elif kind == "CompositeObject" and depth < MOST_DEPTH:
            unit = page.resources.units.get(element.get("ResourceID", ""))
            if unit is not None:
                _objects(unit, _frame(element, base), pen, page, depth + 1)


def _numbers(text: str | None) -> list[float]:
    numbers: list[float] = []
    for part in (text or "").replace(",", " ").split():
        try:
            value = float(part)
        except ValueError:
            continue
        if math.isfinite(value):
            numbers.append(value)
    return numbers


def _frame(element: etree._Element, base: Matrix) -> Matrix:
    """From the object's own space to the page: its CTM, then the place of its boundary."""
    boundary = _numbers(element.get("Boundary"))
    ctm = _numbers(element.get("CTM"))
    own: Matrix = (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5]) if len(ctm) == 6 else (1, 0, 0, 1, 0, 0)
    x, y = boundary[:2] if len(boundary) >= 2 else (0.0, 0.0)
    return then(then(own, (1, 0, 0, 1, x, y)), base)


def _boundary(element: etree._Element, base: Matrix) -> Box:
    boundary = _numbers(element.get("Boundary"))
    if len(boundary) != 4:
        return 0.0, 0.0, 0.0, 0.0
    x, y, wide, high = boundary
    a, _, _, d, e, f = base
    return x * a + e, y * d + f, (x + wide) * a + e, (y + high) * d + f


def _pen(element: etree._Element, above: Pen, resources: Resources) -> Pen:
    named = resources.pens.get(element.get("DrawParam", ""), Pen())
    fill, stroke = _colour(element, "FillColor"), _colour(element, "StrokeColor")
    return Pen(fill or named.fill or above.fill, stroke or named.stroke or above.stroke)


def _colour(element: etree._Element, name: str) -> str | None:
    """A colour as `r g b alpha`; None where the element says nothing."""
    for child in element:
        if local(child) == name and child.get("Value") is not None:
            return f"{child.get('Value')} {child.get('Alpha', '255')}"
    return None


def _shows(colour: str | None) -> bool:
    parts = _numbers(colour)
    if len(parts) < 2:
        return True
    *levels, alpha = parts
    return alpha > 20 and min(levels) <= PALE


def _text(element: etree._Element, base: Matrix, page: _Page) -> None:
    matrix = _frame(element, base)
    a, b, c, d, e, f = matrix
    size = (_numbers(element.get("Size")) or [3.7])[0]
    stretch = (_numbers(element.get("HScale")) or [1.0])[0]
    turns = math.atan2(b, a) / (math.pi / 2)
    quarters = round(turns)
    page.runs += 1
    high = size * math.hypot(c, d)
    place: tuple[float, float] | None = None
    for code in element:
        if local(code) != "TextCode":
            continue
        x, y = _numbers(code.get("X")), _numbers(code.get("Y"))
        place = (x[0] if x else place[0] if place else 0.0, y[0] if y else place[1] if place else 0.0)
        for character, ox, oy, advance in _characters(code, place, size, stretch):
            if abs(turns - quarters) > 0.06:
                page.tilted.append(character)
                continue
            start = a * ox + c * oy + e, b * ox + d * oy + f
            end = a * (ox + advance) + c * oy + e, b * (ox + advance) + d * oy + f
            box = em_box((*start, *end), *start, high, quarters % 4)
            page.glyphs.append(Glyph(character, *box, high, page.runs))
            if not character.isspace():
                page.angles[quarters % 4] += 1


def _characters(
    code: etree._Element, place: tuple[float, float], size: float, stretch: float
) -> Iterator[tuple[str, float, float, float]]:
    """The characters of a TextCode: text, origin, and width (the step to the next where that is smaller)."""
    text = (code.text or "").replace("\r", "").replace("\n", "")
    along, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
    x, y = place
    for index, character in enumerate(text):
        usual = size * stretch * (0.5 if character.isascii() else 1.0)
        step = along[index] if index < len(along) else usual if index >= len(down) else 0.0
        yield character, x, y, min(usual, step) if step > 0 else usual
        x += step
        y += down[index] if index < len(down) else 0.0


def _deltas(text: str | None, most: int) -> list[float]:
    """The steps between characters; `g n v` stands for n times v."""
    parts = (text or "").split()
    steps: list[float] = []
    index = 0
    while index < len(parts) and len(steps) < most:
        if parts[index].lower() == "g" and index + 2 < len(parts):
            times, value = _numbers(parts[index + 1]), _numbers(parts[index + 2])
            if times and value:
                steps.extend([value[0]] * min(max(0, int(times[0])), most))
            index += 3
        else:
            steps.extend(_numbers(parts[index])[:1])
            index += 1
    return steps


def _rules(element: etree._Element, base: Matrix, pen: Pen) -> Iterator[Rule]:
    stroked = element.get("Stroke", "true") != "false" and _shows(pen.stroke)
    filled = element.get("Fill", "false") == "true" and _shows(pen.fill)
    if not stroked and not filled:
        return
    data = next((child.text for child in element if local(child) == "AbbreviatedData"), None) or ""
    for points in _subpaths(data, _frame(element, base)):
        yield from drawn(points, stroked)


_COUNTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def _subpaths(data: str, matrix: Matrix) -> list[list[tuple[float, float]]]:
    """The points of each piece of a path; of curves only the ends."""
    a, b, c, d, e, f = matrix
    parts = data.replace(",", " ").split()
    paths: list[list[tuple[float, float]]] = []
    index = 0
    while index < len(parts):
        command = parts[index].upper()
        index += 1
        count = _COUNTS.get(command)
        if count is None:
            continue
        values = _numbers(" ".join(parts[index : index + count]))
        if len(values) != count:
            continue
        index += count
        if command == "C":
            if paths:
                paths[-1].append(paths[-1][0])
            continue
        x, y = values[-2:]
        point = a * x + c * y + e, b * x + d * y + f
        if command in "SM" or not paths:
            paths.append([point])
        else:
            paths[-1].append(point)
    return paths
