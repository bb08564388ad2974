"""The kernel that finds records and cells in a block of bytes, and says whether its structure is beyond doubt."""

from __future__ import annotations

from typing import Any

from numba import uint64

from openbudget.tabular.fast.native import equal64, kernel, lowest, ones, within64

Pointer = Any  # of bytes or numbers

_ALL = uint64(0xFFFFFFFFFFFFFFFF)
_NONE, _ONE = uint64(0), uint64(1)


@kernel("u8(u8)")
def inside_of(quotes: Any) -> Any:
    """Which bytes stand behind an odd number of quotes (a quote that opens counts as inside)."""
    quotes ^= quotes << uint64(1)
    quotes ^= quotes << uint64(2)
    quotes ^= quotes << uint64(4)
    quotes ^= quotes << uint64(8)
    quotes ^= quotes << uint64(16)
    quotes ^= quotes << uint64(32)
    return quotes


@kernel("u8(u1*, i8, u8, u8)")
def beyond_ascii(data: Pointer, at: int, high: Any, awaited: Any) -> Any:
    """Whether 64 bytes are UTF-8: `awaited` are the continuation bytes that those before call for, by bit. Gives what
    is awaited of the next 64, or all bits where the bytes are no UTF-8."""
    follow = within64(data, at, 0x80, 0x3F)
    two = within64(data, at, 0xC2, 0x1D)
    three = within64(data, at, 0xE0, 0x0F)
    four = within64(data, at, 0xF0, 0x04)
    long = three | four
    wanted = ((two | long) << _ONE) | (long << uint64(2)) | (four << uint64(3)) | awaited
    if wanted != follow or (high & ~(follow | two | long)) != _NONE:
        return _ALL
    special = equal64(data, at, 0xE0) | equal64(data, at, 0xED) | equal64(data, at, 0xF0) | equal64(data, at, 0xF4)
    while special != _NONE:  # too long, surrogates, beyond the last plane
        place = at + lowest(special)
        first, second = data[place], data[place + 1]
        if first == 0xE0 and second < 0xA0:
            return _ALL
        if first == 0xED and second > 0x9F:
            return _ALL
        if first == 0xF0 and second < 0x90:
            return _ALL
        if first == 0xF4 and second > 0x8F:
            return _ALL
        special &= special - _ONE
    return ((two | long) >> uint64(63)) | (long >> uint64(62)) | (four >> uint64(61))


@kernel("i8(u1*, u4*, i8, i8)")
def blank(data: Pointer, cells: Pointer, base: int, width: int) -> int:
    """Whether all cells of the row at `base` are empty."""
    for index in range(base, base + width):
        start, end = cells[index] + 1, cells[index + 1]
        if end - start == 2 and data[start] == 34 and data[start + 1] == 34:
            continue
        if end != start:
            return 0
    return 1


# places in `state`, what one stretch of 64 bytes leaves to the next: whether it ends within quotes (all bits), and by bit
# whether its last byte is a quote, delimiter or line end, a closing quote, a carriage return; continuation bytes awaited;
# then what was found: line ends, and what of all is within quotes
_WITHIN, _BEFORE, _CLOSED, _RETURNED, _AWAITED, _ENDS, _INSIDE = range(7)


@kernel("i8(u1*, i8, i8, u1, u8*)")
def structured(data: Pointer, at: int, end: int, delimiter: int, state: Pointer) -> int:
    """Look at the 64 bytes from `at` on (up to `end`). 0 where a quote, a line end or a character is not as it should be; else
    1, and `state` goes on; delimiters outside of quotes, and all line ends, are in its last place."""
    valid = _ALL if at + 64 <= end else _ALL >> uint64(64 - (end - at))
    quotes = equal64(data, at, 34) & valid
    ends = equal64(data, at, 10) & valid
    returns = equal64(data, at, 13) & valid
    parts = (equal64(data, at, delimiter) & valid) | ends
    high = within64(data, at, 0x80, 0x7F) & valid
    if high != _NONE or state[_AWAITED] != _NONE:
        state[_AWAITED] = beyond_ascii(data, at, high, state[_AWAITED])
        if state[_AWAITED] == _ALL:
            return 0
    if ((returns << _ONE) | state[_RETURNED]) & ~ends & valid != _NONE:
        return 0
    state[_RETURNED] = returns >> uint64(63)
    inside = state[_WITHIN]
    if quotes != _NONE or inside != _NONE or state[_CLOSED] != _NONE:
        inside = inside_of(quotes) ^ inside
        opening, closing = quotes & inside, quotes & ~inside
        if opening & ~(((parts | quotes) << _ONE) | state[_BEFORE]) != _NONE:
            return 0
        if ((closing << _ONE) | state[_CLOSED]) & ~(parts | returns | quotes) & valid != _NONE:
            return 0
        state[_CLOSED] = closing >> uint64(63)
        state[_WITHIN] = _ALL if inside >> uint64(63) else _NONE
    state[_BEFORE] = (parts | quotes) >> uint64(63)
    state[_ENDS], state[_INSIDE] = ends, inside
    state[_INSIDE + 1] = (parts & ~inside) | (ends & inside)
    return 1


