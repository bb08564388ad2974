"""An equation that must hold: over the codes of a long table, over the fields of a row, or over named operands.

    table, item, value, per, where   each slice of `table` (rows with the same `per`); names are codes of `item`
    table, where                     each row of `table`; names are its fields
    operands, per                    names are selections: {table, value, where, take, label}

Where the codes are those of budget_lines an equation holds column by column: rows of another fund source or
expenditure type than their code implies are another column. A part that stands beside its whole, under the same parent,
is no part of it (对附属单位补助支出 below 本年支出合计); nor is one of which only part is printed (`of_which`) one of the parts
that add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openbudget.checks.data import Data, Row, matches
from openbudget.checks.expression import Equation, Operand, evaluate, names_of, parse
from openbudget.checks.judge import Cell, judge, operands
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.value import Value
from openbudget.package.earlier import Column, column_of


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    for equation in equations(rule):
        if "operands" in rule.params:
            _over_operands(rule.params, equation, data, out)
        elif "item" in rule.params:
            _over_items(rule.params, equation, data, out)
        else:
            _over_fields(rule.params, equation, data, out)


def equations(rule: Rule) -> Sequence[Equation]:
    """What must hold, one after the other."""
    declared = rule.params["equation"]
    return [parse(text) for text in ([declared] if isinstance(declared, str) else declared)]


def tell(rule: Rule, out: Recorder, about: int, rows: Sequence[Row | None]) -> None:
    """How one equation comes out, of which the rows are known, in the order of its names."""
    equation = equations(rule)[about]
    found = dict(zip(equation.names, rows, strict=True))

    def lookup(name: str, every: bool) -> list[Operand]:
        row, choice = found[name], rule.params.get("operands", {}).get(name, rule.params)
        return [] if row is None else operands(out, choice["table"], [row], choice["value"])

    judge(out, evaluate(equation.left, lookup), equation.relation, evaluate(equation.right, lookup))


def _over_items(params: Mapping[str, Any], equation: Equation, data: Data, out: Recorder) -> None:
    table, value = params["table"], params["value"]
    wanted = frozenset(equation.names)
    wholes = names_of(equation.left)
    parts = frozenset(names_of(equation.right)) - frozenset(wholes)
    for slice_ in _slices(data, table, params["item"], tuple(params["per"]), params.get("where", {})):
        columns = {column for name in wanted for column in _columns(slice_, name)}
        beside = {row.get("parent_id") for rows in slice_.get(wholes[0], {}).values() for row in rows} - {None}
        for column in sorted(columns):
            if len(columns) > 1 and not any(column in _columns(slice_, name) for name in wholes):
                continue  # a part that stands in a column of its own

            def lookup(
                name: str, every: bool, slice_: Slice = slice_, column: Column = column, beside: set[Value] = beside
            ) -> list[Operand]:
                if name.endswith(".*"):
                    depth = name.count(".")
                    names = [code for code in slice_ if code.startswith(name[:-1]) and code.count(".") == depth]
                    return [operand for code in names for operand in lookup(code, every, slice_, column, beside)]
                rows = slice_.get(name, {}).get(column, [])
                if name in parts:
                    rows = [row for row in rows if row.get("parent_id") not in beside and not row.get("of_which")]
                return operands(out, table, rows if every else rows[:1], value)

            judge(out, evaluate(equation.left, lookup), equation.relation, evaluate(equation.right, lookup))


Slice = dict[str, dict[Column, list[Row]]]


def _columns(slice_: Slice, name: str) -> set[Column]:
    if name.endswith(".*"):
        return {column for code, rows in slice_.items() if code.startswith(name[:-1]) for column in rows}
    return set(slice_.get(name, ()))


def _slices(data: Data, table: str, item: str, per: tuple[str, ...], where: Mapping[str, Any]) -> Sequence[Slice]:
    def build() -> list[Slice]:
        slices: dict[tuple[Value, ...], Slice] = {}
        for row in data.rows(table):
            code = row.get(item)
            if isinstance(code, str) and matches(row, where):
                key = tuple(data.value(row, field) for field in per)
                slices.setdefault(key, {}).setdefault(code, {}).setdefault(column_of(row, code), []).append(row)
        return list(slices.values())

    return data.keep(("slices", table, item, per, repr(where)), build)


def _over_fields(params: Mapping[str, Any], equation: Equation, data: Data, out: Recorder) -> None:
    table, where = params["table"], params.get("where", {})
    for row in data.rows(table):
        if not matches(row, where):
            continue

        def lookup(name: str, every: bool, row: Row = row) -> list[Operand]:
            return [Operand(Cell(table, row, name, by_field=True), data.figure(table, row, name))]

        judge(out, evaluate(equation.left, lookup), equation.relation, evaluate(equation.right, lookup))


def _over_operands(params: Mapping[str, Any], equation: Equation, data: Data, out: Recorder) -> None:
    per = tuple(params.get("per", ()))
    slices: dict[tuple[Value, ...], dict[str, list[Operand]]] = {}
    for name in equation.names:
        choice = params["operands"][name]
        table, where = choice["table"], choice.get("where", {})
        for row in _candidates(data, table, where):
            if matches(row, where):
                key = tuple(data.value(row, field) for field in per)
                named = slices.setdefault(key, {}).setdefault(name, [])
                named.append(Operand(Cell(table, row, choice["value"]), data.figure(table, row, choice["value"])))
    if not slices:
        out.not_applicable(f"missing_operand:{figure_of(params['operands'][equation.names[0]])}")
    for found in slices.values():

        def lookup(name: str, every: bool, found: dict[str, list[Operand]] = found) -> list[Operand]:
            return _taken(found.get(name, []), params["operands"][name].get("take", "one"))

        left, right = evaluate(equation.left, lookup), evaluate(equation.right, lookup)
        missing = left.missing or right.missing
        if missing is not None:
            out.not_applicable(f"missing_operand:{figure_of(params['operands'][missing])}")
        else:
            judge(out, left, equation.relation, right)


def _candidates(data: Data, table: str, where: Mapping[str, Any]) -> Sequence[Row]:
    """The rows that can match: by an index on a field of which one value is wanted."""
    for field, wanted in where.items():
        if isinstance(wanted, str):
            return data.by(table, field).get(wanted, ())
    return data.rows(table)


def figure_of(choice: Mapping[str, Any]) -> str:
    """What an operand chooses, for people: the code of an item or of a classification, else the table; with the
    statement before it where it must stand in one (`revenue_expenditure/revenue`)."""
    where = choice.get("where", {})
    named = where.get("item_code") or where.get("economic_code") or where.get("expenditure_type") or choice["table"]
    name = str(named[0] if isinstance(named, list) else named)
    return f"{where['statement']}/{name}" if isinstance(where.get("statement"), str) else name


def _taken(found: list[Operand], take: str) -> list[Operand]:
    if take == "sum" or not found:
        return found
    known = [operand for operand in found if operand.number is not None]
    if take == "one" or not known:
        return (known or found)[:1]
    order = max if take == "largest" else min
    return [order(known, key=lambda operand: operand.number.value if operand.number else 0)]
