"""The files that people take away: those of the package as they are, one workbook, one database, Parquet, and a zip.

All of them are made of the package alone and have the same bytes whenever they are made.
"""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from openbudget import standard
from openbudget.site.columns import Columns

_REPEATED = ["table", "field", "file"]  # columns of the table `sources` that say the same in most rows
_WHEN = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can state: the same in every build
# a browser runs what it finds in these, with the rights of the site: they are published only inside the zip
ACTIVE = frozenset({".html", ".htm", ".xhtml", ".xht", ".shtml", ".mht", ".mhtml", ".svg", ".svgz", ".xml", ".xsl"})


def archive(name: str, files: Mapping[str, bytes]) -> bytes:
    """A zip of `files` in a folder `name`: sorted, without times; what is compressed already is stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{name}/{path}", _WHEN)
            info.external_attr = 0o644 << 16
            stored = path.lower().endswith((".pdf", ".docx", ".xlsx", ".zip", ".png", ".jpg", ".ofd"))
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            made.writestr(info, files[path], compresslevel=2)
    return out.getvalue()


def database(tables: Mapping[str, Columns]) -> bytes:
    """A SQLite database of the tables, with their keys and types, as the standard declares them. References and lists
    of allowed values are not enforced while it is filled: a package that breaks one is shown as it is."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("BEGIN")
        for name, spec in standard.tables().items():
            if name not in tables:
                continue
            connection.execute(_declared(name))
            marks = ", ".join("?" * len(spec.fields))
            connection.executemany(f'INSERT OR IGNORE INTO "{name}" VALUES ({marks})', _values(spec, tables[name]))
        connection.execute("COMMIT")
        return connection.serialize()


@cache
def _declared(name: str) -> str:
    return standard.sql(name)


def _values(spec: standard.TableSpec, table: Columns) -> Iterator[tuple[Any, ...]]:
    """The values of rows as SQLite takes them, in the order of the table's columns. They are made column by column, so
    that SQLite takes row after row without a step of ours in between."""
    if not table:
        return iter(())
    stored = [
        map(_stored, table[field.name]) if field.type in ("number", "date") else table[field.name]
        for field in spec.fields
    ]
    return zip(*stored, strict=True)


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def parquet(name: str, content: bytes, table: Columns | None = None) -> bytes | None:
    """A table of the standard, given as CSV, as Parquet with the standard's types; None where pyarrow is not installed
    or the CSV does not fit the standard. `table` are its columns where they were read and found without fault: they give
    the same, and nothing waits for the threads that a reader of CSV starts."""
    try:
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from pyarrow import parquet
    except ImportError:
        return None
    arrays = None if table is None else _of_columns(name, table)
    if arrays is None:
        arrays = _of_csv(name, content)
    if arrays is None:
        return None
    out = pyarrow.BufferOutputStream()
    named = pyarrow.Table.from_arrays(arrays, schema=_schema(name)[0])
    # snappy is the one compression that every reader of Parquet has; statistics help with many row groups only
    parquet.write_table(named, out, compression="snappy", use_dictionary=_REPEATED, write_statistics=False)
    return bytes(out.getvalue().to_pybytes())


def _of_columns(name: str, table: Columns) -> list[Any] | None:
    """The columns of a table as pyarrow has them; None where a value is not of the standard's type."""
    import pyarrow  # type: ignore[import-not-found, unused-ignore]

    try:
        return [pyarrow.array(table[field.name] if table else (), field.type) for field in _schema(name)[0]]
    except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
        return None


def _of_csv(name: str, content: bytes) -> list[Any] | None:
    """The columns of a table, of its CSV; None where that does not fit the standard."""
    import pyarrow  # type: ignore[import-not-found, unused-ignore]
    from pyarrow import csv

    try:
        table = csv.read_csv(
            pyarrow.BufferReader(content),
            csv.ReadOptions(use_threads=False, block_size=len(content) + 1),
            csv.ParseOptions(newlines_in_values=True),
            _schema(name)[1],
        )
    except (pyarrow.ArrowInvalid, pyarrow.ArrowKeyError):
        return None
    return list(table.columns)


@cache
def _schema(name: str) -> tuple[Any, Any]:
    """A table's schema for Parquet, with the titles of its fields, and how its CSV is read."""
    import pyarrow  # type: ignore[import-not-found, unused-ignore]
    from pyarrow import csv

    kinds = {
        "number": pyarrow.decimal128(38, 6), "integer": pyarrow.int64(), "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(), "year": pyarrow.int32(),
    }  # fmt: skip
    fields = standard.tables()[name].fields
    types = {field.name: kinds.get(field.type, pyarrow.string()) for field in fields}
    schema = pyarrow.schema(
        [
            pyarrow.field(one.name, types[one.name], metadata={f"title_{key}": text for key, text in one.title.items()})
            for one in fields
        ]
    )
    convert = csv.ConvertOptions(
        column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=True,
        true_values=["true"], false_values=["false"],
    )  # fmt: skip
    return schema, convert
