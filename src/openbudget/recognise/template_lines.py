"""What is part of what among the budget lines of a form: worked out from classes, funds and items alone.

A line is a point on several axes (item, function, economic class, fund, type, project), on each as deep as it says. One
line holds another where it is the same or less deep on every axis. Lines that nothing is part of are added up; where two
of them could hold the same money (the same total by type, and again by function), the first way counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from openbudget.recognise.narrative import TYPES
from openbudget.standard import codelist

Chain = tuple[str, ...]
Point = tuple[Chain, ...]
_BESIDE = (".carryover", ".surplus_use", ".current")  # what is no part of the revenue or expenditure of the year
_LABEL, _ROW_AXES = (
    3,
    4,
)  # item, function, economic class, label: what rows differ in; the axes behind are those of columns


class Place(NamedTuple):
    """Where a line stands: the number of the line that it is part of, whether others add up to it or it says again what
    others say, and whether it is only one of the parts (其中) of that line."""

    parent: int | None
    is_total: bool
    of_which: bool = False


def places(lines: Sequence[Mapping[str, str | None]], amounts: Sequence[Decimal | None]) -> list[Place]:
    """The place of each line among those of one body, statement, flow and stage."""
    which = _of_which(lines, amounts)
    others = [at for at in range(len(lines)) if at not in which]
    found = {at: Place(which[at], True, True) for at in which}
    for at, place in zip(others, _ordinary([lines[at] for at in others]), strict=True):
        found[at] = place._replace(parent=None if place.parent is None else others[place.parent])
    return [found[at] for at in range(len(lines))]


def _of_which(lines: Sequence[Mapping[str, str | None]], amounts: Sequence[Decimal | None]) -> dict[int, int]:
    """Lines marked `其中：`, each with the line above that it is a part of; not those that add up to that line with, or
    without, the lines of its parts that bear no mark."""
    found: dict[int, int] = {}
    above: int | None = None
    for at, line in enumerate(lines):
        if not (line.get("item") or "").lstrip().startswith("其中"):
            above = at
        elif above is not None:
            found[at] = above
    for whole in set(found.values()):
        run = [at for at in found if found[at] == whole]
        point = _point(lines[whole])
        following = [at for at in range(run[-1] + 1, len(lines)) if point in _above(_point(lines[at]))]
        known = [amounts[at] for at in (*run, *following)]
        if amounts[whole] is None or any(
            None not in known[:end] and sum(known[:end]) == amounts[whole]  # type: ignore[arg-type]
            for end in range(len(run), len(known) + 1)
        ):
            for at in run:
                del found[at]
    return found


def _ordinary(lines: Sequence[Mapping[str, str | None]]) -> list[Place]:
    points = [_point(line) for line in lines]
    first: dict[Point, int] = {}
    for at, point in enumerate(points):
        first.setdefault(point, at)
    parents = [_parent(point, first) for point in points]
    whole = {above for point in points for above in _above(point) if above in first}
    kept = _Kept()
    found = []
    for at, point in enumerate(points):
        again = first[point] != at
        is_total = point in whole or again or not kept.take(point)
        found.append(Place(parents[at], is_total))
    return found


def _point(line: Mapping[str, str | None]) -> Point:
    item = line.get("item_code") or ""
    kind = line.get("expenditure_type") or TYPES.get(item)
    classified = bool(line.get("function_code") or line.get("economic_code") or line.get("project"))
    label = () if (item and not item.endswith((".function", ".economic"))) or classified else (line.get("item") or "",)
    return (
        _item(item, line.get("flow") or "", classified),
        _digits(line.get("function_code"), (3, 5, 7)),
        _digits(line.get("economic_code"), (3, 5)),
        label,
        _listed("fund_source", line.get("fund_source")),
        _listed("expenditure_type", kind),
        (line["project"],) if line.get("project") else (),  # type: ignore[return-value]
    )


def _item(item: str, flow: str, classified: bool) -> Chain:
    """The items that this one is part of, from the whole; the kinds of expenditure and classes have axes of their own."""
    entries = codelist("items")
    if item in TYPES or item.endswith((".function", ".economic")) or (not item and flow in entries):
        return (flow, f"{flow}.current") if flow in ("revenue", "expenditure") else (flow,)
    chain: list[str] = []
    above = item
    while above:
        chain.insert(0, above)
        above = entries[above].parent if above in entries else ""
    if chain and chain[0] in ("revenue", "expenditure") and len(chain) > 1 and not chain[1].endswith(_BESIDE):
        chain.insert(1, f"{chain[0]}.current")
    if classified and len(chain) == 1 and flow in ("revenue", "expenditure"):
        chain.append(f"{chain[0]}.current")
    return tuple(chain)


def _digits(code: str | None, lengths: Sequence[int]) -> Chain:
    """`2010301` → 201, 20103, 2010301."""
    if not code:
        return ()
    return (*(code[:length] for length in lengths if length < len(code)), code)


def _listed(name: str, code: str | None) -> Chain:
    chain: list[str] = []
    entries = codelist(name)
    while code and code != "total":
        chain.insert(0, code)
        code = entries[code].parent if code in entries else None
    return tuple(chain)


def _above(point: Point) -> list[Point]:
    """Every point that holds this one."""
    ways = [[chain[:length] for length in range(len(chain) + 1)] for chain in point]
    return [above for above in product(*ways) if above != point]


def _parent(point: Point, first: Mapping[Point, int]) -> int | None:
    """The nearest line that holds this one: one in the same column (of the same fund, type and project) before others."""
    held = [above for above in _above(point) if above in first]
    if not held:
        return None
    best = max(held, key=lambda above: (above[_ROW_AXES:] == point[_ROW_AXES:], sum(map(len, above)), -first[above]))
    return first[best]


class _Kept:
    """The lines that are added up, looked up by what they are on all axes down to any depths."""

    def __init__(self) -> None:
        self.points: dict[tuple[int, ...], list[Point]] = {}
        self.cut: dict[tuple[tuple[int, ...], tuple[int, ...]], set[Point]] = {}

    def take(self, point: Point) -> bool:
        """Adds a point; False where it may hold the same money as one before it. A line that only its label tells is its
        own."""
        if point[_LABEL]:
            return True
        depths = tuple(map(len, point))
        for others in self.points:
            shared = tuple(map(min, depths, others))
            if _cut(point, shared) in self._shortened(others, shared):
                return False
        self.points.setdefault(depths, []).append(point)
        for (others, shared), known in self.cut.items():
            if others == depths:
                known.add(_cut(point, shared))
        return True

    def _shortened(self, depths: tuple[int, ...], shared: tuple[int, ...]) -> set[Point]:
        if (depths, shared) not in self.cut:
            self.cut[depths, shared] = {_cut(point, shared) for point in self.points[depths]}
        return self.cut[depths, shared]


def _cut(point: Point, depths: tuple[int, ...]) -> Point:
    return tuple(chain[:depth] for chain, depth in zip(point, depths, strict=True))
