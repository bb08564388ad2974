"""Narrow predicates: expressions over a column of texts that are true only of cells that are certainly valid.

What a predicate refuses is not faulty: it goes to the exact checker. A field for which there is no predicate has all
its distinct texts checked exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from openbudget.tabular.schema import Field
from openbudget.tabular.temporal import INVALID

_DAY = r"[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_FORMS = {
    ("string", "uuid"): r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    ("string", "email"): r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*@[a-z0-9]{1,30}(\.[a-z0-9]{1,30})+",
    ("string", "uri"): r"https?://[A-Za-z0-9._/?=&#-]+",
    ("date", "default"): _DAY,
    ("time", "default"): _CLOCK,
    ("datetime", "default"): f"{_DAY}T{_CLOCK}Z?",
    ("year", "default"): r"[1-9][0-9]{3}",
    ("yearmonth", "default"): r"[1-9][0-9]{3}-(0[1-9]|1[0-2])",
}
# at most 15 digits: then different decimals are different floating-point numbers, and comparing these is exact
_DECIMAL = r"-?([0-9]{1,11}(\.[0-9]{1,4})?|[0-9]{1,7}\.[0-9]{5,8}|[0-9]{1,3}\.[0-9]{9,12})"
_ANY_DECIMAL = r"[+-]?[0-9]{1,1000}(\.[0-9]{1,1000})?"
_INTEGER = r"[+-]?[0-9]{1,18}"
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_AS_TEXT = frozenset({"date", "year", "yearmonth"})  # of these forms the order of texts is that of values
_PLAIN_OPTIONS = ("groupChar", "decimalChar", "bareNumber")


def narrow(field: Field, name: str, *, required: bool) -> pl.Expr | bool:
    """The predicate for the column `name` of a field: an expression; True where every cell is valid, False where
    nothing can be said without the exact checker."""
    column = pl.col(name)
    kept = _valid(field, column)
    if kept is None:
        return False
    missing = _one_of(column, field.missing)
    if missing is None:
        return kept
    if required:
        return ~missing if kept is True else kept & ~missing
    return kept is True or kept | missing


def _one_of(column: pl.Expr, texts: frozenset[str]) -> pl.Expr | None:
    if not texts:
        return None
    return column == next(iter(texts)) if len(texts) == 1 else column.is_in(sorted(texts))


def _valid(field: Field, column: pl.Expr) -> pl.Expr | bool | None:
    constraints = {name: value for name, value in field.constraints.items() if name not in ("required", "unique")}
    if field.type == "any" or (field.type == "string" and field.format == "default"):
        if not constraints:
            return True
        return _text(constraints, column) if field.type == "string" else None
    if field.type == "boolean" and not constraints:
        return _boolean(field, column)
    if not set(constraints) <= set(_BOUNDS):
        return None
    if field.type in ("number", "integer"):
        return _number(field, constraints, column)
    form = _FORMS.get((field.type, field.format))
    if form is None or (constraints and field.type not in _AS_TEXT):
        return None
    kept = column.str.contains(rf"\A(?:{form})\z")
    for name, bound in constraints.items():
        text = str(bound)
        if re.fullmatch(form, text) is None:
            return None
        kept = kept & _compared(column, name, text)
    return kept


def _compared(column: pl.Expr, name: str, bound: Any) -> pl.Expr:
    compare = {"minimum": column.ge, "maximum": column.le, "exclusiveMinimum": column.gt, "exclusiveMaximum": column.lt}
    return compare[name](bound)


def _number(field: Field, constraints: Mapping[str, object], column: pl.Expr) -> pl.Expr | None:
    if any(field.options.get(name) not in (None, "", True) for name in _PLAIN_OPTIONS):
        return None
    whole = field.type == "integer"
    if not constraints:
        return column.str.contains(rf"\A(?:{_INTEGER if whole else _ANY_DECIMAL})\z")
    limits = {name: _limit(bound, whole=whole) for name, bound in constraints.items()}
    form = _INTEGER if whole else _DECIMAL
    if limits.get("minimum") == 0:  # without a sign it is not below nought: nothing has to be compared
        del limits["minimum"]
        form = form.removeprefix("[+-]?" if whole else "-?")
    kept = column.str.contains(rf"\A(?:{form})\z")
    value = column.cast(pl.Int64 if whole else pl.Float64, strict=False)
    for name, limit in limits.items():
        if limit is None:
            return None
        kept = kept & _compared(value, name, limit).fill_null(False)
    return kept


def _limit(bound: object, *, whole: bool) -> int | float | None:
    """A bound as a number that can be compared exactly; None where it cannot."""
    from openbudget.tabular.numbers import finite_number, integer

    text = str(bound)
    value: Any = integer(text) if whole else finite_number(text)
    if value is INVALID or isinstance(bound, bool):
        return None
    if whole:
        return int(value) if abs(value) < 10**18 else None
    return float(value) if re.fullmatch(_DECIMAL, text) else None


def _boolean(field: Field, column: pl.Expr) -> pl.Expr:
    listed = []
    for name, default in (
        ("trueValues", ["true", "True", "TRUE", "1"]),
        ("falseValues", ["false", "False", "FALSE", "0"]),
    ):
        given = field.options.get(name, default)
        listed += [str(text) for text in (given if isinstance(given, list) else default)]
    return column.is_in(listed)


def _text(constraints: Mapping[str, object], column: pl.Expr) -> pl.Expr | None:
    kept: list[pl.Expr] = []
    length = column.str.len_chars()
    for name, wanted in constraints.items():
        if name in ("minLength", "maxLength") and type(wanted) is int:
            kept.append(length >= wanted if name == "minLength" else length <= wanted)
        elif (
            name in ("enum", "categories") and isinstance(wanted, list) and all(isinstance(one, str) for one in wanted)
        ):
            kept.append(column.is_in(wanted))
        elif name == "pattern" and isinstance(wanted, str) and (safe := safe_pattern(wanted)):
            kept.append(column.str.contains(rf"\A(?:{safe})\z"))
        else:
            return None
    return pl.all_horizontal(kept)


_TOKEN = re.compile(
    r"[A-Za-z0-9_ @#%&=:;,/<>~!'\"-]"  # characters that stand for themselves
    r"|\\[.\\/\[\](){}*+?|^$-]"  # escaped ones
    r"|\\d|\."
    r"|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_ @#%=:;,./]|\\[d./\\-])+-?\]"
    r"|\((?:\?:)?|\)|\|"
    r"|[*+?]|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\}"
)


def safe_pattern(pattern: str) -> str | None:
    """The pattern, where it is made of parts that mean the same to every regular expression engine, with `\\d` for
    ASCII digits only; None for any other. `.` is any character but a line end."""
    body = pattern.removeprefix("^")
    if body.endswith("$") and not body.endswith(r"\$"):
        body = body[:-1]
    place, depth, made = 0, 0, []
    while place < len(body):
        match = _TOKEN.match(body, place)
        if match is None:
            return None
        token = match[0]
        depth += (token[0] == "(") - (token == ")")
        if token == "|" and not depth and body != pattern:
            return None  # the anchors belong to the first and last branch only
        made.append("[0-9]" if token == r"\d" else token.replace(r"\d", "0-9") if token[0] == "[" else token)
        place = match.end()
    if re.search(r"[*+?}][*+?{]|\(\?[^:]", body):
        return None  # lazy and possessive quantifiers, flags, look-around
    safe = "".join("[^\\n\\r\\x{85}\\x{2028}\\x{2029}]" if token == "." else token for token in made)
    try:
        re.compile(body)
        pl.Series([""]).str.contains(safe)
    except (re.error, pl.exceptions.PolarsError):
        return None
    return safe
