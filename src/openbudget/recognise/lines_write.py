"""The cells of a statement written as rows: their ids, their fields, the units they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.recognise.bodies import same_body
from openbudget.recognise.goals import Context
from openbudget.recognise.layout import without_ends
from openbudget.recognise.lines_cells import Sheet, Tree, item_code, of_carryover
from openbudget.recognise.lines_changes import add_changes
from openbudget.recognise.lines_header import Column
from openbudget.recognise.lines_row import LineRow
from openbudget.recognise.lines_statement import OVERVIEWS
from openbudget.recognise.lines_units import add_unit
from openbudget.recognise.lines_words import label
from openbudget.recognise.rows import Fields, Read, amount_fields, cell_origin, one_line, row_key
from openbudget.recognise.sections import Grid

_JOINS = ("和", "及", "、")


class Writer:
    """Writes the sheets of one statement; `organization` is the one that its title names."""

    def __init__(self, grid: Grid, context: Context, organization: str, sheets: Sequence[Sheet]) -> None:
        self.grid, self.context, self.rows = grid, context, context.rows
        self.organization, self.sheets = organization, sheets
        self.units: dict[str, str] = {}
        self.unit_rows = [line for sheet in sheets for line in sheet.rows if line.unit is not None]

    def write(self) -> None:
        """Adds a row of budget_lines for every cell, and what its columns of change say."""
        self._mark_repeated(self.sheets)
        for sheet in self.sheets:
            self._sheet(sheet)

    def _mark_repeated(self, sheets: Sequence[Sheet]) -> None:
        """A second block of a flow (支出按功能分类, 支出按经济分类), or a second table of a statement, says the same
        money again: its rows must not be added to the first."""
        seen = {
            (
                row.values.get("organization_id"),
                row.values.get("statement"),
                row.values.get("flow"),
                row.values.get("stage"),
            )
            for row in self.rows.tables.get("budget_lines", ())
        }
        flows: dict[str, Sheet] = {}
        for sheet in sheets:
            keys = {(self.organization, sheet.statement, column.flow, column.stage) for column in sheet.columns}
            if keys & seen:
                sheet.alternate = True
            flow = sheet.columns[0].flow or ""
            total = any(line.is_total for line in sheet.rows)
            if flow in flows and total and sheet.statement in OVERVIEWS:
                sheet.alternate = True
            flows.setdefault(flow, sheet)

    def _sheet(self, sheet: Sheet) -> None:
        tree = Tree(sheet)
        ids = {}
        for at, index in sorted(sheet.cells):
            ids[at, index] = self.rows.name("budget_lines", self._id(sheet, at, index))
        for at, index in sorted(sheet.cells):
            parent = tree.parent(at, index)
            fields = self._fields(sheet, at, index)
            fields["parent_id"] = Read(ids[parent] if parent is not None else None)
            fields["is_total"] = Read(tree.is_total(at, index))
            fields["of_which"] = Read(tree.of_which(at, index))
            cell = sheet.cells[at, index]
            self.rows.put(
                "budget_lines",
                ids[at, index],
                fields | amount_fields(cell.figure, cell.unit, cell.origin, cell.unit_origin),
            )
        add_changes(sheet, ids, self.grid.file, self.context)

    def _code(self, sheet: Sheet, at: int, index: int) -> str | None:
        code = item_code(sheet.rows[at], sheet.columns[index], sheet.rows, sheet.columns)
        total = code in ("expenditure", "expenditure.current")
        return "agency_operation" if total and sheet.statement == "agency_operation" else code

    def _id(self, sheet: Sheet, at: int, index: int) -> str:
        line, column = sheet.rows[at], sheet.columns[index]
        code = self._code(sheet, at, index)
        statement = _own_statement(sheet, at, code)
        organization = self._organization(line)
        parts = [statement] + ([row_key(organization)] if organization != self.context.organization else [])
        meaning = line.meaning
        classified = meaning and (meaning.function or (meaning.economic[0] if meaning.economic else None))
        named = (
            line.code
            or classified
            or (None if line.unit_row else self._coded(sheet, line, code))
            or row_key(line.folded)
            or code
            or "line"
        )
        if not (line.unit_row and len(parts) > 1):
            parts.append(named)
        if line.economic is not None:
            parts.append(line.economic.code)
        if line.project is not None and line.project.value is not None and line.project is not line.name:
            parts.append(row_key(str(line.project.value)))
        mixed = len({other.flow for other in sheet.columns}) > 1
        telling = column.total or mixed or not (column.item or "").endswith(".current")
        if column.item is not None and named != code and telling:
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
        if line.unit not in self.units and line.unit_name is None and not self._named(line.unit):
            self.units[line.unit] = self._by_code(line.unit)
        if line.unit not in self.units:
            named = next((row for row in self.unit_rows if row.unit == line.unit and row.unit_read is not None), line)
            listed = any(row.id == line.unit for row in self.rows.tables.get("organizations", ()))
            alone = (
                len({row.unit for row in self.unit_rows}) == 1
                and not listed  # as a unit of the department, in another table
                and same_body(line.unit, self.organization, self.context.layouts)
            )
            own = alone or (line.unit == self.organization and not self._office(named))
            read, code = named.unit_read or Read(line.unit), named.unit_code
            key = f"{line.unit}-{code.value}" if line.unit == self.organization and code is not None else line.unit
            self.units[line.unit] = self.organization if own else add_unit(key, read, code, self.context)
        return self.units[line.unit]

    def _named(self, unit: str) -> bool:
        return any(row.unit == unit and row.unit_name is not None for row in self.unit_rows)

    def _by_code(self, code: str) -> str:
        """The organisation that was printed with this code in another table; the statement's own where none was."""
        found = [row.id for row in self.rows.tables.get("organizations", ()) if row.get("agency_code") == code]
        return found[0] if len(found) == 1 else self.organization

    def _office(self, line: LineRow) -> bool:
        """True for the row of a department's own office, printed under the department's name and a code among its other
        units, where a total of all of them is printed too: its figures are not the department's."""
        others = {row.unit for row in self.unit_rows if row.unit_row} - {line.unit}
        totals = any(row.is_total and row.unit is None for sheet in self.sheets for row in sheet.rows)
        if line.unit_code is None or not others or not totals:
            return False
        codes = [str(row.unit_code.value) for row in self.unit_rows if row.unit in others and row.unit_code is not None]
        return not any(code.startswith(str(line.unit_code.value)) for code in codes)  # it takes those units in

    def _fields(self, sheet: Sheet, at: int, index: int) -> Fields:
        line, column = sheet.rows[at], sheet.columns[index]
        code = self._code(sheet, at, index)
        file = self.grid.file
        heading = cell_origin(file, column.item_cell)
        meaning = line.meaning
        by_column = column.item is not None and ":" not in column.item
        named = sheet.statement == "three_public" and any(
            (other.item or "").startswith("three_public.") for other in sheet.columns
        )
        item = line.item
        if line.item.value is None or named:
            item = Read(one_line(column.item_cell.text), heading)
        fields: Fields = {
            "organization_id": Read(self._organization(line)),
            "fiscal_year": Read(self.context.facts.fiscal_year),
            "stage": Read(column.stage),
            "statement": Read(_own_statement(sheet, at, code)),
            "flow": Read(column.flow if meaning is None or meaning.flow is None or column.item else meaning.flow),
            "item": item,
            "item_code": Read(code, heading if by_column else item.origin),
            "fund_source": self._fund(sheet, line, column, code),
            "expenditure_type": Read(column.type or (meaning.type if meaning else None)),
            "project": line.project or Read(None),
        }
        if line.scheme == "function" or (meaning is not None and meaning.function):
            function = line.code_printed or line.code or meaning.function  # type: ignore[union-attr]
            fields["function_code"] = Read(function, line.code_origin)
            fields["function_name"] = line.name
        economic = meaning.economic if meaning is not None and meaning.economic else column.economic
        if line.scheme in ("department", "government"):
            fields["economic_code"] = Read(line.code_printed or line.code, line.code_origin)
            fields["economic_name"] = line.name
            fields["economic_scheme"] = Read(line.scheme)
        elif line.economic is not None:
            fields["economic_code"], fields["economic_name"] = (
                Read(line.economic.code, line.economic.origin),
                line.economic.name,
            )
            fields["economic_scheme"] = Read(line.economic.scheme)
        elif economic is not None:
            fields["economic_code"] = Read(economic[0])
            fields["economic_name"] = (
                line.name
                if meaning is not None and meaning.economic
                else Read(one_line(column.heading.text), cell_origin(file, column.heading))
            )
            fields["economic_scheme"] = Read("government" if economic[0].startswith("5") else "department")
        return fields

    def _fund(self, sheet: Sheet, line: LineRow, column: Column, code: str | None) -> Read:
        """The fund of a cell: its column's, else its row's."""
        if column.fund is not None:
            return Read(column.fund)
        meaning = line.meaning
        if of_carryover(line, sheet.rows):
            layouts, year = self.context.layouts, self.context.facts.fiscal_year
            bare = without_ends([*layouts["statements"]["carried"], *_JOINS], line.folded)
            meaning = label(bare, "revenue", layouts, year) or meaning
        if meaning is not None and meaning.fund is not None and (code or "").startswith("revenue"):
            return Read(meaning.fund, line.name.origin)
        return Read(None)


def _own_statement(sheet: Sheet, at: int, code: str | None) -> str:
    """机关运行经费 printed beside 三公 is a statement of its own, with its parts."""
    up: int | None = at
    while up is not None:
        meaning = sheet.rows[up].meaning
        if code == "agency_operation" or (meaning is not None and meaning.item == "agency_operation"):
            return "agency_operation"
        up = sheet.rows[up].parent
    return sheet.statement
