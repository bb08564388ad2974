"""Names and codes, and rules that say nothing of lines alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from openbudget import standard
from openbudget.checks.data import Data
from openbudget.checks.engine import kind, run
from openbudget.checks.proofs.cases import NOT_APPLICABLE, NOT_EVALUABLE, OPEN, PASS, UNPROVED, Cases, rows_of
from openbudget.checks.proofs.dictionary import STRANGE, Dictionary, Verdicts
from openbudget.checks.proofs.records import TABLE
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.model.finding import Outcome

if TYPE_CHECKING:
    from openbudget.checks.proofs.lines import Lines

_BY = {
    Outcome.PASS: PASS,
    Outcome.FAIL: OPEN,  # the same fault is told once of a body
    Outcome.NOT_APPLICABLE: NOT_APPLICABLE,
    Outcome.NOT_EVALUABLE: NOT_EVALUABLE,
}


class Names(NamedTuple):
    """What a rule looks at: the column of a name, that of its code, and the one that says which list holds ("": none); and
    what it says of each."""

    name: str
    code: str
    by: str
    verdicts: Verdicts


def judged_names(rule: Rule, coded: Mapping[str, Dictionary]) -> Names:
    """What a rule about names says of each that comes, while the table is read: every one is given to it once."""
    code, name = rule.params["code"], rule.params["name"]
    by = standard.field(TABLE, code).codelist_by or ""

    def judge(text: str | None, one: int, two: int) -> tuple[int, str]:
        if STRANGE in (one, two):
            return UNPROVED, ""
        row = {code: coded[code].values[one], name: text}
        if by:
            row[by] = coded[by].values[two]
        data = Data({TABLE: [row]})
        out = Recorder(rule, data)
        kind(rule.kind).run(rule, data, out)
        told = out.run()
        (outcome,) = told.outcomes
        return _BY[outcome], next(iter(told.reasons), "")

    return Names(name, code, by, Verdicts(judge))


def prove(rule: Rule, lines: Lines, cases: Cases) -> None:
    """A code and the name beside it, as they were judged."""
    known = cast("list[tuple[int, str]]", lines.names[rule.id].verdicts.known)
    numbers = np.minimum(lines.records[rule.id], len(known) + 1)
    outcomes = np.array([UNPROVED, *(outcome for outcome, _ in known), UNPROVED])
    reasons = sorted({reason for _, reason in known})
    places = np.array([0, *(reasons.index(reason) for _, reason in known), 0])
    every = np.arange(len(lines.body))[:, None]
    cases.take(rule.id, lines.body, outcomes[numbers], places[numbers], reasons, operands=rows_of(every))


def without_rows(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Rules about changes, of bodies that state none."""
    _, (told,) = run({TABLE: [{}]}, rules=[rule])
    cases.same_for_all(rule.id, told)
