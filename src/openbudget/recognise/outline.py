"""The outline of a disclosure: which paragraph is a heading, what it heads, what it is about.

Numbering alone misleads (it restarts inside sections, two headings are `六、`); words alone mislead (contents lists
repeat them). Both together decide: a heading is placed after the open heading of its numbering style that it
continues, and what it is about is read from the vocabulary of `layouts/headings.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from openbudget.model.amount import UNIT_WORDS
from openbudget.model.document import Document, Heading, Paragraph, Table
from openbudget.recognise.contents import contents
from openbudget.recognise.layout import Layouts, begins_with, ends_with, stands, without_ends
from openbudget.recognise.lines_words import is_table_title
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.shared_unit import share_units
from openbudget.recognise.words import Numbered, body_start, numbering, plain

LONGEST_HEADING = 60
_CN_STYLES = frozenset({"part", "cn", "cn-bracket", "cn-section"})


class _Open(NamedTuple):
    style: str
    ordinal: int
    section: Section


def outline(documents: Sequence[Document], layouts: Layouts) -> list[Section]:
    """All sections in document order. The first, without title, holds what stands before the first heading of each
    document; contents lists go to sections of code `contents`; tables have the unit that is printed once for all."""
    sections: list[Section] = []
    for number, document in enumerate(documents, 1):
        prefix = "s" if len(documents) == 1 else f"d{number}s"
        sections.extend(_outline_one(document, prefix, layouts))
    share_units(sections, layouts)
    return sections


def _outline_one(document: Document, prefix: str, layouts: Layouts) -> list[Section]:
    file = document.source.name
    top = Section(f"{prefix}0", None, 0, None, None, None, file, None)
    sections = [top]
    open_headings: list[_Open] = []
    counters: dict[str, int] = {}
    listed = contents(document, layouts)
    blocks = document.blocks
    for at, block in enumerate(blocks):
        current = sections[-1]
        if isinstance(block, Table):
            current.blocks.append(Grid(file, block, tuple(_before(current)), tuple(_after(blocks[at + 1 :], file))))
            continue
        if not block.text.strip():
            continue
        found = None if at in listed else _heading(block, blocks[at + 1 : at + 2], current, layouts)
        if at in listed and current.code != "contents":
            current = Section(f"{prefix}c{at}", None, 1, None, None, "contents", file, None)
            sections.append(current)
        elif at not in listed and current.code == "contents" and found is None:
            current = Section(f"{prefix}p{at}", None, 0, None, None, None, file, None)
            sections.append(current)
        if found is None:
            current.blocks.append(Text(file, block.text, block.place))
            continue
        style, ordinal, number, title, code = found
        parent = _place(open_headings, style, ordinal)
        key = parent.id if parent else prefix
        counters[key] = counters.get(key, 0) + 1
        own = f"{parent.id}.{counters[key]}" if parent else f"{prefix}{counters[key]}"
        section = Section(
            own, parent, parent.level + 1 if parent else 1, number, title, code, file, block.place, block.text
        )
        open_headings.append(_Open(style, ordinal, section))
        sections.append(section)
    return [section for section in sections if section.blocks or section.title]


def _place(stack: list[_Open], style: str, ordinal: int) -> Section | None:
    """Closes the open headings that a new one of this style and ordinal ends; returns the one it stands under."""
    same = [at for at in range(len(stack) - 1, -1, -1) if stack[at].style == style]
    chosen = next((at for at in same if stack[at].ordinal + 1 == ordinal), None)
    if chosen is None and style == "bare":
        chosen = same[0] if same else None
    if chosen is None and ordinal != 1:
        chosen = next((at for at in same if stack[at].ordinal < ordinal), None)
    if chosen is None and style.startswith("h") and same:
        chosen = same[0]
    if chosen is not None:
        del stack[chosen:]
    elif style == "part" and (not any(entry.style == "cn" for entry in stack) or stack[0].style == "part"):
        stack.clear()
    elif style in _CN_STYLES:
        while stack and stack[-1].style not in _CN_STYLES and stack[-1].style != "bare":
            stack.pop()
    return stack[-1].section if stack else None


_Found = tuple[str, int, str | None, str, str | None]
_ENDS_SENTENCE = re.compile(r"[。;；！？,，]$")


def _heading(
    block: Heading | Paragraph, following: Sequence[object], current: Section, layouts: Layouts
) -> _Found | None:
    """Style, ordinal, number, title and code where the block is a heading."""
    printed = block.text.strip()
    numbered = numbering(printed)
    title = printed[numbered.rest :].strip() if numbered else printed
    folded = plain(title).rstrip(":")
    if not folded or len(folded) > LONGEST_HEADING or "\n" in printed:
        return None
    code = heading_code(folded, layouts)
    if isinstance(block, Heading):
        style, ordinal = (numbered.style, numbered.ordinal) if numbered else (f"h{block.level}", 1)
        return style, ordinal, numbered.printed if numbered else None, title.rstrip("：:").strip(), code
    if _ENDS_SENTENCE.search(folded) and not (code and folded.endswith("。") and len(folded) <= 24):
        return None
    if numbered:
        in_list = "responsibilities" in current.codes or "glossary" in current.codes
        if code is None and current.code == "organizations" and folded.endswith(tuple(layouts["facts"]["name_ends"])):
            return None  # `2.某某中心`: a unit in a list
        listed = in_list and (code is None or folded.endswith("。")) and not _continues(numbered, current)
        if listed or _is_statement(title):
            return None
        return numbered.style, numbered.ordinal, numbered.printed, title.rstrip("：:").strip(), code
    if following and isinstance(following[0], Table):
        return None  # a caption: it stays with its table
    if code is not None and len(folded) <= 30 and _is_bare(folded, layouts):
        if _is_half(folded, following, current, layouts):
            return None  # of the title of a table, which stays with it
        return "bare", 1, None, title.rstrip("：:").strip(), code
    return None


def _is_half(folded: str, following: Sequence[object], current: Section, layouts: Layouts) -> bool:
    """True where a line and the one before or behind it are one title of a table."""
    last = current.blocks[-1] if current.blocks else None
    above = plain(last.printed) if isinstance(last, Text) else ""
    below = plain(following[0].text) if following and isinstance(following[0], Paragraph) else ""
    return goes_on(above, folded, layouts) or goes_on(folded, below, layouts)


_JOINS = ("、", "和", "及", "与")
_YEAR = re.compile(r"20\d\d年度?")


def goes_on(above: str, line: str, layouts: Layouts) -> bool:
    """True where a folded line is the rest of the title of a table that the line above it begins (`一般公共预算`, below
    it `支出情况表`); not where it is a title by itself (`部门支出总表`)."""
    words = layouts["markers"]
    if len(above) > 40 or len(line) > 25 or not (above.endswith(_JOINS) or ends_with(words["half_titles"], above)):
        return False
    if re.search(r"[。;:!]", above) or not is_table_title(line, layouts):
        return False
    begin = _YEAR.match(line)
    return not begins_with(words["whole_titles"], line[begin.end() :] if begin else line)


def _continues(numbered: Numbered, current: Section) -> bool:
    """True where a number goes on with that of the section's own heading: the list of the section is over."""
    own = numbering(current.printed.strip()) if current.printed else None
    return own is not None and (numbered.style, numbered.ordinal) == (own.style, own.ordinal + 1)


