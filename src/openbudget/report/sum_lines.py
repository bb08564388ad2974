"""A sum as lines of text, as one would write it down."""

from __future__ import annotations

from collections.abc import Iterator

from openbudget.messages.folding import text_width
from openbudget.model.amount import UNITS
from openbudget.report.places import place_words
from openbudget.report.sums import Line, Sum
from openbudget.report.wording import words

_TERMS = 20  # a sum of more terms shows the first of them


def sum_lines(told: Sum, language: str, path: str | None = None) -> Iterator[str]:
    """A sum as one would write it down: parts, a rule, the result, what is stated, the difference."""
    unit = words("in_unit", language, unit=words(f"unit_{told.unit}", language)) if told.unit in UNITS else ""
    rows: list[tuple[str, str, str]] = [_row(line, language, path) for line in told.parts[:_TERMS]]
    if len(told.parts) > _TERMS:
        rows.append(("", "…", words("more_terms", language, count=len(told.parts) - _TERMS)))
    body = len(rows)
    if len(told.parts) > 1:
        rows.append(("=", told.expected or "", words("result", language)))
    rows += [_row(line, language, path, stated=True) for line in told.stated]
    rows.append(("", told.difference or "", words("difference", language, tolerance=told.tolerance or "0")))
    width = max(text_width(figure) for _, figure, _ in rows)
    for number, (sign, figure, label) in enumerate(rows):
        if number == body:
            yield "  " + "─" * (width + 2) + unit
        yield f"{sign:>2} {' ' * (width - text_width(figure))}{figure}  {label}"


def _row(line: Line, language: str, path: str | None, stated: bool = False) -> tuple[str, str, str]:
    sign = {"+": "+", "-": "−", "<=": "≤", ">=": "≥"}.get(line.sign, line.sign)
    where = place_words(line.term.place, language, path=path, file=line.term.file)
    label = words("stated", language, label=line.term.label) if stated else line.term.label
    figure = line.figure or words("blank", language)
    return "" if stated else sign, figure, label + (words("in_brackets", language, text=where) if where else "")
