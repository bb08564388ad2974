"""Names and codes, and rules that say nothing of lines alone."""

from __future__ import annotations

from functools import cache

import numpy as np

from openbudget import standard
from openbudget.checks.data import Data
from openbudget.checks.engine import kind, run
from openbudget.checks.proofs.cases import NOT_APPLICABLE, NOT_EVALUABLE, PASS, UNPROVED, Cases
from openbudget.checks.proofs.lines import TABLE, Lines, packed
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule, catalogue
from openbudget.model.finding import Outcome

_BY = {
    Outcome.PASS: PASS,
    Outcome.FAIL: UNPROVED,
    Outcome.NOT_APPLICABLE: NOT_APPLICABLE,
    Outcome.NOT_EVALUABLE: NOT_EVALUABLE,
}


def prove(rule: Rule, lines: Lines, cases: Cases) -> None:
    """A code and the name beside it: each pair that comes is given to the rule once."""
    fields = [rule.params["code"], rule.params["name"]]
    by = standard.field(TABLE, fields[0]).codelist_by
    columns = [lines.coded[name] for name in (*fields, *([by] if by else ()))]
    _, first, inverse = np.unique(packed(*(column.codes for column in columns)), return_index=True, return_inverse=True)
    reasons: dict[str, int] = {}
    outcomes, numbers = [], []
    for row in first:
        outcome, reason = _of_pair(rule.id, (*fields, by or ""), tuple(one.values[one.codes[row]] for one in columns))
        outcomes.append(_BY[outcome])
        numbers.append(reasons.setdefault(reason, len(reasons)))
    cases.take(rule.id, lines.body, np.array(outcomes)[inverse], np.array(numbers)[inverse], [*reasons])


@cache
def _of_pair(rule_id: str, fields: tuple[str, ...], values: tuple[str | None, ...]) -> tuple[Outcome, str]:
    """How the rule comes out on a row with these values, and why it does not apply."""
    rule = next(rule for rule in catalogue() if rule.id == rule_id)
    data = Data({TABLE: [dict(zip(fields, values, strict=False))]})
    out = Recorder(rule, data)
    kind(rule.kind).run(rule, data, out)
    told = out.run()
    (outcome,) = told.outcomes
    return outcome, next(iter(told.reasons), "")


def without_rows(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Rules about changes, of bodies that state none."""
    _, (told,) = run({TABLE: [{}]}, rules=[rule])
    cases.same_for_all(rule.id, told)
