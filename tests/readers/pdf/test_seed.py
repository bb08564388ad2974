"""The seed printed as PDF: 17 tables, 829 places, rows that page breaks cut joined. Where the pages break depends on
LibreOffice and the fonts at hand, so nothing here counts on one place; `test_cut_rows` holds the rules on pages
that are drawn by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from openbudget import readers
from openbudget.model.document import Table
from openbudget.readers import legacy
from openbudget.readers.lattice_prose import ENDS, NUMBERED
from openbudget.readers.pdf import read_pdf
from tests.readers import build
from tests.readers.pdf import papers

pytestmark = pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice, which prints the PDF, is absent")


def _compare(style: str, high: int | None = None) -> None:
    document = read_pdf("seed.pdf", papers.seed_pdf(style, high=high))
    found = [_squeezed(table, style) for table in build.filled(document)]
    assert found == [_squeezed(table, style) for table in build.expected()]
    assert _prose(build.paragraphs(document)) == _prose(build.prose())


def _squeezed(table: list[list[str]], style: str) -> list[list[str]]:
    rows = [[papers.squeezed(text) for text in row] for row in table]
    if style == "double" and any(row[0] == "一级指标" for row in rows):
        # LibreOffice draws a line through merged cells with double borders now and then: the label is above it
        for above, row in pairwise(rows):
            row[0] = row[0] or above[0]
    return rows


def _prose(texts: list[str]) -> str:
    return "".join(papers.squeezed(text) for text in texts)


@pytest.mark.parametrize("style", ["single", "dashed", "double"])
def test_every_cell(style: str) -> None:
    _compare(style)


@pytest.mark.stress
@pytest.mark.parametrize("style", ["single", "double"])
@pytest.mark.parametrize("high", range(12_000, 17_000, 500))
def test_pages_that_break_anywhere(style: str, high: int) -> None:
    _compare(style, high)


def test_prose_is_joined_to_paragraphs() -> None:
    """Each paragraph is whole, but where a full line ends with a stop and the next begins with a number: print
    without indents does not tell whether that is a new one."""
    document = read_pdf("seed.pdf", papers.seed_pdf())
    whole = [papers.squeezed(text) for text in build.prose()]
    found = [papers.squeezed(text) for text in build.paragraphs(document)]
    for expected in whole:
        text = found.pop(0)
        while text != expected:
            assert expected.startswith(text), (text, expected)
            assert text[-1] in ENDS
            assert NUMBERED.match(found[0])
            text += found.pop(0)
    assert not found


def test_places_and_parts() -> None:
    document = readers.read("seed.pdf", papers.seed_pdf(high=12_500))
    fragments = [piece.place.fragment for piece in document.pieces()]
    assert len(set(fragments)) == len(fragments)
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())
    stitched = [block for block in document.blocks if isinstance(block, Table) and block.parts]
    assert stitched
    for table in stitched:
        assert [part.first_row for part in table.parts][1:] == [part.last_row for part in table.parts][:-1]
        assert table.parts[-1].last_row == table.n_rows
