"""The whole of recognising: facts, sections, tables, sentences, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.errors import NotRecognisedError
from openbudget.model.disclosure import Disclosure, Origin
from openbudget.model.document import Document, Table
from openbudget.model.facts import Facts
from openbudget.recognise.collection import own_parts
from openbudget.recognise.counts import read_counts
from openbudget.recognise.facts import Found, Given, find_facts
from openbudget.recognise.goal_lines import ToldGoals
from openbudget.recognise.goal_sentences import read_goal_section
from openbudget.recognise.goals import Context
from openbudget.recognise.grid import find_headers, is_titled
from openbudget.recognise.layout import Layouts, matches, shipped, stands
from openbudget.recognise.lines import read_lines
from openbudget.recognise.lines_bodies import read_by_body
from openbudget.recognise.lines_join import join
from openbudget.recognise.lines_statement import is_contents
from openbudget.recognise.lines_turned import turned
from openbudget.recognise.narrative import add_narrative
from openbudget.recognise.outline import outline
from openbudget.recognise.outside import REASON, is_outside
from openbudget.recognise.performance import Forms
from openbudget.recognise.records import read_records
from openbudget.recognise.rows import Fields, Read, Rows, text_origin
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.sentences import read_sentences
from openbudget.recognise.template import find_template, read_template
from openbudget.recognise.unit_lists import read_unit_lists
from openbudget.recognise.wide import read_wide
from openbudget.recognise.words import body_start, fold, numbering, plain

TABLE_ORDER = (
    "organizations",
    "responsibilities",
    "budget_lines",
    "comparisons",
    "performance_goals",
    "performance_indicators",
    "procurement",
    "assets",
    "staff",
    "sections",
    "glossary",
)
_FRAME = frozenset({"organizations", "responsibilities", "sections", "glossary"})  # what an empty form has too


def recognise(documents: Sequence[Document], given: Given | None = None, layouts: Layouts | None = None) -> Disclosure:
    """The disclosure that one or more documents are together.

    NotRecognisedError where the source is no budget disclosure, holds those of two departments, or where a mandatory
    fact (organisation, year, kind, region, a money unit) is neither printed nor given. A form of ours (see
    `openbudget.recognise.template`) is read as such.
    """
    given = given or Given()
    layouts = layouts or shipped()
    if (form := find_template(documents)) is not None:
        return read_template(form, given, layouts)
    if given.organization is not None:
        documents = own_parts(documents, given.organization, layouts)
    found = find_facts(documents, given, layouts)
    facts = found.facts
    organization = plain(facts.agency_name)
    rows = Rows()
    for document in documents:
        rows.diagnostics.extend(document.diagnostics)
    rows.diagnostics.extend(found.overridden)
    sections = outline(documents, layouts)
    _department(found, organization, rows)
    _responsibilities(sections, organization, rows)
    _read_tables(sections, Context(facts, organization, given, layouts, rows))
    add_narrative(read_sentences(sections, facts, layouts, rows), facts, organization, rows)
    read_unit_lists(sections, organization, layouts, rows)
    read_counts(sections, organization, layouts, rows)
    _sections(sections, layouts, rows)
    _glossary(sections, layouts, rows)
    coverage = rows.coverage(documents)
    for document in documents:
        _refuse_cut(document, rows)
    tables = {name: tuple(rows.tables[name]) for name in TABLE_ORDER if rows.tables.get(name)}
    sources = tuple(document.source for document in documents)
    return Disclosure(facts, sources, tables, coverage, tuple(rows.unrecognised), tuple(rows.diagnostics))


def refuse_empty(disclosure: Disclosure) -> None:
    """Raise NotRecognisedError where nothing that a disclosure is for was read: an empty form, a check-list, a notice."""
    if not any(rows for name, rows in disclosure.tables.items() if name not in _FRAME):
        names = "、".join(source.name for source in disclosure.sources)
        raise NotRecognisedError("recognise.nothing", name=names, organization=disclosure.facts.agency_name)


def _refuse_cut(document: Document, rows: Rows) -> None:
    """Raises where a plain text ends inside a row of a table: it was cut, and what is missing cannot be known."""
    last = document.blocks[-1] if document.blocks else None
    if document.source.format != "text" or not isinstance(last, Table):
        return
    cells = [cell for cell in last.cells if cell.row == last.n_rows - 1]
    unknown = {item.place for item in rows.unrecognised}
    if sum(cell.colspan for cell in cells) < last.n_cols and any(cell.place in unknown for cell in cells):
        raise NotRecognisedError("recognise.cut", name=document.source.name, line=getattr(last.place, "last", ""))


def _department(found: Found, organization: str, rows: Rows) -> None:
    """The disclosing department is the first organisation."""
    facts: Facts = found.facts
    fields: Fields = {
        "name": Read(facts.agency_name, found.origins.get("organization")),
        "agency_code": Read(facts.agency_code, found.origins.get("agency")),
        "region_code": Read(facts.region_code),
    }
    rows.add("organizations", organization, fields)


def _read_tables(sections: Sequence[Section], context: Context) -> None:
    """Every grid goes to the first kind of table that it is."""
    forms = Forms(context)
    kinds = ("organizations", "procurement", "assets", "staff")
    entries = [entry for entry in context.layouts["tables"] if entry["table"] in kinds]
    joined = join(sections, context.facts.fiscal_year, context.layouts)
    told = ToldGoals(sections, context)
    for section in sections:
        told.write(section, context)
        if not told.tells(section):
            read_goal_section(section, context)
        for block in section.blocks:
            if not isinstance(block, Grid) or id(block) in joined.taken:
                continue
            if forms.read(block, section):
                continue
            whole = joined.grids.get(id(block), block)
            if read_by_body(whole, section, context) or read_lines(whole, section, context):
                joined.settle(block, context.rows)
                continue
            back = turned(block, context.facts.fiscal_year, context.layouts)
            if back is not None and read_lines(back.grid, section, context):
                back.settle(block, context.rows)
                continue
            if is_contents(block, context.layouts):
                context.rows.use(block.table.cells)
                continue
            if is_outside(block, context.layouts):
                context.rows.refuse(block.file, block.table.cells, REASON)
                continue
            headers = [header for header in find_headers(block.table, entries) if is_titled(block, header)]
            if headers:
                best = max(headers, key=lambda header: len(header.columns))
                read_records(block, best, context)
            else:
                read_wide(block, context)


def _responsibilities(sections: Sequence[Section], organization: str, rows: Rows) -> None:
    for section in sections:
        if section.code != "responsibilities":
            continue
        for text in section.texts:
            lead, start = len(text.printed) - len(text.printed.lstrip()), body_start(text.printed)
            numbered = numbering(text.printed.strip())
            body = text.printed[start:].strip()
            if not body or (numbered is None and len(section.texts) > 1 and plain(body).endswith(":")):
                continue
            at = start + text.printed[start:].index(body)
            number = numbered.printed if numbered else None
            fields: Fields = {
                "organization_id": Read(organization),
                "number": Read(number, text_origin(text, lead, lead + len(number)) if number else None),
                "text": Read(body, text_origin(text, at, at + len(body))),
            }
            key = str(numbered.ordinal) if numbered else str(len(rows.tables.get("responsibilities", [])) + 1)
            rows.add("responsibilities", key, fields)


def _sections(sections: Sequence[Section], layouts: Layouts, rows: Rows) -> None:
    """The skeleton of the document: headings, paragraphs, places of tables."""
    for section in sections:
        heading = section.title is not None
        if heading:
            parent = section.parent.id if section.parent else None
            fields: Fields = {
                "parent_id": Read(parent),
                "kind": Read("heading"),
                "code": Read(section.code),
                "number": Read(section.number, _part(section, section.number)),
                "title": Read(section.title, _part(section, section.title)),
                "level": Read(section.level),
            }
            rows.add("sections", section.id, fields)
        paragraphs = tables = 0
        for block in section.blocks:
            own = section.id if heading else None
            if isinstance(block, Text):
                paragraphs += 1
                fields = {
                    "parent_id": Read(own),
                    "kind": Read("paragraph"),
                    "code": Read(None if heading else section.code),
                    "text": Read(block.printed.strip(), text_origin(block)),
                    "level": Read(section.level + 1 if heading else 0),
                }
                rows.add("sections", f"{section.id}/p{paragraphs}", fields)
            else:
                tables += 1
                caption = rows.captions.get(id(block.table)) or _caption(block, layouts)
                fields = {
                    "parent_id": Read(own),
                    "kind": Read("table"),
                    "title": _title(caption, block),
                    "level": Read(section.level + 1 if heading else 0),
                }
                rows.add("sections", f"{section.id}/t{tables}", fields)


def _title(caption: Text | None, grid: Grid) -> Read:
    """A caption as the title of a table; the name of a sheet stands nowhere in it."""
    if caption is None:
        return Read(None)
    named = caption.place == grid.table.place
    return Read(caption.printed.strip(), None if named else text_origin(caption, method="heading"))


def _caption(grid: Grid, layouts: Layouts) -> Text | None:
    """The text that names a table: the nearest before it that is more than its unit, date or issuer."""
    for text in reversed(grid.before):
        if not stands(layouts["statements"]["asides"], plain(text.printed)):
            return text
    return None


def _part(section: Section, part: str | None) -> Origin | None:
    if section.place is None or not part or part not in section.printed:
        return None
    at = section.printed.index(part)
    return Origin(section.file, section.place.within(at, at + len(part)), part, "heading")


def _glossary(sections: Sequence[Section], layouts: Layouts, rows: Rows) -> None:
    """Terms and their definitions: `1、基本支出：指…`."""
    for section in sections:
        if "glossary" not in section.codes:
            continue
        for text in section.texts:
            found = _definition(text, layouts)
            if found is None:
                continue
            term, definition = found
            rows.add("glossary", plain(str(term.value)), {"term": term, "definition": definition})


def _definition(text: Text, layouts: Layouts) -> tuple[Read, Read] | None:
    start = body_start(text.printed)
    folded = fold(text.printed[start:])
    for mark in layouts["markers"]["definition_marks"]:
        at = folded.text.find(plain(mark))
        if not 1 < at <= 40 or matches(layouts["markers"]["no_terms"], folded.text[:at]):
            continue
        length = len(plain(mark)) if plain(mark).endswith(":") else 0
        if at + length >= len(folded.text):
            continue
        begin, end = folded.span(0, at)
        term = text.printed[start + begin : start + end].strip().strip('“”"‘’【】[]')
        first = start + text.printed[start:].index(term)
        if first and text.printed[first - 1] == "“" and "”" in term:  # `“三公”经费`: its own quotes
            first, term = first - 1, "“" + term
        rest = folded.span(at + length, len(folded.text))
        definition = text.printed[start + rest[0] : start + rest[1]].strip()
        second = start + rest[0] + text.printed[start + rest[0] :].index(definition)
        return (
            Read(term, text_origin(text, first, first + len(term))),
            Read(definition, text_origin(text, second, second + len(definition))),
        )
    return None
