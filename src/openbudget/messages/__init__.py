"""The one catalogue of everything that the program says to people, in Chinese and in English.

One JSON file a room (`readers.json`, `cli.json` …): `{"empty_file": {"zh": "…{name}…", "en": "…{name}…"}}`.
The key `readers.empty_file` is the message `empty_file` of `readers.json`. Placeholders are those of
`str.format`, the same in both languages (tested); `{count:fault|faults}` is the word that goes with `{count}`: the
first for one, the second for any other number.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache

LANGUAGES = ("zh", "en")


@cache
def _room(name: str) -> dict[str, dict[str, str]]:
    with open(os.path.join(os.path.dirname(__file__), f"{name}.json"), "rb") as stream:
        loaded: dict[str, dict[str, str]] = json.loads(stream.read())
    return loaded


def say(key: str, language: str | None = None, **args: object) -> str:
    """The message `key` in `language` (default: `default_language()`), placeholders filled from `args`.

    An unknown key is a fault of the program and raises KeyError.
    """
    room, _, name = key.partition(".")
    return fill(_room(room)[name][language or default_language()], args)


def fill(text: str, args: Mapping[str, object]) -> str:
    """A text with its placeholders filled, words that go with a number among them."""
    if "|" in text:
        args = {name: _Counted(arg) for name, arg in args.items()}
    return text.format(**args)


class _Counted:
    """An argument that chooses between two words: `{count:fault|faults}`."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return (one if str(self.value) == "1" else many) if bar else format(self.value, spec)


def default_language() -> str:
    """`zh` or `en`: OPENBUDGET_LANG, else the locale (LC_ALL, LC_MESSAGES, LANG); Chinese where none says."""
    for variable in ("OPENBUDGET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value.startswith("zh"):
            return "zh"
        if value.startswith("en"):
            return "en"
    return "zh"
