"""A deadline falls in the fiscal year. The year before or after it is a sign of text taken over from another year."""

from __future__ import annotations

from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    year = data.facts.get("fiscal_year")
    for row in data.rows("performance_indicators"):
        deadline = row.get("deadline")
        if deadline is None or year is None:
            out.not_applicable("no_deadline")
        elif str(deadline)[:4] == str(year):
            out.passed()
        else:
            out.failed(
                ("performance_indicators", row, "deadline"),
                terms=[data.term("performance_indicators", row, "target_reported")],
                expected=str(year),
                actual=str(deadline),
                name=row.get("level_3") or row.get("definition") or "",
                deadline=str(deadline),
                year=str(year),
            )
