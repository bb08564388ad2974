"""The files that people take away: those of the package as they are, one workbook, one database, Parquet, and a zip.

All of them are made of the package alone and have the same bytes whenever they are made.
"""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openbudget import standard

Rows = Sequence[Mapping[str, Any]]
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
            made.writestr(info, files[path], compresslevel=4)
    return out.getvalue()


def database(tables: Mapping[str, Rows]) -> bytes:
    """A SQLite database of the tables, with their keys and types, as the standard declares them. References are not
    enforced while it is filled: a package with a broken one is shown as it is."""
    with sqlite3.connect(":memory:", isolation_level=None) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("BEGIN")
        for name, spec in standard.tables().items():
            if name not in tables:
                continue
            connection.execute(standard.sql(name))
            marks = ", ".join("?" * len(spec.columns))
            connection.executemany(
                f'INSERT OR IGNORE INTO "{name}" VALUES ({marks})',
                ([_stored(row.get(column)) for column in spec.columns] for row in tables[name]),
            )
        connection.execute("COMMIT")
        content = connection.serialize()
    connection.close()
    return content


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def parquet(name: str, rows: Rows) -> bytes | None:
    """A table as Parquet, typed by the standard; None where pyarrow is not installed."""
    try:
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from pyarrow import parquet as writer
    except ImportError:
        return None
    kinds = {
        "number": pyarrow.decimal128(38, 6), "integer": pyarrow.int64(), "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(), "year": pyarrow.int32(),
    }  # fmt: skip
    spec = standard.tables()[name]
    columns, fields = [], []
    for field in spec.fields:
        kind = kinds.get(field.type, pyarrow.string())
        values = [row.get(field.name) for row in rows]
        if field.type == "number":
            values = [None if value is None else Decimal(value).quantize(Decimal("0.000001")) for value in values]
        elif field.type == "year":
            values = [None if value is None else int(value) for value in values]
        elif field.type not in kinds:
            values = [None if value is None else str(value) for value in values]
        columns.append(pyarrow.array(values, kind))
        fields.append(
            pyarrow.field(field.name, kind, metadata={"title_zh": field.title["zh"], "title_en": field.title["en"]})
        )
    out = io.BytesIO()
    writer.write_table(pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(fields)), out, compression="zstd")
    return out.getvalue()
