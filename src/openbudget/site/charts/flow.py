"""Where the money comes from and where it goes: bands from sources through the whole to uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openbudget.site.shown import clipped, escape, width

_BAND, _THICK = 176, 12
_GAP, _LABEL = 14, 42
_HEAD = 26  # above the bands, for the whole


@dataclass(frozen=True, slots=True)
class End:
    """One end of a band: its name, its sum for drawing, the sum as told, its colour's class."""

    name: str
    amount: Decimal
    told: str
    series: str


def flow(sources: Sequence[End], uses: Sequence[End], whole: Decimal, name: str, told: str, title: str) -> str:
    """The chart; "" where there is nothing to draw, or the parts are more than the whole."""
    sources = [end for end in sources if end.amount > 0]
    uses = [end for end in uses if end.amount > 0]
    if whole <= 0 or not sources or not uses:
        return ""
    if max(sum(end.amount for end in ends) for ends in (sources, uses)) > whole * Decimal("1.001"):
        return ""
    tall = 230.0
    gaps = max(len(sources), len(uses)) - 1
    height = max(tall + gaps * _GAP, _LABEL * max(len(sources), len(uses))) + 16
    left, right = (max(_width(end) for end in ends) + 18 for ends in (sources, uses))
    middle, wide = left + _THICK + _BAND, left + right + 3 * _THICK + 2 * _BAND
    top = (height - tall) / 2
    parts = [
        f'<svg class="flow" viewBox="0 0 {wide} {height + _HEAD:.0f}" width="{wide}" height="{height + _HEAD:.0f}" '
        f'role="img" aria-label="{escape(title)}"><g transform="translate(0 {_HEAD})">'
    ]
    parts += _side(sources, whole, tall, top, height, left, left + _THICK, middle)
    parts += _side(uses, whole, tall, top, height, wide - right - _THICK, middle + _THICK, wide - right - _THICK)
    parts.append(f'<rect class="hub" x="{middle}" y="{top:.1f}" width="{_THICK}" height="{tall:.1f}"/></g>')
    parts.append(
        f'<text class="total" x="{middle + _THICK / 2}" y="16" text-anchor="middle">'
        f'<tspan class="name">{escape(name)}</tspan> <tspan class="sum">{escape(told)}</tspan></text></svg>'
    )
    return "".join(parts)


def down(sources: Sequence[End], uses: Sequence[End], whole: Decimal, name: str, told: str, title: str) -> str:
    """The same for narrow screens: a bar of sources above, bands down to a bar of uses, and beside each bar a list of what
    it is made of. "" where `flow` draws nothing."""
    if not flow(sources, uses, whole, name, told, title):
        return ""
    wide, tall, thick = 320.0, 132.0, 12.0
    above, below = (
        [(end, float(end.amount / whole) * wide) for end in ends if end.amount > 0] for ends in (sources, uses)
    )
    middle = (tall - thick) / 2
    parts = [
        f'<svg class="flow" viewBox="0 0 {wide:g} {tall:g}" width="{wide:g}" height="{tall:g}" role="img" '
        f'aria-label="{escape(title)}">'
    ]
    parts += _ribbons(above, 0, thick, middle, wide)
    parts += _ribbons(below, tall - thick, middle + thick, tall - thick, wide)
    parts.append(f'<rect class="hub" x="0" y="{middle:g}" width="{wide:g}" height="{thick:g}"/></svg>')
    heading = f'<p class="total">{escape(name)} <b>{escape(told)}</b></p>'
    return f"{heading}{_list(above)}{''.join(parts)}{_list(below)}"


