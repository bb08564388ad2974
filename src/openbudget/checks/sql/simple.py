"""Kinds that are one comparison or one search, as SQL."""

from __future__ import annotations

from openbudget import standard
from openbudget.checks.data import is_money
from openbudget.checks.rule import Rule
from openbudget.checks.sql.figures import EPSILON, radius, text
from openbudget.model.amount import UNITS


def changes(rule: Rule) -> str | None:
    """Sign, base and percentage of changes; last year's package is another database."""
    test = rule.params["test"]
    if test == "direction":
        return _signs()
    if test == "previous":
        return None
    if test == "stated":
        return _stated()
    then = f"""WITH found AS (
  SELECT c.id AS row_id, l.amount AS amount, c.change_amount AS change, c.change_percent AS percent,
         l.amount - c.change_amount AS base,
         {radius("budget_lines", "amount", "l")} + {radius("comparisons", "change_amount", "c")} AS radius,
         {radius("comparisons", "change_amount", "c")} AS change_radius,
         2 * {radius("comparisons", "change_percent", "c")} AS place
    FROM comparisons c JOIN budget_lines l ON l.id = c.line_id
   WHERE l.amount IS NOT NULL AND c.change_amount IS NOT NULL
)"""
    if test == "base":
        return f"{then}\nSELECT row_id, amount, change, base FROM found WHERE base + radius < -{EPSILON}"
    low = "(change - change_radius)"
    high = "(change + change_radius)"
    near, far = "(abs(base) - radius)", "(abs(base) + radius)"
    return f"""{then}
SELECT row_id, percent, round(100.0 * change / base, 2) AS expected FROM found
 WHERE percent IS NOT NULL AND base > radius
   AND NOT percent BETWEEN 100.0 * min({low} / {near}, {low} / {far}) - place - {EPSILON}
                       AND 100.0 * max({high} / {near}, {high} / {far}) + place + {EPSILON}"""


def _stated() -> str:
    """Amounts of both years against the change, or the percentage, that is printed."""
    low, high = "(amount - base - width)", "(amount - base + width)"
    near, far = "(abs(base) - base_radius)", "(abs(base) + base_radius)"
    return f"""WITH found AS (
  SELECT c.id AS row_id, l.amount AS amount, c.base_amount AS base, c.change_amount AS change, c.change_percent AS percent,
         {radius("comparisons", "base_amount", "c")} AS base_radius,
         {radius("budget_lines", "amount", "l")} + {radius("comparisons", "base_amount", "c")} AS width,
         {radius("comparisons", "change_amount", "c")} AS change_radius,
         2 * {radius("comparisons", "change_percent", "c")} AS place
    FROM comparisons c JOIN budget_lines l ON l.id = c.line_id
   WHERE l.amount IS NOT NULL AND c.base_amount IS NOT NULL
)
SELECT row_id, amount, base, change, percent FROM found
 WHERE abs(amount - base - change) > width + change_radius + {EPSILON}
    OR (change IS NULL AND percent IS NOT NULL AND base > base_radius
        AND NOT percent BETWEEN 100.0 * min({low} / {near}, {low} / {far}) - place - {EPSILON}
                            AND 100.0 * max({high} / {near}, {high} / {far}) + place + {EPSILON})"""


def _signs() -> str:
    wrong = (
        "(direction = 'increase' AND {0} < 0) OR (direction = 'decrease' AND {0} > 0)"
        " OR (direction = 'unchanged' AND {0} <> 0)"
    )
    tests = {field: wrong.format(field) for field in ("change_amount", "change_percent")}
    tests["change_reported"] = (
        "direction IN ('increase', 'decrease', 'unchanged') AND change_amount IS NULL"
        " AND unit_reported IS NOT NULL AND CAST(change_reported AS REAL) < 0"
    )
    return "\nUNION ALL\n".join(
        f"SELECT id AS row_id, direction, {field} AS figure FROM comparisons WHERE {test}"
        for field, test in tests.items()
    )


def cost_direction(rule: Rule) -> str:
    """Indicators of cost with `≥` or `>`."""
    return """SELECT id AS row_id, level_3, target_reported FROM performance_indicators
 WHERE operator IN ('>=', '>')
   AND (level_1_code IN ('cost', 'economic_cost', 'social_cost', 'ecological_cost')
        OR level_2_code IN ('cost', 'economic_cost', 'social_cost', 'ecological_cost')
        OR level_1 LIKE '%成本%' OR level_2 LIKE '%成本%')"""


def weights(rule: Rule) -> str:
    """Goals whose weights do not add up."""
    totals = ", ".join(str(total) for total in rule.params["totals"])
    return f"""SELECT goal_id AS row_id, sum(weight) AS total FROM performance_indicators
 GROUP BY goal_id HAVING count(weight) = count(*) AND round(sum(weight), 6) NOT IN ({totals})"""


def repeats(rule: Rule) -> str:
    """Values that repeat another value of their row, blanks and full stops aside."""
    table, field = rule.params["table"], rule.params["field"]
    same = " OR ".join(f"{_bare(field)} = {_bare(other)}" for other in rule.params["others"])
    return f"SELECT id AS row_id, {field} FROM {table} WHERE {field} <> '' AND ({same})"


def _bare(column: str) -> str:
    for char in ("' '", "char(10)", "'。'", "'.'", "'；'", "';'", "'，'", "','"):
        column = f"replace({column}, {char}, '')"
    return column


