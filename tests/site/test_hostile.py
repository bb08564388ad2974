"""Hostile text of a package is shown as text everywhere, and does nothing anywhere."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import lxml.etree
import lxml.html
import openpyxl
import pytest

from openbudget.publish.plan import Request
from openbudget.publish.release import releases_of
from openbudget.publish.site import plan, send
from openbudget.site.shown import escape, fragment, plain, with_code
from tests.site import hostile
from tests.site.conftest import pages
from tests.site.test_pages import ids

UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\x00-\x08\x0b-\x1f]")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    request = Request(releases_of([hostile.hostile_package(folder)]), date="2026-01-02", allow_invalid=True)
    send(request, plan(request, str(folder / "site"), {}), str(folder / "site"), {}, lambda stage, **args: None)
    return folder / "site"


def test_no_hostile_element_attribute_or_address(site: Path) -> None:
    seen = 0
    for path in pages(site):
        text = path.read_bytes().decode()
        page = lxml.html.document_fromstring(text)
        assert not page.xpath(
            "//script[not(@src)][not(@type='application/ld+json')] | //img | //svg[@onload] | //*[@onerror]"
        ), path
        for address in page.xpath("//@href | //@src"):
            assert not re.match(r"\s*(javascript|data|https?):", address), (path, address)
        assert not UNSEEN.search(page.text_content() + " ".join(page.xpath("//@title | //@aria-label"))), path
        assert "49" not in re.findall(r"\{\{ ?7\*7 ?\}\}|>49<", text), path
        seen += page.text_content().count("<script>alert")
    assert seen > 200


def test_hostile_identifiers_are_anchors(site: Path) -> None:
    table = site / "packages" / hostile.NAME / "tables" / "glossary.html"
    assert fragment(hostile.QUOTES.replace(" ", "")) in ids(table)


def test_a_cell_without_end_is_cut_and_pages_stay_small(site: Path) -> None:
    table = (site / "packages" / hostile.NAME / "tables" / "glossary.html").read_text(encoding="utf-8")
    assert "98,000" in table
    assert max(path.stat().st_size for path in pages(site)) < 300_000
    view = "".join(
        path.read_text(encoding="utf-8") for path in (site / "packages" / hostile.NAME / "view").glob("*.html")
    )
    assert view.count("长") >= 100_000  # the source view has all of it, in blocks


def test_search_files_hold_text_only(site: Path) -> None:
    for path in (site / "search").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert "</script" not in text
        assert not UNSEEN.search(text)


def test_the_workbook_has_no_formula(site: Path) -> None:
    book = openpyxl.load_workbook(site / "packages" / hostile.NAME / f"{hostile.NAME}.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert hostile.FORMULA in {cell.value for cell in cells}
    assert hostile.SCRIPT in {cell.value for cell in cells}


def test_the_database_has_the_text_as_it_is(site: Path) -> None:
    connection = sqlite3.connect(site / "packages" / hostile.NAME / f"{hostile.NAME}.sqlite")
    try:
        found = {text for (text,) in connection.execute("SELECT definition FROM glossary")}
    finally:
        connection.close()
    assert hostile.LONG in found


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a<b>&'\"", "a&lt;b&gt;&amp;&#39;&quot;"),
        ("\u202eabc", "[U+202E]abc"),
        ("a\x00b\u200b", "a[U+0000]b[U+200B]"),
        ("预算\n表\t", "预算\n表\t"),
    ],
)
def test_text_is_escaped_and_made_visible(text: str, markup: str) -> None:
    assert escape(text) == markup


def test_names_in_texts_of_the_standard_are_code() -> None:
    assert with_code("a `b<c` d `e`") == "a <code>b&lt;c</code> d <code>e</code>"
    assert with_code("a ` b") == "a ` b"


def test_titles_are_one_line() -> None:
    assert plain(" a\n b\u2066 ") == "a b[U+2066]"


def test_metadata_holds_hostile_text_as_text(site: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    title = json.loads((site / "catalogue.json").read_bytes())["packages"][0]["title"]["zh"]
    triples = rdflib.Graph().parse(
        data=(site / "catalog.ttl").read_bytes(), format="turtle", publicID="https://a.example/"
    )
    assert title in {str(text) for text in triples.objects(None, rdflib.DCTERMS.title)}
    document = json.loads((site / "catalog.jsonld").read_bytes())
    assert {"@value": title, "@language": "zh-Hans"} in next(
        node["dct:title"] for node in document["@graph"] if node["@type"] == "dcat:Dataset"
    )
    assert lxml.etree.parse(site / "feed.atom").getroot().tag.endswith("feed")
    book = openpyxl.load_workbook(site / "catalog-cn.xlsx")
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    (one,) = json.loads((site / "catalog-cn.json").read_bytes())["信息资源"]
    assert one["信息资源名称"] == title
    assert (
        json.loads((site / "packages" / one["信息资源代码"] / "croissant.json").read_bytes())["alternateName"][0]
        == title
    )
