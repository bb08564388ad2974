"""Indicators stand under levels that the form of their year knows.

    level_1, level_2   the fields of the codes
A level that has no code, or a second level under another first level than its own, is told once for each pair.
"""

from __future__ import annotations

from openbudget import standard
from openbudget.checks.data import Data, Row
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    year = data.facts.get("fiscal_year")
    seen: set[tuple[object, object]] = set()
    for row in data.rows("performance_indicators"):
        if row.get("origin") == "sentence" or not (row.get("level_1") or row.get("level_2")):
            out.not_applicable("no_levels")
            continue
        fault = _fault(row, year if isinstance(year, int) else None)
        if fault is None:
            out.passed()
            continue
        pair = (row.get("level_1"), row.get("level_2"))
        if pair in seen:
            continue
        seen.add(pair)
        out.failed(
            ("performance_indicators", row, "level_2"),
            key=[str(name) for name in pair],
            terms=[data.term("performance_indicators", row, field) for field in ("level_1", "level_2")],
            actual=" / ".join(str(name) for name in pair if name),
            message=fault,
            level_1=row.get("level_1") or "—",
            level_2=row.get("level_2") or "—",
            year=year or "—",
        )


def _fault(row: Row, year: int | None) -> str | None:
    one, two = row.get("level_1_code"), row.get("level_2_code")
    if (row.get("level_1") and not one) or (row.get("level_2") and not two):
        return "level_unknown"
    entry = standard.codelist("indicator_level_2").get(str(two)) if two else None
    if entry is None or one is None:
        return None
    if year is not None and not entry.valid_in(year):
        return "level_not_then"
    return None if entry.parent in ("", one) or (two == "cost" and one == "cost") else "level_elsewhere"
