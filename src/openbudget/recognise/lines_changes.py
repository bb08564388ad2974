"""Columns of change (比上年增减额, 增减%) and of earlier years (上年执行数) in a statement, as comparisons of the lines
beside them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from openbudget.model.amount import Amount, Figure, parse_figure, plain
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.model.value import Value
from openbudget.recognise.lines_cells import Sheet, item_code
from openbudget.recognise.lines_header import Column
from openbudget.recognise.rows import Fields, Read, Rows, cell_origin
from openbudget.recognise.words import plain as folded

_SIGNED = re.compile(r"(?P<less>△|▼|↓|减少|减|下降|降低)|(?:↑|增加|增长|增|上升)")
_RATE = re.compile(r"[%率幅]|比例|百分")
_BASE = re.compile(r"(?:比|较|与|同)?(20\d\d|上)年度?(?:年初)?(执行|决算|完成|实际|年初预算|预算)?")
_STAGES = {
    "执行": "executed",
    "完成": "executed",
    "实际": "executed",
    "决算": "final",
    "年初预算": "initial",
    "预算": "budget",
}


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


def add_changes(sheet: Sheet, ids: Mapping[tuple[int, int], str], file: str, year: int, rows: Rows) -> None:
    """Adds a comparison for each line whose row has a change, or an amount of an earlier year, printed in a column of the
    same kind. Cells that belong to no line, or are no figures, are refused."""
    found: dict[tuple[int, int], _Change] = {}
    for (row, index), cell in sorted(sheet.changes.items(), key=lambda pair: pair[0]):
        column = sheet.columns[index]
        line = _line(sheet, row, column)
        printed = _figure(cell, file)
        key = (row, line) if line is not None else None
        blank = key is not None and key in sheet.cells and sheet.cells[key].figure is None
        if key is None or key not in ids or printed is None or (blank and column.other == "prior"):
            rows.refuse(file, [cell], "recognise.other_year")
            continue
        change = found.setdefault(key, _Change())
        if not _keep(change, column, sheet.columns[key[1]], printed, year):
            rows.refuse(file, [cell], "recognise.column_unknown")
            continue
        rows.use([cell])
    for key, change in found.items():
        _add(change, sheet, key, ids[key], year, rows)


def _keep(change: _Change, column: Column, own: Column, printed: _Printed, year: int) -> bool:
    """Puts a printed figure to its place; False where that is taken, or where its unit is another than the line's."""
    if column.other == "prior":
        base = _base(column, year)
        if base in change.bases or (column.unit or own.unit) != own.unit:
            return False
        change.bases[base] = printed
        return True
    name = "rate" if _RATE.search(column.path.rpartition("/")[2]) else "amount"
    if getattr(change, name) is not None:
        return False
    setattr(change, name, printed)
    change.column = column
    return True


def _add(change: _Change, sheet: Sheet, key: tuple[int, int], line_id: str, year: int, rows: Rows) -> None:
    """One comparison for the change, with the amount that it is measured against where that is printed; one more for
    every other earlier amount."""
    code = Read(item_code(sheet.rows[key[0]], sheet.columns[key[1]], sheet.rows, sheet.columns))
    bases = dict(change.bases)
    if change.column is not None:
        said = _base(change.column, year)
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


def _line(sheet: Sheet, row: int, change: Column) -> int | None:
    """The column of this year that a column of change speaks of: the same fund, type and item, or the total."""
    fitting = []
    for at, column in enumerate(sheet.columns):
        if not column.known or column.other is not None or (row, at) not in sheet.cells:
            continue
        if _same(change.fund, column.fund) and _same(change.type, column.type) and _same(change.item, column.item):
            fitting.append(at)
    if len(fitting) > 1:
        fitting = [at for at in fitting if sheet.columns[at].item == change.item] or fitting
    return fitting[0] if len(fitting) == 1 else None


def _same(change: str | None, line: str | None) -> bool:
    return change == line or (change is None and line in ("total", "fiscal_appropriation", "three_public"))


def change_figure(printed: str) -> Figure | None:
    """The figure that a cell of a column of change is; its sign may be a word or a mark (`△3.45`, `减少3.45`)."""
    text = folded(printed).rstrip("%")
    figure = parse_figure(text)
    if figure is not None or (signed := _SIGNED.match(text)) is None:
        return figure
    figure = parse_figure(text[signed.end() :])
    if figure is None or signed.lastgroup is None:
        return figure
    return figure._replace(value=-figure.value) if figure.value >= 0 else None


def _figure(cell: Cell, file: str) -> _Printed | None:
    figure = change_figure(cell.text)
    return _Printed(figure, cell_origin(file, cell)) if figure is not None else None


def _base(column: Column, year: int) -> tuple[int, str | None]:
    """Year and stage that a change is measured against, as its headings say: the one of them that is not this
    year's."""
    for match in _BASE.finditer(column.path):
        if match[1] != str(year):
            return (year - 1 if match[1] == "上" else int(match[1])), _STAGES.get(match[2] or "")
    return year - 1, None


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
