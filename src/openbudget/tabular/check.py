"""Tables, checked together: each by itself, and the foreign keys between them.

Small tables take the exact checker, which needs the standard library alone; large ones the fast engine, where its
libraries (the extra `fast`) are installed. Both give the same faults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from openbudget.tabular.column import known_columns
from openbudget.tabular.delimiter import with_its_delimiter
from openbudget.tabular.encoding import Decoding, decide
from openbudget.tabular.faults import Fault, FaultStore
from openbudget.tabular.header import Layout, match_header
from openbudget.tabular.keys import FOREIGN, KeySet, Reference, keys_of, unique_keys
from openbudget.tabular.records import Break, Records
from openbudget.tabular.rows import Checked, RowChecker
from openbudget.tabular.schema import ForeignKey, SchemaFault
from openbudget.tabular.source import TableResult, TableSource

if TYPE_CHECKING:
    from openbudget.tabular.fast.cells import Cells
    from openbudget.tabular.keys import Target

ENCODING, EMPTY, QUOTE, SCHEMA = "STR-010", "STR-012", "STR-020", "SCH-017"
LARGE = 16 << 20  # bytes; about 100,000 rows
_NAMES = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}
BESIDE = 1 << 17  # bytes from which a table goes with a large one: the libraries are loaded anyway


if TYPE_CHECKING:

    class Checker(Protocol):
        """One table on its way through."""

        source: TableSource

        def target(self, fields: tuple[str, ...]) -> Target:
            """The keys of these fields, which a foreign key of some table refers to."""
            ...

        def refer(self, key: ForeignKey, target: Target) -> None:
            """Check a foreign key of this table against `target`."""
            ...

        def read(self) -> None:
            """Check the table."""
            ...

        def settle(self) -> None:
            """Check what had to wait until all tables were read."""
            ...

        def result(self) -> TableResult: ...

    class Gatherer(Protocol):
        """Who wants the rows of a large table as well, while they go by."""

        lost: bool

        def begin(self, columns: Layout) -> None:
            """The rows of a file with these columns follow; forget all others."""
            ...

        def block(self, cells: Cells, offset: int | None) -> object:
            """Take the rows of a block that begins at this byte of the file (None: it was decoded), whose cells are valid
            for as long as the call takes. Called by several threads; gives what `take` is given."""
            ...

        def rows(self, columns: Sequence[Sequence[str | None]]) -> object:
            """The same for rows as the exact checker has them: texts by column of the file."""
            ...

        def take(self, gathered: Any) -> None:
            """Put rows behind those before, in the order of the file."""
            ...


def check_tables(
    sources: Sequence[TableSource],
    *,
    keep_rows: bool = False,
    large: int = LARGE,
    gatherers: Mapping[str, Gatherer] = MappingProxyType({}),
) -> dict[str, TableResult]:
    """Check tables together. Never raises for what a file holds.

    `keep_rows` gives the typed rows as well, but for tables of `large` bytes, which are not held; these
    take the fast engine, if it is installed, and smaller ones beside them. `gatherers` (by table) are given the rows of
    those that take it; they are `lost` where that did not come to the end.
    """
    sources = [with_its_delimiter(source) for source in sources]
    if not keep_rows and any(source.size >= large for source in sources):
        large = min(large, BESIDE)
    checkers = {source.name: _checker(source, keep_rows, large, gatherers.get(source.name)) for source in sources}
    parents = {name: list(_link(checker, checkers)) for name, checker in checkers.items()}
    done: set[str] = set()
    for name in checkers:
        _read(name, checkers, parents, done)
    for checker in checkers.values():
        checker.settle()
    return {name: checker.result() for name, checker in checkers.items()}


def _read(name: str, checkers: Mapping[str, Checker], parents: Mapping[str, Sequence[str]], done: set[str]) -> None:
    """Check a table that is not `done`, after those that it refers to. (A function that calls itself from within another
    would hold all rows until rings are looked for.)"""
    if name not in done:
        done.add(name)
        for parent in parents[name]:
            _read(parent, checkers, parents, done)
        checkers[name].read()


def _checker(source: TableSource, keep_rows: bool, large: int, gatherer: Gatherer | None) -> Checker:
    if source.size >= large:
        from openbudget.tabular.fast import fast_checker

        checker = fast_checker(source, gatherer)
        if checker is not None:
            return checker
    return ExactChecker(source, keep_rows=keep_rows and source.size < large)


def _link(checker: Checker, checkers: Mapping[str, Checker]) -> Sequence[str]:
    """Tie the foreign keys of a table to the tables they refer to; gives the names of these."""
    source = checker.source
    parents = []
    for key in source.schema.foreign_keys:
        name = key.table or source.name
        target = checkers.get(name)
        absent = [field for field in key.to if target is not None and field not in target.source.schema.names]
        if target is not None and not absent:
            checker.refer(key, target.target(key.to))
            parents.append(name)
            continue
        message = "tabular.schema_reference" if target is None else "tabular.schema_reference_field"
        args = {"target": name, "name": ", ".join(absent)}
        checker.result().faults.add(Fault(SCHEMA, None, None, -1, key.fields[0], None, "", key=message).with_args(args))
    return parents


class ExactChecker:
    """The exact checker of a table; keys are kept in memory."""

    def __init__(self, source: TableSource, *, keep_rows: bool) -> None:
        self.source = source
        self.faults = FaultStore()
        self.columns, schema_faults = known_columns(source.with_null())
        self.faults.extend(descriptor_faults(source, schema_faults))
        self.rows: list[dict[str, object]] | None = [] if keep_rows else None
        self.n_rows = 0
        self.targets: dict[tuple[str, ...], KeySet] = {}
        self.references: list[Reference] = []

    def target(self, fields: tuple[str, ...]) -> Target:
        return self.targets.setdefault(fields, KeySet())

    def refer(self, key: ForeignKey, target: Target) -> None:
        self.references.append(Reference(key, target))

    def settle(self) -> None:
        for reference in self.references:
            self.faults.extend(reference.settle(), lane=reference.key)

    def result(self) -> TableResult:
        return TableResult(self.source.name, self.n_rows, self.faults, self.rows, self.source.path)

    def read(self) -> None:
        source = self.source
        decoding = decide(source.opened, source.encoding)
        self.faults.extend(encoding_faults(source, decoding))
        with source.opened() as stream:
            records = Records(stream, decoding, source.dialect)
            if records.header_missing:
                self.faults.add(Fault(EMPTY, None, None, -1, None, None, ""))
            else:
                self._blocks(records)
        for target in self.targets.values():
            target.complete = True

    def _blocks(self, records: Records) -> None:
        layout = layout_of(records.labels, self.source)
        self.faults.extend(layout.faults)
        checker = RowChecker(self.columns, layout, self.source.schema.primary_key)
        uniques = unique_keys(self.source.schema, checker.place_of)
        for block in records:
            checked = checker.check(block)
            checked.faults.extend(break_faults(records.breaks))
            self.n_rows += len(block.rows)
            for key in uniques:
                keys = keys_of([checked.values[name] for name in key.fields])
                again = key.check(keys, block.numbers)
                checked.faults.extend(key_fault(checked, self, key.rule, key.fields, i, str(n)) for i, n in again)
            self._references(checked)
            if self.rows is not None and block.rows:
                names = [name for name in self.source.schema.names if name in checked.values]
                columns = [checked.values[name] for name in names]
                self.rows.extend(map(dict, map(zip, repeat(names), zip(*columns, strict=True))))
            self.faults.extend(in_order(checked.faults))
        self.faults.extend(break_faults(records.breaks))

    def _references(self, checked: Checked) -> None:
        for names, target in self.targets.items():
            if all(name in checked.values for name in names):
                target.keys.update(keys_of([checked.values[name] for name in names]))
                target.keys.discard(None)
        for reference in self.references:
            names = reference.key.fields
            if all(name in checked.values for name in names):
                expected = reference_text(reference.key, self.source)

                def fault(index: int, names: tuple[str, ...] = names, expected: str = expected) -> Fault:
                    return key_fault(checked, self, FOREIGN, names, index, expected)

                keys = keys_of([checked.values[name] for name in names])
                checked.faults.extend(reference.check(keys, fault))


def key_fault(checked: Checked, checker: Checker, rule: str, names: Sequence[str], index: int, expected: str) -> Fault:
    """The fault of a key of the row `index` of a block."""
    known = checker.source.schema.names
    shown = ", ".join(checked.texts[checked.place_of[name]][index] or "" for name in names)
    at = checked.block.numbers[index], checked.block.lines[index]
    return Fault(rule, *at, known.index(names[0]), ", ".join(names), shown, expected, checked.ids(index))


def in_order(faults: list[Fault]) -> list[Fault]:
    """Faults by row, then by column."""
    return sorted(faults, key=lambda fault: (fault.number or 0, fault.place))


def reference_text(key: ForeignKey, source: TableSource) -> str:
    """What a foreign key refers to, as findings name it: `agencies(id)`."""
    return f"{key.table or source.name}({', '.join(key.to)})"


def layout_of(labels: Sequence[str], source: TableSource) -> Layout:
    """How the columns of a file stand for the fields of its schema."""
    dialect = source.dialect
    number = dialect.header_rows[-1] if dialect.header_rows else 1
    return match_header(labels if dialect.header_rows else None, source.schema, number=number, case=dialect.header_case)


def descriptor_faults(source: TableSource, faults: Sequence[SchemaFault]) -> list[Fault]:
    """What the schema and the dialect get wrong."""
    return [
        *(Fault(SCHEMA, None, None, -1, one.field, None, "", key=one.key).with_args(one.args) for one in faults),
        *(
            Fault(SCHEMA, None, None, -1, None, None, "", key="tabular.schema_dialect").with_args(
                {"name": name, "value": value}
            )
            for name, value in source.dialect.faults
        ),
    ]


def encoding_faults(source: TableSource, decoding: Decoding) -> list[Fault]:
    """What is wrong with the encoding of a file."""
    if decoding.fault is None:
        return []
    codec = _NAMES.get(decoding.codec, decoding.codec)
    args = {"declared": source.encoding or "utf-8", "position": decoding.position, "codec": codec}
    key = {"unknown": "tabular.encoding_unknown", "undecodable": "tabular.encoding"}[decoding.fault]
    if decoding.errors == "replace":
        key = "tabular.encoding_none"
    return [Fault(ENCODING, None, None, -1, None, None, "", key=key).with_args(args)]


def break_faults(breaks: list[Break]) -> list[Fault]:
    """The records that are not well-formed; the list is emptied."""
    faults = [Fault(QUOTE, one.number, one.line, -1, None, one.text, "", key=one.key) for one in breaks]
    breaks.clear()
    return faults
