"""The way back from a value of a package to the place of its source where it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from openbudget.errors import OpenBudgetError, UsageError
from openbudget.package.container import open_container, read_whole
from openbudget.package.reader import open_package

if TYPE_CHECKING:
    from openbudget.model.document import Document
    from openbudget.model.value import Value


class Trace(NamedTuple):
    """Where a value of a package stands in its source: the row of `sources`, and `there`, what was found at that
    place when it was followed just now (None: nothing, or the source is not in the package)."""

    field: str
    value: str
    file: str
    place: str
    printed: str
    method: str
    there: str | None


def trace(path: Path, table: str, row_id: str, field: str | None = None) -> tuple[Trace, ...]:
    """The way back from a row of a package (or one field of it) to the source.

    UsageError where the package has no such table, row or field, or says nothing of its place.
    """
    opened = open_package(path)
    if table not in opened.tables:
        raise UsageError("package.trace_no_table", table=table, tables=", ".join(opened.tables))
    if not opened.tables[table]:
        raise UsageError("package.trace_no_rows", table=table)
    row = next((row for row in opened.tables[table] if str(row.get("id")) == row_id), None)
    if row is None:
        known = [str(row.get("id")) for row in opened.tables[table]]
        raise UsageError("package.trace_no_row", table=table, row=row_id, rows=_nearest(row_id, known))
    origins = [
        origin
        for origin in opened.tables.get("sources", ())
        if origin["table"] == table and origin["row_id"] == row_id and field in (None, origin["field"])
    ]
    if not origins:
        fields = ", ".join(name for name in row if row[name] is not None)
        raise UsageError("package.trace_no_place", row=row_id, field=field or "*", fields=fields)
    return tuple(_trace(row, origin, path) for origin in origins)


def _trace(row: Mapping[str, Value], origin: Mapping[str, Value], package: Path) -> Trace:
    field, file, place = (str(origin[name]) for name in ("field", "file", "locator"))
    try:
        there = _document(package, file).text_at(place)
    except (OpenBudgetError, OSError, KeyError):
        there = None
    return Trace(field, str(row.get(field)), file, place, str(origin["printed"] or ""), str(origin["method"]), there)


@lru_cache(maxsize=4)
def _document(path: Path, file: str) -> Document:
    """A source of a package (a folder, a descriptor or a zip), read."""
    from openbudget import readers

    container, _ = open_container(path)
    return readers.read(file, read_whole(container, f"source/{file}"))


def _nearest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name, known, 5, 0.4) or known[:5])