@kernel("i8(u1*, u4*, i8, i8, i8, i8)")
def regular(data: Pointer, cells: Pointer, base: int, width: int, start: int, end: int) -> int:
    """Whether a row of `width` cells is not blank; its last cell ends where the row does."""
    cells[base + width] = end
    return 1 if end - start > 3 * width else 1 - blank(data, cells, base, width)


# info: records, rows (in `cells`), odd rows, line ends, largest number of odd rows
@kernel("i8(u1*, i8, i8, u1, i8, u4*, u4*, u4*, u4*, i8*, u8*)")
def scan(
    data: Pointer, start: int, end: int, delimiter: int, width: int,
    cells: Pointer, numbers: Pointer, lines: Pointer, odd: Pointer, info: Pointer, state: Pointer,
) -> int:  # fmt: skip
    """Find the cells of data[start:end], whole records of which the last ends with a line end; 64 bytes before and
    behind may be read, and a line end stands before `start`.

    Each row as wide as the header has width + 1 places in `cells`: that of the byte before it, and of the byte behind
    each cell; its record in `numbers`, its line in `lines`. Other rows, and blank ones, are in `odd`: record, line, first
    byte, line end. Gives 1; or 0 where the structure is in doubt or too many rows are odd. `state` has 8 places.
    """
    for place in range(8):
        state[place] = _ONE if place == _BEFORE else _NONE
    records, rows, odds, inner, line, count, base, row_start = 0, 0, 0, 0, 0, 0, 0, start
    cells[0] = start - 1
    for at in range(start, end, 64):
        if not structured(data, at, end, delimiter, state):
            return 0
        ends, inside, found = state[_ENDS], state[_INSIDE], state[_INSIDE + 1]
        while found != _NONE:
            bit = found & (_NONE - found)
            place = at + lowest(found)
            found ^= bit
            if ends & bit == _NONE:
                count += 1
                if count < width:
                    cells[base + count] = place
                continue
            if inside & bit != _NONE:
                inner += 1
                continue
            last = place - 1 if data[place - 1] == 13 else place
            if count + 1 == width and regular(data, cells, base, width, row_start, last):
                numbers[rows] = records
                lines[rows] = line
                rows += 1
                base += width + 1
            else:
                if odds == info[4]:
                    return 0
                odd[4 * odds], odd[4 * odds + 1], odd[4 * odds + 2], odd[4 * odds + 3] = records, line, row_start, place
                odds += 1
            records += 1
            row_start = place + 1
            cells[base] = place
            count, line = 0, records + inner
    if state[_WITHIN] != _NONE or state[_AWAITED] != _NONE or row_start != end:
        return 0
    info[0], info[1], info[2], info[3] = records, rows, odds, records + inner
    return 1


@kernel("i8(u1*, i8, i8)")
def last_end(data: Pointer, start: int, end: int) -> int:
    """Just behind the last line end of data[start:end] that has an even number of quotes before it; `start` where there
    is none."""
    odd = 0
    for at in range(start, end, 64):
        valid = _ALL if at + 64 <= end else _ALL >> uint64(64 - (end - at))
        odd ^= ones(equal64(data, at, 34) & valid) & 1
    while end > start:
        if data[end - 1] == 34:
            odd ^= 1
        elif data[end - 1] == 10 and not odd:
            return end
        end -= 1
    return start
