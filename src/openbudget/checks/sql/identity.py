"""Equations as SQL: each name becomes cells of the cases in which it stands, `first` a choice by what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openbudget.checks.expression import Chain, Equation, First, Name, Node, names_of, parse
from openbudget.checks.rule import Rule
from openbudget.checks.sql.figures import EPSILON, compared, condition, key, radius, text

_REFERENCES = {"line_id": "budget_lines", "goal_id": "performance_goals", "organization_id": "organizations"}


def identity(rule: Rule) -> str:
    """One statement for each equation of a rule."""
    declared = rule.params["equation"]
    equations = [parse(one) for one in ([declared] if isinstance(declared, str) else declared)]
    build = _operands if "operands" in rule.params else _items if "item" in rule.params else _fields
    return "\nUNION ALL\n".join(f"SELECT * FROM (\n{build(rule, equation)}\n)" for equation in equations)


def _items(rule: Rule, equation: Equation) -> str:
    params = rule.params
    table, item, value = params["table"], params["item"], params["value"]
    listed = ", ".join(text(name) for name in equation.names)
    joins, columns = _per(params["per"])
    columns += [_column("fund_source", item), _column("expenditure_type", item)] if table == "budget_lines" else []
    found = f"""found AS (
  SELECT {key(columns)} AS case_id, t.{item} AS name, t.id AS row_id, t.rowid AS ordinal, t.{value} AS value,
         {radius(table, value, "t")} AS radius
    FROM {table} t{joins}
   WHERE t.{item} IN ({listed}) AND {condition(params.get("where", {}), "t")}{_inside(table, item, equation)}
)"""
    return sides_of(rule, equation, found)


def _inside(table: str, item: str, equation: Equation) -> str:
    """That a part does not stand beside its whole, under the same parent."""
    wholes = names_of(equation.left)
    parts = [name for name in names_of(equation.right) if name not in wholes]
    if table != "budget_lines" or not parts:
        return ""
    return f"""
     AND NOT (t.{item} IN ({", ".join(text(name) for name in parts)}) AND (t.of_which IS 1 OR EXISTS (
         SELECT 1 FROM {table} w WHERE w.parent_id = t.parent_id AND w.{item} = {text(wholes[0])})))"""


def _column(field: str, item: str) -> str:
    """The column a row stands in, without what its code or its statement says already."""
    column = f"t.{field}"
    implied = f"instr('.' || t.{item} || '.', '.' || {column} || '.') > 0"
    implied += f" OR (t.statement IS 'appropriation' AND {column} = 'fiscal_appropriation')"
    return f"CASE WHEN {column} IS NULL OR {column} = 'total' OR {implied} THEN '' ELSE {column} END"


def _per(fields: Sequence[str]) -> tuple[str, list[str]]:
    joins, columns = "", []
    for field in fields:
        reference, _, there = field.partition(".")
        if there:
            joins += f" LEFT JOIN {_REFERENCES[reference]} {reference}_row ON {reference}_row.id = t.{reference}"
        columns.append(f"{reference}_row.{there}" if there else f"t.{field}")
    return joins, columns


def _operands(rule: Rule, equation: Equation) -> str:
    params = rule.params
    chosen = [_chosen(name, params["operands"][name], params.get("per", [])) for name in equation.names]
    found = "found AS (\n" + "\n  UNION ALL\n".join(chosen) + "\n)"
    every = frozenset(name for name in equation.names if params["operands"][name].get("take") == "sum")
    return sides_of(rule, equation, found, every)


def _chosen(name: str, choice: Mapping[str, Any], per: Sequence[str]) -> str:
    table, value = choice["table"], choice["value"]
    joins, columns = _per(per)
    order = {"largest": f"t.{value} IS NULL, t.{value} DESC", "smallest": f"t.{value} IS NULL, t.{value}"}
    ranked = order.get(choice.get("take", "one"), f"t.{value} IS NULL, t.rowid")
    return f"""  SELECT {key(columns)} AS case_id, {text(name)} AS name, t.id AS row_id,
         row_number() OVER (ORDER BY {ranked}) AS ordinal, t.{value} AS value,
         {radius(table, value, "t")} AS radius
    FROM {table} t{joins}
   WHERE {condition(choice.get("where", {}), "t")}"""


def sides_of(rule: Rule, equation: Equation, found: str, every: frozenset[str] = frozenset()) -> str:
    """The statement of an equation over what is `found`."""
    flags = ", ".join(f"max(name = {text(name)}) AS {_flag(name)}" for name in equation.names)
    terms = [
        f"""  SELECT case_id, '{side}' AS side, {sign} AS sign, row_id, value, radius,
         {number * 1000000} + ordinal AS ordinal
    FROM found JOIN cases USING (case_id)
   WHERE name = {text(name)} AND {when}{"" if name in every else _only_first(name)}"""
        for number, (side, sign, name, when) in enumerate(_terms(equation))
    ]
    cells = "\n  UNION ALL\n".join(terms)
    there = " AND ".join(_there(node) for node in (equation.left, equation.right))
    return f"""WITH {found},
