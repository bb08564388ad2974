"""Tables with one body a row, where the columns are the kinds counted: staff (编制数, 实有人数 by kind) and assets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openbudget.model.amount import parse_figure, unit_code
from openbudget.model.document import Cell, Table
from openbudget.recognise.bodies import same_body
from openbudget.recognise.column_numbers import is_column_numbers
from openbudget.recognise.goals import Context
from openbudget.recognise.grid import header_path, without_measure, without_unit
from openbudget.recognise.layout import Layouts, matches, without_ends
from openbudget.recognise.lines_units import add_unit
from openbudget.recognise.lines_words import heading
from openbudget.recognise.records import as_of
from openbudget.recognise.rows import Fields, Read, amount_fields, cell_origin, read_figure, read_number, read_text
from openbudget.recognise.sections import Grid
from openbudget.recognise.staff_rows import staff_measure
from openbudget.recognise.units import money_unit
from openbudget.recognise.words import plain

DEEPEST = 4
_ASIDE = ("number", "remark")


class Kind(NamedTuple):
    """What a column counts: `category` of the code list, `field` of the row; `unit` where its heading says one."""

    category: str
    field: str
    heading: Cell
    unit: str | None = None


class Wide(NamedTuple):
    """A table of one body a row: its first row of data, the columns of names and codes, and those that count."""

    table: str
    last: int
    names: tuple[int, ...]
    codes: tuple[int, ...]
    aside: tuple[int, ...]
    kinds: dict[int, Kind]


def read_wide(grid: Grid, context: Context) -> bool:
    """Adds the rows of a grid that is such a table; False where it is none."""
    found = next((wide for name in _KINDS if (wide := find_wide(grid.table, name, context)) is not None), None)
    if found is None:
        return False
    context.rows.use(cell for cell in grid.table.cells if cell.row < found.last)
    bodies = list(_bodies(grid, found, context))
    for row, organization in bodies:
        if organization is None:
            context.rows.refuse(grid.file, _cells(grid.table, row, found.kinds), "recognise.row_without_item")
        else:
            _write(grid, found, row, organization, context)
        context.rows.use(cell for cell in grid.table.cells if cell.row == row and cell.col not in found.kinds)
    return True


def find_wide(table: Table, name: str, context: Context) -> Wide | None:
    """The head under which every column is understood; at least two columns count, for staff both posts and people."""
    for first in range(min(6, table.n_rows)):
        for last in range(first + 1, min(first + DEEPEST, table.n_rows - 1) + 1):
            if any(parse_figure(cell.text) for cell in table.cells if first <= cell.row < last and cell.text.strip()):
                break
            found = _head(table, name, first, last, context)
            if found is not None:
                return found
    return None


def _head(table: Table, name: str, first: int, last: int, context: Context) -> Wide | None:
    names, codes, aside, kinds = [], [], [], {}
    for col in range(table.n_cols):
        lowest = table.cell_at(last - 1, col)
        if lowest is not None and lowest.row + lowest.rowspan > last:
            return None
        path = header_path(table, col, first, last)
        kind = _KINDS[name](path, context.layouts) if path else None
        if kind is not None:
            kinds[col] = kind
            continue
        said = heading(path[-1][0], context.facts.fiscal_year, context.layouts) if path else None
        role = said.role if said is not None else None
        if role in ("unit", "name") and len(path) == 1:
            names.append(col)
        elif role == "unit_code":
            codes.append(col)
        elif role in _ASIDE or not path or _described(path[-1][0], context.layouts):
            aside.append(col)
        else:
            return None
    fields = {kind.field for kind in kinds.values()}
    enough = len({(kind.category, kind.field) for kind in kinds.values()}) == len(kinds) > 2
    if not enough or len(names) > 1 or (name == "staff" and fields != {"quota", "actual"}):
        return None
    if name == "assets" and not any(kind.category in ("fixed", "vehicles", "buildings") for kind in kinds.values()):
        return None
    return Wide(name, last, tuple(names), tuple(codes), tuple(aside), kinds)


def _described(text: str, layouts: Layouts) -> bool:
    """True for a column that says of what sort a body is (单位性质)."""
    columns = next(entry["columns"] for entry in layouts["tables"] if entry["id"] == "organizations")
    return any(matches(spec["words"], text) for name, spec in columns.items() if name.endswith(("_reported", "rank")))


def _bodies(grid: Grid, wide: Wide, context: Context) -> Iterator[tuple[int, str | None]]:
    """Each row that counts something, with the organisation it is of; None where that is not said."""
    table, layouts = grid.table, context.layouts
    totals = layouts["statements"]["totals"]["any"]
    rows = [row for row in range(wide.last, table.n_rows) if _counts(table, row, wide, layouts)]
    labels = {row: next(iter(_cells(table, row, (*wide.names, *wide.codes))[::-1]), None) for row in rows}
    total = any(cell is not None and matches(totals, plain(cell.text)) for cell in labels.values())
    every = [plain(cell.text) for row in rows for cell in _cells(table, row, wide.codes)]
    for row in rows:
        cell = next(iter(_cells(table, row, wide.names)), None)
        if cell is None or matches(totals, plain(cell.text)):
            single = cell is not None or len(rows) == 1 or labels[row] is not None
            yield row, context.organization if single else None
            continue
        code = next((read_text(grid.file, own) for own in _cells(table, row, wide.codes)), None)
        name = plain(cell.text)
        own = same_body(name, context.organization, layouts) if len(rows) == 1 + total else name == context.organization
        if own and not (total and len(rows) > 2):
            yield row, context.organization
        elif own and (code is None or sum(other.startswith(plain(str(code.value))) for other in every) > 1):
            yield row, None  # its own office that nothing tells from the department, or the department once more
        else:
            key = f"{name}-{code.value}" if own and code is not None else name
            yield row, add_unit(key, read_text(grid.file, cell), code, context)


def _counts(table: Table, row: int, wide: Wide, layouts: Layouts) -> bool:
    line = [table.cell_at(row, col) for col in range(table.n_cols)]
    return not is_column_numbers(line, layouts) and any(
        parse_figure(cell.text) is not None for cell in _cells(table, row, wide.kinds)
    )


def _cells(table: Table, row: int, cols: Sequence[int] | dict[int, Kind]) -> list[Cell]:
    cells = (table.cell_at(row, col) for col in cols)
    return [cell for cell in cells if cell is not None and cell.text.strip()]


def _write(grid: Grid, wide: Wide, row: int, organization: str, context: Context) -> None:
    """One row of the standard for each kind that the body has a figure of, under the nearest kind above it."""
    kept: dict[str, Fields] = {}
    for col, kind in wide.kinds.items():
        cell = grid.table.cell_at(row, col)
        if cell is None or not cell.text.strip():
            continue
        fields = kept.setdefault(kind.category, _start(grid, wide, kind, organization))
        if kind.field == "value":
            code, origin = money_unit(grid, (0, wide.last - 1), context.given.unit, kind.unit, kind.heading)
            figure, place = read_figure(context.rows, grid.file, cell)
            fields.update(amount_fields(figure, code, place, origin, "value"))
        else:
            fields[kind.field] = read_number(context.rows, grid.file, cell)
            if kind.field == "quantity" and kind.unit is not None:
                fields["quantity_unit"] = Read(kind.unit, cell_origin(grid.file, kind.heading))
        context.rows.use([cell])
    prefix = "" if organization == context.organization else f"{organization}/"
    ids: dict[str, str] = {}
    retired = wide.table == "staff" and _takes_in_retired(kept)
    for category in sorted(kept, key=lambda code: (code != "total", code != "fixed", code.count("."))):
        above = _above(wide.table, category, ids, retired)
        kept[category]["parent_id"] = Read(ids[above] if above is not None else None)
        ids[category] = context.rows.add(wide.table, prefix + category, kept[category])


def _takes_in_retired(kept: Mapping[str, Fields]) -> bool:
    """Whether the total of a body takes in its retired: those in service do not make it up by themselves."""
    told = {code: fields["actual"].value for code, fields in kept.items() if "actual" in fields}
    kinds = ["in_service"] if "in_service" in told else [code for code in told if code.startswith("in_service.")]
    counts = [count for code in kinds if code.count(".") < 2 and isinstance(count := told[code], (int, Decimal))]
    return bool(counts) and told.get("total") is not None and sum(counts, Decimal(0)) != told["total"]


def _above(table: str, category: str, ids: dict[str, str], retired: bool) -> str | None:
    from openbudget.standard import codelist

    kinds = codelist("staff_category" if table == "staff" else "asset_category")
    above = kinds[category].parent if category in kinds else None
    while above and above not in ids:
        above = kinds[above].parent if above in kinds else None
    counted = ("in_service", "retired") if retired else ("in_service",)
    if table == "staff" and above == "total" and category.partition(".")[0] not in counted:
        return None  # whether 合计 takes in others than those in service is not said
    return above or None


def _start(grid: Grid, wide: Wide, kind: Kind, organization: str) -> Fields:
    item = read_text(grid.file, kind.heading)
    return {
        "organization_id": Read(organization),
        "as_of": as_of(grid, wide.last),
        "item": item,
        "category" if wide.table == "staff" else "category_code": Read(kind.category, item.origin),
        "origin": Read("table"),
    }


def _staff(path: Sequence[tuple[str, Cell]], layouts: Layouts) -> Kind | None:
    """编制数/行政, 实有人数/合计, 退休人数: the measure and the kind, each said by some heading; None where one is not,
    or where two headings gainsay each other."""
    measure = category = None
    for text, _ in path:
        total = matches(layouts["statements"]["totals"]["any"], text)
        found = ("total", "") if total else staff_measure(text, layouts)
        if found is None or (measure and found[1] and found[1] != measure):
            return None
        measure = measure or found[1] or None
        category = found[0] if found[0] != "total" else category or "total"
    return Kind(category, measure, path[-1][1]) if measure and category else None


def _asset(path: Sequence[tuple[str, Cell]], layouts: Layouts) -> Kind | None:
    """车辆数（辆）, 车辆/价值, 固定资产/小计: the kind of asset, and whether its number or its value."""
    category, field, unit = None, None, None
    totals = layouts["statements"]["totals"]["any"]
    for text, _ in path:
        bare, counted = without_measure(text, layouts)
        bare, money = without_unit(bare)
        unit = counted or (unit_code(money) if money else unit)
        field = "quantity" if counted else "value" if money else field
        for name, words in layouts["counts"]["measured"].items():
            shorter = without_ends(words, bare)
            field, bare = (name, shorter) if shorter != bare else (field, bare)
        if not bare or (category is not None and matches(totals, bare)):
            continue
        found = next((code for code, words in layouts["codes"]["asset_category"].items() if matches(words, bare)), None)
        if found is None:
            return None
        category = found
    return Kind(category, field or "value", path[-1][1], unit) if category is not None else None


_KINDS: dict[str, Callable[[Sequence[tuple[str, Cell]], Layouts], Kind | None]] = {"staff": _staff, "assets": _asset}