def _ribbons(ends: Sequence[tuple[End, float]], bar: float, top: float, bottom: float, wide: float) -> list[str]:
    """A bar of segments at `bar`, and from each a ribbon between `top` and `bottom`, as wide as the segment."""
    gap = 3.0 if len(ends) > 1 else 0.0
    shrink = (wide - gap * (len(ends) - 1)) / wide
    inner = outer = 0.0
    made = []
    for end, size in ends:
        long = max(size * shrink, 1.0)
        x0, x1 = (outer, inner) if bar < top else (inner, outer)
        w0, w1 = (long, max(size, 1.0)) if bar < top else (max(size, 1.0), long)
        bend = (top + bottom) / 2
        made.append(
            f'<path class="band {end.series}" d="M{x0:.1f} {top:g}C{x0:.1f} {bend:g} {x1:.1f} {bend:g} {x1:.1f} {bottom:g}'
            f'H{x1 + w1:.1f}C{x1 + w1:.1f} {bend:g} {x0 + w0:.1f} {bend:g} {x0 + w0:.1f} {top:g}Z"/>'
            f'<rect class="{end.series}" x="{outer:.1f}" y="{bar:g}" width="{long:.1f}" height="{_THICK}"/>'
        )
        inner += size
        outer += long + gap
    return made


def _list(ends: Sequence[tuple[End, float]]) -> str:
    key = '<svg class="key" viewBox="0 0 10 10" width="12" height="12" aria-hidden="true"><rect class="{}" width="10" height="10" rx="2"/></svg>'
    return (
        '<ul class="ends">'
        + "".join(f"<li>{key.format(end.series)}{escape(end.name)} <b>{escape(end.told)}</b></li>" for end, _ in ends)
        + "</ul>"
    )


def _side(
    ends: Sequence[End], whole: Decimal, tall: float, top: float, height: float, node: int, x0: int, x1: int
) -> list[str]:
    """One side: its nodes at `node`, bands from `x0` to `x1`; on the left side the node is before the bands."""
    left = node < x0
    sizes = [float(end.amount / whole) * tall for end in ends]
    used = sum(sizes) + _GAP * (len(ends) - 1)
    edge = max((height - used) / 2, 8)
    labels = _spread([edge + sum(sizes[:i]) + _GAP * i + sizes[i] / 2 for i in range(len(ends))], _LABEL, height)
    inner = top
    made = []
    for end, size, label in zip(ends, sizes, labels, strict=True):
        thick = max(size, 1.5)
        y0, y1 = (edge, inner) if left else (inner, edge)
        bend = (x0 + x1) // 2
        made.append(
            f'<path class="band {end.series}" d="M{x0} {y0:.1f}C{bend} {y0:.1f} {bend} {y1:.1f} {x1} {y1:.1f}'
            f'V{y1 + thick:.1f}C{bend} {y1 + thick:.1f} {bend} {y0 + thick:.1f} {x0} {y0 + thick:.1f}Z"/>'
        )
        text, anchor = (node - 12, "end") if left else (node + _THICK + 12, "start")
        made.append(f'<rect class="{end.series}" x="{node}" y="{edge:.1f}" width="{_THICK}" height="{thick:.1f}"/>')
        made.append(
            f'<text x="{text}" y="{label - 3:.1f}" text-anchor="{anchor}"><tspan class="name">'
            f'{escape(_short(end.name))}</tspan><tspan class="sum" x="{text}" dy="18">{escape(end.told)}</tspan></text>'
        )
        edge += size + _GAP
        inner += size
    return made


def _spread(centres: list[float], least: float, height: float) -> list[float]:
    """Centres of labels moved apart to `least`, kept within the height."""
    for index in range(1, len(centres)):
        centres[index] = max(centres[index], centres[index - 1] + least)
    over = centres[-1] + least / 2 - height
    if over > 0:
        centres[-1] -= over
        for index in range(len(centres) - 2, -1, -1):
            centres[index] = min(centres[index], centres[index + 1] - least)
    return [max(centre, 16) for centre in centres]


def _width(end: End) -> int:
    """About how wide the label of an end is."""
    return max(width(_short(end.name)), width(end.told))


def _short(name: str) -> str:
    limit = 15 if any(ord(char) > 0x2E80 for char in name) else 32
    text, left = clipped(name, limit)
    return text + "…" if left else text
