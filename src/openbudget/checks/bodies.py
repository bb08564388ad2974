"""Checks of a table that is too large to be held: the lines of many bodies, each body checked by itself.

The engine checks the rows of every body as if they were a package, and cases are added up over the bodies. So what the
rules say of a body is the same in a package of its own and among ten thousand others.

Where the extra `fast` is installed, the lines are gathered while the structural pass reads them (`gathering`), and
`proofs` show of most bodies how every rule comes out; rules run only on bodies of which they are not proved. Else the
rows go to temporary files by body (in the order in which they stand), each small enough to be held. Both cores take one
file after the other. The result is the same.
"""

from __future__ import annotations

import csv
import os
import tempfile
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from openbudget.checks import proofs
from openbudget.checks.data import Data, Row, Tables
from openbudget.checks.engine import kind, run
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import STRUCTURE, Rule, catalogue
from openbudget.model.finding import Finding, Outcome, RuleRun, Severity
from openbudget.tabular import TableSource
from openbudget.tabular.rowtexts import Typing, row_texts
from openbudget.tabular.schema import Schema

if TYPE_CHECKING:
    from openbudget.checks.proofs.gather import Gatherer
    from openbudget.checks.proofs.left import Left, Texts

TABLE, BODY = "budget_lines", "organization_id"
LISTED = 10_000  # findings that are listed; all of them are counted
SHARE = 6 << 20  # bytes of a temporary file
_MOST = 500  # temporary files
FEW = 400_000  # bytes of a table whose bodies are checked sooner than the libraries of proofs are loaded
_ALONE = 20_000  # lines that are checked sooner than another process begins
_AHEAD = 4  # shares that wait or are worked on


class Beside(NamedTuple):
    """What is known besides the lines: rows of the other tables by what ties them to a body or a line."""

    schema: Schema
    facts: Mapping[str, Any]
    organizations: Mapping[object, Row]
    comparisons: Mapping[object, Sequence[Row]]  # by line
    previous: Mapping[object, Sequence[Row]] | None  # last year's lines, by body
    rules: Sequence[Rule]


Check = Callable[[Any, Beside], "Tally"]


