"""Documents for tests, written as text: one line a row, cells between `|`; `<` goes on from the left, `^` from above."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from openbudget.model.disclosure import Disclosure, Row
from openbudget.model.document import Block, Cell, Document, Paragraph, Source, Table
from openbudget.model.place import NodePlace
from openbudget.recognise import Given, recognise

GIVEN = Given(organization="平山县下口镇财政所", region="130131", year=2024, kind="budget")
FINAL = Given(organization="平山县下口镇财政所", region="130131", year=2024, kind="final-accounts")


def table(text: str, number: int = 1, name: str | None = None) -> Table:
    """A table with merged cells."""
    grid = [[part.strip() for part in line.split("|")] for line in text.strip("\n").split("\n")]
    width = max(map(len, grid))
    assert all(len(line) == width for line in grid), [len(line) for line in grid]
    cells = []
    for row, line in enumerate(grid):
        for col, printed in enumerate(line):
            if printed in ("<", "^"):
                continue
            colspan = 1
            while col + colspan < width and line[col + colspan] == "<":
                colspan += 1
            rowspan = 1
            while row + rowspan < len(grid) and grid[row + rowspan][col] == "^":
                rowspan += 1
            place = NodePlace(f"/body/tbl[{number}]/tr[{row + 1}]/tc[{col + 1}]")
            cells.append(Cell(row, col, printed.replace("\\n", "\n"), place, rowspan, colspan))
    return Table(len(grid), width, tuple(cells), NodePlace(f"/body/tbl[{number}]"), name=name)


def document(*parts: str | Table) -> Document:
    """Paragraphs (one a line) and tables (texts that hold `|`)."""
    blocks: list[Block] = []
    tables = 0
    for part in parts:
        if isinstance(part, Table):
            blocks.append(part)
        elif "|" in part:
            tables += 1
            blocks.append(table(part, tables))
        else:
            for line in part.strip().split("\n"):
                blocks.append(Paragraph(line.strip(), NodePlace(f"/body/p[{len(blocks) + 1}]")))
    source = Source("made.docx", "0" * 64, 1, "application/x-made", "docx")
    return Document(source, tuple(blocks))


INTRO = "平山县下口镇财政所2024年部门预算公开，包括收入、支出、三公经费、机关运行经费、政府采购、财政拨款、基本支出、项目支出。"


def read(*parts: str | Table, given: Given = GIVEN) -> Disclosure:
    """The disclosure of a made document; every origin is held against its place."""
    made = document(INTRO, *parts)
    disclosure = recognise([made], given)
    for rows in disclosure.tables.values():
        for row in rows:
            for origin in row.origins.values():
                assert made.text_at(origin.place.fragment) == origin.printed
    return disclosure


def lines(disclosure: Disclosure, statement: str | None = None) -> list[Row]:
    rows = disclosure.tables.get("budget_lines", ())
    return [row for row in rows if row.get("statement") != "narrative" and statement in (None, row.get("statement"))]


def by_id(disclosure: Disclosure) -> dict[str, Row]:
    return {row.id: row for row in lines(disclosure)}


def amounts(disclosure: Disclosure, statement: str | None = None) -> dict[str, str]:
    """Id → printed figure."""
    return {row.id: str(row.get("amount_reported")) for row in lines(disclosure, statement)}


def leaves(disclosure: Disclosure) -> dict[tuple[object, ...], Decimal]:
    """The sum of the leaves by statement, flow and stage, in 万元."""
    sums: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in lines(disclosure):
        amount = row.get("amount")
        if not row.get("is_total") and isinstance(amount, Decimal):
            sums[row.get("statement"), row.get("flow"), row.get("stage")] += amount / 10000
    return dict(sums)


def left_over(disclosure: Disclosure) -> list[tuple[str, str]]:
    return [(piece.text, piece.reason.rpartition(".")[2]) for piece in disclosure.unrecognised]
