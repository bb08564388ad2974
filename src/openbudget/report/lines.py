"""JSON lines: one finding a line, as in the JSON report, with the package's name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TextIO

from openbudget.model.finding import Report
from openbudget.package.report_document import finding_document


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write the findings of all reports. (Both languages are in them.)"""
    for report in reports:
        for finding in report.findings:
            document = {"package": report.name, **finding_document(finding)}
            out.write(json.dumps(document, ensure_ascii=False) + "\n")
