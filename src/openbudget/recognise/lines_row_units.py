"""Whose a row of a statement is: the unit that its columns name, or that a row above it is the heading of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from openbudget.model.document import Cell, Table
from openbudget.recognise.bodies import bare_name
from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.lines_header import Block
from openbudget.recognise.lines_row import LineRow
from openbudget.recognise.lines_words import Meaning
from openbudget.recognise.rows import Read, cell_origin, one_line
from openbudget.recognise.words import plain
from openbudget.standard import codelist


class UnitReader:
    """Gives each row of one block its unit, from the top down: a unit goes on until another begins."""

    def __init__(
        self, table: Table, file: str, block: Block, layouts: Layouts, meaning: Callable[[str], Meaning | None]
    ) -> None:
        self.file, self.meaning = file, meaning
        self.layouts, self.ends = layouts, tuple(layouts["facts"]["name_ends"])
        self.named = bool({role for _, role in block.labels} & {"code", "class", "unit", "unit_code"}) or is_headed(
            table, block, layouts["statements"]["rows_of"]["unit"]
        )
        self.last: LineRow | None = None
        self.by_code: dict[str, LineRow] = {}
        self.codes: dict[str, str] = {}  # name of a unit → the code it was first printed with

    def is_unit(self, folded: str) -> bool:
        """True for what may be the name of a body: its end says so, and it is no class."""
        bare = _BRACKETS.sub("", bare_name(folded, self.layouts))
        return len(bare) >= 4 and bare.endswith(self.ends) and bare not in class_names()

    def assign(self, line: LineRow, pieces: Sequence[tuple[str, Cell]]) -> None:
        """The unit that a row belongs to: by its own columns, or by a row above that holds nothing but a unit's
        name. A name beside the code of another unit is something of that unit, none of its own."""
        cell = next((cell for role, cell in pieces if role == "unit"), None)
        code = next((cell for role, cell in pieces if role == "unit_code"), None)
        key = plain(code.text) if code is not None else ""
        bare = _GLUED_UNIT.sub("", plain(cell.text)) if cell is not None else ""
        if cell is not None and bare and not self.meaning(bare):
            self._begin(line, bare, Read(_GLUED_UNIT.sub("", one_line(cell.text)), cell_origin(self.file, cell)), code)
            return
        bare = _GLUED_UNIT.sub("", line.folded)
        known = self.by_code.get(key)
        other = known is not None and known.unit_name != bare
        nothing = line.code is None and line.name.value is not None and not other and not self.meaning(line.folded)
        if nothing and self.named and self.is_unit(bare):
            self._begin(line, bare, _without_code(line.name), code)
            return
        if line.code is None and self.meaning(line.folded):
            return
        if code is not None and _UNIT_CODE.fullmatch(key) and key not in self.by_code and self._is_another(key, line):
            line.unit, line.unit_code = (
                key,
                Read(key, cell_origin(self.file, code)),
            )  # named in another table, it may be
            self.by_code[key] = line
        unit = self.by_code.get(key, self.last)
        if unit is not None:
            line.unit = unit.unit

    def _is_another(self, code: str, line: LineRow) -> bool:
        """True for the code of another unit than that of the rows above: neither one below that, nor the code of the
        row's class, which some print in the column of units too."""
        if line.code is not None and (line.code.startswith(code) or code.startswith(line.code)):
            return False
        above = self.last.unit_code.value if self.last is not None and self.last.unit_code is not None else None
        return self.last is None or (above is not None and not code.startswith(str(above)))

    def _begin(self, line: LineRow, bare: str, read: Read, code: Cell | None) -> None:
        own = line.folded in ("", bare) or _GLUED_UNIT.sub("", line.folded) == bare
        said = None if own else self.meaning(line.folded)
        line.unit, line.unit_name, line.unit_read = bare, bare, read
        line.unit_row = line.code is None and line.project is None and (own or (said is not None and said.total))
        if line.code is None:
            line.unclear = None
        key = plain(code.text) if code is not None else ""
        if code is not None and _UNIT_CODE.fullmatch(key):
            if self.codes.setdefault(bare, key) != key:  # a department and its own office under one name
                line.unit = f"{bare}-{key}"
            line.unit_code = Read(key, cell_origin(self.file, code))
            self.by_code[key] = line
        self.last = line


def is_headed(table: Table, block: Block, words: Sequence[str]) -> bool:
    """True where one of the words stands in a heading over the label columns (in the rows of those over the columns of
    money)."""
    rows = {column.heading.row for column in block.columns}
    cells = (table.cell_at(row, col) for row in rows for col, role in block.labels if role == "name")
    return any(cell is not None and stands(words, plain(cell.text)) for cell in cells)


_BRACKETS = re.compile(r"\([^()]*\)$")
_UNIT_CODE = re.compile(r"\d{3,15}")
_GLUED_UNIT = re.compile(r"^[(\[]?\d{3,15}[)\]]?[-_:.\s]*")


def _without_code(name: Read) -> Read:
    """The name of a unit without the code glued to it."""
    text = str(name.value)
    match = _GLUED_UNIT.match(text)
    origin = name.origin
    if match is None or origin is None or text not in origin.printed:
        return name
    start = origin.printed.index(text) + match.end()
    chars = getattr(origin.place, "chars", None)
    if chars is not None or hasattr(origin.place, "length"):
        return name
    place = origin.place.within(start, len(origin.printed))
    return Read(text[match.end() :], origin._replace(place=place, printed=origin.printed[start:]))


@lru_cache(maxsize=1)
def class_names() -> frozenset[str]:
    return frozenset(
        plain(entry.title_zh) for name in ("function", "economic_department") for entry in codelist(name).values()
    )
