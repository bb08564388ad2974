"""Kernels over hashes: sets of them, and which stand more than once. The hash 0 is that of no key."""

from __future__ import annotations

from typing import Any

from numba import int64, uint32, uint64

from openbudget.tabular.fast.native import folded, kernel

Pointer = Any


@kernel("i8(u8*, u8*, i8)")
def combine(one: Pointer, two: Pointer, count: int) -> int:
    """The hashes of pairs, in `one`; 0 where a part is 0."""
    for index in range(count):
        if one[index] == uint64(0) or two[index] == uint64(0):
            one[index] = uint64(0)
            continue
        made = folded(one[index] ^ uint64(0xE7037ED1A0B428DB), two[index] ^ uint64(0x8EBC6AF09C88C6E3))
        made = folded(made ^ uint64(0x589965CC75374CC3), one[index] ^ uint64(0x1D8E4E27C47D124F))
        one[index] = made if made != uint64(0) else uint64(1)
    return count


@kernel("i8(u8*, u4*, i8, u8*, u4*, i8)")
def insert(one: Pointer, two: Pointer, count: int, table: Pointer, more: Pointer, mask: int) -> int:
    """Put pairs of hashes into an open table (0: free), whose size is a power of two; gives how many are new."""
    new = 0
    for index in range(count):
        if one[index] == uint64(0):
            continue
        slot = int64(one[index] & uint64(mask))
        while table[slot] != uint64(0) and not (table[slot] == one[index] and more[slot] == two[index]):
            slot = (slot + 1) & mask
        if table[slot] == uint64(0):
            table[slot] = one[index]
            more[slot] = two[index]
            new += 1
    return new


@kernel("i8(u8*, u8*, i8, u8*, u4*, i8, u4*)")
def absent(one: Pointer, two: Pointer, count: int, table: Pointer, more: Pointer, mask: int, out: Pointer) -> int:
    """The rows whose pair of hashes is not in the table. Of `two` the upper half counts."""
    found = 0
    for index in range(count):
        if one[index] == uint64(0):
            continue
        upper = uint32(two[index] >> uint64(32))
        slot = int64(one[index] & uint64(mask))
        while table[slot] != uint64(0) and not (table[slot] == one[index] and more[slot] == upper):
            slot = (slot + 1) & mask
        out[found] = index
        found += table[slot] == uint64(0)
    return found


@kernel("i8(u8*, i8, i8*, u8*, i8)")
def part(hashes: Pointer, count: int, starts: Pointer, ends: Pointer, shift: int) -> int:
    """Put hashes in the order of their highest bits, in place; `starts` are those of each share of them and one more,
    `ends` is as long."""
    shares = 1 << (64 - shift)
    for share in range(shares + 1):
        starts[share] = 0
    for index in range(count):
        starts[int64(hashes[index] >> uint64(shift)) + 1] += 1
    for share in range(shares):
        starts[share + 1] += starts[share]
        ends[share] = uint64(starts[share])
    for share in range(shares):
        while int64(ends[share]) < starts[share + 1]:
            held = hashes[int64(ends[share])]
            other = int64(held >> uint64(shift))
            while other != share:
                place = int64(ends[other])
                ends[other] += uint64(1)
                held, hashes[place] = hashes[place], held
                other = int64(held >> uint64(shift))
            hashes[int64(ends[share])] = held
            ends[share] += uint64(1)
    return shares


@kernel("i8(u8*, i8*, i8, u8*, i8)")
def again(hashes: Pointer, starts: Pointer, shares: int, table: Pointer, mask: int) -> int:
    """The hashes that were there before, in front of the others (which are lost); -1 where the table is too small."""
    found = 0
    for share in range(shares):
        for slot in range(mask + 1):
            table[slot] = uint64(0)
        held = 0
        for index in range(starts[share], starts[share + 1]):
            one = hashes[index]
            if one == uint64(0):
                continue
            slot = int64(one & uint64(mask))
            while table[slot] != uint64(0) and table[slot] != one:
                slot = (slot + 1) & mask
            if table[slot] == one:
                hashes[found] = one
                found += 1
                continue
            table[slot] = one
            held += 1
            if held > mask - mask // 8:
                return -1
    return found


@kernel("i8(u8*, i8, u8*, i8, u4*, u8*)")
def number(hashes: Pointer, count: int, table: Pointer, mask: int, numbers: Pointer, bits: Pointer) -> int:
    """Put hashes into an open table (0: free) and number the distinct ones as they come; gives how many there are. `bits`,
    8 for each slot, has one set for each hash."""
    wide = uint64(8 * mask + 7)
    made = 0
    for index in range(count):
        one = hashes[index]
        slot = int64(one & uint64(mask))
        while table[slot] != uint64(0) and table[slot] != one:
            slot = (slot + 1) & mask
        if table[slot] == uint64(0):
            table[slot] = one
            numbers[slot] = made
            made += 1
            bits[int64((one & wide) >> uint64(6))] |= uint64(1) << (one & uint64(63))
    return made


@kernel("i8(u8*, i8, i8, u8*, i8, u4*, u8*, i8*, u4*)")
def among(
    hashes: Pointer, count: int, start: int, table: Pointer, mask: int, numbers: Pointer, bits: Pointer,
    out: Pointer, which: Pointer,
) -> int:  # fmt: skip
    """The places, from `start` on, of the hashes that are in a table which `number` made; `which` are their numbers."""
    wide = uint64(8 * mask + 7)
    found = 0
    for index in range(count):
        one = hashes[index]
        if (bits[int64((one & wide) >> uint64(6))] >> (one & uint64(63))) & uint64(1) == uint64(0):
            continue
        slot = int64(one & uint64(mask))
        while table[slot] != uint64(0) and table[slot] != one:
            slot = (slot + 1) & mask
        if one != uint64(0) and table[slot] == one:
            out[found] = start + index
            which[found] = numbers[slot]
            found += 1
    return found


@kernel("i8(u4*, u8*, i8*, i8, i8*, u8*, i8*)")
def earlier(
    groups: Pointer, two: Pointer, numbers: Pointer, count: int, firsts: Pointer, seconds: Pointer, out: Pointer
) -> int:
    """Of each record the number of the first of its group (`firsts`: of each group, -1: none yet), if its second hash agrees
    with that one's (`seconds`); -1 of the first itself, -2 where the second hash is another. Gives how many of these there
    are."""
    others = 0
    for index in range(count):
        group = int64(groups[index])
        if firsts[group] < 0:
            firsts[group] = numbers[index]
            seconds[group] = two[index]
            out[index] = -1
        elif seconds[group] == two[index]:
            out[index] = firsts[group]
        else:
            out[index] = -2
            others += 1
    return others
