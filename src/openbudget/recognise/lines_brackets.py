"""Figures in brackets (`(12.35)`) or behind a triangle (`△12.35`): negative in accounting, but also the number of a
note, or a mark. A total decides, or nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from openbudget.model.amount import Figure, parse_figure
from openbudget.recognise.lines_cells import Sheet
from openbudget.recognise.rows import Rows, one_line
from openbudget.recognise.words import plain

_BRACKETS = re.compile(r"\((\d[\d,.]*)\)|[△▲](\d[\d,.]*)")
_MOST = 8  # brackets in one sum; every way to sign them is tried

Place = tuple[int, int]


def in_brackets(printed: str) -> Figure | None:
    """The figure in brackets or behind a triangle that a cell is, as a negative; None for all else and for nought."""
    match = _BRACKETS.fullmatch(plain(printed))
    figure = parse_figure(match[1] or match[2]) if match is not None else None
    return Figure(-figure.value, figure.decimals) if figure is not None and figure.value else None


def decide(sheet: Sheet, file: str, rows: Rows) -> None:
    """Keeps the figures in brackets that a total of their column proves to be negative; refuses the others. Proven:
    with all brackets of a sum as negatives it is exact, and with no other signs it is."""
    proven: dict[Place, Figure] = {}
    sums = list(_sums(sheet)) if sheet.brackets else []
    more = True
    while more:  # what is proven may prove the next level
        more = False
        for whole, parts in sums:
            inside = [place for place in (whole, *parts) if place in sheet.brackets and place not in proven]
            total = sheet.cells[whole].figure
            if total and inside and len(inside) <= _MOST and _only_negative(sheet, whole, parts, inside):
                proven |= dict.fromkeys(inside, total)
                more = True
    for place, cell in sheet.brackets.items():
        if place in proven:
            rows.use([cell])
            said = {"printed": one_line(cell.text), "total": proven[place].text}
            rows.say("recognise.negative_in_brackets", cell.place, file, **said)
        else:
            sheet.cells.pop(place, None)
            rows.refuse(file, [cell], "recognise.brackets_unclear")


def _sums(sheet: Sheet) -> Iterator[tuple[Place, list[Place]]]:
    """The cells of rows with those of the rows right below them in the hierarchy, column by column."""
    for column in range(len(sheet.columns)):
        below: dict[int, list[Place]] = {}
        for at, row in enumerate(sheet.rows):
            if row.parent is not None and (at, column) in sheet.cells:
                below.setdefault(row.parent, []).append((at, column))
        for at, parts in below.items():
            if (at, column) in sheet.cells and sheet.cells[at, column].figure is not None:
                yield (at, column), parts


def _only_negative(sheet: Sheet, whole: Place, parts: Sequence[Place], inside: Sequence[Place]) -> bool:
    """True where the sum is exact with every bracket as a negative, and with no other choice of signs."""

    def gap(positive: Sequence[Place]) -> Decimal:
        def value(place: Place) -> Decimal:
            figure = sheet.cells[place].figure
            return Decimal(0) if figure is None else -figure.value if place in positive else figure.value

        return sum(map(value, parts), -value(whole))

    if gap(()) != 0:
        return False
    choices = product((False, True), repeat=len(inside))
    others = ([place for place, flip in zip(inside, chosen, strict=True) if flip] for chosen in choices)
    return all(gap(positive) != 0 for positive in others if positive)
