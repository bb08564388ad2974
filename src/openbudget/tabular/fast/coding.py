"""Kernels that turn cells into numbers: texts into the codes of a dictionary, figures into whole numbers. `cells`, `column` and `stride` are those of `kernels`."""

from __future__ import annotations

from typing import Any

from numba import int64, uint8, uint64

from openbudget.tabular.fast.kernels import hashed
from openbudget.tabular.fast.native import folded, kernel, word

Pointer = Any

_QUOTE, _MINUS, _POINT, _COMMA = 34, 45, 46, 44
BLANK, KNOWN, ODD = 0, 1, 2  # what a cell is that should be a figure
_DIGITS = 18
_LARGE = 1 << 59  # no value is larger
_TOP = 17  # of the largest power of ten by which a figure is multiplied
_MARK = 0xADB8E4B685E5  # 其中 in UTF-8, the first byte lowest
_SIX = 0xFFFFFFFFFFFF


@kernel("i8(u1*, u4*, i8, i8, i8, u8, u8*, u2*, i8, u2*, u4*)")
def code_cells(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: int, seed: Any,
    table: Pointer, numbers: Pointer, mask: int, out: Pointer, unknown: Pointer,
) -> int:  # fmt: skip
    """The number of each cell's text in an open table of hashes (0: free, and a number that is none); 0 for an empty cell.
    Gives how many are in `unknown`: rows whose text the table has not."""
    found = 0
    at = column
    before, size, code = int64(0), int64(-1), int64(0)
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        if start < end and data[start] == _QUOTE:
            start += 1
            end -= 1
        wide = end - start
        same = wide == size and wide <= 16
        if same:  # as in the row before: cells of 16 bytes are compared as two words
            left = wide
            place, other = start, before
            while left > 0 and same:
                difference = word(data, place) ^ word(data, other)
                if left < 8:
                    difference &= uint64(0xFFFFFFFFFFFFFFFF) >> uint64(8 * (8 - left))
                same = difference == uint64(0)
                place += 8
                other += 8
                left -= 8
        if not same:
            code = 0
            if wide > 0:
                key = hashed(data, start, end, seed)
                slot = int64(key & uint64(mask))
                while table[slot] != uint64(0) and table[slot] != key:
                    slot = (slot + 1) & mask
                code = int64(numbers[slot]) if table[slot] == key else 0
            before, size = start, wide
        out[row] = code
        unknown[found] = row
        found += code == 0 and wide > 0
    return found


@kernel("i8(u8*, u2*, u2*, i8, u8*, u2*, i8, u2*, u4*)")
def code_pairs(
    hashes: Pointer, one: Pointer, two: Pointer, rows: int,
    table: Pointer, numbers: Pointer, mask: int, out: Pointer, unknown: Pointer,
) -> int:  # fmt: skip
    """The same for a text (its hash, which becomes that of the whole) with two numbers beside it."""
    found = 0
    for row in range(rows):
        beside = uint64(one[row]) | (uint64(two[row]) << uint64(16))
        key = folded(hashes[row] ^ uint64(0x8EBC6AF09C88C6E3), beside ^ uint64(0xE7037ED1A0B428DB))
        key = folded(key ^ uint64(0x589965CC75374CC3), hashes[row] ^ uint64(0x1D8E4E27C47D124F))
        key = key if key != uint64(0) else uint64(1)
        hashes[row] = key
        slot = int64(key & uint64(mask))
        while table[slot] != uint64(0) and table[slot] != key:
            slot = (slot + 1) & mask
        code = int64(numbers[slot]) if table[slot] == key else 0
        out[row] = code
        unknown[found] = row
        found += code == 0
    return found


