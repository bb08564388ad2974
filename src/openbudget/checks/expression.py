"""The equations of schema/checks: parsing, and evaluation over whatever gives the operands.

    EQUATION  EXPR (= | <= | >=) EXPR
    EXPR      TERM ((+|-) TERM)*
    TERM      FACTOR (* FACTOR)?
    FACTOR    NAME[?] | sum(NAME) | first(EXPR, EXPR …)
    NAME      item_code, field or operand; NAME.* is every code directly below NAME

`NAME?` may be absent. `first` takes the first alternative whose operands are all there.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from openbudget.checks.figures import NOTHING, Number

_TOKEN = re.compile(r"\s*(?:([a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*(?:\.\*)?)(\?)?|(<=|>=|[=+\-*(),]))")


class Name(NamedTuple):
    """One operand; `every`: all rows of that name are added."""

    name: str
    optional: bool = False
    every: bool = False


class Chain(NamedTuple):
    """Operands joined by signs: (`+` | `-` | `*`, operand) …"""

    parts: tuple[tuple[str, "Node"], ...]


class First(NamedTuple):
    """Alternatives of which the first that is there counts."""

    choices: tuple["Node", ...]


Node = Name | Chain | First


class Equation(NamedTuple):
    """left (= | <= | >=) right."""

    left: Node
    relation: str
    right: Node

    @property
    def names(self) -> tuple[str, ...]:
        """All names, each once, as they come."""
        return tuple(dict.fromkeys([*names_of(self.left), *names_of(self.right)]))


class Operand(NamedTuple):
    """A figure that an equation names: what it is (any handle of the caller's), its number or None where blank."""

    handle: object
    number: Number | None


class Side(NamedTuple):
    """One side of an equation, evaluated. `missing`: a name that had to be there and is not."""

    number: Number
    terms: list[tuple[str, Operand]]
    missing: str | None = None

    @property
    def blanks(self) -> int:
        return sum(1 for _, operand in self.terms if operand.number is None)


Lookup = Callable[[str, bool], Sequence[Operand]]  # (name, all of that name?)


@cache
def parse(text: str) -> Equation:
    """The equation that `text` is; ValueError says where it is none."""
    tokens = list(_tokens(text))
    left, rest = _expr(tokens)
    if not rest or rest[0] not in ("=", "<=", ">="):
        raise ValueError(f"no relation in equation: {text!r}")
    right, end = _expr(rest[1:])
    if end:
        raise ValueError(f"equation goes on after its end: {text!r}")
    return Equation(left, str(rest[0]), right)


def _tokens(text: str) -> Iterator[str | Name]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"not an equation at {at}: {text!r}")
        at = match.end()
        yield Name(match[1], match[2] is not None, match[1].endswith(".*")) if match[1] else match[3]


def _expr(tokens: list[str | Name]) -> tuple[Node, list[str | Name]]:
    parts: list[tuple[str, Node]] = []
    sign = "+"
    while True:
        node, tokens = _factor(tokens)
        parts.append((sign, node))
        if not tokens or tokens[0] not in ("+", "-", "*"):
            break
        sign, tokens = str(tokens[0]), tokens[1:]
    return (parts[0][1] if len(parts) == 1 else Chain(tuple(parts))), tokens


def _factor(tokens: list[str | Name]) -> tuple[Node, list[str | Name]]:
    if not tokens or not isinstance(tokens[0], Name):
        raise ValueError(f"a name is missing before {tokens[:1]!r}")
    name, rest = tokens[0], tokens[1:]
    if name.name not in ("sum", "first") or rest[:1] != ["("]:
        return name, rest
    choices: list[Node] = []
    while rest and rest[0] in ("(", ","):
        node, rest = _expr(rest[1:])
        choices.append(node)
    if rest[:1] != [")"]:
        raise ValueError(f"{name.name}( is not closed")
    if name.name == "first":
        return First(tuple(choices)), rest[1:]
    if len(choices) != 1 or not isinstance(choices[0], Name):
        raise ValueError("sum() takes one name")
    return Name(choices[0].name, choices[0].optional, True), rest[1:]


def names_of(node: Node) -> tuple[str, ...]:
    """All names of one side, as they come."""
    if isinstance(node, Name):
        return (node.name,)
    inner = [part for _, part in node.parts] if isinstance(node, Chain) else node.choices
    return tuple(name for part in inner for name in names_of(part))


def side_of(operands: Sequence[Operand]) -> Side:
    """The sum of some operands."""
    total = NOTHING
    for operand in operands:
        if operand.number is not None:
            total = total.plus(operand.number)
    return Side(total, [("+", operand) for operand in operands])


def evaluate(node: Node, lookup: Lookup) -> Side:
    """One side, from the operands that `lookup` gives for a name (none: it is not there).

    A blank operand adds nothing and is among the terms with the number None; the caller decides what it means.
    """
    if isinstance(node, Name):
        found = lookup(node.name, node.every)
        if not found:
            return Side(NOTHING, [], None if node.optional else node.name)
        return side_of(found)
    if isinstance(node, First):
        sides = [evaluate(choice, lookup) for choice in node.choices]
        there = [side for side in sides if side.missing is None]
        return next((side for side in there if side.terms), there[0] if there else sides[0])
    return _chain(node, lookup)


def _chain(node: Chain, lookup: Lookup) -> Side:
    whole: Side | None = None
    for sign, part in node.parts:
        side = evaluate(part, lookup)
        if whole is None:
            whole = side
            continue
        if sign == "+":
            number, flipped = whole.number.plus(side.number), {}
        elif sign == "-":
            number, flipped = whole.number.minus(side.number), {"+": "-", "-": "+"}
        else:
            number, flipped = whole.number.times(side.number), {"+": "×"}
        terms = whole.terms + [(flipped.get(mark, mark), operand) for mark, operand in side.terms]
        whole = Side(number, terms, whole.missing or side.missing)
    assert whole is not None
    return whole
