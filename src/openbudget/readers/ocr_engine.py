"""The recogniser of characters: RapidOCR with the models inside its wheel (nothing is downloaded)."""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import Any

from openbudget.readers.lattice_lines import Glyph

LONGEST_SIDE = 6000  # pixels; the engine shrinks larger pictures
DETECTION_SIDE = 1280  # pixels: where lines of print are is seen on a smaller picture, which saves half the memory
EM = 0.74  # of the height of a found line: the size of its characters
SMALLEST_CROP = 6  # pixels


def installed() -> bool:
    """True where the extra `[ocr]` is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR  # type: ignore[import-not-found, import-untyped, unused-ignore]

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": LONGEST_SIDE,
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
        }
    )


def page_glyphs(picture: Any) -> list[Glyph]:
    """The characters of a picture (array of rows, BGR), each with its box in pixels and its score."""
    found = _engine()(picture, use_cls=False, return_word_box=True, return_single_char_box=True)
    if found.txts is None or found.boxes is None:
        return []
    glyphs: list[Glyph] = []
    for run, (box, words) in enumerate(zip(found.boxes, found.word_results, strict=True)):
        top, bottom = min(float(y) for _, y in box), max(float(y) for _, y in box)
        size = EM * (bottom - top)
        middle = (top + bottom) / 2
        dash = _is_dash("".join(text for text, _, _ in words))
        for text, score, corners in words:
            text = "—" * len(text) if dash else text
            xs = [float(x) for x, _ in corners]
            glyphs.extend(_spread(text, min(xs), max(xs), middle, size, run, float(score)))
    return glyphs


def _spread(text: str, x0: float, x1: float, middle: float, size: float, run: int, score: float) -> list[Glyph]:
    """The characters of a word, each with its part of the width."""
    weights = [0.5 if char.isascii() else 1.0 for char in text]
    whole = sum(weights) or 1.0
    glyphs: list[Glyph] = []
    for char, weight in zip(text, weights, strict=True):
        end = x0 + (x1 - x0) * weight / whole
        x1_here = end
        glyphs.append(Glyph(char, x0, middle - size / 2, x1_here, middle + size / 2, size, run, score))
        x0, x1, whole = end, x1, whole - weight
    return glyphs


def line_texts(crops: list[Any]) -> list[tuple[str, float]]:
    """The text and score of pictures of one line each, read without looking for lines first."""
    usable = [crop for crop in crops if min(crop.shape[:2]) >= SMALLEST_CROP]
    if not usable:
        return [("", 0.0)] * len(crops)
    from rapidocr.ch_ppocr_rec import TextRecInput  # type: ignore[import-not-found, import-untyped, unused-ignore]

    found = _engine().text_rec(TextRecInput(img=usable))
    read = iter(zip(found.txts, found.scores, strict=True))
    texts = [next(read) if min(crop.shape[:2]) >= SMALLEST_CROP else ("", 0.0) for crop in crops]
    return [("—" * len(text) if _is_dash(text) else text, float(score)) for text, score in texts]


def _is_dash(text: str) -> bool:
    """True where a reading can only be a dash (`——`, not applicable), whatever stroke it was taken for."""
    return bool(text) and (set(text) == {"_"} or (len(text) > 1 and set(text) <= set("_—－-–一ー")))
