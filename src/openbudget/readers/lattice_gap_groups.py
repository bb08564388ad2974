"""Which level headings of a table without ruling lines one heading stands over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from openbudget.readers.lattice_gap_columns import SAME
from openbudget.readers.lattice_gap_headings import LEVEL, Words, rules_under
from openbudget.readers.lattice_gap_placed import Unit, columns_under
from openbudget.readers.lattice_open import Level

OFF = 1.2  # of the size: how far the middle of a heading may be from that of its columns
SHARE = 0.15  # of the width of its columns: how much further, since where they begin and end is not exact
APART = 0.6  # of the size: how much better the best reading must be than the next
FAR_APART = 2.0  # of the size: the same, where nothing but the middles tells
SPACED = 2.2  # of the size: the widest step from line to line within a heading
EDGE = 2.0  # points: how far print may reach beyond the end of a line drawn under its heading
MOST_READINGS = 3000

Group = tuple[int, int]  # the first and the last of the units that a heading stands over
Choice = tuple[float, Group]  # how far off the middle (or an end) of the group is


class Reading(NamedTuple):
    """A way to read a level of headings: how far off their groups are together, how many headings are left that have
    none over them though they are level with others, and the groups."""

    off: float
    lone: int
    groups: list[Group]


def with_parents(
    units: list[Unit], level: Sequence[Words], size: float, left_aligned: bool, ruled: Sequence[Level] = ()
) -> list[Unit] | None:
    """The units with those put together that the headings of a level stand over; None where that is not sure. `ruled`: the
    lines drawn in the header: one under a heading says over what it stands, one over all columns that each has one."""
    tier = max((unit.words.at for unit in units if unit.words is not None), default=0.0)
    drawn = [rules_under(words, tier, ruled) for words in level]
    parted = all(any(_is_whole(rule, units) for rule in rules) for rules in drawn)
    choices = [
        _told(units, rules) or _groups(units, words, size, left_aligned)
        for words, rules in zip(level, drawn, strict=True)
    ]
    readings: list[Reading] = []
    for number, chosen in enumerate(_disjoint(choices, 0)):
        if number >= MOST_READINGS:
            return None
        covered = {i for _, (first, last) in chosen for i in range(first, last + 1)}
        others = [unit for i, unit in enumerate(units) if i not in covered]
        if any(unit.words is None for unit in others) or (parted and others):
            continue
        lone = sum(1 for unit in others if unit.words is not None and unit.words.at > tier - LEVEL * size)
        readings.append(Reading(sum(off for off, _ in chosen), lone, [group for _, group in chosen]))
    # headings that begin over the first of several are not set at the foot of their cells: cells merged in a workbook,
    # where print stands at the foot, have it in their middle
    one_height = not parted and all(unit.words is None or unit.words.at > tier - LEVEL * size for unit in units)
    one_height = one_height and not all(_told(units, rules) for rules in drawn)
    best = _best(readings, size, one_height and not left_aligned)
    if best is None or (one_height and any(_may_be_one(words, units, size) for words in level)):
        return None
    if any(first == last and units[first].words is not None for first, last in best):
        return None  # one heading, broken over two lines
    grown: list[Unit] = []
    start = 0
    for words, (first, last) in zip(level, best, strict=True):
        under = tuple(units[first : last + 1])
        x0, x1 = min(words.x0, under[0].x0), max(words.x1, under[-1].x1)
        grown += [*units[start:first], Unit(under[0].first, under[-1].last, x0, x1, words, under)]
        start = last + 1
    grown += units[start:]
    return None if any(a.x1 > b.x0 for a, b in pairwise(grown)) else grown


def _is_whole(rule: Level, units: Sequence[Unit]) -> bool:
    return rule.start < units[0].x1 and units[-1].x0 < rule.end


def _told(units: Sequence[Unit], rules: Sequence[Level]) -> list[Choice]:
    """The one group that a line drawn under a heading stands for; none where it goes over all, or over part of a unit."""
    for rule in rules:
        inside = [at for at, unit in enumerate(units) if rule.start < unit.centre < rule.end]
        whole = all(units[at].x0 > rule.start - EDGE and units[at].x1 < rule.end + EDGE for at in inside)
        if not _is_whole(rule, units) and len(inside) > 1 and whole:
            return [(0.0, (inside[0], inside[-1]))]
    return []


def _may_be_one(words: Words, units: Sequence[Unit], size: float) -> bool:
    """True where words over a single heading may be the beginning of it: near to it, and as wide as its column allows."""
    over = [units[index] for index in columns_under(words, units, size)]
    if len(over) != 1 or over[0].words is None:
        return False
    near = over[0].words.top - words.bottom <= SPACED * size
    return near and over[0].x1 - over[0].x0 < words.width + size


def _best(readings: list[Reading], size: float, level: bool) -> list[Group] | None:
    """The groups of the one reading that is clearly the best. Headings that are level all have one over them; where all
    are level (`level`), headers may be set at the foot of their cells, and what stands where alone decides."""
    whole = sorted(reading for reading in readings if not reading.lone)
    part = sorted(reading for reading in readings if reading.lone)
    if whole and not (level and part and part[0].off < whole[0].off + APART * size):
        clear = len(whole) == 1 or whole[1].off - whole[0].off >= APART * size
        return whole[0].groups if clear else None
    ordered = sorted(readings)
    if not level or not ordered or ordered[0].off >= APART * size:
        return None
    return ordered[0].groups if len(ordered) == 1 or ordered[1].off - ordered[0].off >= FAR_APART * size else None


def _groups(units: Sequence[Unit], words: Words, size: float, left_aligned: bool) -> list[Choice]:
    """The groups of level units that words may stand over, each with how far off their middle (or an end) is."""
    touched = columns_under(words, units, size)
    edges = [units[0].x0, *((a.x1 + b.x0) / 2 for a, b in pairwise(units)), units[-1].x1]
    found: list[Choice] = []
    for first in range(len(units)):
        for last in range(first, len(units)):
            group = units[first : last + 1]
            if not _are_level(group, words, size):
                break
            alone = first == last and units[first].words is not None and not _may_be_one(words, units, size)
            if alone or any(not first <= i <= last for i in touched):
                continue
            left, right = edges[first], edges[last + 1]
            if words.x0 < left - size or words.x1 > right + size:
                continue
            middles = (left + right) / 2, (group[0].x0 + group[-1].x1) / 2
            off = min(abs(middle - words.centre) for middle in middles)
            limit = OFF * size + SHARE * (right - left)
            if left_aligned:
                off, limit = abs((group[0].words or words).x0 - words.x0), SAME * size
            if off <= limit:
                found.append((off, (first, last)))
    return found


def _are_level(group: Sequence[Unit], words: Words, size: float) -> bool:
    """True where all units have a heading under the words at the same height, or none has one."""
    levels = [unit.words for unit in group]
    headed = [each for each in levels if each is not None]
    if not headed:
        return True
    tops = [each.at for each in headed]
    return (
        len(headed) == len(levels)
        and min(each.top for each in headed) > words.bottom + LEVEL * size
        and max(tops) - min(tops) < 2 * LEVEL * size
    )


def _disjoint(choices: Sequence[Sequence[Choice]], start: int) -> Iterator[list[Choice]]:
    if not choices:
        yield []
        return
    for choice in choices[0]:
        if choice[1][0] >= start:
            for rest in _disjoint(choices[1:], choice[1][1] + 1):
                yield [choice, *rest]
