"""Columns of change in a statement (比上年增减额, 增减%) as comparisons of the lines beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
    """A printed change: amount or rate."""

    figure: Figure
    origin: Origin


@dataclass
class _Change:
    """What the columns of change say of one line."""

    column: Column
    amount: _Printed | None = None
    rate: _Printed | None = None


def add_changes(sheet: Sheet, ids: Mapping[tuple[int, int], str], file: str, year: int, rows: Rows) -> None:
    """Adds a comparison for each line whose row has a change printed in a column of the same kind. Cells that belong to
    no line, or are no figures, are refused."""
    found: dict[tuple[int, int], _Change] = {}
    for (row, index), cell in sorted(sheet.changes.items(), key=lambda pair: pair[0]):
        column = sheet.columns[index]
        line = _line(sheet, row, column)
        printed = _figure(cell, file)
        key = (row, line) if line is not None else None
        if key is None or key not in ids or printed is None:
            rows.refuse(file, [cell], "recognise.other_year")
            continue
        change = found.setdefault(key, _Change(column))
        name = "rate" if _RATE.search(column.path.rpartition("/")[2]) else "amount"
        if getattr(change, name) is not None:
            rows.refuse(file, [cell], "recognise.column_unknown")
            continue
        setattr(change, name, printed)
        rows.use([cell])
    for key, change in found.items():
        base_year, base_stage = _base(change.column, year)
        fields = _fields(change, sheet, key, ids[key])
        fields |= {
            "item_code": Read(item_code(sheet.rows[key[0]], sheet.columns[key[1]], sheet.rows, sheet.columns)),
            "base_year": Read(base_year),
            "base_stage": Read(base_stage),
        }
        rows.add("comparisons", f"{ids[key]}/{base_year}", fields)


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


def _figure(cell: Cell, file: str) -> _Printed | None:
    text = folded(cell.text)
    figure = parse_figure(text.rstrip("%"))
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
