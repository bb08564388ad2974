"""Units of a department listed in prose: `纳入部门预算编制范围的单位包括：1.某某局本级 2.某某中心`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from openbudget.recognise.bodies import without_office
from openbudget.recognise.facts import clean_name
from openbudget.recognise.layout import Layouts
from openbudget.recognise.rows import Fields, Read, Rows, text_origin
from openbudget.recognise.sections import Section, Text
from openbudget.recognise.words import body_start, fold, plain

_NUMBER = re.compile(r"\(?\d{1,2}[.)]")
_NAME = re.compile(r"[^、,;。:]+")
LONGEST_NAME = 50


def read_unit_lists(sections: Sequence[Section], organization: str, layouts: Layouts, rows: Rows) -> None:
    """Adds an organisation for every name that a sentence on the units of the department lists, in the sentence or in
    the lines below it. The list ends with the first text that is no name of a body."""
    intros = [re.compile(pattern) for pattern in layouts["facts"]["unit_lists"]]
    listing = False
    for text in _texts(sections):
        folded = fold(text.printed)
        match = next((found for found in (intro.search(folded.text) for intro in intros) if found), None)
        if match is not None:
            names = [_unnumbered(folded.text, *m.span()) for m in _NAME.finditer(folded.text, match.end())]
            listing = not names or names[0][0] > match.end()  # `具体包括：1.某局本部`: the others stand below
            if names and all(_is_name(folded.text[start:end], layouts) for start, end in names):
                for start, end in names:
                    _add(text, *folded.span(start, end), organization, rows)
        elif listing:
            start = body_start(text.printed)
            end = len(text.printed.rstrip(" 　\t。；;，,\n"))
            listing = start < end and _is_name(plain(text.printed[start:end]), layouts)
            if listing:
                _add(text, start, end, organization, rows)


def _unnumbered(folded: str, start: int, end: int) -> tuple[int, int]:
    """The range of a name without the number before it."""
    number = _NUMBER.match(folded, start, end)
    return (number.end() if number else start), end


def _texts(sections: Sequence[Section]) -> Iterator[Text]:
    """All texts in order, headings among them: a numbered name looks like one."""
    for section in sections:
        if "contents" in section.codes:
            continue
        if section.title is not None and section.place is not None:
            yield Text(section.file, section.printed, section.place)
        yield from section.texts


def _is_name(folded: str, layouts: Layouts) -> bool:
    bare = without_office(folded, layouts)
    return len(folded) <= LONGEST_NAME and len(bare) > 3 and clean_name(bare, layouts) == bare


def _add(text: Text, start: int, end: int, organization: str, rows: Rows) -> None:
    name = text.printed[start:end].strip()
    start = text.printed.index(name, start)
    fields: Fields = {
        "name": Read(name, text_origin(text, start, start + len(name))),
        "parent_id": Read(organization),
    }
    if plain(name) != organization and not rows.complete("organizations", plain(name), fields):
        rows.add("organizations", plain(name), fields)
