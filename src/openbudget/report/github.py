"""Annotations for GitHub Actions: `::error file=…,line=…,title=…::message`.

Files are named from the current folder, which is the repository where a build runs. GitHub shows ten of each level a
step; the others are counted in a last notice.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from openbudget.messages.seen import seen
from openbudget.model.finding import Finding, Report, Severity
from openbudget.model.place import TextPlace, parse_fragment
from openbudget.report.places import place_words
from openbudget.report.source_lines import folder_of, position
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
                out.write(_annotation(finding, report.path, language) + "\n")
        out.write(f"::notice title={_property(report.name)}::{_data(summary(report, language))}\n")
    more = sum(sum(report.counts.values()) for report in reports) - told.total()
    if more > 0:
        out.write(f"::notice::{_data(words('not_shown', language, count=more))}\n")


def _annotation(finding: Finding, package: str | None, language: str) -> str:
    file = finding.path or (f"source/{finding.file}" if finding.file else None)
    line = finding.line if finding.path else _line(finding, package)
    said = finding.message[language]
    if finding.place and not finding.path and line is None:
        place = place_words(finding.place, language, path=package, file=finding.file)
        said += "\n" + words("where", language, where=place)
    properties = {
        "file": from_here(file, package) if file else None,
        "line": str(line) if line else None,
        "title": f"{finding.rule} {rule_text(finding.rule, 'title', language)}",
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{_LEVELS[finding.severity]} {given}::{_data(said)}"


def _line(finding: Finding, package: str | None) -> int | None:
    """The line of a text, where it can be told; other sources have none."""
    try:
        found = parse_fragment(finding.place or "")
    except ValueError:
        return None
    if not isinstance(found, TextPlace):
        return None
    if found.length is None:
        return found.first
    at = position(package, finding.file, found.offset)
    return None if at is None else at[0]


def from_here(file: str, package: str | None) -> str:
    """A file of the package as it is named from the current folder; a package in a zip is one file."""
    if package is None:
        return file
    if package.endswith(".zip"):
        return Path(os.path.relpath(package)).as_posix()
    return Path(os.path.relpath(folder_of(package))).joinpath(file).as_posix()


def _data(text: str) -> str:
    return seen(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
