"""Wholes and their parts, by declared parents and by the levels of codes (see `kinds.parts`, `kinds.code_levels`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from openbudget.checks.proofs.cases import Cases
from openbudget.checks.proofs.equations import BLANKS
from openbudget.checks.proofs.lines import PART, Array, Lines, grouped, ordered, packed
from openbudget.checks.proofs.records import offset
from openbudget.checks.rule import Rule
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

_SAME_ROW = ("item", "project", "function_code")
_DIFFERING = ("fund_source", "expenditure_type", "item_code", "economic_code")
_BESIDE, _WHICH = 2, 16  # of axes: from here on parts are beside their whole; added where they need not be all of it
_REASONS = ("told_by_identity", "negative_part")


class Families(NamedTuple):
    """Wholes (rows) with their parts: `order` are the rows of all parts, family by family, `starts` where each begins."""

    whole: Array
    order: Array
    starts: Array
    family: Array  # of each part in `order`

    @property
    def sizes(self) -> Array:
        return np.diff(np.append(self.starts, len(self.order)))

    def operands(self, some: Array) -> Iterator[list[int]]:
        """Of some families the whole and its parts."""
        ends = np.append(self.starts, len(self.order))
        for family in some.tolist():
            yield [int(self.whole[family]), *self.order[ends[family] : ends[family + 1]].tolist()]


def _families(parts: Array, key: Array, whole: Array) -> Families:
    """Parts (rows, in their order) with the same key are a family."""
    family, firsts = grouped(key)
    place, starts = ordered(family, len(firsts))
    return Families(whole[firsts], parts[place], starts[:-1], family[place])


def prove(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Parts add up to their whole."""
    parts = np.flatnonzero(lines.parent >= 0)
    without = np.ones(lines.bodies, bool)
    without[lines.body[parts]] = False
    cases.not_applicable(rule.id, "no_parents", np.flatnonzero(without))
    if not len(parts):
        return
    whole = lines.parent[parts]
    families = _families(parts, packed(whole, *_axes(lines, parts, whole)), whole)
    first = families.order[families.starts]
    bounded = lines.flagged(PART)[first] | lines.has("of_which", "true")[first]
    bounded |= lines.has("is_total", "false")[families.whole]
    _take(rule, lines, cases, families, bounded, _claimed(lines, families))


def _axes(lines: Lines, parts: Array, whole: Array) -> tuple[Array, ...]:
    """By part: in what way it is part of its whole (see `kinds.parts._axes`); and, where there are such, a number of its own
    for each that is held against it by itself."""
    axes, ask = np.empty(len(parts), np.int64), np.empty(len(parts), np.uint8)
    dtype = lines.records.dtype
    fields = np.array([offset(dtype, name) for name in _SAME_ROW + _DIFFERING], np.int64)
    given = *lines.place, address(parts), address(whole), len(parts)
    if kernels()["part_axes"](*given, address(fields), address(axes), address(ask)):
        asked = np.flatnonzero(ask)
        asked = asked[~_below(lines, parts[asked], whole[asked])]
        axes[asked] = ask[asked] >> 1
    which = lines.has("of_which", "true")[parts]
    if not which.any():
        return (axes,)
    own = np.where(which & (axes >= _BESIDE), np.arange(1, len(parts) + 1), 0)
    return axes + which * _WHICH, own


def _below(lines: Lines, parts: Array, whole: Array) -> Array:
    """Whether the economic code of a part is below that of its whole."""
    economic = lines.coded["economic_code"]
    inverse, pairs = grouped(packed(economic.codes[parts], economic.codes[whole]))
    below = [
        (economic.values[economic.codes[parts[one]]] or "").startswith(str(economic.values[economic.codes[whole[one]]]))
        for one in pairs
    ]
    return np.array(below, bool)[inverse]


def _claimed(lines: Lines, families: Families) -> Array:
    """The families that an equation has added up already."""
    claimed = np.zeros(len(families.starts), bool)
    family_of = np.full(len(lines.body), -1)
    family_of[families.order] = families.family
    for _, parts in lines.claims:
        family = np.where(parts >= 0, family_of[parts], -1)
        top = family.max(axis=1)
        same = ((family == top[:, None]) | (parts < 0)).all(axis=1) & (top >= 0)
        whole = families.sizes[top] == (parts >= 0).sum(axis=1)
        claimed[top[same & whole]] = True
    return claimed


def prove_levels(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Levels of a classification add up, where no parents are declared."""
    code, step = lines.coded[rule.params["code"]], rule.params["step"]
    meant = (code.codes > 0) & lines.blank("parent")
    for field, value in rule.params.get("unless", {}).items():
        meant &= ~lines.has(field, value)
    rows = np.flatnonzero(meant)
    without = np.ones(lines.bodies, bool)
    without[lines.body[rows]] = False
    cases.not_applicable(rule.id, "no_codes_without_parents", np.flatnonzero(without))
    if not len(rows):
        return
    slices = grouped(packed(*(lines.codes(one)[rows] for one in rule.params["per"])))[0]
    size = len(code.values)
    keys, first = np.unique(
        slices * size + code.codes[rows], return_index=True
    )  # of each code in a slice its first row
    above = np.array([0, *(max(code.code_of(str(value)[:-step]), 0) for value in code.values[1:])], np.int64)
    own, slice_of = code.codes[rows[first]], slices[first]
    wanted = slice_of * size + above[own]
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    is_part = (above[own] > 0) & (keys[place] == wanted)
    alone = np.ones(int(slices.max()) + 1, bool)
    alone[slice_of[is_part]] = False
    body = np.zeros(len(alone), np.int64)
    body[slices] = lines.body[rows]
    cases.not_applicable(rule.id, "one_level", body[alone])
    there = np.flatnonzero(is_part)
    there = there[np.argsort(first[there])]  # in the order in which they stand
    whole, parts = rows[first[place[there]]], rows[first[there]]
    families = _families(parts, whole, whole)
    no = np.zeros(len(families.starts), bool)
    _take(rule, lines, cases, families, no, no)


def _take(rule: Rule, lines: Lines, cases: Cases, families: Families, bounded: Array, claimed: Array) -> None:
    """Judge each family; `bounded`: its parts need not be all of the whole; `claimed`: it has been judged."""
    if not len(families.starts):
        return
    count = len(families.starts)
    starts = np.append(families.starts, len(families.order))
    bounded, claimed, known = (one.astype(np.uint8) for one in (bounded, claimed, lines.known))
    outcome, reason = np.empty(count, np.int64), np.empty(count, np.int64)
    kernels()["judge_parts"](
        address(families.whole), address(families.order), address(starts), count, address(bounded), address(claimed),
        BLANKS.index(rule.blank), rule.kind != "parts", address(lines.value), address(lines.radius), address(known),
        address(outcome), address(reason),
    )  # fmt: skip
    kept = np.flatnonzero(outcome >= 0)
    body = lines.body[families.whole[kept]]
    cases.take(
        rule.id, body, outcome[kept], reason[kept], _REASONS, operands=lambda some: families.operands(kept[some])
    )


__all__: Sequence[str] = ["prove", "prove_levels"]
