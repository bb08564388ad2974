"""Columns of change (比上年增减额, 增减%) and of earlier years (上年执行数) in a statement, as comparisons of the lines
beside them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from openbudget.model.amount import Amount, Figure, parse_figure, plain
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.model.value import Value
from openbudget.recognise.goals import Context
from openbudget.recognise.layout import Layouts, one_of
from openbudget.recognise.lines_cells import Sheet, item_code
from openbudget.recognise.lines_header import Column
from openbudget.recognise.rows import Fields, Read, Rows, cell_origin
from openbudget.recognise.words import plain as folded

_STAGES = {"initial": "budget", "budget": "budget", "executed": "final", "final": "final"}  # of a base → of a line


class _Words(NamedTuple):
    """How changes are printed: the words and marks before a figure that say its sign, what says that a heading is that of
    a rate, and the year of comparison in a heading, with its stage."""

    signed: re.Pattern[str]
    rate: re.Pattern[str]
    base: re.Pattern[str]
    year: int


@lru_cache(maxsize=4)
def _words(layouts: Layouts, year: int) -> _Words:
    words = layouts["statements"]["changes"]
    stages = "|".join(f"(?P<{code}>{one_of(listed)})" for code, listed in words["bases"].items())
    return _Words(
        re.compile(f"(?P<less>{one_of(words['less'])})|(?:{one_of(words['more'])})"),
        re.compile(one_of(words["rates"])),
        re.compile(rf"(?:(?P<year>20\d\d)年|(?:{one_of(words['prior'])}))度?/?(?:{stages})?"),
        year,
    )


class _Printed(NamedTuple):
    """A printed change (amount or rate), or an amount of an earlier year."""

    figure: Figure
    origin: Origin


class _Change:
    """What the columns of change and of earlier years say of one line. `bases`: by year and stage."""

    def __init__(self) -> None:
        self.column: Column | None = None
        self.amount: _Printed | None = None
        self.rate: _Printed | None = None
        self.bases: dict[tuple[int, str | None], _Printed] = {}


def add_changes(sheet: Sheet, ids: Mapping[tuple[int, int], str], file: str, context: Context) -> None:
    """Adds a comparison for each line whose row has a change, or an amount of an earlier year, printed in a column of the
    same kind. Cells that belong to no line, or are no figures, are refused."""
    rows, words = context.rows, _words(context.layouts, context.facts.fiscal_year)
    found: dict[tuple[int, int], _Change] = {}
    for (row, index), cell in sorted(sheet.changes.items(), key=lambda pair: pair[0]):
        column = sheet.columns[index]
        line = _line(sheet, row, column, _base(column, words)[1])
        printed = _figure(cell, file, words)
        key = (row, line) if line is not None else None
        blank = key is not None and key in sheet.cells and sheet.cells[key].figure is None
        if key is None or key not in ids or printed is None or (blank and column.other == "prior"):
            rows.refuse(file, [cell], "recognise.other_year")
            continue
        change = found.setdefault(key, _Change())
        if not _keep(change, column, sheet.columns[key[1]], printed, words):
            rows.refuse(file, [cell], "recognise.column_unknown")
            continue
        rows.use([cell])
    for key, change in found.items():
        _add(change, sheet, key, ids[key], words, rows)


def _keep(change: _Change, column: Column, own: Column, printed: _Printed, words: _Words) -> bool:
    """Puts a printed figure to its place; False where that is taken, or where its unit is another than the line's."""
    if column.other == "prior":
        base = _base(column, words)
        if base in change.bases or (column.unit or own.unit) != own.unit:
            return False
        change.bases[base] = printed
        return True
    name = "rate" if words.rate.search(column.path.rpartition("/")[2]) else "amount"
    if getattr(change, name) is not None:
        return False
    setattr(change, name, printed)
    change.column = column
    return True


