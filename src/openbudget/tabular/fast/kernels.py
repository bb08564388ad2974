"""Kernels over the cells of one column. `cells` is that of `scan`, `column` the cell's place in a row of `stride` places.

Those that judge accept narrowly: they give the rows (in `out`, their number as result) of which they are not certain.
`empty` says what an empty cell is: 1 accepted, 0 not, 2 judged like others.
"""

from __future__ import annotations

from typing import Any

from numba import int64, uint64

from openbudget.tabular.fast.native import folded, kernel, put, word

Pointer = Any

_QUOTE = 34


@kernel("i8(u1*, u4*, i8, i8, i8, i8, u2*, u1*, u1*, i8, u4*)")
def match(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: int, empty: int,
    moves: Pointer, classes: Pointer, final: Pointer, first: int, out: Pointer,
) -> int:  # fmt: skip
    """The rows whose cell an automaton does not accept."""
    found = 0
    at = column
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        if start < end and data[start] == _QUOTE:
            start += 1
            end -= 1
        if start == end and empty != 2:
            good = empty
        else:
            state = first
            for place in range(start, end):
                state = int64(moves[state + classes[data[place]]])
            good = int64(final[state])
        out[found] = row
        found += 1 - good
    return found


@kernel("i8(u1*, u4*, i8, i8, i8, i8, i8, i8, i8, u4*)")
def decimal(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: int, empty: int,
    scale: int, low: int, high: int, out: Pointer,
) -> int:  # fmt: skip
    """The rows whose cell is no decimal of at most 18 digits, `scale` of them behind the point, from `low` to `high` (in
    units of the last digit)."""
    found = 0
    at = column
    most = 18 - scale
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        if start < end and data[start] == _QUOTE:
            start += 1
            end -= 1
        if start == end and empty != 2:
            out[found] = row
            found += 1 - empty
            continue
        negative = False
        if start < end and (data[start] == 45 or data[start] == 43):
            negative = data[start] == 45
            start += 1
        value = int64(0)
        place = start
        while place < end and place - start <= most:
            digit = int64(data[place]) - 48
            if digit < 0 or digit > 9:
                break
            value = value * 10 + digit
            place += 1
        digits = place - start
        good = 1 <= digits <= most
        behind = 0
        if good and place < end:
            good = scale > 0 and data[place] == 46 and 0 < end - place - 1 <= scale
            if good:
                behind = end - place - 1
                for later in range(place + 1, end):
                    digit = int64(data[later]) - 48
                    if digit < 0 or digit > 9:
                        good = False
                        break
                    value = value * 10 + digit
        if good:
            for _ in range(behind, scale):
                value *= 10
            if negative:
                value = -value
            good = low <= value <= high
        out[found] = row
        found += 0 if good else 1
    return found


@kernel("i8(u1*, u4*, i8, i8, i8, i8, i8, i8, u4*)")
def length(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: int, empty: int, least: int, most: int, out: Pointer
) -> int:  # fmt: skip
    """The rows whose cell has not from `least` to `most` characters."""
    found = 0
    at = column
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        out[found] = row
        quoted = start < end and data[start] == _QUOTE
        if quoted:
            start += 1
            end -= 1
        if start == end and empty != 2:
            found += 1 - empty
            continue
        if not quoted and 4 * least <= end - start <= most:
            continue
        count, quotes = 0, 0
        for place in range(start, end):
            count += (data[place] & 0xC0) != 0x80
            quotes += data[place] == _QUOTE
        count -= quotes // 2  # within a cell they stand twice
        found += 0 if least <= count <= most else 1
    return found


@kernel("i8(u1*, u4*, i8, i8, i8, u4*)")
def doubled(data: Pointer, cells: Pointer, stride: int, column: int, rows: int, out: Pointer) -> int:
    """The rows whose cell is in quotes and has quotes within."""
    found = 0
    at = column
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        if start < end and data[start] == _QUOTE:
            for place in range(start + 1, end - 1):
                if data[place] == _QUOTE:
                    out[found] = row
                    found += 1
                    break
    return found


@kernel("u8(u1*, i8, i8, u8)")
def hashed(data: Pointer, start: int, end: int, seed: Any) -> Any:
    """The hash of some bytes; at least 8 more can be read. Made like wyhash: products of 128 bits, folded."""
    size = end - start
    one = seed ^ uint64(0xA0761D6478BD642F)
    while end - start > 16:
        one = folded(word(data, start) ^ uint64(0xE7037ED1A0B428DB), word(data, start + 8) ^ one)
        start += 16
    left = end - start
    low, high = uint64(0), uint64(0)
    if left > 8:
        low = word(data, start)
        high = word(data, start + 8) & (uint64(0xFFFFFFFFFFFFFFFF) >> uint64(8 * (16 - left)))
    elif left > 0:
        low = word(data, start) & (uint64(0xFFFFFFFFFFFFFFFF) >> uint64(8 * (8 - left)))
    mixed = folded(low ^ uint64(0x8EBC6AF09C88C6E3), high ^ one)
    made = folded(mixed ^ uint64(0x589965CC75374CC3), uint64(size) ^ seed ^ uint64(0x1D8E4E27C47D124F))
    return made if made != uint64(0) else uint64(1)


