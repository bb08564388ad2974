"""Kernels that put rows into groups: by equal numbers, by equal fields of records, under their parents; and that count
them."""

from __future__ import annotations

from typing import Any

from numba import int64, uint64

from openbudget.tabular.fast.native import kernel, word

Pointer = Any


@kernel("i8(i8*, i8, u4*, i8, i8*, i8*)")
def group(keys: Pointer, count: int, table: Pointer, mask: int, ids: Pointer, firsts: Pointer) -> int:
    """Number equal keys as they first come; `firsts`: where each does. `table` is free (0), its size a power of two that is
    larger than `count`."""
    made = 0
    for index in range(count):
        key = keys[index]
        mixed = uint64(key) * uint64(0x9E3779B97F4A7C15)
        slot = int64((mixed ^ (mixed >> uint64(32))) & uint64(mask))
        while table[slot] and keys[firsts[int64(table[slot]) - 1]] != key:
            slot = (slot + 1) & mask
        if not table[slot]:
            firsts[made] = index
            made += 1
            table[slot] = made
        ids[index] = int64(table[slot]) - 1
    return made


@kernel("i8(u8*, u8*, i8*, i8, u4*, i8*, u1*)")
def parents(
    ids: Pointer, wanted: Pointer, groups: Pointer, count: int, table: Pointer, out: Pointer, again: Pointer
) -> int:
    """The row that each row calls its parent, of the same group (rows of a group stand together); -1 of none. `again`: rows
    whose id is blank, or comes more than once in their group. `table` is free, and larger than twice a group."""
    start = 0
    found = 0
    while start < count:
        end = start
        while end < count and groups[end] == groups[start]:
            again[end] = 0
            end += 1
        size = 2
        while size < 2 * (end - start):
            size *= 2
        for slot in range(size):
            table[slot] = 0
        for row in range(start, end):
            key = ids[row]
            if key == uint64(0):
                again[row] = 1
                continue
            slot = int64(key & uint64(size - 1))
            while table[slot] and ids[int64(table[slot]) - 1] != key:
                slot = (slot + 1) & (size - 1)
            if table[slot]:
                again[row] = 1
                again[int64(table[slot]) - 1] = 1
            else:
                table[slot] = row + 1
        for row in range(start, end):
            key = wanted[row]
            out[row] = -1
            if key == uint64(0):
                continue
            slot = int64(key & uint64(size - 1))
            while table[slot] and ids[int64(table[slot]) - 1] != key:
                slot = (slot + 1) & (size - 1)
            if table[slot]:
                out[row] = int64(table[slot]) - 1
                found += 1
        start = end
    return found


@kernel("i8(u1*, i8, i8*, i8, u8*, i8, i8*, u4*, i8, i8*, i8*)")
def group_fields(
    records: Pointer, size: int, rows: Pointer, count: int, words: Pointer, n: int, within: Pointer,
    table: Pointer, mask: int, ids: Pointer, firsts: Pointer,
) -> int:  # fmt: skip
    """As `group`, some rows of records of `size` bytes by some of their bytes: `words` has where each word of 8 begins and a
    mask of what counts of it. Rows are of the same group only where they agree in `within`, and rows that do stand together:
    the table is cleared for each such stretch, and no larger than it needs."""
    made, start = 0, 0
    while start < count:
        end = start
        while end < count and within[rows[end]] == within[rows[start]]:
            end += 1
        room = 4
        while room < 2 * (end - start) and room <= mask:
            room *= 2
        for slot in range(room):
            table[slot] = 0
        for index in range(start, end):
            base = rows[index] * size
            mixed = uint64(0)
            for step in range(0, 2 * n, 2):
                mixed ^= word(records, base + int64(words[step])) & words[step + 1]
                mixed *= uint64(0x9E3779B97F4A7C15)
                mixed ^= mixed >> uint64(29)
            slot = int64(mixed & uint64(room - 1))
            while table[slot]:
                other = rows[firsts[int64(table[slot]) - 1]] * size
                same = True
                for step in range(0, 2 * n, 2):
                    at = int64(words[step])
                    if (word(records, base + at) ^ word(records, other + at)) & words[step + 1] != uint64(0):
                        same = False
                        break
                if same:
                    break
                slot = (slot + 1) & (room - 1)
            if not table[slot]:
                firsts[made] = index
                made += 1
                table[slot] = made
            ids[index] = int64(table[slot]) - 1
        start = end
    return made


