"""Scans: the seed printed, made a picture of 200 dpi, and read back: one table in every run, the whole in `make stress`."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import pytest

from openbudget import readers
from openbudget.errors import UnreadableError
from openbudget.model.document import Document, Table
from openbudget.readers import legacy, ocr_engine
from openbudget.readers.ocr import read_image, read_scanned_pdf
from openbudget.readers.pdf import open_pdf
from tests.readers import build
from tests.readers.pdf import papers

SURE = 0.9  # below it a cell is to be compared with the print
needs_ocr = pytest.mark.skipif(
    not ocr_engine.installed() or legacy.find_soffice() is None, reason="the extra [ocr] or LibreOffice is absent"
)


def pictures(pdf: bytes | None = None) -> list[Any]:
    """The pages of a PDF (of the seed) as grey pictures of 200 dpi."""
    source = open_pdf("seed.pdf", pdf or papers.seed_pdf())
    return [source[index].render(scale=200 / 72).to_pil().convert("L") for index in range(len(source))]


def as_pdf(pages: list[Any]) -> bytes:
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    return buffer.getvalue()


def as_jpeg(page: Any) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", dpi=(200, 200), quality=90)
    return buffer.getvalue()


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def compared(document: Document, expected: list[list[list[str]]]) -> tuple[int, int, list[float]]:
    """How many places are right, how many there are, and how sure the wrong ones are."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert [(table.n_rows, table.n_cols) for table in tables] == [(len(rows), len(rows[0])) for rows in expected]
    right = count = 0
    wrong: list[float] = []
    for table, rows in zip(tables, expected, strict=True):
        for row, texts in enumerate(rows):
            for col, text in enumerate(texts):
                cell = table.cell_at(row, col)
                assert cell is not None
                assert cell.origin == "ocr"
                count += 1
                if plain(cell.text) == plain(text):
                    right += 1
                else:
                    wrong.append(cell.confidence)
    return right, count, wrong


@needs_ocr
def test_a_table() -> None:
    """The table of assets, alone on a page and a little askew."""
    body = build.paragraph("部门固定资产占用情况表") + build.docx_table(build.grids()[-1]) + "<w:p/>"
    (page,) = pictures(papers.printed(papers.bordered(build.pack_docx(body))))
    top = page.crop((0, 0, page.width, page.height // 2))
    document = read_image("scan.jpg", as_jpeg(top.rotate(0.8, fillcolor=255)))
    assert document.source.media_type == "image/jpeg"
    right, count, wrong = compared(document, build.expected()[-1:])
    assert right >= 0.97 * count
    assert all(confidence < SURE for confidence in wrong)
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())


@needs_ocr
@pytest.mark.stress
def test_the_whole_seed() -> None:
    document = read_scanned_pdf("scan.pdf", as_pdf(pictures()))
    right, count, wrong = compared(document, build.expected())
    assert count == 829
    assert right >= 0.97 * count
    assert all(confidence < SURE for confidence in wrong)


@needs_ocr
@pytest.mark.slow
def test_page_on_its_side_in_a_child_process() -> None:
    page = pictures()[-1].rotate(90, expand=True)
    document = readers.read("scan.pdf", as_pdf([page]))
    assert "事业收入" in "".join(piece.text for piece in document.pieces())
    assert document.source.format == "pdf"
    assert (document.source.tool or "").startswith("RapidOCR ")


def test_picture_without_the_extra_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openbudget.readers.ocr.installed", lambda: False)
    with pytest.raises(UnreadableError) as caught:
        read_image("scan.png", b"\x89PNG\r\n\x1a\n")
    assert caught.value.key == "readers.no_text_layer"
    assert "openbudget[ocr]" in caught.value.text("en")


@pytest.mark.skipif(not ocr_engine.installed(), reason="the extra [ocr] is absent")
def test_damaged_picture() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_image("scan.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    assert caught.value.key == "readers.damaged_picture"


def test_a_few_bytes_are_no_picture() -> None:
    with pytest.raises(UnreadableError) as caught:
        readers.read("scan.tif", b"MM\x00*")
    assert caught.value.key == "readers.damaged_picture"
