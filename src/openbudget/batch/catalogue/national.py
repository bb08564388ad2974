"""The rules of the standard over a whole catalogue: each package by itself, by the same engine as `validate`.

What the rules need besides the rows (where a figure stands, how exactly it was printed) is in the catalogue, so the
packages need not be there. Where last year's package of the same body is in the catalogue, changes are held against it.
Rules about the table `sources`, which a catalogue does not hold, and rules about packages of a department and its units
together are those of `openbudget validate FOLDER`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from openbudget import standard
from openbudget.batch.catalogue import files
from openbudget.batch.catalogue.schema import PACKAGES, PRINTED, TWINS, figures
from openbudget.batch.catalogue.snapshot import File, Segment, load
from openbudget.batch.catalogue.soundness import DAMAGED, report_on
from openbudget.checks.rule import STRUCTURE, Rule
from openbudget.model.amount import plain
from openbudget.model.finding import Report, Severity

LISTED = 10_000  # findings that are listed; all of them are counted
FEW = 200  # packages that are quicker done here than by processes that have to start
LINES = "budget_lines"
Row = Mapping[str, Any]
Body = tuple[object, ...]  # what tells one body's packages of different years


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
    segments = load(catalogue).segments
    unsound = report_on(catalogue)
    if unsound is not None and any(one.rule == DAMAGED for one in unsound.findings):
        counts = Counter(unsound.counts)
        return Checked((unsound,), 0, 0, counts, Counter(one.rule for one in unsound.findings))
    last = _last_years(str(catalogue), segments)
    work = [(str(catalogue), one, last.get(one.id, {})) for one in segments]
    reports: list[Report] = [] if unsound is None else [unsound]
    counts = Counter[Severity]({} if unsound is None else unsound.counts)
    rules = Counter[str]([] if unsound is None else [one.rule for one in unsound.findings])
    packages = faulty = listed = 0
    for number, (segment, found) in enumerate(zip(segments, _done(work, jobs), strict=True), 1):
        tell("catalogue", done=number, total=len(segments))
        packages += segment.packages
        for report in found:
            counts.update(report.counts)
            rules.update(finding.rule for finding in report.findings)
            faulty += bool(report.counts[Severity.ERROR] or report.counts[Severity.WARNING])
            if listed < LISTED:
                reports.append(report)
                listed += len(report.findings)
    return Checked(tuple(reports), packages, faulty, counts, rules)


Task = tuple[str, Segment, Mapping[str, tuple[Segment, str]]]


def _done(work: Sequence[Task], jobs: int) -> Iterator[list[Report]]:
    from openbudget.batch.run import default_jobs

    jobs = min(jobs or default_jobs(), len(work))
    if jobs < 2 or sum(segment.packages for _, segment, _ in work) < FEW:
        yield from map(_segment, work)
        return
    from openbudget.processes import workers

    with workers(jobs, "spawn") as pool:
        yield from pool.map(_segment, work)


def _last_years(base: str, segments: Sequence[Segment]) -> dict[str, dict[str, tuple[Segment, str]]]:
    """For each segment: package → segment and name of last year's package of the same body, where there is just one."""
    known: dict[tuple[Body, int], list[tuple[Segment, str]]] = {}
    for segment in segments:
        for row in _rows_of(files.stored(base, segment.files[PACKAGES], PACKAGES, plain=True)):
            known.setdefault((_body(row), row["fiscal_year"]), []).append((segment, row["package"]))
    found: dict[str, dict[str, tuple[Segment, str]]] = {}
    for (body, year), held in known.items():
        before = known.get((body, year - 1), [])
        for segment, package in held if len(before) == 1 else ():
            found.setdefault(segment.id, {})[package] = before[0]
    return found


def _body(row: Row) -> Body:
    return row["region_code"], row["kind"], row["agency_code"], row["agency_name"]


@cache
def rules_of_catalogue() -> tuple[Rule, ...]:
    """The rules that run on a catalogue."""
    from openbudget.checks import catalogue

    return tuple(one for one in catalogue() if "sources" not in one.tables and one.kind not in (STRUCTURE, "together"))


def _segment(task: Task) -> list[Report]:
    """A report of each package of a segment that has findings."""
    from openbudget import checks

    base, segment, last = task
    tables = {name: Held.of(base, file, name) for name, file in segment.files.items()}
    before = _lines_before(base, last)
    found = []
    for package in tables[PACKAGES].spans:
        own = {name: held.rows(package) for name, held in tables.items() if package in held.spans}
        (facts,) = own.pop(PACKAGES)
        printed = {(row["table"], row["row_id"], row["field"]): row["printed"] for row in own.pop(PRINTED, ())}
        sources = [source for name, rows in own.items() for source in _sources(name, rows, printed)]
        previous = None
        if package in last:
            other, name = last[package]
            previous = {LINES: before[other.id].rows(name) if other.id in before else ()}
        findings, runs = checks.run({**own, "sources": sources}, facts, previous=previous, rules=rules_of_catalogue())
        if findings:
            ran = [one for one in runs if one.ran]
            rows = {name: len(held) for name, held in own.items()}
            found.append(checks.report_of(package, findings, ran, rows=rows, path=facts["path"]))
    return found


class Held(NamedTuple):
    """A table of a segment, and where the rows of each package begin and end. Rows are made when they are wanted: all
    of them at once would be some hundred thousand objects."""

    table: Any
    spans: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, base: str, file: File, name: str) -> Held:
        table = files.stored(base, file, name, plain=True)
        return cls(table, {package: (start, stop) for package, start, stop in files.runs_of(table)})

    def rows(self, package: str) -> list[Row]:
        """The rows of a package."""
        start, stop = self.spans.get(package, (0, 0))
        return list(_rows_of(self.table.slice(start, stop - start)))


def _lines_before(base: str, last: Mapping[str, tuple[Segment, str]]) -> dict[str, Held]:
    """The budget lines of the segments in which last year's packages are."""
    segments = {segment.id: segment for segment, _ in last.values()}
    return {one.id: Held.of(base, one.files[LINES], LINES) for one in segments.values() if LINES in one.files}


def _rows_of(table: Any) -> Iterator[Row]:
    """The rows as the engine knows them: decimals without the zeros of their column."""
    columns = []
    for column in table.columns:
        values = column.to_pylist()
        if str(column.type).startswith("decimal"):
            values = [None if value is None else plain(value) for value in values]
        columns.append(values)
    names = table.column_names
    for cells in zip(*columns, strict=True):
        yield dict(zip(names, cells, strict=True))


def _sources(table: str, rows: Sequence[Row], printed: Mapping[tuple[str, str, str], str]) -> Iterator[Row]:
    """The rows that `sources` would have of a table's figures, with the place of their row."""
    spec = standard.tables().get(table)
    if spec is None or "id" not in spec.columns:
        return
    twins = [(field, twin) for field, twin in TWINS.items() if field in spec.columns and twin in spec.columns]
    for row in rows:
        if row["source_file"] is None:
            continue
        place = {"table": table, "row_id": row["id"], "file": row["source_file"], "locator": row["source_place"]}
        place["method"] = row["source_method"]
        yield {**place, "field": "", "printed": None}
        for field, twin in twins:
            yield {**place, "field": field, "printed": row[twin]}
        for field in figures(table):
            if (table, row["id"], field) in printed:
                yield {**place, "field": field, "printed": printed[table, row["id"], field]}
