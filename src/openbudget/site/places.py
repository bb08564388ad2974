"""The way back: where in the source view each place of a source is shown.

The source view of a file is one page or several parts (`view/1.html`, `view/1.2.html` …). `Places` knows for every
locator that the package uses the part and the anchor where it stands, and for every value of a row the locator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Spot:
    """A value that was read at a place: table, row and field, and the text printed there."""

    table: str
    row_id: str
    field: str
    printed: str


@dataclass(frozen=True)
class Places:
    """`links` leads from (file, locator) to a link below the package's page; `origins` from (table, row, field) to
    (file, locator), `texts` to what is printed there."""

    links: Mapping[tuple[str, str], str]
    origins: Mapping[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    texts: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def of(self, table: str, row_id: object, name: str) -> str | None:
        """The link to where a value stands in the source; None where the package does not say."""
        origin = self.origins.get((table, str(row_id), name))
        return None if origin is None else self.links.get(origin)

    def at(self, file: object, locator: object) -> str | None:
        """The link to a place."""
        text = str(locator)
        return self.links.get((str(file), text if text.startswith("#") else f"#{text}"))


def origins_of(tables: Tables) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Where each value stands: (table, row, field) → (file, locator), `texts` to what is printed there."""
    return {
        (str(row["table"]), str(row["row_id"]), str(row["field"])): (str(row["file"]), str(row["locator"]))
        for row in tables.get("sources", ())
        if row.get("locator") is not None
    }


def texts_of(tables: Tables) -> dict[tuple[str, str, str], str]:
    """What is printed where a value stands: (table, row, field) → text."""
    return {
        (str(row["table"]), str(row["row_id"]), str(row["field"])): str(row.get("printed") or "")
        for row in tables.get("sources", ())
    }


def spots_of(tables: Tables, file: str) -> dict[str, list[Spot]]:
    """Locator → the values read there, of one file, in the order of the table `sources`; and the places of
    diagnostics, which have a table but no value."""
    found: dict[str, list[Spot]] = {}
    for row in tables.get("sources", ()):
        if row.get("file") == file and row.get("locator"):
            spot = Spot(str(row["table"]), str(row["row_id"]), str(row["field"]), str(row.get("printed") or ""))
            found.setdefault(str(row["locator"]), []).append(spot)
    for row in tables.get("diagnostics", ()):
        if row.get("file") == file and row.get("locator"):
            spot = Spot("diagnostics", str(row["id"]), "message_zh", str(row.get("printed") or ""))
            found.setdefault(str(row["locator"]), []).append(spot)
    return found


def part_name(number: int, part: int) -> str:
    """The file of a part of a source view, both counted from 1."""
    return f"view/{number}.html" if part == 1 else f"view/{number}.{part}.html"
