"""Charts that stand in a line or a cell: bars, changes, targets, a hundred squares."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def bar(part: Decimal, whole: Decimal, series: str = "s1") -> str:
    """A bar for the share that a part is of a whole; the figures stand beside it."""
    width = 0 if whole <= 0 else min(max(float(part / whole) * 100, 0), 100)
    return (
        f'<svg class="part" viewBox="0 0 100 8" width="100" height="8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="8"/><rect class="{series}" width="{width:.2f}" height="8"/></svg>'
    )


def change(amount: Decimal, largest: Decimal) -> str:
    """A bar to the right of the middle for more, to the left for less."""
    size = 0 if largest <= 0 else float(abs(amount) / largest) * 96
    x = 100 if amount >= 0 else 100 - size
    series = "more" if amount >= 0 else "less"
    return (
        f'<svg class="change" viewBox="0 0 200 14" width="200" height="14" aria-hidden="true">'
        f'<rect class="{series}" x="{x:.1f}" y="2" width="{size:.1f}" height="10"/>'
        f'<path class="axis" d="M100 0V14"/></svg>'
    )


def target(value: Decimal, operator: str | None) -> str:
    """A target in percent: the range that meets it filled, a mark at the value. "" for what is no share."""
    if not 0 <= value <= 100:
        return ""
    at = float(value)
    low, high = (0.0, at) if operator in ("<", "<=") else (at, 100.0)
    return (
        f'<svg class="target" viewBox="0 0 100 10" width="100" height="10" aria-hidden="true">'
        f'<rect class="track" y="3" width="100" height="4"/>'
        f'<rect class="s1" x="{low:g}" y="3" width="{high - low:g}" height="4"/>'
        f'<rect class="mark" x="{min(max(at - 1, 0), 98):g}" width="2" height="10"/></svg>'
    )


def hundredths(parts: Sequence[Decimal], whole: Decimal) -> list[int]:
    """How many hundredths of the whole each part is, so that they add up to what the parts are together (largest
    remainders). Empty where the parts are more than the whole."""
    if whole <= 0 or sum(parts) > whole * Decimal("1.001"):
        return []
    exact = [amount * 100 / whole for amount in parts]
    counts = [int(share) for share in exact]
    rest = min(round(sum(exact)), 100) - sum(counts)
    for index in sorted(range(len(parts)), key=lambda i: counts[i] - exact[i])[: max(rest, 0)]:
        counts[index] += 1
    return counts


def squares(parts: Sequence[tuple[int, str]], title: str) -> str:
    """A hundred squares: so many of each colour; those of no part are plain."""
    series = [name for count, name in parts for _ in range(count)]
    series += ["s0"] * (100 - len(series))
    cells = "".join(
        f'<rect class="{name}" x="{index % 10 * 22}" y="{index // 10 * 22}" width="19" height="19" rx="3"/>'
        for index, name in enumerate(series)
    )
    return (
        f'<svg class="squares" viewBox="0 0 217 217" width="217" height="217" role="img" '
        f'aria-label="{title}">{cells}</svg>'
    )
