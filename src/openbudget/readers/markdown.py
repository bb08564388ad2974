"""Markdown (.md): notes, and what converters make of Word, PDF and scans, often with tables written as HTML.

It is read as the page that it stands for (CommonMark with the tables of GitHub), so a place is the path of an element
of that page. A line of the source stays a line, and the numbers of lists stay in their items.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Document
from openbudget.readers import Reader, describe, limits
from openbudget.readers.decode import decode, normalise_lines
from openbudget.readers.html import read_page
from openbudget.readers.sniff import Sample

if TYPE_CHECKING:
    from markdown_it.token import Token

MEDIA_TYPE = "text/markdown"
_LAID_OUT = ("code", "lheading", "hr")  # blanks before a line and dashes under it set off text in disclosures
_RULE = re.compile(r"^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$", re.M)
_DEEPEST = 60  # levels of lists and quotations; the parser leaves out what is deeper
_BEHIND = re.compile(r"^([ \t]*\|.*\n)(?=[^|\n]+$)", re.M)  # a line without bars under a table is none of its rows
_INDENT = re.compile(r"^[ \t]+(?=<)", re.M)
_TIMES = re.compile(r"(?<=\d)\*(?=\d)")  # `50*100*2` is a product, and not the figure 501002


def read(name: str, data: bytes) -> Document:
    """The document in a Markdown text. UnreadableError where it cannot be decoded or holds no text; LimitError where
    it passes a stated limit."""
    limits.check_text(name, len(data))
    decoded, charset = decode(name, data)
    text = normalise_lines(decoded)
    limits.check_lines(name, text.count("\n"))
    limits.check_cells(name, text.count("|"))
    blocks, diagnostics = read_page(name, _page(name, text))
    if not blocks:
        raise UnreadableError("readers.no_text", name=name)
    return Document(describe(name, data, MEDIA_TYPE, "markdown", charset), blocks, diagnostics)


def _page(name: str, text: str) -> str:
    """The page that a Markdown text stands for."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"breaks": True, "maxNesting": _DEEPEST}).enable("table").disable(list(_LAID_OUT))
    tokens = parser.parse(_TIMES.sub(r"\*", _INDENT.sub("", _BEHIND.sub(r"\1\n", _RULE.sub("", text)))))
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        raise LimitError("readers.too_complex", name=name)
    _number_items(tokens)
    return f"<html><body>{parser.renderer.render(tokens, parser.options, {})}</body></html>"


def _number_items(tokens: list[Token]) -> None:
    """Writes the number of each item of a numbered list before its text."""
    for at, token in enumerate(tokens[:-2]):
        inline = tokens[at + 2]  # behind the item and its paragraph
        if token.type == "list_item_open" and token.info and inline.type == "inline" and inline.children:
            inline.children[0].content = f"{token.info}{token.markup} {inline.children[0].content}"


def _is_markdown(sample: Sample) -> bool:
    return sample.format == "markdown"


READER = Reader("markdown", _is_markdown, read)
