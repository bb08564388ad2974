"""A report as the JSON document that schema/report.schema.json describes: `report.json` of a package."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openbudget import __version__, standard
from openbudget.model.finding import Finding, Report, RuleRun, Severity, Term


def report_document(report: Report) -> dict[str, Any]:
    """The report as plain values, keys in the order of the schema; what is blank is left out."""
    return {
        "standard_version": standard.version(),
        "generator": {"name": "openbudget", "version": __version__},
        "name": report.name,
        **({"path": report.path} if report.path is not None else {}),
        "valid": report.valid,
        "counts": {str(severity): report.counts.get(severity, 0) for severity in Severity},
        "rows": dict(report.rows),
        "findings": [finding_document(finding) for finding in report.findings],
        "runs": [_run(run) for run in report.runs],
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding, blank parts left out."""
    made: dict[str, Any] = {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "outcome": str(finding.outcome),
        "fingerprint": finding.fingerprint,
        "message": dict(finding.message),
    }
    for name in ("table", "row_id", "field", "expected", "actual", "difference", "tolerance"):
        made[name] = getattr(finding, name)
    made["terms"] = [_term(term) for term in finding.terms] or None
    for name in ("file", "place", "printed", "path", "line", "waived"):
        made[name] = getattr(finding, name)
    return {name: value for name, value in made.items() if value is not None}


def _term(term: Term) -> dict[str, Any]:
    value = f"{term.value:f}" if isinstance(term.value, Decimal) else term.value
    made: dict[str, Any] = {"label": term.label, "value": value, "sign": term.sign}
    for name in ("table", "row_id", "field", "file", "place", "printed"):
        if getattr(term, name) is not None:
            made[name] = getattr(term, name)
    return made


def _run(run: RuleRun) -> dict[str, Any]:
    made: dict[str, Any] = {
        "rule": run.rule,
        "outcomes": {str(outcome): count for outcome, count in run.outcomes.items() if count},
    }
    if run.rounded:
        made["rounded"] = run.rounded
    if run.reasons:
        made["reasons"] = dict(run.reasons)
    return made