@kernel("i8(u1*, i8, i8, i8, i8)")
def point_of(data: Pointer, start: int, end: int, commas: int, most: int) -> int:
    """Where the digits before the point of a figure end; -1 where they are none, more than `most`, or not well in threes
    (where `commas`)."""
    digits, since, groups = 0, 0, 0
    place = start
    while place < end:
        byte = int64(data[place])
        if 48 <= byte <= 57:
            digits += 1
            since += 1
        elif commas and byte == _COMMA:
            if since > 3 or since < (3 if groups else 1):
                return -1
            groups += 1
            since = 0
        else:
            break
        place += 1
    return place if 1 <= digits <= most and (groups == 0 or since == 3) else -1


@kernel("i8(u1*, i8, i8)")
def decimals_of(data: Pointer, point: int, end: int) -> int:
    """How many digits stand behind the point of a figure (0: it has none); -1 where something else does."""
    if point == end:
        return 0
    if point < 0 or data[point] != _POINT or point + 1 == end:
        return -1
    for place in range(point + 1, end):
        if data[place] < 48 or data[place] > 57:
            return -1
    return end - point - 1


@kernel("i8(u1*, i8, i8, i8)")
def scaled(data: Pointer, start: int, end: int, power: int) -> int:
    """The digits of a figure as a whole number, times a power of ten; -1 where that is too large."""
    value = int64(0)
    for place in range(start, end):
        byte = int64(data[place])
        if byte >= 48:
            value = value * 10 + byte - 48
    for _ in range(power):
        if value > _LARGE // 10:
            return -1
        value *= 10
    return value if value <= _LARGE else -1


@kernel("i8(u1*, u4*, i8, i8, i8, i8, u1*, i8, i8, i8*, u1*, u1*)")
def figures(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: int, commas: int, places: Pointer, most: int,
    decimals: int, values: Pointer, left: Pointer, states: Pointer,
) -> int:  # fmt: skip
    """Figures as whole numbers: of each row `places` says how many digits a unit of it has behind its own. `most` digits
    before the point and `decimals` behind it are taken; `commas`: they may be in threes. `left` is the power of ten of the
    last digit that is written; others are odd."""
    odd = 0
    at = column
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        if start < end and data[start] == _QUOTE:
            start += 1
            end -= 1
        values[row] = 0
        left[row] = 0
        states[row] = BLANK
        if start == end:
            continue
        negative = data[start] == _MINUS
        start += negative
        point = point_of(data, start, end, commas, most)
        behind = decimals_of(data, point, end)
        power = int64(places[row]) - behind
        value = int64(-1)
        if 0 <= behind <= decimals and 0 <= power <= _TOP and (point - start) + behind <= _DIGITS:
            value = scaled(data, start, end, power)
        if value < 0:
            states[row] = ODD
            odd += 1
            continue
        states[row] = KNOWN
        left[row] = power
        values[row] = -value if negative else value
    return odd


@kernel("i8(u1*, u4*, i8, i8, i8, u1*)")
def parts_of(data: Pointer, cells: Pointer, stride: int, column: int, rows: int, out: Pointer) -> int:
    """Which cells begin with 其中: 1; with what may be blanks before it: 2; others: 0."""
    found = 0
    at = column
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        if start < end and data[start] == _QUOTE:
            start += 1
            end -= 1
        out[row] = 0
        if end - start < 6:
            continue
        first = int64(data[start])
        if word(data, start) & uint64(_SIX) == uint64(_MARK):
            out[row] = 1
        elif first <= 32 or 0xC2 <= first <= 0xE3:  # all blanks there are begin with one of these
            for place in range(start + 1, end - 5):
                if word(data, place) & uint64(_SIX) == uint64(_MARK):
                    out[row] = 2
        found += out[row] != uint8(0)
    return found


@kernel("i8(u4*, i8, i8, i8, i8, i8, u8*, u4*)")
def ranges(
    cells: Pointer, stride: int, width: int, rows: int, front: int, offset: int, starts: Pointer, sizes: Pointer
) -> int:
    """Where each row begins in the file, whose byte at `front` is the `offset`-th, and how long it is."""
    at = 0
    for row in range(rows):
        first = int64(cells[at]) + 1
        starts[row] = uint64(offset + first - front)
        sizes[row] = int64(cells[at + width]) - first
        at += stride
    return rows
