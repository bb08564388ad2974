"""How rules come out, body by body; of each rule only the bodies of which it is proved are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from openbudget.checks.proofs.dictionary import Array
from openbudget.model.finding import Outcome, RuleRun

PASS, ROUNDED, NOT_APPLICABLE, NOT_EVALUABLE, UNPROVED = range(5)
BLANK = "blank_operand"
NOTHING = "nothing_to_compare"


class Cases:
    """The cases of each rule. `odd`, by body: nothing is proved of it; `open`, by rule: of these bodies it is not proved."""

    def __init__(self, odd: Array, rules: Iterable[str]) -> None:
        self.odd = odd
        self.open: dict[str, Array] = {rule: odd.copy() for rule in rules}
        self._met: dict[str, list[tuple[int, str, Array]]] = {rule: [] for rule in self.open}
        self._fixed: dict[str, RuleRun] = {}

    def take(
        self, rule: str, body: Array, outcome: Array, reason: Array | None = None, reasons: Sequence[str] = ()
    ) -> None:
        """Cases: their bodies, their outcomes, and for those that do not apply which of `reasons`."""
        met = self._met[rule]
        self.open[rule][body[outcome == UNPROVED]] = True
        for kind in (PASS, ROUNDED, NOT_EVALUABLE):
            self._count(met, kind, BLANK if kind == NOT_EVALUABLE else "", body[outcome == kind])
        if reason is not None:
            for number, text in enumerate(reasons):
                self._count(met, NOT_APPLICABLE, text, body[(outcome == NOT_APPLICABLE) & (reason == number)])

    def leave(self, body: Array) -> None:
        """Leave bodies to the rules: what one rule says there may depend on what is not known of another."""
        for left in self.open.values():
            left[body] = True
        self.odd[body] = True

    def not_applicable(self, rule: str, reason: str, body: Array) -> None:
        """Cases to which a rule does not apply."""
        self._count(self._met[rule], NOT_APPLICABLE, reason, body)

    def same_for_all(self, rule: str, run: RuleRun) -> None:
        """A rule comes out the same for every body of which it is not left open."""
        self._fixed[rule] = run
        del self._met[rule]

    def _count(self, met: list[tuple[int, str, Array]], kind: int, reason: str, body: Array) -> None:
        if len(body):
            met.append((kind, reason, np.bincount(body, minlength=len(self.odd))))

    def runs(self) -> Iterator[RuleRun]:
        """How each rule went on the bodies of which it is proved."""
        for rule, run in self._fixed.items():
            proved = len(self.odd) - int(self.open[rule].sum())
            yield RuleRun(
                rule,
                {outcome: count * proved for outcome, count in run.outcomes.items()},
                {reason: count * proved for reason, count in run.reasons.items()},
            )
        for rule, met in self._met.items():
            yield self._run(rule, met, ~self.open[rule])

    def _run(self, rule: str, met: list[tuple[int, str, Array]], proved: Array) -> RuleRun:
        outcomes: Counter[Outcome] = Counter()
        reasons: Counter[str] = Counter()
        rounded = 0
        some = np.zeros(len(proved), bool)
        for kind, reason, counts in met:
            some |= counts > 0
            number = int(counts[proved].sum())
            outcomes[_OUTCOMES[kind]] += number
            rounded += number * (kind == ROUNDED)
            if reason:
                reasons[reason] += number
        none = int((proved & ~some).sum())
        outcomes[Outcome.NOT_APPLICABLE] += none
        reasons[NOTHING] += none
        return RuleRun(rule, dict(+outcomes), dict(+reasons), rounded)


_OUTCOMES = (Outcome.PASS, Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.NOT_EVALUABLE, Outcome.FAIL)
