"""The workbook that `openbudget template` makes, filled in: read back cell by cell, nothing guessed.

It is known by its marker, not by its words, so no layout is asked. Whatever is not filled in rightly is named with its
cell, all of it at once, and nothing is packed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openbudget.errors import NotRecognisedError, TemplateError
from openbudget.model.amount import is_not_applicable, parse_figure
from openbudget.model.day import day
from openbudget.model.disclosure import Coverage, Disclosure, Origin
from openbudget.model.document import Cell, Diagnostic, Document, Heading, Paragraph, count_lines
from openbudget.model.facts import Facts
from openbudget.model.place import SheetPlace
from openbudget.recognise.facts import Given
from openbudget.recognise.layout import Layouts
from openbudget.recognise.overridden import Printed, overridden
from openbudget.recognise.regions import find_region
from openbudget.recognise.rows import Read, one_line
from openbudget.recognise.words import plain
from openbudget.standard import field, template

Piece = Cell | Paragraph | Heading
Problem = tuple[str, dict[str, object]]
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_MARKER = re.compile(rf"{template.MARKER} (\S+)")


class Line(NamedTuple):
    """A filled row of a sheet: its number, what each column holds (only what is filled in) and where each column is."""

    sheet: str
    number: int
    reads: Mapping[str, Read]
    letters: Mapping[str, str]

    def get(self, name: str) -> Read:
        return self.reads.get(name, Read(None))

    def text(self, name: str) -> str | None:
        value = self.get(name).value
        return None if value is None else str(value)

    def cell(self, name: str) -> str:
        """How people name the cell: `国有资产占用!E7`."""
        return f"{self.sheet}!{self.letters.get(name, 'A')}{self.number}"


class Filled(NamedTuple):
    """A form as read: the facts, where those stand, the rows of each sheet, and the money unit of all rows."""

    facts: Facts
    origins: Mapping[str, Origin]
    lines: Mapping[str, Sequence[Line]]
    unit: Read
    problems: list[Problem]


def find_template(documents: Sequence[Document]) -> Document | None:
    """The document that is a form, if one is. NotRecognisedError where it is of another version or not alone."""
    for document in documents:
        for piece in document.pieces():
            if not piece.text.startswith(template.MARKER) or not isinstance(piece.place, SheetPlace):
                continue
            match = _MARKER.fullmatch(piece.text)
            if match is None:
                continue
            name = document.source.name
            if match[1] != template.VERSION:
                raise NotRecognisedError(
                    "recognise.template_version", name=name, version=match[1], known=template.VERSION
                )
            if len(documents) > 1:
                raise NotRecognisedError("recognise.template_alone", name=name)
            return document
    return None


def read_template(document: Document, given: Given, layouts: Layouts) -> Disclosure:
    """The disclosure that a form holds.

    NotRecognisedError where a fact is neither filled in nor given; TemplateError, which names each cell, where a row is
    not filled in rightly.
    """
    from openbudget.recognise.template_rows import rows_of

    sheets = _sheets(document)
    file = document.source.name
    answers = _answers(file, sheets.get(template.GUIDE, {}))
    problems = [*_hidden(document), *_strays(sheets)]
    facts, unit = _facts(answers, given, layouts, problems)
    lines = {
        table: _lines(file, table, name, sheets.get(name, {}), problems) for table, name in template.sheets().items()
    }
    origins = {
        name: read.origin for name, read in answers.items() if read.origin and getattr(given, name, None) is None
    }
    filled = Filled(facts, origins, lines, unit, problems)
    rows = rows_of(filled, layouts)
    if problems:
        cells = "、".join(str(args["cell"]) for _, args in problems[:20])
        raise TemplateError("recognise.template_wrong", name=file, count=len(problems), cells=cells, problems=problems)
    count = sum(count_lines(origin.printed) for origin in _told(filled))
    tables = {name: tuple(found) for name, found in rows.tables.items() if found}
    diagnostics = (*document.diagnostics, *_overridden(answers, given), *rows.diagnostics)
    return Disclosure(facts, (document.source,), tables, Coverage(count, count, 0, 0), (), diagnostics)


def _overridden(answers: Mapping[str, Read], given: Given) -> list[Diagnostic]:
    """What options say instead of what the first sheet of the form says."""
    printed = {}
    for fact, answer in answers.items():
        name = template.FACTS[fact]
        printed[fact] = Printed(template.code_of(name, str(answer.value)) if name else answer.value, answer.origin)
    return overridden(printed, given._asdict())


def _told(filled: Filled) -> Sequence[Origin]:
    """Every filled cell once: what is printed in the form itself is no part of the disclosure."""
    reads = [read for lines in filled.lines.values() for line in lines for read in line.reads.values()]
    found = [*filled.origins.values(), *(read.origin for read in reads if read.origin)]
    return list({origin.place: origin for origin in found}.values())


def _sheets(document: Document) -> dict[str, dict[tuple[int, str], Piece]]:
    """Sheet → (row, letters of the column) → what stands there, however the reader grouped it."""
    sheets: dict[str, dict[tuple[int, str], Piece]] = {}
    for piece in document.pieces():
        place = piece.place
        if isinstance(place, SheetPlace) and piece.text.strip():
            match = _REFERENCE.fullmatch(place.cell)
            assert match is not None
            sheets.setdefault(place.sheet, {})[int(match[2]), match[1]] = piece
    return sheets


def _hidden(document: Document) -> Iterator[Problem]:
    """Hidden sheets of the form that hold more than their headings: readers leave hidden sheets out."""
    tables = {name: table for table, name in template.sheets().items()}
    for diagnostic in document.diagnostics:
        name = diagnostic.args.get("sheet", "")
        if diagnostic.key != "readers.hidden_sheet" or name not in tables:
            continue
        if int(diagnostic.args["count"]) > len(template.columns(tables[name])):
            yield "recognise.template_hidden", {"cell": f"{name}!A1", "sheet": name}


def _strays(sheets: Mapping[str, Mapping[tuple[int, str], Piece]]) -> Iterator[Problem]:
    """What stands on sheets that the form does not have, and answers to nothing on its first sheet: a sheet that got
    another name must not be passed over."""
    known = {template.GUIDE, template.CODES, *template.sheets().values()}
    for name, sheet in sheets.items():
        if name not in known:
            row, letters = min(sheet)
            yield "recognise.template_sheet", {"cell": f"{name}!{letters}{row}", "sheet": name}
    guide = sheets.get(template.GUIDE, {})
    labels = {plain(template.label(fact)) for fact in template.FACTS}
    for row, letters in guide:
        left = guide.get((row, "A"))
        if letters != "A" and (letters != "B" or left is None or plain(left.text) not in labels):
            yield "recognise.template_label", {"cell": f"{template.GUIDE}!{letters}{row}"}


def _origin(file: str, piece: Piece) -> Origin:
    return Origin(file, piece.place, piece.text, "cell", getattr(piece, "confidence", 1.0))


def _answers(file: str, guide: Mapping[tuple[int, str], Piece]) -> dict[str, Read]:
    """What the first sheet answers, by name of the fact."""
    labels = {plain(template.label(fact)): fact for fact in template.FACTS}
    found = {}
    for (row, letters), piece in guide.items():
        fact = labels.get(plain(piece.text))
        answer = guide.get((row, "B"))
        if letters == "A" and fact is not None and answer is not None:
            found[fact] = Read(one_line(answer.text), _origin(file, answer))
    return found


def _facts(answers: Mapping[str, Read], given: Given, layouts: Layouts, problems: list[Problem]) -> tuple[Facts, Read]:
    """The facts, by option or by the first sheet, and the money unit."""
    codes: dict[str, str | None] = {}
    for fact, answer in answers.items():
        name = template.FACTS[fact]
        codes[fact] = template.code_of(name, str(answer.value)) if name else str(answer.value)
        if codes[fact] is None:
            problems.append(_wrong("choice", _cell(answer), template.label(fact), str(answer.value)))
    organization = given.organization or codes.get("organization")
    if organization is None:
        raise NotRecognisedError("recognise.no_organization")
    year, printed = given.year, codes.get("year")
    if year is None and printed is not None:
        match = re.fullmatch(r"(19[9]\d|20\d\d|2100)年?度?", plain(printed))
        year = int(match[1]) if match else None
        if year is None:
            problems.append(_wrong("whole", _cell(answers["year"]), template.label("year"), printed))
            year = 2000  # never seen: the problem ends in an error
    if year is None:
        raise NotRecognisedError("recognise.no_year", organization=organization)
    kind = given.kind or codes.get("kind")
    if kind is None and "kind" not in answers:
        raise NotRecognisedError("recognise.no_kind")
    region, region_name = find_region(organization, given.region or codes.get("region"), (), layouts["facts"])
    disclosed = day(given.disclosed_on or codes.get("disclosed_on") or "")
    if disclosed is None and "disclosed_on" in answers:
        answer = answers["disclosed_on"]
        problems.append(_wrong("date", _cell(answer), template.label("disclosed_on"), str(answer.value)))
    facts = Facts(
        organization, year, kind or "budget", region, region_name, given.agency or codes.get("agency"),
        disclosed_on=disclosed, level=codes.get("level"),
    )  # fmt: skip
    unit = Read(given.unit) if given.unit else Read(codes.get("unit"), answers.get("unit", Read(None)).origin)
    return facts, unit


def _cell(read: Read) -> str:
    place = read.origin.place if read.origin else None
    return f"{place.sheet}!{place.cell}" if isinstance(place, SheetPlace) else ""


def _wrong(kind: str, cell: str, heading: str, printed: str = "") -> Problem:
    return f"recognise.template_{kind}", {"cell": cell, "heading": heading, "printed": one_line(printed)}


def _lines(
    file: str, table: str, name: str, sheet: Mapping[tuple[int, str], Piece], problems: list[Problem]
) -> list[Line]:
    """The filled rows of a sheet, each value as its column takes it."""
    if not sheet:
        return []
    columns = {column.heading: column for column in template.columns(table)}
    top, heads = _heads(sheet, columns)
    if not heads:
        first = min(sheet)
        problems.append(("recognise.template_no_heading", {"cell": f"{name}!{first[1]}{first[0]}", "sheet": name}))
        return []
    letters = {column.name: at for at, column in heads.items()}
    for (row, at), piece in sheet.items():
        if row == top and at not in heads and any(other == at and below > top for below, other in sheet):
            problems.append(_wrong("heading", f"{name}!{at}{row}", "", piece.text))
        elif row == top and at in heads and letters[heads[at].name] != at:
            problems.append(_wrong("twice", f"{name}!{letters[heads[at].name]}{row}", "", piece.text))
    numbers = sorted({row for row, at in sheet if row > top})
    lines = []
    for number in numbers:
        reads: dict[str, Read] = {}
        line = Line(name, number, reads, letters)
        for at, column in heads.items():
            if (number, at) in sheet:
                reads[column.name] = _read(file, table, column, sheet[number, at], line, problems)
        stray = next((at for row, at in sheet if row == number and at not in heads and (top, at) not in sheet), None)
        if stray is not None:
            problems.append(_wrong("heading", f"{name}!{stray}{number}", "", sheet[number, stray].text))
        elif reads:
            lines.append(line)
    return lines


def _heads(
    sheet: Mapping[tuple[int, str], Piece], columns: Mapping[str, template.Column]
) -> tuple[int, dict[str, template.Column]]:
    """The row of the headings, the first that has two of them (or all), and the column that each letter is."""
    for row in sorted({row for row, _ in sheet})[:20]:
        found = {}
        for (number, at), piece in sheet.items():
            heading = one_line(piece.text).rstrip("*＊ ").strip()
            if number == row and heading in columns:
                found[at] = columns[heading]
        if len(found) >= min(2, len(columns)):
            return row, found
    return 0, {}


def _read(file: str, table: str, column: template.Column, piece: Piece, line: Line, problems: list[Problem]) -> Read:
    """The value of a cell as its column takes it; what it cannot take is a problem. A dash is no value, but printed."""
    origin, printed = _origin(file, piece), piece.text.strip()

    def wrong(kind: str) -> Read:
        problems.append(_wrong(kind, line.cell(column.name), column.heading, printed))
        return Read(None, origin)

    if is_not_applicable(printed):
        return Read(None, origin)
    text = printed if column.kind == "text" else one_line(printed)
    if column.kind in ("money", "number", "integer"):
        figure = parse_figure(text.rstrip("%％﹪") if column.name == "change_percent" else text)
        if figure is None:
            return wrong("figure")
        if column.kind == "integer" and figure.value != figure.value.to_integral_value():
            return wrong("whole")
        least = field(table, column.name).constraints.get("minimum")
        if least is not None and figure.value < Decimal(str(least)):
            return wrong("pattern")
        value = Decimal(figure.text)
        return Read(int(value) if column.kind == "integer" else value, origin)
    if column.kind == "date":
        found = day(text)
        return wrong("date") if found is None else Read(found, origin)
    if column.kind == "choice":
        assert column.codelist is not None
        code = template.code_of(column.codelist, text)
        return wrong("choice") if code is None else Read(code, origin)
    if column.kind == "code":
        text = plain(text).upper()
        return Read(text, origin) if re.fullmatch(r"[0-9A-Z._-]+", text) else wrong("pattern")
    return Read(text, origin)
