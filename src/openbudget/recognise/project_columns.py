"""Tables of many projects: name, amount and goal of each stand in columns beside its indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openbudget.model.amount import Amount
from openbudget.model.document import Cell
from openbudget.recognise.column_numbers import is_column_numbers
from openbudget.recognise.goals import SCOPES, Context, Goal, is_indicator
from openbudget.recognise.grid import Header, same_texts, stated_unit
from openbudget.recognise.layout import Layouts
from openbudget.recognise.rows import Read, amount_fields, cell_origin, one_line, read_figure, read_text
from openbudget.recognise.sections import Grid, Section
from openbudget.recognise.words import plain

if TYPE_CHECKING:
    from openbudget.recognise.performance import Forms


def read_projects(grid: Grid, section: Section, header: Header, forms: Forms) -> None:
    """A table of many projects: name, amount and goal have columns of their own beside the indicators."""
    begin, table = header.last, grid.table
    column = header.named("project")
    assert column is not None
    goal: Goal | None = None
    shown: Cell | None = None
    for row in range(header.last, table.n_rows + 1):
        cell = table.cell_at(row, column) if row < table.n_rows else None
        same = shown is not None and cell is not None and plain(cell.text) in ("", plain(shown.text))
        if row < table.n_rows and (
            cell is None or cell is shown or same or _plain_row(grid, header, row, forms.context.layouts)
        ):
            continue
        if goal is not None:
            forms.indicators(grid, header, goal, row, begin)
        if cell is not None:
            goal, shown, begin = _goal(grid, section, header, row, forms.context), cell, row
            forms.write(goal)


def _plain_row(grid: Grid, header: Header, row: int, layouts: Layouts) -> bool:
    """True for a row that begins no project: a header printed again, a total, column numbers, a note."""
    line = [grid.table.cell_at(row, col) for col in range(grid.table.n_cols)]
    cells = {column.name: grid.table.cell_at(row, col) for col, column in header.columns.items()}
    bare = not any(cell and cell.text.strip() for name, cell in cells.items() if name in ("level_1", "target"))
    again = same_texts(grid.table, row, header) or is_column_numbers(line, layouts)
    return bare or again or not is_indicator(cells)


def _goal(grid: Grid, section: Section, header: Header, row: int, context: Context) -> Goal:
    cells = {column.name: grid.table.cell_at(row, col) for col, column in header.columns.items()}
    goal = Goal()
    goal.scope = next((SCOPES[code] for code in section.codes if code in SCOPES), "project")
    goal.title = read_text(grid.file, cells["project"])
    goal.fields = {
        "organization_id": Read(context.organization),
        "scope": Read(goal.scope),
        "title": goal.title,
        "goal": read_text(grid.file, cells.get("goal")),
    }
    for name in ("amount", "amount_fiscal", "amount_carryover", "amount_other"):
        cell = cells.get(name)
        if cell is None:
            continue
        heading = next(column for column in header.columns.values() if column.name == name)
        figure, origin = read_figure(context.rows, grid.file, cell)
        stated = stated_unit(grid, header.last)
        unit = heading.unit or (stated.code if stated else context.given.unit)
        if figure is not None and unit is None:
            context.rows.say("recognise.goal_without_unit", cell.place, grid.file, printed=one_line(cell.text))
        elif figure is not None and unit is not None and name == "amount":
            unit_origin = cell_origin(grid.file, heading.unit_cell) if heading.unit_cell else None
            goal.fields |= amount_fields(figure, unit, origin, unit_origin)
        else:
            goal.fields[name] = Read(Amount(figure, unit).yuan if figure and unit else None, origin)
    return goal
