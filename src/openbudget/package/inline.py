"""Inline data of a resource (`data`: rows as arrays or objects) as CSV, so that one checker checks it all.

Native values stand in their text form: 5 and "5" are the same. null stands as a NUL character, which the dialect of
such a table names as its `nullSequence`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openbudget.package.serialise import write_csv


def inline_csv(data: Any, schema: Any) -> bytes | None:
    """The rows as CSV with a header; None where `data` is no table."""
    if isinstance(data, str):
        return data.encode()
    if not isinstance(data, list) or not data:
        return None
    text = io.StringIO()
    if all(isinstance(row, list) for row in data):
        write_csv(text, ([_text(cell) for cell in row] for row in data))
    elif all(isinstance(row, Mapping) for row in data):
        names = _names(schema)
        names += [name for name in dict.fromkeys(name for row in data for name in row) if name not in names]
        write_csv(text, [names])
        write_csv(text, ([_text(row.get(name)) for name in names] for row in data))
    else:
        return None
    return text.getvalue().encode("utf-8", "surrogatepass")


def _names(schema: Any) -> list[str]:
    fields = schema.get("fields") if isinstance(schema, Mapping) else None
    return [str(item["name"]) for item in fields or () if isinstance(item, Mapping) and "name" in item]


def _text(value: Any) -> str:
    if value is None:
        return "\0"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
