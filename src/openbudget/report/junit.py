"""JUnit XML for build servers: a suite for each group of rules, a case for each rule.

A rule that found nothing is one case that passed; every finding that is an error or a warning is a case that failed;
notes are output; rules that did not run are skipped, with the reason.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TextIO
from xml.sax.saxutils import escape, quoteattr

from openbudget.model.finding import Finding, Report, RuleRun, Severity
from openbudget.report.sum_lines import sum_lines
from openbudget.report.sums import sum_of
from openbudget.report.wording import group_title, reasons, rule_text, whereabouts, words

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write all reports as one document."""
    now = datetime.datetime.now(tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S")
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
    number = 0
    for report in reports:
        failed: Counter[str] = Counter()
        noted: Counter[str] = Counter()
        for finding in report.findings:
            (failed if _fails(finding) else noted)[finding.rule] += 1
        for group, runs in _groups(report, (*failed, *noted)).items():
            _suite(_Suite(report, group, runs, failed, noted), number, now, out, language)
            number += 1
    out.write("</testsuites>\n")


class _Suite(NamedTuple):
    """The rules of one group. `failed` and `noted` count the findings of each rule, of all groups."""

    report: Report
    group: str
    runs: Sequence[RuleRun]
    failed: Mapping[str, int]
    noted: Mapping[str, int]

    def findings(self, counts: Mapping[str, int]) -> Iterator[Finding]:
        """The findings that are in `counts`, as they come. (All are gone through only where there are some.)"""
        if any(rule[:3] == self.group for rule in counts):
            fails = counts is self.failed
            for finding in self.report.findings:
                if finding.rule[:3] == self.group and _fails(finding) is fails:
                    yield finding


def _groups(report: Report, told: Iterable[str]) -> dict[str, list[RuleRun]]:
    groups: dict[str, list[RuleRun]] = {}
    for run in report.runs:
        groups.setdefault(run.rule[:3], []).append(run)
    for rule in told:
        groups.setdefault(rule[:3], [])
    return groups


def _suite(suite: _Suite, number: int, now: str, out: TextIO, language: str) -> None:
    report = suite.report
    skipped = [run for run in suite.runs if not run.ran and run.rule not in suite.failed]
    quiet = [run for run in suite.runs if run.ran and run.rule not in suite.failed]
    failures = sum(count for rule, count in suite.failed.items() if rule[:3] == suite.group)
    name = f"{suite.group} {group_title(suite.group, language)}"
    out.write(
        f'<testsuite name={_attribute(name)} package={_attribute(report.name)} id="{number}" timestamp="{now}"'
        f' hostname="localhost" tests="{len(skipped) + len(quiet) + failures}" failures="{failures}"'
        f' errors="0" skipped="{len(skipped)}" time="0">\n<properties/>\n'
    )
    for run in quiet:
        out.write(_case(report, run.rule, language) + "/>\n")
    for finding in suite.findings(suite.failed):
        out.write(_case(report, finding.rule, language, f" [{finding.fingerprint}]") + ">")
        body = "\n".join(_body(finding, language, report.path))
        message = _attribute(finding.message[language])
        out.write(f'<failure type="{finding.severity}" message={message}>{_text(body)}</failure></testcase>\n')
    for run in skipped:
        why = reasons(run, language)
        out.write(_case(report, run.rule, language) + f"><skipped message={_attribute(why)}/></testcase>\n")
    out.write("<system-out>")
    for finding in suite.findings(suite.noted):
        out.write(_text(f"{finding.rule} {finding.message[language]}\n"))
    out.write("</system-out>\n<system-err/>\n</testsuite>\n")


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
