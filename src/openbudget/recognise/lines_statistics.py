"""The parts of 机构运行信息表 (final accounts) beside or below 三公: operating costs, procurement, vehicles and equipment, a
row each."""

from collections.abc import Sequence
from typing import NamedTuple

from openbudget.model.amount import is_not_applicable
from openbudget.model.document import Cell
from openbudget.recognise.goals import Context
from openbudget.recognise.grid import without_measure
from openbudget.recognise.layout import matches, without_ends
from openbudget.recognise.lines_header import Block, Column
from openbudget.recognise.lines_words import label
from openbudget.recognise.records import as_of
from openbudget.recognise.rows import Fields, Read, amount_fields, cell_origin, read_figure, read_number, read_text
from openbudget.recognise.sections import Grid
from openbudget.recognise.units import money_unit
from openbudget.recognise.words import plain, unnumbered
from openbudget.standard import codelist

_LINES = ("meeting", "training", "agency_operation")


class _Line(NamedTuple):
    """A row: its label, what it is (an item of budget_lines or a kind of asset), its figure."""

    label: Cell
    code: str
    counted: str | None
    figure: Cell


class Statistics(NamedTuple):
    """The rows of a block that are statistics, and the column of their figures."""

    column: Column
    rows: Sequence[int]


def statistics_of(grid: Grid, block: Block, rows: Sequence[int], context: Context) -> Statistics | None:
    """What of a block is no statement of 三公: all of one whose only column of figures is 统计数 and whose rows are not
    those of 三公 (which have a block of their own beside it, if any); in one with rows of 三公, those from the first that
    begins another part (二、机关运行经费, 三、国有资产占用情况) on, but for lines of the statement (会议费), with what was
    spent in the year."""
    words = context.layouts["statements"]["statistics"]
    columns = [column for column in block.columns if matches(words["heading"], plain(column.heading.text))]
    if not columns:
        return None
    year, labels = context.facts.fiscal_year, [_label(grid, block, row) for row in rows]
    said = [label(text, "three_public", context.layouts, year) for text in labels]
    items = [(meaning.item or "") if meaning is not None else "" for meaning in said]
    if any(item.startswith("three_public.") for item in items):
        columns = [column for column in columns if column.other is None and context.facts.kind != "budget"]
        begins = next((at for at, text in enumerate(labels) if matches(words["parts"], text)), len(rows))
        below = [row for row, item in zip(rows[begins:], items[begins:], strict=True) if item not in _LINES]
        return Statistics(columns[-1], below) if columns and below else None
    only = len(block.columns) == 1 and matches(words["alone"], plain(columns[0].heading.text))
    return Statistics(columns[0], rows) if only else None


def _label(grid: Grid, block: Block, row: int) -> str:
    """The folded label of a row, without its number."""
    cells = (grid.table.cell_at(row, col) for col, role in block.labels if role == "name")
    return next((plain(unnumbered(cell.text)) for cell in cells if cell is not None and cell.text.strip()), "")


def read_statistics(
    grid: Grid, block: Block, found: Statistics, head: tuple[int, int], organization: str, context: Context
) -> None:
    """Adds the rows whose labels are known; figures of the others are named. `head`: the rows of the titles and
    headings."""
    lines = [line for row in found.rows if (line := _line(grid, block, found.column, row, context)) is not None]
    codes = {line.code for line in lines}
    ids: dict[str, str] = {}
    for line in lines:
        above = (
            codelist("asset_category")[line.code].parent if line.counted is not None else line.code.rpartition(".")[0]
        )
        common: Fields = {
            "organization_id": Read(organization),
            "item": read_text(grid.file, line.label),
            "parent_id": Read(ids.get(above or "")),
        }
        if line.counted is not None:
            fields: Fields = {
                "as_of": as_of(grid, head[1]),
                "category_code": Read(line.code, cell_origin(grid.file, line.label)),
                "quantity": read_number(context.rows, grid.file, line.figure),
                "quantity_unit": Read(line.counted, cell_origin(grid.file, line.label)) if line.counted else Read(None),
                "origin": Read("table"),
            }
            ids[line.code] = context.rows.add("assets", line.code, common | fields)
        else:
            whole = any(code.startswith(line.code + ".") for code in codes)
            ids[line.code] = _amount(grid, line, head, whole, common, context)
        context.rows.use([line.figure])


def _amount(grid: Grid, line: _Line, head: tuple[int, int], whole: bool, common: Fields, context: Context) -> str:
    unit, unit_origin = money_unit(grid, head, context.given.unit)
    figure, origin = read_figure(context.rows, grid.file, line.figure)
    statement = "agency_operation" if line.code == "agency_operation" else "procurement_total"
    fields: Fields = {
        "fiscal_year": Read(context.facts.fiscal_year),
        "stage": Read("budget" if context.facts.kind == "budget" else "final"),
        "statement": Read(statement),
        "flow": Read("expenditure"),
        "item_code": Read(line.code, cell_origin(grid.file, line.label)),
        "is_total": Read(whole),
        "of_which": Read(False),
    }
    amounts = amount_fields(figure, unit, origin, unit_origin)
    return context.rows.add("budget_lines", f"{statement}/{line.code}/table", common | fields | amounts)


def _line(grid: Grid, block: Block, column: Column, row: int, context: Context) -> _Line | None:
    """The row as read; None where it prints no figure, or one of what is not known, which is named."""
    cells = [grid.table.cell_at(row, col) for col in column.cols]
    figure = next((cell for cell in cells if cell is not None and cell.text.strip()), None)
    if figure is None or is_not_applicable(figure.text):
        return None
    labels = [grid.table.cell_at(row, col) for col, role in block.labels if role == "name"]
    named = next((cell for cell in labels if cell is not None and cell.text.strip()), None)
    printed = named.text if named is not None else ""
    folded = plain(unnumbered(printed))
    bare, counted = without_measure(folded, context.layouts)
    code = _asset(bare, counted, context) or (None if counted else _item(folded, context))
    if named is None or code is None:
        context.rows.refuse(grid.file, [figure], "recognise.column_unknown")
        return None
    measure = counted if counted else "" if code.startswith(("equipment", "vehicles.")) else None
    return _Line(named, code, measure, figure)


def _asset(bare: str, counted: str | None, context: Context) -> str | None:
    words, totals = context.layouts["counts"], context.layouts["statements"]["totals"]["any"]
    kinds = words["assets"].items()
    names = (bare, without_ends(words["measured"]["quantity"], without_ends(totals, bare)))
    found = next((str(code) for name in names for code, words in kinds if matches(words, name)), None)
    return found if counted or (found or "").startswith(("equipment", "vehicles.")) else None


def _item(folded: str, context: Context) -> str | None:
    items = context.layouts["statements"]["statistics"]["items"].items()
    return next((str(code) for code, words in items if matches(words, folded)), None)
