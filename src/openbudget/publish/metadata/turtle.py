"""Turtle (W3C RDF 1.1 Turtle) of nodes in the shape of JSON-LD: enough of it for what this folder writes.

A node is a mapping with `@id` (none: a blank node), `@type`, and properties as prefixed names, whose values are texts,
`{"@value", "@type" | "@language"}`, other nodes, or lists of these. A node with properties inside another is written
out by itself; one without is only a reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

Node = Mapping[str, Any]
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')
_UNSAFE = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def turtle(prefixes: Mapping[str, str], nodes: Sequence[Node]) -> bytes:
    """The document."""
    subject = cache(partial(_subject, prefixes))  # most are named many times
    lines = [f"@prefix {name}: <{uri}> ." for name, uri in prefixes.items()]
    for node in nodes:
        written: list[Node] = [node]
        for one in written:  # grows: nodes that have their own URI inside others
            lines.append(f"\n{subject(str(one['@id']))} {_properties(one, subject, written)} .")
    return ("\n".join(lines) + "\n").encode()


def _properties(node: Node, subject: Callable[[str], str], inner: list[Node]) -> str:
    parts = []
    for name, value in node.items():
        if name == "@id":
            continue
        if name == "@type":
            parts.append("a " + ", ".join([value] if isinstance(value, str) else value))
            continue
        values = value if isinstance(value, list) else [value]
        if values:
            parts.append(f"{name} " + ", ".join([_value(one, subject, inner) for one in values]))
    return " ;\n  ".join(parts)


def _value(value: Any, subject: Callable[[str], str], inner: list[Node]) -> str:
    if isinstance(value, str):
        return _literal(value)
    if "@value" in value:
        text = _literal(value["@value"])
        if "@language" in value:
            return f"{text}@{value['@language']}"
        return f"{text}^^{value['@type']}" if "@type" in value else text
    if "@id" not in value:
        return f"[ {_properties(value, subject, inner)} ]"
    if len(value) > 1:
        inner.append(value)
    return subject(str(value["@id"]))


def _subject(prefixes: Mapping[str, str], uri: str) -> str:
    name, colon, rest = uri.partition(":")
    if colon and name in prefixes:
        uri = prefixes[name] + rest
    return "<" + _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", uri) + ">"


def _literal(text: str) -> str:
    if _ESCAPED.search(text) is None:
        return f'"{text}"'
    return '"' + _ESCAPED.sub(lambda match: _SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}", text) + '"'
