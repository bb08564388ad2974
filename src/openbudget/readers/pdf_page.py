"""One page of a PDF through PDFium → glyphs and rules, in points from the top left of the page as displayed."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from typing import Any

from openbudget.readers.lattice_grid import Box, Rule
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.lattice_sheet import THICK, Matrix, Sheet, drawn, edges_of, em_box, then, upright

PALE = 235  # a colour with all parts above this does not show on paper
UNKNOWN = "\ufffd"
SCANNED = 0.6  # of a page covered by pictures, where its text is invisible
DOUBTFUL = 0.5  # the confidence of text that an unknown program recognised
MOST_OBJECTS = 200_000
MOST_DEPTH = 8


def read_page(page: Any, number: int) -> Sheet:
    """The glyphs and rules of a pypdfium2 page."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    to_page, width, height = _frame(page, pdfium)
    found = _glyphs(page.raw, pdfium, to_page)
    rules: list[Rule] = []
    images: list[Box] = []
    fills: list[Box] = []
    _walk(page.raw, pdfium, to_page, rules, images, fills)
    rules = rules or edges_of(fills, found.glyphs)
    covered = sum(max(0.0, x1 - x0) * max(0.0, bottom - top) for x0, top, x1, bottom in images) / (width * height)
    sheet = Sheet(number, width, height, found.glyphs, rules, 0, covered, "".join(found.tilted))
    if found.invisible and covered > SCANNED and len(found.invisible) > 4 * len(found.glyphs):
        # a scan under which another program has laid what it took the text to be
        layer = [glyph._replace(score=DOUBTFUL) for glyph in found.invisible]
        sheet = sheet._replace(glyphs=[*found.glyphs, *layer], origin="ocr")
    else:
        sheet = sheet._replace(hidden=len(found.invisible))
    return upright(sheet._replace(unmapped=found.unmapped), found.angles)


class _Found:
    """The characters of a page: those that show, those drawn invisibly, those askew; how many stand at each number
    of quarter turns clockwise; how many have no meaning in the file."""

    def __init__(self) -> None:
        self.glyphs: list[Glyph] = []
        self.invisible: list[Glyph] = []
        self.tilted: list[str] = []
        self.angles: Counter[int] = Counter()
        self.unmapped = 0


def _frame(page: Any, pdfium: Any) -> tuple[Matrix, float, float]:
    """The matrix from PDF space to the page as displayed (origin top left, /Rotate applied), and its size."""
    left, bottom, right, top = page.get_cropbox()
    if right <= left or top <= bottom:
        left, bottom, right, top = page.get_mediabox()
    wide, high = right - left, top - bottom
    rotation = pdfium.FPDFPage_GetRotation(page.raw) % 4
    if rotation == 0:
        return (1, 0, 0, -1, -left, top), wide, high
    if rotation == 1:
        return (0, 1, 1, 0, -bottom, -left), high, wide
    if rotation == 2:
        return (-1, 0, 0, 1, right, -bottom), wide, high
    return (0, -1, -1, 0, top, right), high, wide


