"""Equations over the codes of budget lines, and over named operands (see `kinds.identity`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from openbudget.checks.expression import Chain, Equation, First, Name, Node, names_of, parse
from openbudget.checks.kinds.identity import column_of, figure_of
from openbudget.checks.proofs.cases import NOTHING, Cases
from openbudget.checks.proofs.lines import BODY, CODED, TABLE, Array, Lines, grouped, packed
from openbudget.checks.proofs.sides import Operands
from openbudget.checks.rule import Rule

_TAKES = ("one", "largest", "smallest")


def provable(rule: Rule) -> bool:
    """Whether the equations of a rule are of the forms that can be proved."""
    params = rule.params
    if not all(_plain(side) for equation in _equations(rule) for side in (equation.left, equation.right)):
        return False
    if not {*params.get("per", ())} <= {BODY, *CODED}:
        return False
    if "operands" in params:
        chosen = [choice for choice in params["operands"].values() if choice["table"] == TABLE]
        return all(
            choice["value"] == "amount"
            and choice.get("take", "one") in _TAKES
            and provable_where(choice.get("where", {}))
            for choice in chosen
        )
    return "item" in params and params["value"] == "amount" and provable_where(params.get("where", {}))


def _equations(rule: Rule) -> Sequence[Equation]:
    declared = rule.params["equation"]
    return [parse(text) for text in ([declared] if isinstance(declared, str) else declared)]


def _plain(node: Node) -> bool:
    """Names, signs and alternatives only."""
    if isinstance(node, Name):
        return not node.every
    if isinstance(node, Chain):
        return all(sign in "+-" and _plain(part) for sign, part in node.parts)
    return isinstance(node, First) and all(_plain(choice) for choice in node.choices)


def provable_where(where: Mapping[str, Any]) -> bool:
    """Whether a selection of rows is one that `matching` knows."""
    return all(field in CODED or (field == "parent_id" and wanted is None) for field, wanted in where.items())


def matching(lines: Lines, where: Mapping[str, Any]) -> Array:
    """The rows that have the wanted values."""
    found = np.ones(len(lines.body), bool)
    for field, wanted in where.items():
        if field == "parent_id":
            found &= lines.blank("parent")
            continue
        codes = [lines.coded[field].code_of(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        found &= np.isin(lines.codes(field), codes)
    return found


def prove(rule: Rule, lines: Lines, cases: Cases) -> None:
    """See the module."""
    over = _over_operands if "operands" in rule.params else _over_items
    for equation in _equations(rule):
        over(rule, equation, lines, cases)


# --- items


def _over_items(rule: Rule, equation: Equation, lines: Lines, cases: Cases) -> None:
    params, names = rule.params, equation.names
    codes = [lines.coded[params["item"]].code_of(name) for name in names]
    item = lines.codes(params["item"])
    rows = np.flatnonzero(
        np.isin(item, [code for code in codes if code > 0]) & matching(lines, params.get("where", {}))
    )
    if not len(rows):
        return
    number = np.full(len(lines.coded[params["item"]].values), -1)
    for place, code in enumerate(codes):
        if code > 0:
            number[code] = place
    named = number[item[rows]]
    slices = grouped(packed(*(lines.codes(one)[rows] for one in params["per"])))[0]
    case, keys = grouped(packed(slices, _columns(lines, rows, params["item"])))
    wholes = [names.index(name) for name in names_of(equation.left)]
    kept = _kept(len(keys), slices, case, np.isin(named, wholes))
    within = ~_beside(lines, rows, slices, named, wholes, names_of(equation.right), names)
    table = np.full((len(keys), len(names)), -1)
    _fill(table, case[within], named[within], rows[within])
    body = np.zeros(len(keys), np.int64)
    body[case] = lines.body[rows]
    _judge(
        rule,
        equation,
        Operands(lines, {name: place for place, name in enumerate(names)}, table[kept]),
        body[kept],
        cases,
    )


def _fill(table: Array, case: Array, named: Array, rows: Array) -> None:
    """Put into a table of cases and names the first row of each (numpy says nothing of which comes last)."""
    place = case * table.shape[1] + named
    firsts = grouped(place)[1]
    table.ravel()[place[firsts]] = rows[firsts]


def _columns(lines: Lines, rows: Array, item: str) -> Array:
    """The column of each row, without what its code says already, as a number."""
    code, fund, kind = (lines.coded[name] for name in (item, "fund_source", "expenditure_type"))
    combined = packed(code.codes[rows], fund.codes[rows], kind.codes[rows])
    inverse, first = grouped(combined)
    seen: dict[tuple[str, str], int] = {}
    numbers = []
    for row in rows[first]:
        given = {"fund_source": fund.values[fund.codes[row]], "expenditure_type": kind.values[kind.codes[row]]}
        column = column_of(given, str(code.values[code.codes[row]]))
        numbers.append(seen.setdefault(column, len(seen)))
    return np.array(numbers, np.int64)[inverse]


def _kept(size: int, slices: Array, case: Array, is_whole: Array) -> Array:
    """Whether a case counts: it is alone in its slice, or a whole stands in its column."""
    slice_of = np.zeros(size, np.int64)
    slice_of[case] = slices
    alone = np.bincount(slice_of)[slice_of] == 1
    with_whole = np.zeros(size, bool)
    with_whole[case[is_whole]] = True
    return alone | with_whole


def _beside(
    lines: Lines,
    rows: Array,
    slices: Array,
    named: Array,
    wholes: Sequence[int],
    right: Sequence[str],
    names: Sequence[str],
) -> Array:
    """The parts that stand beside their whole, under the same parent."""
    parts = [place for place, name in enumerate(names) if name in right and place not in wholes]
    above = lines.codes("parent")[rows]
    there = above > 0
    is_part, is_whole = np.isin(named, parts) & there, (named == wholes[0]) & there
    if not is_part.any() or not is_whole.any():
        return np.zeros(len(rows), bool)
    key = packed(slices, above)
    return is_part & np.isin(key, key[is_whole])


def _judge(
    rule: Rule,
    equation: Equation,
    operands: Operands,
    body: Array,
    cases: Cases,
    called: Mapping[str, str] | None = None,
) -> None:
    left, right = operands.side(equation.left), operands.side(equation.right)
    outcome, reason = operands.judged(left, equation.relation, right, rule.blank)
    named = [f"missing_operand:{(called or {}).get(name, name)}" for name in equation.names]
    cases.take(rule.id, body, outcome, reason, [*named, NOTHING])


# --- operands


def _over_operands(rule: Rule, equation: Equation, lines: Lines, cases: Cases) -> None:
    params, names = rule.params, equation.names
    called = {name: figure_of(params["operands"][name]) for name in names}
    chosen = [_chosen(lines, params["operands"][name]) for name in names]
    some = np.concatenate(chosen)
    without = np.ones(lines.bodies, bool)
    without[lines.body[some]] = False
    cases.not_applicable(rule.id, f"missing_operand:{called[names[0]]}", np.flatnonzero(without))
    if not len(some):
        return
    per = params.get("per", ())
    key = packed(lines.body[some], *(lines.codes(one)[some] for one in per))
    case, keys = grouped(key)
    table = np.full((len(keys), len(names)), -1)
    body = np.zeros(len(keys), np.int64)
    body[case] = lines.body[some]
    start = 0
    for place, rows in enumerate(chosen):
        mine = case[start : start + len(rows)]
        start += len(rows)
        order = _order(lines, rows, params["operands"][names[place]].get("take", "one"))
        _fill(table, mine[order], np.full(len(order), place), rows[order])
    _judge(
        rule, equation, Operands(lines, {name: place for place, name in enumerate(names)}, table), body, cases, called
    )


def _chosen(lines: Lines, choice: Mapping[str, Any]) -> Array:
    if choice["table"] != TABLE:
        return np.zeros(0, np.int64)
    return np.flatnonzero(matching(lines, choice.get("where", {})))


def _order(lines: Lines, rows: Array, take: str) -> Array:
    """The places of rows in the order in which they are taken: known figures first, the largest (smallest) first."""
    value: Array = {"largest": -lines.value[rows], "smallest": lines.value[rows]}.get(take, rows)
    return np.lexsort((rows, value, ~lines.known[rows]))
