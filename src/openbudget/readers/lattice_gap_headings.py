"""The headings of a table without ruling lines: print of a header, with the lines put together that one heading was
broken over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openbudget.readers.lattice_gap_lines import Line, Piece
from openbudget.readers.lattice_lines import Glyph
from openbudget.readers.lattice_open import Level

WRAPPED = 1.75  # of the size: the step from line to line within a heading
CENTRED = 0.6  # of the size: how far the middles or beginnings of the lines of a heading may differ
LEVEL = 0.35  # of the size: headings nearer than this are level
TOUCH = 0.2  # of the size: print that reaches so far over other print stands over it


class Words(NamedTuple):
    """A heading, or a line of one: its print, the middles of its first and last line."""

    x0: float
    x1: float
    top: float
    bottom: float
    pieces: tuple[Piece, ...]

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def at(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        return tuple(glyph for piece in self.pieces for glyph in piece.glyphs)


def rules_under(words: Words, foot: float, ruled: Sequence[Level]) -> list[Level]:
    """The lines drawn under words and above the level `foot`."""
    return [rule for rule in ruled if words.bottom < rule.at < foot and rule.start < words.centre < rule.end]


def words_of(lines: Sequence[Line], size: float, ruled: Sequence[Level] = ()) -> list[Words]:
    """The headings from the lowest to the highest. `ruled`: the lines drawn among them, which part them."""
    levels = [_spelt([Words(p.x0, p.x1, line.at, line.at, (p,)) for p in line.pieces]) for line in lines]
    for index in range(len(levels) - 1, 0, -1):
        for number in range(index - 1, -1, -1):
            if lines[index].at - lines[number].at > WRAPPED * size:
                break
            uppers = [_upper(words, levels[number], size, ruled) for words in levels[index]]
            joined: dict[int, Words] = {}
            for at, upper in enumerate(uppers):
                words = levels[index][at]
                if upper is not None and not _has_sibling(words, upper, levels, number, size, ruled):
                    joined[id(upper)] = words
            gone = {id(words) for words in joined.values()}
            levels[index] = [words for words in levels[index] if id(words) not in gone]
            levels[number] = [_put_together(each, joined.get(id(each))) for each in levels[number]]
    return sorted((words for level in levels for words in level), key=lambda words: (-words.at, words.x0))


def _spelt(level: list[Words]) -> list[Words]:
    """The pieces of a line, with the two characters put together of a word that was written with blanks (`收      入`)."""
    found: list[Words] = []
    for words in level:
        (own,), last = words.pieces, found[-1].pieces if found else ()
        two = [*last, own]
        lone = len(two) == 2 and all(len(piece.text) == 1 and not piece.text.isascii() for piece in two)
        if lone and two[0].glyphs[0].run == own.glyphs[0].run:
            found[-1] = Words(found[-1].x0, words.x1, words.top, words.bottom, (two[0], own))
        else:
            found.append(words)
    return found


def _upper(words: Words, level: Sequence[Words], size: float, ruled: Sequence[Level]) -> Words | None:
    """The piece of a line above that words can go on: no narrower, and in line with it."""
    over = [each for each in level if min(each.x1, words.x1) - max(each.x0, words.x0) > TOUCH * size]
    if len(over) != 1 or words.pieces[0].x1 - words.x0 > over[0].width + TOUCH * size:
        return None
    if rules_under(over[0], words.top, ruled):
        return None
    off = min(abs(over[0].centre - words.centre), abs(over[0].x0 - words.x0), abs(over[0].x1 - words.x1))
    return over[0] if off < CENTRED * size else None


def _has_sibling(
    words: Words,
    upper: Words,
    levels: Sequence[Sequence[Words]],
    number: int,
    size: float,
    ruled: Sequence[Level],
) -> bool:
    """True where words with others above them may be one of several headings under those: what stands next to them
    is level with them and has nothing else above it. (A lone character beside words is the end of a broken one; a line
    drawn over what stands next to them parts that from what is above.)"""
    others = [each for line in levels for each in line if each is not upper and each is not words]
    left = max((each for each in others if each.x1 <= words.x0), key=lambda each: each.x1, default=None)
    right = min((each for each in others if each.x0 >= words.x1), key=lambda each: each.x0, default=None)
    lone = len(words.pieces[0].text) == 1
    for beside in (left, right):
        if beside is None or abs(beside.at - words.at) >= LEVEL * size:
            continue
        if any(upper.bottom < rule.at < beside.top and rule.start < beside.centre < rule.end for rule in ruled):
            continue
        above = _upper(beside, levels[number], size, ruled)
        if (above is None or above is upper) and not (lone and len(beside.pieces[0].text) > 1):
            return True
    return False


def _put_together(upper: Words, words: Words | None) -> Words:
    if words is None:
        return upper
    x0, x1 = min(upper.x0, words.x0), max(upper.x1, words.x1)
    return Words(x0, x1, upper.top, words.bottom, upper.pieces + words.pieces)
