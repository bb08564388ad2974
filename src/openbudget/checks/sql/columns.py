"""The columns of each row against its total, as SQL."""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.checks.expression import parse
from openbudget.checks.kinds.columns import AXES, LABELS, ROW, STATEMENT, TABLE, TOTAL
from openbudget.checks.rule import Rule
from openbudget.checks.sql.figures import compared, condition, key, radius, text
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
    FROM {TABLE} t WHERE {condition(rule.params["where"], "t")} AND NOT {_aside()}
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


def _aside() -> str:
    """That a row stands in a column of which only part is meant."""
    return f"""EXISTS (
     SELECT 1 FROM ({_pairs()}) p WHERE {_same("p", "t", (*STATEMENT, *AXES))})"""


def _same(one: str, other: str, fields: Sequence[str]) -> str:
    return " AND ".join(f"{one}.{field} IS {other}.{field}" for field in fields)


def _pairs() -> str:
    """Columns of which only part is meant, each with the column that it is part of."""
    own = ", ".join(f"f.{name} AS {name}" for name in (*STATEMENT, *AXES))
    whole = ", ".join(f"w.{name} AS whole_{name}" for name in AXES)
    return f"""SELECT DISTINCT {own}, {whole} FROM {TABLE} f JOIN {TABLE} w ON w.id = f.parent_id
      WHERE f.of_which = 1 AND NOT ({_same("f", "w", AXES)}) AND {_same("f", "w", LABELS)}"""


def columns_of_which(rule: Rule) -> str:
    """Every cell of a column of which only part is meant against the cell beside it that it is part of."""
    beside = " AND ".join(f"w.{name} IS p.whole_{name}" for name in AXES)
    here = f"{_same('c', 'o', (*STATEMENT, *AXES, *LABELS))}"
    there = f"{_same('w', 'o', (*STATEMENT, *AXES, *LABELS))}"
    alone = " AND ".join(f"(SELECT count(*) FROM {TABLE} o WHERE {same}) = 1" for same in (here, there))
    return f"""WITH cells AS (
  SELECT c.id AS case_id, side, 1 AS sign, CASE side WHEN 'l' THEN c.id ELSE w.id END AS row_id,
         CASE side WHEN 'l' THEN c.amount ELSE w.amount END AS value,
         CASE side WHEN 'l' THEN {radius(TABLE, "amount", "c")} ELSE {radius(TABLE, "amount", "w")} END AS radius,
         0 AS ordinal
    FROM ({_pairs()}) p
    JOIN {TABLE} c ON {_same("p", "c", (*STATEMENT, *AXES))}
    JOIN {TABLE} w ON {_same("p", "w", STATEMENT)} AND {beside} AND {_same("c", "w", LABELS)}
    JOIN (SELECT 'l' AS side UNION ALL SELECT 'r')
   WHERE c.parent_id IS NOT w.id AND coalesce(c.amount, 0) >= 0 AND coalesce(w.amount, 0) >= 0 AND {alone}
),
{compared("<=", rule.blank)}"""
