"""JSON Schema, draft 7, as far as the profiles of data packages use it: a quick yes or no.

A valid descriptor is accepted here within milliseconds; only one that is refused costs the import of jsonschema,
which then lists every fault. A schema is made into functions once, and those of the standard are remembered. A keyword
that is not known here raises UnknownError when a value comes to it: jsonschema decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Check = Callable[[Any], bool]
Compile = Callable[[Any], Check]


class UnknownError(Exception):
    """The schema says something that this module cannot judge."""


_NOTES = frozenset(
    {
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "examples:", "format", "context",
        "propertyOrder", "options", "notes", "definitions", "$defs", "readOnly",
    }
)  # fmt: skip
_REMEMBERED: dict[int, tuple[Any, Check]] = {}  # the schema is kept, so that its id stays its own
_MOST = 16


def accepts(schema: Any, value: Any) -> bool:
    """Whether `value` is valid. `$ref` points into the schema itself."""
    known = _REMEMBERED.get(id(schema))
    if known is None:
        if len(_REMEMBERED) >= _MOST:
            _REMEMBERED.pop(next(iter(_REMEMBERED)))
        known = _REMEMBERED[id(schema)] = (schema, _compiler(schema)(schema))
    return known[1](value)


def _compiler(root: Any) -> Compile:
    """What makes parts of the schema `root` into checks. A part is made when a value first comes to it: parts may hold
    themselves, and what is never reached need not be known."""
    made: dict[int, Check] = {}

    def compiled(schema: Any) -> Check:
        if isinstance(schema, bool):
            return lambda value: schema

        known = made.get(id(schema))

        def check(value: Any) -> bool:
            nonlocal known
            if known is None:
                known = made.get(id(schema)) or make(schema)
            return known(value)

        return known or check

    def make(schema: Any) -> Check:
        if "$ref" in schema:  # in draft 7 what stands beside $ref is ignored
            check = compiled(_target(schema["$ref"], root))
        else:
            check = _all([_keyword(name, wanted, schema, compiled) for name, wanted in schema.items()])
        made[id(schema)] = check
        return check

    return compiled


def _keyword(name: str, wanted: Any, schema: Mapping[str, Any], compiled: Compile) -> Check | None:
    if name in _NOTES:
        return None
    make = _KEYWORDS.get(name)
    if make is not None:
        return make(wanted, schema, compiled)

    def unknown(value: Any) -> bool:
        raise UnknownError(name)

    return unknown


def _all(checks: list[Check | None]) -> Check:
    needed = [check for check in checks if check is not None]
    if len(needed) == 1:
        return needed[0]

    def check(value: Any) -> bool:
        for one in needed:  # noqa: SIM110 - twice as fast as all()
            if not one(value):
                return False
        return True

    return check


def _target(reference: str, root: Any) -> Any:
    if reference == "#":
        return root
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


_CLASSES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
_NUMBERS: dict[str, Check] = {
    "number": _is_number,
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
}


def _type(wanted: Any, schema: Any, compiled: Compile) -> Check:
    names = [wanted] if isinstance(wanted, str) else wanted
    classes = tuple(_CLASSES[name] for name in names if name not in _NUMBERS)
    numbers = [_NUMBERS[name] for name in names if name in _NUMBERS]
    if not numbers:
        return lambda value: isinstance(value, classes)
    return lambda value: isinstance(value, classes) or any(number(value) for number in numbers)


def _enum(wanted: Any, schema: Any, compiled: Compile) -> Check:
    texts = frozenset(item for item in wanted if isinstance(item, str))
    others = [item for item in wanted if not isinstance(item, str)]
    return lambda value: value in texts if isinstance(value, str) else any(_same(item, value) for item in others)


def _required(wanted: Any, schema: Any, compiled: Compile) -> Check:
    names = frozenset(wanted)
    return lambda value: not isinstance(value, dict) or names <= value.keys()


def _properties(wanted: Any, schema: Any, compiled: Compile) -> Check:
    checks = {name: compiled(part) for name, part in wanted.items()}

    def check(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        for name, item in value.items():
            one = checks.get(name)
            if one is not None and not one(item):
                return False
        return True

    return check


def _additional(wanted: Any, schema: Any, compiled: Compile) -> Check | None:
    if wanted is True:
        return None
    known, check = frozenset(schema.get("properties", {})), compiled(wanted)
    if wanted is False:
        return lambda value: not isinstance(value, dict) or value.keys() <= known
    return lambda value: (
        not isinstance(value, dict) or all(check(item) for name, item in value.items() if name not in known)
    )


def _unique(wanted: Any, schema: Any, compiled: Compile) -> Check | None:
    if not wanted:
        return None
    return lambda value: (
        not isinstance(value, list)
        or not any(_same(one, other) for index, one in enumerate(value) for other in value[:index])
    )


def _names(wanted: Any, schema: Any, compiled: Compile) -> Check:
    check = compiled(wanted)
    return lambda value: not isinstance(value, dict) or all(map(check, value))


def _items(wanted: Any, schema: Any, compiled: Compile) -> Check:
    check = compiled(wanted)
    return lambda value: not isinstance(value, list) or all(map(check, value))


def _one_of(wanted: Any, schema: Any, compiled: Compile) -> Check:
    """Exactly one of the branches. Those of a field differ by its `type`: only branches of that type are tried."""
    branches = [(_types(part), compiled(part)) for part in wanted]
    every = [check for _, check in branches]
    of_type: dict[str, list[Check]] = {}

    def check(value: Any) -> bool:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            return sum(one(value) for one in every) == 1
        if kind not in of_type:
            of_type[kind] = [one for types, one in branches if types is None or kind in types]
        return sum(one(value) for one in of_type[kind]) == 1

    return check


def _types(schema: Any) -> list[Any] | None:
    """The values that a schema lets a property `type` have; None where it does not list them."""
    if not isinstance(schema, Mapping) or "$ref" in schema:
        return None
    stated = schema.get("properties", {}).get("type")
    if not isinstance(stated, Mapping) or "$ref" in stated:
        return None
    return [stated["const"]] if "const" in stated else stated.get("enum")


def _several(keeps: Callable[[list[Check], Any], bool]) -> Callable[[Any, Any, Compile], Check]:
    def make(wanted: Any, schema: Any, compiled: Compile) -> Check:
        checks = [compiled(part) for part in wanted]
        return lambda value: keeps(checks, value)

    return make


def _sized(kind: type, keeps: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Compile], Check]:
    return lambda wanted, schema, compiled: lambda value: not isinstance(value, kind) or keeps(value, wanted)


def _bounded(keeps: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Compile], Check]:
    return lambda wanted, schema, compiled: lambda value: not _is_number(value) or keeps(value, wanted)


_KEYWORDS: dict[str, Callable[[Any, Any, Compile], Check | None]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda wanted, schema, compiled: lambda value: _same(wanted, value),
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "minProperties": _sized(dict, lambda value, wanted: len(value) >= wanted),
    "items": _items,
    "minItems": _sized(list, lambda value, wanted: len(value) >= wanted),
    "maxItems": _sized(list, lambda value, wanted: len(value) <= wanted),
    "uniqueItems": _unique,
    "minLength": _sized(str, lambda value, wanted: len(value) >= wanted),
    "maxLength": _sized(str, lambda value, wanted: len(value) <= wanted),
    "pattern": _sized(str, lambda value, wanted: _regex(wanted).search(value) is not None),
    "minimum": _bounded(lambda value, wanted: bool(value >= wanted)),
    "maximum": _bounded(lambda value, wanted: bool(value <= wanted)),
    "allOf": _several(lambda checks, value: all(check(value) for check in checks)),
    "anyOf": _several(lambda checks, value: any(check(value) for check in checks)),
    "oneOf": _one_of,
}
