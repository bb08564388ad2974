"""Which heading of a table without ruling lines stands over which column, or over several."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from openbudget.readers.lattice_gap_columns import Column
from openbudget.readers.lattice_gap_headings import LEVEL, TOUCH, Words


class Span(Protocol):
    """What reaches from one place on the line to another."""

    @property
    def x0(self) -> float: ...
    @property
    def x1(self) -> float: ...


class Unit(NamedTuple):
    """What a heading may stand over: a column, or a heading with its columns; `words` None where it has none."""

    first: int
    last: int
    x0: float
    x1: float
    words: Words | None
    under: tuple[Unit, ...] = ()

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


class _Slot:
    """A column while headings are placed over it."""

    def __init__(self, x0: float, x1: float) -> None:
        self.x0, self.x1 = x0, x1
        self.words: Words | None = None
        self.beside = False  # its heading stands beside its print, not over it
        self.empty = False  # it has nothing but a heading


def placed(words: Sequence[Words], columns: Sequence[Column], size: float) -> tuple[list[Unit], list[Words]] | None:
    """The columns with the headings that stand over one of them, and the headings over several, from the lowest on."""
    slots = [_Slot(column.x0, column.x1) for column in columns]
    direct = [(each, slots[over[0]]) for each in words if len(over := columns_under(each, slots, size)) == 1]
    parents: list[Words] = []
    for each in words:
        over = columns_under(each, slots, size)
        if len(over) > 1:
            parents.append(each)
            continue
        slot = slots[over[0] if over else _nearest(each, slots)]
        if over and slot.words is not None:
            if not _is_over_several(each, over[0], slots, size):
                if not _set_apart(slot.words, each, size):
                    return None
                slot.words = Words(each.x0, slot.words.x1, each.top, each.bottom, each.pieces + slot.words.pieces)
                continue
            parents.append(each)
        elif over or not any(other is slot and (w.x1 <= each.x0 or each.x1 <= w.x0) for w, other in direct):
            if slot.words is not None:
                return None
            slot.words = each
            slot.beside = not over
            slot.x0, slot.x1 = min(slot.x0, each.x0), max(slot.x1, each.x1)
        elif _is_between_headings(each, slots, size):
            parents.append(each)
        else:  # a column that holds nothing but its heading
            new = _Slot(each.x0, each.x1)
            new.words = each
            new.empty = True
            slots.insert(sum(1 for other in slots if other.x1 <= each.x0 + TOUCH * size), new)
            direct.append((each, new))
    if any(a.x1 > b.x0 or (a.beside and b.empty) or (a.empty and b.beside) for a, b in pairwise(slots)):
        return None
    return [Unit(i, i, slot.x0, slot.x1, slot.words) for i, slot in enumerate(slots)], parents


def _nearest(words: Words, slots: Sequence[_Slot]) -> int:
    edges = [(left.x1 + right.x0) / 2 for left, right in pairwise(slots)]
    return sum(1 for edge in edges if edge <= words.centre)


def _set_apart(one: Words, other: Words, size: float) -> bool:
    """True for the two characters of a heading set wide apart, the second first."""
    texts = [piece.text for piece in (*one.pieces, *other.pieces)]
    return abs(one.at - other.at) < LEVEL * size and max(map(len, texts)) == 1 and other.x0 < one.x0


def _is_over_several(words: Words, at: int, slots: Sequence[_Slot], size: float) -> bool:
    """True where a heading over another has one beside that one, level with it, with room over it."""
    below = slots[at].words
    beside = [slots[i].words for i in (at - 1, at + 1) if 0 <= i < len(slots)]
    return (
        below is not None
        and words.bottom < below.top
        and any(other is not None and abs(other.at - below.at) < LEVEL * size for other in beside)
    )


def _is_between_headings(words: Words, slots: Sequence[_Slot], size: float) -> bool:
    """True where words in the white between two columns have the headings of both below them."""
    left = max((i for i, slot in enumerate(slots) if slot.x1 <= words.centre), default=-1)
    if not 0 <= left < len(slots) - 1:
        return False
    both = [slots[left].words, slots[left + 1].words]
    return all(each is not None and each.top > words.bottom + LEVEL * size for each in both)


def columns_under(words: Words, spans: Sequence[Span], size: float) -> list[int]:
    found = []
    for index, span in enumerate(spans):
        shared = min(span.x1, words.x1) - max(span.x0, words.x0)
        if shared > min(TOUCH * size, 0.5 * (span.x1 - span.x0)):
            found.append(index)
    return found
