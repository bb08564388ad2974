"""The mandated tables as budget lines: every printed figure of a statement is one row, or is named with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from openbudget.errors import NotRecognisedError
from openbudget.model.amount import is_not_applicable, parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.recognise.column_numbers import numbers_columns
from openbudget.recognise.goals import Context
from openbudget.recognise.languages import in_chinese
from openbudget.recognise.layout import Layouts, ends_with, matches, stands
from openbudget.recognise.lines_brackets import decide, in_brackets
from openbudget.recognise.lines_cells import Amounts, Sheet
from openbudget.recognise.lines_changes import is_change
from openbudget.recognise.lines_columns import resolved
from openbudget.recognise.lines_header import Block, Column
from openbudget.recognise.lines_hierarchy import order_rows
from openbudget.recognise.lines_measures import of_other_year
from openbudget.recognise.lines_periods import by_period
from openbudget.recognise.lines_row import LineRow
from openbudget.recognise.lines_rows import RowReader, is_note
from openbudget.recognise.lines_settle import settle
from openbudget.recognise.lines_statement import OVERVIEWS, Statement, find_statement
from openbudget.recognise.lines_statistics import read_statistics, statistics_of
from openbudget.recognise.lines_units import table_organization
from openbudget.recognise.lines_words import fund_in, heading, label, statement_of
from openbudget.recognise.lines_write import Writer
from openbudget.recognise.rows import Read, cell_origin, read_figure
from openbudget.recognise.sections import Grid, Section
from openbudget.recognise.units import figure_with_unit, money_unit
from openbudget.recognise.words import is_worded, plain


def read_lines(grid: Grid, section: Section, context: Context, organization: str | None = None) -> bool:
    """Adds the lines of a grid that is one of the mandated tables; False where it is none. `organization`: whose they are,
    where its title does not say that.

    NotRecognisedError where figures stand in it and neither it nor the options say their money unit.
    """
    begin = 0
    while begin < grid.table.n_rows:
        statement, _ = find_statement(grid, context.facts.fiscal_year, context.layouts, begin)
        if statement is None:
            break
        reader = _Reader(grid, statement, section, context, organization)
        back = by_period(grid, statement, reader.data, context.facts.fiscal_year, context.layouts)
        if back is not None and read_lines(back.grid, section, context, organization):
            context.rows.use(cell for cell in grid.table.cells if statement.begin <= cell.row < statement.head.last)
            back.settle(grid, context.rows)
        else:
            reader.run()
        begin = reader.end
    return begin > 0


class _Reader:
    """Reads one statement."""

    def __init__(
        self, grid: Grid, statement: Statement, section: Section, context: Context, organization: str | None
    ) -> None:
        self.grid, self.statement, self.context = grid, statement, context
        self.table, self.rows, self.head = grid.table, context.rows, statement.head
        self.organization = organization or table_organization(grid, statement, section, context)
        self.end = self._end()
        self.data = self._data_rows()
        self.units: dict[int, tuple[str, Origin | None]] = {}

    def run(self) -> None:
        if self.statement.caption is not None:
            self.rows.captions.setdefault(id(self.table), self.statement.caption)
        self.rows.use(cell for cell in self.table.cells if self.statement.begin <= cell.row < self.head.last)
        numbers = self.data
        if self._is_of_other_year():
            for row in numbers:
                self._leftovers(row, "recognise.caption_of_other_year")
            return
        sheets: list[Sheet] = []
        for block in self.head.blocks:
            statistics = statistics_of(self.grid, block, numbers, self.context)
            if statistics is not None:
                head = (self.statement.begin, self.head.last - 1)
                read_statistics(self.grid, block, statistics, head, self.organization, self.context)
            lines = [row for row in numbers if statistics is None or row not in statistics.rows]
            for flow, part in self._flows(block, lines) if lines else ():
                self._read_block(block, flow, part, sheets)
        for sheet in sheets:
            order_rows(sheet.rows, self.context.layouts)
            decide(sheet, self.grid.file, self.rows)
            settle(sheet, self.context.layouts)
        Writer(self.grid, self.context, self.organization, sheets).write()
        for row in numbers:
            self._leftovers(row)

    def _end(self) -> int:
        """The row where the statement ends: the table's end, or where another one begins in the same grid (its
        caption, or headings other than these below figures)."""
        heads = [self._texts(row) for row in range(self.head.first, self.head.last)]
        layouts = self.context.layouts
        figures = False
        for row in range(self.head.last, self.table.n_rows):
            line = [self.table.cell_at(row, col) for col in range(self.table.n_cols)]
            printed = {id(cell): cell for cell in line if cell is not None and cell.text.strip()}
            figures = figures or any(parse_figure(cell.text) is not None for cell in printed.values())
            if not figures or self._texts(row) in heads:
                continue
            if len(printed) < 3 and not any(is_note(cell.text, layouts) for cell in printed.values()):
                named = {
                    statement_of(plain(cell.text), layouts)
                    for cell in printed.values()
                    if _is_title(cell.text, layouts)
                }
                if named - {None, self.statement.code}:
                    return row
            if (len(printed) > 2 and self._is_heading(line) and self._has_roles(line)) or self._is_over_others(line):
                return row
        return self.table.n_rows

    def _is_over_others(self, line: Sequence[Cell | None]) -> bool:
        """True for headings that are not understood: words in columns of money, no figure, and no label but headings;
        not for those of another side of the statement (`支出项目 | 预算数` below the revenue)."""
        money = {col for column in self.head.columns if column.known for col in column.cols}
        cells = {id(cell): cell for col, cell in enumerate(line) if col in money and cell and cell.text.strip()}
        own = {plain(column.heading.text) for column in self.head.columns}
        texts = {plain(cell.text) for cell in cells.values()}
        if texts <= own or not all(map(is_worded, texts)):
            return False
        labels = [line[col] for block in self.head.blocks for col, _ in block.labels]
        blank = bool(labels) and not any(cell is not None and cell.text.strip() for cell in labels)
        return self._has_roles(line) or (blank and len(cells) > 1)

    def _has_roles(self, line: Sequence[Cell | None]) -> bool:
        """True where the label columns of a row hold headings of label columns (科目编码, 项目)."""
        year, layouts = self.context.facts.fiscal_year, self.context.layouts
        cells = [line[col] for block in self.head.blocks for col, _ in block.labels]
        said = [heading(plain(cell.text), year, layouts) for cell in cells if cell is not None and cell.text.strip()]
        return any(meaning is not None and meaning.role is not None for meaning in said)

    def _data_rows(self) -> list[int]:
        """The rows below the head that hold data; blank ones, column numbers, repeated heads and notes are passed
        over."""
        kept: list[int] = []
        heads = [self._texts(row) for row in range(self.head.first, self.head.last)]
        for row in range(self.head.last, self.end):
            line = [self.table.cell_at(row, col) for col in range(self.table.n_cols)]
            printed = {id(cell): cell for cell in line if cell is not None and cell.text.strip()}
            empty = not printed or self._texts(row) in heads
            numbers = numbers_columns(printed.values(), self.context.layouts) or (not kept and self._counts(line))
            if empty or numbers or self._is_heading(line) or self._is_aside(printed):
                self.rows.use(line)
            else:
                kept.append(row)
        return kept

    def _counts(self, line: Sequence[Cell | None]) -> bool:
        """True where the first row under a label that says nothing counts the columns of money: 1, 2, 3 …"""
        money = {col for column in self.head.columns for col in column.cols}
        texts = [plain(cell.text) for col, cell in enumerate(line) if col in money and cell and cell.text.strip()]
        labels = [line[col] for block in self.head.blocks for col, _ in block.labels]
        said = [
            label(plain(cell.text), None, self.context.layouts, self.context.facts.fiscal_year)
            for cell in labels
            if cell
        ]
        coded = any(cell is not None and re.search(r"\d{3}", cell.text) for cell in labels)
        return len(texts) > 1 and texts == [str(at + 1) for at in range(len(texts))] and not any(said) and not coded

    def _texts(self, row: int) -> list[str]:
        cells = [self.table.cell_at(row, col) for col in range(self.table.n_cols)]
        return [plain(cell.text) if cell is not None else "" for cell in cells]

    def _is_heading(self, line: Sequence[Cell | None]) -> bool:
        """True where the columns of money hold words of headings and no figure: a row of headings below the head."""
        money = {col for column in self.head.columns for col in column.cols}
        texts = [
            plain(cell.text) for col, cell in enumerate(line) if col in money and cell is not None and cell.text.strip()
        ]
        year, layouts = self.context.facts.fiscal_year, self.context.layouts
        return bool(texts) and all(
            parse_figure(text) is None and heading(text, year, layouts) is not None for text in texts
        )

    def _is_aside(self, printed: Mapping[int, Cell]) -> bool:
        """True for a note, or a title printed again over the whole width."""
        if len(printed) != 1:
            return False
        cell = next(iter(printed.values()))
        wide = cell.colspan == self.table.n_cols > 1
        return is_note(cell.text, self.context.layouts) or (wide and parse_figure(cell.text) is None)

    def _flows(self, block: Block, numbers: Sequence[int]) -> list[tuple[str, Sequence[int]]]:
        """The flow of a block with its rows: by its titles, by what the statement is of, by the labels of its rows;
        where income stands above expenditure in one block, two of them."""
        if block.flow is not None or self.statement.flow is not None:
            return [(block.flow or self.statement.flow or "", numbers)]
        if self.statement.code not in OVERVIEWS:
            return [("revenue" if self.statement.code == "revenue" else "expenditure", numbers)]
        reader = self._rows_of(block, None)
        sides = [_side(reader.read(number), self.context.layouts) for number in numbers]
        told = [side for side in sides if side is not None]
        cut = sides.index("expenditure") if "expenditure" in sides else len(sides)
        if "revenue" in told and "revenue" not in sides[cut:]:
            return [part for part in (("revenue", numbers[:cut]), ("expenditure", numbers[cut:])) if part[1]]
        return [("expenditure" if "expenditure" in told else "revenue", numbers)]

    def _read_block(self, block: Block, flow: str, numbers: Sequence[int], sheets: list[Sheet]) -> None:
        """Reads one block: a sheet of its own, or more rows of the one before where it only goes on with that."""
        kind, said = self.context.facts.kind, self.statement
        columns = resolved(block.columns, said.code, flow, kind, self._fund(), said.type)
        if said.economic is not None:
            columns = [
                column._replace(economic=said.economic) if column.total and column.economic is None else column
                for column in columns
            ]
        if sheets and self.statement.code not in OVERVIEWS and _shape(sheets[-1].columns) == _shape(columns):
            sheet = sheets[-1]
        else:
            sheet = Sheet(self.statement.code, [], columns)
            sheets.append(sheet)
        reader = self._rows_of(block, self.statement.code if self.statement.code in _OWN_LABELS else flow)
        for number in numbers:
            line = reader.read(number) if block.labels else LineRow(number, Read(None), Read(None), "")
            if line is None or (block.labels and line.item.value is None and line.stage is None):
                self._refuse_figures(number, block, "recognise.row_without_item")
            elif line.unclear is not None:
                self._refuse_figures(number, block, line.unclear)
            elif line.stage is not None and line.stage != "own":
                staged = Sheet(self.statement.code, [], [column._replace(stage=line.stage) for column in columns])
                sheets.append(staged)
                self._read_row(staged, line, staged.columns)
            else:
                self._read_row(sheet, line, columns)
        if not block.labels and len({row for row, _ in sheet.cells}) > 1:
            sheet.cells.clear()
            for line in sheet.rows:
                self._refuse_figures(line.row, block, "recognise.row_without_item")

    def _fund(self) -> str | None:
        """The fund that the caption of a table of projects names (一般公共预算项目支出表)."""
        if self.statement.code != "projects" or self.statement.caption is None:
            return None
        return fund_in(plain(self.statement.caption.printed), self.context.layouts)

    def _rows_of(self, block: Block, flow: str | None) -> RowReader:
        facts = self.context.facts
        return RowReader(
            self.table, self.grid.file, block, flow, self.head.aside, facts.fiscal_year, self.context.layouts
        )

    def _read_row(self, sheet: Sheet, line: LineRow, columns: Sequence[Column]) -> None:
        at = len(sheet.rows)
        sheet.rows.append(line)
        taken = {id(cell) for cell in line.cells}
        for index, column in enumerate(columns):
            cell = self._cell(line.row, column, taken)
            if cell is None:
                continue
            if not column.known or column.other is not None:
                if (
                    column.known
                    and column.other in ("change", "prior")
                    and is_change(cell.text, self.context.layouts, self.context.facts.fiscal_year)
                ):
                    sheet.changes[at, index] = cell
                elif not is_not_applicable(cell.text):
                    self.rows.refuse(self.grid.file, [cell], _REFUSED[column.other if column.known else None])
                continue
            negative = in_brackets(cell.text)
            own = figure_with_unit(cell.text)
            figure, origin = (negative or (own[0] if own else None)), None
            if figure is None:
                figure, origin = read_figure(self.rows, self.grid.file, cell)
            if figure is None and not is_not_applicable(cell.text):
                self.rows.refuse(self.grid.file, [cell], "recognise.not_a_number_cell")
                sheet.unread.add((at, index))
                continue
            origin = origin or cell_origin(self.grid.file, cell)
            unit = (own[1], origin) if own else self._row_unit(line) or self._unit(column)
            sheet.cells[at, index] = Amounts(figure, origin, *unit)
            if negative is None:
                self.rows.use([cell])
            else:
                sheet.brackets[at, index] = cell
        by_class = line.meaning is not None and line.meaning.item is None  # the rows below it are none of the year's
        if line.is_total and not by_class and not any((at, index) in sheet.cells for index in range(len(columns))):
            sheet.rows.pop()  # the label of a total whose figure stands elsewhere, or nowhere

    def _row_unit(self, line: LineRow) -> tuple[str, Origin | None] | None:
        """The money unit that a row states in a column 单位."""
        if line.money is None:
            return None
        code = unit_code(plain(line.money.text))
        return (code, cell_origin(self.grid.file, line.money)) if code is not None else None

    def _unit(self, column: Column) -> tuple[str, Origin | None]:
        """The money unit of a column; NotRecognisedError where nothing says it."""
        key = id(column.unit_cell)
        if key not in self.units:
            rows = (self.statement.begin, self.head.last - 1)
            said = column if column.unit is not None else self._unit_of_total() or column
            try:
                self.units[key] = money_unit(self.grid, rows, self.context.given.unit, column.unit, column.unit_cell)
            except NotRecognisedError:
                if said.unit is None:
                    raise
                self.units[key] = money_unit(self.grid, rows, None, said.unit, said.unit_cell)
        return self.units[key]

    def _unit_of_total(self) -> Column | None:
        """The column of a total that alone states the unit of all (`合计（万元）`)."""
        stated = [column for column in self.head.columns if column.unit is not None]
        return stated[0] if len({column.unit for column in stated}) == 1 and stated[0].total else None

    def _cell(self, row: int, column: Column, taken: set[int]) -> Cell | None:
        """The one cell of a column in a row that prints something; where two do, both are refused."""
        found: list[Cell] = []
        for col in column.cols:
            cell = self.table.cell_at(row, col)
            if (
                cell is None
                or not cell.text.strip()
                or id(cell) in taken
                or cell.row != row
                or cell.col not in column.cols
            ):
                continue
            if not any(cell is other for other in found):
                found.append(cell)
        if len(found) > 1:
            self.rows.refuse(self.grid.file, found, "recognise.column_unknown")
            return None
        return found[0] if found else None

    def _refuse_figures(self, row: int, block: Block, reason: str) -> None:
        """The figures of a row that cannot be placed are named; what is no figure is left for the end."""
        for column in block.columns:
            cell = self._cell(row, column, set())
            if cell is not None and not is_not_applicable(cell.text):
                self.rows.refuse(self.grid.file, [cell], reason)

    def _is_of_other_year(self) -> bool:
        caption, rows = self.statement.caption, range(self.statement.begin, self.head.last)
        year, layouts = self.context.facts.fiscal_year, self.context.layouts
        headings = (
            text for row in rows for text in self._texts(row) if caption is None or text != plain(caption.printed)
        )
        return caption is not None and of_other_year(plain(caption.printed), headings, year, layouts)

    def _leftovers(self, row: int, reason: str = "recognise.column_unknown") -> None:
        """What is left of a row: labels and numbers of lines are accounted for, figures are not."""
        asides = set(self.head.aside) | {col for block in self.head.blocks for col, _ in block.labels}
        for cell in self.table.cells:
            if cell.row != row or self.rows.used(cell):
                continue
            if cell.col in asides or parse_figure(cell.text) is None:
                self.rows.use([cell])
            else:
                self.rows.refuse(self.grid.file, [cell], reason)


def _shape(columns: Sequence[Column]) -> list[tuple[object, ...]]:
    return [
        (column.flow, column.stage, column.fund, column.type, column.item, column.economic, column.known, column.other)
        for column in columns
    ]


def _side(line: LineRow | None, layouts: Layouts) -> str | None:
    """The flow that a row's label says; None where it says none."""
    if line is None or (line.meaning is None and line.code is None):
        words = layouts["statements"]["flows"]["expenditure"]
        return "expenditure" if line is not None and matches(words, line.folded) else None
    if line.meaning is None:
        return None
    top = (line.meaning.item or "").partition(".")[0]
    return top if top in ("revenue", "expenditure") else None


def _is_title(printed: str, layouts: Layouts) -> bool:
    """True for a text that may be the caption of a statement: it calls itself a table."""
    folded, words = in_chinese(plain(printed)), layouts["markers"]
    return (folded.endswith(")") or ends_with(words["title_ends"], folded)) and stands(words["table_titles"], folded)


_OWN_LABELS = ("three_public", "projects")  # statements whose labels mean what they mean nowhere else
_REFUSED = {
    None: "recognise.column_unknown",
    "prior": "recognise.other_year",
    "change": "recognise.other_year",
    "share": "recognise.share_column",
    "moved": "recognise.moved_column",
    "count": "recognise.not_money",
}
