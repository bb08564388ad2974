"""The one catalogue of everything that the program says to people, in Chinese and in English.

One JSON file a room (`readers.json`, `cli.json` …): `{"empty_file": {"zh": "…{name}…", "en": "…{name}…"}}`.
The key `readers.empty_file` is the message `empty_file` of `readers.json`. Placeholders are those of
`str.format`, the same in both languages (tested).
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def _room(name: str) -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name(f"{name}.json")
    loaded: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def say(key: str, language: str | None = None, **args: object) -> str:
    """The message `key` in `language` (default: `default_language()`), placeholders filled from `args`.

    An unknown key is a fault of the program and raises KeyError.
    """
    room, _, name = key.partition(".")
    return _room(room)[name][language or default_language()].format(**args)


def default_language() -> str:
    """`zh` or `en`: OPENBUDGET_LANG, else the locale (LC_ALL, LC_MESSAGES, LANG); Chinese where none says."""
    for variable in ("OPENBUDGET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value.startswith("zh"):
            return "zh"
        if value.startswith("en"):
            return "en"
    return "zh"
