"""The pages of a package's tables: every row, every field that is not blank throughout, each value a link to its place
in the source. Rows have stable anchors (`r-<id>`); long tables go on in further parts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import repeat
from typing import Any

from openbudget import standard
from openbudget.site.columns import Columns, Rows, columns_of
from openbudget.site.money import grouped
from openbudget.site.places import Places, Read
from openbudget.site.shown import clipped, escape, fragment
from openbudget.site.words import LANGUAGES, Words

_LABELS = frozenset({"item", "title", "name"})
_FIGURES = frozenset({"amount_reported", "value_reported", "change_reported", "unit_reported"})
LEFT_OUT = frozenset({"sources"})  # shown by the source view
PART_BYTES = 210_000  # of rows in one part, estimated: with links and frame a page stays below 300 KB
_ROW, _CELL = 40, 62  # bytes of markup around the cells of a row, around the text of a cell


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
        return _page(self.table, part)

    def links(self) -> dict[tuple[str, str], str]:
        """(table, row) → link below the package's page."""
        return _links(self.table, self.rows, self.parts)


def _page(table: str, part: int) -> str:
    return f"tables/{table}.html" if part == 1 else f"tables/{table}.{part}.html"


def _links(table: str, rows: Rows, parts: Sequence[tuple[int, int]]) -> dict[tuple[str, str], str]:
    return {
        (table, str(row["id"])): f"{_page(table, index)}#{fragment(str(row['id']))}"
        for index, (start, end) in enumerate(parts, 1)
        for row in rows[start:end]
        if row.get("id") is not None
    }


def links_to(table: str, rows: Rows) -> dict[tuple[str, str], str]:
    """(table, row) → link below the package's page, of a table that is not shown here."""
    return _links(table, rows, _parts(rows, columns_of(rows)))


def grids_of(tables: Mapping[str, Rows], columns: Mapping[str, Columns], reads: Sequence[Read]) -> dict[str, Grid]:
    """A grid for every table of the standard that has rows, in the standard's order."""
    placed = {(spot.table, spot.field) for spot, _, _ in reads}
    return {
        name: _grid(name, tables[name], columns[name], spec.fields, placed)
        for name, spec in standard.tables().items()
        if tables.get(name) and name not in LEFT_OUT
    }


def _grid(
    name: str, rows: Rows, columns: Columns, fields: tuple[standard.Field, ...], placed: set[tuple[str, str]]
) -> Grid:
    different = {field.name: set(columns[field.name]) for field in fields}
    used = {key for key, values in different.items() if values != {None}}
    constant = tuple(
        (field, rows[0][field.name])
        for field in fields
        if len(rows) > 1 and field.name in used and field.name != "id" and (name, field.name) not in placed
        and len(different[field.name]) == 1
    )  # fmt: skip
    apart = {field.name for field, _ in constant}
    kept = _in_reading_order([one for one in fields if one.name in used and one.name not in apart])
    blank = tuple(field.name for field in fields if field.name not in used)
    return Grid(name, rows, kept, blank, constant, _parts(rows, columns))


def _parts(rows: Rows, columns: Columns) -> tuple[tuple[int, int], ...]:
    """The rows of each part."""
    letters = sum(sum(map(len, map(str, column))) for column in columns.values())
    if len(rows) * (_ROW + len(columns) * _CELL) + 4 * letters <= PART_BYTES:  # most tables, without a closer look
        return ((0, len(rows)),)
    parts: list[tuple[int, int]] = []
    start, size = 0, 0
    for index, row in enumerate(rows):
        weight = _ROW + sum(_CELL + min(len(str(v).encode()), 6200) for v in row.values() if v is not None)
        if index > start and size + weight > PART_BYTES:
            parts.append((start, index))
            start, size = index, 0
        size += weight
    return (*parts, (start, len(rows)))


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


def _in_reading_order(fields: Sequence[standard.Field]) -> tuple[standard.Field, ...]:
    """What people read first: what a row is, then its money, then all else; identifiers last."""
    label = next((index for index, field in enumerate(fields) if field.name in _LABELS), -1)

    def rank(numbered: tuple[int, standard.Field]) -> int:
        index, field = numbered
        if field.name == "id" or field.name.endswith("_id"):
            return 4 if field.name == "id" else 3
        money = field.unit == "yuan" or field.name in _FIGURES
        return 0 if index <= label and not money else 1 if money and label >= 0 else 2

    return tuple(field for _, field in sorted(enumerate(fields), key=rank))


def heads(grid: Grid, language: str) -> str:
    """The `<th>` of the columns: the titles of the fields and their names."""
    return "\n".join([_head(grid.table, field.name, language) for field in grid.fields])


