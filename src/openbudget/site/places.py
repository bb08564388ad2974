"""The way back: where in the source view each place of a source is shown.

The source view of a file is one page or several parts (`view/1.html`, `view/1.2.html` …). `Places` knows for every
locator that the package uses the part and the anchor where it stands, and for every value of a row the locator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from openbudget.site.columns import Columns, Rows

Key = tuple[str, str, str]  # table, row, field


class Spot(NamedTuple):
    """A value that was read at a place: table, row and field, and the text printed there."""

    table: str
    row_id: str
    field: str
    printed: str


Read = tuple[Spot, str, str]  # a value, and the file and the locator where it was read


@dataclass(frozen=True)
class Places:
    """`links` leads from (file, locator) to a link below the package's page; `values` from (table, row, field) to the
    link of where that value stands; `texts` to what is printed there."""

    links: Mapping[tuple[str, str], str]
    values: Mapping[Key, str] = field(default_factory=dict)
    texts: Mapping[Key, str] = field(default_factory=dict)

    def of(self, table: str, row_id: object, name: str) -> str | None:
        """The link to where a value stands in the source; None where the package does not say."""
        return self.values.get((table, str(row_id), name))

    def at(self, file: object, locator: object) -> str | None:
        """The link to a place."""
        text = str(locator)
        return self.links.get((str(file), text if text.startswith("#") else f"#{text}"))


def reads_of(sources: Columns) -> Sequence[Read]:
    """What the table `sources` states."""
    if not sources:
        return ()
    printed = [str(text or "") for text in sources["printed"]]
    keys = (map(str, sources[name]) for name in ("table", "row_id", "field"))
    return list(zip(map(Spot, *keys, printed), sources["file"], sources["locator"], strict=True))


def places_of(reads: Sequence[Read], links: Mapping[tuple[str, str], str]) -> Places:
    """The places that the table `sources` states, as far as `links` leads there."""
    values: dict[Key, str] = {}
    texts: dict[Key, str] = {}
    for spot, file, locator in reads:
        key = spot[:3]
        texts[key] = spot.printed
        link = links.get((file, locator))
        if link is not None:
            values[key] = link
    return Places(links, values, texts)


def spots_of(reads: Sequence[Read], diagnostics: Rows, file: str) -> dict[str, list[Spot]]:
    """Locator → the values read there, of one file, in the order of the table `sources`; and the places of
    diagnostics, which have a table but no value."""
    found: dict[str, list[Spot]] = {}
    for spot, where, locator in reads:
        if where == file and locator:
            found.setdefault(locator, []).append(spot)
    for row in diagnostics:
        if row.get("file") == file and row.get("locator"):
            spot = Spot("diagnostics", str(row["id"]), "message_zh", str(row.get("printed") or ""))
            found.setdefault(row["locator"], []).append(spot)
    return found


def part_name(number: int, part: int) -> str:
    """The file of a part of a source view, both counted from 1."""
    return f"view/{number}.html" if part == 1 else f"view/{number}.{part}.html"
