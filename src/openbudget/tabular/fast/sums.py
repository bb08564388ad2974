"""The kernels that judge equations and families: two sums of whole numbers, each known to within a radius.

An equation is a program for each side, and its operands are bits of a word, so that there are at most 64. The operations
are NAME (its number, whether it may be missing), CHAIN and FIRST (how many parts; of a chain, a word of the bits of those
that are taken off). What a part comes to is three words: the number of a name that is missing (none: `NOBODY`), the
operands that are added and those that are taken off.
"""

from __future__ import annotations

from typing import Any

from numba import int64, uint8, uint64

from openbudget.tabular.fast.native import kernel, ones

Pointer = Any

NAME, CHAIN, FIRST = 0, 1, 2
NOBODY = 64
FAR = 1 << 62  # no radius is as large
EQUAL, AT_MOST, AT_LEAST = 0, 1, 2
PASS, ROUNDED, NOT_APPLICABLE, NOT_EVALUABLE, FAILED = 0, 1, 2, 3, 4
ANY, WHOLLY, NEVER = 0, 1, 2  # which blanks make an equation one that cannot be evaluated; or one that fails


@kernel("i8(u8*, i8, i8)")
def chosen(stack: Pointer, base: int, n: int) -> int:
    """Which of some parts is the first that is there: with operands, else at all; else the first."""
    for part in range(n):
        at = base + 3 * part
        if stack[at] == uint64(NOBODY) and (stack[at + 1] | stack[at + 2]) != uint64(0):
            return part
    for part in range(n):
        if stack[base + 3 * part] == uint64(NOBODY):
            return part
    return 0


@kernel("i8(i8*, i8, u8, u8*)")
def evaluate(program: Pointer, size: int, there: Any, stack: Pointer) -> int:
    """A side of an equation, of which the operands `there` have figures to stand for: the first three words of `stack`."""
    top, at = 0, 0
    while at < size:
        code, n, more = program[at], program[at + 1], program[at + 2]
        at += 3
        if code == NAME:
            bit = uint64(1) << uint64(n)
            met = there & bit != uint64(0)
            stack[top] = uint64(NOBODY) if met or more else uint64(n)
            stack[top + 1] = bit if met else uint64(0)
            stack[top + 2] = uint64(0)
            top += 3
            continue
        top -= 3 * n
        if code == FIRST:
            part = top + 3 * chosen(stack, top, n)
            for word in range(3):
                stack[top + word] = stack[part + word]
        else:
            missing, added, taken = uint64(NOBODY), uint64(0), uint64(0)
            for part in range(n):
                one = top + 3 * part
                if missing == uint64(NOBODY):
                    missing = stack[one]
                minus = (more >> part) & 1
                added |= stack[one + 2] if minus else stack[one + 1]
                taken |= stack[one + 1] if minus else stack[one + 2]
            stack[top], stack[top + 1], stack[top + 2] = missing, added, taken
        top += 3
    return 0


@kernel("i8(i8, i8, i8, i8)")
def held(difference: int, tolerance: int, relation: int, single: int) -> int:
    """Whether left and right (their difference, and what rounding explains) are as the relation says."""
    if relation == EQUAL:
        if difference == 0:
            return PASS
        size = difference if difference > 0 else -difference
        return ROUNDED if size < tolerance or (size == tolerance and not single) else FAILED
    over = difference if relation == AT_MOST else -difference
    return FAILED if over > tolerance else PASS


@kernel("i8(i8*, i8, i8, u8, i8*)")
def whole_of(rows: Pointer, base: int, n: int, met: Any, parents: Pointer) -> int:
    """The operand that is the parent of all others (there are some); -1 of none."""
    for place in range(n):
        if not (met >> uint64(place)) & uint64(1):
            continue
        good = True
        for other in range(n):
            if (
                other != place
                and (met >> uint64(other)) & uint64(1)
                and parents[rows[base + other]] != rows[base + place]
            ):
                good = False
                break
        if good:
            return place
    return -1


