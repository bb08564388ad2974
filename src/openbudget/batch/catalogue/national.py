"""The rules of the standard over a whole catalogue: each package by the same engine as `validate`, held against the
others of its place and year (a department and its units, agency codes) and against last year's package of its body.

What the rules need besides the rows (where a figure stands, how exactly it was printed) is in the catalogue, so the
packages need not be there. Two rules about entries of `sources` that speak of no row are those of `validate` alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from openbudget.batch.catalogue.members import Province, Shelf
from openbudget.batch.catalogue.snapshot import Segment, Snapshot, load
from openbudget.batch.catalogue.soundness import DAMAGED, report_on
from openbudget.checks.rule import STRUCTURE, Rule
from openbudget.model.finding import Report, Severity

LISTED = 10_000  # findings that are listed; all of them are counted
FEW = 200  # packages that are quicker done here than by processes that have to start
_OF_ENTRIES = frozenset({"targets", "files"})  # tests of entries of `sources`, whatever rows there are


@dataclass(frozen=True)
class Checked:
    """What was found: a report of each package with findings (of the first `LISTED`), and how many there are: packages,
    packages with errors or warnings, findings by severity and by rule."""

    reports: tuple[Report, ...]
    packages: int
    faulty: int
    counts: Mapping[Severity, int]
    rules: Mapping[str, int]


def validate(catalogue: Path, jobs: int = 0, tell: Any = lambda stage, **args: None) -> Checked:
    """Whether a catalogue is sound (see `soundness`), and what the rules find in every package. UsageError where there
    is no catalogue. Where its files are damaged, that is all that is told."""
    now = load(catalogue)
    segments = now.every
    unsound = report_on(catalogue)
    if unsound is not None and any(one.rule == DAMAGED for one in unsound.findings):
        counts = Counter(unsound.counts)
        return Checked((unsound,), 0, 0, counts, Counter(one.rule for one in unsound.findings))
    work = [(str(catalogue), one, _beside(now, one)) for one in segments]
    reports: list[Report] = [] if unsound is None else [unsound]
    counts = Counter[Severity]({} if unsound is None else unsound.counts)
    rules = Counter[str]([] if unsound is None else [one.rule for one in unsound.findings])
    packages = faulty = listed = 0
    for number, (segment, found) in enumerate(zip(segments, _done(work, jobs), strict=True), 1):
        tell("catalogue", done=number, total=len(segments))
        packages += segment.packages - len(segment.void)
        for report in found:
            counts.update(report.counts)
            rules.update(finding.rule for finding in report.findings)
            faulty += bool(report.counts[Severity.ERROR] or report.counts[Severity.WARNING])
            if listed < LISTED:
                reports.append(report)
                listed += len(report.findings)
    return Checked(tuple(reports), packages, faulty, counts, rules)


Task = tuple[str, Segment, Sequence[Segment]]


def _done(work: Sequence[Task], jobs: int) -> Iterator[list[Report]]:
    from openbudget.batch.run import default_jobs

    jobs = min(jobs or default_jobs(), len(work))
    if jobs < 2 or sum(segment.packages for _, segment, _ in work) < FEW:
        yield from map(_segment, work)
        return
    from openbudget.processes import workers

    with workers(jobs, "spawn") as pool:
        yield from pool.map(_segment, work)


def _beside(now: Snapshot, segment: Segment) -> list[Segment]:
    """The segments in which there are packages of the same places, and of the same bodies last year."""
    years = (segment.year, segment.year - 1) if segment in now.segments else ()
    here = [one for one in now.segments if one.region == segment.region and (not years or one.year in years)]
    return here + [one for one in now.changes if one.region == segment.region]


@cache
def rules_of_catalogue() -> tuple[Rule, ...]:
    """The rules that run on a catalogue."""
    from openbudget.checks import catalogue

    return tuple(
        one
        for one in catalogue()
        if one.kind != STRUCTURE and not (one.kind == "provenance" and one.params["test"] in _OF_ENTRIES)
    )


def _segment(task: Task) -> list[Report]:
    """A report of each package of a segment that has findings."""
    from openbudget import checks

    base, segment, beside = task
    province = Province(base, beside)
    found = []
    for package, facts in Shelf(base, segment).packages.items():
        tables = province.tables(segment, package)
        findings, runs = checks.run(
            tables,
            facts,
            previous=province.last_year(facts),
            rules=rules_of_catalogue(),
            others=[(other.tables, other.facts) for other in province.beside(facts)],
        )
        if findings:
            ran = [one for one in runs if one.ran]
            rows = {name: len(held) for name, held in tables.items() if name != "sources"}
            found.append(checks.report_of(package, findings, ran, rows=rows, path=facts["path"]))
    return found
