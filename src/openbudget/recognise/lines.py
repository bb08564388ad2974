"""The mandated tables as budget lines: every printed figure of a statement is one row, or is named with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from openbudget.model.amount import is_not_applicable, parse_figure
from openbudget.model.document import Cell
from openbudget.recognise.grid import is_column_numbers
from openbudget.recognise.lines_cells import Amounts, Sheet, Tree, item_code, of_carryover, settle_public
from openbudget.recognise.lines_changes import add_changes
from openbudget.recognise.lines_columns import resolved
from openbudget.recognise.lines_header import Block, Column
from openbudget.recognise.lines_hierarchy import order_rows
from openbudget.recognise.lines_rows import LineRow, RowReader, is_note
from openbudget.recognise.lines_statement import OVERVIEWS, Statement, find_statement
from openbudget.recognise.lines_units import add_unit, same_body, table_organization
from openbudget.recognise.lines_words import heading, label
from openbudget.recognise.outline import Grid, Section
from openbudget.recognise.performance import Context
from openbudget.recognise.rows import Fields, Read, amount_fields, cell_origin, one_line, read_figure, row_key
from openbudget.recognise.units import money_unit
from openbudget.recognise.words import plain


def read_lines(grid: Grid, section: Section, context: Context) -> bool:
    """Adds the lines of a grid that is one of the mandated tables; False where it is none.

    NotRecognisedError where figures stand in it and neither it nor the options say their money unit.
    """
    statement, _ = find_statement(grid, context.facts.fiscal_year, context.layouts)
    if statement is None:
        return False
    _Reader(grid, statement, context).run()
    return True


class _Reader:
    """Reads one statement."""

    def __init__(self, grid: Grid, statement: Statement, context: Context) -> None:
        self.grid, self.statement, self.context = grid, statement, context
        self.table, self.rows, self.head = grid.table, context.rows, statement.head
        self.organization = table_organization(grid, statement.head.first, context)
        self.units: dict[str, str] = {}
        self.unit_rows: list[LineRow] = []

    def run(self) -> None:
        if self.statement.caption is not None:
            self.rows.captions[id(self.table)] = self.statement.caption
        self.rows.use(cell for cell in self.table.cells if cell.row < self.head.last)
        numbers = self._data_rows()
        sheets: list[Sheet] = []
        for block in self.head.blocks:
            self._read_block(block, numbers, sheets)
        for sheet in sheets:
            order_rows(sheet.rows)
            settle_public(sheet)
        self._mark_repeated(sheets)
        self.unit_rows = [line for sheet in sheets for line in sheet.rows if line.unit is not None]
        for sheet in sheets:
            self._write(sheet)
        for row in numbers:
            self._leftovers(row)

    def _data_rows(self) -> list[int]:
        """The rows below the head that hold data; blank ones, column numbers, repeated heads and notes are passed over."""
        kept = []
        heads = [self._texts(row) for row in range(self.head.first, self.head.last)]
        for row in range(self.head.last, self.table.n_rows):
            line = [self.table.cell_at(row, col) for col in range(self.table.n_cols)]
            printed = {id(cell): cell for cell in line if cell is not None and cell.text.strip()}
            empty = not printed or self._texts(row) in heads
            if empty or _numbers_columns(list(printed.values())) or self._is_heading(line) or self._is_aside(printed):
                self.rows.use(line)
            else:
                kept.append(row)
        return kept

    def _texts(self, row: int) -> list[str]:
        cells = [self.table.cell_at(row, col) for col in range(self.table.n_cols)]
        return [plain(cell.text) if cell is not None else "" for cell in cells]

    def _is_heading(self, line: Sequence[Cell | None]) -> bool:
        """True where the columns of money hold words of headings and no figure: a row of headings below the head."""
        money = {col for column in self.head.columns for col in column.cols}
        texts = [plain(cell.text) for col, cell in enumerate(line) if col in money and cell is not None and cell.text.strip()]
        year, layouts = self.context.facts.fiscal_year, self.context.layouts
        return bool(texts) and all(parse_figure(text) is None and heading(text, year, layouts) is not None for text in texts)

    def _is_aside(self, printed: Mapping[int, Cell]) -> bool:
        """True for a note, or a title printed again over the whole width."""
        if len(printed) != 1:
            return False
        cell = next(iter(printed.values()))
        wide = cell.colspan == self.table.n_cols > 1
        return is_note(cell.text, self.context.layouts) or (wide and parse_figure(cell.text) is None)

    def _read_block(self, block: Block, numbers: Sequence[int], sheets: list[Sheet]) -> None:
        """Reads one block: a sheet of its own, or more rows of the one before where it only goes on with that."""
        flow = block.flow or self._flow(block, numbers)
        columns = resolved(block.columns, self.statement.code, flow, self.context.facts.kind)
        if sheets and self.statement.code not in OVERVIEWS and _shape(sheets[-1].columns) == _shape(columns):
            sheet = sheets[-1]
        else:
            sheet = Sheet(self.statement.code, [], columns)
            sheets.append(sheet)
        reader = self._rows_of(block, "three_public" if self.statement.code == "three_public" else flow)
        for number in numbers:
            line = reader.read(number) if block.labels else LineRow(number, Read(None), Read(None), "")
            if line is None or (block.labels and line.item.value is None):
                self._refuse_figures(number, block, "recognise.row_without_item")
            elif line.unclear is not None:
                self._refuse_figures(number, block, line.unclear)
            else:
                self._read_row(sheet, line, columns)
        if not block.labels and len({row for row, _ in sheet.cells}) > 1:
            sheet.cells.clear()
            for line in sheet.rows:
                self._refuse_figures(line.row, block, "recognise.row_without_item")

    def _rows_of(self, block: Block, flow: str | None) -> RowReader:
        facts = self.context.facts
        return RowReader(self.table, self.grid.file, block, flow, facts.fiscal_year, self.context.layouts)

    def _flow(self, block: Block, numbers: Sequence[int]) -> str:
        """The flow of a block whose titles do not say it: by the labels of its rows, else what the statement is of."""
        if self.statement.code == "revenue":
            return "revenue"
        if self.statement.code not in ("revenue_expenditure", "appropriation"):
            return "expenditure"
        reader = self._rows_of(block, None)
        votes = {"revenue": 0, "expenditure": 0}
        for number in numbers:
            line = reader.read(number)
            top = (line.meaning.item or "").partition(".")[0] if line is not None and line.meaning is not None else ""
            if top in votes:
                votes[top] += 1
        return max(votes, key=lambda side: votes[side])

    def _read_row(self, sheet: Sheet, line: LineRow, columns: Sequence[Column]) -> None:
        at = len(sheet.rows)
        sheet.rows.append(line)
        taken = {id(cell) for cell in line.cells}
        for index, column in enumerate(columns):
            cell = self._cell(line.row, column, taken)
            if cell is None:
                continue
            if not column.known or column.other is not None:
                if column.known and column.other == "change" and parse_figure(plain(cell.text).rstrip("%")) is not None:
                    sheet.changes[at, index] = cell
                elif not is_not_applicable(cell.text):
                    self.rows.refuse(self.grid.file, [cell], _REFUSED[column.other if column.known else None])
                continue
            figure, origin = read_figure(self.rows, self.grid.file, cell)
            if figure is None and not is_not_applicable(cell.text):
                self.rows.refuse(self.grid.file, [cell], "recognise.not_a_number_cell")
                continue
            assert origin is not None
            unit, unit_origin = money_unit(self.grid, self.head.last - 1, self.context.given.unit, column.unit, column.unit_cell)
            sheet.cells[at, index] = Amounts(figure, origin, unit, unit_origin)
            self.rows.use([cell])
        if line.is_total and not any((at, index) in sheet.cells for index in range(len(columns))):
            sheet.rows.pop()  # the label of a total whose figure stands elsewhere, or nowhere

    def _cell(self, row: int, column: Column, taken: set[int]) -> Cell | None:
        """The one cell of a column in a row that prints something; where two do, both are refused."""
        found: list[Cell] = []
        for col in column.cols:
            cell = self.table.cell_at(row, col)
            if cell is None or not cell.text.strip() or id(cell) in taken or cell.row != row or cell.col not in column.cols:
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

    def _leftovers(self, row: int) -> None:
        """What is left of a row: labels and numbers of lines are accounted for, figures are not."""
        asides = set(self.head.aside) | {col for block in self.head.blocks for col, _ in block.labels}
        for cell in self.table.cells:
            if cell.row != row or self.rows.used(cell):
                continue
            if cell.col in asides or parse_figure(cell.text) is None:
                self.rows.use([cell])
            else:
                self.rows.refuse(self.grid.file, [cell], "recognise.column_unknown")

    # -- writing

    def _mark_repeated(self, sheets: Sequence[Sheet]) -> None:
        """A second block of a flow (支出按功能分类, 支出按经济分类), or a second table of a statement, says the same money
        again: its rows must not be added to the first."""
        seen = {
            (row.values.get("organization_id"), row.values.get("statement"), row.values.get("flow"), row.values.get("stage"))
            for row in self.rows.tables.get("budget_lines", ())
        }
        flows: dict[str, Sheet] = {}
        for sheet in sheets:
            keys = {(self.organization, sheet.statement, column.flow, column.stage) for column in sheet.columns}
            if keys & seen:
                sheet.alternate = True
            flow = sheet.columns[0].flow or ""
            total = any(line.is_total for line in sheet.rows)
            if flow in flows and total and self.statement.code in ("revenue_expenditure", "appropriation"):
                sheet.alternate = True
            flows.setdefault(flow, sheet)

    def _write(self, sheet: Sheet) -> None:
        tree = Tree(sheet)
        ids = {}
        for at, index in sorted(sheet.cells):
            ids[at, index] = self.rows.name("budget_lines", self._id(sheet, at, index))
        for at, index in sorted(sheet.cells):
            parent = tree.parent(at, index)
            fields = self._fields(sheet, at, index)
            fields["parent_id"] = Read(ids[parent] if parent is not None else None)
            fields["is_total"] = Read(tree.is_total(at, index))
            cell = sheet.cells[at, index]
            self.rows.put("budget_lines", ids[at, index], fields | amount_fields(cell.figure, cell.unit, cell.origin, cell.unit_origin))
        add_changes(sheet, ids, self.grid.file, self.context.facts.fiscal_year, self.rows)

    def _code(self, sheet: Sheet, at: int, index: int) -> str | None:
        return item_code(sheet.rows[at], sheet.columns[index], sheet.rows, sheet.columns)

    def _id(self, sheet: Sheet, at: int, index: int) -> str:
        line, column = sheet.rows[at], sheet.columns[index]
        code = self._code(sheet, at, index)
        statement = _own_statement(sheet.statement, code)
        organization = self._organization(line)
        parts = [statement] + ([row_key(organization)] if organization != self.context.organization else [])
        meaning = line.meaning
        classified = meaning and (meaning.function or (meaning.economic[0] if meaning.economic else None))
        named = line.code or classified or (None if line.unit_row else self._coded(sheet, line, code)) or row_key(line.folded) or code or "line"
        if not (line.unit_row and len(parts) > 1):
            parts.append(named)
        if line.economic is not None:
            parts.append(line.economic.code)
        if line.project is not None and line.project.value is not None:
            parts.append(row_key(str(line.project.value)))
        if column.item is not None and named != code and (column.total or not column.item.endswith(".current")):
            parts.append(column.item.partition(":")[0])
        if column.type not in (None, "total"):
            parts.append(str(column.type))
        if column.economic is not None:
            parts.append(column.economic[0])
        plainly = column.fund in (None, "total", "carryover", "surplus_use") or (column.total and not column.groups)
        tail = "" if plainly else f"@{column.fund}"
        default = "budget" if self.context.facts.kind == "budget" else "final"
        if statement == "agency_operation":
            parts.append("table")  # a sentence may say it too
        return "/".join(parts) + tail + (f"#{column.stage}" if column.stage != default else "")

    def _coded(self, sheet: Sheet, line: LineRow, code: str | None) -> str | None:
        """The item code where it tells a row apart: not for classes, nor for the parts of what was carried over."""
        inside = of_carryover(line, sheet.rows)
        return None if inside or code is None or code.endswith((".function", ".economic")) else code

    def _organization(self, line: LineRow) -> str:
        """The id of the organisation of a row; its unit is added where it is not known yet."""
        if line.unit is None:
            return self.organization
        if line.unit not in self.units:
            named = next((row for row in self.unit_rows if row.unit == line.unit and row.unit_read is not None), line)
            alone = len({row.unit for row in self.unit_rows}) == 1 and same_body(line.unit, self.organization)
            own = alone or line.unit == self.organization
            read, code = named.unit_read or Read(line.unit), named.unit_code
            self.units[line.unit] = self.organization if own else add_unit(line.unit, read, code, self.context)
        return self.units[line.unit]

    def _fields(self, sheet: Sheet, at: int, index: int) -> Fields:
        line, column = sheet.rows[at], sheet.columns[index]
        code = self._code(sheet, at, index)
        file = self.grid.file
        heading = cell_origin(file, column.item_cell)
        meaning = line.meaning
        by_column = column.item is not None and ":" not in column.item
        named = sheet.statement == "three_public" and any((other.item or "").startswith("three_public.") for other in sheet.columns)
        item = line.item
        if line.item.value is None or named:
            item = Read(one_line(column.item_cell.text), heading)
        fields: Fields = {
            "organization_id": Read(self._organization(line)),
            "fiscal_year": Read(self.context.facts.fiscal_year),
            "stage": Read(column.stage),
            "statement": Read(_own_statement(sheet.statement, code)),
            "flow": Read(column.flow if meaning is None or meaning.flow is None or column.item else meaning.flow),
            "item": item,
            "item_code": Read(code, heading if by_column else item.origin),
            "fund_source": self._fund(sheet, line, column, code),
            "expenditure_type": Read(column.type or (meaning.type if meaning else None)),
            "project": line.project or Read(None),
        }
        if line.scheme == "function" or (meaning is not None and meaning.function):
            fields["function_code"] = Read(line.code or meaning.function, line.code_origin)  # type: ignore[union-attr]
            fields["function_name"] = line.name
        economic = meaning.economic if meaning is not None and meaning.economic else column.economic
        if line.scheme in ("department", "government"):
            fields["economic_code"], fields["economic_name"] = Read(line.code, line.code_origin), line.name
            fields["economic_scheme"] = Read(line.scheme)
        elif line.economic is not None:
            fields["economic_code"], fields["economic_name"] = Read(line.economic.code, line.economic.origin), line.economic.name
            fields["economic_scheme"] = Read(line.economic.scheme)
        elif economic is not None:
            fields["economic_code"] = Read(economic[0])
            fields["economic_name"] = line.name if meaning is not None and meaning.economic else Read(one_line(column.heading.text), cell_origin(file, column.heading))
            fields["economic_scheme"] = Read("government" if economic[0].startswith("5") else "department")
        return fields

    def _fund(self, sheet: Sheet, line: LineRow, column: Column, code: str | None) -> Read:
        """The fund of a cell: its column's, else its row's."""
        if column.fund is not None:
            return Read(column.fund)
        meaning = line.meaning
        if of_carryover(line, sheet.rows):
            bare = _CARRIED.sub("", line.folded)
            meaning = label(bare, "revenue", self.context.layouts, self.context.facts.fiscal_year) or meaning
        if meaning is not None and meaning.fund is not None and (code or "").startswith("revenue"):
            return Read(meaning.fund, line.name.origin)
        return Read(None)


def _shape(columns: Sequence[Column]) -> list[tuple[object, ...]]:
    return [
        (column.flow, column.stage, column.fund, column.type, column.item, column.economic, column.known, column.other)
        for column in columns
    ]


def _own_statement(statement: str, code: str | None) -> str:
    """机关运行经费 printed beside 三公 is a statement of its own."""
    return "agency_operation" if code == "agency_operation" else statement


_REFUSED = {
    None: "recognise.column_unknown",
    "prior": "recognise.other_year",
    "change": "recognise.other_year",
    "share": "recognise.share_column",
}
_CARRIED = re.compile(r"(?:结转|结余|和|及|、)+$")
_COLUMN_NUMBER = re.compile(r"栏次|行次|序号|类|款|项|\*{1,3}|[\d一-十A-Z]{1,2}(?:[=＝][\d+\-()（）]+)?|\d{1,2}栏")


def _numbers_columns(cells: Sequence[Cell]) -> bool:
    """True for a row that only numbers the columns (栏次 | 1 | 2 | 3), also block by block."""
    if is_column_numbers(cells):
        return True
    texts = [plain(cell.text) for cell in cells]
    return any(text in ("栏次", "行次") for text in texts) and all(_COLUMN_NUMBER.fullmatch(text) for text in texts)
