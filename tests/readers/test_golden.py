"""Golden files: `tests/readers/<reader>/<case>/source.*` must read as `document.json` beside it says.

A new case is a folder with a source; `pytest tests/readers --update-golden` writes its document.json, to be looked at
before it is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openbudget import readers
from openbudget.errors import SourceError
from openbudget.model.document import Block, Cell, Document, Heading, Table

HERE = Path(__file__).parent
SOURCES = sorted(HERE.glob("*/*/source.*"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.parent.relative_to(HERE)))
def test_reads_as_its_golden_file_says(source: Path, update_golden: bool) -> None:
    read = readable(source)
    golden = source.with_name("document.json")
    if update_golden:
        golden.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert read == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.parent.relative_to(HERE)))
def test_places_are_distinct_and_give_back_their_text(source: Path) -> None:
    try:
        document = readers.read_path(source)
    except SourceError:
        return
    pieces = list(document.pieces())
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in pieces)
    assert len({piece.place.fragment for piece in pieces if piece.text}) == sum(1 for piece in pieces if piece.text)


def readable(source: Path) -> dict[str, Any]:
    """What a source reads as, or the error that it is refused with, as plain values."""
    try:
        return document_values(readers.read_path(source))
    except SourceError as error:
        return {"error": error.key, "message": error.text("zh")}


def document_values(document: Document) -> dict[str, Any]:
    """A document as plain values, in the words of the model; what is at its default is left out."""
    said = [{"key": each.key, **each.args} for each in document.diagnostics]
    return {
        "format": document.source.format,
        **({"charset": document.source.charset} if document.source.charset else {}),
        "blocks": [_block(block) for block in document.blocks],
        "diagnostics": said,
    }


def _block(block: Block) -> dict[str, Any]:
    place = block.place.fragment
    if isinstance(block, Table):
        parts = [[part.place.fragment, part.first_row, part.last_row] for part in block.parts]
        return {
            "table": [block.n_rows, block.n_cols],
            "place": place,
            **({"name": block.name} if block.name else {}),
            **({"parts": parts} if parts else {}),
            "cells": [_cell(cell) for cell in block.cells],
        }
    if isinstance(block, Heading):
        return {"heading": block.text, "level": block.level, "place": place}
    return {"paragraph": block.text, "place": place}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "at": [cell.row, cell.col],
        **({"spans": [cell.rowspan, cell.colspan]} if (cell.rowspan, cell.colspan) != (1, 1) else {}),
        "text": cell.text,
        "place": cell.place.fragment,
        **({"nested": [_block(table) for table in cell.nested]} if cell.nested else {}),
    }
