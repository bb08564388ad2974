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
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">{block.markup}</div>'
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
    """The texts read from a page, each with its links; a text and all that was read within it stand together."""
    by_place: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for spot in block.spots:
        place = f"{spot.table}/{spot.row_id}"
        texts.setdefault(place, "")
        if len(spot.printed) > len(texts[place]):
            texts[place] = spot.printed
        by_place.setdefault(place, []).append(words.field(spot.table, spot.field))
    made = []
    for spot in {(spot.table, spot.row_id): spot for spot in block.spots}.values():
        if spot.table in ("sections", "diagnostics"):
            continue
        place = f"{spot.table}/{spot.row_id}"
        made.append(f"<li>{_link(spot, rows, words, words.table(spot.table))} {escape(texts[place][:80])}</li>")
    if not made:
        return ""
    return f'<ul class="read" lang="zh-Hans">{"".join(made)}</ul>'


def _data(spots: Iterable[Spot], rows: Mapping[tuple[str, str], str], words: Words) -> str:
    """Links to the rows that were read here: one a row, named by the fields."""
    fields: dict[tuple[str, str], list[str]] = {}
    for spot in spots:
        if spot.table != "sections":
            title = words.field(spot.table, spot.field)
            named = fields.setdefault((spot.table, spot.row_id), [])
            if title not in named:
                named.append(title)
    if not fields:
        return ""
    gap = "、" if words.language == "zh" else ", "
    made = []
    for (table, row_id), titles in list(fields.items())[:_MOST]:
        spot = Spot(table, row_id, "", "")
        made.append(_link(spot, rows, words, gap.join(titles[:3])))
    return f'<span class="d" lang="{words.tag}">{"".join(made)}</span>'


def _link(spot: Spot, rows: Mapping[tuple[str, str], str], words: Words, text: str) -> str:
    href = rows.get((spot.table, spot.row_id))
    title = escape(words.table(spot.table))
    if href is None:
        return f'<b title="{title}">{escape(text)}</b>'
    return f'<a href="../{href}" title="{title}">{escape(text)}</a>'