@dataclass
class Tally:
    """Findings and cases, added up. `findings` are the first ones, `counts` all of them by severity."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[Severity] = field(default_factory=Counter)
    outcomes: dict[str, Counter[Outcome]] = field(default_factory=dict)
    reasons: dict[str, Counter[str]] = field(default_factory=dict)
    rounded: Counter[str] = field(default_factory=Counter)

    def add(self, findings: Iterable[Finding], runs: Iterable[RuleRun]) -> None:
        """Take what the rules gave on some rows."""
        for finding in findings:
            self.counts[finding.severity] += 1
            if len(self.findings) < LISTED:
                self.findings.append(finding)
        for one in runs:
            self.outcomes.setdefault(one.rule, Counter()).update(one.outcomes)
            self.reasons.setdefault(one.rule, Counter()).update(one.reasons)
            self.rounded[one.rule] += one.rounded

    def count(self, rule: Rule) -> None:
        """Take a fault that is not told."""
        self.counts[rule.severity] += 1
        self.outcomes.setdefault(rule.id, Counter())[Outcome.FAIL] += 1
        self.reasons.setdefault(rule.id, Counter())

    def merge(self, other: Tally) -> None:
        """Take what another tally has."""
        unlisted = other.counts - Counter(finding.severity for finding in other.findings)
        self.add(other.findings, other.runs())
        self.counts += unlisted

    def runs(self) -> Iterator[RuleRun]:
        """How each rule went."""
        for rule, outcomes in self.outcomes.items():
            yield RuleRun(rule, dict(outcomes), dict(self.reasons[rule]), self.rounded[rule])

    @property
    def unlisted(self) -> Counter[Severity]:
        """How many findings are not among those listed, by severity."""
        return self.counts - Counter(finding.severity for finding in self.findings)


def rules_by_body() -> tuple[Rule, ...]:
    """The rules that speak of budget lines and their changes: where these are many, they run body by body."""
    spoken = {TABLE, "comparisons"}
    return tuple(rule for rule in catalogue() if spoken & {*rule.tables} and rule.kind not in (STRUCTURE, "together"))


def rules_besides() -> tuple[Rule, ...]:
    """All other rules."""
    by_body = rules_by_body()
    return tuple(rule for rule in catalogue() if rule not in by_body)


def gathering(source: TableSource) -> Gatherer | None:
    """What is given the lines of a large table while it is read (see `check_bodies`); None where that is no use."""
    source = source._replace(schema=source.schema.finite())
    return proofs.gatherer_of(source, rules_by_body())


def check_bodies(
    source: TableSource,
    tables: Tables,
    facts: Mapping[str, Any],
    previous: Tables | None = None,
    *,
    severity: Mapping[str, Severity | None] | None = None,
    jobs: int | None = None,
    gathered: object = None,
    prove: bool = True,
) -> Tally:
    """Run the rules on the budget lines of `source`, body by body. `tables` are the tables that are held; `severity`
    are severities that a project sets for rules (None: off); `gathered`, of `gathering`, was given the lines as they were
    read. `prove`: use proofs where they can be had, which is no use for a table of `FEW` bytes."""
    beside = Beside(
        source.with_null().finite(),  # NaN is no amount
        dict(facts),
        {row.get("id"): row for row in tables.get("organizations", ())},
        _grouped(tables.get("comparisons", ()), "line_id"),
        None if previous is None else _grouped(previous.get(TABLE, ()), BODY),
        _set_up(severity or {}),
    )
    jobs = jobs or min(os.cpu_count() or 1, 2)
    whole = Tally()
    gatherer = _gathered(source, gathered) if prove else None
    if gatherer is not None:
        try:
            _prove(gatherer, beside, jobs, whole)
        finally:
            gatherer.close()
        return whole
    with tempfile.TemporaryDirectory(prefix="openbudget-") as folder:
        for share in _run_all(_check_share, _shared_out(source, Path(folder)), beside, jobs):
            whole.merge(share)
    return whole


def _gathered(source: TableSource, given: object) -> Gatherer | None:
    """A gatherer that has all lines; None where there is none."""
    if given is not None:
        from openbudget.checks.proofs.gather import Gatherer

        if isinstance(given, Gatherer) and not given.lost:
            return given
    gatherer = gathering(source)
    return None if gatherer is None or not gatherer.from_texts() else gatherer


def _prove(gatherer: Gatherer, beside: Beside, jobs: int, whole: Tally) -> None:
    """Count what is proved, and let rules tell what is left. Faults beyond those that are listed are counted only."""
    from openbudget.checks.proofs.left import prove, texts_of_left

    left: list[Left] = []
    told = 0
    for runs, more in prove(gatherer, beside.rules, map(str, beside.comparisons)):
        whole.add((), runs)
        for one in more:
            kept = one if told < LISTED else _counted(one, beside.rules, whole)
            told += len(one.cases)
            if kept.rules or kept.cases:
                left.append(kept)
    few = sum(len(one.at) for one in left) < _ALONE
    for share in _run_all(_check_texts, texts_of_left(gatherer, left), beside, 1 if few else jobs):
        whole.merge(share)


def _counted(left: Left, rules: Sequence[Rule], whole: Tally) -> Left:
    """Count the faults that are certain; gives what is not."""
    from openbudget.checks.proofs.cases import BY_ROWS

    for case in left.cases:
        if case.about != BY_ROWS:
            whole.count(rules[case.rule])
    return left._replace(cases=tuple(case for case in left.cases if case.about == BY_ROWS))


def _set_up(severity: Mapping[str, Severity | None]) -> list[Rule]:
    """The rules as a project sets their severities, without those that it turns off."""
    on = [rule for rule in rules_by_body() if severity.get(rule.id, rule.severity) is not None]
    return [rule._replace(severity=severity.get(rule.id) or rule.severity) for rule in on]


def _grouped(rows: Iterable[Row], name: str) -> dict[object, list[Row]]:
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get(name), []).append(row)
    return groups


def _shared_out(source: TableSource, folder: Path) -> list[Path]:
    """The rows in files, of which each holds all rows of its bodies."""
    shares = max(1, min(_MOST, source.size // SHARE))
    paths = [folder / f"{number}.csv" for number in range(shares)]
    at = source.schema.names.index(BODY)
    with ExitStack() as stack:
        files = [stack.enter_context(open(path, "w", encoding="utf-8", newline="")) for path in paths]
        write = [csv.writer(file).writerow for file in files]
        for cells in row_texts(source):
            write[zlib.crc32((cells[at] or "").encode()) % shares](cells)
    return [path for path in paths if path.stat().st_size]


def _run_all(check: Check, shares: Iterable[Any], beside: Beside, jobs: int) -> Iterator[Tally]:
    """What each share gives, in their order."""
    if jobs == 1:
        yield from (check(share, beside) for share in shares)
        return
    from concurrent.futures import Future

    from openbudget.processes import workers

    with workers(jobs, "spawn", _begin, check, beside) as pool:
        waiting: deque[Future[Tally]] = deque()
        for share in shares:
            waiting.append(pool.submit(_in_worker, share))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_given: list[tuple[Check, Beside]] = []  # of a worker


def _begin(check: Check, beside: Beside) -> None:
    _given.append((check, beside))


def _in_worker(share: Any) -> Tally:
    check, beside = _given[0]
    return check(share, beside)


def _check_share(path: Path, beside: Beside) -> Tally:
    """The bodies of one file, in the order in which they first come."""
    with open(path, encoding="utf-8", newline="") as file:
        texts = list(csv.reader(file))
    tally = Tally()
    if texts:
        rows = cast("list[Row]", Typing(beside.schema).rows(texts))
        for body, lines in _grouped(rows, BODY).items():
            _check_body(body, lines, beside, tally)
    return tally


def _check_texts(bodies: Sequence[Texts], beside: Beside) -> Tally:
    """What is left of some bodies."""
    tally = Tally()
    every = cast("list[Row]", Typing(beside.schema).rows([row for one in bodies for row in one.rows]))
    start = 0
    for one in bodies:
        lines = every[start : start + len(one.rows)]
        start += len(one.rows)
        if one.rules:
            rules = [beside.rules[number] for number in one.rules]
            _check_body(lines[0].get(BODY), lines, beside._replace(rules=rules), tally)
        if one.cases:
            _tell(one, lines, beside, tally)
    return tally


def _tell(one: Texts, lines: Sequence[Row], beside: Beside, tally: Tally) -> None:
    """Let rules tell the cases that were found of a body."""
    from openbudget.checks.proofs.cases import BY_ROWS

    tables = _tables_of(lines[0].get(BODY), lines, beside)
    data = Data(tables, beside.facts)
    for number, cases in groupby(one.cases, lambda case: case.rule):
        rule = beside.rules[number]
        out = Recorder(rule, data)
        for case in cases:
            rows = [lines[place] if place >= 0 else None for place in case.rows]
            if case.about == BY_ROWS:
                own = Data({**tables, TABLE: [row for row in rows if row is not None]}, beside.facts)
                out = Recorder(rule, own)
                kind(rule.kind).run(rule, own, out)
            else:
                kind(rule.kind).tell(rule, out, case.about, rows)
        tally.add(out.findings, [out.run()])


def _check_body(body: object, lines: Sequence[Row], beside: Beside, tally: Tally) -> None:
    """Run the rules on the lines of a body."""
    previous = None if beside.previous is None else {TABLE: beside.previous.get(body, ())}
    tables = _tables_of(body, lines, beside)
    if beside.comparisons:
        tables["comparisons"] = [row for line in lines for row in beside.comparisons.get(line.get("id"), ())]
    tally.add(*run(tables, beside.facts, previous=previous, rules=beside.rules))


def _tables_of(body: object, lines: Sequence[Row], beside: Beside) -> dict[str, Sequence[Row]]:
    tables: dict[str, Sequence[Row]] = {TABLE: lines}
    if body in beside.organizations:
        tables["organizations"] = [beside.organizations[body]]
    return tables
