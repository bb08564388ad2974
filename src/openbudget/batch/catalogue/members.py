"""The packages of a catalogue as the rules want them: rows by table, the places of their figures, and who is beside whom.

Everything is made when it is asked for: of the packages beside one, only the rows of its units are ever looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from openbudget import standard
from openbudget.batch.catalogue import files
from openbudget.batch.catalogue.schema import PACKAGES, PRINTED, TWINS, figures
from openbudget.batch.catalogue.snapshot import Segment
from openbudget.model.amount import plain

PLACES = "sources"
_OPEN = 4  # segments that a process holds: that which it checks, and some in which other packages are
Row = Mapping[str, Any]


class Shelf:
    """A segment: its packages (without those that are void) and their rows. A table is read when it is wanted."""

    def __init__(self, base: str, segment: Segment) -> None:
        self._base, self._segment = base, segment
        self._held: dict[str, tuple[Any, Mapping[str, tuple[int, int]]]] = {}

    @cached_property
    def packages(self) -> Mapping[str, Row]:
        """What the table `packages` says of each."""
        void = frozenset(self._segment.void)
        rows = _rows_of(files.stored(self._base, self._segment.files[PACKAGES], PACKAGES, plain=True))
        return {row["package"]: row for row in rows if row["package"] not in void}

    def rows(self, package: str, table: str) -> list[Row]:
        """The rows of a package. They are made anew each time: all of a segment would be some hundred thousand."""
        if table not in self._segment.files:
            return []
        if table not in self._held:
            held = files.stored(self._base, self._segment.files[table], table, plain=True)
            self._held[table] = held, {name: (start, stop) for name, start, stop in files.runs_of(held)}
        held, spans = self._held[table]
        start, stop = spans.get(package, (0, 0))
        return list(_rows_of(held.slice(start, stop - start)))


class Tables(Mapping[str, Sequence[Row]]):
    """The tables of a package, `sources` (of its figures, and of its rows) among them."""

    def __init__(self, shelf: Callable[[], Shelf], package: str) -> None:
        self._shelf, self._package = shelf, package
        self._made: dict[str, list[Row]] = {}

    def __getitem__(self, table: str) -> list[Row]:
        if table not in self._made:
            if table != PLACES and table not in standard.tables():
                raise KeyError(table)
            self._made[table] = self._places() if table == PLACES else self._shelf().rows(self._package, table)
        return self._made[table]

    def __iter__(self) -> Iterator[str]:
        return (table for table in standard.tables() if self[table])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _places(self) -> list[Row]:
        told = self._shelf().rows(self._package, PRINTED)
        printed = {(row["table"], row["row_id"], row["field"]): row["printed"] for row in told}
        return [
            place for table in standard.tables() if table != PLACES for place in _places(table, self[table], printed)
        ]


class Member(NamedTuple):
    """A package: what is known of it, and its tables."""

    facts: Row
    tables: Tables


class Province:
    """The segments of a province (of some years) of which the packages are held against each other."""

    def __init__(self, base: str, segments: Sequence[Segment]) -> None:
        self._base, self._open = base, dict[str, Shelf]()
        self._places: dict[tuple[object, ...], list[tuple[Row, Segment]]] = defaultdict(list)
        for segment in segments:
            for facts in Shelf(base, segment).packages.values():
                self._places[_place(facts)].append((facts, segment))
        for members in self._places.values():
            members.sort(key=lambda one: one[0]["path"].split("/"))

    def tables(self, segment: Segment, package: str) -> Tables:
        """The tables of a package."""
        return Tables(lambda: self._shelf(segment), package)

    def _shelf(self, segment: Segment) -> Shelf:
        """A segment; the `_OPEN` that were wanted last are held."""
        shelf = self._open.pop(segment.id, None) or Shelf(self._base, segment)
        self._open[segment.id] = shelf
        if len(self._open) > _OPEN:
            del self._open[next(iter(self._open))]
        return shelf

    def beside(self, facts: Row) -> list[Member]:
        """The other packages of the same place, year and kind, in the order in which `validate FOLDER` has them."""
        return [self._member(*one) for one in self._places[_place(facts)] if one[0]["package"] != facts["package"]]

    def last_year(self, facts: Row) -> Tables | None:
        """Last year's package of the same body, the first where there are more."""
        for one, segment in self._places.get(_place(facts, 1), ()):
            if all(one[name] == facts[name] for name in _BODY):
                return self.tables(segment, one["package"])
        return None

    def _member(self, facts: Row, segment: Segment) -> Member:
        return Member(facts, self.tables(segment, facts["package"]))


_BODY = ("agency_code", "agency_name", "level")  # besides place and kind: what tells one body's packages


def _place(facts: Row, back: int = 0) -> tuple[object, ...]:
    return facts["region_code"], facts["kind"], facts["fiscal_year"] - back


def _rows_of(table: Any) -> Iterator[Row]:
    """The rows as the engine knows them: decimals without the zeros of their column."""
    columns = []
    for column in table.columns:
        values = column.to_pylist()
        if str(column.type).startswith("decimal"):
            values = [None if value is None else plain(value) for value in values]
        columns.append(values)
    names = table.column_names
    for cells in zip(*columns, strict=True):
        yield dict(zip(names, cells, strict=True))


def _places(table: str, rows: Sequence[Row], printed: Mapping[tuple[str, str, str], str]) -> Iterator[Row]:
    """The rows that `sources` would have of a table's figures, with the place of their row."""
    spec = standard.tables()[table]
    if "id" not in spec.columns:
        return
    twins = [(field, twin) for field, twin in TWINS.items() if field in spec.columns and twin in spec.columns]
    for row in rows:
        if row["source_file"] is None:
            continue
        place = {"table": table, "row_id": row["id"], "file": row["source_file"], "locator": row["source_place"]}
        place["method"] = row["source_method"]
        yield {**place, "field": "", "printed": None}
        for field, twin in twins:
            yield {**place, "field": field, "printed": row[twin]}
        for field in figures(table):
            if (table, row["id"], field) in printed:
                yield {**place, "field": field, "printed": printed[table, row["id"], field]}
