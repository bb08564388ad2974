"""The words of the pages, and of the standard, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from markupsafe import Markup

from openbudget import standard
from openbudget.messages import say
from openbudget.model.amount import UNITS
from openbudget.site.shown import shown

LANGUAGES = ("zh", "en")
_PLAIN: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}  # messages without placeholders
TAGS = {"zh": "zh-Hans", "en": "en"}


class Words:
    """Everything that depends on the language. `words("key", n=3)` is the message `site.key`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.tag = TAGS[language]
        self._plain = _PLAIN[language]

    def __call__(self, key: str, **args: object) -> str:
        if args:
            return say(f"site.{key}", self.language, **args)
        text = self._plain.get(key)
        if text is None:
            text = self._plain[key] = say(f"site.{key}", self.language)
        return text

    def html(self, key: str, **args: object) -> Markup:
        """The message `site.key` as markup: arguments that are no markup are escaped."""
        safe = {name: value if isinstance(value, Markup) else shown(value) for name, value in args.items()}
        return Markup(say(f"site.{key}", self.language, **safe))

    def table(self, name: str) -> str:
        """The title of a table; its name where the standard does not know it."""
        spec = standard.tables().get(name)
        return spec.title[self.language] if spec else name

    def field(self, table: str, name: str) -> str:
        """The title of a field."""
        return _field_title(table, name, self.language)

    def code(self, listed: str, code: object, year: int | None = None) -> str:
        """The title of a code; the code itself where the list does not have it."""
        if listed == "units" and str(code) in UNITS and self.language == "zh":
            return UNITS[str(code)][0]
        entry = _codes(listed, year).get(str(code))
        return entry.title(self.language) if entry else str(code)

    def kind(self, entry: Any) -> str:
        """What a package is: a budget or final accounts, and whose (a department's, a unit's) where its title says so."""
        kind = self.code("kind", entry.kind)
        return self("kind_of_level", level=self.code("level", entry.level), kind=kind) if entry.level else kind

    def item(self, row: Mapping[str, Any]) -> str:
        """What a budget line is: in Chinese its label as printed, in English the title of its item."""
        if self.language == "zh" and row.get("item"):
            return _whole_quote.sub(r"\1", str(row["item"]))
        return self.code("items", row.get("item_code")) if row.get("item_code") else str(row.get("item") or "")


_whole_quote = re.compile(r"^“([^“”]*)”$")


@cache
def _field_title(table: str, name: str, language: str) -> str:
    try:
        return standard.field(table, name).title[language]
    except KeyError:
        return name


@cache
def _codes(listed: str, year: int | None) -> Mapping[str, Any]:
    try:
        return standard.codelist(listed, year)
    except KeyError:
        return {}
