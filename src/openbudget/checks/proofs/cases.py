"""How rules come out, body by body. Of a rule only the bodies of which it is known are counted, and no case that the rule
itself is still to tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from openbudget.checks.proofs.dictionary import Array
from openbudget.model.finding import Outcome, RuleRun
from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

# FAILED: certainly one fault, which the rule tells; OPEN: what the rule says of these rows; UNPROVED: … of the whole body
PASS, ROUNDED, NOT_APPLICABLE, NOT_EVALUABLE, FAILED, UNPROVED, OPEN = range(7)
BY_ROWS = -1  # what a case is about: the rule runs on its rows
BLANK = "blank_operand"
NOTHING = "nothing_to_compare"


class Found(NamedTuple):
    """A case that a rule is to tell: `about` says which of its equations (or whatever it has several of), `rows` are its
    lines (-1: none), in the order in which the rule takes them; `order` is its place among the cases of a body."""

    rule: str
    about: int
    rows: tuple[int, ...]
    order: int


Kind = tuple[int, str]  # an outcome, and why
Operands = Callable[[Array], Iterable[Sequence[int]]]  # of some cases, by number


def rows_of(*columns: Array) -> Operands:
    """The operands of cases whose rows stand in a table, or in columns side by side."""
    return lambda some: (columns[0][some] if len(columns) == 1 else np.stack(columns, 1)[some]).tolist()


class Cases:
    """The cases of each rule. `odd`, by body: nothing is proved of it; `open`, by rule: of these bodies it is not proved;
    `found`: what rules are to tell of the others."""

    def __init__(self, odd: Array, rules: Iterable[str]) -> None:
        self.odd = odd
        self.open: dict[str, Array] = {rule: odd.copy() for rule in rules}
        self.found: list[Found] = []
        self._met: dict[str, list[tuple[Sequence[Kind], Array]]] = {rule: [] for rule in self.open}
        self._fixed: dict[str, RuleRun] = {}

    def take(
        self,
        rule: str,
        body: Array,
        outcome: Array,
        reason: Array | None = None,
        reasons: Sequence[str] = ("",),
        *,
        operands: Operands,
        about: int = 0,
        order: Array | None = None,
    ) -> None:
        """Cases: their bodies, their outcomes, and for those that do not apply which of `reasons`. `operands`, `about` and
        `order` (default: as they come) are those of `Found`."""
        width = OPEN + 1 + len(reasons)
        counts = np.zeros((len(self.odd), width), np.int64)
        body, outcome = (np.ascontiguousarray(one, np.int64) for one in (body, outcome))
        reason = np.zeros(len(body), np.int64) if reason is None else np.ascontiguousarray(reason, np.int64)
        given = address(body), address(outcome), address(reason), len(body)
        kernels()["tally"](*given, address(counts), width, NOT_APPLICABLE, OPEN + 1)
        self.open[rule] |= counts[:, UNPROVED] > 0
        kinds = [(number, BLANK if number == NOT_EVALUABLE else "") for number in range(OPEN + 1)]
        self._met[rule].append(([*kinds, *((NOT_APPLICABLE, text) for text in reasons)], counts))
        if counts[:, FAILED].any() or counts[:, OPEN].any():
            told = np.flatnonzero((outcome == FAILED) | (outcome == OPEN))
            told = told[~self.odd[body[told]]]
            places = (told if order is None else order[told]).tolist()
            for case, place, rows in zip(told.tolist(), places, operands(told), strict=True):
                number = BY_ROWS if outcome[case] == OPEN else about
                self.found.append(Found(rule, number, tuple(rows), place))

    def run_on(self, rule: str, body: Array, rows: Array, reason: str) -> None:
        """A rule has to run on some rows (and the bodies that they are of); to other bodies it does not apply."""
        left = np.zeros(len(self.odd), bool)
        left[body] = True
        self.not_applicable(rule, reason, np.flatnonzero(~left))
        self._met[rule].append(([(OPEN, "")], left.astype(np.int64)[:, None]))
        kept = ~self.odd[body]
        self.found += [Found(rule, BY_ROWS, (row,), row) for row in rows[kept].tolist()]

    def not_applicable(self, rule: str, reason: str, body: Array) -> None:
        """Cases to which a rule does not apply."""
        if len(body):
            counts = np.bincount(body, minlength=len(self.odd))
            self._met[rule].append(([(NOT_APPLICABLE, reason)], counts[:, None]))

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

    def _run(self, rule: str, met: Sequence[tuple[Sequence[Kind], Array]], proved: Array) -> RuleRun:
        outcomes: Counter[Outcome] = Counter()
        reasons: Counter[str] = Counter()
        rounded = 0
        some = np.zeros(len(proved), bool)
        for kinds, counts in met:
            some |= counts.any(axis=1)
            for (kind, reason), number in zip(kinds, (proved.astype(np.int64) @ counts).tolist(), strict=True):
                if number and kind in _OUTCOMES:
                    outcomes[_OUTCOMES[kind]] += number
                    rounded += number * (kind == ROUNDED)
                    if reason:
                        reasons[reason] += number
        none = int((proved & ~some).sum())
        outcomes[Outcome.NOT_APPLICABLE] += none
        reasons[NOTHING] += none
        return RuleRun(rule, dict(+outcomes), dict(+reasons), rounded)


_OUTCOMES = {
    PASS: Outcome.PASS,
    ROUNDED: Outcome.PASS,
    NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
    NOT_EVALUABLE: Outcome.NOT_EVALUABLE,
}
