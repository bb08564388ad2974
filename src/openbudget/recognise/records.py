"""Tables of records: organisations, procurement items, assets. One row of the grid is one row of the standard."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any

from openbudget.errors import NotRecognisedError
from openbudget.model.amount import parse_figure, unit_code
from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.model.place import SheetPlace
from openbudget.recognise.column_numbers import is_column_numbers
from openbudget.recognise.goals import Context
from openbudget.recognise.grid import Header, same_texts, stated_unit
from openbudget.recognise.layout import Layouts, matches
from openbudget.recognise.rows import (
    Fields,
    Read,
    Rows,
    amount_fields,
    cell_origin,
    free_cells,
    one_line,
    read_amount,
    read_figure,
    read_number,
    read_text,
    row_key,
    text_origin,
)
from openbudget.recognise.sections import Grid, Text
from openbudget.recognise.staff_rows import staff_row
from openbudget.recognise.units import money_unit
from openbudget.recognise.words import OF_WHICH, fold, is_worded, plain, unnumbered

Cells = dict[str, Cell | None]


def read_records(grid: Grid, header: Header, around: Context) -> None:
    """Adds the rows of a grid whose header was found. Rows that do not fit the header stay unrecognised, and so do cells
    in columns that it does not know."""
    table, layouts, rows = grid.table, around.layouts, around.rows
    rows.use(cell for cell in table.cells if cell.row < header.last)
    readers: dict[str, Callable[..., None]] = {
        "organizations": _organization,
        "procurement": _procurement,
        "assets": _asset,
        "staff": lambda cells, context: staff_row(cells, context, as_of(grid, header.last)),
    }
    reader = readers[header.entry["table"]]
    context: dict[str, Any] = {
        "facts": around.facts,
        "organization": around.organization,
        "given": around.given,
        "layouts": layouts,
        "rows": rows,
        "grid": grid,
        "header": header,
        "last": {},
    }
    lines = list(_data_rows(grid, header, rows, layouts))
    if header.entry["table"] == "procurement":
        context["totals"] = {_total_of(cells, layouts) for _, cells in lines} - {None}
    for number, cells in lines:
        try:
            reader(cells, context)
        except NotRecognisedError as error:
            if error.key == "recognise.no_unit":
                raise
            rows.refuse(grid.file, free_cells(table, number), error.key)
            continue
        own = around.organization if (buyer := cells.get("buyer")) is None else plain(buyer.text)
        unread = {name for name, spec in header.entry["columns"].items() if spec.get("unread")}
        unread |= {"buyer"} if own != around.organization else set()
        known = {id(cell) for name, cell in cells.items() if name not in unread}
        rows.use(cell for cell in free_cells(table, number) if id(cell) in known)
        rows.refuse(grid.file, free_cells(table, number), "recognise.column_unknown")


def _data_rows(grid: Grid, header: Header, rows: Rows, layouts: Layouts) -> Iterator[tuple[int, Cells]]:
    """The rows below the header that hold data, by column name; those that do not fit are refused."""
    table = grid.table
    counted: set[int] = set()
    for number in range(header.last, table.n_rows):
        line = [table.cell_at(number, col) for col in range(table.n_cols)]
        if (
            not any(cell and cell.text.strip() for cell in line)
            or is_column_numbers(line, layouts)
            or same_texts(table, number, header)
        ):
            rows.use(line)
            continue
        sheet = isinstance(table.place, SheetPlace)  # where nothing was typed, a sheet has no cell
        if not sheet and any(table.cell_at(number, col) is None for col in header.columns):
            rows.refuse(grid.file, line, "recognise.row_width")
            continue
        if _is_other_header(line, counted):
            rest = (cell for cell in table.cells if cell.row >= number)
            rows.refuse(grid.file, rest, "recognise.column_unknown")
            return
        counted |= {col for col in header.columns if (cell := line[col]) is not None and parse_figure(cell.text)}
        yield number, {column.name: table.cell_at(number, col) for col, column in header.columns.items()}


def _is_other_header(line: Sequence[Cell | None], counted: Collection[int]) -> bool:
    """True for a row with different words in all columns in which figures stand above it (`counted`): other headings."""
    texts = [plain(cell.text) for col in counted if (cell := line[col]) is not None and cell.text.strip()]
    return len(set(texts)) > 1 and all(map(is_worded, texts))


def _unit(context: dict[str, Any], name: str) -> tuple[str, Origin | None]:
    """The money unit of a column: from its heading, the table's title rows, the option; NotRecognisedError where none
    says it."""
    header: Header = context["header"]
    grid: Grid = context["grid"]
    stated = next((c for c in header.columns.values() if c.name == name and c.unit is not None), None)
    code, cell = (stated.unit, stated.unit_cell) if stated is not None else (None, None)
    return money_unit(grid, (0, header.last), context["given"].unit, code, cell)


def code_of(part: str, printed: str | None, layouts: Layouts) -> str | None:
    """The code that a printed word stands for (layouts `codes`), or None."""
    if printed:
        folded = plain(printed)
        for code, words in layouts["codes"][part].items():
            if matches(words, folded):
                return str(code)
    return None


def _organization(cells: Cells, context: dict[str, Any]) -> None:
    rows, grid, layouts = context["rows"], context["grid"], context["layouts"]
    name = read_text(grid.file, cells["name"])
    if name.value is None or matches(layouts["statements"]["totals"]["any"], plain(str(name.value))):
        return
    fields: Fields = {"name": name, "parent_id": Read(context["organization"])}
    for column in (
        "organization_type_reported",
        "administrative_rank",
        "funding_mode_reported",
        "agency_code",
        "credit_code",
    ):
        if column in cells:
            fields[column] = read_text(grid.file, cells[column])
    for part, column in (
        ("organization_type", "organization_type_reported"),
        ("funding_mode", "funding_mode_reported"),
    ):
        read = fields.get(column)
        if read is not None and read.value is not None:
            fields[part] = Read(code_of(part, str(read.value), layouts), read.origin)
    if plain(str(name.value)) == plain(context["organization"]):
        return  # the department itself is the first row already
    if not rows.complete("organizations", plain(str(name.value)), fields):  # a statement may have named it already
        rows.add("organizations", plain(str(name.value)), fields)


FUNDS = ("general_public_budget", "government_fund", "state_capital", "special_account", "unit_funds", "carryover")


_LABELS = (
    "item",
    "project",
    "number",
    "category",
    "buyer",
)  # the buyer is the department: its units are not told apart


def _procurement(cells: Cells, context: dict[str, Any]) -> None:
    rows, grid, facts = context["rows"], context["grid"], context["facts"]
    item = read_text(grid.file, cells.get("item"))
    project = read_text(grid.file, cells.get("project"))
    unit, unit_origin = _unit(context, "amount")
    total = _total_of(cells, context["layouts"])
    if total is not None:
        _procurement_total(cells, context, unit, unit_origin, total or None)
        return
    if item.value is None:
        raise NotRecognisedError("recognise.row_without_item")
    fields: Fields = {"organization_id": Read(context["organization"]), "project": project, "item": item}
    if "project_funds" in cells:
        fields["project_funds"] = read_amount(rows, grid.file, cells["project_funds"], unit)
    code = read_text(grid.file, cells.get("catalogue_code"))
    if code.value is None and cells.get("catalogue") is not None:
        code, _ = _glued(grid.file, cells["catalogue"], item)
    if code.value is None:
        code, item = _glued(grid.file, cells["item"], item)
        fields["item"] = item
    if code.value is not None:
        edition = "2013" if facts.fiscal_year <= 2022 else "2022"
        fields |= {
            "catalogue_code": Read(plain(str(code.value)).upper(), code.origin),
            "catalogue_edition": Read(edition),
        }
    fields["unit_of_measure"] = read_text(grid.file, cells.get("unit_of_measure"))
    for name in ("category", "mode"):
        printed = read_text(grid.file, cells.get(name))
        if printed.value is not None:
            fields[name] = Read(code_of(f"procurement_{name}", str(printed.value), context["layouts"]), printed.origin)
    fields["quantity"] = read_number(rows, grid.file, cells.get("quantity"))
    for name in ("unit_price", "amount", *(f"amount_{fund}" for fund in FUNDS)):
        if name in cells:
            fields[name] = read_amount(rows, grid.file, cells[name], unit)
    fields["unit_reported"] = Read(unit, unit_origin)
    key = "/".join(row_key(str(part)) for part in (project.value, code.value or item.value) if part)
    rows.add("procurement", key, fields)


_GLUED = re.compile(r"([ABC]\d{4,10})[-_.]?")


def _glued(file: str, cell: Cell | None, item: Read) -> tuple[Read, Read]:
    """Code and name of an item whose code is glued to its name (`A02010105台式计算机`)."""
    if cell is None:
        return Read(None), item
    folded = fold(cell.text)
    match = _GLUED.match(folded.text)
    if match is None or not "\u3400" <= folded.text[match.end() :][:1] <= "\u9fff":  # the name is Chinese
        return Read(None), item
    text = Text(file, cell.text, cell.place)
    code, name = folded.span(*match.span(1)), folded.span(match.end(), len(folded.text))
    return (
        Read(match[1], text_origin(text, *code, method="cell")),
        Read(one_line(cell.text[name[0] : name[1]]), text_origin(text, *name, method="cell")),
    )


def _procurement_total(
    cells: Cells, context: dict[str, Any], unit: str, unit_origin: Origin | None, kind: str | None = None
) -> None:
    """A printed total of the procurement rows, of all or of one category: a budget line, so that checks can compare it."""
    rows, grid, facts = context["rows"], context["grid"], context["facts"]
    figure, origin = read_figure(rows, grid.file, cells["amount"])
    order = ("category",) if kind else _LABELS
    found = (cell for name in order if (cell := cells.get(name)) is not None and cell.text.strip())
    label = next(found, None)
    if label is None:
        raise NotRecognisedError("recognise.row_without_item")
    rows.use([label])
    code = f"procurement.{kind}" if kind else "procurement"
    whole = "procurement_total/procurement/table"
    fields: Fields = {
        "organization_id": Read(context["organization"]),
        "fiscal_year": Read(facts.fiscal_year),
        "stage": Read("budget" if facts.kind == "budget" else "final"),
        "statement": Read("procurement_total"),
        "flow": Read("expenditure"),
        "item": read_text(grid.file, label),
        "item_code": Read(code, cell_origin(grid.file, label)),
        "parent_id": Read(whole if kind and "" in context["totals"] else None),
        "is_total": Read(kind is None and len(context["totals"]) > 1),
        "of_which": Read(False),
    }
    rows.add(
        "budget_lines", f"procurement_total/{code}/table", fields | amount_fields(figure, unit, origin, unit_origin)
    )


def _total_of(cells: Cells, layouts: Layouts) -> str | None:
    """What a row of procurement is the total of: blank for all, the code of a category (货物), None for an item."""
    texts = {name: plain(cell.text) for name, cell in cells.items() if cell is not None and cell.text.strip()}
    totals = layouts["statements"]["totals"]["any"]
    if any(matches(totals, texts[name]) for name in _LABELS if name in texts):
        return ""
    heads = cells.get("category")  # over the whole width: `一、货物A` above its items
    if heads is None or any(name in texts and cells[name] is not heads for name in ("item", "project")):
        return None
    return code_of("procurement_category", unnumbered(texts.get("category", "")), layouts)


_DATE = re.compile(r"(20\d\d)[-年./](\d{1,2})[-月./](\d{1,2})日?")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")


def as_of(grid: Grid, last: int) -> Read:
    """The date that the rows above the data (from row `last` on) or the texts before the table state."""
    texts = [Text(grid.file, cell.text, cell.place) for cell in grid.table.cells if cell.row < last]
    for text in texts + list(reversed(grid.before)):
        folded = fold(text.printed)
        match = _DATE.search(folded.text)
        if match:
            try:
                day = date(*map(int, match.groups()))
            except ValueError:
                continue
            return Read(day, text_origin(text, *folded.span(*match.span()), "cell"))
    return Read(None)


def _asset(cells: Cells, context: dict[str, Any]) -> None:
    rows, grid, layouts, last = context["rows"], context["grid"], context["layouts"], context["last"]
    cell = cells["item"]
    item = read_text(grid.file, cell)
    if cell is None or item.value is None:
        raise NotRecognisedError("recognise.row_without_item")
    bare = plain(unnumbered(str(item.value)))
    label = OF_WHICH.sub("", bare)
    inner = label != bare
    measure = _measure(cells, cell, layouts, grid.file)
    label = _IN_BRACKETS.sub(lambda match: "" if matches(layouts["codes"]["measure"], match[1]) else match[0], label)
    code = code_of("asset_category", label, layouts) or next(
        (kind for kind, words in layouts["counts"]["assets"].items() if matches(words, label)), None
    )
    if "value" not in cells and not _is_number(cells, code, measure, context):
        raise NotRecognisedError("recognise.column_unknown")
    quantity = read_number(rows, grid.file, cells.get("quantity"))
    fields: Fields = {
        "organization_id": Read(context["organization"]),
        "as_of": as_of(grid, context["header"].last),
        "category_code": Read(code, item.origin if code else None),
        "item": item,
        "quantity": quantity,
        "quantity_unit": measure if quantity.value is not None else Read(None),
        "origin": Read("table"),
    }
    parent = _asset_parent(code, inner, last)
    fields["parent_id"] = Read(parent)
    if "value" in cells:
        unit, unit_origin = _unit(context, "value")
        figure, origin = read_figure(rows, grid.file, cells["value"])
        fields |= amount_fields(figure, unit, origin, unit_origin, "value")
    row_id = rows.add("assets", code or row_key(label), fields)
    if code:
        last[code] = row_id
    if not inner:
        last["part"] = row_id


def _is_number(cells: Cells, code: str | None, measure: Read, context: dict[str, Any]) -> bool:
    """Whether a row of a table without a column of values holds a number of things, and no sum of money (`期末数`): its
    unit says so, or it is of what is counted in whole pieces, and a row before it is counted or the table states no
    money."""
    cell = cells.get("quantity")
    if cell is None or parse_figure(cell.text) is None:
        return True
    if measure.value is not None:
        context["counted"] = unit_code(plain(str(measure.value))) is None
        return bool(context["counted"])
    whole = "." not in plain(cell.text) and (code or "").startswith(("vehicles", "equipment"))
    return whole and (bool(context.get("counted")) or stated_unit(context["grid"], context["header"].last) is None)


def _asset_parent(code: str | None, inner: bool, last: dict[str, str]) -> str | None:
    """The row that an asset is part of: the nearest kind above it that the table has, by the code list; for a kind
    without code the row before a 其中, else the total."""
    from openbudget.standard import codelist

    kinds = codelist("asset_category")
    above = kinds[code].parent if code is not None and code in kinds else None
    while above:
        if above in last:
            return last[above]
        above = kinds[above].parent if above in kinds else None
    if inner and last.get("part"):
        return last["part"]
    return None if code == "total" else last.get("total") or (last.get("fixed") if code != "fixed" else None)


def _measure(cells: Cells, cell: Cell, layouts: Layouts, file: str) -> Read:
    """The unit of a quantity: its own column, or in brackets behind the item (`车辆（台、辆）`)."""
    own = read_text(file, cells.get("quantity_unit"))
    if own.value is not None:
        return own
    folded = fold(cell.text)
    for match in _IN_BRACKETS.finditer(folded.text):
        if matches(layouts["codes"]["measure"], match[1]):
            start, end = folded.span(*match.span(1))
            return Read(cell.text[start:end], text_origin(Text(file, cell.text, cell.place), start, end, "cell"))
    return Read(None)
