"""The two sides of an equation for many cases at once: `expression.evaluate` and `judge.judge`, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from openbudget.checks.expression import Chain, First, Name, Node
from openbudget.checks.proofs.cases import NOT_APPLICABLE, NOT_EVALUABLE, PASS, ROUNDED, UNPROVED
from openbudget.checks.proofs.lines import Array, Lines

_NONE = -1


class Picked(NamedTuple):
    """An operand that some cases have on a side."""

    sign: int
    name: int
    when: Array


class Side(NamedTuple):
    """A side: its operands, and by case the number of a name that had to be there and is not (-1: none is missing)."""

    missing: Array
    picked: tuple[Picked, ...]

    @property
    def terms(self) -> Array:
        """By case: how many operands there are."""
        return _sum([one.when for one in self.picked], len(self.missing))


@dataclass(frozen=True)
class Operands:
    """By case and name: the row that the name stands for (-1: none)."""

    lines: Lines
    numbers: Mapping[str, int]
    rows: Array

    def side(self, node: Node) -> Side:
        """One side of an equation."""
        if isinstance(node, Name):
            number = self.numbers[node.name]
            there = self.rows[:, number] >= 0
            missing = np.where(there, _NONE, _NONE if node.optional else number)
            return Side(missing, (Picked(1, number, there),))
        if isinstance(node, First):
            return self._first([self.side(choice) for choice in node.choices])
        return self._chain(node)

    def _first(self, sides: Sequence[Side]) -> Side:
        there = [side.missing == _NONE for side in sides]
        filled = [one & (side.terms > 0) for one, side in zip(there, sides, strict=True)]
        order = [*range(len(sides)), *range(len(sides))]
        choice = np.select([*filled, *there], order, 0)
        missing = np.select([choice == number for number in range(len(sides))], [side.missing for side in sides])
        picked = [
            one._replace(when=one.when & (choice == number)) for number, side in enumerate(sides) for one in side.picked
        ]
        return Side(missing, tuple(picked))

    def _chain(self, node: Chain) -> Side:
        missing = np.full(len(self.rows), _NONE)
        picked: list[Picked] = []
        for mark, part in node.parts:
            side = self.side(part)
            missing = np.where(missing == _NONE, side.missing, missing)
            picked += [one._replace(sign=-one.sign if mark == "-" else one.sign) for one in side.picked]
        return Side(missing, tuple(picked))

    def judged(self, left: Side, relation: str, right: Side, blank: str) -> tuple[Array, Array]:
        """By case: how it comes out, and why a rule does not apply: the number of the missing name, or that of all names
        where there is nothing to compare. The cells of equations that were judged are claimed (see `judge.judge`)."""
        both = [*left.picked, *right.picked]
        value = {one.name: self._of(self.lines.value, one.name) for one in both}
        radius = {one.name: self._of(self.lines.radius, one.name) for one in both}
        known = {one.name: self._of(self.lines.known, one.name) for one in both}
        blanks_left, blanks_right = (
            _sum([one.when & ~known[one.name] for one in side.picked], len(self.rows)) for side in (left, right)
        )
        terms_left: Array = left.terms
        terms_right: Array = right.terms
        missing: Array = np.where(left.missing == _NONE, right.missing, left.missing)
        nothing = (missing == _NONE) & ((terms_left == 0) | (terms_right == 0))
        blanks = blanks_left + blanks_right
        wholly = (blanks_left == terms_left) | (blanks_right == terms_right)
        unknown = (blanks > 0) & (wholly if blank == "zero" else True)
        shown = [one.when & known[one.name] for one in both]
        width = np.zeros(len(self.rows), np.int64)
        for one, there in zip(both, shown, strict=True):
            width = np.maximum(width, np.where(there & (value[one.name] != 0), radius[one.name], 0))
        tolerance = np.zeros(len(self.rows), np.int64)
        difference = np.zeros(len(self.rows), np.int64)
        for number, (one, there) in enumerate(zip(both, shown, strict=True)):
            sign = one.sign if number < len(left.picked) else -one.sign
            wide = np.where(value[one.name] == 0, np.minimum(radius[one.name], width), radius[one.name])
            tolerance += np.where(there, wide, 0)
            difference += np.where(there, sign * value[one.name], 0)
        single = (terms_left - blanks_left == 1) & (terms_right - blanks_right == 1)
        outcome: Array = held(difference, tolerance, relation, single)
        outcome[unknown] = UNPROVED if blank == "fail" else NOT_EVALUABLE
        applies = (missing == _NONE) & ~nothing
        outcome[~applies] = NOT_APPLICABLE
        if relation == "=":
            self._claim(both, applies & (outcome != NOT_EVALUABLE))
        return outcome, np.where(nothing, len(self.numbers), missing)

    def _of(self, column: Array, name: int) -> Array:
        return column[self.rows[:, name]]

    def _claim(self, both: Sequence[Picked], judged: Array) -> None:
        """Note the equations of which one cell is the parent of all others: `parts` leaves these families alone."""
        rows = np.stack([np.where(one.when & judged, self.rows[:, one.name], -1) for one in both], axis=1)
        parents = np.where(rows >= 0, self.lines.parent[rows], -2)
        for place in range(rows.shape[1]):
            whole = rows[:, place]
            others = np.delete(rows, place, axis=1)
            below = np.delete(parents, place, axis=1) == whole[:, None]
            claims = (whole >= 0) & (below | (others < 0)).all(axis=1) & (others >= 0).any(axis=1)
            if claims.any():
                self.lines.claims.append((whole[claims], others[claims]))


def _sum(flags: Sequence[Array], size: int) -> Array:
    total = np.zeros(size, np.int64)
    for one in flags:
        total += one
    return total


def held(difference: Array, tolerance: Array, relation: str, single: Array) -> Array:
    """Whether left and right (their difference, and what rounding explains) are as the relation says."""
    if relation == "=":
        size = np.abs(difference)
        holds = np.where(single, size < tolerance, size <= tolerance)
        return np.where(difference == 0, PASS, np.where(holds, ROUNDED, UNPROVED))
    over = difference if relation == "<=" else -difference
    return np.where(over > tolerance, UNPROVED, PASS)
