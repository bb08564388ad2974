"""What checks give: findings with their terms, and what ran on how much."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, overload


class Outcome(StrEnum):
    """The four outcomes of a rule on one case."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    NOT_EVALUABLE = "not_evaluable"


class Severity(StrEnum):
    """`error`: the package is not valid. `warning`: the source has a fault. `note`: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Term(NamedTuple):
    """One operand of a check: what it is, its value (None: blank), the sign it enters with, and where it stands.

    `place` is the locator's fragment in `file`; `printed` the text there."""

    label: str
    value: Decimal | str | None
    sign: str = "+"
    table: str | None = None
    row_id: str | None = None
    field: str | None = None
    file: str | None = None
    place: str | None = None
    printed: str | None = None


class Finding(NamedTuple):
    """One fault. `fingerprint` is made of rule and business keys, never of row numbers.

    `message` by language; `line` is the line in the CSV file where that is known (the header is line 1).
    Figures are in yuan (or in the field's unit); `expected`, `actual`, `difference`, `tolerance` are text.
    """

    rule: str
    severity: Severity
    outcome: Outcome
    fingerprint: str
    message: Mapping[str, str]
    table: str | None = None
    row_id: str | None = None
    field: str | None = None
    expected: str | None = None
    actual: str | None = None
    difference: str | None = None
    tolerance: str | None = None
    terms: tuple[Term, ...] = ()
    file: str | None = None
    place: str | None = None
    printed: str | None = None
    path: str | None = None
    line: int | None = None
    waived: str | None = None  # the reason, where a waiver applies


class Findings(Sequence[Finding]):
    """Findings that are too many to be held: the first ones are, `rest` makes all others anew whenever they are read."""

    def __init__(self, first: Sequence[Finding], rest: Callable[[], Iterable[Finding]], count: int) -> None:
        """`count` is the number of all."""
        self._first = first
        self._rest = rest
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        yield from self._first
        yield from self._rest()

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        if isinstance(index, slice):
            return list(islice(self, *index.indices(self._count)))
        found = next(islice(self, index % self._count, None), None) if -self._count <= index < self._count else None
        if found is None:
            raise IndexError(index)
        return found


class RuleRun(NamedTuple):
    """How a rule went: the number of cases by outcome, and why it did not apply. Nothing counted as passed or
    failed means that the rule did not run: it is never green. `rounded`: how many of those that passed agree only
    within what rounding explains."""

    rule: str
    outcomes: Mapping[Outcome, int]
    reasons: Mapping[str, int] = {}
    rounded: int = 0

    @property
    def ran(self) -> bool:
        return bool(self.outcomes.get(Outcome.PASS) or self.outcomes.get(Outcome.FAIL))


class Report(NamedTuple):
    """All findings about one package. `counts` is complete even where `findings` was cut to a limit; `title`, by
    language, is what people call the package. `foreign`: nothing in it is a budget; only structure was checked."""

    name: str
    findings: Sequence[Finding]
    runs: tuple[RuleRun, ...]
    counts: Mapping[Severity, int]
    rows: Mapping[str, int] = {}
    path: str | None = None
    title: Mapping[str, str] = {}
    foreign: bool = False

    @property
    def valid(self) -> bool:
        """No finding of severity `error` (waived ones do not count)."""
        return not self.counts.get(Severity.ERROR, 0)
