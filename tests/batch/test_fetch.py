"""Fetching: only where it is allowed, by the site's rules, within limits, once; what fails is an outcome."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from openbudget.batch import fetch, sources
from openbudget.batch.run import Ran, Settings, run
from openbudget.errors import PublishError
from openbudget.publish._fetch import Fetcher
from tests.batch.conftest import TASK, outcomes


class Site:
    """A web server on loopback; `asked` counts requests by path."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.times: list[float] = []
        self.robots = b"User-agent: *\nDisallow: /secret/\n"
        self.robots_status = 200
        self.broken = True
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked[self.path] += 1
                site.times.append(time.monotonic())
                site.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, asked: Any) -> None:
        path, status, kind, headers = asked.path, 200, "application/json", {}
        body = json.dumps({"name": f"cn-{Path(path).stem}"}).encode()
        if path == "/robots.txt":
            status, kind, body = self.robots_status, "text/plain", self.robots
        elif path == "/gone.json":
            status = 404
        elif path == "/sometimes.json" and self.broken:
            status = 503
        elif path == "/picture.json":
            kind = "image/png"
        elif path == "/big.json":
            body = b" " * 300_000
        elif path == "/moved.json":
            status, headers = 302, {"Location": "/a.json"}
        elif path == "/file.json":
            status, headers = 302, {"Location": "file:///etc/passwd"}
        elif path == "/round.json":
            status, headers = 302, {"Location": "/round.json"}
        elif path == "/named.json":
            headers = {"Content-Disposition": 'attachment; filename="../../x<y>.json"'}
        asked.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(body)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


def go(folder: Path, site: Site, names: list[str], allowed: bool = True) -> Ran:
    """One run of a manifest with addresses."""
    manifest = folder / "list.csv"
    manifest.write_text("url\n" + "".join(f"{site.url}/{name}\n" for name in names), encoding="utf-8")
    settings = Settings(str(manifest), jobs=1, fetch=allowed)
    listed = sources.listed(manifest, "file", {})
    quick = Fetcher(pause=0.0, limit=100_000)
    out = folder / "out"
    items = fetch.local(listed, out, allowed=allowed, tell=lambda stage, **args: None, fetcher=quick)
    return run(items, out, TASK, settings, lambda stage, **args: None)


def reasons(folder: Path, site: Site) -> dict[str, str]:
    """Document → key of its reason; blank where it was packed."""
    found = outcomes(folder / "out")
    return {key.removeprefix(site.url): one.reason.key if one.reason else "" for key, one in found.items()}


def test_nothing_is_fetched_without_leave(tmp_path: Path, site: Site) -> None:
    assert go(tmp_path, site, ["a.json"], allowed=False).kinds == {"refused": 1}
    assert reasons(tmp_path, site) == {"/a.json": "batch.not_fetched"}
    assert not site.asked
    assert go(tmp_path, site, ["a.json"]).kinds == {"packed": 1}


def test_each_address_has_its_outcome(tmp_path: Path, site: Site) -> None:
    names = [
        "a.json", "secret/b.json", "gone.json", "picture.json", "big.json", "moved.json", "file.json", "round.json",
        "named.json",
    ]  # fmt: skip
    go(tmp_path, site, names)
    assert reasons(tmp_path, site) == {
        "/a.json": "",
        "/secret/b.json": "batch.fetch_robots",
        "/gone.json": "batch.fetch_status",
        "/picture.json": "batch.fetch_type",
        "/big.json": "batch.fetch_size",
        "/moved.json": "batch.duplicate",
        "/file.json": "batch.fetch_status",
        "/round.json": "batch.fetch_status",
        "/named.json": "",
    }
    assert not site.asked["/secret/b.json"]
    assert site.asked["/robots.txt"] == 1
    assert [path.name for path in (tmp_path / "out/.openbudget/fetched").rglob("file/x*")] == ["xy.json"]


def test_what_was_fetched_is_not_fetched_again(tmp_path: Path, site: Site) -> None:
    go(tmp_path, site, ["a.json", "b.json"])
    ran = go(tmp_path, site, ["a.json", "b.json", "c.json"])
    assert (ran.plan.new, ran.plan.unchanged) == (1, 2)
    assert site.asked["/a.json"] == site.asked["/c.json"] == 1


def test_what_failed_is_tried_again(tmp_path: Path, site: Site) -> None:
    go(tmp_path, site, ["sometimes.json"])
    assert reasons(tmp_path, site) == {"/sometimes.json": "batch.fetch_status"}
    assert go(tmp_path, site, ["sometimes.json"]).plan.unchanged == 1
    site.broken = False
    assert go(tmp_path, site, ["sometimes.json"]).kinds == {"packed": 1}


def test_a_site_whose_rules_cannot_be_had_is_left_alone(tmp_path: Path, site: Site) -> None:
    site.robots_status = 500
    with pytest.raises(PublishError) as told:
        Fetcher(pause=0.0).fetch(f"{site.url}/a.json")
    assert told.value.key == "batch.fetch_robots"
    site.robots_status = 404
    assert Fetcher(pause=0.0).fetch(f"{site.url}/a.json").name == "a.json"


def test_requests_keep_their_distance(site: Site) -> None:
    fetcher = Fetcher(pause=0.15)
    for name in ("a", "b", "c"):
        fetcher.fetch(f"{site.url}/{name}.json")
    gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.14


@pytest.mark.parametrize("address", ["ftp://x/y", "file:///etc/passwd", "http://"])
def test_other_schemes_are_refused(address: str) -> None:
    with pytest.raises(PublishError) as told:
        Fetcher().fetch(address)
    assert told.value.key == "batch.fetch_scheme"
