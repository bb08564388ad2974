"""The exact checker: every cell, row and key of tables, with the standard library alone.

Rows go by in blocks; of each column of a block, only texts that were not seen before are parsed. Faults are
counted without end and kept within bounded memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from openbudget.model.finding import Finding
from openbudget.tabular.column import Column, compile_columns
from openbudget.tabular.dialect import Dialect
from openbudget.tabular.encoding import decide
from openbudget.tabular.faults import Fault, FaultStore, finding_of
from openbudget.tabular.header import Layout, match_header
from openbudget.tabular.keys import FOREIGN, Reference, UniqueKey, keys_of, unique_keys
from openbudget.tabular.records import Block, Records
from openbudget.tabular.schema import Schema

ENCODING, EMPTY, EXTRA_CELL, MISSING_CELL, BLANK_ROW, QUOTE, SCHEMA = (
    "STR-010", "STR-012", "STR-017", "STR-018", "STR-019", "STR-020", "SCH-017",
)  # fmt: skip
_REMEMBERED = 20_000


@dataclass(frozen=True)
class TableSource:
    """A table to check. `opened` opens its bytes anew at each call; `path` names the file in findings; `encoding` is
    the declared one (None: UTF-8)."""

    name: str
    opened: Callable[[], BinaryIO]
    schema: Schema
    dialect: Dialect = field(default_factory=Dialect)
    encoding: str | None = None
    path: str | None = None


@dataclass(frozen=True)
class TableResult:
    """What checking gave. `rows` are the typed rows (None where they were not asked for), `n_rows` their number,
    blank ones not counted; `faults.counts` is complete."""

    name: str
    n_rows: int
    faults: FaultStore
    rows: Sequence[Mapping[str, object]] | None = None
    path: str | None = None

    def findings(self) -> Iterator[Finding]:
        """The faults as findings, made one by one."""
        for fault in self.faults:
            yield finding_of(fault, self.name, self.path)


def check_tables(sources: Sequence[TableSource], *, keep_rows: bool = False) -> dict[str, TableResult]:
    """Check tables together: each by itself, and the foreign keys between them.

    `keep_rows` gives the typed rows as well (for tables that fit in memory). Never raises for what a file holds.
    """
    checkers = {source.name: _Checker(source, keep_rows=keep_rows) for source in sources}
    for checker in checkers.values():
        checker.link(checkers)
    for checker in checkers.values():
        checker.run()
    for checker in checkers.values():
        checker.settle()
    return {name: checker.result() for name, checker in checkers.items()}


class _Checker:
    """One table on its way through. `collected` gathers the keys that foreign keys (of any table) refer to."""

    def __init__(self, source: TableSource, *, keep_rows: bool) -> None:
        self.source = source
        self.columns, schema_faults = compile_columns(_with_null(source))
        self.faults = FaultStore()
        self.faults.extend(
            Fault(SCHEMA, None, None, -1, fault.field, None, "", key=fault.key).with_args(fault.args)
            for fault in schema_faults
        )
        self.faults.extend(
            Fault(SCHEMA, None, None, -1, None, None, "", key="tabular.schema_dialect").with_args(
                {"name": name, "value": value}
            )
            for name, value in source.dialect.faults
        )
        self.rows: list[dict[str, object]] | None = [] if keep_rows else None
        self.n_rows = 0
        self.collected: dict[tuple[str, ...], set[object]] = {}
        self.references: list[Reference] = []
        self.parents: list[_Checker] = []
        self.memory: list[dict[str | None, object]] = [{None: None} for _ in self.columns]
        self.state = "new"

    def link(self, checkers: Mapping[str, _Checker]) -> None:
        """Tie the foreign keys to the tables they refer to."""
        for key in self.source.schema.foreign_keys:
            target = self if key.table is None else checkers.get(key.table)
            absent = [name for name in key.to if target is None or name not in target.source.schema.names]
            if target is None or absent:
                args = {"target": key.table or self.source.name, "name": ", ".join(absent)}
                message = "tabular.schema_reference" if target is None else "tabular.schema_reference_field"
                self.faults.add(Fault(SCHEMA, None, None, -1, key.fields[0], None, "", key=message).with_args(args))
                continue
            self.references.append(Reference(key, target.collected.setdefault(key.to, set())))
            self.parents.append(target)

    def run(self) -> None:
        """Check the table; first those it refers to, so that few rows have to wait."""
        if self.state != "new":
            return
        self.state = "running"
        for parent in self.parents:
            parent.run()
        for reference, parent in zip(self.references, self.parents, strict=True):
            reference.complete = parent.state == "done"
        self._read()
        self.state = "done"

    def settle(self) -> None:
        for reference in self.references:
            self.faults.extend(reference.settle())

    def result(self) -> TableResult:
        source = self.source
        return TableResult(source.name, self.n_rows, self.faults, self.rows, source.path)

    def _read(self) -> None:
        source = self.source
        decoding = decide(source.opened, source.encoding)
        if decoding.fault is not None:
            args = {"declared": source.encoding or "utf-8", "position": decoding.position, "codec": decoding.codec}
            key = {"unknown": "tabular.encoding_unknown", "undecodable": "tabular.encoding"}[decoding.fault]
            if decoding.errors == "replace":
                key = "tabular.encoding_none"
            self.faults.add(Fault(ENCODING, None, None, -1, None, None, "", key=key).with_args(args))
        with source.opened() as stream:
            records = Records(stream, decoding, source.dialect)
            if records.header_missing:
                self.faults.add(Fault(EMPTY, None, None, -1, None, None, ""))
                return
            layout = self._layout(records)
            place_of = {self.columns[place].field.name: i for i, place in enumerate(layout.places) if place is not None}
            uniques = unique_keys(source.schema, place_of)
            for block in records:
                self._block(block, layout, place_of, uniques)
                self._breaks(records)
            self._breaks(records)

    def _breaks(self, records: Records) -> None:
        for one in records.breaks:
            self.faults.add(Fault(QUOTE, one.number, one.line, -1, None, one.text, "", key=one.key))
        records.breaks.clear()

    def _layout(self, records: Records) -> Layout:
        dialect = self.source.dialect
        labels = records.labels if dialect.header_rows else None
        number = dialect.header_rows[-1] if dialect.header_rows else 1
        layout = match_header(labels, self.source.schema, number=number, case=dialect.header_case)
        self.faults.extend(layout.faults)
        return layout

    def _block(self, block: Block, layout: Layout, place_of: Mapping[str, int], uniques: Sequence[UniqueKey]) -> None:
        faults: list[Fault] = []
        rows = _shaped(block, layout, self.columns, faults)
        self.n_rows += len(rows)
        if rows:
            texts = list(zip(*rows, strict=True))
            ids = _Ids(self.source.schema.primary_key, place_of, texts)
            values = {
                self.columns[place].field.name: self._column(place, texts[at], block, ids, faults)
                for at, place in enumerate(layout.places)
                if place is not None
            }
            self._keys(values, place_of, uniques, block, ids, texts, faults)
            if self.rows is not None:
                names = [name for name in self.source.schema.names if name in values]
                self.rows.extend(
                    dict(zip(names, row, strict=True)) for row in zip(*(values[name] for name in names), strict=True)
                )
        faults.sort(key=lambda fault: (fault.number or 0, fault.place))
        self.faults.extend(faults)

    def _column(self, place: int, texts: Sequence[str], block: Block, ids: _Ids, faults: list[Fault]) -> list[object]:
        """The values of a column of the block; its faults are added to `faults`."""
        column, memory = self.columns[place], self.memory[place]
        if len(memory) > _REMEMBERED:
            memory.clear()
            memory[None] = None
        broken = {}
        for text in set(texts).difference(memory):
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
        values = [memory[text] for text in texts]
        for text in broken:
            del memory[text]
        return values

    def _keys(
        self,
        values: Mapping[str, Sequence[object]],
        place_of: Mapping[str, int],
        uniques: Sequence[UniqueKey],
        block: Block,
        ids: _Ids,
        texts: Sequence[Sequence[str]],
        faults: list[Fault],
    ) -> None:
        def fault(rule: str, names: Sequence[str], index: int, expected: str) -> Fault:
            shown = ", ".join(texts[place_of[name]][index] or "" for name in names)
            place = self.source.schema.names.index(names[0])
            at = block.numbers[index], block.lines[index]
            return Fault(rule, *at, place, ", ".join(names), shown, expected, ids(index))

        for key in uniques:
            keys = keys_of([values[name] for name in key.fields])
            faults.extend(fault(key.rule, key.fields, i, str(first)) for i, first in key.check(keys, block.numbers))
        for names, collected in self.collected.items():
            if all(name in values for name in names):
                collected.update(keys_of([values[name] for name in names]))
                collected.discard(None)
        for reference in self.references:
            names = reference.key.fields
            if all(name in values for name in names):
                expected = f"{reference.key.table or self.source.name}({', '.join(reference.key.to)})"
                keys = keys_of([values[name] for name in names])
                faults.extend(
                    reference.check(keys, lambda i, n=names, e=expected: fault(FOREIGN, n, i, e))  # type: ignore[misc]
                )


class _Ids:
    """The primary key of a row of a block, as text; made only for rows with faults."""

    def __init__(self, names: Sequence[str], place_of: Mapping[str, int], texts: Sequence[Sequence[str]]) -> None:
        self.columns = [texts[place_of[name]] for name in names] if all(name in place_of for name in names) else []

    def __call__(self, index: int) -> str | None:
        return "|".join(column[index] or "" for column in self.columns) if self.columns else None


def _with_null(source: TableSource) -> Schema:
    """The schema, with the dialect's nullSequence among the missing values."""
    from dataclasses import replace

    null = source.dialect.null_sequence
    if null is None:
        return source.schema
    fields = tuple(replace(column, missing=column.missing | {null}) for column in source.schema.fields)
    return replace(source.schema, fields=fields)


def _shaped(block: Block, layout: Layout, columns: Sequence[Column], faults: list[Fault]) -> list[list[str]]:
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