cases AS (
  SELECT * FROM (SELECT case_id, {flags} FROM found GROUP BY case_id) WHERE {there}
),
cells AS (
{cells}
),
{compared(equation.relation, rule.blank)}"""


def _only_first(name: str) -> str:
    return f"""
     AND ordinal = (SELECT min(f.ordinal) FROM found f WHERE f.case_id = found.case_id AND f.name = {text(name)})"""


def _terms(equation: Equation) -> Iterator[tuple[str, int, str, str]]:
    for side, node in (("l", equation.left), ("r", equation.right)):
        for sign, name, when in _of(node, 1, "1"):
            yield side, sign, name, when


def _of(node: Node, sign: int, when: str) -> Iterator[tuple[int, str, str]]:
    """Sign, name and condition of every operand."""
    if isinstance(node, Name):
        yield sign, node.name, when
    elif isinstance(node, Chain):
        for mark, part in node.parts:
            yield from _of(part, -sign if mark == "-" else sign, when)
    else:
        before: list[str] = []
        for choice in node.choices:
            chosen = " AND ".join([*(f"NOT ({one})" for one in before), f"({_filled(choice)})"])
            yield from _of(choice, sign, chosen if when == "1" else f"{when} AND {chosen}")
            before.append(_filled(choice))


def _there(node: Node) -> str:
    """That nothing which must be there is missing."""
    if isinstance(node, Name):
        return "1" if node.optional else _flag(node.name)
    if isinstance(node, First):
        return "(" + " OR ".join(_there(choice) for choice in node.choices) + ")"
    return " AND ".join(_there(part) for _, part in node.parts)


def _filled(node: Node) -> str:
    """That nothing is missing and something is there."""
    something = " OR ".join(_flag(name) for name in names_of(node))
    return f"{_there(node)} AND ({something})"


def _flag(name: str) -> str:
    return "has_" + name.replace(".", "_")


def _fields(rule: Rule, equation: Equation) -> str:
    table = rule.params["table"]
    if isinstance(equation.right, Chain) and any(sign == "*" for sign, _ in equation.right.parts):
        return _product(rule, equation)
    cells = [
        f"""  SELECT t.id AS case_id, '{side}' AS side, {sign} AS sign, t.id AS row_id, t.{name} AS value,
         {radius(table, name, "t")} AS radius, {number} AS ordinal
    FROM {table} t WHERE {condition(rule.params.get("where", {}), "t")}"""
        for number, (side, sign, name, _) in enumerate(_terms(equation))
    ]
    return "WITH cells AS (\n" + "\n  UNION ALL\n".join(cells) + f"\n),\n{compared(equation.relation, rule.blank)}"


def _product(rule: Rule, equation: Equation) -> str:
    """whole = a × b: the worst corner of the product is its radius."""
    table = rule.params["table"]
    whole, one, other = equation.names
    return f"""WITH figures AS (
  SELECT id, {whole} AS stated, {one} AS a, {other} AS b, {radius(table, whole, "t")} AS r,
         {radius(table, one, "t")} AS ra, {radius(table, other, "t")} AS rb
    FROM {table} t WHERE {condition(rule.params.get("where", {}), "t")}
)
SELECT id AS row_id, stated, a * b AS computed, stated - a * b AS difference,
       r + abs(a) * rb + abs(b) * ra + ra * rb AS tolerance
  FROM figures
 WHERE abs(stated - a * b) > r + abs(a) * rb + abs(b) * ra + ra * rb + {EPSILON}"""
