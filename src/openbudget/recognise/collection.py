"""A file that holds the disclosures of many departments (a county's collection): the part of the one that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from openbudget.model.document import Diagnostic, Document, Table
from openbudget.recognise.facts import is_of_department, may_be_one, whole_titles
from openbudget.recognise.layout import Layouts
from openbudget.recognise.sections import Text
from openbudget.recognise.words import plain

LONGEST_TITLE = 60
FEWEST_OTHERS = 2  # one other name may be a misprint of a single disclosure


def own_parts(documents: Sequence[Document], organization: str, layouts: Layouts) -> list[Document]:
    """The documents; of one over whose parts stand the titles of several departments, that of this one among them, only
    what stands under its title, which is said. The tables of the others would else be those of its units."""
    return [_own_part(document, plain(organization), layouts) for document in documents]


def _own_part(document: Document, organization: str, layouts: Layouts) -> Document:
    bodies: dict[int, str] = {}
    for at, block in enumerate(document.blocks):
        if isinstance(block, Table) or len(block.text) > LONGEST_TITLE:
            continue
        text = Text(document.source.name, block.text, block.place)
        if not is_of_department(text, layouts):
            continue
        for title in whole_titles((text,), layouts):
            bodies[at] = title.organization
    own = [at for at, body in bodies.items() if may_be_one(body, organization, layouts)]
    others = {body for at, body in bodies.items() if at not in own}
    if not own or len(others) < FEWEST_OTHERS:
        return document
    kept, inside = [], False
    for at, block in enumerate(document.blocks):
        inside = at in own if at in bodies else inside
        if inside:
            kept.append(block)
    place = document.blocks[own[0]].place
    said = {"organization": organization, "count": str(len(others)), "others": "、".join(sorted(others)[:3])}
    diagnostic = Diagnostic("recognise.one_of_collection", said, place, document.source.name)
    return replace(document, blocks=tuple(kept), diagnostics=(*document.diagnostics, diagnostic))