@kernel("u8(u1*, i8)")
def half(records: Pointer, at: int) -> Any:
    """The 2 bytes from `at` on."""
    return word(records, at) & uint64(0xFFFF)


@kernel("i8(u1*, i8, i8*, i8*, i8, i8*, i8*, u1*)")
def part_axes(
    records: Pointer,
    size: int,
    parts: Pointer,
    wholes: Pointer,
    count: int,
    fields: Pointer,
    axes: Pointer,
    ask: Pointer,
) -> int:
    """In what way each part is part of its whole: 0 or 1 where it stands below it (1: it differs in its kind alone), from 2 on
    where it stands beside it. `fields`: where two columns of 8 bytes stand in a record and one of 2, in which rows beside
    each other agree; fund, kind, item code and economic code. `ask`: 1 where it is beside only if its economic code is below
    that of its whole, with 2 where it differs in its kind alone."""
    asked = 0
    for index in range(count):
        one, two = parts[index] * size, wholes[index] * size
        fund = half(records, one + fields[3]) != half(records, two + fields[3])
        kind = half(records, one + fields[4]) != half(records, two + fields[4])
        alone = kind and not fund
        beside = (
            word(records, one + fields[0]) == word(records, two + fields[0])
            and word(records, one + fields[1]) == word(records, two + fields[1])
            and half(records, one + fields[2]) == half(records, two + fields[2])
        )
        ask[index] = 0
        axes[index] = alone
        if beside:
            other = half(records, one + fields[5]) != half(records, two + fields[5])
            axes[index] = 2 + (4 if other else fund + 2 * kind)
            if half(records, two + fields[6]) != uint64(0):
                ask[index] = 1 + 2 * alone
                asked += 1
    return asked


@kernel("i8(i8*, i8, i8, i8*, i8*)")
def order_by(ids: Pointer, count: int, groups: int, starts: Pointer, order: Pointer) -> int:
    """The places of numbers below `groups` in their order, equal ones as they come; `starts`: where each group begins, and
    the end."""
    for group in range(groups + 1):
        starts[group] = 0
    for index in range(count):
        starts[ids[index] + 1] += 1
    for group in range(groups):
        starts[group + 1] += starts[group]
    for index in range(count):
        group = ids[index]
        order[starts[group]] = index
        starts[group] += 1
    for group in range(groups, 0, -1):
        starts[group] = starts[group - 1]
    starts[0] = 0
    return count


@kernel("i8(i8*, i8*, i8*, i8, i8*, i8, u1*)")
def tabulate(
    cases: Pointer, columns: Pointer, rows: Pointer, count: int, table: Pointer, n: int, again: Pointer
) -> int:
    """Put the first row of each case and column into a table of `n` columns that is filled with -1; rows of a column below 0
    are left out. `again`: cases of which a column comes more than once."""
    found = 0
    for index in range(count):
        column = columns[index]
        if column < 0:
            continue
        place = cases[index] * n + column
        if table[place] < 0:
            table[place] = rows[index]
            found += 1
        else:
            again[cases[index]] = 1
    return found


@kernel("i8(i8*, i8*, i8*, i8, i8*, i8, i8, i8)")
def tally(
    groups: Pointer, outcomes: Pointer, reasons: Pointer, count: int, counts: Pointer, n: int, of: int, behind: int
) -> int:  # fmt: skip
    """Count outcomes by group, in rows of `n` counts; those that are `of` by their reason, from `behind` on."""
    for index in range(count):
        column = outcomes[index]
        if column == of:
            column = behind + reasons[index]
        counts[groups[index] * n + column] += 1
    return count
