"""The columns of each row against its total, as SQL."""

from __future__ import annotations

from openbudget.checks.expression import parse
from openbudget.checks.kinds.columns import AXES, ROW, STATEMENT, TABLE, TOTAL
from openbudget.checks.rule import Rule
from openbudget.checks.sql.figures import condition, key, radius, text
from openbudget.checks.sql.identity import sides_of


def columns(rule: Rule) -> str:
    """One statement for each axis: rows that do not add up, in statements of which most rows do."""
    return "\nUNION ALL\n".join(f"SELECT * FROM (\n{_of(rule, axis)}\n)" for axis in rule.params["axes"])


def _of(rule: Rule, axis: str) -> str:
    equation = parse(rule.params["axes"][axis])
    names = ", ".join(text(name) for name in equation.names)
    statement = key([f"t.{name}" for name in STATEMENT])
    row = key([f"t.{name}" for name in (*STATEMENT, *ROW, *(one for one in AXES if one != axis))])
    found = f"""given AS (
  SELECT {row} AS case_id, {statement} AS slice, coalesce(t.{axis}, {text(TOTAL)}) AS name, t.id AS row_id, t.parent_id,
         t.rowid AS ordinal, t.amount AS value, {radius(TABLE, "amount", "t")} AS radius
    FROM {TABLE} t WHERE {condition(rule.params["where"], "t")}
),
rows_ AS (
  SELECT case_id, slice FROM given GROUP BY case_id
  HAVING sum(name = {text(TOTAL)}) = 1 AND sum(name IN ({names})) > 1 AND count(*) = count(DISTINCT name)
     AND NOT EXISTS (SELECT 1 FROM given w JOIN given p ON p.case_id = w.case_id AND p.parent_id = w.row_id
                      WHERE w.case_id = given.case_id AND w.name = {text(TOTAL)} AND p.name IN ({names}))
),
found AS (SELECT given.* FROM given JOIN rows_ USING (case_id))"""
    failing = sides_of(rule, equation, found)
    return f"""SELECT f.* FROM (
{failing}
) f JOIN {TABLE} t ON t.id = f.row_id
WHERE 2 * (SELECT count(*) FROM (
{failing}
) g JOIN {TABLE} o ON o.id = g.row_id WHERE {statement.replace("t.", "o.")} = {statement})
    < (SELECT count(*) FROM (SELECT t.id, {statement} AS slice, {row} AS case_id FROM {TABLE} t
        WHERE {condition(rule.params["where"], "t")} AND coalesce(t.{axis}, {text(TOTAL)}) = {text(TOTAL)}) w
        WHERE w.slice = {statement} AND w.case_id IN (
          WITH {found} SELECT case_id FROM rows_))"""
