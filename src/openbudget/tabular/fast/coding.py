"""Kernels that turn cells into numbers: texts into the codes of a dictionary, figures into whole numbers. `cells`, `column` and `stride` are those of `kernels`."""

from __future__ import annotations

from typing import Any

from numba import int64, uint8, uint64

from openbudget.tabular.fast.kernels import hashed
from openbudget.tabular.fast.native import folded, kernel, put, word

Pointer = Any

_QUOTE, _MINUS, _POINT, _COMMA = 34, 45, 46, 44
BLANK, KNOWN, ODD = 0, 1, 2  # what a cell is that should be a figure
_DIGITS = 18
_LARGE = 1 << 59  # no value is larger
_TOP = 17  # of the largest power of ten by which a figure is multiplied
_MARK = 0xADB8E4B685E5  # 其中 in UTF-8, the first byte lowest
_SIX = 0xFFFFFFFFFFFF


@kernel("i8(u1*, u4*, i8, i8, i8, u8, u8*, u2*, i8, u2*, i8, u4*)")
def code_cells(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: int, seed: Any,
    table: Pointer, numbers: Pointer, mask: int, out: Pointer, step: int, unknown: Pointer,
) -> int:  # fmt: skip
    """The number of each cell's text in an open table of hashes (0: free, and a number that is none), every `step`-th place
    of `out`; 0 for an empty cell. Gives how many are in `unknown`: rows whose text the table has not."""
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
        out[row * step] = code
        unknown[found] = row
        found += code == 0 and wide > 0
    return found


@kernel("i8(u8*, u2*, i8, u2*, i8, i8, u8*, u2*, i8, u2*, i8, u4*)")
def code_pairs(
    hashes: Pointer, one: Pointer, one_step: int, two: Pointer, two_step: int, rows: int,
    table: Pointer, numbers: Pointer, mask: int, out: Pointer, step: int, unknown: Pointer,
) -> int:  # fmt: skip
    """The same for a text (its hash, which becomes that of the whole) with two numbers beside it, each in every
    so many places."""
    found = 0
    for row in range(rows):
        beside = uint64(one[row * one_step]) | (uint64(two[row * two_step]) << uint64(16))
        key = folded(hashes[row] ^ uint64(0x8EBC6AF09C88C6E3), beside ^ uint64(0xE7037ED1A0B428DB))
        key = folded(key ^ uint64(0x589965CC75374CC3), hashes[row] ^ uint64(0x1D8E4E27C47D124F))
        key = key if key != uint64(0) else uint64(1)
        hashes[row] = key
        slot = int64(key & uint64(mask))
        while table[slot] != uint64(0) and table[slot] != key:
            slot = (slot + 1) & mask
        code = int64(numbers[slot]) if table[slot] == key else 0
        out[row * step] = code
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


@kernel("i8(u1*, u4*, i8)")
def quoted(data: Pointer, cells: Pointer, at: int) -> int:
    """1 where a cell stands in quotes, else 0."""
    start = int64(cells[at]) + 1
    return 1 if start < int64(cells[at + 1]) and data[start] == _QUOTE else 0


@kernel("i8(u1*, i8, i8, i8, i8, i8, i8, i8*)")
def figure(
    data: Pointer, start: int, end: int, commas: int, places: int, most: int, decimals: int, out: Pointer
) -> int:
    """A figure as a whole number (`out[0]`), of which a unit has `places` digits behind its own; `out[1]` is the power of ten
    of the last digit that is written. `most` digits before the point and `decimals` behind it are taken; `commas`: they may be
    in threes. Others are odd."""
    out[0], out[1] = 0, 0
    if start == end:
        return BLANK
    negative = data[start] == _MINUS
    start += negative
    point = point_of(data, start, end, commas, most)
    behind = decimals_of(data, point, end)
    power = places - behind
    value = int64(-1)
    if 0 <= behind <= decimals and 0 <= power <= _TOP and (point - start) + behind <= _DIGITS:
        value = scaled(data, start, end, power)
    if value < 0:
        return ODD
    out[0], out[1] = -value if negative else value, power
    return KNOWN


@kernel("i8(u1*, i8, i8)")
def mark_of(data: Pointer, start: int, end: int) -> int:
    """1 where a text begins with 其中; 2 where what may be blanks stands before it; else 0."""
    if end - start < 6:
        return 0
    if word(data, start) & uint64(_SIX) == uint64(_MARK):
        return 1
    first = int64(data[start])
    if first <= 32 or 0xC2 <= first <= 0xE3:  # all blanks there are begin with one of these
        for place in range(start + 1, end - 5):
            if word(data, place) & uint64(_SIX) == uint64(_MARK):
                return 2
    return 0


@kernel("i8(u1*, u4*, i8, i8, i8*, i8*, u2*, i8, u1*, u1*, u1*, i8, i8*, i8*, u1*)")
def amounts(
    data: Pointer, cells: Pointer, stride: int, rows: int, columns: Pointer, limits: Pointer, units: Pointer,
    step: int, places: Pointer, money: Pointer, records: Pointer, size: int, fields: Pointer, scratch: Pointer,
    odd: Pointer,
) -> int:  # fmt: skip
    """What records of `size` bytes have of the amount, its printed figure and the label (`columns`; -1: there is none).
    `places` and `money` are those of each unit, and the last of `limits`, behind digits and decimals of both figures, those of
    the amount. `fields`: where value, power of ten and flags go, and two hashes that must not be 0. `odd` are rows that are
    odd already."""
    known, stated, agrees, part, strange = 1, 2, 4, 8, 16  # flags
    found = 0
    at = 0
    for row in range(rows):
        base, unit = row * size, int64(units[row * step])
        flags, wrong = 0, odd[row] != 0
        value, is_known = int64(0), False
        if columns[0] >= 0:
            place = at + columns[0]
            quote = quoted(data, cells, place)
            start, end = int64(cells[place]) + 1 + quote, int64(cells[place + 1]) - quote
            state = figure(data, start, end, 0, limits[4], limits[0], limits[1], scratch)
            wrong = wrong or state == ODD
            value, is_known = scratch[0], state == KNOWN
        flags |= known * is_known
        scratch[1] = 0
        if columns[1] >= 0:
            place = at + columns[1]
            quote = quoted(data, cells, place)
            start, end = int64(cells[place]) + 1 + quote, int64(cells[place + 1]) - quote
            state = figure(data, start, end, 1, int64(places[unit]), limits[2], limits[3], scratch)
            wrong = wrong or state == ODD or (state == KNOWN and scratch[1] == 0)
            if is_known and state == KNOWN and money[unit]:
                flags |= stated
                flags |= agrees * (scratch[0] == value)
        power = scratch[1]
        if columns[2] >= 0:
            place = at + columns[2]
            quote = quoted(data, cells, place)
            mark = mark_of(data, int64(cells[place]) + 1 + quote, int64(cells[place + 1]) - quote)
            flags |= part * (mark == 1)
            wrong = wrong or mark == 2
        wrong = wrong or word(records, base + fields[3]) == uint64(0) or word(records, base + fields[4]) == uint64(0)
        put(records, base + fields[0], uint64(value))
        records[base + fields[1]] = uint8(power)
        records[base + fields[2]] = uint8(flags | strange * wrong)
        found += wrong
        at += stride
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
