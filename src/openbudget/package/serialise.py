"""Values as the bytes of a package: CSV and JSON, always the same bytes for the same values.

Figures are exact in both: a Decimal is written in plain notation (`507.4`, never `5.074E+2`), in JSON as a number.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring

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


def csv_bytes(columns: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> bytes:
    """RFC 4180 with `\\n` line ends, UTF-8 without a mark, header first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([as_text(row.get(column)) for column in columns] for row in rows)
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