def _matrix(handle: Any, pdfium: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _glyphs(page: Any, pdfium: Any, to_page: Matrix) -> _Found:
    text = pdfium.FPDFText_LoadPage(page)
    found = _Found()
    styles: dict[int, tuple[int, float, int | None, bool]] = {}  # text object → run, size, quarters, invisible
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    a, b, c, d, e, f = to_page
    try:
        for index in range(pdfium.FPDFText_CountChars(text)):
            if pdfium.FPDFText_IsGenerated(text, index):
                continue
            character = _character(text, index, pdfium)
            if character is None:
                continue
            handle = pdfium.FPDFText_GetTextObject(text, index)
            key = ctypes.cast(handle, ctypes.c_void_p).value or 0
            if key not in styles:
                invisible = pdfium.FPDFTextObj_GetTextRenderMode(handle) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
                styles[key] = (len(styles), *_style(text, index, pdfium, to_page), invisible)
            run, size, quarters, invisible = styles[key]
            if quarters is None:
                found.tilted.append(character)
                continue
            found.unmapped += character == UNKNOWN
            pdfium.FPDFText_GetLooseCharBox(text, index, box)
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            ox, oy = a * x.value + c * y.value + e, b * x.value + d * y.value + f
            ends = (
                a * box.left + c * box.bottom + e,
                b * box.left + d * box.bottom + f,
                a * box.right + c * box.top + e,
                b * box.right + d * box.top + f,
            )
            kept = found.invisible if invisible else found.glyphs
            kept.append(Glyph(character, *em_box(ends, ox, oy, size, quarters), size, run))
            if not character.isspace():
                found.angles[quarters] += 1
    finally:
        pdfium.FPDFText_ClosePage(text)
    return found


def _character(text: Any, index: int, pdfium: Any) -> str | None:
    """The character at an index; UNKNOWN for a glyph that the file gives no meaning (never left out: `1?3` must not
    become 13); None for control characters."""
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code in (9, 10, 13):
        return None
    if code < 32 or code in (0xFFFD, 0xFFFE, 0xFFFF) or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
        return UNKNOWN
    return chr(code)


def _style(text: Any, index: int, pdfium: Any, to_page: Matrix) -> tuple[float, int | None]:
    """The size of a text object as displayed, and its quarter turns clockwise (None: askew)."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    a, b, c, d, _, _ = then((matrix.a, matrix.b, matrix.c, matrix.d, 0, 0), (*to_page[:4], 0, 0))
    size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(c, d)
    turns = math.atan2(b, a) / (math.pi / 2)
    quarters = round(turns)
    return max(size, 0.1), quarters % 4 if abs(turns - quarters) < 0.06 else None


def _walk(page: Any, pdfium: Any, to_page: Matrix, rules: list[Rule], images: list[Box], fills: list[Box]) -> None:
    """Collects the visible lines, the pictures and the filled boxes of a page and of the forms on it."""
    pending = [
        (pdfium.FPDFPage_GetObject(page, index), to_page, 0) for index in range(pdfium.FPDFPage_CountObjects(page))
    ]
    seen = 0
    while pending and seen < MOST_OBJECTS:
        handle, matrix, depth = pending.pop()
        seen += 1
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            rules.extend(_rules(handle, pdfium, then(_matrix(handle, pdfium), matrix), fills))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = _picture(then(_matrix(handle, pdfium), matrix))
            if min(box[2] - box[0], box[3] - box[1]) <= THICK:
                rules.append(Rule(*box))
            else:
                images.append(box)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MOST_DEPTH:
            inner = then(_matrix(handle, pdfium), matrix)
            count = min(pdfium.FPDFFormObj_CountObjects(handle), MOST_OBJECTS)
            pending.extend((pdfium.FPDFFormObj_GetObject(handle, index), inner, depth + 1) for index in range(count))


def _picture(matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return min(xs), min(ys), max(xs), max(ys)


def _rules(handle: Any, pdfium: Any, matrix: Matrix, fills: list[Box]) -> list[Rule]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(handle, fill, stroke)
    stroked = bool(stroke.value) and _shows(handle, pdfium.FPDFPageObj_GetStrokeColor)
    filled = bool(fill.value) and _shows(handle, pdfium.FPDFPageObj_GetFillColor)
    if not stroked and not filled:
        return []
    paths = _subpaths(handle, pdfium, matrix)
    if filled:
        fills.extend(_around(points) for points in paths)
    return [rule for points in paths for rule in drawn(points, stroked)]


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _shows(handle: Any, colour_of: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(handle, red, green, blue, alpha):
        return True
    return alpha.value > 20 and min(red.value, green.value, blue.value) <= PALE


def _subpaths(handle: Any, pdfium: Any, matrix: Matrix) -> list[list[tuple[float, float]]]:
    a, b, c, d, e, f = matrix
    paths: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium.FPDFPath_CountSegments(handle), MOST_OBJECTS)):
        segment = pdfium.FPDFPath_GetPathSegment(handle, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not paths:
            paths.append([point])
        else:
            paths[-1].append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            paths[-1].append(paths[-1][0])
    return paths
