"""JSON of a package: text that can be written again, and names that stand once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def parse(content: bytes | str, **options: Any) -> Any:
    """The document, by `json.loads`. Raises ValueError where it is no JSON, or holds half of a character (`\\ud800`
    alone), which no file could hold."""
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    found = json.loads(text, **options)
    if _HALF.search(text):
        try:
            json.dumps(found, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"\\u{ord(error.object[error.start]):04x} is half of a character") from error
    return found


def parse_once(content: bytes) -> tuple[Any, Sequence[str]]:
    """The document, and the names that an object in it gives twice: readers differ in which of the two they take."""
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            twice.extend(name for name, count in Counter(name for name, _ in found).items() if count > 1)
        return made

    return parse(content, object_pairs_hook=pairs), twice
