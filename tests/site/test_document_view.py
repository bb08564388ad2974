"""The source view of Word, web pages and workbooks: every place of the document has an anchor at its text."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest

from openbudget import readers
from openbudget.model.document import Cell
from openbudget.site.places import Spot
from openbudget.site.view_document import document_view, read_source
from openbudget.site.view_markup import view_markup
from tests.readers.build import docx, html

SAMPLES = Path(__file__).parents[1] / "readers"
PAGES = sorted((SAMPLES / "html").glob("*/source.html"))


def checked(name: str, content: bytes) -> int:
    """Look up every piece of the document, and its second to third character, in the view; how many there were."""
    document = readers.read(name, content)
    pieces = [piece for piece in document.pieces() if piece.text.strip()]
    places = [place for piece in pieces for place in (piece.place, piece.place.within(1, 3)) if len(piece.text) > 3]
    spots = {f"#{place.fragment}": [Spot("glossary", "1", "term", "x")] for place in places}
    spots["#/nowhere"] = [Spot("glossary", "2", "term", "elsewhere")]
    view = document_view(name, 1, document, spots, ())
    links = view.links()
    pages = [lxml.html.fromstring(view_markup(view, part, {})["zh"]) for part in range(1, len(view.parts) + 1)]
    for locator in spots:
        file, _, anchor = links[name, locator].partition("#")
        page = pages[int(file.split(".")[1]) - 1 if file.count(".") > 1 else 0]
        (target,) = page.xpath(f"//*[@id='{anchor}']")
        if locator == "#/nowhere":
            assert "elsewhere" in page.text_content()
            continue
        for nested in target.xpath("./table"):
            nested.drop_tree()
        assert target.text_content().strip() == document.text_at(locator).strip(), locator
    shown = "".join("".join(page.text_content().split()) for page in pages)
    assert all("".join(piece.text.split()) in shown for piece in pieces if not isinstance(piece, Cell))
    return len(places)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parent.name)
def test_every_place_of_a_page_is_shown(path: Path) -> None:
    checked("页面.html", path.read_bytes())


@pytest.mark.parametrize(("name", "content"), [("材料.docx", docx()), ("材料.html", html())])
def test_every_place_of_a_disclosure_is_shown(name: str, content: bytes) -> None:
    assert checked(name, content) > 500


def test_a_long_table_goes_on_in_further_parts() -> None:
    rows = "".join(f"<tr><td>项目{n}的名称</td><td>{n}.50</td></tr>" for n in range(3000))
    content = f"<html><body><h1>标题很长</h1><table>{rows}</table></body></html>".encode()
    document = read_source("长表.html", "text/html", content)
    assert document is not None
    view = document_view("长表.html", 1, document, {}, ())
    assert len(view.parts) > 1
    assert sum(block.markup.count("<tr>") for part in view.parts for block in part) == 3000


def test_what_cannot_be_read_is_left_to_pieces() -> None:
    assert read_source("a.doc", "application/msword", b"x") is None
    assert (
        read_source("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"\0\1")
        is None
    )