@kernel("i8(u1*, u4*, i8, i8, i8, u8, i8, u8*)")
def hash_cells(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: int, seed: Any, none: int, out: Pointer
) -> int:
    """The hash of each cell as it stands between its quotes; 0 for an empty one where `none`."""
    at = column
    for row in range(rows):
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        at += stride
        if start < end and data[start] == _QUOTE:
            start += 1
            end -= 1
        out[row] = uint64(0) if none and start == end else hashed(data, start, end, seed)
    return rows


@kernel("i8(u1*, u4*, i8, u8, u8*)")
def hash_texts(data: Pointer, offsets: Pointer, count: int, seed: Any, out: Pointer) -> int:
    """The hashes of texts that stand one behind the other: text i from offsets[i] to offsets[i + 1]."""
    for index in range(count):
        out[index] = hashed(data, int64(offsets[index]), int64(offsets[index + 1]), seed)
    return count


@kernel("i8(u1*, u4*, i8, i8, u4*, i8, u4*, i8, u4*, u4*)")
def distinct(
    data: Pointer, cells: Pointer, stride: int, column: int, rows: Pointer, count: int,
    table: Pointer, mask: int, first: Pointer, which: Pointer,
) -> int:  # fmt: skip
    """The distinct cells of some rows: `first` gives a row of each, `which` of each row the distinct cell's number. `table`
    is free (0), its size a power of two above `count`."""
    made = 0
    for index in range(count):
        at = int64(rows[index]) * stride + column
        start, end = int64(cells[at]) + 1, int64(cells[at + 1])
        slot = int64(hashed(data, start, end, uint64(0)) & uint64(mask))
        while table[slot]:
            other = int64(first[table[slot] - 1]) * stride + column
            begin = int64(cells[other]) + 1
            same = int64(cells[other + 1]) - begin == end - start
            if same:
                for step in range(end - start):
                    if data[begin + step] != data[start + step]:
                        same = False
                        break
            if same:
                break
            slot = (slot + 1) & mask
        if not table[slot]:
            first[made] = rows[index]
            made += 1
            table[slot] = made
        which[index] = table[slot] - 1
    return made


@kernel("i8(u1*, i8, i8, u1*, i8)")
def copied(data: Pointer, start: int, end: int, out: Pointer, size: int) -> int:
    """Put data[start:end] at out[size], word by word: at both ends 7 more bytes may be touched. Gives the new size."""
    shift = size - start
    for place in range(start, end, 8):
        put(out, place + shift, word(data, place))
    return end + shift


@kernel("i8(u1*, u4*, i8, i8*, i8, u1*, i8, u4*, i8, u1*, u4*)")
def gather(
    data: Pointer, cells: Pointer, stride: int, columns: Pointer, n: int, between: Pointer, wide: int,
    rows: Pointer, count: int, out: Pointer, offsets: Pointer,
) -> int:  # fmt: skip
    """The texts of some columns of some rows, joined with the `wide` bytes of `between`, one row behind the other in
    `out`, behind which 7 more bytes may be written."""
    size = 0
    for index in range(count):
        offsets[index] = size
        for part in range(n):
            for place in range(wide if part else 0):
                out[size] = between[place]
                size += 1
            at = int64(rows[index]) * stride + columns[part]
            start, end = int64(cells[at]) + 1, int64(cells[at + 1])
            if start < end and data[start] == _QUOTE:
                start += 1
                end -= 1
                while start < end:
                    out[size] = data[start]
                    size += 1
                    start += 2 if data[start] == _QUOTE else 1
            else:
                size = copied(data, start, end, out, size)
    offsets[count] = size
    return size


@kernel("i8(u1*, u4*, u4*, i8, u1*, u4*)")
def take_texts(data: Pointer, offsets: Pointer, order: Pointer, count: int, out: Pointer, made: Pointer) -> int:
    """Texts in another order: text order[i] is the i-th in `out`, from made[i] to made[i + 1]."""
    size = 0
    for index in range(count):
        made[index] = size
        size = copied(data, int64(offsets[order[index]]), int64(offsets[order[index] + 1]), out, size)
    made[count] = size
    return size


@kernel("i8(u1*, u8*, u8*, i8, u1*)")
def pick(data: Pointer, starts: Pointer, ends: Pointer, count: int, out: Pointer) -> int:
    """Pieces of `data` side by side."""
    size = 0
    for index in range(count):
        size = copied(data, int64(starts[index]), int64(ends[index]), out, size)
    return size
