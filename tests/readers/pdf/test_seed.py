"""The seed printed as PDF: 17 tables, 829 places, rows that page breaks cut joined."""

from __future__ import annotations

import pytest

from openbudget import readers
from openbudget.model.document import Table
from openbudget.readers import legacy
from openbudget.readers.pdf import read_pdf
from tests.readers import build
from tests.readers.pdf import papers

pytestmark = pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice, which prints the PDF, is absent")


def _filled(data: bytes) -> list[list[list[str]]]:
    tables = build.filled(read_pdf("seed.pdf", data))
    return [[[papers.squeezed(text) for text in row] for row in table] for table in tables]


def _expected() -> list[list[list[str]]]:
    return [[[papers.squeezed(text) for text in row] for row in table] for table in build.expected()]


@pytest.mark.parametrize("style", ["single", "dashed", "double"])
def test_every_cell(style: str) -> None:
    assert _filled(papers.seed_pdf(style)) == _expected()


def test_prose_is_joined_to_paragraphs() -> None:
    document = read_pdf("seed.pdf", papers.seed_pdf())
    found = "".join(papers.squeezed(text) for text in build.paragraphs(document))
    assert found == "".join(papers.squeezed(text) for text in build.prose())
    assert len(build.paragraphs(document)) - len(build.prose()) <= 1  # a page that ends with a full line and a stop


def test_places_and_parts() -> None:
    document = readers.read("seed.pdf", papers.seed_pdf())
    fragments = [piece.place.fragment for piece in document.pieces()]
    assert len(set(fragments)) == len(fragments)
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())
    stitched = [block for block in document.blocks if isinstance(block, Table) and block.parts]
    assert stitched
    for table in stitched:
        assert [part.first_row for part in table.parts][1:] == [part.last_row for part in table.parts][:-1]
        assert table.parts[-1].last_row == table.n_rows
