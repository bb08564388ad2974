"""JUnit XML for build servers: a suite for each group of rules, a case for each rule.

A rule that found nothing is one case that passed; every finding that is an error or a warning is a case that failed;
notes are output; rules that did not run are skipped, with the reason.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from openbudget.model.finding import Finding, Report, RuleRun, Severity
from openbudget.report.sums import sum_of
from openbudget.report.text import sum_lines
from openbudget.report.wording import group_title, reasons, rule_text, whereabouts, words

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write all reports as one document."""
    now = datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S")
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
    number = 0
    for report in reports:
        for group, runs in _groups(report).items():
            findings = [finding for finding in report.findings if finding.rule[:3] == group]
            _suite(report, group, runs, findings, number, now, out, language)
            number += 1
    out.write("</testsuites>\n")


def _groups(report: Report) -> dict[str, list[RuleRun]]:
    groups: dict[str, list[RuleRun]] = {}
    for run in report.runs:
        groups.setdefault(run.rule[:3], []).append(run)
    for finding in report.findings:
        groups.setdefault(finding.rule[:3], [])
    return groups


def _suite(
    report: Report,
    group: str,
    runs: list[RuleRun],
    findings: list[Finding],
    number: int,
    now: str,
    out: TextIO,
    language: str,
) -> None:
    told = {finding.rule for finding in findings if _fails(finding)}
    skipped = [run for run in runs if not run.ran and run.rule not in told]
    quiet = [run for run in runs if run.ran and run.rule not in told]
    failures = [finding for finding in findings if _fails(finding)]
    name = f"{group} {group_title(group, language)}"
    out.write(
        f'<testsuite name={_attribute(name)} package={_attribute(report.name)} id="{number}" timestamp="{now}"'
        f' hostname="localhost" tests="{len(skipped) + len(quiet) + len(failures)}" failures="{len(failures)}"'
        f' errors="0" skipped="{len(skipped)}" time="0">\n<properties/>\n'
    )
    for run in quiet:
        out.write(_case(report, run.rule, language) + "/>\n")
    for finding in failures:
        out.write(_case(report, finding.rule, language, f" [{finding.fingerprint}]") + ">")
        body = "\n".join(_body(finding, language, report.path))
        message = _attribute(finding.message[language])
        out.write(f'<failure type="{finding.severity}" message={message}>{_text(body)}</failure></testcase>\n')
    for run in skipped:
        why = reasons(run, language)
        out.write(_case(report, run.rule, language) + f"><skipped message={_attribute(why)}/></testcase>\n")
    notes = [f"{finding.rule} {finding.message[language]}" for finding in findings if not _fails(finding)]
    out.write(f"<system-out>{_text(chr(10).join(notes))}</system-out>\n<system-err/>\n</testsuite>\n")


def _fails(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTE and finding.waived is None


def _case(report: Report, rule: str, language: str, suffix: str = "") -> str:
    name = f"{rule} {rule_text(rule, 'title', language)}{suffix}"
    return f'<testcase classname={_attribute(f"{report.name}.{rule[:3]}")} name={_attribute(name)} time="0"'


def _body(finding: Finding, language: str, path: str | None) -> Iterator[str]:
    yield finding.message[language]
    told = sum_of(finding)
    if told.stated and told.difference is not None:
        yield from sum_lines(told, language, path)
    where = whereabouts(finding, language, path)
    if where:
        yield words("where", language, where=where)
    cure = rule_text(finding.rule, "cure", language)
    if cure:
        yield words("cure", language, cure=cure)


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))
