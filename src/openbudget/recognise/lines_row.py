"""A row of a block of a statement: what its labels say, and, once the rows are in order, what it is part of."""

from dataclasses import dataclass, field
from typing import NamedTuple

from openbudget.model.disclosure import Origin
from openbudget.model.document import Cell
from openbudget.recognise.lines_words import Meaning
from openbudget.recognise.rows import Read


class Economic(NamedTuple):
    """The economic class of a row that has a functional one too."""

    code: str
    origin: Origin
    name: Read
    scheme: str


@dataclass
class LineRow:
    """A row of a block. `row` is its row in the grid; `code` with `scheme` (function, department, government), and how
    it is printed where letters stand for some of its digits (`22102O1`), which COD-002 tells; `name` the text without
    code and numbering; `item` as printed; `unit` the organisation it belongs to where its row says one; `stage` where
    the row says of which stage it is (预算数, 2024年), `money` the cell that states its money unit.

    `parent`, `part` and `alternate` are filled when the rows are put in order: the index of the row it is part of,
    whether it is only one of the parts (其中), whether it says again what other rows say.
    """

    row: int
    item: Read
    name: Read
    folded: str
    meaning: Meaning | None = None
    code: str | None = None
    code_origin: Origin | None = None
    code_printed: str | None = None
    scheme: str | None = None
    unit: str | None = None
    unit_name: str | None = None
    unit_read: Read | None = None
    unit_code: Read | None = None
    unit_row: bool = False
    economic: Economic | None = None
    project: Read | None = None
    style: str | None = None
    ordinal: int = 0
    of_which: bool = False
    unclear: str | None = None
    stage: str | None = None
    money: Cell | None = None
    parent: int | None = None
    part: bool = False
    alternate: bool = False
    cells: list[Cell] = field(default_factory=list)

    @property
    def is_total(self) -> bool:
        return self.code is None and self.meaning is not None and self.meaning.total
