"""The answer to a query as a table on the screen, CSV, JSON, Parquet or a workbook."""

from __future__ import annotations

import datetime
import io
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from openbudget.batch.database import Answer
from openbudget.errors import UsageError
from openbudget.package.atomic import write_file
from openbudget.package.serialise import write_csv

_WHOLE = 10**15  # numbers in a workbook have 15 digits
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in no XML document


def plain(value: Any) -> Any:
    """A value without the zeros that only its type has: Decimal 1200.0000 → 1200."""
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    return value


def text(value: Any) -> str:
    """A value as people read it; blank for nothing."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def as_csv(answer: Answer) -> bytes:
    """RFC 4180 in UTF-8, `\\n` line ends."""
    out = io.StringIO()
    write_csv(out, [answer.columns])
    write_csv(out, ([text(value) for value in row] for row in answer.rows))
    return out.getvalue().encode()


def as_json(answer: Answer) -> bytes:
    """A list of objects, one a line; decimals as exact numbers, dates as text."""
    lines = []
    for row in answer.rows:
        cells = (
            f"{json.dumps(name, ensure_ascii=False)}: {_json(value)}"
            for name, value in zip(answer.columns, row, strict=True)
        )
        lines.append("{" + ", ".join(cells) + "}")
    return ("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n").encode()


def _json(value: Any) -> str:
    value = plain(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(str(name))}: {_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, float) and not isfinite(value):
        return "null"  # JSON has no such numbers
    return json.dumps(value, ensure_ascii=False, default=str)


def as_parquet(answer: Answer) -> bytes:
    """One Parquet file, types as DuckDB gave them."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = list(zip(*answer.rows, strict=True)) or [() for _ in answer.columns]
    out = io.BytesIO()
    table = pa.table([pa.array(column) for column in columns], names=list(answer.columns))
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def as_xlsx(answer: Answer) -> bytes:
    """A workbook with one sheet; text stays text, also where it begins like a formula. What a cell cannot hold (lists,
    times with a zone, whole numbers of more than 15 digits) is text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("answer")
    for row in (answer.columns, *answer.rows):
        cells = []
        for value in map(_cell, row):
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, value)
                cell.data_type = "s"
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """A value as a cell of a workbook can hold it."""
    value = plain(value)
    if value is None or isinstance(value, bool) or type(value) is datetime.date:
        return value
    if isinstance(value, int | float | Decimal) and -_WHOLE < value < _WHOLE:
        return value
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        return value
    return _ILLEGAL.sub("", text(value))


FORMATS: Mapping[str, Callable[[Answer], bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "parquet": as_parquet,
    "xlsx": as_xlsx,
}


def write(data: bytes, path: Path) -> None:
    """Write a file, whole or not at all. UsageError where it is there; WriteError where the disk refuses."""
    if path.exists():
        raise UsageError("batch.file_is_there", path=str(path))
    write_file(path, data)
