"""The exact checker of rows: a block of records against the columns of a schema, with the standard library alone.

Of each column of a block, only texts that were not seen before are parsed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openbudget.tabular.column import Column
from openbudget.tabular.faults import Fault
from openbudget.tabular.header import Layout
from openbudget.tabular.records import Block

EXTRA_CELL, MISSING_CELL, BLANK_ROW = "STR-017", "STR-018", "STR-019"
_REMEMBERED = 20_000

Texts = Sequence[Sequence[str]]  # by column of the file; a cell that is not there is None


class Ids:
    """The primary key of a row of a block, as text; made only for rows with faults."""

    def __init__(self, names: Sequence[str], place_of: Mapping[str, int], texts: Texts) -> None:
        self.columns = [texts[place_of[name]] for name in names] if all(name in place_of for name in names) else []

    def __call__(self, index: int) -> str | None:
        return "|".join(column[index] or "" for column in self.columns) if self.columns else None


class Checked(NamedTuple):
    """A block as checked: `values` by field (None: blank or faulty), `texts` by column of the file; blank rows are
    taken out. `faults` are not yet in order."""

    block: Block
    texts: Texts
    values: Mapping[str, list[object]]
    faults: list[Fault]
    ids: Ids
    place_of: Mapping[str, int]


class RowChecker:
    """Checks blocks of one table. `place_of` is the column of the file that holds a field."""

    def __init__(self, columns: Sequence[Column], layout: Layout, primary_key: Sequence[str]) -> None:
        self.columns = columns
        self.layout = layout
        self.primary_key = primary_key
        self.place_of = {
            columns[place].field.name: index for index, place in enumerate(layout.places) if place is not None
        }
        self._memory: list[dict[str | None, object]] = [{None: None} for _ in columns]

    def check(self, block: Block) -> Checked:
        """The values and faults of a block (its blank rows are removed from it)."""
        faults: list[Fault] = []
        rows = shaped(block, self.layout, self.columns, faults)
        texts: Texts = list(zip(*rows, strict=True)) if rows else [()] * len(self.layout.places)
        ids = Ids(self.primary_key, self.place_of, texts)
        values = {
            self.columns[place].field.name: self._column(place, texts[at], block, ids, faults)
            for at, place in enumerate(self.layout.places)
            if place is not None
        }
        return Checked(block, texts, values, faults, ids, self.place_of)

    def _column(self, place: int, texts: Sequence[str], block: Block, ids: Ids, faults: list[Fault]) -> list[object]:
        """The values of a column of the block; its faults are added to `faults`."""
        column, memory = self.columns[place], self._memory[place]
        if len(memory) > _REMEMBERED:
            memory.clear()
            memory[None] = None
        broken = {}
        fresh = set(texts).difference(memory)
        if column.plain:
            known = fresh - column.field.missing
            memory.update(zip(known, known, strict=True))
            fresh &= column.field.missing
        for text in fresh:
            value, wrong = column.cell(text)
            memory[text] = value
            if wrong:
                broken[text] = wrong
        if broken:
            name = column.field.name
            for index, text in enumerate(texts):
                if text in broken:
                    for one in broken[text]:
                        at = block.numbers[index], block.lines[index]
                        faults.append(Fault(one.rule, *at, place, name, text, one.expected, ids(index), one.key))
        values = list(map(memory.__getitem__, texts))
        for text in broken:
            del memory[text]
        return values


def shaped(block: Block, layout: Layout, columns: Sequence[Column], faults: list[Fault]) -> list[list[str]]:
    """The rows of a block, each as wide as the header; blank ones are taken out. The block's numbers and lines
    are made to fit. A cell that is not there is None."""
    width = len(layout.places)
    rows = block.rows
    if set(map(len, rows)) <= {width} and (not rows or all(map(any, rows))):
        return rows
    kept: list[list[str]] = []
    numbers, lines = [], []
    for cells, number, line in zip(rows, block.numbers, block.lines, strict=True):
        if not any(cells):
            faults.append(Fault(BLANK_ROW, number, line, -1, None, None, ""))
            continue
        if len(cells) > width:
            shown = ", ".join(cells[width:])
            faults.append(Fault(EXTRA_CELL, number, line, width, None, shown, str(width)))
            cells = cells[:width]
        elif len(cells) < width:
            for place in layout.places[len(cells) :]:
                name = columns[place].field.name if place is not None else None
                faults.append(Fault(MISSING_CELL, number, line, -1 if place is None else place, name, None, str(width)))
            cells = cells + [None] * (width - len(cells))  # type: ignore[list-item]
        kept.append(cells)
        numbers.append(number)
        lines.append(line)
    block.rows, block.numbers, block.lines = kept, numbers, lines
    return kept
