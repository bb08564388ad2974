"""Which table a grid is: its header rows matched with the columns of the layouts, its title rows, its unit."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from openbudget.model.amount import UNIT_WORDS, parse_figure, unit_code
from openbudget.model.document import Cell, Table
from openbudget.recognise.languages import is_translation
from openbudget.recognise.layout import Layouts, ends, matches, names, stands
from openbudget.recognise.sections import Grid, Text
from openbudget.recognise.words import plain

DEEPEST_HEADER = 5
_POINTS = re.compile(r"\((?:共|满分|总分)?\d{1,3}分?\)$")  # `分值权重（90）`
_IN_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\))?)\)$")
_TAIL = re.compile(rf"\((?:金额)?(?:单位)?:?((?:人民币)?{UNIT_WORDS})\)$")


class Column(NamedTuple):
    """A column of a grid as the layout knows it: its name there, and the money unit in its heading, if any."""

    name: str
    path: tuple[str, ...]
    unit: str | None = None
    unit_cell: Cell | None = None


class Header(NamedTuple):
    """A header found in a grid: the layout entry, the header rows [first, last), the columns by index."""

    entry: Mapping[str, Any]
    first: int
    last: int
    columns: Mapping[int, Column]
    unknown: tuple[str, ...] = ()

    def named(self, name: str) -> int | None:
        """The index of the (first) column of that name."""
        return next((col for col, column in self.columns.items() if column.name == name), None)


class Unit(NamedTuple):
    """A money unit and the text that says it."""

    code: str
    printed: str
    file: str
    place: Any
    start: int
    end: int


class Tried(NamedTuple):
    """Why a layout did not fit, for `inspect --explain`: what it lacks, as keys of messages."""

    entry: str
    lacks: list[str]


def header_path(table: Table, col: int, first: int, last: int) -> tuple[tuple[str, Cell], ...]:
    """The headings over a column, from the top down, each once, folded; blank ones left out, and
    those in another language below or above Chinese ones."""
    path: list[tuple[str, Cell]] = []
    seen: set[int] = set()
    for row in range(first, last):
        cell = table.cell_at(row, col)
        if cell is None or id(cell) in seen:
            continue
        seen.add(id(cell))
        text = plain(cell.text)
        if text and (not path or path[-1][0] != text):
            path.append((text, cell))
    if len(path) > 1 and any(is_translation(text) for text, _ in path):
        path = [(text, cell) for text, cell in path if not is_translation(text)] or path
    return tuple(path)


class _Entry:
    """A layout entry as a key: the same object is the same entry."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.entry = entry

    def __hash__(self) -> int:
        return id(self.entry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Entry) and other.entry is self.entry


class _Columns:
    """The columns of a layout entry by the headings over them, which forms repeat many times.

    `required`: of each column that must be there, how its words may end; None where a word is an expression.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        words = {name: spec["words"] for name, spec in entry["columns"].items()}
        self._names = names(words)
        self._found: dict[tuple[str, ...], str | None] = {}
        self.required = {name: ends(words[name]) for name, spec in entry["columns"].items() if spec.get("required")}

    def name(self, texts: tuple[str, ...]) -> str | None:
        """The name of the column that has these headings over it."""
        try:
            return self._found[texts]
        except KeyError:
            pass
        forms = [texts[-1]] if len(texts) == 1 else ["/".join(texts), "/".join(texts[-2:]), "".join(texts), texts[-1]]
        name = self._found[texts] = next(filter(None, map(self._names.find, forms)), None)
        return name


@lru_cache(maxsize=64)
def _columns(key: _Entry) -> _Columns:
    return _Columns(key.entry)


def _column(known: _Columns, path: Sequence[tuple[str, Cell]]) -> Column | None:
    texts, unit, unit_cell = [], None, None
    for text, cell in path:
        text, own = without_unit(text)
        if own is not None:
            unit, unit_cell = unit_code(own), cell
        if text:
            texts.append(text)
    name = known.name(tuple(texts)) if texts else None
    return Column(name, tuple(texts), unit, unit_cell) if name else None


@lru_cache(maxsize=4096)
def without_unit(text: str) -> tuple[str, str | None]:
    """A heading without points and the unit in brackets behind it; and that unit as printed."""
    tail = _TAIL.search(text) if text.endswith("元)") else None
    return _POINTS.sub("", text[: tail.start()] if tail else text), tail[1] if tail else None


def without_measure(text: str, layouts: Layouts) -> tuple[str, str | None]:
    """A folded text without the measure in brackets behind it (`车辆数（辆）`), and that measure."""
    match = _IN_BRACKETS.search(text)
    if match is None or not matches(layouts["codes"]["measure"], match[1]):
        return text, None
    return text[: match.start()], match[1]


class _Heads:
    """What the headers of all entries are looked for in: the headings of a table, each folded once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._texts = [(cell, without_unit(plain(cell.text))[0]) for cell in table.cells]
        self._paths: dict[tuple[int, int, int], tuple[tuple[str, Cell], ...]] = {}
        self._figures: dict[int, bool] = {}

    def path(self, col: int, first: int, last: int) -> tuple[tuple[str, Cell], ...]:
        """See `header_path`."""
        try:
            return self._paths[col, first, last]
        except KeyError:
            return self._paths.setdefault((col, first, last), header_path(self.table, col, first, last))

    def has_figures(self, row: int) -> bool:
        """True where a cell that begins in the row is a figure with decimals or separators: a row of data."""
        try:
            return self._figures[row]
        except KeyError:
            return self._figures.setdefault(row, _has_figures(self.table, row))

    def first_rows(self, known: _Columns, begin: int, stop: int) -> list[int]:
        """The rows of [begin, stop) where a header of the entry can begin: up to a few rows over a cell that is one of
        its words. None where no cell is the last heading over a column that must be there."""
        near = [(cell, text) for cell, text in self._texts if text and begin <= cell.row < stop + DEEPEST_HEADER]
        texts = {text for _, text in near}
        if any(endings is not None and texts.isdisjoint(endings) for endings in known.required.values()):
            return []
        rows: set[int] = set()
        for cell, text in near:
            if len(cell.text) < 60 and known.name((text,)) is not None:
                rows.update(range(max(begin, cell.row - DEEPEST_HEADER + 1), min(stop, cell.row + 1)))
        return sorted(rows)


