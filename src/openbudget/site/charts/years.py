"""A figure of a department across years: columns for budget and final accounts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openbudget.site.shown import escape, width

_COLUMN, _GAP, _HEIGHT = 44, 26, 170


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its year, its sum, the sum as told, the class of its colour."""

    year: int
    amount: Decimal
    told: str
    series: str


def years(columns: Sequence[Column], title: str) -> str:
    """The chart; "" where there is nothing to draw."""
    largest = max((column.amount for column in columns), default=Decimal(0))
    if largest <= 0:
        return ""
    # a label stands over its column and never reaches the next
    column = max(_COLUMN, *(width(one.told) for one in columns))
    made, x, labels = [], 34.0, []
    for year in sorted({column.year for column in columns}):
        here = [column for column in columns if column.year == year]
        start = x
        for one in here:
            height = float(one.amount / largest) * _HEIGHT
            made.append(
                f'<rect class="{one.series}" x="{x + (column - _COLUMN) / 2:.0f}" y="{34 + _HEIGHT - height:.1f}" '
                f'width="{_COLUMN}" height="{max(height, 1):.1f}" rx="2"/><text class="sum" x="{x + column / 2:.0f}" '
                f'y="{26 + _HEIGHT - height:.1f}" text-anchor="middle">{escape(one.told)}</text>'
            )
            x += column + 8
        labels.append(f'<text x="{(start + x - 8) / 2:.0f}" y="{58 + _HEIGHT}" text-anchor="middle">{year}</text>')
        x += _GAP + 18
    whole = max(x, 240)
    axis = f'<path class="axis" d="M8 {34 + _HEIGHT}H{whole - 8:.0f}"/>'
    return (
        f'<svg class="years" viewBox="0 0 {whole:.0f} {72 + _HEIGHT}" width="{whole:.0f}" height="{72 + _HEIGHT}" '
        f'role="img" aria-label="{escape(title)}">{"".join(made)}{axis}{"".join(labels)}</svg>'
    )
