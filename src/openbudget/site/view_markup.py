"""The markup of a source view: each piece with, beside it, links to the data that was read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from openbudget.site.places import Spot
from openbudget.site.shown import escape
from openbudget.site.view import Block, View
from openbudget.site.words import LANGUAGES, Words

_MOST = 40  # links beside one piece; the tables have the rest
_ALL = tuple(Words(language) for language in LANGUAGES)
_NONE = ("",) * len(_ALL)
Rows = Mapping[tuple[str, str], str]


def view_markup(view: View, part: int, rows: Rows) -> dict[str, str]:
    """The body of a part of a view, by language."""
    draw = {"text": _line, "pages": _page, "document": _piece, "pieces": _piece}[view.kind]
    drawn = [draw(block, rows) for block in view.parts[part - 1]]
    tag, kind = ("ol", "lines") if view.kind == "text" else ("div", "pages" if view.kind == "pages" else "pieces")
    return {
        words.language: f'<{tag} class="{kind}" lang="zh-Hans">{chr(10).join([one[n] for one in drawn])}</{tag}>'
        for n, words in enumerate(_ALL)
    }


def _line(block: Block, rows: Rows) -> Sequence[str]:
    number = f' value="{block.label}" id="L{block.label}"' if block.label else ' class="more"'
    head = f"<li{number}><span>{block.markup}</span>"
    return [f"{head}{data}</li>" for data in _data(block.spots, rows)]


def _piece(block: Block, rows: Rows) -> Sequence[str]:
    if block.tag == "heading":
        return [f'<p class="h h{min(max(block.level, 1), 4)}">{block.markup}</p>'] * len(_ALL)
    if block.tag == "table":
        names = [escape(words("view_table")) for words in _ALL]
        return [
            f'<div class="scroll" tabindex="0" role="group" aria-label="{one}">{block.markup}</div>' for one in names
        ]
    return [f'<div class="p"><p>{block.markup}</p>{data}</div>' for data in _data(block.spots, rows)]


def _page(block: Block, rows: Rows) -> Sequence[str]:
    made = []
    for words, base in zip(_ALL, ("../", "../../"), strict=True):
        picture = block.markup.replace("@BASE@", base).replace("@PAGE@", escape(words("page_picture")))
        title = escape(words("page_number", number=block.label))
        made.append(
            f'<section class="leaf" id="p{block.label}"><h2 lang="{words.tag}">{title}</h2><div class="leafbody">'
            f'<div class="picture">{picture}</div>{_listed(block, rows, words)}</div></section>'
        )
    return made


def _listed(block: Block, rows: Rows, words: Words) -> str:
    """What was read from a page: one line a row of the data, named by the texts it was read from."""
    made = []
    for key, found in _by_row(block.spots).items():
        link = _link(key, rows, words.language, escape(words.table(key[0])))
        made.append(f"<li>{link} {escape(_texts(found, 70))}</li>")
    return f'<ul class="read" lang="zh-Hans">{"".join(made)}</ul>' if made else ""


def _data(spots: Sequence[Spot], rows: Rows) -> Sequence[str]:
    """Links to the rows that were read here: one is named by its fields, several by the texts they were read from."""
    by_row = _by_row(spots) if spots else None
    if not by_row:
        return _NONE
    if len(by_row) == 1:
        ((key, found),) = by_row.items()
        fields = tuple(dict.fromkeys([spot.field for spot in found]))
        return [
            f'<span class="d" lang="{words.tag}">'
            f"{_link(key, rows, words.language, _titles(key[0], fields, words.language))}</span>"
            for words in _ALL
        ]
    listed = [(key, escape(_texts(found, 36))) for key, found in list(by_row.items())[:_MOST]]
    made = []
    for words in _ALL:
        links = [_link(key, rows, words.language, text or escape(words.table(key[0]))) for key, text in listed]
        made.append(f'<span class="d" lang="zh-Hans">{"".join(links)}</span>')
    return made


@lru_cache(4096)
def _titles(table: str, fields: tuple[str, ...], language: str) -> str:
    """The titles of fields, as markup."""
    words = Words(language)
    titles = list(dict.fromkeys(words.field(table, name) for name in fields))
    return escape(("、" if language == "zh" else ", ").join(titles[:3]))


def _by_row(spots: Iterable[Spot]) -> dict[tuple[str, str], list[Spot]]:
    """Spots by the row they belong to; prose is not data, and a unit alone tells nothing."""
    found: dict[tuple[str, str], list[Spot]] = {}
    for spot in spots:
        if spot.table != "sections":
            found.setdefault((spot.table, spot.row_id), []).append(spot)
    return {key: listed for key, listed in found.items() if any(spot.field != "unit_reported" for spot in listed)}


def _texts(spots: Iterable[Spot], limit: int) -> str:
    """The different texts that a row was read from, as far as `limit` characters."""
    texts = list(dict.fromkeys(spot.printed for spot in spots if spot.printed))
    whole = " · ".join(text for text in texts if not any(text != other and text in other for other in texts))
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def _link(key: tuple[str, str], rows: Rows, language: str, markup: str) -> str:
    """A link to a row of the data; `markup` is what it says."""
    href = rows.get(key)
    title = _title(key[0], language)
    return f'<b title="{title}">{markup}</b>' if href is None else f'<a href="../{href}" title="{title}">{markup}</a>'


@cache
def _title(table: str, language: str) -> str:
    return escape(Words(language).table(table))