def find_headers(
    table: Table, entries: Iterable[Mapping[str, Any]], begin: int = 0, end: int | None = None
) -> list[Header]:
    """The best header of each entry that has one in the rows [begin, end): most columns known, then fewest rows.

    All required columns must be there, a column name only once (unless the entry says `repeat`), and at least one row
    must follow.
    """
    heads = _Heads(table)
    stop = min(table.n_rows - 1, end if end is not None else begin + 8)
    found = (_find_header(heads, entry, begin, stop) for entry in entries)
    return [header for header in found if header is not None]


def _find_header(heads: _Heads, entry: Mapping[str, Any], begin: int, stop: int) -> Header | None:
    best: Header | None = None
    known = _columns(_Entry(entry))
    for first in heads.first_rows(known, begin, stop):
        for height in range(1, DEEPEST_HEADER + 1):
            last = first + height
            if last > heads.table.n_rows or heads.has_figures(last - 1):
                break
            header = _header(heads, entry, known, first, last)
            if header is not None and _closed(heads.table, header) and (best is None or _rank(header) > _rank(best)):
                best = header
        if best is not None and best.first < first - 1:
            break
    return best


def _rank(header: Header) -> tuple[int, int]:
    return len(header.columns), header.first - header.last


def _closed(table: Table, header: Header) -> bool:
    """True where no cell of a known column reaches over the upper or lower edge of the header."""
    for col in header.columns:
        for row in (header.first, header.last):
            above, below = table.cell_at(row - 1, col), table.cell_at(row, col)
            if above is not None and above is below and row < table.n_rows:
                return False
    return True


def _has_figures(table: Table, row: int) -> bool:
    """True where a cell that begins in the row is a figure with decimals or separators: a row of data, no heading."""
    for col in range(table.n_cols):
        cell = table.cell_at(row, col)
        if cell is not None and cell.row == row and re.search(r"\d[.,]\d", cell.text) and parse_figure(cell.text):
            return True
    return False


def _header(heads: _Heads, entry: Mapping[str, Any], known: _Columns, first: int, last: int) -> Header | None:
    table = heads.table
    columns: dict[int, Column] = {}
    unknown: list[str] = []
    used: set[str] = set()
    for col in range(table.n_cols):
        lowest = table.cell_at(last - 1, col)
        if lowest is not None and lowest.row + lowest.rowspan > last:
            continue  # it goes on beside the data: a label of rows, not the heading of a column
        path = heads.path(col, first, last)
        column = _column(known, path)
        if column is None:
            if path:
                unknown.append("/".join(text for text, _ in path))
            continue
        if column.name in used and not entry.get("repeat"):
            if lowest is not None and lowest.col < col:
                continue  # the same heading cell, spanning several columns
            if _blank_below(table, col, last):
                continue
            namesake = next(at for at, other in columns.items() if other.name == column.name)
            two = {namesake: columns.pop(namesake), col: column}
            if _blank_below(table, namesake, last):
                kept: dict[int, Column] | None = {col: column}  # `绩效指标` beside the rows of a text: it heads nothing
            else:
                kept = _of_one_name(two, entry["columns"][column.name])
            if kept is None:
                return None
            unknown += ["/".join(each.path) for at, each in two.items() if at not in kept]
            columns |= kept
            used |= {each.name for each in kept.values()}
            continue
        used.add(column.name)
        columns[col] = column
    if not known.required.keys() <= used or len(unknown) > len(columns):
        return None
    return Header(entry, first, last, columns, tuple(unknown))


