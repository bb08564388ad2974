"""CSV for spreadsheets: a finding a row, with the columns that the validators of the DATA Act give (what was
provided, what was expected, the difference, the row, the rule) and the place in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from openbudget.model.finding import Finding, Report
from openbudget.package.serialise import write_csv
from openbudget.report.places import place_words
from openbudget.report.wording import rule_text

COLUMNS = (
    "unique_id", "package", "rule", "rule_title", "severity", "table", "row_id", "field", "value_provided",
    "expected_value", "difference", "tolerance", "message_zh", "message_en", "source_file", "source_place",
    "source_place_text", "printed", "file", "line", "waived",
)  # fmt: skip
_FORMULA = re.compile(r"[=+@\t\r＝＋＠]|[-－](?![\d.,]*$)")  # a minus that makes no number


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write the findings of all reports under one header."""
    write_csv(out, [COLUMNS])
    for report in reports:
        write_csv(out, (map(harmless, _cells(report, finding, language)) for finding in report.findings))


def _cells(report: Report, finding: Finding, language: str) -> Iterator[object]:
    yield from (finding.fingerprint, report.name, finding.rule, rule_text(finding.rule, "title", language))
    yield from (finding.severity, finding.table, finding.row_id, finding.field)
    yield from (finding.actual, finding.expected, finding.difference, finding.tolerance)
    yield from (finding.message["zh"], finding.message["en"])
    where = place_words(finding.place, language, path=report.path, file=finding.file)
    yield from (finding.file, finding.place, where, finding.printed)
    yield from (finding.path, finding.line, finding.waived)


def harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else "" if cell is None else cell
