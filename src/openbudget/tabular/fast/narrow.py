"""Narrow judges: what they accept of the cells of a field is certainly valid.

What a judge refuses is not faulty: it goes to the exact checker. A field for which there is no judge has all its
distinct texts checked exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from openbudget.tabular.fast.automata import Automaton, automaton, one_of
from openbudget.tabular.numbers import finite_number, integer
from openbudget.tabular.schema import Field
from openbudget.tabular.temporal import INVALID

_YEAR = "[0-9]{4}"
_DAY = "[1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_FORMS = {
    ("string", "uuid"): "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    ("string", "email"): r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*@[a-z0-9]{1,30}(\.[a-z0-9]{1,30})+",
    ("string", "uri"): "https?://[A-Za-z0-9._/?=&#-]+",
    ("date", "default"): _DAY,
    ("time", "default"): _CLOCK,
    ("datetime", "default"): f"{_DAY}T{_CLOCK}Z?",
    ("year", "default"): _YEAR,
    ("yearmonth", "default"): f"{_YEAR}-(0[1-9]|1[0-2])",
}
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
# of these forms the order of texts is that of values
_SHAPES = {"date": "[0-9]{4}-[0-9]{2}-[0-9]{2}", "year": "[0-9]{4}", "yearmonth": "[0-9]{4}-[0-9]{2}"}
_PLAIN_OPTIONS = ("groupChar", "decimalChar", "bareNumber")
_DIGITS = 18
_SCALE = 4  # decimals that are compared where bounds do not have more
_MOST = 1 << 40
_ANYTHING = "(.|\n)*"


class Match(NamedTuple):
    """An automaton accepts the cell."""

    automaton: Automaton


class Decimals(NamedTuple):
    """A decimal of at most 18 digits, `scale` of them behind the point, between two numbers of units of the last."""

    scale: int
    low: int
    high: int


class Length(NamedTuple):
    """So many characters."""

    least: int
    most: int


Judge = Match | Decimals | Length


class Narrow(NamedTuple):
    """All of `judges` must accept a cell (none: all cells are valid). `empty`: whether an empty cell is accepted (1) or
    refused (0) at once, or judged as others are (2)."""

    judges: tuple[Judge, ...]
    empty: int


def narrow(field: Field, *, required: bool) -> Narrow | None:
    """How cells of a field are accepted; None where nothing can be said without the exact checker."""
    judges = _judges(field)
    if judges is None:
        return None
    empty = (0 if required else 1) if "" in field.missing else 2
    others = sorted(field.missing - {""}) if required else []
    if others:
        without = automaton([_ANYTHING], others)
        if without is None:
            return None
        judges = (*judges, Match(without))
    if required and not judges and "" in field.missing:
        judges = (Length(0, _MOST),)
    return Narrow(judges, empty)


def _judges(field: Field) -> tuple[Judge, ...] | None:
    constraints = {name: value for name, value in field.constraints.items() if name not in ("required", "unique")}
    if field.type == "any" or (field.type == "string" and field.format == "default"):
        if not constraints:
            return ()
        return _text(constraints) if field.type == "string" else None
    if field.type == "boolean" and not constraints:
        return _matches([one_of(_truths(field))])
    if not set(constraints) <= set(_BOUNDS):
        return None
    if field.type in ("number", "integer"):
        return _number(field, constraints)
    form = _FORMS.get((field.type, field.format))
    if form is None or (constraints and field.type not in _SHAPES):
        return None
    bounds = [_beyond(name, str(bound), _SHAPES[field.type]) for name, bound in constraints.items()]
    return None if None in bounds else _matches([form, *(bound for bound in bounds if bound)])


def _matches(patterns: Sequence[str]) -> tuple[Judge, ...] | None:
    made = automaton(patterns)
    return None if made is None else (Match(made),)


def _beyond(name: str, bound: str, shape: str) -> str | None:
    """A pattern for the texts of a form of fixed length on one side of a bound."""
    if re.fullmatch(shape, bound) is None:
        return None
    ways = [] if name.startswith("exclusive") else [bound]
    up = name.lower().endswith("minimum")
    for place, char in enumerate(bound):
        if char.isdigit() and char != ("9" if up else "0"):
            digits = f"[{int(char) + 1}-9]" if up else f"[0-{int(char) - 1}]"
            ways.append(f"{bound[:place]}{digits}{'.' * (len(bound) - place - 1)}")
    return f"({'|'.join(ways)})" if ways else None


def _number(field: Field, constraints: Mapping[str, object]) -> tuple[Judge, ...] | None:
    if any(field.options.get(name) not in (None, "", True) for name in _PLAIN_OPTIONS):
        return None
    whole = field.type == "integer"
    bounds = {name: _limit(bound, whole=whole) for name, bound in constraints.items()}
    if None in bounds.values():
        return None
    scale = 0 if whole else max([_SCALE, *(limit.scale for limit in bounds.values() if limit)])
    if scale > _DIGITS // 2:
        return None
    low, high = -(10**_DIGITS), 10**_DIGITS
    for name, limit in bounds.items():
        assert limit is not None
        units = limit.units * 10 ** (scale - limit.scale)
        if name.lower().endswith("minimum"):
            low = max(low, units + name.startswith("exclusive"))
        else:
            high = min(high, units - name.startswith("exclusive"))
    return (Decimals(scale, _within(low), _within(high)),)


def _within(units: int) -> int:
    most: int = 10**_DIGITS
    return max(-most, min(units, most))


class _Limit(NamedTuple):
    units: int
    scale: int


def _limit(bound: object, *, whole: bool) -> _Limit | None:
    """A bound as a whole number of units; None where it is none."""
    text = str(bound)
    value: Any = integer(text) if whole and isinstance(bound, str) else finite_number(text)
    if value is INVALID or isinstance(bound, bool):
        return None
    number = Decimal(value)
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or not -_DIGITS <= exponent <= _DIGITS or len(digits) > _DIGITS:
        return None
    units = int("".join(map(str, digits))) * 10 ** max(exponent, 0) * (-1 if sign else 1)
    if whole and exponent < 0:
        return None
    return _Limit(units, max(-exponent, 0))


def _truths(field: Field) -> list[str]:
    listed = []
    for name, default in (
        ("trueValues", ["true", "True", "TRUE", "1"]),
        ("falseValues", ["false", "False", "FALSE", "0"]),
    ):
        given = field.options.get(name, default)
        listed += [str(text) for text in (given if isinstance(given, list) else default)]
    return listed


def _text(constraints: Mapping[str, object]) -> tuple[Judge, ...] | None:
    least, most = 0, _MOST
    patterns: list[str] = []
    for name, wanted in constraints.items():
        if name in ("minLength", "maxLength") and type(wanted) is int:
            least, most = (max(least, wanted), most) if name == "minLength" else (least, min(most, wanted))
        elif (
            name in ("enum", "categories") and isinstance(wanted, list) and all(isinstance(one, str) for one in wanted)
        ):
            patterns.append(one_of(wanted))
        elif name == "pattern" and isinstance(wanted, str):
            patterns.append(wanted)
        else:
            return None
    judges: list[Judge] = []
    if patterns:
        made = _matches(patterns)
        if made is None:
            return None
        judges.extend(made)
    if (least, most) != (0, _MOST):
        judges.append(Length(max(0, min(least, _MOST)), max(-1, most)))
    return tuple(judges)
