"""Pictures of pages: made upright and level, ruled lines found and taken out. Arrays are those of OpenCV."""

from __future__ import annotations

from typing import Any, NamedTuple

from openbudget.readers.lattice_grid import Rule

SHORTEST = 0.2  # inch: a stroke that may be a line of a table; characters are smaller
ALONE = 1.0  # inch: a line that long is one even where none crosses it
THICKEST = 0.06  # inch
MOST_SKEW = 3.0  # degrees
LEAST_SKEW = 0.12


class Ruled(NamedTuple):
    """The lines of a page in pixels, and its picture without them."""

    rules: list[Rule]
    clean: Any
    ink: Any  # 255 where there is print, lines taken out


def level(picture: Any) -> Any:
    """The picture turned so that its lines are level."""
    import cv2
    import numpy

    height, width = picture.shape[:2]
    scale = min(1.0, 900 / max(height, width))
    small = cv2.resize(_ink(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    def sharpness(degrees: float) -> float:
        rows = _turned(small, degrees, 0).sum(axis=1, dtype=numpy.float64)
        return float(((rows[1:] - rows[:-1]) ** 2).sum())

    coarse = max((step / 2 for step in range(-int(2 * MOST_SKEW), int(2 * MOST_SKEW) + 1)), key=sharpness)
    fine = max((coarse + step / 10 for step in range(-4, 5)), key=sharpness)
    if abs(fine) < LEAST_SKEW:
        return picture
    return _turned(picture, fine, 255)


def _turned(picture: Any, degrees: float, paper: int) -> Any:
    import cv2

    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(paper,) * 3)


def _ink(picture: Any) -> Any:
    """255 where there is print: darker than its surroundings, so that shade and stains do not count."""
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if picture.ndim == 3 else picture
    return cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 18)


def ruled(picture: Any, dpi: float) -> Ruled:
    """The ruled lines of a levelled picture, and the picture without those that belong to tables."""
    import cv2

    ink = _ink(picture)
    across = _strokes(ink, dpi, level_ones=True)
    down = _strokes(ink, dpi, level_ones=False)
    kept = [rule for rule in across if _counts(rule, down, dpi)] + [rule for rule in down if _counts(rule, across, dpi)]
    clean = picture.copy()
    for x0, top, x1, bottom in kept:
        corners = (int(x0) - 2, int(top) - 2), (int(x1) + 2, int(bottom) + 2)
        cv2.rectangle(clean, *corners, (255, 255, 255), -1)
        cv2.rectangle(ink, *corners, 0, -1)
    return Ruled(kept, clean, ink)


def _strokes(ink: Any, dpi: float, level_ones: bool) -> list[Rule]:
    import cv2

    length = max(12, int(SHORTEST * dpi))
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (length, 1) if level_ones else (1, length))
    # a line a little askew steps from row to row: thicken it first so that it stays whole
    thick = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_RECT, (1, 3) if level_ones else (3, 1)))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel)
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    rules: list[Rule] = []
    for index in range(1, count):
        x, y, width, height = (int(value) for value in stats[index][:4])
        if (height if level_ones else width) <= THICKEST * dpi + 2:
            rules.append(Rule(x, y, x + width, y + height))
    return rules


def _counts(rule: Rule, others: list[Rule], dpi: float) -> bool:
    """True where a stroke is long, or meets one that crosses it: the stroke of a character is and does neither."""
    if max(rule.x1 - rule.x0, rule.bottom - rule.top) >= ALONE * dpi:
        return True
    reach = 0.04 * dpi
    return any(
        rule.x0 - reach <= other.x1 and other.x0 <= rule.x1 + reach
        and rule.top - reach <= other.bottom and other.top <= rule.bottom + reach
        and max(other.x1 - other.x0, other.bottom - other.top) >= 2 * SHORTEST * dpi
        for other in others
    )  # fmt: skip
