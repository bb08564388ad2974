"""Web pages (.html, and the many .xls and .doc files that are pages) and web archives (.mht).

Pages labelled gb2312 or gbk are decoded as GB18030: bytes outside GB2312 would otherwise end the parse in silence.
Scripts, styles and hidden elements are left out; a table that holds others is layout, not data.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Block, Diagnostic, Document, Table
from openbudget.readers import Reader, describe, limits
from openbudget.readers.decode import decode
from openbudget.readers.html_looks import show
from openbudget.readers.html_tree import Page
from openbudget.readers.sniff import Sample

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPES = ("text/html", "application/xhtml+xml")
ARCHIVE_TYPE = "multipart/related"

_META = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_XML_LABEL = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.:-]+)", re.I)
_IGNORED = re.compile(r"<!--|<(?:script|style)\b", re.I)
_ENDS = {
    "<!--": re.compile("-->"),
    "<script": re.compile(r"</script\s*>", re.I),
    "<style": re.compile(r"</style\s*>", re.I),
}
_ATTRIBUTES = 2000  # of a tag: the parser compares each with each
_LONG_TAG = re.compile(
    rf"""<[a-z](?:[^\s>"'/]*+(?:"[^"]*"|'[^']*'|[\s/]++)){{{2 * _ATTRIBUTES}}}+""", re.I
)  # a blank and a quoted value for each
_TABLE_TAG = re.compile(r"<(/?)table\b", re.I)
_SCRIPT = re.compile(r"<script\b", re.I)
_FEW = 20  # characters: a page of scripts with less text shows nothing before they run
_PROLOG = re.compile(r"^\s*<\?xml[^>]*\?>")


def read(name: str, data: bytes) -> Document:
    """The document in a web page. UnreadableError where it cannot be decoded or holds no text; LimitError where it
    passes a stated limit."""
    limits.check_text(name, len(data))
    text, charset = decode(name, data, _label(data))
    blocks, diagnostics = read_page(name, text)
    if sum(len(block.text) if not isinstance(block, Table) else _FEW for block in blocks) < _FEW and _SCRIPT.search(
        text
    ):
        raise UnreadableError("readers.page_of_script", name=name)
    if not blocks:
        raise UnreadableError("readers.no_text", name=name)
    return Document(describe(name, data, MEDIA_TYPES[0], "html", charset), blocks, diagnostics)


def read_archive(name: str, data: bytes) -> Document:
    """The document in a web archive: all its HTML parts, in order. Errors as `read`."""
    import email
    import email.policy

    limits.check_text(name, len(data))
    limits.check_parts(name, data.lower().count(b"\ncontent-type:"))
    message = email.message_from_bytes(data, policy=email.policy.default)
    pages = [part for part in message.walk() if part.get_content_type() in MEDIA_TYPES]
    blocks: list[Block] = []
    diagnostics: list[Diagnostic] = []
    charset = None
    for index, part in enumerate(pages, 1):
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            continue
        label = part.get_content_charset() or _label(payload)
        text, charset = decode(name, payload, label)
        found, said = read_page(name, text, f"/part[{index}]" if len(pages) > 1 else "")
        blocks += found
        diagnostics += said
    if not blocks:
        raise UnreadableError("readers.no_main_part", name=name)
    return Document(describe(name, data, ARCHIVE_TYPE, "mht", charset), tuple(blocks), tuple(diagnostics))


def _label(data: bytes) -> str | None:
    head = data[:4096]
    match = _META.search(head) or _XML_LABEL.search(head)
    return match[1].decode("ascii", "replace") if match else None


def read_page(name: str, text: str, prefix: str = "") -> tuple[tuple[Block, ...], tuple[Diagnostic, ...]]:
    """The blocks of a page and what is to be said about it; `prefix` stands before the paths of the places."""
    limits.check_tags(name, text.count("<"))
    _check_markup(name, _tags_only(text))
    root = _parse(name, _PROLOG.sub("", text))
    if root is None:
        return (), ()
    page = Page(name, hidden=show(root, text))
    blocks = page.blocks(root, f"{prefix}/{root.tag}")
    return blocks, page.diagnostics()


def _check_markup(name: str, tags: str) -> None:
    """libxml2 stops at 256 levels and says so only in its log; tables open deeper than any real one are refused, and tags
    of more attributes."""
    if _LONG_TAG.search(tags):
        raise LimitError("readers.too_many_attributes", name=name, limit=_ATTRIBUTES)
    depth = deepest = 0
    for match in _TABLE_TAG.finditer(tags):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    limits.check_depth(name, deepest)


def _tags_only(text: str) -> str:
    """A page without comments, scripts and style sheets; what none ends stays. One pass, whatever the page says."""
    kept: list[str] = []
    at = 0
    while (begin := _IGNORED.search(text, at)) is not None:
        end = _ENDS[begin[0].lower()].search(text, begin.end())
        if end is None:
            break
        kept.append(text[at : begin.start()])
        at = end.end()
    return "".join([*kept, text[at:]])


def _parse(name: str, text: str) -> _Element | None:
    from lxml import etree

    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("readers.damaged_part", name=name, entry="html") from error
    for entry in parser.error_log:
        message = entry.message.lower()
        if "excessive depth" in message or "huge" in message:
            raise LimitError("readers.xml_limit", name=name, entry=f"line {entry.line}")
    return root


def _is_html(sample: Sample) -> bool:
    return sample.format == "html"


def _is_mht(sample: Sample) -> bool:
    return sample.format == "mht"


READERS = (Reader("html", _is_html, read), Reader("mht", _is_mht, read_archive))
