"""What became of each piece of a document, and by which layout: for people who write layouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openbudget.model.amount import parse_figure
from openbudget.model.disclosure import Disclosure
from openbudget.model.document import Cell, Document
from openbudget.model.place import Locator, TextPlace, split_chars
from openbudget.recognise.grid import Header, find_headers, is_titled, missing_columns
from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.lines_statement import Statement, find_statement
from openbudget.recognise.lines_words import heading, statement_of
from openbudget.recognise.outline import outline
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.template import find_template
from openbudget.recognise.words import plain, unnumbered

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Nearly:
    """A layout entry that did not fit a table: its id, and what the table lacks for it: headings of columns as they are
    printed, and what else, as keys of messages."""

    entry: str
    missing: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one heading or table.

    `kind` is `heading` or `table`. `code` is what a heading is about (None: no word of it is known). `read` has the
    number of values that were read from it (a heading: from the sentences under it), by table of the standard. For a
    table `entry` is the layout whose header it has, `columns` the fields by their printed headings, `unknown` the
    headings that no field has, `nearly` the layouts that come closest where none fits. Where a table of figures is no
    statement, `captions` are the texts that may be its caption and name none, and `strange` the headings that mean
    nothing yet: what to add to the layouts.
    """

    kind: str
    file: str
    place: Locator | None
    text: str
    code: str | None = None
    read: Mapping[str, int] = field(default_factory=dict)
    entry: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    nearly: tuple[Nearly, ...] = ()
    captions: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


def explain(documents: Sequence[Document], disclosure: Disclosure, layouts: Layouts) -> tuple[Seen, ...]:
    """Every heading and table of the documents in order, with what `disclosure` has of it; nothing of a form of ours,
    which no layout is asked about."""
    if find_template(documents) is not None:
        return ()
    found = _values(disclosure)
    seen: list[Seen] = []
    for section in outline(documents, layouts):
        if section.title is not None:
            texts = [text.place for text in section.blocks if isinstance(text, Text)]
            seen.append(_heading(section, _sum(found, section.file, texts)))
        for block in section.blocks:
            if isinstance(block, Grid):
                places = [cell.place for cell in block.table.cells]
                seen.append(_table(block, _sum(found, block.file, places), layouts, disclosure.facts.fiscal_year))
    return tuple(seen)


def _heading(section: Section, read: Mapping[str, int]) -> Seen:
    return Seen("heading", section.file, section.place, section.printed.strip(), section.code, read)


def _table(grid: Grid, read: Mapping[str, int], layouts: Layouts, year: int) -> Seen:
    statement, tried = find_statement(grid, year, layouts)
    if statement is not None:
        return _statement(grid, statement, read)
    entries = layouts["tables"]
    headers = [header for header in find_headers(grid.table, entries) if is_titled(grid, header)]
    fitting = [header for header in headers if header.entry["table"] in read] or headers
    text = " | ".join(" ".join(cell.text.split()) for cell in grid.table.cells[:6])
    best = max(fitting, key=lambda header: len(header.columns), default=None)
    if best is None:
        captions, strange = ((), ()) if read else _lacks(grid, year, layouts)
        statements = (
            () if captions else tuple(Nearly(f"statements/{one.entry}", lacks=tuple(one.lacks)) for one in tried)
        )
        nearly = () if read else (*statements, *_nearest(grid, layouts))
        return Seen("table", grid.file, grid.table.place, text, None, read, None, {}, (), nearly, captions, strange)
    return Seen("table", grid.file, grid.table.place, text, None, read, best.entry["id"], _columns(best), best.unknown)


def _lacks(grid: Grid, year: int, layouts: Layouts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts that may be the caption of a table of figures, where none of them names a statement; and its headings
    that no word list of the statements has."""
    table = grid.table
    first = next((cell.row for cell in table.cells if _is_amount(cell.text)), None)
    if first is None:
        return (), ()
    head = [cell for cell in table.cells if cell.row < first and cell.text.strip()]
    titles = [cell for cell in head if cell.colspan == table.n_cols > 1]
    texts = [*(text.printed for text in reversed(grid.before)), *(cell.text for cell in titles), table.name or ""]
    likely = [
        text.strip() for text in texts if text.strip() and not stands(layouts["statements"]["asides"], plain(text))
    ]
    named = any(statement_of(plain(unnumbered(text)), layouts) for text in likely)
    strange = [" ".join(cell.text.split()) for cell in head if cell not in titles and _is_strange(cell, year, layouts)]
    return () if named else tuple(likely[:2]), tuple(dict.fromkeys(strange))


def _is_amount(text: str) -> bool:
    figure = parse_figure(text)
    return figure is not None and (figure.decimals > 0 or "," in text or figure.value > 2100)


def _is_strange(cell: Cell, year: int, layouts: Layouts) -> bool:
    text = plain(cell.text)
    return (
        parse_figure(text) is None
        and not stands(layouts["statements"]["asides"], text)
        and heading(text, year, layouts) is None
    )


def _statement(grid: Grid, statement: Statement, read: Mapping[str, int]) -> Seen:
    """A statement: what its columns of money were taken for."""
    first = " | ".join(cell.text for cell in grid.table.cells[:6])
    text = statement.caption.printed.strip() if statement.caption else first
    columns, unknown = {}, []
    for column in statement.head.columns:
        economic = column.economic and column.economic[0]
        said = (column.other, column.stage, column.fund, column.type, column.item, economic)
        if column.known:
            columns[column.path] = " ".join(str(part) for part in said if part) or "amount"
        else:
            unknown.append(column.path)
    entry = f"statements/{statement.code}"
    lost = tuple(unknown)
    return Seen("table", grid.file, grid.table.place, text, None, read, entry, columns, lost, strange=lost)


def _columns(header: Header) -> dict[str, str]:
    return {"/".join(column.path): column.name for column in header.columns.values()}


def _nearest(grid: Grid, layouts: Layouts) -> tuple[Nearly, ...]:
    tried = [Nearly(entry["id"], tuple(missing_columns(grid.table, entry))) for entry in layouts["tables"]]
    required = {
        entry["id"]: sum(bool(c.get("required")) for c in entry["columns"].values()) for entry in layouts["tables"]
    }
    some = [one for one in tried if len(one.missing) < required[one.entry]]
    return tuple(sorted(some, key=lambda one: len(one.missing))[:_NEAREST])


def _key(place: Locator) -> str:
    """The piece in which a place lies: its line in a text, else the whole element, cell or box."""
    return f"line {place.first}" if isinstance(place, TextPlace) else split_chars(place.fragment)[0]


def _values(disclosure: Disclosure) -> dict[tuple[str, str], Counter[str]]:
    """(file, piece) → how many values were read from it, by table; what only repeats the text is left out."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for table, rows in disclosure.tables.items():
        if table in ("sections", "diagnostics"):
            continue
        for row in rows:
            for origin in row.origins.values():
                found.setdefault((origin.file, _key(origin.place)), Counter())[table] += 1
    return found


def _sum(found: Mapping[tuple[str, str], Counter[str]], file: str, places: Sequence[Locator]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for key in {_key(place) for place in places}:
        total += found.get((file, key), Counter())
    return dict(total.most_common())
