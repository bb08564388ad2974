"""How rules come out, body by body; of each rule only the bodies of which it is proved are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from openbudget.checks.proofs.dictionary import Array
from openbudget.model.finding import Outcome, RuleRun
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

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
        self, rule: str, body: Array, outcome: Array, reason: Array | None = None, reasons: Sequence[str] = ("",)
    ) -> None:
        """Cases: their bodies, their outcomes, and for those that do not apply which of `reasons`."""
        width = UNPROVED + 1 + len(reasons)
        counts = np.zeros((len(self.odd), width), np.int64)
        body, outcome = (np.ascontiguousarray(one, np.int64) for one in (body, outcome))
        reason = np.zeros(len(body), np.int64) if reason is None else np.ascontiguousarray(reason, np.int64)
        given = address(body), address(outcome), address(reason), len(body)
        kernels()["tally"](*given, address(counts), width, NOT_APPLICABLE, UNPROVED + 1)
        self.open[rule] |= counts[:, UNPROVED] > 0
        kinds = [(PASS, ""), (ROUNDED, ""), None, (NOT_EVALUABLE, BLANK), None]
        kinds += [(NOT_APPLICABLE, text) for text in reasons]
        self._met[rule] += [(*kind, counts[:, column]) for column, kind in enumerate(kinds) if kind is not None]

    def leave(self, body: Array) -> None:
        """Leave bodies to the rules: what one rule says there may depend on what is not known of another."""
        for left in self.open.values():
            left[body] = True
        self.odd[body] = True

    def not_applicable(self, rule: str, reason: str, body: Array) -> None:
        """Cases to which a rule does not apply."""
        if len(body):
            self._met[rule].append((NOT_APPLICABLE, reason, np.bincount(body, minlength=len(self.odd))))

    def same_for_all(self, rule: str, run: RuleRun) -> None:
        """A rule comes out the same for every body of which it is not left open."""
        self._fixed[rule] = run
        del self._met[rule]

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
            if not counts.any():
                continue
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
