"""Numbers and integers as Table Schema writes them (XML Schema decimals with exponent, NaN, INF, -INF)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from openbudget.tabular.temporal import INVALID, Parser

_PLAIN_INTEGER = re.compile(r"[+-]?\d+", re.A)
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.A)
_SPECIAL = {"nan": Decimal("NaN"), "inf": Decimal("Infinity"), "-inf": Decimal("-Infinity")}
MAX_DIGITS = 4300  # Python refuses longer integers, as a guard against hostile input
_PRECISION = 28  # digits that sums are exact in (decimal's own default)
_WHOLE = 18  # digits before the point: more than all the money there is, and an integer of 8 bytes holds them


def integer(text: str) -> object:
    """An optional sign and ASCII digits."""
    if _PLAIN_INTEGER.fullmatch(text) is None or len(text) > MAX_DIGITS:
        return INVALID
    return int(text)


def number(text: str) -> object:
    """A decimal with optional sign and exponent, or one of NaN, INF, -INF, in capitals or not."""
    if _PLAIN_NUMBER.fullmatch(text) is None:
        return _special(text)
    return _decimal(text)


def _special(text: str) -> object:
    return _SPECIAL.get(text.lower(), INVALID) if text.isascii() else INVALID


def finite_integer(text: str) -> object:
    """As `integer`, of at most 18 digits."""
    value = integer(text)
    return value if isinstance(value, int) and abs(value) < 10**_WHOLE else INVALID


def finite_number(text: str) -> object:
    """As `number`, but NaN and INF are none, nor is what cannot be calculated with exactly: numbers of more than 28
    digits, with more than 18 before the point or more than 28 behind it (1E9999)."""
    value = _decimal(text) if _PLAIN_NUMBER.fullmatch(text) else INVALID
    if not isinstance(value, Decimal):
        return INVALID
    _, digits, exponent = value.as_tuple()
    exact = len(digits) <= _PRECISION and isinstance(exponent, int) and -_PRECISION <= exponent < _WHOLE
    return value if exact and (not value or value.adjusted() < _WHOLE) else INVALID


def _decimal(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what can be held
        return INVALID


_PLAIN: Mapping[tuple[bool, bool], Parser] = {
    (True, False): integer,
    (True, True): finite_integer,
    (False, False): number,
    (False, True): finite_number,
}


def number_parser(options: Mapping[str, object], *, whole: bool, finite: bool = False) -> Parser:
    """The parser for a field's `decimalChar`, `groupChar` and `bareNumber`.

    A group character may stand between two digits before the decimal character, at any distance. With
    `bareNumber: false`, anything but digits, sign and decimal character may surround the number.
    """
    group, point = _text(options, "groupChar"), _text(options, "decimalChar") or "."
    bare = options.get("bareNumber") is not False
    if bare and not group and (whole or point == "."):
        return _PLAIN[whole, finite]
    digits = rf"[0-9]+(?:{re.escape(group)}[0-9]+)*" if group else "[0-9]+"
    body = rf"[+-]?{digits}"
    if not whole:
        dot, exponent = re.escape(point), "(?:[eE][+-]?[0-9]+)?"
        body = rf"{body}(?:{dot}[0-9]*)?{exponent}|[+-]?{dot}[0-9]+{exponent}"
    if not bare:
        body = rf"[^0-9+\-{re.escape(point)}]*(?P<number>{body})[^0-9]*"
    form = re.compile(body)
    plain = _PLAIN[whole, finite]

    def parse(text: str) -> object:
        match = form.fullmatch(text)
        if match is None:
            return INVALID if whole or finite or not bare else _special(text)
        found = match[0] if bare else match["number"]
        return plain(found.replace(group, "").replace(point, ".") if group else found.replace(point, "."))

    return parse


def _text(options: Mapping[str, object], name: str) -> str:
    value = options.get(name)
    return value if isinstance(value, str) else ""
