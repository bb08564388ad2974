"""Paragraphs of a plain text whose lines were broken at one width (copied from a page, or by an editor that wraps)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from openbudget.readers.text_lines import Line

WIDEST = 132  # columns (a Chinese character takes two) of a line that an editor broke
NARROWEST = 40
FEWEST = 3  # lines that end at the width: a text that is wrapped
SLACK = 4  # columns: what is not broken (a figure, a closing mark) may leave so much white
_ENDS = re.compile(r"[。；：！？;:!?][”’）)]?$")
_BEGINS = re.compile(
    r"[（(]?[一二三四五六七八九十百\d]{1,4}[)）、.．](?!\d)|第[一二三四五六七八九十\d]+[部章节条]|[-*•●◆]\s|注[:：]"
)


class Wrap(NamedTuple):
    """How a text was broken: at so many columns, or characters, as `measure` counts them."""

    width: int
    measure: Callable[[str], int]


def wrap_of(lines: Sequence[Line]) -> Wrap | None:
    """How the lines of a text were broken; None where they were not: a line is longer than a page is wide, or those
    that reach the width end like sentences."""
    texts = [line.text.rstrip() for line in lines if "\t" not in line.text]
    if max(map(len, texts), default=0) > WIDEST:
        return None
    for measure in (columns, len):
        widest = max(map(measure, texts), default=0)
        full = [text for text in texts if measure(text) > widest - SLACK]
        cut = [text for text in full if not _ENDS.search(text)]
        if (
            NARROWEST <= max(map(columns, texts), default=0) <= WIDEST
            and len(cut) >= FEWEST
            and 2 * len(cut) > len(full)
        ):
            return Wrap(widest, measure)
    return None


def goes_on(above: Sequence[Line], line: Line, wrap: Wrap) -> bool:
    """True where a line is the rest of the paragraph that the lines `above` begin: the last of them had no room for
    what it begins with, and it is neither numbered nor indented more."""
    from openbudget.readers.lattice_lines import first_word

    last, text = above[-1], line.text.strip()
    if "\t" in last.text + line.text or _indent(line.text) > _indent(last.text) or not text:
        return False
    if _ENDS.search(last.text.rstrip()) and _indent(line.text) == _indent(above[0].text):
        return False
    room = wrap.width - wrap.measure(last.text.rstrip())
    return room < max(wrap.measure(first_word(text)), 2) + SLACK / 2 and not _BEGINS.match(text)


def columns(text: str) -> int:
    """How many columns a text takes in print of one width."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _indent(text: str) -> int:
    return columns(text[: len(text) - len(text.lstrip())])
