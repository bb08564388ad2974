"""The same figure in two places, as SQL: what makes two cells the same figure is worked out as the engine does."""

from __future__ import annotations

from openbudget.checks.rule import Rule
from openbudget.checks.sql.figures import EPSILON, radius, text

_SCOPE = {
    "appropriation": "fiscal_appropriation",
    "general_public": "general_public_budget",
    "general_public_basic": "general_public_budget",
    "government_fund": "government_fund",
    "state_capital": "state_capital",
}
_SENTENCES = "('narrative', 'agency_operation', 'procurement_total', 'state_assets')"
_FUNDLESS = "('three_public', 'meeting', 'training', 'agency_operation', 'procurement', 'assets')"
_REST = "'', 'current', 'carryover'"
_METHOD = (
    "(SELECT s.method = 'sentence' FROM sources s"
    " WHERE s.\"table\" = 'budget_lines' AND s.row_id = t.id AND s.field = 'amount')"
)


def same_figure(rule: Rule) -> str:
    """Pairs of cells that are the same figure and differ."""
    pairs = {"tables": _tables(), "sentences": _sentences(), "sentence_table": _sentence_table()}
    return f"""{_keyed()},
pairs AS (
{pairs[rule.params["between"]]}
)
SELECT a.id AS row_id, a.amount AS stated, b.amount AS other, a.amount - b.amount AS difference,
       {_tolerance()} AS tolerance
  FROM pairs JOIN keyed a ON a.ordinal = pairs.one JOIN keyed b ON b.ordinal = pairs.other
 WHERE a.amount IS NOT NULL AND b.amount IS NOT NULL
   AND abs(a.amount - b.amount) > {EPSILON} AND abs(a.amount - b.amount) >= {_tolerance()} - {EPSILON}"""


def _tolerance() -> str:
    """A zero is read with the precision of the figure beside it."""
    return (
        "CASE WHEN a.amount = 0 THEN min(a.radius, b.radius) ELSE a.radius END"
        " + CASE WHEN b.amount = 0 THEN min(a.radius, b.radius) ELSE b.radius END"
    )


def _keyed() -> str:
    """Every figure with its organisation, year, stage, flow, item, fund and kind, implied ones filled in."""
    scopes = " ".join(f"WHEN {text(statement)} THEN {text(fund)}" for statement, fund in _SCOPE.items())
    place = "x.organization_id = t.organization_id AND x.stage IS t.stage AND x.statement IS t.statement AND x.spoken IS t.spoken"
    split = f"EXISTS (SELECT 1 FROM lines_ x WHERE {place} AND x.item_code = t.item_code || '.current')"
    again = split.replace("x.item_code =", "t.told AND x.amount IS t.amount AND x.item_code =")
    carried = (
        f"EXISTS (SELECT 1 FROM lines_ x WHERE {place} AND x.flow IS t.flow"
        " AND x.item_code LIKE '%.carryover' AND x.amount <> 0)"
    )
    return f"""WITH told_ AS (
  SELECT t.*, t.rowid AS ordinal, {radius("budget_lines", "amount", "t")} AS radius,
         coalesce({_METHOD}, t.statement IN {_SENTENCES}) AS told
    FROM budget_lines t
),
lines_ AS (SELECT *, CASE WHEN told THEN fund_source END AS spoken FROM told_),
placed AS (
  SELECT t.*,
         CASE WHEN t.item_code IN ('revenue', 'expenditure') AND (NOT {split} OR {again})
                   AND NOT {carried}
              THEN t.item_code || '.current' ELSE t.item_code END AS code
    FROM lines_ t
),
parted AS (
  SELECT *, substr(code || '.', 1, instr(code || '.', '.') - 1) AS top,
         substr(code, instr(code || '.', '.') + 1) AS rest,
         CASE WHEN function_code IS NOT NULL OR economic_code IS NOT NULL
              THEN coalesce(function_code, '') || ':' || coalesce(economic_code, '')
                   || CASE WHEN code LIKE '%.carryover' THEN ':' || code ELSE '' END END AS class,
         CASE WHEN fund_source IS NULL OR fund_source = 'total'
                OR (fund_source = 'carryover' AND code LIKE '%.carryover')
              THEN CASE statement {scopes} ELSE CASE WHEN told THEN '?' ELSE 'total' END END
              ELSE fund_source END AS fund,
         CASE WHEN expenditure_type IS NULL OR expenditure_type = 'total'
              THEN CASE statement WHEN 'general_public_basic' THEN 'basic' ELSE 'total' END
              ELSE expenditure_type END AS kind
    FROM placed
   WHERE statement IS NOT 'projects' AND (function_code IS NOT NULL OR economic_code IS NOT NULL
      OR (code IS NOT NULL AND code <> 'balance' AND project IS NULL
          AND code NOT IN ('expenditure.function', 'expenditure.economic')))
),
keyed AS (
  SELECT ordinal, id, amount, radius, told, statement,
         {_what()} AS what,
         CASE WHEN class IS NOT NULL THEN fund WHEN top IN {_FUNDLESS} THEN ''
              WHEN top = 'revenue' AND rest NOT IN ({_REST}, 'surplus_use') THEN rest ELSE fund END AS fund,
         CASE WHEN class IS NOT NULL THEN kind WHEN top IN {_FUNDLESS} THEN ''
              WHEN top = 'expenditure' AND rest NOT IN ({_REST}) THEN replace(rest, 'basic.', '') ELSE kind END AS kind
    FROM parted
)"""


