"""The pages as they stand on disk: whole, safe, linked, small."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import unquote

import lxml.html
import pytest

from openbudget.package import open_package
from tests.site.conftest import PACKAGES, pages

NAME = "cn-130433-434-2021-budget"


@cache
def tree(path: Path) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(path.read_bytes().decode(), parser=lxml.html.HTMLParser(encoding="utf-8"))


@cache
def ids(path: Path) -> frozenset[str]:
    return frozenset(tree(path).xpath("//@id"))


def test_every_page_stands_in_both_languages(site: Path) -> None:
    for path in pages(site):
        english = path.parent.parent / path.name if path.parent.name == "en" else None
        language = tree(path).get("lang")
        assert language == ("en" if "/en/" in path.as_posix() or english else "zh-Hans"), path
        assert len(tree(path).xpath("//h1")) == 1, path
        assert tree(path).xpath("//title")[0].text, path


def test_nothing_inline_and_nothing_from_elsewhere(site: Path) -> None:
    for path in pages(site):
        page = tree(path)
        policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert not page.xpath("//style | //*[@style]"), path
        assert not page.xpath("//script[not(@src)][not(@type='application/ld+json')]"), path
        assert not [name for name in page.xpath("//@*/..") for key in name.keys() if key.startswith("on")], path  # noqa: SIM118
        for address in page.xpath("//@src | //@href"):
            assert "://" not in address and not address.startswith(("//", "/", "data:", "javascript:")), (path, address)


def test_every_link_leads_somewhere(site: Path) -> None:
    missing = []
    for path in pages(site):
        for address in tree(path).xpath("//@src | //@href"):
            file, _, fragment = address.partition("#")
            target = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
            if not target.is_file() or (fragment and target.suffix == ".html" and unquote(fragment) not in ids(target)):
                missing.append((path.name, address))
    assert not missing[:5]


def test_ids_are_unique(site: Path) -> None:
    for path in pages(site):
        found = tree(path).xpath("//@id")
        assert len(found) == len(set(found)), path


def test_pages_are_small(site: Path) -> None:
    assert {path.name: path.stat().st_size for path in pages(site) if path.stat().st_size > 300_000} == {}


def text_at(target: lxml.html.HtmlElement) -> str:
    """The text that is highlighted at a target: the line, the span, or (class n3) so many lines."""
    if target.tag == "li":
        return str(target.xpath("./span")[0].text_content())
    lines = int((target.get("class") or "n1")[1:])
    following = target.xpath("ancestor::li[1]/following-sibling::li")[: lines - 1]
    return "\n".join([target.text_content(), *(line.xpath("./span")[0].text_content() for line in following)])


@pytest.mark.parametrize("language", ["", "en/"])
def test_the_way_back_ends_at_the_printed_text(site: Path, language: str) -> None:
    """Every value of the package: its link in the table leads to an element that holds what is printed."""
    package = open_package(PACKAGES / NAME)
    folder = site / "packages" / NAME
    printed = {
        (row["table"], row["row_id"], row["field"]): str(row["printed"] or "") for row in package.tables["sources"]
    }
    checked = 0
    for path in sorted((folder / language / "tables").glob("*.html")):
        page = tree(path)
        table = path.name.split(".")[0]
        fields = [one.text for one in page.xpath("//table[contains(@class,'data')]/thead//small")]
        for row in page.xpath("//table[contains(@class,'data')]/tbody/tr"):
            cells = row.xpath("./td | ./th")
            row_id = cells[fields.index("id")].text_content()
            for name, cell in zip(fields, cells, strict=True):
                for address in cell.xpath("./a/@href"):
                    file, _, fragment = address.partition("#")
                    target = tree((path.parent / file).resolve()).get_element_by_id(unquote(fragment))
                    assert text_at(target).split() == printed[table, row_id, name].split(), (table, row_id, name)
                    checked += 1
    shown = [key for key in printed if key[0] != "sources"]
    assert checked == len(shown)
