"""For people, on a terminal: findings by severity, each with its sum and its cure; a summary line at the end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TextIO

from openbudget.model.amount import UNITS
from openbudget.model.finding import Finding, Report, Severity
from openbudget.report.sums import Line, Sum, sum_of
from openbudget.report.wording import (
    idle_runs,
    place_words,
    reasons,
    rule_text,
    severity_name,
    summary,
    whereabouts,
    words,
)

_TERMS = 20  # a sum of more terms shows the first of them


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write reports one after the other."""
    for report in reports:
        out.write(words("title", language, name=report.name) + "\n")
        for severity in Severity:
            _severity(report, severity, out, language)
        idle = list(idle_runs(report))
        if idle:
            out.write("\n" + words("idle", language, count=len(idle)) + "\n")
            for run in idle:
                out.write(f"  {run.rule} {rule_text(run.rule, 'title', language)}")
                why = reasons(run, language)
                out.write(words("because", language, why=why) + "\n" if why else "\n")
        out.write(f"\n{summary(report, language)}\n")


def _severity(report: Report, severity: Severity, out: TextIO, language: str) -> None:
    shown = 0
    rule = None
    for finding in report.findings:
        if finding.severity is not severity:
            continue
        if not shown:
            out.write(f"\n{severity_name(severity, language)}\n")
        if finding.rule != rule:
            _cure(rule, out, language)
            rule = finding.rule
            out.write(f"\n  {rule} {rule_text(rule, 'title', language)}\n")
        out.writelines(line + "\n" for line in finding_lines(finding, language, report.path))
        shown += finding.waived is None
    _cure(rule, out, language)
    more = report.counts.get(severity, 0) - shown
    if more > 0:
        if not shown:
            out.write(f"\n{severity_name(severity, language)}\n")
        out.write("  " + words("not_shown", language, count=more) + "\n")


def _cure(rule: str | None, out: TextIO, language: str) -> None:
    cure = rule_text(rule, "cure", language) if rule is not None else ""
    if cure:
        out.write("    " + words("cure", language, cure=cure) + "\n")


def finding_lines(finding: Finding, language: str, path: str | None = None) -> Iterator[str]:
    """One finding: message, sum, place. `path` is the package's."""
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


def sum_lines(told: Sum, language: str, path: str | None = None) -> Iterator[str]:
    """A sum as one would write it down: parts, a rule, the result, what is stated, the difference."""
    unit = words("in_unit", language, unit=words(f"unit_{told.unit}", language)) if told.unit in UNITS else ""
    rows: list[tuple[str, str, str]] = [_row(line, language, path) for line in told.parts[:_TERMS]]
    if len(told.parts) > _TERMS:
        rows.append(("", "…", words("more_terms", language, count=len(told.parts) - _TERMS)))
    body = len(rows)
    if len(told.parts) > 1:
        rows.append(("=", told.expected or "", words("result", language)))
    rows += [_row(line, language, path, stated=True) for line in told.stated]
    rows.append(("", told.difference or "", words("difference", language, tolerance=told.tolerance or "0")))
    width = max(_width(figure) for _, figure, _ in rows)
    for number, (sign, figure, label) in enumerate(rows):
        if number == body:
            yield "  " + "─" * (width + 2) + unit
        yield f"{sign:>2} {' ' * (width - _width(figure))}{figure}  {label}"


def _row(line: Line, language: str, path: str | None, stated: bool = False) -> tuple[str, str, str]:
    sign = {"+": "+", "-": "−", "<=": "≤", ">=": "≥"}.get(line.sign, line.sign)
    where = place_words(line.term.place, language, path=path, file=line.term.file)
    label = words("stated", language, label=line.term.label) if stated else line.term.label
    figure = line.figure or words("blank", language)
    return "" if stated else sign, figure, label + (words("in_brackets", language, text=where) if where else "")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _short(text: str | None, length: int = 60) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= length else line[: length - 1] + "…"
