"""The seed as a Word document, plain and as office suites really write it."""

from __future__ import annotations

import pytest

from openbudget import readers
from tests.readers import build


@pytest.mark.parametrize("variant", ["plain", "hard", "split"])
def test_every_cell_and_paragraph(variant: str) -> None:
    document = readers.read("seed.docx", build.docx(variant))
    assert build.filled(document) == build.expected()
    assert build.paragraphs(document) == build.prose()


def test_every_place_gives_back_its_text() -> None:
    document = readers.read("seed.docx", build.docx("hard"))
    fragments = [piece.place.fragment for piece in document.pieces()]
    assert len(set(fragments)) == len(fragments)
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())


def test_deletions_are_reported_and_left_out() -> None:
    document = readers.read("seed.docx", build.docx("hard"))
    assert [each.key for each in document.diagnostics] == ["readers.tracked_deletions"]
    assert not any("999.99" in piece.text for piece in document.pieces())


def test_split_table_keeps_its_parts() -> None:
    document = readers.read("seed.docx", build.docx("split"))
    parts = next(block.parts for block in document.blocks if getattr(block, "parts", ()))
    assert [(part.first_row, part.last_row) for part in parts] == [(0, 3), (3, 6)]
