"""Constraints of a field, each as a function that says whether a value keeps it."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from openbudget.tabular.patterns import bounded, compile_pattern
from openbudget.tabular.schema import Field, SchemaFault
from openbudget.tabular.temporal import INVALID, Duration, Parser

RULES = {
    "type": "SCH-001",
    "required": "SCH-002",
    "unique": "SCH-003",
    "pattern": "SCH-004",
    "enum": "SCH-005",
    "minimum": "SCH-006",
    "maximum": "SCH-007",
    "exclusiveMinimum": "SCH-008",
    "exclusiveMaximum": "SCH-009",
    "minLength": "SCH-010",
    "maxLength": "SCH-011",
    "categories": "SCH-012",
    "jsonSchema": "SCH-013",
}
_ORDERED = frozenset({"integer", "number", "date", "time", "datetime", "year", "yearmonth", "duration"})
_COUNTED = frozenset({"string", "array", "object", "list"})
_BOUNDS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "minimum": ("≥", lambda value, bound: bool(value >= bound)),
    "maximum": ("≤", lambda value, bound: bool(value <= bound)),
    "exclusiveMinimum": (">", lambda value, bound: bool(value > bound)),
    "exclusiveMaximum": ("<", lambda value, bound: bool(value < bound)),
}


class CellFault(NamedTuple):
    """A rule that a cell breaks, and what the rule expects there (for people and programs alike: `≥ 0`). `key`: a
    message of its own, where the rule has several."""

    rule: str
    expected: str
    key: str | None = None


Check = tuple[CellFault, Callable[[Any], bool]]


def hashable(value: object) -> Any:
    """A value's form for comparing: equal values have equal forms, and every form can be hashed."""
    if isinstance(value, dict | list):
        return ("json", json.dumps(value, sort_keys=True, ensure_ascii=False, default=str))
    if isinstance(value, Decimal) and value.is_nan():
        return ("NaN",)
    return value


def constraint_checks(field: Field, parse: Parser, faults: list[SchemaFault]) -> list[Check]:
    """The constraints of `field` that values are checked against (all but `required` and `unique`), in the order
    of the catalogue. What the descriptor gets wrong goes to `faults`, and that constraint is not checked."""
    checks: list[Check] = []
    for name in [name for name in RULES if name in field.constraints] if field.constraints else ():
        wanted = field.constraints[name]
        if wanted is None or name in ("required", "unique", "type"):
            continue
        if (
            name == "minLength"
            and field.type == "string"
            and type(wanted) is int
            and wanted <= 1
            and "" in field.missing
        ):
            continue  # what is not blank has a character
        made = _make(name, wanted, field, parse)
        if made is None:
            args = {"name": field.name, "constraint": name, "value": _shown(wanted), "type": field.type}
            faults.append(SchemaFault("tabular.schema_constraint", args, field.name))
        else:
            expected, check = made
            checks.append((CellFault(RULES[name], expected), check))
    for name in field.constraints:
        if name not in RULES:
            args = {"name": field.name, "constraint": name, "value": "", "type": field.type}
            faults.append(SchemaFault("tabular.schema_constraint", args, field.name))
    return checks


def _make(name: str, wanted: object, field: Field, parse: Parser) -> tuple[str, Callable[[Any], bool]] | None:
    if name in _BOUNDS and field.type in _ORDERED:
        return _bound(name, wanted, parse)
    if name in ("minLength", "maxLength") and field.type in _COUNTED and type(wanted) is int:
        if name == "minLength":
            return f"≥ {wanted}", lambda value: len(value) >= wanted
        return f"≤ {wanted}", lambda value: len(value) <= wanted
    if name == "pattern" and field.type == "string" and isinstance(wanted, str):
        try:
            match = compile_pattern(wanted).fullmatch
        except ValueError:
            return None
        return wanted, lambda value: match(value) is not None
    if name in ("enum", "categories") and isinstance(wanted, list):
        return _listed(wanted, parse)
    if name == "jsonSchema" and field.type in ("object", "array") and isinstance(wanted, Mapping):
        return _json_schema(wanted)
    return None


def _native(wanted: object, parse: Parser) -> object:
    """The value that a constraint names: text is read as a cell is, JSON numbers are numbers."""
    if isinstance(wanted, str):
        return parse(wanted)
    if isinstance(wanted, bool):
        return wanted
    if isinstance(wanted, int | float):
        return Decimal(str(wanted))
    return INVALID if wanted is None else wanted


def _bound(name: str, wanted: object, parse: Parser) -> tuple[str, Callable[[Any], bool]] | None:
    bound = _native(wanted, parse)
    sign, compare = _BOUNDS[name]
    if bound is INVALID or (isinstance(bound, Decimal) and bound.is_nan()):
        return None
    if isinstance(bound, Duration):
        low, high = bound.span()
        # certain in every calendar, as XML Schema asks: the nearest ends must be on the right side
        near, far = (0, high) if name in ("minimum", "exclusiveMinimum") else (1, low)
        same = tuple(bound)
        strict = name.startswith("exclusive")
        return (
            f"{sign} {wanted}",
            lambda value: not strict if tuple(value) == same else compare(value.span()[near], far),
        )
    limit = _comparable(bound)
    if isinstance(limit, Decimal | int):
        return (
            f"{sign} {wanted}",
            lambda value: not (isinstance(value, Decimal) and value.is_nan()) and compare(value, limit),
        )
    try:
        compare(limit, limit)
    except TypeError:
        return None
    return f"{sign} {wanted}", lambda value: compare(_comparable(value), limit)


def _comparable(value: Any) -> Any:
    """Times without a zone are taken as UTC, so that all times of a column can be compared."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value
    if isinstance(value, dt.time):
        offset = value.utcoffset() or dt.timedelta()
        return (
            dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
            - offset
        )
    return value


def _listed(wanted: list[object], parse: Parser) -> tuple[str, Callable[[Any], bool]] | None:
    values = [_native(item, parse) for item in wanted]
    if not values or any(value is INVALID for value in values):
        return None
    allowed = frozenset(hashable(value) for value in values)
    return _shown(wanted), lambda value: hashable(value) in allowed


def _json_schema(wanted: Mapping[str, object]) -> tuple[str, Callable[[Any], bool]] | None:
    from jsonschema import SchemaError, validators
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        kind = validators.validator_for(wanted)
        kind.check_schema(dict(wanted))
        plain = bounded(wanted)
        exact = json.loads(json.dumps(wanted), parse_float=Decimal)  # 0.1 is 0.1, as it is in a cell
    except (
        SchemaError,
        RecursionError,
        TypeError,
        ValueError,
    ):  # `$schema` is no text, a number has thousands of digits
        return None
    if not plain:
        return None
    checker = kind.TYPE_CHECKER.redefine_many({"number": _is_number, "integer": _is_integer})
    extended = validators.extend(kind, type_checker=checker)  # type: ignore[no-untyped-call]
    validator = extended(exact, registry=Registry())  # nothing is fetched

    def fits(value: Any) -> bool:
        try:
            return bool(validator.is_valid(value))
        except (Unresolvable, RecursionError, ArithmeticError):
            return False  # a schema that leads nowhere, or back to itself; a number beyond calculation

    return _shown(wanted), fits


def _is_number(_: object, value: object) -> bool:
    return isinstance(value, int | Decimal | float) and not isinstance(value, bool)


def _is_integer(_: object, value: object) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, list):
        texts = [str(item.get("value") if isinstance(item, Mapping) else item) for item in value]
        return ", ".join(texts[:12]) + (f" … ({len(texts)})" if len(texts) > 12 else "")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
