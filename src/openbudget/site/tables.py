"""The pages of a package's tables: every row, every field that is not blank throughout, each value a link to its place
in the source. Rows have stable anchors (`r-<id>`); long tables go on in further parts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from openbudget import standard
from openbudget.site.money import grouped
from openbudget.site.places import Places
from openbudget.site.shown import clipped, escape, fragment
from openbudget.site.words import LANGUAGES, Words

LEFT_OUT = frozenset({"sources"})  # shown by the source view
PART_BYTES = 210_000  # of rows in one part, estimated: with links and frame a page stays below 300 KB
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as its pages show it: the fields that have values, those that have one value
    throughout (and no place in the source), and the rows [start, end) of each part."""

    table: str
    rows: Rows
    fields: tuple[standard.Field, ...]
    blank: tuple[str, ...]
    constant: tuple[tuple[standard.Field, Any], ...]
    parts: tuple[tuple[int, int], ...]

    def page(self, part: int) -> str:
        """The file of a part, counted from 1."""
        return f"tables/{self.table}.html" if part == 1 else f"tables/{self.table}.{part}.html"

    def links(self) -> dict[tuple[str, str], str]:
        """(table, row) → link below the package's page."""
        return {
            (self.table, str(row["id"])): f"{self.page(index)}#{fragment(str(row['id']))}"
            for index, (start, end) in enumerate(self.parts, 1)
            for row in self.rows[start:end]
            if row.get("id") is not None
        }


def grids_of(tables: Mapping[str, Rows]) -> dict[str, Grid]:
    """A grid for every table of the standard that has rows, in the standard's order."""
    placed = {(str(row["table"]), str(row["field"])) for row in tables.get("sources", ())}
    return {
        name: _grid(name, tables[name], spec.fields, placed)
        for name, spec in standard.tables().items()
        if tables.get(name) and name not in LEFT_OUT
    }


def _grid(name: str, rows: Rows, fields: tuple[standard.Field, ...], placed: set[tuple[str, str]]) -> Grid:
    used = {key for row in rows for key, value in row.items() if value is not None}
    constant = tuple(
        (field, rows[0][field.name])
        for field in fields
        if len(rows) > 1 and field.name in used and field.name != "id" and (name, field.name) not in placed
        and len({row.get(field.name) for row in rows}) == 1
    )  # fmt: skip
    apart = {field.name for field, _ in constant}
    kept = tuple(sorted((one for one in fields if one.name in used and one.name not in apart), key=_reading_order))
    parts: list[tuple[int, int]] = []
    start, size = 0, 0
    for index, row in enumerate(rows):
        weight = 40 + sum(62 + min(len(str(v).encode()), 6200) for v in row.values() if v is not None)
        if index > start and size + weight > PART_BYTES:
            parts.append((start, index))
            start, size = index, 0
        size += weight
    parts.append((start, len(rows)))
    blank = tuple(field.name for field in fields if field.name not in used)
    return Grid(name, rows, kept, blank, constant, tuple(parts))


def constants(grid: Grid, words: Words) -> list[tuple[str, str]]:
    """What all rows have in common: titles of fields and values."""
    found = []
    for field, value in grid.constant:
        listed = field.codelist_for(grid.rows[0])
        text = (
            words.code(listed, value)
            if listed
            else words("yes" if value else "no")
            if isinstance(value, bool)
            else str(value)
        )
        found.append((field.title[words.language], text))
    return found


def _reading_order(field: standard.Field) -> int:
    """What people read first; identifiers last."""
    return 2 if field.name == "id" else 1 if field.name.endswith("_id") else 0


