"""Values as the bytes of a package: CSV and JSON, always the same bytes for the same values.

Figures are exact in both: a Decimal is written in plain notation (`507.4`, never `5.074E+2`), in JSON as a number.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Protocol

from openbudget.model.value import Value


def as_text(value: Value) -> str:
    """A value as it stands in a CSV cell: blank for None, `true` and `false`, plain decimals, ISO dates."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


class _Out(Protocol):
    """What text can be written to."""

    def write(self, text: str, /) -> object: ...


class _LineFeeds:
    """Passes on the lines of a writer of CSV, which end in `\\r\\n`, with `\\n` as their end."""

    def __init__(self, out: _Out) -> None:
        self._write = out.write

    def write(self, line: str) -> None:
        self._write(line[:-2] + "\n")


def write_csv(out: _Out, rows: Iterable[Iterable[object]]) -> None:
    """Rows in RFC 4180 with `\\n` line ends. Cells with `\\r` are quoted, which Python before 3.13 does only where lines
    end in it; else a reader would find a row cut in two."""
    csv.writer(_LineFeeds(out), lineterminator="\r\n").writerows(rows)


def csv_bytes(columns: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> bytes:
    """RFC 4180 with `\\n` line ends, UTF-8 without a mark, header first."""
    text = io.StringIO()
    write_csv(text, [columns])
    write_csv(text, ([as_text(row.get(column)) for column in columns] for row in rows))
    return text.getvalue().encode()


def json_bytes(value: object) -> bytes:
    """Indented JSON in UTF-8, a line end at the end. Takes what json takes, and Decimals and dates."""
    return (_json(value, "\n") + "\n").encode()


def _json(value: object, indent: str) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    deeper = indent + "  "
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        items = [
            f"{encode_basestring(str(key))}: {encode_basestring(item) if isinstance(item, str) else _json(item, deeper)}"
            for key, item in value.items()
        ]
        return "{" + deeper + ("," + deeper).join(items) + indent + "}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime.date):
        return f'"{value.isoformat()}"'
    if isinstance(value, list | tuple):
        if not value:
            return "[]"
        parts = [_json(item, deeper) for item in value]
        if len(value) < 9 and all(item is None or isinstance(item, str | int | float) for item in value):
            return "[" + ", ".join(parts) + "]"
        return "[" + deeper + ("," + deeper).join(parts) + indent + "]"
    raise TypeError(f"not for JSON: {type(value).__name__}")