def _of_one_name(two: Mapping[int, Column], spec: Mapping[str, Any]) -> dict[int, Column] | None:
    """How two columns that have one name are read: of 政府采购金额/总计 and 政府采购金额/当年安排/合计 the first, which the
    other is a part of; else that with the earlier word of the layout, and the other as `second` says. None where nothing
    tells them apart."""
    (at, one), (col, other) = two.items()
    short, deep = sorted(two, key=lambda index: len(two[index].path))
    group = two[short].path[:-1]
    if group and len(group) < len(two[deep].path) - 1 and two[deep].path[: len(group)] == group:
        return {short: two[short]}
    if "second" not in spec:
        return None
    ranks = {index: _rank_of(column, spec["words"]) for index, column in two.items()}
    later = at if ranks[at] > ranks[col] else col
    return {at: one, col: other} | {later: two[later]._replace(name=spec["second"])}


def _rank_of(column: Column, words: Sequence[str]) -> int:
    return next((at for at, word in enumerate(words) if matches([word], column.path[-1])), len(words))


def _blank_below(table: Table, col: int, row: int) -> bool:
    """True where a column holds nothing from that row on."""
    cells = (table.cell_at(at, col) for at in range(row, table.n_rows))
    return not any(cell is not None and cell.text.strip() for cell in cells)


def is_titled(grid: Grid, header: Header) -> bool:
    """Whether a caption of a grid says what the entry asks of it, if it asks (`titles`)."""
    words = header.entry.get("titles")
    return words is None or any(stands(words, plain(text.printed)) for text in captions(grid, header.first))


def missing_columns(table: Table, entry: Mapping[str, Any]) -> list[str]:
    """The required columns of an entry that no cell of the grid's first rows is a heading of (to explain)."""
    texts = {plain(cell.text) for cell in table.cells if cell.row < 8}
    return [
        spec["words"][0]
        for spec in entry["columns"].values()
        if spec.get("required") and not any(matches(spec["words"], _TAIL.sub("", text)) for text in texts)
    ]


def same_texts(table: Table, row: int, header: Header) -> bool:
    """True where a row repeats a header row (a header printed again on a new page)."""
    texts = [plain(cell.text) if cell else "" for cell in (table.cell_at(row, col) for col in range(table.n_cols))]
    if not any(texts):
        return False
    return any(
        texts == [plain(cell.text) if cell else "" for cell in (table.cell_at(at, col) for col in range(table.n_cols))]
        for at in range(header.first, header.last)
    )


_UNIT_STATED = re.compile(rf"(?:金额)?单位(?:均?为)?:?(?:人民币)?:?({UNIT_WORDS})")


def stated_unit(grid: Grid, header_first: int) -> Unit | None:
    """The money unit that the title rows of the table, the texts before it or the line above all tables state."""
    for cell in grid.table.cells:
        if cell.row <= header_first:
            found = unit_in(cell.text, grid.file, cell.place)
            if found:
                return found
    for text in (*reversed(grid.before), *([grid.shared] if grid.shared else [])):
        found = unit_in(text.printed, text.file, text.place)
        if found:
            return found
    return None


def unit_in(printed: str, file: str, place: Any) -> Unit | None:
    """The unit that a text such as `单位：万元` states, with its place."""
    from openbudget.recognise.words import fold

    folded = fold(printed)
    match = _UNIT_STATED.search(folded.text)
    if match is None:
        return None
    code = unit_code(match[1])
    if code is None:
        return None
    start, end = folded.span(match.start(1), match.end(1))
    return Unit(code, printed[start:end], file, place, start, end)


def captions(grid: Grid, header_first: int) -> list[Text]:
    """What may be the caption of a grid, the likeliest first: title rows inside it, its sheet's name, the texts
    before it from the nearest up."""
    inside = [
        Text(grid.file, cell.text, cell.place)
        for cell in grid.table.cells
        if cell.row < header_first and cell.text.strip()
    ]
    named = [Text(grid.file, grid.table.name, grid.table.place)] if grid.table.name else []
    return inside + list(reversed(grid.before)) + named
