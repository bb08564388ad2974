"""A sheet wider than its page, printed on pages side by side, is one table again; what goes on below is not beside."""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.model.document import Document, Paragraph, Table
from openbudget.readers.pdf import read_pdf
from tests.readers.pdf.sketch import grid, pdf, text

LEFT = [("Code", "Name", "Total"), ("201", "Desk", "2.50"), ("202", "Chair", "1.00"), ("203", "Lamp", "3.00")]
RIGHT = [("Basic", "Project"), ("2.00", "0.50"), ("", "1.00"), ("3.00", "")]
MORE = [("204", "Sofa", "4.00"), ("205", "Door", "5.00"), ("206", "Wall", "6.00"), ("207", "Roof", "7.00")]


def page(rows: Sequence[Sequence[str]], beyond: str = "") -> str:
    """A page with these rows from its head down; `beyond` stands left of its edge."""
    xs = [20.0 + 60 * col for col in range(len(rows[0]) + 1)]
    cells = (text(words, xs[col] + 2, 145 - 24 * at) for at, row in enumerate(rows) for col, words in enumerate(row))
    edges = grid(xs, [160.0 - 24 * at for at in range(len(rows), -1, -1)])
    return "".join(cells) + edges + (text(beyond, -150, 185) if beyond else "")


def tables(document: Document) -> list[list[list[str]]]:
    found = [block for block in document.blocks if isinstance(block, Table)]
    return [[["" if cell is None else cell.text for cell in row] for row in table.rows()] for table in found]


def test_pages_side_by_side_are_one_table_with_the_places_of_both() -> None:
    second = page(RIGHT, beyond="Report") + text("Unit: yuan", 60, 185)
    document = read_pdf("a.pdf", pdf([text("Report", 20, 185) + page(LEFT), second]))
    assert tables(document) == [[[*left, *right] for left, right in zip(LEFT, RIGHT, strict=True)]]
    lines = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert lines == ["Report", "Unit: yuan"]  # over the table; what no page shows is not read
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert [(part.place.fragment[:6], part.first_row, part.last_row) for part in table.parts] == [
        ("page=1", 0, 4),
        ("page=2", 0, 4),
    ]
    printed = next(cell for cell in table.cells if cell.text == "0.50")
    assert document.text_at(printed.place.fragment) == "0.50"
    assert "page=2" in printed.place.fragment


def test_pages_printed_down_and_then_to_the_right() -> None:
    figures = [("4.00", ""), ("5.00", ""), ("", "6.00"), ("7.00", "")]
    heads = [("Basic", "Project"), *figures[1:]]
    document = read_pdf("a.pdf", pdf([page(LEFT), page([LEFT[0], *MORE[1:]]), page(RIGHT), page(heads)]))
    (rows,) = tables(document)
    assert rows[0] == ["Code", "Name", "Total", "Basic", "Project"]
    assert rows[1] == ["201", "Desk", "2.50", "2.00", "0.50"]
    assert rows[-1] == ["207", "Roof", "7.00", "7.00", ""]


def test_a_page_with_labels_of_its_own_goes_on_below() -> None:
    (rows,) = tables(read_pdf("a.pdf", pdf([page(LEFT), page(MORE)])))
    assert [row[0] for row in rows] == ["Code", "201", "202", "203", "204", "205", "206", "207"]
