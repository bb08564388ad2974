"""Keys as texts: two values are equal just where their texts are (and their kinds)."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from openbudget.tabular.fast.automata import Automaton, automaton
from openbudget.tabular.schema import Field

# numbers whose text is that of `number_text` already
_NUMBERS = {
    "integer": "0|-?[1-9][0-9]{0,17}",
    "year": "[1-9][0-9]{3}",
    "number": r"0|-?[1-9][0-9]{0,14}(\.[0-9]{0,14}[1-9])?|-?0\.[0-9]{0,14}[1-9]",
}
_TEXTS = frozenset({"string", "any"})


def kind_of(field: Field) -> str:
    """Values of fields of different kinds are never equal; integers, numbers, years and truth values are of one."""
    if field.type in ("integer", "number", "year", "boolean"):
        return "number"
    return (
        "text"
        if field.type in _TEXTS
        else "json"
        if field.type in ("object", "array", "list", "geojson")
        else field.type
    )


def own_key(field: Field) -> Automaton | bool:
    """Of which valid cells the text is their key's text already: True for all, False for none that is certain, else those
    that an automaton accepts."""
    if field.type in _TEXTS or (field.type in ("date", "yearmonth") and field.format == "default"):
        tokens = sorted(field.missing - {""})
        return (automaton(["(.|\n)*"], tokens) or False) if tokens else True
    form = _NUMBERS.get(field.type)
    if form is None or (field.type != "year" and any(field.options.get(n) for n in ("groupChar", "decimalChar"))):
        return False
    return automaton([form], sorted(field.missing - {""})) or False


def key_text(value: Any, kind: str) -> str | None:
    """The text of a value of this kind; None of no value."""
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | Decimal):
        return number_text(value)
    if isinstance(value, dt.datetime):
        return value.isoformat() if value.tzinfo is None else _moment_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return _time_text(value)
    if isinstance(value, tuple):
        if kind == "yearmonth":
            return f"{'-' if value[0] < 0 else ''}{abs(value[0]):04d}-{value[1]:02d}"
        return ";".join(number_text(part) for part in value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def number_text(value: int | Decimal) -> str:
    """A number's text: no exponent and no needless zeros where it is of common size."""
    number = Decimal(value)
    if not number.is_finite():
        return "NaN" if number.is_nan() else str(number)
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return "0"
    short = text.rstrip("0")
    exponent += len(text) - len(short)
    minus = "-" if sign else ""
    if 0 <= exponent <= 40:
        return f"{minus}{short}{'0' * exponent}"
    if -40 <= exponent < 0:
        padded = short.rjust(1 - exponent, "0")
        return f"{minus}{padded[:exponent]}.{padded[exponent:]}"
    return f"{minus}{short}e{exponent}"


def _moment_text(value: dt.datetime) -> str:
    since = value.replace(tzinfo=None) - dt.datetime.min - (value.utcoffset() or dt.timedelta())
    return f"{since // dt.timedelta(microseconds=1)}Z"


def _time_text(value: dt.time) -> str:
    offset = value.utcoffset()
    if offset is None:
        return value.isoformat()
    since = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return f"{(since - offset) // dt.timedelta(microseconds=1)}Z"
