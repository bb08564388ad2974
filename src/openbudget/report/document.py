"""JSON after schema/report.schema.json: one report as an object, several as an array; findings written as they come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TextIO

from openbudget.model.finding import Report
from openbudget.package.report_document import finding_document, report_document


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write one report, or several as an array. (Both languages are in it.)"""
    if len(reports) == 1:
        _write(reports[0], out)
    else:
        for number, report in enumerate(reports):
            out.write("[" if number == 0 else ",\n")
            _write(report, out, end="")
        out.write("]\n" if reports else "[]\n")


def _write(report: Report, out: TextIO, end: str = "\n") -> None:
    shell = report_document(report._replace(findings=()))
    before, after = json.dumps(shell, ensure_ascii=False, indent=2).split('"findings": []', 1)
    out.write(before + '"findings": [')
    separator = "\n    "
    for finding in report.findings:
        out.write(separator + json.dumps(finding_document(finding), ensure_ascii=False))
        separator = ",\n    "
    out.write(("\n  ]" if separator.startswith(",") else "]") + after + end)
