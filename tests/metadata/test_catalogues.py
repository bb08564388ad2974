"""data.json, the site map, the feed and the Chinese catalogue; and what options may be."""

from __future__ import annotations

import json
from pathlib import Path

import lxml.etree
import openpyxl
import pytest

from openbudget.errors import UsageError
from openbudget.publish.metadata import build, sitemap
from openbudget.publish.metadata.model import Portal
from openbudget.publish.plan import Request, Withdrawal
from openbudget.publish.site import entries_in, plan, send
from tests.metadata.conftest import NAME, OPTIONS, URL
from tests.site.conftest import PACKAGES, contents, publish

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def file_of(site: Path, address: str) -> Path:
    """The file that a web server would give for an address."""
    path = site / address.removeprefix(URL).lstrip("/")
    return path / "index.html" if address.endswith("/") else path


def test_data_json_names_files_that_are_there(placed: Path) -> None:
    document = json.loads((placed / "data.json").read_bytes())
    assert document["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    (one,) = document["dataset"]
    needed = ("title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier", "accessLevel")
    assert all(one[name] for name in needed)
    assert one["contactPoint"]["hasEmail"] == "mailto:data@example.cn"
    assert one["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert file_of(placed, one["landingPage"]).is_file()
    assert {part["mediaType"] for part in one["distribution"]} >= {"text/csv", "application/zip"}
    assert all(file_of(placed, part["downloadURL"]).is_file() for part in one["distribution"])


def test_the_site_map_lists_pages_of_both_languages(placed: Path) -> None:
    addresses = [one.text for one in lxml.etree.parse(placed / "sitemap.xml").iter(f"{MAP}loc")]
    assert len(addresses) == len(set(addresses))
    assert f"{URL}/packages/{NAME}/" in addresses and f"{URL}/packages/{NAME}/en/" in addresses
    assert all(address and file_of(placed, address).is_file() for address in addresses)


def test_a_site_map_that_is_too_long_is_divided(placed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "LIMIT", 4)
    portal = build.portal_of(OPTIONS)
    files = sitemap.catalogue(portal, [build.dataset_of(entries_in(placed)[NAME], portal)])
    listed = [one.text for one in lxml.etree.fromstring(files["sitemap.xml"]).iter(f"{MAP}loc")]
    assert listed == [f"{URL}/{name}" for name in files if name != "sitemap.xml"]
    assert len(listed) == 3
    assert all(len(lxml.etree.fromstring(content)) <= 4 for content in files.values())


def test_what_needs_absolute_addresses_is_left_out_without_one(unplaced: Path) -> None:
    assert not (unplaced / "data.json").exists() and not (unplaced / "sitemap.xml").exists()
    for name in ("catalog.jsonld", "catalog.ttl", "feed.atom", "catalog-cn.json", "catalog-cn.xlsx"):
        assert (unplaced / name).is_file()


def test_files_that_are_no_longer_made_are_removed(tmp_path: Path) -> None:
    publish(PACKAGES, tmp_path, **OPTIONS)
    publish(PACKAGES, tmp_path)
    assert (tmp_path / "data.json").exists()  # the site remembers its options
    publish(PACKAGES, tmp_path, url="")
    assert not (tmp_path / "data.json").exists()


def test_a_withdrawal_keeps_what_the_site_was_told(tmp_path: Path) -> None:
    publish(PACKAGES, tmp_path, **OPTIONS)
    request = Request(withdrawals=[Withdrawal(NAME, "x")], date="2026-03-04")
    send(request, plan(request, str(tmp_path), {}), str(tmp_path), {}, lambda stage, **args: None)
    feed = (tmp_path / "feed.atom").read_text(encoding="utf-8")
    assert f"{URL}/packages/{NAME}/" in feed and OPTIONS["publisher"] in feed
    assert not plan(request, str(tmp_path), {}).changes


def test_the_feed_tells_of_withdrawals(tmp_path: Path) -> None:
    publish(PACKAGES, tmp_path)
    before = lxml.etree.parse(tmp_path / "feed.atom").getroot()
    (entry,) = before.findall(f"{ATOM}entry")
    identity = entry.findtext(f"{ATOM}id")
    assert identity and identity.startswith("urn:uuid:")
    link = next(one.get("href") for one in entry.findall(f"{ATOM}link") if one.get("rel") == "alternate")
    assert (tmp_path / str(link) / "index.html").is_file()
    request = Request(withdrawals=[Withdrawal(NAME, "<原文件> & 已更正\x01")], date="2026-03-04")
    send(request, plan(request, str(tmp_path), {}), str(tmp_path), {}, lambda stage, **args: None)
    after = lxml.etree.parse(tmp_path / "feed.atom").getroot()
    (deleted,) = after.findall(f"{TOMBSTONE}deleted-entry")
    assert (deleted.get("ref"), deleted.get("when")) == (identity, "2026-03-04T00:00:00Z")
    (entry,) = after.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "<原文件> & 已更正[U+0001]"
    assert entry.findtext(f"{ATOM}id") != identity
    assert json.loads((tmp_path / "catalog-cn.json").read_bytes())["信息资源"] == []
    assert NAME not in (tmp_path / "catalog.ttl").read_text(encoding="utf-8")


def test_the_chinese_catalogue_has_its_core_fields(placed: Path) -> None:
    document = json.loads((placed / "catalog-cn.json").read_bytes())
    (one,) = document["信息资源"]
    assert one["信息资源分类"] == {
        "类": "部门信息资源", "项": "馆陶县人民政府办公室", "目": "部门预算", "细目": "2021年",
    }  # fmt: skip
    for name in (
        "信息资源名称", "信息资源代码", "信息资源提供方", "信息资源摘要", "信息资源格式", "共享类型", "共享方式",
        "是否向社会开放", "更新周期", "发布日期",
    ):  # fmt: skip
        assert one[name], name
    assert one["信息资源提供方代码"] == ""  # the disclosure does not print it, and it is not made up
    assert all(file_of(placed, part["下载地址"]).is_file() for part in one["数据资源"])
    assert {part["信息项"] for part in one["数据资源"]} <= document["信息项"].keys()
    amount = next(part for part in document["信息项"]["budget_lines"] if part["英文名"] == "amount")
    assert (amount["数据类型"], amount["是否主键"]) == ("数值型N", "否")


def test_the_chinese_catalogue_as_a_workbook_says_the_same(placed: Path) -> None:
    document = json.loads((placed / "catalog-cn.json").read_bytes())
    book = openpyxl.load_workbook(placed / "catalog-cn.xlsx")
    assert book.sheetnames == ["目录", "数据资源", "信息项"]
    heads, row = ([cell.value for cell in line] for line in book["目录"].iter_rows())
    flat = dict(zip(heads, row, strict=True))
    assert flat["信息资源名称"] == document["信息资源"][0]["信息资源名称"]
    assert flat["数据量"] == document["信息资源"][0]["数据量"]
    assert book["数据资源"].max_row == len(document["信息资源"][0]["数据资源"]) + 1
    assert book["信息项"].max_row == sum(map(len, document["信息项"].values())) + 1


def test_only_what_is_known_is_a_licence() -> None:
    assert build.licence_of("cc-by-4.0") == build.licence_of("https://creativecommons.org/licenses/by/4.0/")
    own = build.licence_of("https://data.example.cn/terms")
    assert own and own.url == own.name == "https://data.example.cn/terms"
    assert build.licence_of("") is None
    with pytest.raises(UsageError):
        build.licence_of("free")
    with pytest.raises(UsageError):
        build.portal_of({"url": "open.example.cn"})


def test_a_licence_of_the_package_goes_before_that_of_the_site(placed: Path) -> None:
    from dataclasses import replace

    entry = replace(entries_in(placed)[NAME], licence={"name": "ODbL-1.0", "url": build.LICENCES["ODbL-1.0"]})
    one = build.dataset_of(entry, build.portal_of(OPTIONS))
    assert one.licence and one.licence.name == "ODbL-1.0"


def test_the_same_packages_give_the_same_metadata(placed: Path, tmp_path: Path) -> None:
    publish(PACKAGES, tmp_path / "again", **OPTIONS)
    assert contents(tmp_path / "again") == contents(placed)


def test_paths_are_quoted() -> None:
    assert Portal({}, {}, URL).uri("packages/数据 1.csv").endswith("/packages/%E6%95%B0%E6%8D%AE%201.csv")


def test_pages_say_the_licence_or_that_there_is_none(placed: Path, unplaced: Path) -> None:
    said = (placed / "packages" / NAME / "index.html").read_text(encoding="utf-8")
    assert "<b>CC-BY-4.0</b>" in said
    assert "没有声明" in (unplaced / "packages" / NAME / "index.html").read_text(encoding="utf-8")
