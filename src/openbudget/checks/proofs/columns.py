"""The columns of a row add up to its total (see `kinds.columns`)."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from openbudget.checks.expression import Equation, parse
from openbudget.checks.kinds.columns import AXES, LABELS, ROW, STATEMENT, TOTAL
from openbudget.checks.proofs.cases import FAILED, NOT_APPLICABLE, Cases, rows_of
from openbudget.checks.proofs.equations import judged, plain
from openbudget.checks.proofs.identity import matching, provable_where
from openbudget.checks.proofs.lines import Array, Lines, grouped, packed
from openbudget.checks.rule import Rule
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

_REASONS = ("columns_not_all", "nothing_to_compare")


def provable(rule: Rule) -> bool:
    """Whether the rows that a rule looks at can be chosen by columns."""
    return provable_where(rule.params["where"]) and all(plain(parse(text)) for text in rule.params["axes"].values())


def prove(rule: Rule, lines: Lines, cases: Cases) -> None:
    """See the module."""
    meant = matching(lines, rule.params["where"])
    which = _of_which(lines)
    if which is not None:
        meant &= ~which.aside
    rows = np.flatnonzero(meant)
    met = np.zeros(lines.bodies, bool)
    for about, (axis, declared) in enumerate(rule.params["axes"].items()):
        if len(rows):
            met |= _along(rule, (about, axis, parse(declared)), lines, cases, rows)
    cases.not_applicable(rule.id, "one_column", np.flatnonzero(~met))


def _along(rule: Rule, numbered: tuple[int, str, Equation], lines: Lines, cases: Cases, rows: Array) -> Array:
    """Judge the rows along one axis; by body, whether it has such rows."""
    about, axis, equation = numbered
    met = np.zeros(lines.bodies, bool)
    total = equation.names.index(TOTAL)
    at = _columns(axis, equation, lines)[lines.codes(axis)[rows]]
    if not (at > total).any() and not ((at >= 0) & (at < total)).any():
        return met  # no columns beside the total
    case = lines.group(rows, *STATEMENT, *ROW, *(name for name in AXES if name != axis))[0]
    several = np.bincount(case)[case] > 1
    table = _table(lines, axis, rows[several], case[several], at[several], len(equation.names))
    table = table[(table[:, total] >= 0) & ((table >= 0).sum(axis=1) > 1)]
    whole = table[:, total]
    beside = np.delete(table, total, axis=1)
    declared = ((beside >= 0) & (lines.parent[beside] == whole[:, None])).any(axis=1)
    table, whole = table[~declared], whole[~declared]
    outcome, _ = judged(lines, equation, table, rule.blank)
    reason = np.ones(len(whole), np.int64)
    if (outcome == FAILED).any():
        slices, statements = lines.group(whole, *STATEMENT)
        failed = np.bincount(slices[outcome == FAILED], minlength=len(statements))
        unclear = (2 * failed >= np.bincount(slices))[slices]
        reason[unclear] = 0
        outcome[unclear] = NOT_APPLICABLE
    body = lines.body[whole]
    cases.take(rule.id, body, outcome, reason, _REASONS, operands=rows_of(table), about=about)
    met[body] = True
    return met


def _columns(axis: str, equation: Equation, lines: Lines) -> Array:
    """By number of a text: which of the equation's columns it names (-1: none)."""
    column, names = lines.coded[axis], equation.names
    number = np.full(len(column.values), -1)
    for place, name in enumerate(names):
        if (code := column.code_of(name)) > 0:
            number[code] = place
    number[0] = names.index(TOTAL)  # a blank is the total
    return number


def _table(lines: Lines, axis: str, rows: Array, case: Array, at: Array, names: int) -> Array:
    """By case and column (`at`) the row that stands there; of cases of which a column comes twice none."""
    case, firsts = grouped(case)
    table, again = np.full((len(firsts), names), -1), np.zeros(len(firsts), np.uint8)
    given = address(case), address(at), address(rows), len(rows)
    kernels()["tabulate"](*given, address(table), names, address(again))
    others = np.flatnonzero(at < 0)
    if len(others):
        pair, firsts = grouped(packed(case[others], lines.codes(axis)[rows[others]]))
        again[case[others[firsts[np.bincount(pair) > 1]]]] = 1
    table[again != 0] = -1
    return table


class OfWhich(NamedTuple):
    """Columns of which only part is meant (see `kinds.columns.columns_of_which`). `aside`: the rows in such columns; `spoken`:
    all rows of their statements, and those that say so with their wholes."""

    aside: Array
    spoken: Array


def _of_which(lines: Lines) -> OfWhich | None:
    """None where there are no such columns."""
    if "of which" not in lines.kept:
        lines.kept["of which"] = _found_of_which(lines)
    return cast("OfWhich | None", lines.kept["of which"])


def _found_of_which(lines: Lines) -> OfWhich | None:
    rows = np.flatnonzero(lines.has("of_which", "true") & (lines.parent >= 0))
    if not len(rows):
        return None
    whole = lines.parent[rows]
    beside = np.zeros(len(rows), bool)
    for name in AXES:
        beside |= lines.codes(name)[rows] != lines.codes(name)[whole]
    for name in LABELS:
        column = lines.records["item"] if name == "item" else lines.codes(name)
        beside &= column[rows] == column[whole]
    rows, whole = rows[beside], whole[beside]
    if not len(rows):
        return None
    every = np.arange(len(lines.body))
    statement = lines.group(every, *STATEMENT)[0]
    column = packed(statement, lines.group(every, *AXES)[0])
    spoken = np.isin(statement, statement[rows])
    spoken[whole] = True
    return OfWhich(np.isin(column, column[rows]), spoken)


def prove_of_which(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Columns of which only part is meant: the rule runs on their statements (see `kinds.columns_of_which`)."""
    which = _of_which(lines)
    rows = np.zeros(0, np.int64) if which is None else np.flatnonzero(which.spoken)
    cases.run_on(rule.id, lines.body[rows], rows, "no_columns_of_which")
