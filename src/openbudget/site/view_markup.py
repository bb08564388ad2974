"""The markup of a source view: each piece with, beside it, links to the data that was read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openbudget.site.places import Spot
from openbudget.site.shown import escape
from openbudget.site.view import Block, View
from openbudget.site.words import Words

_MOST = 40  # links beside one piece; the tables have the rest


def view_markup(view: View, part: int, rows: Mapping[tuple[str, str], str], words: Words) -> str:
    """The body of a part of a view."""
    draw = {"text": _line, "pages": _page, "pieces": _piece}[view.kind]
    inside = "\n".join(draw(block, rows, words) for block in view.parts[part - 1])
    if view.kind == "text":
        return f'<ol class="lines" lang="zh-Hans">{inside}</ol>'
    return f'<div class="{view.kind}" lang="zh-Hans">{inside}</div>'


def _line(block: Block, rows: Mapping[tuple[str, str], str], words: Words) -> str:
    number = f' value="{block.label}" id="L{block.label}"' if block.label else ' class="more"'
    return f"<li{number}><span>{block.markup}</span>{_data(block.spots, rows, words)}</li>"


def _piece(block: Block, rows: Mapping[tuple[str, str], str], words: Words) -> str:
    if block.tag == "heading":
        return f'<p class="h h{min(max(block.level, 1), 4)}">{block.markup}</p>'
    if block.tag == "table":
        name = escape(words("view_table"))
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">{block.markup}</div>'
    return f'<div class="p"><p>{block.markup}</p>{_data(block.spots, rows, words)}</div>'


def _page(block: Block, rows: Mapping[tuple[str, str], str], words: Words) -> str:
    markup = block.markup.replace("@BASE@", _base(words)).replace("@PAGE@", escape(words("page_picture")))
    listed = _listed(block, rows, words)
    title = escape(words("page_number", number=block.label))
    return (
        f'<section class="leaf" id="p{block.label}"><h2 lang="{words.tag}">{title}</h2>'
        f'<div class="leafbody"><div class="picture">{markup}</div>{listed}</div></section>'
    )


def _base(words: Words) -> str:
    return "../" if words.language == "zh" else "../../"


def _listed(block: Block, rows: Mapping[tuple[str, str], str], words: Words) -> str:
    """What was read from a page: one line a row of the data, named by the texts it was read from."""
    made = []
    for (table, row_id), found in _by_row(block.spots).items():
        link = _link(table, row_id, rows, words, words.table(table))
        made.append(f"<li>{link} {escape(_texts(found, 70))}</li>")
    return f'<ul class="read" lang="zh-Hans">{"".join(made)}</ul>' if made else ""


def _data(spots: Iterable[Spot], rows: Mapping[tuple[str, str], str], words: Words) -> str:
    """Links to the rows that were read here: one is named by its fields, several by the texts they were read from."""
    by_row = _by_row(spots)
    if not by_row:
        return ""
    gap = "、" if words.language == "zh" else ", "
    made = []
    for (table, row_id), found in list(by_row.items())[:_MOST]:
        if len(by_row) == 1:
            titles = dict.fromkeys(words.field(table, spot.field) for spot in found)
            made.append(_link(table, row_id, rows, words, gap.join(list(titles)[:3])))
        else:
            text = _texts(found, 36) or words.table(table)
            made.append(_link(table, row_id, rows, words, text))
    language = words.tag if len(by_row) == 1 else "zh-Hans"
    return f'<span class="d" lang="{language}">{"".join(made)}</span>'


def _by_row(spots: Iterable[Spot]) -> dict[tuple[str, str], list[Spot]]:
    """Spots by the row they belong to; prose is not data."""
    found: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        if spot.table != "sections":
            found.setdefault((spot.table, spot.row_id), []).append(spot)
    return found


def _texts(spots: Iterable[Spot], limit: int) -> str:
    """The different texts that a row was read from, as far as `limit` characters."""
    texts = list(dict.fromkeys(spot.printed for spot in spots if spot.printed))
    whole = " · ".join(text for text in texts if not any(text != other and text in other for other in texts))
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def _link(table: str, row_id: str, rows: Mapping[tuple[str, str], str], words: Words, text: str) -> str:
    href = rows.get((table, row_id))
    title = escape(words.table(table))
    if href is None:
        return f'<b title="{title}">{escape(text)}</b>'
    return f'<a href="../{href}" title="{title}">{escape(text)}</a>'
