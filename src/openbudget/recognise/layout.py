"""How issuers print things: the entries of `layouts/*.yaml`, compiled to `layouts/layouts.json`.

A *word* of a layout is written as people print it; blanks, width, quotes and bracket shapes do not matter. `*` in it
stands for anything; a word between slashes (`/…/`) is a regular expression over the folded text.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from openbudget.errors import UsageError
from openbudget.recognise.languages import in_chinese
from openbudget.recognise.words import plain


class Layouts:
    """All layouts, by part: `facts`, `headings`, `tables`, `sentences`, `targets`, `markers`."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self.parts = parts

    def __getitem__(self, part: str) -> Any:
        return self.parts[part]


def word_pattern(word: str) -> str:
    """The regular expression (over folded text) of one word of a layout."""
    if len(word) > 2 and word.startswith("/") and word.endswith("/"):
        return word[1:-1]
    return ".*".join(re.escape(plain(part)) for part in word.split("*"))


def one_of(words: Iterable[str]) -> str:
    """The regular expression for any of these words of a layout, the longest that fits first. Where all are plain ones,
    they share their beginnings: that is compiled, and searched, in half the time."""
    found = set(words)
    if all(map(_is_plain, found)):
        return _tree(sorted({plain(word) for word in found}))
    return "|".join(sorted({word_pattern(word) for word in found}, key=len, reverse=True))


def _tree(words: Sequence[str]) -> str:
    rests: dict[str, list[str]] = {}
    for word in words:
        if word:
            rests.setdefault(word[0], []).append(word[1:])
    branches = [re.escape(first) + _tree(rest) for first, rest in rests.items()]
    if "" not in words:
        return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{'|'.join(branches)})?" if branches else ""


def _is_plain(word: str) -> bool:
    return "*" not in word and not word.startswith("/")


def vocabulary(words: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The plain ones of these words of a layout, folded, and those that are expressions."""
    return _vocabulary(tuple(words))


@lru_cache(maxsize=4096)
def _vocabulary(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The plain words, folded, and the others. Most words are plain, and looking them up needs no expression, which
    would have to be compiled first."""
    return frozenset(plain(word) for word in words if _is_plain(word)), tuple(w for w in words if not _is_plain(w))


def may_stand(words: Iterable[str], folded: str) -> bool:
    """False where none of the words can stand in the folded text: a quick look, for which nothing is compiled."""
    exact, others = _vocabulary(tuple(words))
    return bool(others) or any(word in folded for word in exact)


@lru_cache(maxsize=4096)
def _compiled(words: tuple[str, ...], whole: bool) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    pattern = "|".join(f"(?:{word_pattern(word)})" for word in ordered) or r"(?!)"
    return re.compile(rf"(?:{pattern})\Z" if whole else f"(?:{pattern})")


def matches(words: Iterable[str], folded: str) -> bool:
    """True where the folded text as a whole is one of the words."""
    exact, others = _vocabulary(tuple(words))
    return folded in exact or (bool(others) and _compiled(others, True).match(folded) is not None)


def stands(words: Iterable[str], folded: str) -> bool:
    """True where one of the words stands in the folded text."""
    exact, others = _vocabulary(tuple(words))
    return any(word in folded for word in exact) or (
        bool(others) and _compiled(others, False).search(folded) is not None
    )


def begins_with(words: Iterable[str], folded: str) -> bool:
    """True where the folded text begins with one of the words, which must be plain ones."""
    return folded.startswith(tuple(_vocabulary(tuple(words))[0]))


def ends_with(words: Iterable[str], folded: str) -> bool:
    """True where the folded text ends with one of the words; one that is an expression must fit it as a whole."""
    exact, others = _vocabulary(tuple(words))
    return folded.endswith(tuple(exact)) or (bool(others) and _compiled(others, True).match(folded) is not None)


def without_ends(words: Iterable[str], folded: str) -> str:
    """The folded text without these words (plain ones) at its end, one after the other."""
    exact = _vocabulary(tuple(words))[0]
    while end := next((word for word in exact if folded.endswith(word)), ""):
        folded = folded[: -len(end)]
    return folded


def finds(words: Iterable[str], folded: str) -> re.Match[str] | None:
    """The first place in the folded text where one of the words stands."""
    words = tuple(words)
    if not may_stand(words, folded):
        return None
    return _compiled(words, False).search(folded)


def without(words: Iterable[str], folded: str) -> str:
    """The folded text without the words, wherever they stand in it."""
    words = tuple(words)
    return _compiled(words, False).sub("", folded) if may_stand(words, folded) else folded


class Names(NamedTuple):
    """Names by their words, to look up fast: the plain words in a dictionary, the others as patterns."""

    exact: Mapping[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def find(self, folded: str) -> str | None:
        """The name one of whose words the folded text is as a whole, with a translation beside it or without."""
        name = self.exact.get(folded)
        if name is None:
            name = next((name for pattern, name in self.patterns if pattern.fullmatch(folded)), None)
        if name is None and (bare := in_chinese(folded)) != folded:
            return self.find(bare)
        return name


def names(words_by_name: Mapping[str, Iterable[str]]) -> Names:
    """The names of a mapping name → words; where two have the same word, the first wins."""
    exact: dict[str, str] = {}
    patterns: list[tuple[re.Pattern[str], str]] = []
    for name, words in words_by_name.items():
        for word in words:
            if _is_plain(word):
                exact.setdefault(plain(word), name)
            else:
                patterns.append((re.compile(word_pattern(word)), name))
    return Names(exact, tuple(patterns))


def ends(words: Iterable[str]) -> frozenset[str] | None:
    """All texts that one of the words, folded, ends with; None where one is an expression: it may end anyhow."""
    exact, others = _vocabulary(tuple(words))
    return None if others else frozenset(word[at:] for word in exact for at in range(len(word)))


@lru_cache(maxsize=1)
def shipped() -> Layouts:
    """The layouts that ship with the tool."""
    return Layouts(json.loads((Path(__file__).parents[1] / "layouts/layouts.json").read_bytes()))


def load(folder: Path | None = None) -> Layouts:
    """The shipped layouts, with those of `folder/*.yaml` before them where a folder is given.

    UsageError where a file is no layout.
    """
    if folder is None:
        return shipped()
    from openbudget.layouts.compile import LayoutError, merge, read_folder

    try:
        return Layouts(merge(read_folder(folder), shipped().parts))
    except LayoutError as error:
        if not any(folder.glob("*.yaml")):
            raise UsageError("recognise.no_layouts", folder=str(folder)) from error
        raise UsageError("recognise.bad_layout", file=str(error.file), reason=str(error)) from error
