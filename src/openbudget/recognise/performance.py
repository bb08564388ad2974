"""Performance goals and indicators in forms: a goal, then a table of indicators."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from openbudget.model.amount import UNIT_WORDS, is_not_applicable, parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.model.place import SheetPlace
from openbudget.recognise.column_numbers import is_column_numbers
from openbudget.recognise.form_amounts import form_amounts, form_label, heads_columns
from openbudget.recognise.goals import SCOPES, Context, Goal, is_indicator, target_fields
from openbudget.recognise.grid import Header, find_headers, same_texts
from openbudget.recognise.layout import Layouts, finds, stands
from openbudget.recognise.project_columns import read_projects
from openbudget.recognise.records import code_of
from openbudget.recognise.rows import (
    Fields,
    Read,
    amount_fields,
    cell_origin,
    free_cells,
    one_line,
    read_figure,
    read_text,
    text_origin,
)
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.targets import parse_target
from openbudget.recognise.words import fold, numbering, plain

_SAID = ("level_1", "level_2", "level_3", "definition", "target")
_GRADES = (("grade_good", "良"), ("grade_fair", "中"), ("grade_poor", "差"))  # below 优, which is the target


class Forms:
    """Reads the forms of a disclosure in document order. A goal may stand in the same grid as its indicators, or in
    a small grid before it; a form may go on in the next grid."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.counts: dict[str, int] = {}
        self.open: Goal | None = None
        self.open_section: str | None = None
        self.head = (0, 0)  # the rows of the form's head that is being read

    def read(self, grid: Grid, section: Section) -> bool:
        """Adds the rows of a grid; False where it is no form."""
        header = self._header(grid, 0)
        pairs = self._pairs(grid, 0, header.first if header else grid.table.n_rows)
        if header is None:
            return self._only_goal(grid, section, pairs)
        if header.named("project") is not None:
            self._close()
            read_projects(grid, section, header, self)
            return True
        begin, current = 0, header
        while True:
            pairs = self._pairs(grid, begin, current.first)
            goal = self._goal(grid, section, pairs, begin == 0)
            following = self._header(grid, current.last)
            end = following.first if following else grid.table.n_rows
            stop = self.indicators(grid, current, goal, end)
            if following is None:
                break
            begin, current = stop, following
        self._close()
        return True

    def _header(self, grid: Grid, begin: int) -> Header | None:
        """The best header of a table of indicators from that row on; the earlier entry where two fit as well."""
        entries = [entry for entry in self.context.layouts["tables"] if entry["table"] == "performance_indicators"]
        found = find_headers(grid.table, entries, begin, grid.table.n_rows - 1)
        return max(found, key=lambda header: (-header.first, len(header.columns)), default=None)

    def _only_goal(self, grid: Grid, section: Section, pairs: Mapping[str, tuple[Cell, Cell]]) -> bool:
        """A small grid that holds a goal and no indicators."""
        if "goal" not in pairs or grid.table.n_rows > 12:
            return False
        self._close()
        self.head = (0, 1 + max(pair[0].row for pair in pairs.values()))
        goal = self._new(grid, section, pairs)
        self.context.rows.use(
            cell for cell in grid.table.cells if cell in {id(c): c for pair in pairs.values() for c in pair}.values()
        )
        for cell in grid.table.cells:
            if not cell.text.strip():
                self.context.rows.use([cell])
        self.open, self.open_section = goal, section.id
        self.write(goal)
        return True

    def _goal(self, grid: Grid, section: Section, pairs: Mapping[str, tuple[Cell, Cell]], first: bool) -> Goal:
        if first and "goal" not in pairs and self.open is not None and self.open_section == section.id:
            return self.open
        self._close()
        goal = self._new(grid, section, pairs)
        self.write(goal)
        return goal

    def _close(self) -> None:
        self.open = self.open_section = None

    def _pairs(self, grid: Grid, first: int, last: int) -> dict[str, tuple[Cell, Cell]]:
        """The named cells of a form's head: name of the field → (its label, its value, the cell to the right)."""
        self.head = (first, last)
        found: dict[str, tuple[Cell, Cell]] = {}
        for row in range(first, last):
            for col in range(grid.table.n_cols):
                cell = grid.table.cell_at(row, col)
                if cell is None or cell.col != col or cell.row != row or not cell.text.strip():
                    continue
                name = self._label(cell)
                value = self._below(grid, cell, name, last) or self._beside(grid, cell, name)
                if name is None or value is None or name in found or not value.text.strip() or self._label(value):
                    continue
                if name == "amount" and heads_columns(value, self.context.layouts):
                    continue  # `年度预算申请（万元）` over its rows, beside `按收入性质分`
                found[name] = (cell, value)
        return found

    def _beside(self, grid: Grid, label: Cell, name: str | None) -> Cell | None:
        """The cell to the right of a label. A name or a text may stand behind blank cells (a text has no spans); a
        figure may not: its cell is blank."""
        right = [grid.table.cell_at(label.row, col) for col in range(label.col + label.colspan, grid.table.n_cols)]
        if name in ("title", "goal"):
            return next((cell for cell in right if cell is not None and cell.text.strip()), None)
        return right[0] if right else None

    def _below(self, grid: Grid, label: Cell, name: str | None, last: int) -> Cell | None:
        """The figure under the label of an amount that stands beside the label of another amount."""
        if not (name or "").startswith("amount") or not label.col:
            return None
        below = grid.table.cell_at(label.row + label.rowspan, label.col)
        if below is None or below.row >= last or below.col != label.col or parse_figure(below.text) is None:
            return None
        beside = [grid.table.cell_at(label.row, col) for col in (label.col - 1, label.col + label.colspan)]
        amounts = [cell for cell in beside if cell is not None and (self._label(cell) or "").startswith("amount")]
        return below if any(cell.row == label.row for cell in amounts) else None

    def _label(self, cell: Cell) -> str | None:
        """The field that a cell of a form names, if it is a label."""
        return form_label(cell.text, self.context.layouts)

    def _new(self, grid: Grid, section: Section, pairs: Mapping[str, tuple[Cell, Cell]]) -> Goal:
        layouts = self.context.layouts
        goal = Goal()
        goal.scope = next((SCOPES[code] for code in section.codes if code in SCOPES), "project")
        goal.number, goal.title = self._title(grid, pairs)
        if goal.title.value and stands(layouts["markers"]["whole_department"], plain(str(goal.title.value))):
            goal.scope = "department"
        goal.fields = {
            "organization_id": Read(self.context.organization),
            "scope": Read(goal.scope),
            "number": Read(goal.number),
            "title": goal.title,
        }
        if "goal" in pairs:
            text = pairs["goal"][1]
            goal.fields["goal"] = Read(text.text.strip(), cell_origin(grid.file, text))
        goal.fields |= form_amounts(grid, pairs, self.head, self.context)
        if "amount" not in goal.fields and "goal" in pairs:
            goal.fields |= _stated_amount(grid.file, pairs["goal"][1], layouts)
        for pair in pairs.values():
            self.context.rows.use(pair)
        goal.fields |= self._details(grid)
        return goal

    def _details(self, grid: Grid) -> Fields:
        """The other cells of the form's head, each label with what stands to its right."""
        rows = self.context.rows
        first, last = self.head
        entries: list[str] = []
        origin: Origin | None = None
        for cell in grid.table.cells:
            if not first <= cell.row < last or rows.used(cell) or not cell.text.strip():
                continue
            value = grid.table.cell_at(cell.row, cell.col + cell.colspan)
            rows.use([cell])
            if value is not None and value.text.strip() and not rows.used(value) and value.row == cell.row:
                rows.use([value])
                entries.append(f"{one_line(cell.text).rstrip('：:')}：{one_line(value.text)}")
                origin = origin or cell_origin(grid.file, value)
        return {"details": Read("；".join(entries), origin)} if entries else {}

    def _title(self, grid: Grid, pairs: Mapping[str, tuple[Cell, Cell]]) -> tuple[str | None, Read]:
        """Number and title of a goal: the form's own field, else its caption without the words for the form."""
        if "title" in pairs:
            cell = pairs["title"][1]
            return None, Read(one_line(cell.text), cell_origin(grid.file, cell))
        if (inline := self._title_in_cell(grid)) is not None:
            return None, inline
        words = self.context.layouts["markers"]["form_captions"]
        for text in reversed(grid.before):
            title = _caption_title(text, words)
            if title is not None:
                return title
        for cell in grid.table.cells:
            if cell.row == 0 and cell.colspan == grid.table.n_cols:
                title = _caption_title(Text(grid.file, cell.text, cell.place), words)
                if title is not None:
                    self.context.rows.use([cell])
                    return title
        return None, Read(None)

    def _title_in_cell(self, grid: Grid) -> Read | None:
        """The title that a cell of the form's head holds behind its own label (`项目名称：某某系统`)."""
        for cell in grid.table.cells:
            folded = fold(cell.text)
            at = folded.text.find(":")
            if not self.head[0] <= cell.row < self.head[1] or not 0 < at < len(folded.text) - 1:
                continue
            if form_label(folded.text[:at], self.context.layouts) == "title":
                self.context.rows.use([cell])
                start, end = folded.span(at + 1, len(folded.text))
                text = Text(grid.file, cell.text, cell.place)
                return Read(one_line(cell.text[start:end]), text_origin(text, start, end, "cell"))
        return None

    def write(self, goal: Goal) -> None:
        """Adds the goal's row; its id is made of scope and number (printed, else the next)."""
        number = goal.number
        self.counts[goal.scope] = self.counts.get(goal.scope, 0) + 1
        if number is None:
            number = str(self.counts[goal.scope])
            goal.fields["number"] = Read(None)
        row_id = goal.scope if goal.scope == "department" else f"{goal.scope}/{number}"
        goal.row_id = self.context.rows.add("performance_goals", row_id, goal.fields)

    def indicators(self, grid: Grid, header: Header, goal: Goal, end: int, begin: int | None = None) -> int:
        """Adds the indicator rows of [begin or header.last, end); returns the row after the last that was one."""
        rows, table = self.context.rows, grid.table
        assert goal.row_id is not None
        rows.use(cell for cell in table.cells if header.first <= cell.row < header.last)
        filled: dict[str, Cell] = {}
        sheet = isinstance(table.place, SheetPlace)  # where nothing was typed, a sheet has no cell
        begin = header.last if begin is None else begin
        number = begin
        for number in range(begin, end):
            line = [table.cell_at(number, col) for col in range(table.n_cols)]
            cells = {column.name: table.cell_at(number, col) for col, column in header.columns.items()}
            if (
                not any(cell and cell.text.strip() for cell in line)
                or same_texts(table, number, header)
                or is_column_numbers(line, self.context.layouts)
            ):
                rows.use(line)
                continue
            if not sheet and any(cell is None for cell in cells.values()):
                rows.refuse(grid.file, line, "recognise.row_width")
                continue
            if not is_indicator(cells):
                break
            if not any((cell := cells.get(name)) and cell.text.strip() for name in _SAID):
                continue  # `二、防汛抗旱` over the activities below it
            for name in ("level_1", "level_2"):
                cell = cells.get(name)
                if cell is not None and cell.text.strip():
                    if filled.get(name) is not cell and name == "level_1":
                        filled.pop("level_2", None)
                    filled[name] = cell
            rows.use(free_cells(table, number))
            if _says_none(cells):
                continue
            goal.indicators += 1
            fields = self._indicator(grid.file, cells, filled, goal)
            rows.add("performance_indicators", f"{goal.row_id}/{goal.indicators}", fields)
        else:
            return end
        return number

    def _indicator(self, file: str, cells: Mapping[str, Cell | None], filled: Mapping[str, Cell], goal: Goal) -> Fields:
        layouts, rows = self.context.layouts, self.context.rows
        fields: Fields = {"goal_id": Read(goal.row_id), "number": Read(goal.indicators), "origin": Read("table")}
        for name in ("level_1", "level_2"):
            if name in cells and name in filled:
                read = read_text(file, filled[name])
                fields[name] = read
                fields[f"{name}_code"] = Read(code_of(f"indicator_{name}", str(read.value), layouts), read.origin)
        for name in ("level_3", "definition", "score_rule", "basis", "remark"):
            if name in cells:
                fields[name] = read_text(file, cells[name])
        if grades := [(label, cell) for name, label in _GRADES if (cell := cells.get(name)) and cell.text.strip()]:
            said = "；".join(f"{label}：{one_line(cell.text)}" for label, cell in grades)
            fields["score_rule"] = Read(said, cell_origin(file, grades[0][1]))
        if (basis := fields.get("basis")) is not None and basis.value is not None:
            fields["basis_code"] = Read(code_of("target_basis", str(basis.value), layouts), basis.origin)
        if "weight" in cells:
            figure, origin = read_figure(rows, file, cells["weight"])
            fields["weight"] = Read(figure.value if figure else None, origin)
        return fields | self._target(file, cells)

    def _target(self, file: str, cells: Mapping[str, Cell | None]) -> Fields:
        """The target of a row; operator and unit may have columns of their own."""
        cell = cells.get("target")
        if cell is None or not cell.text.strip():
            return {}
        operator, unit = (_said(cells.get(name)) for name in ("operator", "unit"))
        if operator and stands(self.context.layouts["markers"]["no_operator"], plain(operator)):
            operator = ""
        target = parse_target(
            operator + one_line(cell.text), self.context.facts.fiscal_year, self.context.layouts, unit or None, True
        )
        return target_fields(target, one_line(cell.text), cell_origin(file, cell))


