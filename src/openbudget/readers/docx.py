"""Word documents (.docx, .docm, OOXML .wps), read from their XML.

Reads tables in content controls, nested and split tables, text boxes, accepted insertions and list numbers, which
are part of what is printed. Footnotes follow the body. Macros are not run and external references not
fetched: both are reported. Page headers and footers are reported, not mixed with the text.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from openbudget.errors import UnreadableError
from openbudget.model.document import Block, Diagnostic, Document
from openbudget.readers import Reader, describe
from openbudget.readers.docx_body import Body
from openbudget.readers.docx_names import (
    PACKAGE,
    W,
    mentions,
    styles_in,
    transitional,
    value,
    without_looks,
    without_styles,
)  # fmt: skip
from openbudget.readers.docx_styles import Style, cut_styles, hidden_styles, read_numbering, read_styles
from openbudget.readers.docx_text import Words
from openbudget.readers.limits import XML_BYTES, Zip, parse_plain
from openbudget.readers.sniff import Sample
from openbudget.readers.stitch import stitch

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HARMLESS = ("hyperlink",)  # external relations that nothing is loaded from


def _is_docx(sample: Sample) -> bool:
    return sample.format == "docx"


def read(name: str, data: bytes) -> Document:
    """The document in a .docx. UnreadableError where it is damaged, encrypted or holds no text; LimitError where it
    passes a stated limit."""
    package = Zip(name, data)
    blocks, diagnostics = read_package(package)
    return Document(describe(name, data, MEDIA_TYPE, "docx"), blocks, diagnostics)


def read_package(package: Zip) -> tuple[tuple[Block, ...], tuple[Diagnostic, ...]]:
    """The blocks of an open .docx and what is to be said about them."""
    main = _main_part(package)
    relations = _relations(package, main)
    source = transitional(package.read(main, XML_BYTES))
    hidden = _hidden_styles(package, main, relations, source)
    styles: dict[str, Style] = {}
    if not hidden:
        source, styles = _lightened(package, main, relations, source)
    body_element = parse_plain(package.name, main, source).find(W + "body")
    if body_element is None:
        raise UnreadableError("readers.damaged_part", name=package.name, entry=main)
    body = Body(package.name, _words(package, main, relations, body_element, source, styles))
    body.words.hidden_styles = hidden
    found: list[Block] = list(body.blocks(body_element, "/body"))
    blocks, stitched = stitch(found)
    blocks += tuple(_notes(package, main, relations, body))
    if not blocks:
        raise UnreadableError("readers.no_text", name=package.name)
    furniture = _furniture(package, main, relations)
    return blocks, (*stitched, *_diagnostics(package, relations, body), *furniture)


def _lightened(
    package: Zip, main: str, relations: list[tuple[str, str, bool]], source: bytes
) -> tuple[bytes, dict[str, Style]]:
    """The body without looks and without the styles of paragraphs that say nothing, and the styles that it names."""
    light = without_looks(source)
    if light is source:
        return source, {}
    used = styles_in(light)
    styles = _styles(package, main, relations, used)
    return without_styles(light, [name for name in used if styles.get(name, Style()) == Style()]), styles


def _styles(package: Zip, main: str, relations: list[tuple[str, str, bool]], used: set[str]) -> dict[str, Style]:
    """The styles as far as the document uses them: their part is often larger than the text."""
    entries = _targets(package, main, relations, "styles") if used else []
    if not entries:
        return {}
    part = cut_styles(transitional(package.read(entries[0], XML_BYTES)), used)
    return read_styles(parse_plain(package.name, entries[0], part), used)


def _words(
    package: Zip,
    main: str,
    relations: list[tuple[str, str, bool]],
    body: Element,
    source: bytes,
    known: dict[str, Style],
) -> Words:
    """Styles (some may be known) and lists as far as the document uses them."""
    used = {value(style) or "" for style in body.iter(W + "pStyle")} if mentions(source, b"pStyle") else set()
    styles = known | _styles(package, main, relations, used - known.keys())
    numbered = any(style.num_id for style in styles.values()) or mentions(source, b"numPr")
    numbering = read_numbering(_related(package, main, relations, "numbering") if numbered else None)
    return Words(styles, numbering, not mentions(source, b"fldChar") or _balanced(body))


def _hidden_styles(package: Zip, main: str, relations: list[tuple[str, str, bool]], source: bytes) -> frozenset[str]:
    """The styles that the document uses for characters which do not show."""
    if not mentions(source, b"rStyle"):
        return frozenset()
    entries = _targets(package, main, relations, "styles")
    found = hidden_styles(package.read(entries[0], XML_BYTES)) if entries else frozenset()
    return frozenset(name for name in found if name.encode() in source)


def _main_part(package: Zip) -> str:
    if "_rels/.rels" in package:
        for relation in _part(package, "_rels/.rels"):
            target = (relation.get("Target") or "").lstrip("/")
            if (relation.get("Type") or "").endswith("/officeDocument") and target in package:
                return target
    return "word/document.xml"


def _relations(package: Zip, part: str) -> list[tuple[str, str, bool]]:
    """Kind, target and whether it is external, for each relation of a part."""
    folder, base = posixpath.split(part)
    entry = f"{folder}/_rels/{base}.rels"
    if entry not in package:
        return []
    return [
        (
            (relation.get("Type") or "").rpartition("/")[2],
            relation.get("Target") or "",
            relation.get("TargetMode") == "External",
        )
        for relation in _part(package, entry).iter(PACKAGE + "Relationship")
    ]


def _targets(package: Zip, main: str, relations: list[tuple[str, str, bool]], kind: str) -> list[str]:
    folder = posixpath.dirname(main)
    found = []
    for each, target, external in relations:
        if each == kind and not external:
            entry = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            if entry in package:
                found.append(entry)
    return found


def _related(package: Zip, main: str, relations: list[tuple[str, str, bool]], kind: str) -> Element | None:
    targets = _targets(package, main, relations, kind)
    return _part(package, targets[0]) if targets else None


def _part(package: Zip, entry: str) -> Element:
    return parse_plain(package.name, entry, transitional(package.read(entry, XML_BYTES)))


def _balanced(body: Element) -> bool:
    """Whether each field that begins also ends: else their codes cannot be told from text, and no text is left out."""
    kinds = [value(char, "fldCharType") for char in body.iter(W + "fldChar")]
    return kinds.count("begin") == kinds.count("end")


def _notes(package: Zip, main: str, relations: list[tuple[str, str, bool]], body: Body) -> list[Block]:
    blocks: list[Block] = []
    for kind in ("footnote", "endnote"):
        root = _related(package, main, relations, f"{kind}s")
        if root is None:
            continue
        for index, note in enumerate(root.iterfind(W + kind), 1):
            if value(note, "type") in (None, "normal"):
                blocks.extend(body.blocks(note, f"/{kind}s/{kind}[{index}]"))
    return blocks


def _furniture(package: Zip, main: str, relations: list[tuple[str, str, bool]]) -> list[Diagnostic]:
    """What page headers and footers say, once each."""
    texts: dict[str, None] = {}
    for kind in ("header", "footer"):
        for entry in _targets(package, main, relations, kind):
            root = _part(package, entry)
            words = Words({}, read_numbering(None))
            for paragraph in root.iter(W + "p"):
                text, _, _ = words.read(paragraph)
                if any(char.isalpha() for char in text):
                    texts[text] = None
    return [Diagnostic("readers.page_furniture", {"text": text}) for text in texts]


def _diagnostics(package: Zip, relations: list[tuple[str, str, bool]], body: Body) -> list[Diagnostic]:
    words = body.words
    counted = (
        ("readers.tracked_deletions", words.deletions),
        ("readers.hidden_text", words.hidden),
        ("readers.contents_list", words.contents_lines),
        ("readers.embedded_object", words.pictures + len(body.absent)),
    )
    found = [Diagnostic(key, {"count": str(count)}) for key, count in counted if count]
    found += [Diagnostic("readers.span_clamped", {"span": span, "limit": "1000"}) for span in body.clamped[:1]]
    macros = [entry for entry in package.names if entry.endswith("vbaProject.bin")]
    found += [Diagnostic("readers.macros", {"entry": entry}) for entry in macros]
    external = {target for kind, target, outside in relations if outside and kind not in _HARMLESS}
    found += [Diagnostic("readers.external_reference", {"target": target[:200]}) for target in sorted(external)]
    return found


READER = Reader("docx", _is_docx, read)
