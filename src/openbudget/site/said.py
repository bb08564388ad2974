"""What a document says of an earlier year, held against what the body's package of that year holds (as the rule YOY-005
does where packages are checked together)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openbudget.model.amount import decimals_of, half_place
from openbudget.package.earlier import earlier_lines
from openbudget.site.beside import Told
from openbudget.site.places import Places

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of an earlier year: its row of the table `comparisons`, the line that it is of, the earlier amount that
    it prints or implies (yuan), the line of the earlier package, and whether the two agree."""

    row: Row
    line: Row
    then: Decimal
    was: Row
    agrees: bool

    @property
    def printed(self) -> bool:
        """Whether the earlier amount is printed; else it is this year's less the change."""
        return self.row.get("base_amount") is not None


def said_of(comparisons: Sequence[Row], now: Told, then: Told, places: Places) -> list[Said]:
    """The statements that can be held against the earlier package."""
    if not comparisons:
        return []
    lines = {row["id"]: row for row in now.lines}
    alike: dict[tuple[object, ...], list[Row]] = {}  # many statements of many lines: each is held against few
    for row in then.lines:
        alike.setdefault(_mark(row), []).append(row)
    return [one for row in comparisons for one in _said(row, lines.get(row.get("line_id")), then, alike, places)]


def _mark(line: Row) -> tuple[object, ...]:
    """What lines that tell the same have in common, among other things."""
    return line.get("item_code"), line.get("statement"), line.get("function_code")


def _said(
    row: Row, line: Row | None, then: Told, alike: Mapping[tuple[object, ...], Sequence[Row]], places: Places
) -> Iterator[Said]:
    if line is None or row.get("base_year") != then.year:
        return
    printed, change = row.get("base_amount"), row.get("change_amount")
    if printed is None and change is None:
        return
    olds = list(earlier_lines(line, alike.get(_mark(line), ()), row.get("base_stage"), row.get("base_year")))
    if not olds:
        return
    if change is None or printed is not None:
        amount, radius = Decimal(printed or 0), _radius(row, "base_amount", None, places)
    else:
        amount = Decimal(line["amount"]) - Decimal(change)
        radius = _radius(line, "amount", "amount_reported", places, "budget_lines")
        radius += _radius(row, "change_amount", "change_reported", places)

    def agrees(old: Row) -> bool:
        gap, allowed = abs(amount - Decimal(old["amount"])), radius + _radius(old, "amount", "amount_reported", None)
        return gap == 0 or gap < allowed or (gap == allowed and printed is None)

    yield Said(row, line, amount, olds[0], any(map(agrees, olds)))


def _radius(row: Row, field: str, twin: str | None, places: Places | None, table: str = "comparisons") -> Decimal:
    """Half a unit of the last place of a figure: as its twin prints it, else as the source does; 0 where neither says."""
    text = row.get(twin) if twin else None
    if text is None and places is not None:
        text = places.texts.get((table, str(row["id"]), field))
    decimals = decimals_of(str(text)) if text else None
    unit = row.get("unit_reported")
    return Decimal(0) if decimals is None else half_place(decimals, str(unit) if unit else None)
