"""Stated shares recomputed, as SQL."""

from __future__ import annotations

from openbudget.checks.kinds.shares import FIELD, TABLE
from openbudget.checks.rule import Rule
from openbudget.checks.sql.figures import EPSILON, radius, text


def shares(rule: Rule) -> str:
    """Shares that are not what their amounts come to, or breakdowns whose shares do not add up to 100."""
    return _amounts() if rule.params["test"] == "amounts" else _sums()


def _found() -> str:
    printed = (
        f"(SELECT rtrim(s.printed, '%％﹪ ') FROM sources s WHERE s.\"table\" = {text(TABLE)} AND s.row_id = p.id"
        f" AND s.field = {text(FIELD)})"
    )
    digits = f"coalesce({printed}, rtrim(rtrim(CAST(p.{FIELD} AS TEXT), '0'), '.'))"
    decimals = f"CASE instr({digits}, '.') WHEN 0 THEN 0 ELSE length({digits}) - instr({digits}, '.') END"
    return f"""amounts AS (
  SELECT p.id, p.rowid AS ordinal, w.id AS whole_id, p.{FIELD} AS stated, p.amount AS part, w.amount AS of,
         {radius(TABLE, "amount", "p")} AS part_radius, {radius(TABLE, "amount", "w")} AS of_radius,
         1.0 / CAST('1' || substr('000000000', 1, {decimals}) AS REAL) AS place,
         CASE WHEN p.item_code LIKE '%.function' THEN 0 WHEN p.item_code IS w.item_code THEN 1 ELSE 2 END AS breakdown
    FROM {TABLE} p JOIN {TABLE} w ON w.id = p.share_of_id WHERE p.{FIELD} IS NOT NULL
),
found AS (
  SELECT *, (part - part_radius) / (of + of_radius) * 100.0 AS low, (part - part_radius) / (of - of_radius) * 100.0 AS low_,
         (part + part_radius) / (of - of_radius) * 100.0 AS high, (part + part_radius) / (of + of_radius) * 100.0 AS high_
    FROM amounts WHERE part >= 0 AND of > of_radius
),
shares AS (
  SELECT *, stated BETWEEN min(low, low_) - place - {EPSILON} AND max(high, high_) + place + {EPSILON} AS fits FROM found
)"""


def _amounts() -> str:
    return f"""WITH {_found()}
SELECT id AS row_id, stated, 100.0 * part / of AS computed, stated - 100.0 * part / of AS difference,
       (max(high, high_) - min(low, low_)) / 2 + place AS tolerance
  FROM shares WHERE NOT fits ORDER BY ordinal"""


def _sums() -> str:
    return f"""WITH {_found()},
sums AS (
  SELECT min(ordinal) AS first, sum(stated) AS stated, sum(CASE WHEN part <> 0 OR stated <> 0 THEN place ELSE 0 END) AS cut
    FROM shares GROUP BY whole_id, breakdown
  HAVING count(*) > 1 AND min(fits) = 1 AND abs(sum(part) - max(of)) <= sum(part_radius) + max(of_radius) + {EPSILON}
)
SELECT shares.id AS row_id, sums.stated, 100.0 AS computed, sums.stated - 100.0 AS difference, cut AS tolerance
  FROM sums JOIN shares ON shares.ordinal = first
 WHERE sums.stated - 100.0 < -cut - {EPSILON} OR sums.stated - 100.0 > cut / 2 + {EPSILON}"""
