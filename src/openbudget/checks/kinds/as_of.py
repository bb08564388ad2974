"""Figures of a stock stand at the end of a year: that before the fiscal year (budget), or its own (final accounts).

Another day of that year is a note: some finance departments have the figures stated earlier, at 31 August.

tables   tables with a field `as_of`
"""

from __future__ import annotations

import datetime

from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.finding import Severity


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    year, kind = data.facts.get("fiscal_year"), data.facts.get("kind", "budget")
    if not isinstance(year, int):
        return out.not_applicable("no_fiscal_year")
    due = datetime.date(year if kind == "final-accounts" else year - 1, 12, 31)
    for table in rule.tables:
        told: set[object] = set()
        for row in data.rows(table):
            given = row.get("as_of")
            if given is None:
                out.not_evaluable("blank_operand")
            elif str(given) == due.isoformat():
                out.passed()
            elif given not in told:
                told.add(given)
                out.failed(
                    (table, row, "as_of"),
                    key=[table, str(given)],
                    severity=Severity.NOTE if str(given)[:4] == str(due.year) else None,
                    message="as_of_other_day" if str(given)[:4] == str(due.year) else None,
                    terms=[data.term(table, row, "as_of")],
                    expected=due.isoformat(),
                    actual=str(given),
                    given=str(given),
                    due=due.isoformat(),
                )
    return None
