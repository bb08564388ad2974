"""Figures in words: sums and differences in the unit that the source prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from openbudget.messages import LANGUAGES, say
from openbudget.model.amount import UNITS, plain

MINUS = "−"


def common_unit(units: Iterable[object]) -> str | None:
    """The one money unit of some rows; None where they have none; `yuan` where they differ."""
    found = {unit for unit in units if isinstance(unit, str) and unit in UNITS}
    if not found:
        return None
    return found.pop() if len(found) == 1 else "yuan"


def show(value: Decimal, unit: str | None) -> str:
    """A value (in yuan where `unit` is a money unit) as a figure in that unit: `66700` in 万元 is `6.67`."""
    scaled = plain(value / UNITS[unit][1] if unit else value)
    text = format(abs(scaled), "f")
    return MINUS + text if scaled < 0 else text


def unit_names(unit: str | None) -> Mapping[str, str]:
    """The unit's name by language, with a blank before it; empty without a unit."""
    if unit is None:
        return {"zh": "", "en": ""}
    return {language: " " + say(f"checks.unit_{unit}", language) for language in LANGUAGES}


def show_sum(values: Sequence[tuple[str, Decimal, str | None]], result: str | None = None) -> str:
    """Signed values, each in its unit, as a sum: `413.31 + 94.09`, `−109.3 + 115.97`. With `result` what it comes to is
    told too, where it is not the one value itself: `413.31 + 94.09 = 507.4`."""
    text = ""
    for sign, value, unit in values:
        if sign == "-":
            value, sign = -value, "+"
        figure = show(abs(value), unit)
        negative = value < 0
        if not text:
            text = (MINUS if negative else "") + figure
        elif sign == "+":
            text += f" {MINUS if negative else '+'} {figure}"
        else:
            text += f" {sign} {MINUS if negative else ''}{figure}"
    return text if result is None or text == result else f"{text} = {result}"


def each(**by_language: str) -> Mapping[str, str]:
    """A placeholder that differs by language."""
    return by_language


def listed(names: Iterable[str]) -> Mapping[str, str]:
    """Names as a list in each language."""
    names = list(names)
    return {"zh": "、".join(names), "en": ", ".join(names)}
