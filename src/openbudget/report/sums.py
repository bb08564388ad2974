"""The terms of a finding as a small sum, in the unit that the source prints."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from openbudget import standard
from openbudget.checks.data import is_money
from openbudget.model.amount import UNITS, parse_figure, plain
from openbudget.model.finding import Finding, Term

_FIGURE = re.compile(r"\d[\d,，]*(?:[.．]\d+)?")
SIGNS = frozenset({"+", "-"})
RELATIONS = frozenset({"=", "<=", ">="})


class Line(NamedTuple):
    """One operand as shown: sign, figure, what it is, and the term it comes from."""

    sign: str
    figure: str
    term: Term


class Sum(NamedTuple):
    """`parts` add up to `expected`; `stated` is what they are held against. Amounts are in `unit` (None: none).

    `relation` is `=`, `<=` or `>=`; where the finding is no sum, `parts` are just what it speaks of."""

    parts: tuple[Line, ...]
    stated: tuple[Line, ...]
    relation: str | None
    unit: str | None
    expected: str | None
    actual: str | None
    difference: str | None
    tolerance: str | None


def sum_of(finding: Finding) -> Sum:
    """The sum that a finding tells."""
    unit = _unit(finding.terms)
    stated = tuple(_line(term, unit) for term in finding.terms if term.sign in RELATIONS)
    parts = tuple(_line(term, unit) for term in finding.terms if term.sign not in RELATIONS)
    percent = _is_percent(finding.field)  # amounts can lead to a percentage, which is in no unit of money
    shown = unit if finding.difference is not None and not percent else None
    told = (finding.expected, finding.actual, finding.difference, finding.tolerance)
    units = (shown, shown) + ((None, None) if percent else (unit, unit))
    figures = [_shown(text, one) for text, one in zip(told, units, strict=True)]
    if percent:
        figures = [None if text is None else f"{text}%" for text in figures]
    elif unit is not None and all(line.sign in SIGNS for line in parts):
        places = max(map(_places, [*(line.figure for line in (*parts, *stated)), *figures[:3]]))
        parts, stated = (
            tuple(one._replace(figure=_with(one.figure, places)) for one in each) for each in (parts, stated)
        )
        figures[:3] = [text if text is None else _with(text, places) for text in figures[:3]]
    if len(parts) == 1 and parts[0].sign == "+":
        parts = (parts[0]._replace(sign=""),)
    return Sum(parts, stated, stated[0].sign if stated else None, unit, *figures)


def _places(text: str | None) -> int:
    return len((text or "").partition(".")[2])


def _with(text: str, places: int) -> str:
    """A figure with so many decimals: in a sum they stand below each other."""
    if not text or not places:
        return text
    return text + ("" if "." in text else ".") + "0" * (places - _places(text))


def _line(term: Term, unit: str | None) -> Line:
    if term.value is None:
        return Line(term.sign, "", term)
    if isinstance(term.value, Decimal):
        shown = figure(term.value, unit if _is_money(term) else None)
        return Line(term.sign, f"{shown}%" if _is_percent(term.field) else shown, term)
    return Line(term.sign, str(term.value), term)


def _is_money(term: Term) -> bool:
    return term.table in standard.tables() and term.field is not None and is_money(term.table, term.field)


def _is_percent(field: str | None) -> bool:
    return field is not None and field.endswith("_percent")


def figure(value: Decimal, unit: str | None) -> str:
    """A figure in the unit, with a true minus sign and thousands separators."""
    scaled = plain(value / UNITS[unit][1] if unit else value)
    return f"{scaled:,f}".replace("-", "−")


def _shown(text: str | None, unit: str | None) -> str | None:
    if text is None:
        return None
    try:
        return figure(Decimal(text), unit)
    except InvalidOperation:
        return text


def _unit(terms: Iterable[Term]) -> str | None:
    """The money unit in which the terms are printed; yuan where they differ, or where none is printed as it stands;
    None where they are no money. (A figure that was changed after it was printed says nothing of its unit.)"""
    money = [term for term in terms if isinstance(term.value, Decimal) and _is_money(term)]
    ratios = {
        abs(term.value / printed) for term in money if isinstance(term.value, Decimal) and (printed := _printed(term))
    }
    found = {code for code, (_, scale) in UNITS.items() if scale in ratios}
    if not money:
        return None
    return found.pop() if len(found) == 1 else "yuan"


def _printed(term: Term) -> Decimal | None:
    """The one figure in the printed text of a term."""
    found = _FIGURE.findall(term.printed or "")
    parsed = parse_figure(found[0]) if len(found) == 1 else None
    return None if parsed is None else parsed.value