def _add(change: _Change, sheet: Sheet, key: tuple[int, int], line_id: str, words: _Words, rows: Rows) -> None:
    """One comparison for the change, with the amount that it is measured against where that is printed; one more for
    every other earlier amount."""
    code = Read(item_code(sheet.rows[key[0]], sheet.columns[key[1]], sheet.rows, sheet.columns))
    bases = dict(change.bases)
    if change.column is not None:
        said = _base(change.column, words)
        fitting = [base for base in bases if base[0] == said[0] and (base[1] == said[1] or said[1] is None)]
        chosen = fitting[0] if len(fitting) == 1 else None
        fields = _fields(change, sheet, key, line_id) | {"item_code": code}
        fields |= _based(chosen or said, bases.pop(chosen) if chosen else None, sheet, key)
        rows.add("comparisons", f"{line_id}/{said[0]}", fields)
    for base, printed in bases.items():
        fields = {"line_id": Read(line_id), "item_code": code} | _based(base, printed, sheet, key)
        cell = sheet.cells[key]
        assert cell.figure is not None  # see add_changes
        own, then = Amount(cell.figure, cell.unit).yuan, Amount(printed.figure, cell.unit).yuan
        direction = "increase" if own > then else "decrease" if own < then else "unchanged"
        fields["direction"] = Read(direction, printed.origin)
        rows.add("comparisons", f"{line_id}/{base[0]}" + (f"#{base[1]}" if base[1] else ""), fields)


def _based(base: tuple[int, str | None], printed: _Printed | None, sheet: Sheet, key: tuple[int, int]) -> Fields:
    """The year and stage of comparison, and its amount where that is printed."""
    fields: Fields = {"base_year": Read(base[0]), "base_stage": Read(base[1])}
    if printed is not None:
        own = sheet.cells[key]
        fields["base_amount"] = Read(plain(Amount(printed.figure, own.unit).yuan), printed.origin)
        fields["unit_reported"] = Read(own.unit, own.unit_origin)
    return fields


def _line(sheet: Sheet, row: int, change: Column, stage: str | None) -> int | None:
    """The column of this year that a column of change speaks of: the same fund, type and item, or the total; of several
    the one of the `stage` that it is measured against."""
    fitting = []
    for at, column in enumerate(sheet.columns):
        if not column.known or column.other is not None or (row, at) not in sheet.cells:
            continue
        if _same(change.fund, column.fund) and _same(change.type, column.type) and _same(change.item, column.item):
            fitting.append(at)
    if len(fitting) > 1:
        fitting = [at for at in fitting if sheet.columns[at].item == change.item] or fitting
        fitting = [at for at in fitting if sheet.columns[at].stage == _STAGES.get(stage or "")] or fitting
    return fitting[0] if len(fitting) == 1 else None


def _same(change: str | None, line: str | None) -> bool:
    return change == line or (change is None and line in ("total", "fiscal_appropriation", "three_public"))


def is_change(printed: str, layouts: Layouts, year: int) -> bool:
    """True where a cell of a column of change holds a figure."""
    return _signed_figure(printed, _words(layouts, year)) is not None


def _signed_figure(printed: str, words: _Words) -> Figure | None:
    """The figure that a cell of a column of change is; its sign may be a word or a mark (`△3.45`, `减少3.45`)."""
    text = folded(printed).rstrip("%")
    figure = parse_figure(text)
    if figure is not None or (signed := words.signed.match(text)) is None:
        return figure
    figure = parse_figure(text[signed.end() :])
    if figure is None or signed.lastgroup is None:
        return figure
    return figure._replace(value=-figure.value) if figure.value >= 0 else None


def _figure(cell: Cell, file: str, words: _Words) -> _Printed | None:
    figure = _signed_figure(cell.text, words)
    return _Printed(figure, cell_origin(file, cell)) if figure is not None else None


def _base(column: Column, words: _Words) -> tuple[int, str | None]:
    """Year and stage that a change is measured against, as its headings say: the one of them that is not this
    year's."""
    for match in words.base.finditer(column.path):
        if match["year"] != str(words.year):
            stage = next((code for code, printed in match.groupdict().items() if printed and code != "year"), None)
            return int(match["year"] or words.year - 1), stage
    return words.year - 1, None


def _fields(change: _Change, sheet: Sheet, key: tuple[int, int], line_id: str) -> Fields:
    leading = change.amount or change.rate
    assert leading is not None
    value = leading.figure.value
    direction: Value = "increase" if value > 0 else "decrease" if value < 0 else "unchanged"
    fields: Fields = {"line_id": Read(line_id), "direction": Read(direction, leading.origin)}
    if change.amount is not None:
        own = sheet.cells[key]
        fields |= {
            "change_amount": Read(plain(Amount(change.amount.figure, own.unit).yuan), change.amount.origin),
            "change_reported": Read(Decimal(change.amount.figure.text), change.amount.origin),
            "unit_reported": Read(own.unit, own.unit_origin),
        }
    if change.rate is not None:
        fields["change_percent"] = Read(change.rate.figure.value, change.rate.origin)
    return fields
