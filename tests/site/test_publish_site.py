"""`site:DIR`: what is built when, and that the same packages give the same site."""

from __future__ import annotations

import gc
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openbudget import publish as framework
from openbudget.errors import PublishError, UsageError
from openbudget.package.atomic import held
from openbudget.publish._packages import Work, build_body
from openbudget.publish.plan import Request, Verb, Withdrawal, told
from openbudget.publish.release import releases_of
from openbudget.publish.site import CATALOGUE, entries_in, plan, send, site_of
from openbudget.site.frame import Site
from openbudget.site.shared_pages import home, regions
from openbudget.site.view_text import decoded
from tests.site.conftest import DATE, PACKAGES, contents, publish

NAME = "cn-130433-434-2021-budget"
SOURCE = json.loads((PACKAGES / NAME / "datapackage.json").read_bytes())["sources"][0]["path"].partition("/")[2]


def silent(stage: str, **args: object) -> None:
    """Tell nobody."""


def changed_package(folder: Path) -> Path:
    """The package with another title in its descriptor: other bytes, the same data."""
    copy = folder / NAME
    shutil.copytree(PACKAGES / NAME, copy)
    descriptor = json.loads((copy / "datapackage.json").read_bytes())
    descriptor["title"] = "另一个标题"
    descriptor["resources"][0]["hash"] = "sha256:" + "0" * 64
    (copy / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return copy


def test_the_same_packages_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    publish(PACKAGES, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(site)


def test_publishing_again_writes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "site"
    assert publish(PACKAGES, target)["create"] == 1
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert publish(PACKAGES, target, "2027-01-01") == {
        "create": 0, "patch": 0, "upload": 0, "unchanged": 1, "withdraw": 0,
    }  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before


def test_what_a_package_took_is_free_when_it_is_built(tmp_path: Path) -> None:
    """Nothing of its rows and pages waits in rings for somebody to look for them: a run over many would fill memory."""
    release = releases_of([PACKAGES / NAME])[0]
    work = Work(release, None, site_of({}, DATE), "builder", tmp_path)
    build_body([work])
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects(generation=0))
        build_body([work])
        assert len(gc.get_objects(generation=0)) - before < 1000
    finally:
        gc.enable()


def test_a_changed_package_is_patched_and_says_so(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(PACKAGES, target)
    request = Request(releases_of([changed_package(tmp_path)]), date="2026-02-03", allow_invalid=True)
    planned = plan(request, str(target), {})
    assert [(one.verb, one.resource) for one in planned.actions if one.verb is not Verb.UNCHANGED] == [
        (Verb.PATCH, None), (Verb.UPLOAD, "organizations"), (Verb.PATCH, None),
    ]  # fmt: skip
    send(request, planned, str(target), {}, silent)
    history = json.loads((target / "packages" / NAME / "release.json").read_bytes())["history"]
    assert [(step["date"], step["what"], step["tables"]) for step in history] == [
        ("2026-02-03", "changed", ["organizations"]), (DATE, "created", []),
    ]  # fmt: skip
    assert not plan(request, str(target), {}).changes


@pytest.mark.parametrize("spoilt", ["[" * 100_000, "[]", "{", "\ud800"])
def test_files_of_a_site_that_say_nothing_are_not_there(tmp_path: Path, spoilt: str) -> None:
    request, content = Request(releases_of([PACKAGES]), date=DATE), spoilt.encode("utf-8", "surrogatepass")
    (tmp_path / "packages" / NAME).mkdir(parents=True)
    (tmp_path / "packages" / NAME / "release.json").write_bytes(content)
    assert plan(request, str(tmp_path), {}).of(NAME) is Verb.CREATE
    (tmp_path / CATALOGUE).write_bytes(content)
    with pytest.raises(PublishError, match="did not write"):  # it may be somebody else's
        plan(request, str(tmp_path), {})


def test_a_run_that_was_killed_is_finished_by_the_next(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    shutil.copytree(site, target)
    (target / CATALOGUE).unlink()
    (target / "index.html").unlink()
    request = Request(releases_of([PACKAGES]), date=DATE)
    planned = plan(request, str(target), {})
    assert planned.of(NAME) is Verb.UNCHANGED
    assert planned.changes
    send(request, planned, str(target), {}, silent)
    assert contents(target) == contents(site)


def test_planning_writes_nothing(tmp_path: Path) -> None:
    planned = plan(Request(releases_of([PACKAGES]), date=DATE), str(tmp_path / "site"), {})
    assert planned.counts()["create"] == 1
    assert list(tmp_path.iterdir()) == []
    assert NAME in told(planned, "zh")
    assert json.dumps(planned.document())


def test_withdrawal_leaves_a_page_with_the_reason(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(PACKAGES, target)
    request = Request(withdrawals=[Withdrawal(NAME, "<b>原文件已更正</b>")], date="2026-03-04")
    planned = plan(request, str(target), {})
    send(request, planned, str(target), {}, silent)
    page = (target / "packages" / NAME / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;原文件已更正&lt;/b&gt;" in page
    assert "2026-03-04" in page
    assert not (target / "packages" / NAME / "data").exists()
    assert NAME not in "".join(path.read_text(encoding="utf-8") for path in (target / "search").glob("*.js"))
    assert not plan(request, str(target), {}).changes
    assert publish(PACKAGES, target)["create"] == 1  # published again
    history = json.loads((target / "packages" / NAME / "release.json").read_bytes())["history"]
    assert [step["what"] for step in history] == ["restored", "withdrawn", "created"]


def test_withdrawing_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError) as caught:
        plan(Request(withdrawals=[Withdrawal("cn-1-2-2021-budget", "x")]), str(tmp_path), {})
    assert caught.value.exit_code == 5


def test_a_package_with_errors_is_refused(tmp_path: Path) -> None:
    request = Request(releases_of([changed_package(tmp_path)]), date=DATE)
    planned = plan(request, str(tmp_path / "site"), {})
    with pytest.raises(PublishError) as caught:
        framework.check(request, planned, silent)
    assert caught.value.key == "publish.invalid"
    allowed = Request(request.releases, date=DATE, allow_invalid=True)
    framework.check(allowed, planned, silent)


@pytest.mark.parametrize("file", ["datapackage.json", "report.json"])
def test_halves_of_characters_are_refused(tmp_path: Path, file: str) -> None:
    copy = Path(shutil.copytree(PACKAGES / NAME, tmp_path / NAME))
    text = (copy / file).read_text(encoding="utf-8")
    (copy / file).write_text(text.replace("馆陶县", "\\ud800", 1), encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        releases_of([copy])
    assert caught.value.key == "publish.not_text"
    (copy / file).write_text(text.replace("馆陶县", "\\ud83d\\ude00", 1), encoding="utf-8")  # a whole character
    assert releases_of([copy])


def _without(document: dict[str, Any], *way: str | int) -> dict[str, Any]:
    """The document without one of its parts."""
    at: Any = document
    for step in way[:-1]:
        at = at[step]
    del at[way[-1]]
    return document


@pytest.mark.parametrize("target", ["site", "sqlite"])
@pytest.mark.parametrize(
    ("file", "way"),
    [
        ("datapackage.json", ("openbudget", "coverage", "total")),
        ("datapackage.json", ("resources", 1, "path")),
        ("report.json", ("counts", "error")),
        (f"source/{SOURCE}", None),
        ("data/glossary.csv", None),
    ],
)
def test_what_is_not_built_as_the_standard_says_is_refused_always(
    tmp_path: Path, target: str, file: str, way: tuple[str | int, ...] | None
) -> None:
    copy = Path(shutil.copytree(PACKAGES / NAME, tmp_path / NAME))
    if way is None:
        (copy / file).unlink()
    else:
        left = _without(json.loads((copy / file).read_bytes()), *way)
        (copy / file).write_text(json.dumps(left), encoding="utf-8")
    request = Request(releases_of([copy]), date=DATE, allow_invalid=True)
    one, address = framework.target(f"{target}:{tmp_path / 'x'}")
    with pytest.raises(PublishError) as caught:
        one.send(request, one.plan(request, address, {}), address, {}, silent)
    assert caught.value.key == "publish.not_built"
    assert not (tmp_path / "x" / "index.html").exists()


@pytest.mark.parametrize("encoding", ["=1+1", "idna", "utf-8\0", "undefined"])
def test_an_encoding_that_nobody_knows_is_read_as_utf8(encoding: str) -> None:
    assert decoded("预算\r\n公开".encode(), encoding) == "预算\n公开"


def test_the_page_for_what_is_not_there_has_whole_links(tmp_path: Path) -> None:
    publish(PACKAGES, tmp_path / "site", url="https://open.example.org/budget")
    for name in ("404.html", "en/404.html"):
        page = (tmp_path / "site" / name).read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="([^"#]+)', page)
        assert links and all(link.startswith("https://open.example.org/budget/") for link in links)
    publish(PACKAGES, tmp_path / "relative")
    assert not (tmp_path / "relative" / "404.html").exists()


def test_the_home_page_tells_what_is_missing(tmp_path: Path) -> None:
    """Two departments of one county, one of them with a second year: the older year has both, the newer one of two."""
    entry = next(iter(entries_in(published(tmp_path)).values()))
    other = replace(entry, name=entry.name.replace("-434-", "-435-"))
    later = replace(other, name=other.name.replace("2021", "2022"), year=2022)
    page = home(Site({"zh": "t", "en": "t"}), [entry, other, later], 1)["index.html"].decode()
    cells = re.findall(r"<td[^>]*>(\d+ / \d+)<", page)
    assert cells == ["1 / 2", "2 / 2"]  # the newest first


def published(folder: Path) -> Path:
    publish(PACKAGES, folder / "site")
    return folder / "site"


def test_of_two_runs_at_once_one_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "site"
    publish(PACKAGES, target)
    before = contents(target)
    with held(target):
        with pytest.raises(PublishError) as caught:
            publish(PACKAGES, target, title="别的名字")
        publish(PACKAGES, target)  # nothing to do
    assert caught.value.key == "publish.busy"
    assert contents(target) == before
    publish(PACKAGES, target, title="别的名字")
    assert contents(target) != before


def test_who_is_refused_leaves_the_folder_to_who_publishes(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / "packages").mkdir(parents=True)  # another run has just begun
    with held(folder), pytest.raises(PublishError) as caught:
        publish(PACKAGES, folder)
    assert caught.value.key == "publish.busy"
    assert (folder / "packages").is_dir()


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "CNAME").write_text("example.org", encoding="ascii")
    publish(PACKAGES, tmp_path / "site")
    assert (tmp_path / "site" / "CNAME").read_text(encoding="ascii") == "example.org"


def test_a_page_for_what_is_not_there_of_somebody_else_stays(tmp_path: Path) -> None:
    (tmp_path / "404.html").write_text("mine", encoding="ascii")
    publish(PACKAGES, tmp_path, url="https://open.example.org")
    assert (tmp_path / "404.html").read_text(encoding="ascii") == "mine"
    assert (tmp_path / "en" / "404.html").exists()
    publish(PACKAGES, tmp_path, url="")
    assert (tmp_path / "404.html").read_text(encoding="ascii") == "mine"
    assert not (tmp_path / "en" / "404.html").exists()
    assert not (tmp_path / "sitemap.xml").exists()


@pytest.mark.parametrize("file", ["index.html", "data.json", "about/index.html"])
def test_files_of_somebody_else_are_never_replaced(tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("mine", encoding="ascii")
    with pytest.raises(PublishError) as caught:
        publish(PACKAGES, tmp_path, url="https://open.example.org")
    assert caught.value.key == "publish.not_ours"
    assert file in caught.value.text("en")
    assert (tmp_path / file).read_text(encoding="ascii") == "mine"
    assert not (tmp_path / "catalogue.json").exists()


def test_a_map_of_another_site_is_not_taken_away(tmp_path: Path) -> None:
    publish(PACKAGES, tmp_path)
    (tmp_path / "sitemap-shop.xml").write_text("mine", encoding="ascii")
    (tmp_path / "catalogue.json").unlink()  # so that the pages are written anew
    publish(PACKAGES, tmp_path)
    assert (tmp_path / "sitemap-shop.xml").read_text(encoding="ascii") == "mine"


def test_a_region_tells_of_its_own_years(tmp_path: Path) -> None:
    entry = next(iter(entries_in(published(tmp_path)).values()))
    far = replace(entry, name="far", year=2016, region_code="310000", regions=(("310000", "上海市"),))
    pages = regions(Site({"zh": "t", "en": "t"}), [entry, far])
    page = pages[f"regions/{entry.regions[-1][0]}/index.html"]
    assert b"2021" in page
    assert b"2016" not in page


def test_targets_are_found_and_named() -> None:
    assert "site" in framework.targets()
    target, address = framework.target("site:some/folder")
    assert (target.name, address) == ("site", "some/folder")
    for wrong in ("nowhere:x", "site:", "site"):
        with pytest.raises(UsageError):
            framework.target(wrong)
    with pytest.raises(UsageError):
        framework.checked_options(target, {"colour": "red"})