@kernel("i8(i8*, i8, i8, i8*, i8, i8*, i8, i8, i8, i8*, i8*, u1*, i8*, u8*, i8*, i8*, i8*, u8*)")
def judge_sums(
    rows: Pointer, cases: int, n: int, left: Pointer, left_size: int, right: Pointer, right_size: int,
    relation: int, blank: int, values: Pointer, radii: Pointer, known: Pointer, parents: Pointer, stack: Pointer,
    outcomes: Pointer, reasons: Pointer, wholes: Pointer, claims: Pointer,
) -> int:  # fmt: skip
    """How an equation comes out in each case (a row of `rows`: of each operand the row that it stands for, or -1), and why it
    does not apply: the number of the missing name, or `n` where there is nothing to compare. Of equations that are judged
    `claims` has the operands where one of them (its number in `wholes`, else -1) is the parent of all others."""
    found = 0
    for case in range(cases):
        base = case * n
        there = uint64(0)
        for name in range(n):
            if rows[base + name] >= 0:
                there |= uint64(1) << uint64(name)
        evaluate(left, left_size, there, stack)
        missing, left_plus, left_minus = stack[0], stack[1], stack[2]
        evaluate(right, right_size, there, stack)
        if missing == uint64(NOBODY):
            missing = stack[0]
        right_plus, right_minus = stack[1], stack[2]
        on_left, on_right = left_plus | left_minus, right_plus | right_minus
        wholes[case] = -1
        if missing != uint64(NOBODY) or on_left == uint64(0) or on_right == uint64(0):
            outcomes[case] = NOT_APPLICABLE
            reasons[case] = n if missing == uint64(NOBODY) else int64(missing)
            continue
        reasons[case] = 0
        added = left_plus | right_minus
        width, lacking = int64(FAR), uint64(0)
        for name in range(n):
            bit = uint64(1) << uint64(name)
            if (on_left | on_right) & bit != uint64(0):
                row = rows[base + name]
                if not known[row]:
                    lacking |= bit
                elif values[row] != 0:
                    width = min(width, radii[row])
        if lacking != uint64(0):
            wholly = on_left & ~lacking == uint64(0) or on_right & ~lacking == uint64(0)
            if blank != WHOLLY or wholly:
                outcomes[case] = FAILED if blank == NEVER else NOT_EVALUABLE
                continue
        difference, tolerance = int64(0), int64(0)
        for name in range(n):
            bit = uint64(1) << uint64(name)
            row = rows[base + name]
            if (on_left | on_right) & ~lacking & bit != uint64(0):
                value, radius = values[row], radii[row]
                tolerance += width if value == 0 and radius > width else radius
                difference += value if added & bit != uint64(0) else -value
        single = ones(on_left & ~lacking) == 1 and ones(on_right & ~lacking) == 1
        outcomes[case] = held(difference, tolerance, relation, single)
        if relation == EQUAL:
            whole = whole_of(rows, base, n, on_left | on_right, parents)
            if whole >= 0 and ones(on_left | on_right) > 1:
                wholes[case] = whole
                claims[case] = on_left | on_right
                found += 1
    return found


@kernel("i8(i8*, i8*, i8*, i8, u1*, u1*, i8, i8, i8*, i8*, u1*, i8*, i8*)")
def judge_parts(
    wholes: Pointer, parts: Pointer, starts: Pointer, families: int, bounded: Pointer, claimed: Pointer, blank: int,
    always: int, values: Pointer, radii: Pointer, known: Pointer, outcomes: Pointer, reasons: Pointer,
) -> int:  # fmt: skip
    """How wholes come out against their parts, each family a stretch of `parts`: their sum, which is no more than the whole
    where it is `bounded`. Those without any figure are no cases (-1), if not `always`; `reasons` are why it does not apply
    (0: `claimed`, 1: a figure of a bounded one is negative)."""
    for family in range(families):
        whole, start, end = wholes[family], starts[family], starts[family + 1]
        there = known[whole] != uint8(0)
        total = values[whole] if there else int64(0)
        width = radii[whole] if there and total != 0 else int64(FAR)
        added, least, figures = int64(0), total, 0
        for place in range(start, end):
            part = parts[place]
            if known[part]:
                figures += 1
                added += values[part]
                least = min(least, values[part])
                if values[part] != 0:
                    width = min(width, radii[part])
        tolerance = int64(0)
        if there:
            tolerance = width if total == 0 and radii[whole] > width else radii[whole]
        for place in range(start, end):
            part = parts[place]
            if known[part]:
                tolerance += width if values[part] == 0 and radii[part] > width else radii[part]
        reasons[family] = 0
        if claimed[family]:
            outcome = NOT_APPLICABLE
        elif bounded[family] and least < 0:
            outcome, reasons[family] = NOT_APPLICABLE, 1
        elif (not there or figures < end - start) and (blank != WHOLLY or not there or figures == 0):
            outcome = FAILED if blank == NEVER else NOT_EVALUABLE
        elif bounded[family]:
            outcome = held(added - total, tolerance, AT_MOST, 0)
        else:
            outcome = held(added - total, tolerance, EQUAL, there and figures == 1)
        outcomes[family] = outcome if always or there or figures > 0 else -1
    return families
