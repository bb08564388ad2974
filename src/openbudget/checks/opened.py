"""Everything that is wrong with a package that was opened: its structure, its tables, and what it says beside others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openbudget.checks.reported import ordered, report_of
from openbudget.model.finding import Finding, Findings, Report, Severity

if TYPE_CHECKING:
    from openbudget.checks.waivers import Overrides
    from openbudget.package.reader import Package
    from openbudget.tabular import TableSource
    from openbudget.tabular.check import Gatherer

_LONGEST = 200  # characters of a title


def gathering(source: TableSource) -> Gatherer | None:
    """`bodies.gathering`, which is loaded with the first table that is large."""
    from openbudget.checks import bodies

    return bodies.gathering(source)


def check_package(
    opened: Package, last: Mapping[str, Any] | None, others: Sequence[Package], overrides: Overrides | None
) -> Report:
    """The report on a package. `last` are the tables of last year's; `others` are those that were given together with
    it. Budget lines that are too many to be held are checked body by body."""
    tables = opened.tables if opened.ours else {}
    lines = None
    if opened.lines is not None:
        from openbudget.checks import bodies

        severity = overrides.severity if overrides is not None else {}
        few = opened.lines.size < bodies.FEW
        lines = bodies.check_bodies(
            opened.lines,
            tables,
            opened.facts,
            last,
            severity=severity,
            jobs=1 if few else None,
            gathered=opened.gathered,
            prove=not few,
        )
    told, rest, more = _structural(opened, overrides)
    if lines is not None:
        told = (*told, *lines.findings)
    if opened.ours:
        from openbudget.checks.engine import run

        findings, runs = run(
            tables,
            opened.facts,
            previous=last,
            overrides=overrides,
            rules=None if lines is None else bodies.rules_besides(),
            structural=told,
            others=[(other.tables, other.facts) for other in others],
        )
    else:
        findings, runs = ordered((), (), structural=told, overrides=overrides)
    runs = (*opened.runs, *runs)
    unlisted = Counter(more)
    if lines is not None:
        unlisted.update(lines.unlisted)
        runs = tuple(sorted((*runs, *lines.runs()), key=lambda one: one.rule))
    report = report_of(opened.name, findings, runs, rows=opened.rows, path=opened.path, unlisted=unlisted)
    foreign = not opened.ours and lines is None
    report = report._replace(title=_title(opened.descriptor), foreign=foreign)
    return report._replace(findings=Findings(findings, rest, len(findings) + more.total())) if more else report


def _title(descriptor: Mapping[str, Any]) -> Mapping[str, str]:
    """What the descriptor calls the package, as far as it says."""
    title = descriptor.get("title")
    by_language = {"zh": title, "en": descriptor.get("title_en") or title}
    return {code: " ".join(text.split())[:_LONGEST] for code, text in by_language.items() if isinstance(text, str)}


def _structural(
    opened: Package, overrides: Overrides | None
) -> tuple[Sequence[Finding], Callable[[], Iterator[Finding]], Counter[Severity]]:
    """The structural findings that are held; what makes all others, as overridden; and the number of these."""
    if not opened.rest_counts:
        return opened.findings, opened.rest, Counter()
    if overrides is None:
        return opened.findings, opened.rest, Counter({Severity.ERROR: sum(opened.rest_counts.values())})
    from openbudget.checks import waivers

    named = waivers.held_back(overrides, opened.rest()) if overrides.waivers else []
    counts = Counter(opened.rest_counts)
    counts.subtract(finding.rule for finding in named)
    more: Counter[Severity] = Counter()
    for rule, count in counts.items():
        severity = overrides.severity.get(rule, Severity.ERROR)
        if severity is not None:
            more[severity] += count
    return (*opened.findings, *named), lambda: waivers.overridden(overrides, opened.rest()), more


def last_year(one: Package, others: Sequence[Package]) -> Mapping[str, Any] | None:
    """The tables of last year's package of the same body, if it is among the others."""
    if not others:
        return None
    from openbudget.package.body import body_of

    body, year = body_of(one.facts), one.facts.get("fiscal_year")
    for other in others:
        same = other.facts.get("kind") == one.facts.get("kind") and body.is_of(body_of(other.facts))
        if same and isinstance(year, int) and other.facts.get("fiscal_year") == year - 1:
            return other.tables
    return None
