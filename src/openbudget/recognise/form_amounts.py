"""The amounts of a goal in the head of its form: beside their labels, or in one cell with them (`资金总额：300`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from openbudget.model.amount import UNIT_WORDS, Amount, is_not_applicable, parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.recognise.goals import Context
from openbudget.recognise.grid import stated_unit
from openbudget.recognise.layout import Layouts, Names, names, stands
from openbudget.recognise.rows import Fields, Read, amount_fields, cell_origin, one_line, read_figure, text_origin
from openbudget.recognise.sections import Grid, Text
from openbudget.recognise.words import fold, plain

AMOUNTS = ("amount", "amount_fiscal", "amount_carryover", "amount_other")
_UNIT = re.compile(rf"\(({UNIT_WORDS})\)")
_VALUE = re.compile(rf"([\d,.]+)({UNIT_WORDS})")

Pairs = Mapping[str, tuple[Cell, Cell]]


@lru_cache(maxsize=4)
def _labels(layouts: Layouts) -> Names:
    return names(layouts["forms"])


def form_label(printed: str, layouts: Layouts) -> str | None:
    """The field of a goal that a text of a form names, if it is a label."""
    return _labels(layouts).find(re.sub(rf"\({UNIT_WORDS}\)|:$", "", plain(printed)))


def heads_columns(cell: Cell, layouts: Layouts) -> bool:
    """True where a cell beside the label of an amount is no value of it, but says by what the amounts below are told
    apart (按收入性质分), or is a label with its own figure (资金总额：300)."""
    folded = plain(cell.text)
    own = form_label(folded.rpartition(":")[0], layouts) if ":" in folded else None
    return own in AMOUNTS or stands(layouts["markers"]["amount_heads"], folded)


def form_amounts(grid: Grid, pairs: Pairs, head: tuple[int, int], context: Context) -> Fields:
    """The fields of the amounts of a goal; `head`: the rows of its form's head."""
    fields: Fields = {}
    for name in AMOUNTS:
        if name in pairs:
            fields |= _beside(name, grid, pairs[name], head, context)
    inside = {} if any(name in pairs for name in AMOUNTS) else dict(_inside(grid, head, context))
    for name, found in inside.items():
        fields |= found if name == "amount" else {name: found["amount"]}
    return fields


def _beside(name: str, grid: Grid, pair: tuple[Cell, Cell], head: tuple[int, int], context: Context) -> Fields:
    """The fields of an amount that stands in the cell beside its label."""
    label, value = pair
    unit, unit_origin = _unit_beside(grid, label)
    inline = _VALUE.fullmatch(plain(value.text))
    if inline:
        unit, unit_origin = unit_code(inline[2]), cell_origin(grid.file, value)
        figure = parse_figure(inline[1])
        origin: Origin | None = cell_origin(grid.file, value)
    else:
        figure, origin = read_figure(context.rows, grid.file, value)
    if unit is None:
        unit, unit_origin = _unit_of_head(grid, label, head, context)
    if figure is None:
        return {name: Read(None, origin)}  # a dash is blank, and its printed text is kept
    if unit is None:
        context.rows.say("recognise.goal_without_unit", value.place, grid.file, printed=one_line(value.text))
        return {}
    if name == "amount":
        return amount_fields(figure, unit, origin, unit_origin)
    return {name: Read(Amount(figure, unit).yuan, origin)}


def _inside(grid: Grid, head: tuple[int, int], context: Context) -> Iterator[tuple[str, Fields]]:
    """The amounts that cells of the head hold behind their own label."""
    seen: set[str] = set()
    for cell in grid.table.cells:
        folded = fold(cell.text)
        at = folded.text.rfind(":")
        if not head[0] <= cell.row < head[1] or not 0 < at < len(folded.text) - 1:
            continue
        name = form_label(folded.text[:at], context.layouts)
        match = re.fullmatch(rf"([\d,.]+)({UNIT_WORDS})?", folded.text[at + 1 :])
        figure = parse_figure(match[1]) if match is not None else None
        if name not in AMOUNTS or name in seen or match is None or figure is None or is_not_applicable(match[0]):
            continue
        text = Text(grid.file, cell.text, cell.place)
        origin = text_origin(text, *folded.span(at + 1, at + 1 + match.end(1)), "cell")
        unit, unit_origin = unit_code(match[2] or ""), cell_origin(grid.file, cell)
        if unit is None:
            own = _UNIT.search(folded.text[:at])
            unit, of_head = _unit_of_head(grid, cell, head, context)
            unit, unit_origin = (unit_code(own[1]), unit_origin) if own else (unit, of_head or unit_origin)
        if unit is not None:
            seen.add(name)
            context.rows.use([cell])
            yield name, amount_fields(figure, unit, origin, unit_origin)


def _unit_of_head(grid: Grid, label: Cell, head: tuple[int, int], context: Context) -> tuple[str | None, Origin | None]:
    """The unit that the title rows, the texts before the table, or just one unit in brackets in the head state; else
    that of the option."""
    stated = stated_unit(grid, label.row)
    if stated is not None:
        return stated.code, None
    cells = [cell for cell in grid.table.cells if head[0] <= cell.row < head[1]]
    said = {match[1]: cell for cell in cells if (match := _UNIT.search(plain(cell.text))) is not None}
    if len(said) == 1:
        ((printed, cell),) = said.items()
        return unit_code(printed), cell_origin(grid.file, cell)
    return context.given.unit, None


def _unit_beside(grid: Grid, label: Cell) -> tuple[str | None, Origin | None]:
    """The unit in brackets in a label, or in a label to its left (`项目资金（万元）`)."""
    beside = [grid.table.cell_at(label.row, col) for col in range(label.col)]
    for cell in (label, *reversed(beside)):
        match = _UNIT.search(plain(cell.text)) if cell is not None else None
        if cell is not None and match is not None:
            return unit_code(match[1]), cell_origin(grid.file, cell)
    return None, None
