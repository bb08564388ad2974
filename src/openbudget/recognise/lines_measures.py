"""What a row of a statement counts in (money, or vehicles and visits), and of which year or stage its figures are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from openbudget.model.amount import unit_code
from openbudget.model.document import Cell
from openbudget.recognise.layout import Layouts, begins_with, matches
from openbudget.recognise.lines_words import heading
from openbudget.recognise.words import plain

Pieces = list[tuple[str, Cell]]
_YEAR = re.compile(r"20\d\d(?=年)")
_ANY_YEAR = re.compile(r"20\d\d年度?")
_OF_ANOTHER = re.compile(r"[\d末底]")  # behind a year: a day


def measures(pieces: Sequence[tuple[str, Cell]], layouts: Layouts) -> tuple[Cell | None, bool, Pieces]:
    """The cell of a column 单位 that states a money unit; whether it states another unit (辆, 人次); the rest."""
    units = [cell for role, cell in pieces if role == "unit"]
    money = next((cell for cell in units if unit_code(plain(cell.text)) is not None), None)
    count = next((cell for cell in units if matches(layouts["statements"]["counts"], plain(cell.text))), None)
    rest = [piece for piece in pieces if piece[1] is not money and piece[1] is not count]
    return money, count is not None, rest


def stage_of(text: str, year: int, layouts: Layouts) -> tuple[str | None, str | None]:
    """The stage of a row that says only of which year or stage it is (`2024年`, `决算数`), and why its figures are not
    those of the year (`上年预算数`, `增减额`)."""
    if text == str(year):
        return "own", None
    found = heading(text, year, layouts) if text else None
    if found is None or found.role or found.fund or found.type or found.item or found.economic or found.total:
        return None, None
    if found.other is not None:
        return None, "recognise.other_year" if found.other in ("prior", "change") else "recognise.column_unknown"
    return found.stage, None


def of_other_year(caption: str, headings: Iterable[str], year: int, layouts: Layouts) -> bool:
    """True where a caption (folded) names one year, which is not `year`, and no heading names `year`: its figures are not
    those of the year (last year's table printed once more), or the caption is a misprint."""
    named = set(_YEAR.findall(caption))
    if len(named) != 1 or str(year) in caption:
        return False
    carried = layouts["statements"]["carried"]  # money that was left over
    behind = [caption[match.end() :] for match in _ANY_YEAR.finditer(caption)]
    if any(_OF_ANOTHER.match(rest) or begins_with(carried, rest) for rest in behind):
        return False
    return not any(str(year) in text for text in headings)
