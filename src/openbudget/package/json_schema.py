"""JSON Schema, draft 7, as far as the profiles of data packages use it: a quick yes or no.

A valid descriptor is accepted here within milliseconds; only one that is refused costs the import of jsonschema,
which then lists every fault. A keyword that is not known here raises UnknownError: jsonschema decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any


class UnknownError(Exception):
    """The schema says something that this module cannot judge."""


_NOTES = frozenset(
    {
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "examples:", "format", "context",
        "propertyOrder", "options", "notes", "definitions", "$defs", "readOnly",
    }
)  # fmt: skip
_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: _is_number(value),
    "integer": lambda value: _is_number(value) and value == int(value),
}


def accepts(schema: Any, value: Any, root: Mapping[str, Any] | None = None) -> bool:
    """Whether `value` is valid. `root` is the document that `$ref` points into (default: the schema itself)."""
    if isinstance(schema, bool):
        return schema
    root = schema if root is None else root
    if "$ref" in schema:  # in draft 7 what stands beside $ref is ignored
        return accepts(_target(schema["$ref"], root), value, root)
    for keyword, wanted in schema.items():
        check = _KEYWORDS.get(keyword)
        if check is not None:
            if not check(wanted, value, schema, root):
                return False
        elif keyword not in _NOTES:
            raise UnknownError(keyword)
    return True


def _target(reference: str, root: Mapping[str, Any]) -> Any:
    if not reference.startswith("#/"):
        raise UnknownError(reference)
    found: Any = root
    for part in reference[2:].split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _type(wanted: Any, value: Any, schema: Any, root: Any) -> bool:
    if isinstance(wanted, str):
        return _TYPES[wanted](value)
    return any(_TYPES[kind](value) for kind in wanted)


def _properties(wanted: Any, value: Any, schema: Any, root: Any) -> bool:
    if not isinstance(value, dict):
        return True
    kind = wanted.get("type")  # the branches of a field differ by its type: look there first
    if kind is not None and "type" in value and not accepts(kind, value["type"], root):
        return False
    return all(accepts(wanted[name], item, root) for name, item in value.items() if name in wanted)


def _additional(wanted: Any, value: Any, schema: Any, root: Any) -> bool:
    if not isinstance(value, dict):
        return True
    known = schema.get("properties", {})
    return all(accepts(wanted, item, root) for name, item in value.items() if name not in known)


def _unique(wanted: Any, value: Any, schema: Any, root: Any) -> bool:
    if not wanted or not isinstance(value, list):
        return True
    return not any(_same(one, other) for index, one in enumerate(value) for other in value[:index])


def _sized(kind: type | tuple[type, ...], keeps: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Any, Any], bool]:
    return lambda wanted, value, schema, root: not isinstance(value, kind) or keeps(value, wanted)


def _bounded(keeps: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Any, Any], bool]:
    return lambda wanted, value, schema, root: not _is_number(value) or keeps(value, wanted)


_KEYWORDS: dict[str, Callable[[Any, Any, Any, Any], bool]] = {
    "type": _type,
    "enum": lambda wanted, value, schema, root: any(_same(item, value) for item in wanted),
    "const": lambda wanted, value, schema, root: _same(wanted, value),
    "required": _sized(dict, lambda value, wanted: all(name in value for name in wanted)),
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": lambda wanted, value, schema, root: (
        not isinstance(value, dict) or all(accepts(wanted, name, root) for name in value)
    ),
    "minProperties": _sized(dict, lambda value, wanted: len(value) >= wanted),
    "items": lambda wanted, value, schema, root: (
        not isinstance(value, list) or all(accepts(wanted, item, root) for item in value)
    ),
    "minItems": _sized(list, lambda value, wanted: len(value) >= wanted),
    "maxItems": _sized(list, lambda value, wanted: len(value) <= wanted),
    "uniqueItems": _unique,
    "minLength": _sized(str, lambda value, wanted: len(value) >= wanted),
    "maxLength": _sized(str, lambda value, wanted: len(value) <= wanted),
    "pattern": _sized(str, lambda value, wanted: _regex(wanted).search(value) is not None),
    "minimum": _bounded(lambda value, wanted: value >= wanted),
    "maximum": _bounded(lambda value, wanted: value <= wanted),
    "allOf": lambda wanted, value, schema, root: all(accepts(part, value, root) for part in wanted),
    "anyOf": lambda wanted, value, schema, root: any(accepts(part, value, root) for part in wanted),
    "oneOf": lambda wanted, value, schema, root: sum(accepts(part, value, root) for part in wanted) == 1,
}
