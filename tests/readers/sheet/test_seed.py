"""The seed as workbooks of every kind: each cell right, each place followed."""

from __future__ import annotations

import pytest

from openbudget import readers
from tests.readers import build
from tests.readers.sheet import books


@pytest.mark.parametrize(("many", "bordered"), [(False, True), (True, True), (False, False)])
def test_every_cell_and_paragraph(many: bool, bordered: bool) -> None:
    document = readers.read("seed.xlsx", books.xlsx(many, bordered))
    assert build.filled(document) == build.expected()
    assert build.paragraphs(document) == build.prose()


def test_every_place_gives_back_its_text() -> None:
    document = readers.read("seed.xlsx", books.xlsx(many=True))
    fragments = [piece.place.fragment for piece in document.pieces()]
    assert len(set(fragments)) == len(fragments)
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())
