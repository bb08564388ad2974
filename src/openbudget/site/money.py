"""Figures as people read them: thousands separated, units said, the printed figure beside the exact one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openbudget.model.amount import UNITS, plain

WAN = Decimal(10_000)
YI = Decimal(100_000_000)
_MOST = Decimal(10) ** 20  # beyond that nothing is rounded: it is no sum of money
_SCALES = {
    "zh": ((YI, "亿元"), (WAN, "万元")),
    "en": ((Decimal(10**9), "billion"), (Decimal(10**6), "million")),
}


def grouped(figure: str) -> str:
    """Plain digits with thousands separated: `7651400.50` → `7,651,400.50`; what is no number stays."""
    sign, digits = ("−", figure[1:]) if figure.startswith("-") else ("", figure)
    whole, point, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{rest}" if whole.isdecimal() and len(whole) < 100 else figure


def number(value: object) -> str:
    """A number of a table, thousands separated, never in exponents."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, Decimal):
        return grouped(f"{value:f}")
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else str(value)


def yuan(value: Decimal) -> str:
    """`7,651,400`."""
    return grouped(f"{plain(value):f}")


def printed(row: Mapping[str, Any], figure: str = "amount_reported") -> str:
    """The figure with its unit as printed: `765.14 万元`; "" where the row has none."""
    reported, unit = row.get(figure), row.get("unit_reported")
    if not reported:
        return ""
    return f"{grouped(str(reported))} {UNITS[unit][0]}" if unit in UNITS else grouped(str(reported))


@dataclass(frozen=True, slots=True)
class Sum:
    """Money ready to be shown: `big` for a headline, `exact` the whole in yuan, `printed` as in the source."""

    big: str
    exact: str
    printed: str


def told(amount: Decimal, as_printed: str, unit: str | None, language: str) -> Sum:
    """How a sum of money is told. Chinese keeps the printed unit; a sum printed in yuan is rounded for the headline,
    and says so (约, about). English tells yuan."""
    exact = f"{yuan(amount)} 元" if language == "zh" else f"¥{yuan(amount)}"
    if language == "zh":
        big = as_printed if as_printed and unit not in (None, "yuan") else rounded(amount, "zh")
    else:
        big = exact if abs(amount) < YI else rounded(amount, "en")
    return Sum(big, exact, as_printed)


def rounded(amount: Decimal, language: str) -> str:
    """A sum in at most two decimals of 万元, 亿元, million or billion; `约` or `about` where that is not exact."""
    for size, word in _SCALES[language]:
        if size <= abs(amount) < _MOST:
            figure = (amount / size).quantize(Decimal("0.01"), ROUND_HALF_UP)
            exact = figure * size == amount
            text = grouped(f"{plain(figure) if exact else figure:f}")
            if language == "zh":
                return f"{'' if exact else '约 '}{text} {word}"
            return f"{'' if exact else 'about '}¥{text} {word}"
    return f"{yuan(amount)} 元" if language == "zh" else f"¥{yuan(amount)}"


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """The percentage that `part` is of `whole`, to one decimal; None where there is no whole, or next to none."""
    if not whole or abs(part) > abs(whole) * _MOST:
        return None
    return (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
