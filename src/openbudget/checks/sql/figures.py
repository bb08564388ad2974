"""Figures, their precision and comparisons, in SQL.

Every statement first gathers `cells(case_id, side, sign, row_id, value, radius)`; `compared` then adds the sides up
and keeps the cases that do not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openbudget.checks.data import is_money
from openbudget.model.amount import UNITS

_TWINS = {"amount": "amount_reported", "change_amount": "change_reported", "value": "value_reported"}
_HAS_TWIN = {
    "budget_lines": ("amount",),
    "performance_goals": ("amount",),
    "comparisons": ("change_amount",),
    "assets": ("value",),
}
_COUNTS = ("quantity", "quota", "actual")
EPSILON = "0.000001"


def text(value: object) -> str:
    """A value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def key(columns: list[str]) -> str:
    """Several columns as one text; blanks are equal to each other."""
    return " || char(31) || ".join(f"coalesce({column}, '')" for column in columns) or "''"


def condition(where: Mapping[str, Any], alias: str) -> str:
    """The condition that a row has the wanted values."""
    parts = [_one(f"{alias}.{field}", wanted) for field, wanted in where.items()]
    return " AND ".join(parts) or "1"


def _one(column: str, wanted: Any) -> str:
    if not isinstance(wanted, list):
        return f"{column} IS {text(wanted)}"
    listed = ", ".join(text(value) for value in wanted if value is not None)
    return f"({column} IN ({listed}){f' OR {column} IS NULL' if None in wanted else ''})"


def radius(table: str, field: str, alias: str) -> str:
    """Half a unit of the last printed place of a figure; 0 where nothing says how it was printed."""
    reported = f"{alias}.{_TWINS[field]}" if field in _HAS_TWIN.get(table, ()) else None
    source = (
        f"(SELECT rtrim(s.printed, '元万亿千百人个 %％') FROM sources s WHERE s.\"table\" = {text(table)}"
        f" AND s.row_id = {alias}.id AND s.field = {text(field)})"
    )
    printed = f"coalesce({reported}, {source})" if reported else source
    decimals = f"CASE instr({printed}, '.') WHEN 0 THEN 0 ELSE length({printed}) - instr({printed}, '.') END"
    unit = "1"
    if is_money(table, field):
        scales = " ".join(f"WHEN {text(code)} THEN {scale}" for code, (_, scale) in UNITS.items())
        unit = f"CASE {alias}.unit_reported {scales} ELSE 1 END"
    half = f"0.5 * ({unit}) / CAST('1' || substr('000000000', 1, {decimals}) AS REAL)"
    if field in _COUNTS:
        return f"CASE WHEN coalesce(instr({printed}, '.'), 0) = 0 THEN 0 ELSE {half} END"
    return f"coalesce({half}, 0)"


def compared(relation: str, blank: str) -> str:
    """The end of a statement: the sides of each case added up, and the cases that do not hold."""
    sum_of = "sum(CASE WHEN side = '{side}' THEN sign * value END)"
    stated, computed = sum_of.format(side="l"), sum_of.format(side="r")
    if relation == "=":
        fails = (
            f"abs(stated - computed) > tolerance + {EPSILON}\n"
            f"       OR (lefts = 1 AND rights = 1 AND abs(stated - computed) > {EPSILON}\n"
            f"           AND abs(stated - computed) >= tolerance - {EPSILON})"
        )
    else:
        larger = "stated - computed" if relation == "<=" else "computed - stated"
        fails = f"{larger} > tolerance + {EPSILON}"
    blanks = "" if blank == "zero" else " AND blanks = 0"
    return f"""widths AS (
  SELECT case_id, coalesce(min(CASE WHEN value <> 0 THEN radius END), 0) AS width FROM cells GROUP BY case_id
),
sides AS (
  SELECT case_id,
         min(CASE WHEN side = 'l' THEN ordinal END) AS first,
         {stated} AS stated,
         {computed} AS computed,
         sum(CASE WHEN value IS NULL THEN 0 WHEN value = 0 THEN min(radius, width) ELSE radius END) AS tolerance,
         count(CASE WHEN side = 'l' THEN value END) AS lefts,
         count(CASE WHEN side = 'r' THEN value END) AS rights,
         count(*) - count(value) AS blanks
    FROM cells JOIN widths USING (case_id) GROUP BY case_id
)
SELECT (SELECT row_id FROM cells WHERE cells.case_id = sides.case_id AND side = 'l' AND ordinal = first) AS row_id,
       stated, computed, stated - computed AS difference, tolerance
  FROM sides
 WHERE lefts > 0 AND rights > 0{blanks}
   AND ({fails})"""
