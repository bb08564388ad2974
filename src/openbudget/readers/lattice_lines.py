"""Glyphs → lines of text: order, blanks between words, and none between Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_WORD = re.compile(
    r"[（“‘《〈【\[(]*(?:[A-Za-z0-9.,+-]+%?|.)[，。、；：！？）”’》〉】％%\]),.;:]*"
    r"(?:(?<=[”’])[（《〈【\[(]+.[）”’》〉】\])，。、；：]*)*",  # nothing is parted next to a quotation mark
    re.S,
)
_FIGURE_END = re.compile(r"(?:^|\s)[A-Za-z]{0,2}[\d.,]+$")
_FIGURE_START = re.compile(r"[\d.,]+%?$")

WORD_GAP = 0.22  # of the size, between letters or digits: a blank was printed
WIDE_GAP = 1.0  # of the size, next to a Chinese character: a blank stands for the gap


class Glyph(NamedTuple):
    """A character (or a run of them that OCR gave as one) with its box in points from the top left.

    `size` is the height of its em square; `run` the number of the text object that drew it; `score` how sure
    OCR is of it.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    run: int = 0
    score: float = 1.0


def lines_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Lines from top to bottom, each from left to right. Glyphs are of one line where their middles are level
    within half a character."""
    ordered = sorted(glyphs, key=lambda glyph: glyph.top + glyph.bottom)
    lines: list[list[Glyph]] = []
    level = size = 0.0
    for glyph in ordered:
        middle = (glyph.top + glyph.bottom) / 2
        if lines and middle - level <= 0.5 * max(min(size, glyph.size), 0.5 * max(size, glyph.size)):
            lines[-1].append(glyph)
            if glyph.size > size and glyph.text.strip():
                size, level = glyph.size, middle
        else:
            lines.append([glyph])
            level, size = middle, glyph.size
    for line in lines:
        line.sort(key=lambda glyph: glyph.x0)
    return lines


def line_text(line: Sequence[Glyph]) -> str:
    """The text of a line, outer blanks removed."""
    parts: list[str] = []
    last: Glyph | None = None
    for glyph in line:
        if last is not None and _blank_between(last, glyph):
            parts.append(" ")
        parts.append(" " if glyph.text.isspace() else glyph.text)
        last = glyph
    return "".join(parts).strip()


def _blank_between(left: Glyph, right: Glyph) -> bool:
    if left.text.isspace() or right.text.isspace():
        return False
    gap = right.x0 - left.x1
    size = min(left.size, right.size)
    if left.text[-1].isascii() and right.text[0].isascii() and left.text[-1].isalnum() and right.text[0].isalnum():
        return gap > WORD_GAP * size
    return gap > WIDE_GAP * size


def text_of(glyphs: Sequence[Glyph], width: float) -> str:
    """The text of a cell of that width: its lines with `\\n` between.

    A word set upright, one character a line, is one line; so is a figure or code that was broken because the
    cell is too narrow for it.
    """
    if not glyphs:
        return ""
    lines = [line for line in lines_of(glyphs) if line_text(line)]
    texts = [line_text(line) for line in lines]
    if len(texts) > 2 and all(len(text) == 1 and not text.isascii() for text in texts):
        return "".join(texts)
    result = texts[0] if texts else ""
    for line, text, after in zip(lines, texts, texts[1:], strict=False):
        result += after if breaks_figure(line, width, text, after) else f"\n{after}"
    return result


def breaks_figure(line: Sequence[Glyph], width: float, text: str, after: str) -> bool:
    """True where a line of a cell (and its text) ends within a figure or code that goes on in the text `after`."""
    if not _FIGURE_END.search(text) or not _FIGURE_START.match(after):
        return False
    return leaves_no_room(line, width, after)


def leaves_no_room(line: Sequence[Glyph], width: float, after: str) -> bool:
    """True where a line of a cell was broken because what comes after it did not fit (the cell's own margins are
    taken to be an em and a half together)."""
    inked = [glyph for glyph in line if not glyph.text.isspace()]
    size = max(glyph.size for glyph in inked)
    used = max(glyph.x1 for glyph in inked) - min(glyph.x0 for glyph in inked)
    word = first_word(after)
    return width - used < 1.6 * size + (size * 0.6 if word.isascii() else print_width(word, size))


def first_word(text: str) -> str:
    """What at the beginning of a text cannot be parted over lines: opening marks, a character or a run of Latin
    letters and digits, closing marks."""
    match = _WORD.match(text)
    return match[0] if match else text[:1]


def print_width(text: str, size: float) -> float:
    """About the width of a text in print: an em a Chinese character, half an em any other."""
    return size * sum(0.5 if char.isascii() else 1.0 for char in text)


def score_of(glyphs: Sequence[Glyph]) -> float:
    """The lowest score among the glyphs: a cell is as sure as its least sure part."""
    return min((glyph.score for glyph in glyphs), default=1.0)


class TextLine(NamedTuple):
    """A line of print outside tables."""

    page: int
    text: str
    box: tuple[float, float, float, float]
    size: float
    score: float


def text_lines(glyphs: Sequence[Glyph], page: int) -> list[TextLine]:
    """The lines of the glyphs outside tables, from top to bottom."""
    lines: list[TextLine] = []
    for line in lines_of(glyphs):
        text = line_text(line)
        if not text:
            continue
        inked = [glyph for glyph in line if not glyph.text.isspace()]
        box = (inked[0].x0, min(g.top for g in inked), max(g.x1 for g in inked), max(g.bottom for g in inked))
        lines.append(TextLine(page, text, box, sorted(g.size for g in inked)[len(inked) // 2], score_of(inked)))
    return lines
