"""For people, on a terminal: findings by severity, each with its sum and its cure; a summary line at the end.

Where a width is given lines are folded to it, what follows hanging under what it continues. Without one every
message, sum and place is a line of its own, as programs that look through the text need it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from openbudget.messages.seen import seen
from openbudget.model.finding import Finding, Report, Severity
from openbudget.report.repeats import Repeats
from openbudget.report.wording import (
    idle_runs,
    reasons,
    rule_text,
    severity_name,
    summary,
    title,
    whereabouts,
    words,
)

# what follows a mark, a rule or the figure of a sum hangs beside it
_BEFORE = r" *(?:· |[A-Z]{3}-\d{3} |[+−=≤≥]? *[−\d.,…]+  )?"


def write(reports: Sequence[Report], out: TextIO, language: str, width: int | None = None) -> None:
    """Write reports one after the other, folded to `width` columns (None: not folded)."""
    for report in reports:
        for line in _report(report, language):
            shown = seen(line.replace("\n", " "))
            out.write((shown if width is None else _folded(shown, width)) + "\n")


def _folded(line: str, width: int) -> str:
    from openbudget.messages.folding import text_width, wrap

    before = re.match(_BEFORE, line)
    head = before[0] if before else ""
    if text_width(line) <= width or width - text_width(head) < 20:
        return line
    hang = "\n" + " " * text_width(head)
    return head + hang.join(wrap(line[len(head) :], width - text_width(head)))


def _report(report: Report, language: str) -> Iterator[str]:
    yield title(report, language)
    met: set[Severity] = set()
    for number, severity in enumerate(Severity):
        if number == 0 or severity in met or report.counts.get(severity):
            yield from _severity(report, severity, language, met)
    yield from _idle(report, language)
    yield ""
    yield summary(report, language)


def _idle(report: Report, language: str) -> Iterator[str]:
    """The rules that did not run, by their reasons."""
    grouped: dict[str, list[str]] = {}
    for run in idle_runs(report):
        grouped.setdefault(reasons(run, language) or words("idle_nothing", language), []).append(run.rule)
    if not grouped:
        return
    yield ""
    yield words("idle", language, count=sum(map(len, grouped.values())))
    for why, rules in grouped.items():
        yield words("idle_line", language, why=why, rules=" ".join(rules))
    yield words("idle_hint", language, rule=next(iter(grouped.values()))[0])


def _severity(report: Report, severity: Severity, language: str, met: set[Severity]) -> Iterator[str]:
    """The findings of a severity. `met` takes those that there are: what rows have alike is made anew in each pass."""
    head = ("", severity_name(severity, language))
    shown = 0
    rule = None
    repeats = Repeats()
    for finding in report.findings:
        met.add(finding.severity)
        if finding.severity is not severity or repeats.is_one(finding):
            continue
        if rule is None:
            yield from head
        if finding.rule != rule:
            yield from _cure(rule, language)
            rule = finding.rule
            yield ""
            yield f"  {rule} {rule_text(rule, 'title', language)}"
        yield from finding_lines(finding, language, report.path)
        shown += finding.waived is None
    yield from _cure(rule, language)
    for line in repeats.lines(language):
        yield "  " + line
    more = report.counts.get(severity, 0) - shown - repeats.count
    if more > 0:
        if rule is None:
            yield from head
        yield "  " + words("not_shown", language, count=more)


def _cure(rule: str | None, language: str) -> Iterator[str]:
    cure = rule_text(rule, "cure", language) if rule is not None else ""
    if cure:
        yield "    " + words("cure", language, cure=cure)


def finding_lines(finding: Finding, language: str, path: str | None = None) -> Iterator[str]:
    """One finding: message, sum, place. `path` is the package's."""
    from openbudget.report.sum_lines import sum_lines
    from openbudget.report.sums import sum_of

    waived = words("waived", language, reason=finding.waived) if finding.waived else ""
    yield f"  · {finding.message[language]}{waived}"
    told = sum_of(finding)
    if told.stated and told.difference is not None:
        yield from ("    " + line for line in sum_lines(told, language, path))
    where = whereabouts(finding, language, path)
    if where:
        yield "    " + words("where", language, where=where) + _printed(finding, language)


def _printed(finding: Finding, language: str) -> str:
    if not finding.printed or finding.printed in finding.message[language]:
        return ""
    return words("printed", language, text=_short(finding.printed))


def _short(text: str | None, length: int = 60) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= length else line[: length - 1] + "…"