def _said(cell: Cell | None) -> str:
    """The text of a cell, in one line; "" where it says nothing (`无`)."""
    return "" if cell is None or plain(cell.text) == "无" else one_line(cell.text)


def _says_none(cells: Mapping[str, Cell | None]) -> bool:
    """True where a row says that there is no indicator of its kind (`无`, no target)."""
    name, target = cells.get("level_3"), cells.get("target")
    blank = target is None or not target.text.strip() or is_not_applicable(target.text) or plain(target.text) == "无"
    return blank and name is not None and (plain(name.text) == "无" or is_not_applicable(name.text))


def _caption_title(text: Text, words: Sequence[str]) -> tuple[str | None, Read] | None:
    """`1、维保经费绩效目标表` → 1, 维保经费; None where the text is no caption of a form."""
    numbered = numbering(text.printed.strip())
    start = numbered.rest if numbered else 0
    lead = len(text.printed) - len(text.printed.lstrip())
    rest = text.printed[lead + start :]
    folded = fold(rest)
    match = finds(words, folded.text)
    if match is None or match.start() < 2 or len(folded.text) > 80 or match.end() < len(folded.text) - 8:
        return None
    end = folded.span(0, match.start())[1]
    title = rest[:end].strip()
    at = lead + start + rest.index(title)
    origin = text_origin(text, at, at + len(title), "heading")
    return (str(numbered.ordinal) if numbered else None), Read(title, origin)


def _stated_amount(file: str, cell: Cell, layouts: Layouts) -> Fields:
    """The amount that a goal's text states outright (`支付金额为9万元`), where it states just one."""
    folded = fold(cell.text)
    words = "|".join(re.escape(plain(word)) for word in layouts["markers"]["goal_amount"])
    found = list(
        re.finditer(rf"(?:{words})(?:为|是|共|共计|:)*(?P<figure>[\d,]+(?:\.\d+)?)(?P<unit>{UNIT_WORDS})", folded.text)
    )
    if len(found) != 1:
        return {}
    figure, unit = parse_figure(found[0]["figure"]), unit_code(found[0]["unit"])
    if figure is None or unit is None:
        return {}
    text = Text(file, cell.text, cell.place)
    origin = text_origin(text, *folded.span(*found[0].span("figure")))
    return amount_fields(figure, unit, origin, text_origin(text, *folded.span(*found[0].span("unit"))))
