"""Wholes and parts, levels of codes, and figures that repeat, as SQL."""

from __future__ import annotations

from openbudget.checks.rule import Rule
from openbudget.checks.sql.figures import EPSILON, compared, condition, key, radius, text


def parts(rule: Rule) -> str:
    """Each whole against its parts, for each of the values."""
    return "\nUNION ALL\n".join(f"SELECT * FROM (\n{_of(rule, value)}\n)" for value in rule.params["values"])


def _of(rule: Rule, value: str) -> str:
    table, parent = rule.params["table"], rule.params["parent"]
    sentence = f"coalesce({_sentence(table, value)}, 0)"
    lines = table == "budget_lines"
    partial = "coalesce(max(w.is_total) = 0, 0) OR coalesce(max(c.of_which), 0)" if lines else "0"
    return f"""WITH kin AS (
  SELECT w.id AS whole, c.id AS part, {_axis() if lines else "''"} AS axis
    FROM {table} c JOIN {table} w ON w.id = c.{parent}{_under_total(rule)}
),
families AS (
  SELECT kin.whole, kin.axis, count(*) AS parts,
         (SELECT ltrim(f.item) LIKE '其中%' FROM {table} f JOIN kin k ON k.part = f.id
           WHERE k.whole = kin.whole AND k.axis = kin.axis ORDER BY f.rowid LIMIT 1)
         OR {partial} OR (count(*) = 1 AND max({sentence})) AS bounded
    FROM kin JOIN {table} c ON c.id = kin.part JOIN {table} w ON w.id = kin.whole GROUP BY kin.whole, kin.axis
),
cells AS (
  SELECT whole || char(31) || axis AS case_id, 'l' AS side, w.id AS row_id, w.{value} AS value,
         {radius(table, value, "w")} AS radius, bounded
    FROM families JOIN {table} w ON w.id = families.whole
  UNION ALL
  SELECT whole || char(31) || axis, 'r', whole, c.{value}, {radius(table, value, "c")}, bounded
    FROM families JOIN kin USING (whole, axis) JOIN {table} c ON c.id = kin.part
),
widths AS (
  SELECT case_id, coalesce(min(CASE WHEN value <> 0 THEN radius END), 0) AS width FROM cells GROUP BY case_id
),
sides AS (
  SELECT case_id, min(row_id) AS row_id, max(bounded) AS bounded,
         sum(CASE WHEN side = 'l' THEN value END) AS stated,
         sum(CASE WHEN side = 'r' THEN value END) AS computed,
         sum(CASE WHEN value IS NULL THEN 0 WHEN value = 0 THEN min(radius, width) ELSE radius END) AS tolerance,
         count(CASE WHEN side = 'l' THEN value END) AS lefts,
         count(CASE WHEN side = 'r' THEN value END) AS rights, min(value) AS least
    FROM cells JOIN widths USING (case_id) GROUP BY case_id
)
SELECT row_id, stated, computed, stated - computed AS difference, tolerance
  FROM sides
 WHERE lefts > 0 AND rights > 0
   AND CASE WHEN bounded THEN computed - stated > tolerance + {EPSILON} AND least >= 0
            ELSE abs(stated - computed) > tolerance + {EPSILON}
                 OR (rights = 1 AND abs(stated - computed) > {EPSILON}
                     AND abs(stated - computed) >= tolerance - {EPSILON}) END"""


def _axis() -> str:
    """Which parts make up a whole together: those beside it in its row, by what differs, and those below it."""
    same = " AND ".join(f"c.{field} IS w.{field}" for field in ("item", "function_code", "project"))
    same += " AND (w.economic_code IS NULL OR substr(c.economic_code, 1, length(w.economic_code)) = w.economic_code)"
    fund, kind = (f"c.{field} IS NOT w.{field}" for field in ("fund_source", "expenditure_type"))
    in_table = f"coalesce({_sentence('budget_lines', 'amount')}, 1) = 0"
    return (
        f"CASE WHEN {same} THEN 'beside' || CASE WHEN c.item_code IS NOT w.item_code THEN 'item'"
        f" ELSE ({fund}) || ({kind}) END || CASE WHEN c.of_which = 1 THEN c.id ELSE '' END"
        f" ELSE 'below' || (NOT ({fund}) AND {kind} AND NOT {in_table})"
        f" || coalesce(c.of_which, 0) END"
    )