def goals(rule: Rule) -> str:
    """Goals without indicators, or some goals without an amount where others state one."""
    scopes = ", ".join(text(scope) for scope in rule.params["scopes"])
    if rule.params["test"] == "indicators":
        return f"""SELECT g.id AS row_id, g.title FROM performance_goals g
 WHERE g.scope IN ({scopes}) AND g.indicator_text IS NULL
   AND NOT EXISTS (SELECT 1 FROM performance_indicators i WHERE i.goal_id = g.id)"""
    return f"""SELECT (SELECT id FROM performance_goals WHERE scope IN ({scopes}) ORDER BY rowid LIMIT 1) AS row_id,
       count(amount) AS stated, count(*) AS goals FROM performance_goals
 WHERE scope IN ({scopes}) HAVING count(*) > 1 AND count(amount) < count(*)"""


def duplicates(rule: Rule) -> str:
    """Headings that stand before under the same heading, or seem to stand under themselves."""
    title = "replace(replace({0}.title, ' ', ''), char(10), '')"
    return f"""SELECT b.id AS row_id, b.title FROM sections b
 WHERE b.kind = 'heading' AND b.title <> ''
   AND EXISTS (SELECT 1 FROM sections a WHERE a.kind = 'heading' AND a.rowid < b.rowid
                  AND (a.parent_id IS b.parent_id OR (a.id = b.parent_id AND b.number <> '' AND a.number = b.number))
                  AND {title.format("a")} = {title.format("b")})"""


def fund_lines(rule: Rule) -> str:
    """Revenue of a fund of which no expenditure is shown."""
    return "\nUNION ALL\n".join(
        f"""SELECT * FROM (SELECT id AS row_id, item, amount FROM budget_lines
 WHERE flow = 'revenue' AND amount <> 0
   AND (item_code = 'revenue.{fund}' OR (fund_source = '{fund}' AND item_code LIKE 'revenue%'))
   AND NOT EXISTS (SELECT 1 FROM budget_lines e WHERE e.flow = 'expenditure'
                      AND (e.fund_source = '{fund}' OR e.statement = '{statement}'))
 ORDER BY rowid LIMIT 1)"""
        for fund, statement in rule.params["funds"].items()
    )


def idle_vehicles(rule: Rule) -> str:
    """Vehicles on the books where their running costs are zero."""
    running = "FROM budget_lines WHERE item_code = 'three_public.vehicles.operation' AND amount"
    return f"""SELECT id AS row_id, item, quantity FROM assets
 WHERE category_code = 'vehicles' AND quantity > 0
   AND EXISTS (SELECT 1 {running} IS NOT NULL) AND NOT EXISTS (SELECT 1 {running} <> 0)
 ORDER BY rowid LIMIT 1"""


def listed(rule: Rule) -> str | None:
    """Values that their closed list does not hold, the first row of each (open lists need the program)."""
    if rule.params["lists"] != "closed":
        return None
    found = [
        f"SELECT min(id) AS row_id, '{field.name}' AS field, {field.name} AS value FROM {table}"
        f" WHERE {field.name} NOT IN ({', '.join(text(code) for code in standard.codelist(field.codelists['']))})"
        f" GROUP BY {field.name}"
        for table, spec in standard.tables().items()
        for field in spec.fields
        if "id" in spec.columns and field.codelists and "" in field.codelists
        if standard.codelists()[field.codelists[""]].closed
    ]
    return "\nUNION ALL\n".join(found)


def provenance(rule: Rule) -> str | None:
    """Rows without source, sources without row, amounts that are not figure times unit."""
    test = rule.params["test"]
    tables = [name for name, spec in standard.tables().items() if name not in ("sources", "findings", "diagnostics")]
    if test == "rows":
        bare = {
            "organizations": " AND parent_id IS NOT NULL",
            "sections": " AND COALESCE(kind, '') <> 'table'",
        }
        return "\nUNION ALL\n".join(
            f"""SELECT id AS row_id, '{table}' AS "table" FROM {table}
 WHERE EXISTS (SELECT 1 FROM sources)
   AND NOT EXISTS (SELECT 1 FROM sources s WHERE s."table" = '{table}' AND s.row_id = {table}.id){bare.get(table, "")}"""
            for table in tables
        )
    if test != "figures":
        return None
    scales = " ".join(f"WHEN {text(code)} THEN {scale}" for code, (_, scale) in UNITS.items())
    pairs = {"budget_lines": "amount", "performance_goals": "amount", "assets": "value", "comparisons": "change_amount"}
    found = []
    for table, field in pairs.items():
        due = f"CAST({field.replace('_amount', '')}_reported AS REAL) * CASE unit_reported {scales} END"
        stated = f"abs({field})" if table == "comparisons" else field
        found.append(
            f"SELECT id AS row_id, {field} AS amount, {due} AS due FROM {table} WHERE abs({stated} - {due}) > {EPSILON}"
        )
    printed = [column for column in standard.tables()["procurement"].columns if is_money("procurement", column)]
    for field in printed:
        due = f"CAST(replace(s.printed, ',', '') AS REAL) * CASE t.unit_reported {scales} END"
        found.append(
            f"SELECT t.id AS row_id, t.{field} AS amount, {due} AS due FROM procurement t JOIN sources s"
            f" ON s.\"table\" = 'procurement' AND s.row_id = t.id AND s.field = '{field}'"
            f" WHERE s.printed GLOB '*[0-9]*' AND abs(t.{field} - {due}) > {EPSILON}"
        )
    return "\nUNION ALL\n".join(found)
