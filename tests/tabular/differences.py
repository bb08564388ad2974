"""Where we judge a cell otherwise than frictionless-py: the list of docs/reference/table-semantics.md as code.

Each difference has the number it has there, and says of a field (a descriptor) and a text whether it is at work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Field = dict[str, Any]


def _kind(field: Field) -> tuple[str, str]:
    return field.get("type", "any"), field.get("format", "default")


def _item(field: Field) -> str:
    """The type that numbers and dates of the cell are read as: that of the items, in lists."""
    return field.get("itemType", "string") if field.get("type") == "list" else field.get("type", "any")


def _of(*types: str) -> Callable[[Field], bool]:
    return lambda field: _item(field) in types


_NUMERIC = _of("number", "integer", "geopoint", "year", "yearmonth")
_TIMED = _of("date", "time", "datetime")

DIFFERENCES: dict[str, Callable[[Field, str], bool]] = {
    # blanks around a value, underscores in it, digits of other scripts
    "D1": lambda field, text: _NUMERIC(field) and any(part != part.strip() for part in text.split(",")),
    "D2": lambda field, text: _NUMERIC(field) and "_" in text,
    "D3": lambda field, text: (_NUMERIC(field) or _TIMED(field)) and any(c.isdigit() and not c.isascii() for c in text),
    "D4": lambda field, text: (
        _of("number")(field) and re.fullmatch(r"[+-]?(s?nan|inf|infinity)", text.strip(), re.I) is not None
    ),
    "D5": lambda field, text: (
        _of("number", "integer")(field)
        and bool(field.get("groupChar") or field.get("bareNumber") is False or field.get("decimalChar"))
    ),
    "D6": lambda field, text: (
        _kind(field)[1] == "default" and _item(field) == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.A)
    ),
    "D7": lambda field, text: _kind(field) == ("time", "default") and "," in text,
    "D8": lambda field, text: (
        _kind(field) == ("datetime", "default")
        and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", text, re.A)
    ),
    "D9": lambda field, text: _kind(field)[1] == "any" and field["type"] in ("date", "time", "datetime"),
    "D10": lambda field, text: field["type"] == "year" and not re.fullmatch(r"\d{4}", text, re.A),
    "D11": lambda field, text: field["type"] == "yearmonth" and not re.fullmatch(r"\d{4}-\d\d", text, re.A),
    "D12": lambda field, text: field["type"] == "duration" and bool(re.search(r"\.\d+[^\dS]|^\+|T$|:|W.|.W", text)),
    "D13": lambda field, text: (
        field["type"] in ("object", "array", "geojson", "geopoint") and bool(re.search("NaN|Infinity", text))
    ),
    "D14": lambda field, text: field["type"] == "geopoint" and bool(re.search("true|false", text)),
    "D15": lambda field, text: _kind(field) == ("geojson", "default") and ("Polygon" in text or "LineString" in text),
    "D16": lambda field, text: _kind(field) == ("geojson", "topojson") and "Topology" not in text,
    "D17": lambda field, text: _kind(field) == ("string", "email") and "@" in text,
    "D18": lambda field, text: (
        _kind(field) == ("string", "uri") and bool(re.search(r"[\s<>{}|\\^`\"]|%(?![0-9A-Fa-f]{2})", text))
    ),
    "D19": lambda field, text: _kind(field) == ("string", "uuid"),
    "D20": lambda field, text: _kind(field) == ("string", "binary"),
}


def explained(field: Field, text: str) -> list[str]:
    """The differences that are at work on a cell."""
    return [number for number, applies in DIFFERENCES.items() if applies(field, text)]
