"""SARIF 2.1.0 (OASIS) for code hosts: a run a package, a result a finding.

The place in the package's file is the physical location where its line is known, else the place in the source; files
are named from the current folder, which is the repository where a build runs. Table, row and field are the logical
location; terms are related locations. Rules that did not run are notifications,
waived findings are suppressed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, TextIO
from urllib.parse import quote

from openbudget import __version__, standard
from openbudget.messages import LANGUAGES
from openbudget.model.finding import Finding, Report, Term
from openbudget.model.place import PagePlace, TextPlace, parse_fragment
from openbudget.report.github import from_here
from openbudget.report.source_lines import position
from openbudget.report.wording import idle_runs, reasons, rule_text, words

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(reports: Sequence[Report], out: TextIO, language: str) -> None:
    """Write all reports as one SARIF log, results as they come."""
    out.write(f'{{"$schema": {json.dumps(_SCHEMA)}, "version": "2.1.0", "runs": [')
    for number, report in enumerate(reports):
        out.write(",\n" if number else "\n")
        _run(report, out, language)
    out.write("]}\n")


def _run(report: Report, out: TextIO, language: str) -> None:
    driver = _driver(language)
    shell = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"openbudget/{report.name}"},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report, language)}],
        "language": "zh-CN" if language == "zh" else "en-US",
        "columnKind": "unicodeCodePoints",
    }
    out.write(json.dumps(shell, ensure_ascii=False)[:-1] + ', "results": [')
    index = {rule["id"]: number for number, rule in enumerate(driver["rules"])}
    separator = "\n"
    for finding in report.findings:
        out.write(separator + json.dumps(_result(finding, index, report.path, language), ensure_ascii=False))
        separator = ",\n"
    out.write("]}")


def _driver(language: str) -> dict[str, Any]:
    return {
        "name": "openbudget",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [
            {
                "id": rule["id"],
                "shortDescription": {"text": rule["title"][language]},
                "fullDescription": {"text": rule["says"][language]},
                "help": {"text": rule["cure"][language]},
                "defaultConfiguration": {"level": rule["severity"]},
                "properties": {"version": str(rule["version"]), "tags": ["budget", rule["id"][:3]]},
            }
            for rule in standard.checks()
        ],
    }


def _notifications(report: Report, language: str) -> list[dict[str, Any]]:
    return [
        {
            "descriptor": {"id": run.rule},
            "level": "note",
            "message": {
                "text": words(
                    "did_not_run",
                    language,
                    rule=run.rule,
                    title=rule_text(run.rule, "title", language),
                    why=reasons(run, language) or "—",
                )
            },
        }
        for run in idle_runs(report)
    ]


def _result(finding: Finding, index: dict[str, int], package: str | None, language: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "kind": "fail",
        "level": str(finding.severity),
        "message": {"text": finding.message[language]},
        "partialFingerprints": {"openbudget/v1": finding.fingerprint},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    location: dict[str, Any] = {}
    physical = _physical(package, finding)
    if physical:
        location["physicalLocation"] = physical
    logical = _logical(finding.table, finding.row_id, finding.field)
    if logical:
        location["logicalLocations"] = [logical]
    if location:
        result["locations"] = [location]
    related = list(_related(finding.terms, package))
    if related:
        result["relatedLocations"] = related
    if finding.waived is not None:
        result["suppressions"] = [{"kind": "external", "justification": finding.waived}]
    other = next(name for name in LANGUAGES if name != language)
    properties = {
        "expected": finding.expected,
        "actual": finding.actual,
        "difference": finding.difference,
        "tolerance": finding.tolerance,
        f"message_{other}": finding.message[other],
    }
    result["properties"] = {name: value for name, value in properties.items() if value is not None}
    return result


def _physical(package: str | None, where: Finding | Term) -> dict[str, Any]:
    if isinstance(where, Finding) and where.path is not None:
        found: dict[str, Any] = {"artifactLocation": _artifact(where.path, package)}
        if where.line is not None:
            found["region"] = {"startLine": where.line}
        return found
    if where.file is None:
        return {}
    found = {"artifactLocation": _artifact(f"source/{where.file}", package)}
    region = _region(package, where)
    if region:
        found["region"] = region
    return found


def _artifact(path: str, package: str | None) -> dict[str, str]:
    return {"uri": quote(from_here(path, package))}


def _region(package: str | None, where: Finding | Term) -> dict[str, Any]:
    """The region of a text; of other sources only what stands there and where (they have no lines)."""
    try:
        found = parse_fragment(where.place or "")
    except ValueError:
        return {}
    snippet = {"snippet": {"text": where.printed}} if where.printed else {}
    if isinstance(found, TextPlace):
        if found.length is None:
            return {"startLine": found.first, "endLine": found.last, **snippet}
        first = position(package, where.file, found.offset)
        last = position(package, where.file, found.offset + max(found.length, 1) - 1)
        lines: dict[str, int] = {}
        if first is not None and last is not None:
            lines = {"startLine": first[0], "startColumn": first[1], "endLine": last[0], "endColumn": last[1] + 1}
        return {**lines, "charOffset": found.offset, "charLength": found.length, **snippet}
    page = {"page": found.page} if isinstance(found, PagePlace) else {}
    return {"startLine": 1, **snippet, "properties": {"fragment": where.place, **page}}


def _logical(table: str | None, row_id: str | None, field: str | None) -> dict[str, Any]:
    parts = [part for part in (table, row_id, field) if part]
    if not parts:
        return {}
    return {"fullyQualifiedName": "/".join(parts), "kind": "member" if field else "object"}


def _related(terms: Iterable[Term], package: str | None) -> Iterable[dict[str, Any]]:
    for number, term in enumerate(terms):
        location: dict[str, Any] = {"id": number, "message": {"text": f"{term.sign} {term.label}: {term.value}"}}
        physical = _physical(package, term)
        if physical:
            location["physicalLocation"] = physical
        logical = _logical(term.table, term.row_id, term.field)
        if logical:
            location["logicalLocations"] = [logical]
        yield location
