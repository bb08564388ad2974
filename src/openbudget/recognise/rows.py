"""Collects the rows of a disclosure while it is being recognised, and what pieces they were read from."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from openbudget.model.amount import Amount, Figure, is_not_applicable, parse_figure
from openbudget.model.disclosure import Coverage, Origin, Row, Unrecognised
from openbudget.model.document import Cell, Diagnostic, Document, Table, count_lines
from openbudget.model.place import Locator
from openbudget.model.value import Value
from openbudget.recognise.sections import Text
from openbudget.recognise.words import plain


class Read(NamedTuple):
    """A value and where it was read. A blank value with an origin is a printed text that stands for no value (`——`)."""

    value: Value
    origin: Origin | None = None


Fields = dict[str, Read]


class Rows:
    """Rows by table in document order. `pieces` are the ids of the cells that are accounted for in tables."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.unrecognised: list[Unrecognised] = []
        self.captions: dict[int, Text] = {}  # by id of a table: the text that says which it is
        self.whole: set[str] = set()  # the statements that were read for the department, not for its own office
        self._ids: set[tuple[str, str]] = set()
        self._used: dict[int, Cell] = {}  # keeps the cells alive, so that ids stay theirs

    def name(self, table: str, row_id: str) -> str:
        """An id that is free, and now taken: where `row_id` is taken, `~2`, `~3` … is put behind it."""
        unique, number = row_id, 1
        while (table, unique) in self._ids:
            number += 1
            unique = f"{row_id}~{number}"
        self._ids.add((table, unique))
        return unique

    def put(self, table: str, row_id: str, fields: Mapping[str, Read]) -> None:
        """Adds a row under an id that `name` gave."""
        values = {name: read.value for name, read in fields.items() if read.value is not None}
        origins = {name: read.origin for name, read in fields.items() if read.origin is not None}
        self.tables.setdefault(table, []).append(Row(table, row_id, values, origins))

    def add(self, table: str, row_id: str, fields: Mapping[str, Read]) -> str:
        """Adds a row under `row_id`, or the id that `name` gives for it. Returns the id."""
        unique = self.name(table, row_id)
        self.put(table, unique, fields)
        return unique

    def complete(self, table: str, row_id: str, fields: Mapping[str, Read]) -> bool:
        """Fills what is blank in the row `row_id`; False where there is none."""
        for at, row in enumerate(self.tables.get(table, [])):
            if row.id == row_id:
                values = {name: read.value for name, read in fields.items() if read.value is not None}
                origins = {name: read.origin for name, read in fields.items() if read.origin is not None}
                blank = {name for name in values if row.get(name) is None}
                new = {name: values[name] for name in values if name in blank}
                known = {name: origins[name] for name in origins if name in blank or name not in row.origins}
                self.tables[table][at] = Row(table, row_id, {**row.values, **new}, {**row.origins, **known})
                return True
        return False

    def use(self, cells: Iterable[Cell | None]) -> None:
        """These cells are accounted for."""
        for cell in cells:
            if cell is not None:
                self._used[id(cell)] = cell

    def used(self, cell: Cell) -> bool:
        return id(cell) in self._used

    def say(self, key: str, place: Locator | None = None, file: str | None = None, **args: object) -> None:
        """A diagnostic: message key, place and arguments."""
        self.diagnostics.append(Diagnostic(key, {name: str(value) for name, value in args.items()}, place, file))

    def refuse(self, file: str, cells: Iterable[Cell | None], reason: str) -> None:
        """These cells could not be placed: each is named as unrecognised, once."""
        for cell in cells:
            if cell is not None and cell.text.strip() and not self.used(cell):
                self.use([cell])
                self.unrecognised.append(Unrecognised(file, cell.place, cell.text, reason))

    def coverage(self, documents: Iterable[Document]) -> Coverage:
        """Non-blank lines: in tables, in sections (all prose), unrecognised. Cells that nobody used become
        unrecognised here."""
        refused = {item.place for item in self.unrecognised}
        tables = sections = unknown = 0
        for document in documents:
            for piece in document.pieces():
                lines = count_lines(piece.text)
                if not isinstance(piece, Cell):
                    sections += lines
                elif lines and not self.used(piece):
                    self.refuse(document.source.name, [piece], "recognise.table_unknown")
                    unknown += lines
                elif piece.place in refused:
                    unknown += lines
                else:
                    tables += lines
        return Coverage(tables + sections + unknown, tables, sections, unknown)


def cell_origin(file: str, cell: Cell, method: str = "cell") -> Origin:
    return Origin(file, cell.place, cell.text, method, cell.confidence)


def text_origin(text: Text, start: int | None = None, end: int | None = None, method: str = "sentence") -> Origin:
    """The origin of a text, or of its characters [start, end)."""
    if start is None or end is None:
        return Origin(text.file, text.place, text.printed, method)
    return Origin(text.file, text.place.within(start, end), text.printed[start:end], method)


def one_line(printed: str) -> str:
    """A cell's text as one value: lines joined (without a blank between Chinese characters), blanks trimmed."""
    lines = [line.strip() for line in printed.split("\n") if line.strip()]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        glue = " " if joined[-1].isascii() and line[0].isascii() and joined[-1].isalnum() and line[0].isalnum() else ""
        joined += glue + line
    return joined


def read_text(file: str, cell: Cell | None) -> Read:
    """The text of a cell; blank and dashes are no value (a dash keeps its printed text)."""
    if cell is None or not cell.text.strip():
        return Read(None)
    if is_not_applicable(cell.text):
        return Read(None, cell_origin(file, cell))
    return Read(one_line(cell.text), cell_origin(file, cell))


def read_figure(rows: Rows, file: str, cell: Cell | None) -> tuple[Figure | None, Origin | None]:
    """The figure of a cell; None for blank and dashes, and, with a diagnostic, for what is not wholly one figure."""
    if cell is None or not cell.text.strip():
        return None, None
    origin = cell_origin(file, cell)
    if is_not_applicable(cell.text):
        return None, origin
    figure = parse_figure(cell.text)
    if figure is None:
        rows.say("recognise.not_a_number", cell.place, file, printed=one_line(cell.text))
    return figure, origin


def read_number(rows: Rows, file: str, cell: Cell | None) -> Read:
    """A plain number (a quantity) of a cell."""
    figure, origin = read_figure(rows, file, cell)
    return Read(figure.value if figure else None, origin)


def read_amount(rows: Rows, file: str, cell: Cell | None, unit: str) -> Read:
    """Money of a cell in yuan, printed in `unit`."""
    figure, origin = read_figure(rows, file, cell)
    return Read(Amount(figure, unit).yuan if figure else None, origin)


def amount_fields(
    figure: Figure | None, unit: str, origin: Origin | None, unit_origin: Origin | None, name: str = "amount"
) -> Fields:
    """The three fields of money: exact yuan, the figure as printed, its unit."""
    if figure is None:
        return {f"{name}_reported": Read(None, origin)} if origin else {}
    return {
        name: Read(Amount(figure, unit).yuan, origin),
        f"{name}_reported": Read(Decimal(figure.text), origin),
        "unit_reported": Read(unit, unit_origin),
    }


def free_cells(table: Table, row: int) -> list[Cell]:
    """The cells that begin in a row."""
    return [cell for cell in table.cells if cell.row == row]


def row_key(printed: str) -> str:
    """A readable part of a row's id: the text without blanks and slashes."""
    return plain(printed).replace("/", "-")[:60]