def _sentence(table: str, value: str) -> str:
    """Whether a part was read from a sentence; NULL where that is not known."""
    return (
        f"(SELECT s.method = 'sentence' FROM sources s WHERE s.\"table\" = {text(table)}"
        f" AND s.row_id = c.id AND s.field = {text(value)})"
    )


def _under_total(rule: Rule) -> str:
    """Where no row declares a parent: all rows under the first one, if it is a total."""
    totals = rule.params.get("total")
    if not totals:
        return ""
    table, parent = rule.params["table"], rule.params["parent"]
    category = "category" if table == "staff" else "category_code"
    listed = ", ".join(text(code) for code in totals)
    first = (
        f"(SELECT min(f.rowid) FROM {table} f WHERE f.{parent} IS NULL"
        " AND f.organization_id IS c.organization_id AND f.as_of IS c.as_of)"
    )
    return f"""
  UNION ALL
  SELECT w.id, c.id, '' FROM {table} c JOIN {table} w ON w.rowid = {first}
   WHERE c.{parent} IS NULL AND c.id <> w.id AND w.{category} IN ({listed})
     AND NOT EXISTS (SELECT 1 FROM {table} d JOIN {table} e ON e.id = d.{parent})"""


def code_levels(rule: Rule) -> str:
    """Each line of a classification against the lines one level below it."""
    table, code, value, step = (rule.params[name] for name in ("table", "code", "value", "step"))
    slices = key([f"t.{field}" for field in rule.params["per"]])
    unless = condition(rule.params["unless"], "t") if "unless" in rule.params else "0"
    return f"""WITH found AS (
  SELECT slice, code, min(ordinal) AS ordinal FROM (
    SELECT {slices} AS slice, t.{code} AS code, t.rowid AS ordinal FROM {table} t
     WHERE t.{code} IS NOT NULL AND t.parent_id IS NULL AND NOT ({unless})
  ) GROUP BY slice, code
),
kin AS (
  SELECT w.ordinal AS whole, c.ordinal AS part FROM found c
    JOIN found w ON w.slice = c.slice AND w.code = substr(c.code, 1, length(c.code) - {step})
),
cells AS (
  SELECT DISTINCT whole AS case_id, 'l' AS side, 1 AS sign, t.id AS row_id, t.{value} AS value,
         {radius(table, value, "t")} AS radius, 0 AS ordinal
    FROM kin JOIN {table} t ON t.rowid = kin.whole
  UNION ALL
  SELECT whole, 'r', 1, t.id, t.{value}, {radius(table, value, "t")}, t.rowid
    FROM kin JOIN {table} t ON t.rowid = kin.part
),
{compared("=", rule.blank)}"""


def constant(rule: Rule) -> str:
    """Each row of a group against its first."""
    table, field = rule.params["table"], rule.params["field"]
    per = [f"t.{name}" for name in rule.params["per"]]
    stated = " AND ".join(f"{column} IS NOT NULL" for column in [*per, f"t.{field}"])
    return f"""WITH found AS (
  SELECT t.*, t.rowid AS ordinal, min(t.rowid) OVER (PARTITION BY {", ".join(per)}) AS first FROM {table} t
   WHERE {stated}
),
cells AS (
  SELECT t.id AS case_id, 'l' AS side, 1 AS sign, t.id AS row_id, t.{field} AS value,
         {radius(table, field, "t")} AS radius, 0 AS ordinal
    FROM found t WHERE t.ordinal <> t.first
  UNION ALL
  SELECT t.id, 'r', 1, f.id, f.{field}, {radius(table, field, "f")}, 1
    FROM found t JOIN found f ON f.ordinal = t.first WHERE t.ordinal <> t.first
),
{compared("=", rule.blank)}"""
