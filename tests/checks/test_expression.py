"""Equations: what they parse to, what they come to, what is wrong with them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from openbudget.checks.expression import Operand, evaluate, parse
from openbudget.checks.figures import Number


def values(**known: int | list[int] | None) -> object:
    def lookup(name: str, every: bool) -> list[Operand]:
        found = known.get(name.replace(".", "_"), [])
        listed = found if isinstance(found, list) else [found]
        numbers = [None if value is None else Number(Decimal(value)) for value in listed]
        return [Operand(name, number) for number in (numbers if every else numbers[:1])]

    return lookup


@pytest.mark.parametrize(
    ("text", "known", "total"),
    [
        ("x = a + b - c", {"a": 5, "b": 3, "c": 1}, 7),
        ("x = a * b", {"a": 5, "b": 3}, 15),
        ("x = a + b?", {"a": 5}, 5),
        ("x = a + b", {"a": 5, "b": None}, 5),
        ("x = sum(a)", {"a": [1, 2, 3]}, 6),
        ("x = a", {"a": [1, 2, 3]}, 1),
        ("x = first(a, b + c)", {"b": 2, "c": 3}, 5),
        ("x = first(a, b + c)", {"a": 9, "b": 2, "c": 3}, 9),
        ("x = first(a, b? + c?) + d", {"d": 4}, 4),
        ("x = first(a, b - c?)", {"b": 4, "c": 1}, 3),
    ],
)
def test_totals(text: str, known: dict[str, object], total: int) -> None:
    side = evaluate(parse(text).right, values(**known))  # type: ignore[arg-type]
    assert side.missing is None
    assert side.number.value == total


def test_what_must_be_there_is_named() -> None:
    assert evaluate(parse("x = a + b.c").right, values(a=1)).missing == "b.c"  # type: ignore[arg-type]


def test_blanks_are_counted_and_signs_kept() -> None:
    side = evaluate(parse("x = a - b").right, values(a=None, b=2))  # type: ignore[arg-type]
    assert side.blanks == 1
    assert [sign for sign, _ in side.terms] == ["+", "-"]


@pytest.mark.parametrize("text", ["a + b", "a = ", "a = b +", "a = sum(b", "a = b c", "a = 3", "a = sum(b + c)", "= b"])
def test_what_is_no_equation(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)
