"""What proofs need of each line, gathered while the structural pass has it as cells: a record of fixed size.

Texts become numbers or hashes (with the seed of this run), amounts whole numbers of hundred-thousandths of a yuan. The
file is read, cut and split once; the text of a line is read again only where the rules have to see it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from openbudget.checks.proofs.dictionary import Array, Dictionary, steps
from openbudget.checks.proofs.names import judged_names
from openbudget.checks.proofs.records import CODED, HASHED, ODD, SCALE_PLACES, layout, offset
from openbudget.checks.proofs.store import Store
from openbudget.model.amount import UNITS
from openbudget.tabular.fast.blocks import address, raw_of
from openbudget.tabular.fast.cells import cells_of
from openbudget.tabular.fast.compiled import kernels
from openbudget.tabular.fast.texts import SEEDS
from openbudget.tabular.header import Layout
from openbudget.tabular.rowtexts import row_texts

if TYPE_CHECKING:
    from openbudget.checks.rule import Rule
    from openbudget.tabular import TableSource
    from openbudget.tabular.fast.cells import Cells

_ROWS = 20_000  # that are taken at once
_DIGITS, _DECIMALS = 12, 5  # of amounts
_PRINTED_DIGITS, _PRINTED_DECIMALS = 15, 12


class Gathered(NamedTuple):
    """The lines of a block, and their texts where they are kept aside."""

    records: Array
    aside: bytes | None = None


class Gatherer:
    """Gathers the lines of one table; a `tabular.Gatherer`. `rules`: those about names, whose verdicts are gathered."""

    def __init__(self, source: TableSource, rules: Sequence[Rule]) -> None:
        self.source = source
        self.coded = {name: Dictionary() for name in CODED}
        self.names = {rule.id: judged_names(rule, self.coded) for rule in rules}
        self.dtype = layout(self.names)
        self.store: Store | None = None
        self._columns: dict[str, int | None] = {}
        self.lost = True

    def begin(self, columns: Layout) -> None:
        """A file with these columns follows; what was gathered before is forgotten."""
        self.close()
        self.store = Store(self.dtype)
        self.lost = False
        self._columns = {name: columns.column_of(place) for place, name in enumerate(self.source.schema.names)}

    @property
    def columns(self) -> list[int | None]:
        """By field: its column in the file."""
        return list(self._columns.values())

    def close(self) -> None:
        """Let go of temporary files."""
        if self.store is not None:
            self.store.close()
            self.store = None

    def block(self, cells: Cells, offset: int | None) -> Gathered:
        """The rows of a block whose first byte is the `offset`-th of the file (None: the file is in another encoding). By a
        thread."""
        records = np.zeros(cells.rows, self.dtype)
        starts, sizes = cells.ranges(offset or 0)
        records["at"], records["size"] = starts, sizes
        for name, field in HASHED.items():
            if (at := self._columns[name]) is not None:
                records[field] = cells.hashes(at, SEEDS[0], none=True)
        odd = np.zeros(cells.rows, bool)
        for name in CODED:
            if (at := self._columns[name]) is not None:
                odd[self.coded[name].code(cells, at, records[name])] = True
        nothing = np.zeros(cells.rows, np.uint16)
        for rule, (name, code, by, verdicts) in self.names.items():
            if (at := self._columns[name]) is not None:
                two = records[by] if by else nothing
                verdicts.number(cells, at, records[code], two, records[rule])
            else:
                records[rule] = verdicts.blank()
        self._figures(cells, records, odd)
        return Gathered(records, cells.whole() if offset is None else None)

    def rows(self, columns: Sequence[Sequence[str | None]]) -> Gathered | None:
        """Rows as the exact checker has them, as texts by column of the file; None where they are none."""
        if not columns or not columns[0]:
            return None
        file = io.StringIO()
        csv.writer(file, delimiter=self.source.dialect.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
            ["" if cell is None else cell for cell in row] for row in zip(*columns, strict=True)
        )
        text = file.getvalue()
        data = text.encode("utf-8", "replace")
        cells = cells_of(raw_of(data.replace(b"\r", b"\n")), len(columns), ord(self.source.dialect.delimiter), 0)
        if cells is None:
            self.lost = True
            return None
        gathered = self.block(cells, None)
        if b"\r" in data:  # a line of which a kernel cannot be certain
            for row, (at, size) in enumerate(
                zip(*(gathered.records[name].tolist() for name in ("at", "size")), strict=True)
            ):
                if b"\r" in data[at : at + size]:
                    gathered.records["flags"][row] |= ODD
        return gathered._replace(aside=data)

    def from_texts(self) -> bool:
        """Gather all lines as the exact checker reads them; whether that came to the end."""
        names = range(len(self.source.schema.names))
        self.begin(Layout(tuple(names), ()))
        for some in _several(row_texts(self.source)):
            self.take(self.rows(list(zip(*some, strict=True))))
        return not self.lost

    def take(self, gathered: Gathered | None) -> None:
        """Put the lines of a block behind those before it."""
        if self.store is not None and gathered is not None:
            self.store.add(gathered.records, gathered.aside)

    def _figures(self, cells: Cells, records: Array, odd: Array) -> None:
        """The amount, its printed figure, and what the label says."""
        units = records["unit_reported"]
        listed = list(self.coded["unit_reported"].values)
        listed += [None] * (int(units.max(initial=0)) + 1 - len(listed))
        places = np.array(
            [SCALE_PLACES + (len(str(UNITS[one][1])) - 1 if one in UNITS else 0) for one in listed], np.uint8
        )
        money = np.array([one in UNITS for one in listed], np.uint8)
        columns = [self._columns[name] for name in ("amount", "amount_reported", "item")]
        given = np.array([-1 if at is None else at for at in columns], np.int64)
        limits = np.array([_DIGITS, _DECIMALS, _PRINTED_DIGITS, _PRINTED_DECIMALS, SCALE_PLACES], np.int64)
        fields = np.array([offset(self.dtype, name) for name in ("value", "left", "flags", "id", "item")], np.int64)
        scratch, wrong = np.zeros(2, np.int64), odd.view(np.uint8)
        data, at, stride, _, rows = cells.given(0)
        kernels()["amounts"](
            data, at, stride, rows, address(given), address(limits), *steps(units), address(places), address(money),
            address(records.view(np.uint8)), self.dtype.itemsize, address(fields), address(scratch), address(wrong),
        )  # fmt: skip


def _several(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    rows = iter(rows)
    while some := list(islice(rows, _ROWS)):
        yield some
