"""Findings as the pages show them: what is wrong, the sums laid out term by term, each term a link to its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from openbudget import standard
from openbudget.site.money import grouped
from openbudget.site.places import Places
from openbudget.site.words import Words

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class TermShown:
    """A term of a finding: its sign, what it is, its value in full, the text as printed, and links."""

    sign: str
    label: str
    value: str
    printed: str
    place: str | None
    row: str | None
    is_number: bool


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding ready to be shown. `is_sum`: its terms are figures that are added and compared."""

    id: str
    rule: str
    title: str
    severity: str
    message: str
    terms: tuple[TermShown, ...]
    is_sum: bool
    expected: str
    actual: str
    difference: str
    tolerance: str
    place: str | None
    row: str | None
    waived: str


def findings_shown(
    findings: Sequence[Mapping[str, Any]], places: Places, rows: Mapping[tuple[str, str], str], words: Words
) -> list[FindingShown]:
    """The findings of a report document (report.json), errors first, with their links."""
    titles = {str(rule["id"]): rule["title"] for rule in standard.checks()}
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    made = []
    for finding in sorted(findings, key=lambda one: order.get(str(one.get("severity")), 9)):
        terms = tuple(_term(term, places, rows) for term in finding.get("terms") or ())
        money = bool(terms) and all(term.is_number for term in terms) and finding.get("difference") is not None
        title = titles.get(str(finding["rule"]), {})
        made.append(
            FindingShown(
                id=str(finding.get("fingerprint", "")),
                rule=str(finding["rule"]),
                title=str(title.get(words.language, "")),
                severity=str(finding["severity"]),
                message=str(finding.get("message", {}).get(words.language, "")),
                terms=terms,
                is_sum=money,
                expected=_figure(finding.get("expected"), finding.get("field")),
                actual=_figure(finding.get("actual"), finding.get("field")),
                difference=_figure(finding.get("difference"), finding.get("field")),
                tolerance=_figure(finding.get("tolerance"), finding.get("field")),
                place=places.at(finding.get("file"), finding["place"]) if finding.get("place") else None,
                row=rows.get((str(finding.get("table")), str(finding.get("row_id")))),
                waived=str(finding.get("waived") or ""),
            )
        )
    return made


def _term(term: Mapping[str, Any], places: Places, rows: Mapping[tuple[str, str], str]) -> TermShown:
    value = term.get("value")
    figure = None if value is None else str(value)
    return TermShown(
        sign={"-": "−"}.get(str(term.get("sign", "+")), str(term.get("sign", "+"))),
        label=str(term.get("label", "")),
        value=_figure(figure, term.get("field")),
        printed=str(term.get("printed") or ""),
        place=places.at(term.get("file"), term["place"]) if term.get("place") else None,
        row=rows.get((str(term.get("table")), str(term.get("row_id")))),
        is_number=_is_number(figure),
    )


def _is_number(text: str | None) -> bool:
    if text is None:
        return True
    try:
        Decimal(text)
    except InvalidOperation:
        return False
    return True


def _figure(value: object, field: object) -> str:
    """A value of a field, as people read it: a percentage says that it is one."""
    if value is None:
        return ""
    text = str(value)
    if not _is_number(text):
        return text
    return f"{grouped(text)}%" if str(field).endswith("_percent") else grouped(text)
