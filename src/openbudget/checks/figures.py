"""Figures as intervals: a printed figure stands for every value within half a unit of its last place.

A figure printed with d decimals in a unit u is v ± ½·10⁻ᵈ·u (the reading of XBRL Calculations 1.1). Sums add the
radii; a product takes the worst corner. Two sides agree where their intervals overlap. Where each side is one figure
the overlap must be more than a touch: the same number printed twice with the same decimals is printed alike.
"""

from decimal import Decimal
from typing import NamedTuple

from openbudget.model.amount import parse_figure

ZERO = Decimal(0)


class Number(NamedTuple):
    """A value and the radius of the interval it stands for (0: exact)."""

    value: Decimal
    radius: Decimal = ZERO

    def plus(self, other: "Number") -> "Number":
        """The sum; radii add up."""
        return Number(self.value + other.value, self.radius + other.radius)

    def minus(self, other: "Number") -> "Number":
        """The difference; radii add up."""
        return Number(self.value - other.value, self.radius + other.radius)

    def times(self, other: "Number") -> "Number":
        """The product; its radius is that of the worst corner."""
        radius = abs(self.value) * other.radius + abs(other.value) * self.radius + self.radius * other.radius
        return Number(self.value * other.value, radius)


NOTHING = Number(ZERO)


def decimal(value: object) -> Decimal | None:
    """The value as a Decimal; None where it is blank or no number."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, str):
        figure = parse_figure(value)
        return None if figure is None else figure.value
    return None


def agree(left: Number, right: Number, single: bool) -> bool:
    """Whether two sides can be the same number. `single`: each side is one printed figure."""
    difference, tolerance = abs(left.value - right.value), left.radius + right.radius
    return difference == 0 or (difference < tolerance if single else difference <= tolerance)


def exceeds(part: Number, whole: Number) -> bool:
    """Whether `part` is larger than `whole` beyond what rounding explains."""
    return part.value - whole.value > part.radius + whole.radius
