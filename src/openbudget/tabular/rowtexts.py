"""The rows of a table as texts, one after the other, for whoever reads a table of any size a second time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openbudget.tabular.check import layout_of
from openbudget.tabular.column import compile_columns
from openbudget.tabular.encoding import decide
from openbudget.tabular.faults import Fault
from openbudget.tabular.records import Records
from openbudget.tabular.rows import shaped
from openbudget.tabular.schema import Schema
from openbudget.tabular.source import TableSource


def row_texts(source: TableSource) -> Iterator[Sequence[str]]:
    """The cells of each row in the order of the schema's fields (empty where there is none); blank rows are left
    out. What is wrong with the file is not told here."""
    columns, _ = compile_columns(source.with_null())
    with source.opened() as stream:
        records = Records(stream, decide(source.opened, source.encoding), source.dialect)
        if records.header_missing:
            return
        layout = layout_of(records.labels, source)
        at = [layout.column_of(index) for index in range(len(columns))]
        as_they_are = at == list(range(len(layout.places)))
        faults: list[Fault] = []
        for block in records:
            rows = shaped(block, layout, columns, faults)
            faults.clear()
            records.breaks.clear()
            yield from rows if as_they_are else ([row[i] if i is not None else "" for i in at] for row in rows)


class Typing:
    """Texts of rows as values (blank and faulty cells: None), as the exact checker has them."""

    def __init__(self, schema: Schema) -> None:
        columns, _ = compile_columns(schema)
        self.names = [column.field.name for column in columns]
        self._cells = [column.cell for column in columns]
        self._memory: list[dict[str, object]] = [{} for _ in columns]

    def rows(self, texts: Sequence[Sequence[str]]) -> list[dict[str, object]]:
        """The typed rows of some rows of texts."""
        values = []
        for cell, memory, column in zip(self._cells, self._memory, zip(*texts, strict=True), strict=True):
            if len(memory) > _REMEMBERED:
                memory.clear()
            for text in set(column).difference(memory):
                value, wrong = cell(text)
                memory[text] = None if wrong and value is None else value
            values.append([memory[text] for text in column])
        return [dict(zip(self.names, row, strict=True)) for row in zip(*values, strict=True)]


_REMEMBERED = 20_000
