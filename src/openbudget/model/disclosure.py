"""What a disclosure says, as rows of the standard's tables, each value with its place in the source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from openbudget.model.document import Diagnostic, Source
from openbudget.model.facts import Facts
from openbudget.model.place import Locator
from openbudget.model.value import Value


class Origin(NamedTuple):
    """Where a value comes from. `file` is the source's name, `printed` the text there (following `place` gives
    it back), `method` one of `cell`, `sentence`, `heading`, `derived`; `confidence` 1 unless read by OCR."""

    file: str
    place: Locator
    printed: str
    method: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table `table`. `values` by field name (blank = None or absent); `origins` by field name for
    every value that was read from the source."""

    table: str
    id: str
    values: Mapping[str, Value]
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def get(self, name: str) -> Value:
        return self.id if name == "id" else self.values.get(name)


class Unrecognised(NamedTuple):
    """A piece of the source that is in no table and no section."""

    file: str
    place: Locator
    text: str
    reason: str  # key of a message


class Coverage(NamedTuple):
    """Non-blank lines of the pieces of the source: total = in_tables + in_sections + unrecognised."""

    total: int
    in_tables: int
    in_sections: int
    unrecognised: int


class Disclosure(NamedTuple):
    """One department (or unit), one fiscal year, one kind. `tables` has the rows of every table of the standard
    that was found, in document order; `sources`, `findings` are not among them (they are derived)."""

    facts: Facts
    sources: tuple[Source, ...]
    tables: Mapping[str, tuple[Row, ...]]
    coverage: Coverage
    unrecognised: tuple[Unrecognised, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