def _what() -> str:
    """Whose figure it is, and of what."""
    item = (
        "CASE WHEN class IS NOT NULL"
        " THEN coalesce(economic_scheme, '') || ':' || class || ':' || coalesce(project, '')"
        f" WHEN top = 'revenue' AND rest NOT IN ({_REST}, 'surplus_use') THEN 'revenue.current'"
        f" WHEN top = 'expenditure' AND rest NOT IN ({_REST}) THEN 'expenditure.current' ELSE code END"
    )
    flow = f"CASE WHEN class IS NULL AND top IN {_FUNDLESS} THEN '' ELSE coalesce(flow, '') END"
    base = "coalesce(organization_id, '') || '|' || coalesce(fiscal_year, '') || '|' || coalesce(stage, '')"
    return f"{base} || '|' || {flow} || '|' || {item}"


def _tables() -> str:
    """Each cell of a statement against the first such cell, where that is of another statement."""
    return """  SELECT k.ordinal AS one, f.ordinal AS other FROM keyed k
    JOIN (SELECT what, fund, kind, min(ordinal) AS ordinal FROM keyed WHERE NOT told GROUP BY what, fund, kind) f
         USING (what, fund, kind)
    JOIN keyed g ON g.ordinal = f.ordinal
   WHERE NOT k.told AND k.ordinal <> f.ordinal AND k.statement IS NOT g.statement"""


def _sentences() -> str:
    """Each sentence against the first that states the same figure."""
    return """  SELECT k.ordinal AS one, f.ordinal AS other FROM keyed k
    JOIN (SELECT what, fund, kind, min(ordinal) AS ordinal FROM keyed WHERE told GROUP BY what, fund, kind) f
         USING (what, fund, kind)
   WHERE k.told AND k.ordinal <> f.ordinal"""


def _sentence_table() -> str:
    """Each sentence against the first such cell; one that names no funds against the nearest cell of any funds."""
    return f"""  SELECT s.ordinal AS one, min(t.ordinal) AS other FROM keyed s
    JOIN keyed t ON t.what = s.what AND t.fund = s.fund AND t.kind = s.kind AND NOT t.told
   WHERE s.told AND s.fund <> '?' GROUP BY s.ordinal
  UNION ALL
  SELECT one, other FROM (
    SELECT s.ordinal AS one, t.ordinal AS other,
           row_number() OVER (PARTITION BY s.ordinal ORDER BY
             abs(s.amount - t.amount) > {EPSILON} AND abs(s.amount - t.amount) >= s.radius + t.radius - {EPSILON},
             abs(s.amount - t.amount), t.ordinal) AS place
      FROM keyed s JOIN keyed t ON t.what = s.what AND t.kind = s.kind AND NOT t.told AND t.amount IS NOT NULL
     WHERE s.told AND s.fund = '?'
  ) WHERE place = 1"""
