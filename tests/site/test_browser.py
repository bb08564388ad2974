"""The portal in a real browser: no request leaves it, nothing is wrong with it for people who cannot see or use a mouse,
figures lead back to their place, search answers, SQL runs. `npm install` in tests/site/browser brings the tools;
`OPENBUDGET_SHOTS=folder` keeps a picture of every page."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "browser"
NAME = "cn-130433-434-2021-budget"
PAGES = [
    f"{folder}{language}{file}"
    for folder, files in (
        ("", ("index.html",)),
        (f"packages/{NAME}/", ("index.html", "view/1.html", "tables/budget_lines.html")),
        ("regions/130433/", ("index.html",)),
        ("departments/cn-130433-434/", ("index.html",)),
        ("dictionary/", ("index.html", "codes.html", "checks.html")),
        ("about/", ("index.html",)),
        ("query/", ("index.html",)),
    )
    for file in files
    for language in (("", "en/") if file == "index.html" else ("",))
]
pytestmark = pytest.mark.browser


def _tools() -> tuple[str, str]:
    chromium, node = shutil.which("chromium"), shutil.which("node")
    if chromium is None or node is None:
        pytest.skip("no chromium or no node: apt-get install chromium nodejs")
    if not (HERE / "node_modules" / "playwright-core").exists():
        pytest.skip("playwright-core is not there: npm install in tests/site/browser")
    return chromium, node


def _look(**wish: Any) -> dict[str, Any]:
    chromium, node = _tools()
    given = {
        "chromium": chromium,
        "pages": [],
        "views": [],
        "clicks": [],
        "shots": os.environ.get("OPENBUDGET_SHOTS"),
        **wish,
    }
    done = subprocess.run(
        [node, "look.mjs", json.dumps(given)], cwd=HERE, capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site below a path of a web server on this machine."""
    with served(site, tmp_path_factory.mktemp("server")) as found:
        yield found


@contextmanager
def served(site: Path, folder: Path) -> Iterator[str]:
    """The address of a site, which is below `folder` on a web server on this machine."""
    (folder / "some" / "where").mkdir(parents=True)
    (folder / "some" / "where" / "budget").symlink_to(site)
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/some/where/budget/"
        server.shutdown()


@pytest.mark.parametrize(("width", "scheme", "js"), [(1280, "light", True), (390, "dark", True), (390, "light", False)])
def test_pages_are_sound(address: str, width: int, scheme: str, js: bool) -> None:
    seen = _look(base=address, pages=PAGES, views=[{"width": width, "scheme": scheme, "js": js}])
    assert [page["path"] for page in seen["pages"]] == PAGES
    for page in seen["pages"]:
        assert page["errors"] == [], page
        assert page["outside"] == [], page
        assert page["faults"] == [], page
        assert page.get("wide", 0) <= 0, page


def test_pages_work_from_a_disk(site: Path) -> None:
    seen = _look(
        base=f"file://{site}/", pages=PAGES, views=[{"width": 1280, "scheme": "light", "js": True}], search=["馆陶"]
    )
    for page in seen["pages"]:
        assert page["errors"] == [], page
        assert page["outside"] == [], page
    assert len(seen["search"][0]["found"]) == 1


def test_figures_lead_back_to_their_place(address: str) -> None:
    folder = f"packages/{NAME}/"
    seen = _look(base=address, clicks=[f"{folder}index.html", f"{folder}en/index.html"])
    assert len(seen["clicks"]) > 20
    for click in seen["clicks"]:
        assert len(click["lit"]) == 1, click
        assert click["lit"][0]["seen"], click
        assert click["lit"][0]["colour"] not in ("rgba(0, 0, 0, 0)", "transparent"), click


def test_a_page_beside_that_of_the_year_before_is_sound(both: Path, tmp_path: Path) -> None:
    shown = [f"packages/{NAME}/{language}index.html" for language in ("", "en/")]
    with served(both, tmp_path) as base:
        views = [{"width": 1280, "scheme": "light", "js": True}, {"width": 390, "scheme": "dark", "js": True}]
        seen = _look(base=base, pages=shown, views=views, clicks=shown, marks="#beside ~ .scroll td:nth-child(3) a.fig")
    for page in seen["pages"]:
        assert (page["errors"], page["outside"], page["faults"]) == ([], [], []), page
        assert page["wide"] <= 0, page
    assert seen["clicks"] and all("-2020-" in click["href"] for click in seen["clicks"])
    for click in seen["clicks"]:
        assert len(click["lit"]) == 1 and click["lit"][0]["seen"], click
        assert click["lit"][0]["colour"] not in ("rgba(0, 0, 0, 0)", "transparent"), click


def test_search_answers(address: str) -> None:
    seen = _look(
        base=address, search=["馆陶", "政府办公室 2021", "台式计算机", "没有这个部门", "大督查", "2021年", "2022"]
    )
    found = {one["words"]: one["found"] for one in seen["search"]}
    assert [len(found[words]) for words in found] == [1, 1, 1, 0, 1, 1, 0]
    assert seen["prepared"] == ["search/e0.js", "search/s0.js"]  # by going to the box, before a word is typed
    assert not any(one["files"] for one in seen["search"])
    assert seen["search"][0]["first"].endswith(f"packages/{NAME}/index.html")


def test_sql_runs_in_the_browser(address: str) -> None:
    seen = _look(base=address, query=f"query/index.html?package={NAME}")
    assert seen["query"] == {"errors": [], "outside": [], "cells": ["1", "7651400"]}