_RUN_IN = re.compile(r"([^。:,;\d]{3,24})[。:]")


def codes_of(text: Text, section: Section, layouts: Layouts) -> tuple[str, ...]:
    """What a paragraph is about, innermost first: a heading may be run in (`（二）政府采购安排情况说明。2024年…`)."""
    printed = text.printed.strip()  # an indented text is not numbered
    start = body_start(printed)
    match = _RUN_IN.match(plain(printed[start:])) if start else None
    code = heading_code(match[1], layouts) if match else None
    return (code, *section.codes) if code else section.codes


def heading_code(folded: str, layouts: Layouts) -> str | None:
    """What a heading is about: the code of the first entry of headings.yaml one of whose words it holds."""
    for entry in layouts["headings"]:
        if stands(entry["words"], folded) and not (entry.get("not") and stands(entry["not"], folded)):
            return str(entry["code"])
    return None


def _is_bare(folded: str, layouts: Layouts) -> bool:
    """True where an unnumbered text is, to its end, a phrase that closes with a word of the vocabulary."""
    words = layouts["markers"]
    if re.search(r"[,;。:]|\d(?!\d*年)", folded) or begins_with(words["no_headings"], folded):
        return False
    ends = {folded, without_ends(words["heading_ends"], folded)}
    return any(ends_with(entry["words"], end) for entry in layouts["headings"] for end in ends)


def _is_statement(title: str) -> bool:
    """True where a short numbered text says something (`1.房屋2400平方米。`, `3、基本支出：指…`), or is a row of a table that
    could not be read (`四、公共安全支出 0.00 12.50`), and is no heading."""
    folded = plain(title)
    if re.search(rf"\d[\d,.]*{UNIT_WORDS}", folded) or re.search(r"(?:\s-?[\d,]+\.\d+|\s?[-—－]{2})$", title):
        return True
    head, colon, tail = folded.partition(":")
    return bool(colon and len(tail) > 4 and len(head) < 20)


def _before(section: Section) -> Iterable[Text]:
    """The texts since the last table of the section (its heading among them), nearest last."""
    texts: list[Text] = []
    for block in reversed(section.blocks):
        if isinstance(block, Grid):
            break
        texts.append(block)
    else:
        if section.title and section.place is not None:
            texts.append(Text(section.file, section.printed, section.place))
    return texts[:6][::-1]


def _after(following: Sequence[object], file: str) -> Iterable[Text]:
    """The one or two paragraphs right after a table (notes and units that stand below it)."""
    for block in following[:2]:
        if not isinstance(block, Paragraph):
            return
        yield Text(file, block.text, block.place)
