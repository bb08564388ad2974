"""The index behind the search of the home page: pairs of characters → packages, in shards that a page loads as needed.

A word of n characters is found where all its n−1 pairs are (`assets/search.js` reads what is written here). Chinese
has no blanks between words, so pairs of characters are the unit. Files are scripts, not JSON, because a page opened
from a disk may load the one and not the other.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from openbudget.site.entry import Entry, key_figure
from openbudget.site.shown import plain
from openbudget.site.words import Words

BLOCK = 200  # entries of one file


def shard_count(entries: int) -> int:
    """How many shards an index of so many packages has: a power of two that keeps each below some 50 KB."""
    count = 1
    while count < 1024 and count * 24 < entries:
        count *= 2
    return count


def index_files(entries: Sequence[Entry]) -> dict[str, bytes]:
    """All files of the index: path → bytes. Withdrawn packages are not found."""
    living = sorted((entry for entry in entries if not entry.withdrawn), key=lambda one: (-one.year, one.name))
    shards: list[dict[str, list[int]]] = [{} for _ in range(shard_count(len(living)))]
    for number, entry in enumerate(living):
        for gram in _grams(entry):
            shards[_shard(gram, len(shards))].setdefault(gram, []).append(number)
    files = {
        f"search/s{number}.js": _script(f"s{number}", {gram: _packed(shard[gram]) for gram in sorted(shard)})
        for number, shard in enumerate(shards)
    }
    words = Words("zh")
    for start in range(0, len(living), BLOCK):
        name = f"e{start // BLOCK}"
        files[f"search/{name}.js"] = _script(name, [_line(entry, words) for entry in living[start : start + BLOCK]])
    return files


def _line(entry: Entry, words: Words) -> list[object]:
    """What a result shows: name, agency, regions, year, kind, expenditure."""
    figure = entry.figures.get("expenditure")
    told = key_figure(figure, words)[0] if figure else ""
    regions = " ".join(plain(name) for _, name in entry.regions)
    return [entry.name, plain(entry.agency), regions, entry.year, entry.kind, told]


def _grams(entry: Entry) -> set[str]:
    names = [entry.agency, *(name for _, name in entry.regions), entry.region_name]
    texts = [
        *names, entry.title["zh"], str(entry.year), entry.region_code, entry.name,
        "决算" if entry.kind == "final-accounts" else "预算", *entry.words,
    ]  # fmt: skip
    found = {f"={entry.year}"}  # a year in a query is meant as a year, and not as its digits
    for text in texts:
        for word in unicodedata.normalize("NFKC", text).lower().split():
            found.update(word[index : index + 2] for index in range(len(word) - 1))
    for name in names:
        found.update(unicodedata.normalize("NFKC", name).lower())
    return set(filter(_is_shown, found))


@lru_cache(1 << 16)
def _is_shown(gram: str) -> bool:
    """Whether all characters of a pair can be seen."""
    return not any(unicodedata.category(char)[0] in "CZ" for char in gram)


@lru_cache(1 << 16)
def _shard(gram: str, count: int) -> int:
    """The same sum as in search.js, over UTF-16 code units."""
    units = gram.encode("utf-16-le")
    total = 0
    for index in range(0, len(units), 2):
        total = (total * 31 + units[index] + 256 * units[index + 1]) % 65521
    return total % count


def _packed(numbers: Sequence[int]) -> str:
    """Ascending numbers as their differences in base 36."""
    last, steps = 0, []
    for number in numbers:
        steps.append(_base36(number - last))
        last = number
    return " ".join(steps)


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits


def _script(name: str, content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # two line ends of Unicode that older scripts do not allow in strings, and the end of a script element
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")
    return f'openbudgetIndex("{name}",{text});\n'.encode()
