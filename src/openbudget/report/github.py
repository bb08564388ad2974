"""Annotations for GitHub Actions: `::error file=…,line=…,title=…::message`.

GitHub shows ten of each level a step; the others are counted in a last notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from openbudget.model.finding import Finding, Report, Severity
from openbudget.report.wording import rule_text, summary, words

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SHOWN = 10


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write annotations, and a notice with the summary of each package."""
    told: Counter[Severity] = Counter()
    for report in reports:
        for finding in report.findings:
            if finding.waived is None and told[finding.severity] < _SHOWN:
                told[finding.severity] += 1
                out.write(_annotation(finding, language) + "\n")
        out.write(f"::notice title={_property(report.name)}::{_data(summary(report, language))}\n")
    more = sum(sum(report.counts.values()) for report in reports) - told.total()
    if more > 0:
        out.write(f"::notice::{_data(words('not_shown', language, count=more))}\n")


def _annotation(finding: Finding, language: str) -> str:
    file = finding.path or (f"source/{finding.file}" if finding.file else None)
    properties = {
        "file": file,
        "line": str(finding.line) if finding.path and finding.line else None,
        "title": f"{finding.rule} {rule_text(finding.rule, 'title', language)}",
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{_LEVELS[finding.severity]} {given}::{_data(finding.message[language])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
