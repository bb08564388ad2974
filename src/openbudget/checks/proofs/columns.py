"""The columns of a row add up to its total (see `kinds.columns`)."""

from __future__ import annotations

import numpy as np

from openbudget.checks.expression import Equation, parse
from openbudget.checks.kinds.columns import AXES, ROW, STATEMENT, TOTAL
from openbudget.checks.proofs.cases import NOT_APPLICABLE, UNPROVED, Cases
from openbudget.checks.proofs.identity import matching, provable_where
from openbudget.checks.proofs.lines import Array, Lines, grouped, packed
from openbudget.checks.proofs.sides import Operands
from openbudget.checks.rule import Rule

_REASONS = ("columns_not_all", "nothing_to_compare")


def provable(rule: Rule) -> bool:
    """Whether the rows that a rule looks at can be chosen by columns."""
    return provable_where(rule.params["where"])


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
    statement = packed(*(lines.codes(name)[rows] for name in STATEMENT))
    others = [lines.codes(name)[rows] for name in (*ROW[1:], *(name for name in AXES if name != axis))]
    item = lines.codes("item")[rows]
    case = grouped(packed(statement, item, *others))[0]
    operands, single = _table(axis, equation, lines, rows, case)
    whole = operands.rows[:, equation.names.index(TOTAL)]
    parts = np.delete(operands.rows, equation.names.index(TOTAL), axis=1)
    declared = ((parts >= 0) & (lines.parent[parts] == whole[:, None])).any(axis=1)
    kept = single & (whole >= 0) & (parts >= 0).any(axis=1) & ~declared
    of_case = np.zeros(len(kept), np.int64)
    of_case[case] = grouped(statement)[0]
    slices = of_case[kept]
    chosen = Operands(lines, operands.numbers, operands.rows[kept])
    left, right = chosen.side(equation.left), chosen.side(equation.right)
    outcome, _ = chosen.judged(left, equation.relation, right, rule.blank)
    size = int(of_case.max(initial=0)) + 1
    failed = np.bincount(slices[outcome == UNPROVED], minlength=size)
    unclear = (2 * failed >= np.bincount(slices, minlength=size))[slices]
    reason = np.where(unclear, 0, 1)
    outcome = np.where(unclear, NOT_APPLICABLE, outcome)
    body = lines.body[whole[kept]]
    cases.take(rule.id, body, outcome, reason, _REASONS)
    met = np.zeros(lines.bodies, bool)
    met[body] = True
    return met


def _table(axis: str, equation: Equation, lines: Lines, rows: Array, case: Array) -> tuple[Operands, Array]:
    """By case and column the row that stands there; and whether no column of the case comes twice."""
    names = equation.names
    column = lines.coded[axis]
    total = column.code_of(TOTAL)
    codes = column.codes[rows]
    codes = np.where(codes == 0, total if total > 0 else 0, codes)
    number = np.full(len(column.values), -1)
    for place, name in enumerate(names):
        if (code := column.code_of(name)) > 0:
            number[code] = place
    if total <= 0:
        number[0] = names.index(TOTAL)
    size = int(case.max()) + 1
    pair, firsts = grouped(packed(case, codes))
    single = np.ones(size, bool)
    if len(firsts) < len(pair):
        single[case[firsts[np.bincount(pair) > 1]]] = False
    table = np.full((size, len(names)), -1)
    at: Array = number[codes]
    told = at >= 0
    table[case[told], at[told]] = rows[told]
    return Operands(lines, {name: place for place, name in enumerate(names)}, table), single


def prove_none_of_which(rule: Rule, lines: Lines, cases: Cases) -> None:
    """No column is one of which only part is meant (see `kinds.columns_of_which`): other bodies are left to the rules."""
    cases.not_applicable(rule.id, "no_columns_of_which", np.arange(lines.bodies))