def bodies(grid: Grid, part: int, places: Places, base: str) -> dict[str, str]:
    """The `<tr>` rows of a part, by language; most cells are the same in all. `base` leads to the package's page."""
    start, end = grid.parts[part - 1]
    plans = [(field, _kind(field)) for field in grid.fields]
    origins, links, table = places.origins, places.links, grid.table
    made: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for row in grid.rows[start:end]:
        row_id = str(row.get("id"))
        cells: list[str | tuple[str, ...]] = []
        for field, kind in plans:
            value = row.get(field.name)
            if value is None:
                cells.append(_blank(places, (table, row_id, field.name), base))
                continue
            origin = origins.get((table, row_id, field.name))
            link = links.get(origin) if origin is not None else None
            lead, close = (f'<a href="{base}{link}">', "</a></td>") if link is not None else ("", "</td>")
            cell = _cell(field, kind, value, row)
            if isinstance(cell, str):
                opening, text = cell.split(">", 1)
                cells.append(f"{opening}>{text}" if kind == "id" else f"{opening}>{lead}{text}{close}")
            else:
                cells.append(tuple(f"{one.split('>', 1)[0]}>{lead}{one.split('>', 1)[1]}{close}" for one in cell))
        anchor = fragment(row_id)
        for index, language in enumerate(LANGUAGES):
            inside = "".join(cell if isinstance(cell, str) else cell[index] for cell in cells)
            made[language].append(f'<tr id="{anchor}">{inside}</tr>')
    return {language: "\n".join(rows) for language, rows in made.items()}


def _blank(places: Places, value: tuple[str, str, str], base: str) -> str:
    """A blank cell; where the source prints something for it (`——`, a word without a code), that."""
    link = places.links.get(places.origins.get(value, ("", "")))
    if link is None:
        return "<td></td>"
    return f'<td class="no"><a href="{base}{link}">{escape(places.texts.get(value, ""))}</a></td>'


def _kind(field: standard.Field) -> str:
    if field.name == "id":
        return "id"
    if field.codelists:
        return "code"
    if field.type in ("number", "integer"):
        return "number"
    return (
        "figure"
        if field.name.endswith("_reported") and field.name.startswith(("amount", "value", "change"))
        else field.type
    )


def _cell(field: standard.Field, kind: str, value: Any, row: Mapping[str, Any]) -> str | tuple[str, ...]:
    """A cell's opening tag and text: one for all languages, or one a language."""
    if kind == "id":
        return f'<th scope="row">{escape(str(value))}</th>'
    if kind == "code":
        return _coded(field.codelist_for(row), str(value))
    if kind == "number":
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        shown = grouped(text)
        return f'<td class="n" data-v="{text}">{shown}' if "," in shown else f'<td class="n">{shown}'
    if kind == "figure":
        return f'<td class="n">{grouped(escape(str(value)))}'
    if isinstance(value, bool):
        return _flag(value)
    if isinstance(value, datetime.date):
        return f"<td>{value.isoformat()}"
    text, left = clipped(str(value))
    opening = '<td class="w">' if len(text) > 24 else "<td>"
    if not left:
        return opening + escape(text)
    return tuple(
        f'{opening}{escape(text)}<i class="cut">{Words(language)("cut", count=f"{left:,}")}</i>'
        for language in LANGUAGES
    )


@cache
def _flag(value: bool) -> tuple[str, ...]:
    return tuple(_told(words("yes" if value else "no"), words) for words in map(Words, LANGUAGES))


@lru_cache(4096)
def _coded(listed: str | None, code: str) -> tuple[str, ...]:
    """A code's title in each language, with the code where people know it by that."""
    made = []
    for words in map(Words, LANGUAGES):
        title = words.code(listed, code) if listed else code
        made.append(_told(f"{code} {title}" if listed in _BARE and title != code else title, words))
    return tuple(made)


def _told(text: str, words: Words) -> str:
    language = ' lang="en"' if words.language == "en" and text.isascii() else ""
    return f"<td{language}>{escape(text)}"


# lists whose codes people know by their numbers: shown with them
_BARE = frozenset(
    {"function", "economic_department", "economic_government", "procurement_catalogue_2013",
     "procurement_catalogue_2022", "regions"}
)  # fmt: skip
