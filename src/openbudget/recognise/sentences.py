"""Figures in sentences: `2021年支出预算765.14万元，其中基本支出507.4万元…，较2020年预算增加7.01万元`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openbudget.model.disclosure import Origin
from openbudget.model.facts import Facts
from openbudget.recognise.beside import Heading, unsaid
from openbudget.recognise.functions import headed
from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.outline import codes_of
from openbudget.recognise.rows import Rows
from openbudget.recognise.said import Said
from openbudget.recognise.scan import Scan
from openbudget.recognise.scene import Key
from openbudget.recognise.sections import Section
from openbudget.recognise.tokens import Vocabulary, tokens, vocabulary
from openbudget.recognise.words import fold, plain

_NUMBER = re.compile(r"[\d一二三四五六七八九十().、]*")


def read_sentences(sections: Sequence[Section], facts: Facts, layouts: Layouts, rows: Rows) -> Said:
    """The figures and changes in the prose of the sections. What could not be understood becomes a diagnostic."""
    said = Said()
    data = layouts["sentences"]
    skipped = set(data["skip_sections"])
    words = vocabulary(layouts)
    for section in sections:
        if skipped & set(section.codes):
            continue
        before, pending, above = None, None, headed(section, words)
        listed: Key | None = None  # what the paragraphs behind `收入预算100万元，其中：` are parts of
        heading = _heading(section, words, facts.kind)
        also = _also(section, layouts)
        for text in section.texts:
            codes = codes_of(text, section, layouts) + also
            if skipped & set(codes):
                continue
            fund = next((data["section_funds"][code] for code in codes if code in data["section_funds"]), None)
            scan = Scan(text, words, codes, fund, facts, said, rows, before, heading, above, pending)
            if listed is not None and _is_part(scan, words, codes, facts.kind):
                scan.scene.root = scan.scene.subject = listed
            else:
                listed = None
            scan.run()
            before, above, pending = scan.scene.root, scan.above, unsaid(scan)
            listed = before if scan.folded.text.endswith(words.lists) else listed
    return said


def _also(section: Section, layouts: Layouts) -> tuple[str, ...]:
    """三公, where the heading of the operating costs names it too (`机关运行经费和“三公”经费情况`)."""
    if section.code != "agency_operation" or section.title is None:
        return ()
    words = next(entry["words"] for entry in layouts["headings"] if entry["code"] == "three_public")
    return ("three_public",) if stands(words, plain(section.title)) else ()


def _is_part(scan: Scan, words: Vocabulary, codes: tuple[str, ...], kind: str) -> bool:
    """True where a paragraph begins with a fund named alone, which says nothing by itself."""
    first = next(iter(tokens(scan.folded, words, codes, kind)), None)
    return (
        first is not None
        and first.kind == "item"
        and "context" in (first.item or {})
        and _NUMBER.fullmatch(scan.folded.text[: first.start]) is not None
    )


def _heading(section: Section, words: Vocabulary, kind: str) -> Heading | None:
    """The item that the section's heading is as a whole."""
    if section.place is None or not section.title or section.title not in section.printed:
        return None
    folded = fold(section.title)
    found = tokens(folded, words, section.codes, kind)
    if len(found) != 1 and [token.kind for token in found] not in (["item"], ["item", "open", "close"]):
        return None
    item = found[0]
    if item.kind != "item" or item.item is None or item.item.get("context") or item.item.get("item_code") == "none":
        return None
    if item.start or not words.filler.fullmatch(folded.text[item.end :]):
        return None
    at = section.printed.index(section.title)
    begin, end = folded.span(item.start, item.end)
    place = section.place.within(at + begin, at + end)
    return Heading(item.item, Origin(section.file, place, section.title[begin:end], "heading"))
