"""What is given to the checker of tables, and what it gives back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from openbudget.model.finding import Finding
from openbudget.tabular.dialect import Dialect
from openbudget.tabular.faults import FaultStore, finding_of
from openbudget.tabular.schema import Schema


class TableSource(NamedTuple):
    """A table to check. `opened` opens its bytes anew at each call; `path` names the file in findings; `encoding` is
    the declared one (None: UTF-8); `size` its bytes, where they are known."""

    name: str
    opened: Callable[[], BinaryIO]
    schema: Schema
    dialect: Dialect = Dialect()
    encoding: str | None = None
    path: str | None = None
    size: int = 0

    def with_null(self) -> Schema:
        """The schema, with the dialect's nullSequence among the missing values."""
        null = self.dialect.null_sequence
        if null is None:
            return self.schema
        fields = tuple(column._replace(missing=column.missing | {null}) for column in self.schema.fields)
        return self.schema._replace(fields=fields)


class TableResult(NamedTuple):
    """What checking gave. `rows` are the typed rows (None where they were not asked for, or are too many to keep),
    `n_rows` their number, blank ones not counted; `faults.counts` is complete."""

    name: str
    n_rows: int
    faults: FaultStore
    rows: Sequence[Mapping[str, object]] | None = None
    path: str | None = None

    def findings(self) -> Iterator[Finding]:
        """The faults as findings, made one by one."""
        for fault in self.faults:
            yield finding_of(fault, self.name, self.path)
