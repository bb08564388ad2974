"""Equations for many cases at once: `expression.evaluate` and `judge.judge` as programs of a kernel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from openbudget.checks.expression import Chain, Equation, First, Name, Node, names_of
from openbudget.checks.proofs.cases import FAILED, PASS, ROUNDED
from openbudget.checks.proofs.lines import Array, Lines
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

_NAME, _CHAIN, _FIRST = range(3)  # as `tabular.fast.sums` has them
_RELATIONS = ("=", "<=", ">=")
BLANKS = ("skip", "zero", "fail")
_MOST = 60  # operands


def plain(equation: Equation) -> bool:
    """Whether an equation is one of those that a kernel judges: names, each of them once, signs and alternatives."""
    named = [*names_of(equation.left), *names_of(equation.right)]
    return len({*named}) == len(named) <= _MOST and all(_plain(side) for side in (equation.left, equation.right))


def _plain(node: Node) -> bool:
    if isinstance(node, Name):
        return not node.every
    if isinstance(node, Chain):
        return all(sign in "+-" and _plain(part) for sign, part in node.parts)
    return isinstance(node, First) and all(_plain(choice) for choice in node.choices)


def _steps(node: Node, names: Sequence[str]) -> Iterator[int]:
    """A side as a program: what it is made of, then how that is put together."""
    if isinstance(node, Name):
        yield from (_NAME, names.index(node.name), node.optional)
    elif isinstance(node, Chain):
        for _, part in node.parts:
            yield from _steps(part, names)
        yield from (
            _CHAIN,
            len(node.parts),
            sum(1 << place for place, (sign, _) in enumerate(node.parts) if sign == "-"),
        )
    else:
        assert isinstance(node, First)
        for choice in node.choices:
            yield from _steps(choice, names)
        yield from (_FIRST, len(node.choices), 0)


@cache
def _programs(equation: Equation) -> tuple[Array, Array]:
    left, right = (
        np.array([*_steps(side, equation.names)], np.int64) for side in (equation.left, equation.right)
    )  # fmt: skip
    return left, right


def judged(lines: Lines, equation: Equation, table: Array, blank: str) -> tuple[Array, Array]:
    """How an equation comes out in each case (a row of `table`: of each name the line that it stands for, or -1), and why it
    does not apply: the number of the name that is missing, or that of all names where there is nothing to compare. The
    cells of those that are judged are claimed where one is the parent of all others: `parts` leaves these families alone."""
    cases, names = table.shape
    table = np.ascontiguousarray(table)
    left, right = _programs(equation)
    stack = np.empty(3 * (len(left) + len(right)), np.uint64)
    outcomes, reasons, wholes = (np.empty(cases, np.int64) for _ in range(3))
    claims = np.empty(cases, np.uint64)
    found = kernels()["judge_sums"](
        address(table), cases, names, address(left), len(left), address(right), len(right),
        _RELATIONS.index(equation.relation), BLANKS.index(blank), address(lines.value), address(lines.radius),
        address(lines.known), address(lines.parent), address(stack), address(outcomes), address(reasons),
        address(wholes), address(claims),
    )  # fmt: skip
    if found:
        kept = np.flatnonzero(wholes >= 0)
        whole = wholes[kept]
        met = (claims[kept, None] >> np.arange(names, dtype=np.uint64)) & np.uint64(1) != 0
        met[np.arange(len(kept)), whole] = False
        rows = table[kept]
        lines.claims.append((rows[np.arange(len(kept)), whole], np.where(met, rows, -1)))
    return outcomes, reasons


def held(difference: Array, tolerance: Array, relation: str, single: Array) -> Array:
    """Whether left and right (their difference, and what rounding explains) are as the relation says."""
    if relation == "=":
        size = np.abs(difference)
        holds = np.where(single, size < tolerance, size <= tolerance)
        return np.where(difference == 0, PASS, np.where(holds, ROUNDED, FAILED))
    over = difference if relation == "<=" else -difference
    return np.where(over > tolerance, FAILED, PASS)
