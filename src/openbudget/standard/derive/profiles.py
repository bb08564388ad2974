"""The vendored profiles of Data Package without what they say to people: a ninth of the text, the same judgements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VERSIONS = ("1.0", "2.0")
_SAID = frozenset(
    {
        "$comment", "title", "description", "default", "examples", "examples:", "context", "propertyOrder", "options",
        "notes", "format", "readOnly",
    }
)  # fmt: skip
_NAMED = frozenset({"properties", "patternProperties", "definitions", "$defs"})  # their keys are names, no keywords
_VALUES = frozenset({"enum", "const", "required"})


def profile(root: Path, version: str) -> dict[str, Any]:
    """The profile of a data package, of one of VERSIONS; `root` is the folder schema/."""
    loaded: dict[str, Any] = json.loads((root / "vendor/datapackage" / version / "datapackage.json").read_bytes())
    short: dict[str, Any] = _short(loaded)
    return short


def _short(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_short(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _part(name, part) for name, part in schema.items() if name not in _SAID}


def _part(name: str, part: Any) -> Any:
    if name in _VALUES:
        return part
    if name in _NAMED:
        return {key: _short(inner) for key, inner in part.items()}
    return _short(part)
