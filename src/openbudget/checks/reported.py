"""What was found, in the order in which it is told, under the severities and waivers of a project; and its Report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from openbudget.model.finding import Finding, Report, RuleRun, Severity

if TYPE_CHECKING:
    from openbudget.checks.waivers import Overrides


def ordered(
    findings: Sequence[Finding],
    runs: Sequence[RuleRun],
    *,
    structural: Sequence[Finding] = (),
    overrides: Overrides | None = None,
) -> tuple[tuple[Finding, ...], tuple[RuleRun, ...]]:
    """Findings in the order of their rules, `structural` ones before them, and how each rule went."""
    told = [*structural, *sorted(findings, key=lambda finding: finding.rule)]
    went = list(runs)
    if overrides is not None:
        from openbudget.checks.waivers import apply

        told, more = apply(overrides, told)
        went += more
    return tuple(told), tuple(sorted(went, key=lambda one: one.rule))


def report_of(
    name: str,
    findings: Iterable[Finding],
    runs: Iterable[RuleRun],
    *,
    rows: Mapping[str, int] | None = None,
    path: str | None = None,
    unlisted: Mapping[Severity, int] | None = None,
) -> Report:
    """A Report of findings from any stage; waived ones are in it but are not counted. `unlisted`: how many more were
    found than `findings` holds."""
    findings = tuple(findings)
    counts = Counter(finding.severity for finding in findings if finding.waived is None)
    counts.update(unlisted or {})
    return Report(name, findings, tuple(runs), {level: counts[level] for level in Severity}, dict(rows or {}), path)
