"""How often each rule about tables was looked at: cells for types and constraints, rows for keys and structure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from openbudget.model.finding import Outcome, RuleRun
from openbudget.tabular.constraints import RULES
from openbudget.tabular.source import TableResult, TableSource

# rules about files and their rows; the number of cases is that of tables, or of rows
_OF_TABLES = ("STR-010", "STR-012", "STR-013", "STR-014", "STR-015", "STR-016", "SCH-017")
_OF_ROWS = ("STR-017", "STR-018", "STR-019", "STR-020")


def table_runs(sources: Sequence[TableSource], results: Mapping[str, TableResult]) -> list[RuleRun]:
    """One RuleRun a rule, over all tables. A rule that no schema asks for has no cases: it did not run."""
    cases: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for source in sources:
        result = results[source.name]
        failed.update(result.faults.counts)
        cases.update(dict.fromkeys(_OF_TABLES, 1))
        cases.update(dict.fromkeys(_OF_ROWS, result.n_rows))
        cases.update({rule: count * result.n_rows for rule, count in _asked(source).items()})
    rules = sorted({*RULES.values(), *_OF_TABLES, *_OF_ROWS, "SCH-014", "SCH-015", "SCH-016"})
    return [
        RuleRun(rule, {Outcome.PASS: max(cases[rule] - failed[rule], 0), Outcome.FAIL: failed[rule]}) for rule in rules
    ]


def _asked(source: TableSource) -> Counter[str]:
    """Rule → how many fields or keys of the schema ask for it."""
    schema = source.schema
    asked: Counter[str] = Counter()
    for field in schema.fields:
        asked["SCH-001"] += 1
        required = field.constraints.get("required") is True or field.name in schema.primary_key
        asked["SCH-002"] += required
        asked["SCH-003"] += field.constraints.get("unique") is True
        for name in field.constraints:
            if name in RULES and name not in ("required", "unique", "type"):
                asked[RULES[name]] += 1
    asked["SCH-014"] += bool(schema.primary_key)
    asked["SCH-015"] += len(schema.unique_keys)
    asked["SCH-016"] += len(schema.foreign_keys)
    return asked
