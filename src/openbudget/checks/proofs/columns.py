"""The columns of a row add up to its total (see `kinds.columns`)."""

from __future__ import annotations

import numpy as np

from openbudget.checks.expression import Equation, parse
from openbudget.checks.kinds.columns import AXES, ROW, STATEMENT, TOTAL
from openbudget.checks.proofs.cases import NOT_APPLICABLE, UNPROVED, Cases
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
    rows = np.flatnonzero(matching(lines, rule.params["where"]))
    met = np.zeros(lines.bodies, bool)
    for axis, declared in rule.params["axes"].items():
        if len(rows):
            met |= _along(rule, axis, parse(declared), lines, cases, rows)
    cases.not_applicable(rule.id, "one_column", np.flatnonzero(~met))


def _along(rule: Rule, axis: str, equation: Equation, lines: Lines, cases: Cases, rows: Array) -> Array:
    """Judge the rows along one axis; by body, whether it has such rows."""
    others = [name for name in AXES if name != axis]
    case, firsts = lines.group(rows, *STATEMENT, *ROW, *others)
    table = _table(axis, equation, lines, rows, case, len(firsts))
    total = equation.names.index(TOTAL)
    table = table[(table[:, total] >= 0) & ((table >= 0).sum(axis=1) > 1)]
    whole = table[:, total]
    beside = np.delete(table, total, axis=1)
    declared = ((beside >= 0) & (lines.parent[beside] == whole[:, None])).any(axis=1)
    table, whole = table[~declared], whole[~declared]
    outcome, _ = judged(lines, equation, table, rule.blank)
    reason = np.ones(len(whole), np.int64)
    if (outcome == UNPROVED).any():
        slices, statements = lines.group(whole, *STATEMENT)
        failed = np.bincount(slices[outcome == UNPROVED], minlength=len(statements))
        unclear = (2 * failed >= np.bincount(slices))[slices]
        reason[unclear] = 0
        outcome[unclear] = NOT_APPLICABLE
    body = lines.body[whole]
    cases.take(rule.id, body, outcome, reason, _REASONS)
    met = np.zeros(lines.bodies, bool)
    met[body] = True
    return met


def _table(axis: str, equation: Equation, lines: Lines, rows: Array, case: Array, size: int) -> Array:
    """By case and column the row that stands there; of cases of which a column comes twice none."""
    names = equation.names
    column = lines.coded[axis]
    codes = column.codes[rows]
    number = np.full(len(column.values), -1)
    for place, name in enumerate(names):
        if (code := column.code_of(name)) > 0:
            number[code] = place
    number[0] = names.index(TOTAL)  # a blank is the total
    at = number[codes]
    table, again = np.full((size, len(names)), -1), np.zeros(size, np.uint8)
    given = address(case), address(at), address(rows), len(rows)
    kernels()["tabulate"](*given, address(table), len(names), address(again))
    others = np.flatnonzero(at < 0)
    if len(others):
        pair, firsts = grouped(packed(case[others], codes[others]))
        again[case[others[firsts[np.bincount(pair) > 1]]]] = 1
    table[again != 0] = -1
    return table


def prove_none_of_which(rule: Rule, lines: Lines, cases: Cases) -> None:
    """No column is one of which only part is meant (see `kinds.columns_of_which`): other bodies are left to the rules."""
    cases.not_applicable(rule.id, "no_columns_of_which", np.arange(lines.bodies))
