"""The seed as workbooks of every kind: each cell right, each place followed."""

from __future__ import annotations

import pytest

from openbudget import readers
from openbudget.readers import legacy
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


@pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice, which writes the test files, is not installed")
@pytest.mark.parametrize("kind", ["xls", "ods", "fods"])
def test_other_workbooks(kind: str) -> None:
    data = legacy.convert("seed.xlsx", books.xlsx(many=True), "xlsx", ".xlsx", kind)
    document = readers.read(f"seed.{kind}", data)
    assert document.source.format == kind.removeprefix("f")
    assert document.source.media_type.endswith("-flat-xml") == (kind == "fods")
    assert build.filled(document) == build.expected()
    assert build.paragraphs(document) == build.prose()
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())
