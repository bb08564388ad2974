"""Markdown for merge requests and step summaries: the summary, then findings by severity with their sums."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from openbudget.messages.seen import seen
from openbudget.model.finding import Finding, Report, Severity
from openbudget.report.repeats import Repeats
from openbudget.report.sum_lines import sum_lines
from openbudget.report.sums import sum_of
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

LIMIT = 500
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~])")


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write reports one after the other; of more than LIMIT findings of a severity the rest is counted."""
    for report in reports:
        out.write(f"# {_plain(title(report, language))}\n\n{summary(report, language)}\n")
        for severity in Severity:
            _severity(report, severity, out, language)
        idle = list(idle_runs(report))
        if idle:
            out.write(f"\n<details><summary>{words('idle', language, count=len(idle))}</summary>\n\n")
            for run in idle:
                why = words("because", language, why=reasons(run, language)) if run.reasons else ""
                out.write(f"- {run.rule} {_plain(rule_text(run.rule, 'title', language) + why)}\n")
            out.write("\n</details>\n")


def _severity(report: Report, severity: Severity, out: TextIO, language: str) -> None:
    count = report.counts.get(severity, 0)
    shown = 0
    repeats = Repeats()
    for finding in report.findings:
        if finding.severity is not severity or repeats.is_one(finding):
            continue
        if not shown:
            out.write(f"\n## {severity_name(severity, language)} ({count})\n")
        if shown == LIMIT:
            break
        out.writelines(line + "\n" for line in _finding(finding, language, report.path))
        shown += 1
    for line in repeats.lines(language):
        out.write("\n" + _plain(line) + "\n")
    if count > shown + repeats.count:
        out.write("\n" + words("not_shown", language, count=count - shown - repeats.count) + "\n")


def _finding(finding: Finding, language: str, path: str | None) -> Iterator[str]:
    waived = words("waived", language, reason=finding.waived) if finding.waived else ""
    yield f"\n### {finding.rule} {_plain(rule_text(finding.rule, 'title', language) + waived)}\n"
    yield _plain(finding.message[language])
    told = sum_of(finding)
    if told.stated and told.difference is not None:
        yield "\n```"
        yield from (seen(line.replace("`", "'")) for line in sum_lines(told, language, path))
        yield "```"
    where = whereabouts(finding, language, path)
    if where:
        yield "\n- " + _plain(words("where", language, where=where))
    cure = rule_text(finding.rule, "cure", language)
    if cure:
        yield ("" if where else "\n") + "- " + _plain(words("cure", language, cure=cure))


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return seen(_SPECIAL.sub(r"\\\1", " ".join(text.split())))