@cache
def _head(table: str, name: str, language: str) -> str:
    field = standard.field(table, name)
    kind = ' class="n"' if field.type in ("number", "integer") else ""
    title = escape(field.title[language])
    return f'<th scope="col"{kind}><span>{title}</span><small>{escape(name)}</small></th>'


def bodies(grid: Grid, part: int, places: Places, base: str) -> dict[str, str]:
    """The `<tr>` rows of a part, by language; most cells are the same in all. `base` leads to the package's page."""
    start, end = grid.parts[part - 1]
    rows = grid.rows[start:end]
    ids = [str(row.get("id")) for row in rows]
    heads = [f'<tr id="{fragment(one)}">' for one in ids]
    columns = [_column(grid.table, field, rows, ids, places, base) for field in grid.fields]
    return {
        language: "\n".join(map("".join, zip(heads, *[column[n] for column in columns], repeat("</tr>"))))
        for n, language in enumerate(LANGUAGES)
    }


def _column(
    table: str, field: standard.Field, rows: Rows, ids: Sequence[str], places: Places, base: str
) -> Sequence[Sequence[str]]:
    """The cells of a field, by language."""
    name, kind, values = field.name, _kind(field), places.values
    made: list[str | tuple[str, ...]] = []
    same = True
    for row, row_id in zip(rows, ids, strict=True):
        value, link = row.get(name), values.get((table, row_id, name))
        if value is None:
            made.append("<td></td>" if link is None else _blank(places, (table, row_id, name), base))
            continue
        if kind == "id":
            made.append(f'<th scope="row">{escape(row_id)}</th>')
            continue
        lead, close = ("", "</td>") if link is None else (f'<a href="{base}{link}">', "</a></td>")
        opening, text = _cell(field, kind, value, row)
        if isinstance(text, str):
            made.append(f"{opening}{lead}{text}{close}")
        else:
            same = False
            made.append(tuple([f"{tag}{lead}{one}{close}" for tag, one in zip(opening, text, strict=True)]))
    if same:
        return [made] * len(LANGUAGES)  # type: ignore[list-item]
    return [[one if isinstance(one, str) else one[n] for one in made] for n in range(len(LANGUAGES))]


def _blank(places: Places, value: tuple[str, str, str], base: str) -> str:
    """A blank cell for which the source prints something (`——`, a word without a code)."""
    return f'<td class="no"><a href="{base}{places.values[value]}">{escape(places.texts.get(value, ""))}</a></td>'


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


Shown = tuple[str, str] | tuple[tuple[str, ...], tuple[str, ...]]  # opening tag and text, or those of each language


def _cell(field: standard.Field, kind: str, value: Any, row: Mapping[str, Any]) -> Shown:
    """How a value that is no identifier is shown."""
    if kind == "code":
        return _coded(field.codelist_for(row), str(value))
    if kind == "number":
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        shown = grouped(text)
        return (f'<td class="n" data-v="{text}">' if "," in shown else '<td class="n">'), shown
    if kind == "figure":
        return '<td class="n">', grouped(escape(str(value)))
    if isinstance(value, bool):
        return _flag(value)
    if isinstance(value, datetime.date):
        return "<td>", value.isoformat()
    text, left = clipped(str(value))
    opening = '<td class="w">' if len(text) > 24 else "<td>"
    if not left:
        return opening, escape(text)
    cut = [Words(language)("cut", count=f"{left:,}") for language in LANGUAGES]
    return tuple([opening] * len(cut)), tuple([f'{escape(text)}<i class="cut">{one}</i>' for one in cut])


@cache
def _flag(value: bool) -> Shown:
    return _told([words("yes" if value else "no") for words in map(Words, LANGUAGES)])


@lru_cache(4096)
def _coded(listed: str | None, code: str) -> Shown:
    """A code's title in each language, with the code where people know it by that."""
    titles = [words.code(listed, code) if listed else code for words in map(Words, LANGUAGES)]
    return _told([f"{code} {title}" if listed in _BARE and title != code else title for title in titles])


def _told(texts: Sequence[str]) -> Shown:
    """Texts of the program's own in their languages; cells are Chinese where nothing else is said."""
    openings = [
        '<td lang="en">' if language == "en" and text.isascii() else "<td>"
        for language, text in zip(LANGUAGES, texts, strict=True)
    ]
    if len({*texts}) == 1 == len({*openings}):
        return openings[0], escape(texts[0])
    return tuple(openings), tuple([escape(text) for text in texts])


# lists whose codes people know by their numbers: shown with them
_BARE = frozenset(
    {"function", "economic_department", "economic_government", "procurement_catalogue_2013",
     "procurement_catalogue_2022", "regions"}
)  # fmt: skip
