"""Equations over the codes of budget lines, and over named operands (see `kinds.identity`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from openbudget.checks.expression import Equation, names_of
from openbudget.checks.kinds.identity import equations, figure_of
from openbudget.checks.proofs.cases import NOTHING, Cases, rows_of
from openbudget.checks.proofs.equations import judged, plain
from openbudget.checks.proofs.lines import BODY, CODED, TABLE, Array, Lines, grouped, packed
from openbudget.checks.rule import Rule
from openbudget.package.earlier import column_of
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

ITEM = "item_code"
_INDEXED = (ITEM, "economic_code")  # columns of which most values stand in few rows
_TAKES = ("one", "largest", "smallest")


def provable(rule: Rule) -> bool:
    """Whether the equations of a rule are of the forms that can be proved."""
    params = rule.params
    if not all(map(plain, equations(rule))) or not {*params.get("per", ())} <= {BODY, *CODED}:
        return False
    if "operands" in params:
        chosen = [choice for choice in params["operands"].values() if choice["table"] == TABLE]
        return all(
            choice["value"] == "amount"
            and choice.get("take", "one") in _TAKES
            and provable_where(choice.get("where", {}))
            for choice in chosen
        )
    return params.get("item") == ITEM and params["value"] == "amount" and provable_where(params.get("where", {}))


def provable_where(where: Mapping[str, Any]) -> bool:
    """Whether a selection of rows is one that `matching` knows."""
    return all(field in CODED or (field == "parent_id" and wanted is None) for field, wanted in where.items())


def matching(lines: Lines, where: Mapping[str, Any], rows: Array | None = None) -> Array:
    """Which (of these) rows have the wanted values."""
    found: Array = np.ones(len(lines.body if rows is None else rows), bool)
    for field, wanted in where.items():
        if field == "parent_id":
            blank = lines.blank("parent")
            found &= blank if rows is None else blank[rows]
            continue
        listed = np.zeros(len(lines.coded[field].values) + 1, bool)
        for one in wanted if isinstance(wanted, list) else [wanted]:
            listed[lines.coded[field].code_of(one)] = True
        listed[-1] = False  # what no row has
        codes = lines.codes(field)
        found &= listed[codes if rows is None else codes[rows]]
    return found


def prove(rule: Rule, lines: Lines, cases: Cases) -> None:
    """See the module."""
    over = _over_operands if "operands" in rule.params else _over_items
    for about, equation in enumerate(equations(rule)):
        over(rule, (about, equation), lines, cases)


# --- items


Numbered = tuple[int, Equation]  # an equation, and which one of its rule it is


def _over_items(rule: Rule, numbered: Numbered, lines: Lines, cases: Cases) -> None:
    params, equation = rule.params, numbered[1]
    names = equation.names
    chosen = [lines.rows_of(ITEM, name) for name in names]
    named = np.repeat(np.arange(len(names)), [len(one) for one in chosen])
    rows = np.concatenate(chosen)
    order = np.argsort(rows, kind="stable")
    rows, named = rows[order], named[order]
    if params.get("where"):
        kept = matching(lines, params["where"], rows)
        rows, named = rows[kept], named[kept]
    if not len(rows):
        return
    slices = lines.slices(*params["per"])[rows]
    case, keys = grouped(packed(slices, _columns(lines)[rows]))
    wholes = [names.index(name) for name in names_of(equation.left)]
    counted = _kept(len(keys), slices, case, np.isin(named, wholes))
    within = ~_aside(lines, rows, slices, named, wholes, names_of(equation.right), names)
    table = np.full((len(keys), len(names)), -1)
    _fill(table, case[within], named[within], rows[within])
    body = lines.body[rows[keys]]
    _judge(rule, numbered, lines, table[counted], body[counted], cases)


def _fill(table: Array, case: Array, named: Array, rows: Array) -> None:
    """Put into a table of cases and names the first row of each (numpy says nothing of which comes last)."""
    again = np.zeros(len(table), np.uint8)
    case, named, rows = (np.ascontiguousarray(one, np.int64) for one in (case, named, rows))
    given = address(case), address(named), address(rows), len(rows)
    kernels()["tabulate"](*given, address(table), table.shape[1], address(again))


def _columns(lines: Lines) -> Array:
    """The column of each row that has an item code, without what its code says already, as a number."""
    if "columns" not in lines.kept:
        rows = np.flatnonzero(lines.codes(ITEM))
        fields = ("statement", "fund_source", "expenditure_type")
        inverse, first = lines.group(rows, ITEM, *fields)
        code = lines.coded[ITEM]
        given = {name: lines.coded[name] for name in fields}
        seen: dict[tuple[str, str], int] = {}
        numbers = []
        for row in rows[first]:
            values = {name: coded.values[coded.codes[row]] for name, coded in given.items()}
            column = column_of(values, str(code.values[code.codes[row]]))
            numbers.append(seen.setdefault(column, len(seen)))
        made = np.zeros(len(lines.body), np.int64)
        made[rows] = np.array(numbers, np.int64)[inverse] if len(rows) else 0
        lines.kept["columns"] = made
    return lines.kept["columns"]


def _kept(size: int, slices: Array, case: Array, is_whole: Array) -> Array:
    """Whether a case counts: it is alone in its slice, or a whole stands in its column."""
    slice_of = np.zeros(size, np.int64)
    slice_of[case] = slices
    alone = np.bincount(slice_of)[slice_of] == 1
    with_whole = np.zeros(size, bool)
    with_whole[case[is_whole]] = True
    return alone | with_whole


def _aside(
    lines: Lines,
    rows: Array,
    slices: Array,
    named: Array,
    wholes: Sequence[int],
    right: Sequence[str],
    names: Sequence[str],
) -> Array:
    """The parts that are none of those that add up: of which only part is meant, or that stand beside their whole, under
    the same parent."""
    parts = [place for place, name in enumerate(names) if name in right and place not in wholes]
    above = lines.codes("parent")[rows]
    there = above > 0
    is_part, is_whole = np.isin(named, parts), (named == wholes[0]) & there
    aside = is_part & lines.has("of_which", "true")[rows]
    is_part &= there
    if is_part.any() and is_whole.any():
        key = packed(slices, above)
        aside |= is_part & np.isin(key, key[is_whole])
    return aside


def _judge(
    rule: Rule,
    numbered: Numbered,
    lines: Lines,
    table: Array,
    body: Array,
    cases: Cases,
    called: Mapping[str, str] | None = None,
) -> None:
    about, equation = numbered
    outcome, reason = judged(lines, equation, table, rule.blank)
    named = [f"missing_operand:{(called or {}).get(name, name)}" for name in equation.names]
    cases.take(rule.id, body, outcome, reason, [*named, NOTHING], operands=rows_of(table), about=about)


# --- operands


def _over_operands(rule: Rule, numbered: Numbered, lines: Lines, cases: Cases) -> None:
    params, names = rule.params, numbered[1].names
    called = {name: figure_of(params["operands"][name]) for name in names}
    chosen = [_chosen(lines, params["operands"][name]) for name in names]
    some = np.concatenate(chosen)
    without = np.ones(lines.bodies, bool)
    without[lines.body[some]] = False
    cases.not_applicable(rule.id, f"missing_operand:{called[names[0]]}", np.flatnonzero(without))
    if not len(some):
        return
    case, keys = lines.group(some, BODY, *(one for one in params.get("per", ()) if one != BODY))
    table = np.full((len(keys), len(names)), -1)
    start = 0
    for place, rows in enumerate(chosen):
        mine = case[start : start + len(rows)]
        start += len(rows)
        order = _order(lines, rows, params["operands"][names[place]].get("take", "one"))
        _fill(table, mine[order], np.full(len(order), place), rows[order])
    _judge(rule, numbered, lines, table, lines.body[some[keys]], cases, called)


def _chosen(lines: Lines, choice: Mapping[str, Any]) -> Array:
    if choice["table"] != TABLE:
        return np.zeros(0, np.int64)
    where = dict(choice.get("where", {}))
    for field in _INDEXED:
        if isinstance(where.get(field), str):
            rows = lines.rows_of(field, where.pop(field))
            return rows[matching(lines, where, rows)] if where else rows
    return np.flatnonzero(matching(lines, where))


def _order(lines: Lines, rows: Array, take: str) -> Array:
    """The places of rows in the order in which they are taken: known figures first, the largest (smallest) first."""
    value: Array = {"largest": -lines.value[rows], "smallest": lines.value[rows]}.get(take, rows)
    return np.lexsort((rows, value, ~lines.known[rows]))
