"""Rows that a page break cuts, on pages drawn by hand: each figure stands where the print has it, on any machine."""

from __future__ import annotations

from openbudget.model.document import Document, Table
from openbudget.readers.pdf import read_pdf
from tests.readers.pdf.sketch import grid, line, pdf, text

XS = (20.0, 60.0, 90.0, 150.0)  # the columns are 40, 30 and 60 wide; a character is about 5 wide
Row = tuple[str, str, str]


def page(*rows: Row, at_foot: bool = True) -> str:
    """A page of 200 with these rows at its foot (or its head), in the columns XS."""
    top = 20 + 16 * len(rows) if at_foot else 180
    content = "".join(
        text(words, x + 2, top - 11 - 16 * index)
        for index, row in enumerate(rows)
        for x, words in zip(XS, row, strict=False)
    )
    return content + grid(XS, [top - 16 * index for index in range(len(rows), -1, -1)])


def rows_of(document: Document) -> list[list[str]]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return [["" if cell is None else cell.text.replace("\n", " ") for cell in row] for row in table.rows()]


def keys(document: Document) -> list[str]:
    return [each.key for each in document.diagnostics if each.key.startswith("readers.row")]


HEAD: Row = ("Item", "Price", "Sum")
ONE: Row = ("Desk", "0.50", "2.50")
TWO: Row = ("Chair", "0.25", "1.00")


def test_a_figure_that_was_broken_is_one() -> None:
    first = page(HEAD, ONE, TWO, ("Printers", "1234.", "4.00"))
    document = read_pdf("a.pdf", pdf([first, page(("for all", "05", ""), ONE, at_foot=False)]))
    assert rows_of(document) == [
        ["Item", "Price", "Sum"], ["Desk", "0.50", "2.50"], ["Chair", "0.25", "1.00"],
        ["Printers for all", "1234.05", "4.00"], ["Desk", "0.50", "2.50"],
    ]  # fmt: skip
    assert keys(document) == ["readers.row_joined"] * 2


def test_decimals_of_the_column_tell_a_broken_figure() -> None:
    first = page(HEAD, ONE, TWO, ("Printers", "123.0", "4.00"))
    document = read_pdf("a.pdf", pdf([first, page(("for all", "5", ""), ONE, at_foot=False)]))
    assert rows_of(document)[3] == ["Printers for all", "123.05", "4.00"]


def test_two_full_rows_stay_two() -> None:
    """Every line is full, but each figure is whole."""
    first = page(HEAD, ONE, TWO, ("Printers", "123.05", "4.00"))
    document = read_pdf("a.pdf", pdf([first, page(("Scanners", "123.45", ""), ONE, at_foot=False)]))
    assert rows_of(document)[3:5] == [["Printers", "123.05", "4.00"], ["Scanners", "123.45", ""]]
    assert keys(document) == ["readers.row_perhaps_cut"]


def test_a_code_that_was_broken_is_one() -> None:
    head: Row = ("Item", "Code", "Sum")
    first = page(head, ("Desk", "A0601", "2.50"), ("Printers", "A0602", "4.00"))
    document = read_pdf("a.pdf", pdf([first, page(("", "01", ""), at_foot=False)]))
    assert rows_of(document)[2:] == [["Printers", "A060201", "4.00"]]


def test_a_code_of_digits_alone_that_was_broken_is_one() -> None:
    head: Row = ("Item", "Code", "Sum")
    first = page(head, ("Desk", "20101", "2.50"), ("Chair", "20103", "1.00"), ("Printers", "21302", "4.00"))
    document = read_pdf("a.pdf", pdf([first, page(("for all", "05", ""), ("Desk", "20104", "1.00"), at_foot=False)]))
    assert rows_of(document)[3] == ["Printers for all", "2130205", "4.00"]
    other = page(("for all", "205", ""), ("Desk", "20104", "1.00"), at_foot=False)
    assert rows_of(read_pdf("a.pdf", pdf([first, other])))[3] == ["Printers", "21302", "4.00"]


def test_a_row_of_words_without_room() -> None:
    """Most places go on, all lines are full, and the last column, never blank before, is blank."""
    first = page(HEAD, ONE, TWO, ("Printers", "not yet", "4.00"))
    document = read_pdf("a.pdf", pdf([first, page(("for all", "known", ""), ONE, at_foot=False)]))
    assert rows_of(document)[3:] == [["Printers for all", "not yet known", "4.00"], ["Desk", "0.50", "2.50"]]


def test_a_header_whose_merged_cells_were_cut() -> None:
    """Item and Unit stand beside both rows of the header; the break comes between these."""
    xs = (20.0, 60.0, 90.0, 120.0, 150.0)
    top = "".join(line(xs[0], y, xs[-1], y) for y in (20, 60)) + "".join(line(x, 20, x, 60) for x in (20, 60, 90, 150))
    top += text("Printers", 22, 49) + text("Unit", 62, 49) + text("Sum", 92, 49)
    low = grid(xs, (100, 140, 180))
    for x, words, under in zip(xs, ("for all", "", "Own", "State"), ("Desk", "1", "2.00", "3.00"), strict=False):
        low += text(words, x + 2, 169) + text(under, x + 2, 129)
    document = read_pdf("a.pdf", pdf([top, low]))
    assert rows_of(document) == [
        ["Printers for all", "Unit", "Sum", "Sum"],
        ["Printers for all", "Unit", "Own", "State"],
        ["Desk", "1", "2.00", "3.00"],
    ]
