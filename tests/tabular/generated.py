"""Tables made by chance: every type, format, constraint, key, encoding, line end and fault of structure, now and then."""

from __future__ import annotations

import csv
import io
from random import Random
from typing import Any

from tests.tabular.pools import FIELDS, TEXTS

CONSTRAINTS: dict[str, list[dict[str, Any]]] = {
    "string": [
        {"minLength": 2}, {"maxLength": 3}, {"pattern": "[a-z]+"}, {"pattern": r"^\d{4}(-\d\d)?$"}, {"pattern": ".x?"},
        {"enum": ["x", "文", "1"]}, {"pattern": r"\p{L}+"}, {"pattern": "(?i)x"}, {"pattern": "a|文"}, {"minLength": 1, "maxLength": 4},
        {"pattern": "[一-龥]*"}, {"pattern": "[^0-9]+", "minLength": 2},
    ],
    "integer": [{"minimum": "0"}, {"minimum": 1}, {"maximum": "24"}, {"exclusiveMinimum": 1}, {"exclusiveMaximum": 7},
                {"enum": [1, "7"]}, {"minimum": -1, "maximum": 2024}],
    "number": [{"minimum": 0}, {"minimum": 1.5}, {"maximum": "1e3"}, {"exclusiveMinimum": 0}, {"exclusiveMaximum": "5"},
               {"enum": ["1"]}, {"minimum": "-0.00001", "maximum": 1}],
    "date": [{"minimum": "2024-01-05"}, {"maximum": "2024-01-05"}, {"exclusiveMinimum": "2024-02-29"}],
    "year": [{"minimum": "2024"}, {"maximum": 2023}],
    "yearmonth": [{"exclusiveMaximum": "2024-01"}],
    "datetime": [{"minimum": "2024-01-05T10:00:00Z"}],
    "duration": [{"minimum": "P1M"}],
    "boolean": [{"enum": [True]}],
    "list": [{"minLength": 2}],
}  # fmt: skip
_COMMON = ["", "1", "1.0", "2", "x", "2024-01-05", "2024", "true", "文", "0.5", "10:00:00"]
_LETTERS = 'abx019.,-+:/TZeE "\n文é😀%'
_BROKEN = [
    b'"',
    b"\n",
    b"\r",
    b",",
    b'""',
    b"\xff",
    b"\xef\xbb\xbf",
    b"\n\n",
    b'"x',
    b'x"',
    b"\0",
    b"\xe6\x96",
    b"\xed\xa0\x80",
]


def field(chance: Random, name: str) -> dict[str, Any]:
    """A field of some type with some constraints."""
    made: dict[str, Any] = {"name": name, **chance.choice(FIELDS)}
    constraints: dict[str, Any] = {}
    if chance.random() < 0.6 and made.get("type") in CONSTRAINTS:
        constraints |= chance.choice(CONSTRAINTS[made["type"]])
    if chance.random() < 0.3:
        constraints["required"] = True
    if chance.random() < 0.2:
        constraints["unique"] = True
    if chance.random() < 0.2:
        made["missingValues"] = chance.choice([[], ["-"], ["", "NaN", "1"], ["", "x"]])
    return {**made, "constraints": constraints} if constraints else made


def schema(chance: Random) -> dict[str, Any]:
    """A schema with keys."""
    names = ["a", "b", "c", "d", "e"][: chance.randint(1, 5)]
    made: dict[str, Any] = {"fields": [field(chance, name) for name in names]}

    def key() -> list[str]:
        return chance.sample(names, min(len(names), chance.randint(1, 2)))

    if chance.random() < 0.4:
        made["primaryKey"] = key()
    if chance.random() < 0.3:
        made["uniqueKeys"] = [key()]
    if chance.random() < 0.4:
        one, two = key(), key()
        size = min(len(one), len(two))
        made["foreignKeys"] = [{"fields": one[:size], "reference": {"resource": "", "fields": two[:size]}}]
    if chance.random() < 0.1:
        made["fieldsMatch"] = chance.choice(["equal", "subset", "superset", "partial"])
    return made


def cell(chance: Random) -> str:
    """A text, of a kind that leads astray."""
    kind = chance.random()
    if kind < 0.45:
        return chance.choice(_COMMON)
    if kind < 0.75:
        return chance.choice(TEXTS)
    if kind < 0.9:
        text = chance.choice(TEXTS) or "x"
        place = chance.randrange(len(text))
        return text[:place] + chance.choice(_LETTERS) + text[place + chance.randint(0, 1) :]
    return "".join(chance.choice(_LETTERS) for _ in range(chance.randint(0, 9)))


def table(chance: Random, rows: int) -> tuple[dict[str, Any], bytes, str | None, int]:
    """A schema, a file for it, the encoding it declares, and its number of cells."""
    made = schema(chance)
    names = [one["name"] for one in made["fields"]]
    header = list(names)
    if chance.random() < 0.1:
        chance.shuffle(header)
    if chance.random() < 0.05:
        header = header[:-1] or header
    plain = chance.random() < 0.5  # a column's texts repeat, as they do in tables of the world
    pools = [[cell(chance) for _ in range(chance.randint(1, 12))] for _ in header]
    lines = [[chance.choice(pool) if plain else cell(chance) for pool in pools] for _ in range(rows)]
    odd = chance.choice([0, 0, 0.01, 0.1])
    for line in lines:
        if chance.random() < odd:
            shape = chance.randrange(4)
            if shape == 0:
                line.append("more")
            elif shape == 1:
                line.pop()
            else:
                line[:] = [""] * (len(header) if shape == 2 else 1)
    text = io.StringIO()
    quoting = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(text, lineterminator=chance.choice(["\n", "\n", "\r\n"]), quoting=quoting)
    writer.writerow(header)
    writer.writerows(lines)
    encoding = chance.choice([None, None, None, "utf-8", "gb18030", "gbk", "big5", "iso-8859-1", "utf-16"])
    content = text.getvalue().encode(encoding or "utf-8", "replace")
    if chance.random() < 0.1:
        content = b"\xef\xbb\xbf" + content
    if chance.random() < 0.15:
        content = content.rstrip(b"\r\n")
    if chance.random() < 0.15:
        place = chance.randrange(len(content) + 1)
        content = content[:place] + chance.choice(_BROKEN) + content[place:]
    return made, content, encoding, sum(map(len, lines))
