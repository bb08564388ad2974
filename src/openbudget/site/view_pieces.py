"""The source view of a file that is not read for its view (formats of the past, or a reader that is not installed): its
headings and paragraphs in order, and what data was read from each table, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openbudget.site.places import Spot
from openbudget.site.shown import escape
from openbudget.site.view import Block, View, marked, split

_CHARS = re.compile(r"(.*)&char=(\d+),(\d+)", re.S)
_NODE_CELL = re.compile(r"(.*)/(?:tr|row)\[(\d+)\]/(?:tc|td|th|cell)\[(\d+)\](.*)", re.S)
_SHEET_CELL = re.compile(r"#sheet=([^&]*)&cell=([A-Z]+)(\d+)")


def pieces_view(name: str, number: int, spots: Mapping[str, list[Spot]], sections: Sequence[Mapping[str, Any]]) -> View:
    """The view of a file from what the package holds of it: prose from `sections`, cells from `spots`."""
    ids = {locator: f"k{index}" for index, locator in enumerate(spots, 1)}
    return View(name, number, "pieces", split(pieces_blocks(spots, ids, sections)))


def pieces_blocks(
    spots: Mapping[str, list[Spot]], ids: Mapping[str, str], sections: Sequence[Mapping[str, Any]]
) -> Iterator[Block]:
    """The blocks of places that are shown by what the package holds of them; `ids` are their anchors."""
    whole: dict[str, list[str]] = {}  # locator of a piece → locators within it, in order of appearance
    for locator in spots:
        match = _CHARS.fullmatch(locator)
        whole.setdefault(match[1] if match else locator, []).append(locator)
    texts = _prose(spots, whole, sections)
    grids: dict[str, list[tuple[int, int, str]]] = {}
    order: list[tuple[str, str]] = []
    for piece in whole:
        cell = None if piece in texts else _cell(piece)
        if cell is None:
            order.append(("piece", piece))
            continue
        grid, row, col = cell
        if grid not in grids:
            order.append(("grid", grid))
        grids.setdefault(grid, []).append((row, col, piece))
    for kind, key in order:
        if kind == "grid":
            yield _grid(grids[key], whole, ids, spots)
        else:
            yield _piece(texts.get(key), whole[key], ids, spots)


def _prose(
    spots: Mapping[str, list[Spot]], whole: Mapping[str, list[str]], sections: Sequence[Mapping[str, Any]]
) -> dict[str, tuple[str, str, int]]:
    """Locator of a piece → its text, tag and level, for the headings and paragraphs of the document."""
    by_id = {str(row["id"]): row for row in sections}
    texts: dict[str, tuple[str, str, int]] = {}
    for piece, locators in whole.items():
        for spot in (spot for locator in locators for spot in spots[locator]):
            row = by_id.get(spot.row_id) if spot.table == "sections" else None
            if row is None:
                continue
            if row.get("kind") == "paragraph" and row.get("text"):
                texts[piece] = (str(row["text"]), "paragraph", 0)
            elif row.get("kind") == "heading" and piece not in texts:
                text = f"{row.get('number') or ''}{row.get('title') or ''}"
                texts[piece] = (text, "heading", int(row.get("level") or 1))
    return texts


def _piece(
    text: tuple[str, str, int] | None,
    locators: Sequence[str],
    ids: Mapping[str, str],
    spots: Mapping[str, list[Spot]],
) -> Block:
    anchors = {locator: ids[locator] for locator in locators}
    found = tuple(spot for locator in locators for spot in spots[locator])
    if text is None or text[1] == "heading":
        shown = text[0] if text else max((spot.printed for spot in found), key=len, default="")
        marks = "".join(f'<span id="{ids[locator]}"></span>' for locator in locators)
        return Block(
            marks + escape(shown), text[1] if text else "paragraph", anchors, found, "", text[2] if text else 0
        )
    ranges = []
    for locator in locators:
        match = _CHARS.fullmatch(locator)
        start, end = (int(match[2]), int(match[3])) if match else (0, len(text[0]))
        ranges.append((start, end, f'id="{ids[locator]}"'))
    return Block(marked(text[0], ranges), "paragraph", anchors, found)


def _grid(
    cells: Sequence[tuple[int, int, str]],
    whole: Mapping[str, list[str]],
    ids: Mapping[str, str],
    spots: Mapping[str, list[Spot]],
) -> Block:
    """A table of the cells that data came from; cells that gave none are left blank."""
    columns = sorted({col for _, col, _ in cells})
    rows: dict[int, dict[int, str]] = {}
    anchors: dict[str, str] = {}
    found: list[Spot] = []
    for row, col, piece in cells:
        locators = whole[piece]
        anchors.update((locator, ids[locator]) for locator in locators)
        here = [spot for locator in locators for spot in spots[locator]]
        found += here
        marks = "".join(f'<span id="{ids[locator]}"></span>' for locator in locators[1:])
        text = escape(max((spot.printed for spot in here), key=len, default=""))
        rows.setdefault(row, {})[col] = f'<td id="{ids[locators[0]]}">{marks}{text}</td>'
    body = "".join(
        "<tr>" + "".join(line.get(col, "<td></td>") for col in columns) + "</tr>" for _, line in sorted(rows.items())
    )
    return Block(f"<table>{body}</table>", "table", anchors, tuple(dict.fromkeys(found)))


def _cell(piece: str) -> tuple[str, int, int] | None:
    """The table, row and column of a cell's locator; None where it is none."""
    if match := _SHEET_CELL.fullmatch(piece):
        column = 0
        for char in match[2]:
            column = column * 26 + ord(char) - 64
        return f"sheet {match[1]}", int(match[3]), column
    if match := _NODE_CELL.fullmatch(piece):
        return match[1], int(match[2]), int(match[3])
    return None
