"""Findings as the pages show them: what is wrong, the sums laid out term by term, each term a link to its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from openbudget import standard
from openbudget.model.place import PagePlace, SheetPlace, parse_fragment
from openbudget.report.places import place_words
from openbudget.site.money import grouped
from openbudget.site.places import Places
from openbudget.site.words import Words

SEVERITIES = ("error", "warning", "note")
# what a finding is about, in the order of the page: figures that disagree, what the document lacks, all the rest
SORTS = ("figures", "gaps", "other")
_FIGURES = frozenset({"SUM", "XTB", "TXT", "YOY", "AST", "PRC", "SET"})  # groups of rules
_GAPS = frozenset({"DOC"})
_RELATIONS = frozenset({"=", "<=", ">="})
_SUM = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")  # a report may say NaN, or more digits than there is money


@dataclass(frozen=True, slots=True)
class TermShown:
    """A term of a finding: its sign, what it is, its value in full, the text as printed, where in words, and links."""

    sign: str
    label: str
    value: str
    printed: str
    where: str
    place: str | None
    row: str | None
    is_number: bool


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding ready to be shown. `anchor` is its element's id. `is_sum`: its terms are figures that are added and
    compared; of these `stated` are what the sum of the others is held against. `money`: they are sums of money. `gap` is by
    how many yuan they differ."""

    anchor: str
    rule: str
    title: str
    severity: str
    sort: str
    message: str
    terms: tuple[TermShown, ...]
    stated: tuple[TermShown, ...]
    is_sum: bool
    money: bool
    gap: Decimal
    expected: str
    actual: str
    difference: str
    tolerance: str
    place: str | None
    row: str | None
    waived: str

    @property
    def counts(self) -> bool:
        """Whether it is a fault that nobody has explained."""
        return self.severity != "note" and not self.waived


def findings_shown(
    findings: Sequence[Mapping[str, Any]], places: Places, rows: Mapping[tuple[str, str], str], words: Words
) -> list[FindingShown]:
    """The findings of a report document (report.json) with their links: errors first, then by sort and rule."""
    titles = {str(rule["id"]): rule["title"] for rule in standard.checks()}
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    made: list[FindingShown] = []
    anchors: set[str] = set()
    for finding in findings:
        rule, field = str(finding["rule"]), finding.get("field")
        terms = tuple(_term(term, places, rows, words.language) for term in finding.get("terms") or ())
        is_sum = bool(terms) and all(term.is_number for term in terms) and finding.get("difference") is not None
        anchor = f"f-{finding.get('fingerprint', '')}"
        money = is_sum and _is_money(finding.get("table"), field)
        made.append(
            FindingShown(
                anchor="" if anchor in anchors else anchor,
                rule=rule,
                title=str(titles.get(rule, {}).get(words.language, "")),
                severity=str(finding["severity"]),
                sort=sort_of(rule),
                message=str(finding.get("message", {}).get(words.language, "")),
                terms=tuple(term for term in terms if not is_sum or term.sign not in _RELATIONS),
                stated=tuple(term for term in terms if is_sum and term.sign in _RELATIONS),
                is_sum=is_sum,
                money=money,
                gap=_gap(finding.get("difference")) if money else Decimal(0),
                expected=_figure(finding.get("expected"), field),
                actual=_figure(finding.get("actual"), field),
                difference=_figure(finding.get("difference"), field),
                tolerance=_figure(finding.get("tolerance"), field),
                place=places.at(finding.get("file"), finding["place"]) if finding.get("place") else None,
                row=rows.get((str(finding.get("table")), str(finding.get("row_id")))),
                waived=str(finding.get("waived") or ""),
            )
        )
        anchors.add(anchor)
    return sorted(made, key=lambda one: (order.get(one.severity, 9), SORTS.index(one.sort), one.rule, -one.gap))


def by_rule(findings: Sequence[FindingShown]) -> list[list[FindingShown]]:
    """Findings that follow each other and are of one rule, together."""
    return [list(group) for _, group in groupby(findings, key=lambda one: (one.severity, one.rule))]


def _is_money(table: object, field: object) -> bool:
    return str(field).endswith(("amount", "price")) or (table, field) == ("assets", "value")


def sort_of(rule: str) -> str:
    """What the findings of a rule are about: one of SORTS."""
    group = rule[:3]
    return "figures" if group in _FIGURES else "gaps" if group in _GAPS else "other"


def _gap(difference: object) -> Decimal:
    return abs(Decimal(str(difference))) if _SUM.fullmatch(str(difference)) else Decimal(0)


def _term(term: Mapping[str, Any], places: Places, rows: Mapping[tuple[str, str], str], language: str) -> TermShown:
    value = term.get("value")
    figure = None if value is None else str(value)
    return TermShown(
        sign={"-": "−"}.get(str(term.get("sign", "+")), str(term.get("sign", "+"))),
        label=str(term.get("label", "")),
        value=_figure(figure, term.get("field")),
        printed=str(term.get("printed") or ""),
        where=_where(term.get("place"), language),
        place=places.at(term.get("file"), term["place"]) if term.get("place") else None,
        row=rows.get((str(term.get("table")), str(term.get("row_id")))),
        is_number=_is_number(figure),
    )


def _where(place: object, language: str) -> str:
    """The sheet and cell or the page of a place: what somebody with the original looks for. Else the link must do."""
    try:
        found = parse_fragment(str(place)) if place else None
    except ValueError:
        return ""
    return place_words(str(place), language) if isinstance(found, SheetPlace | PagePlace) else ""


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
