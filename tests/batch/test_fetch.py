"""Fetching: only where it is allowed, by the site's rules, within limits, once; what fails is an outcome."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from openbudget.batch import fetch, sources
from openbudget.batch.run import Ran, Settings, run
from openbudget.errors import PublishError
from openbudget.publish import _fetch
from openbudget.publish._clock import Clock
from openbudget.publish._fetch import Fetcher, as_uri
from tests.batch.conftest import TASK, outcomes


class Site:
    """A web server on loopback; `asked` counts requests by path."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.times: list[float] = []
        self.robots = b"User-agent: *\nDisallow: /secret/\n"
        self.robots_status = 200
        self.broken = True
        self.closed = threading.Event()
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
        if path.endswith("/robots.txt"):
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
        elif path.startswith("/to/"):
            status, headers = 302, {"Location": path.removeprefix("/to/")}
        elif path == "/round.json":
            status, headers = 302, {"Location": "/round.json"}
        elif path in ("/slow.json", "/slow_head.json", "/slow_chunk.json"):
            return self._drip(asked)
        elif path == "/gbk.json":
            headers = {"Content-Disposition": 'attachment; filename="预算.json"'.encode("gb18030").decode("latin-1")}
        elif path == "/long.json":
            headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{'%E9%95%BF' * 150}.json"}
        elif path.startswith("/packed"):
            body = gzip.compress({"/packed.json": body, "/packed_bomb.json": b" " * 300_000}.get(path, body))
            body, headers = body[: -9 if "cut" in path else None], {"Content-Encoding": "gzip"}
        elif path == "/named.json":
            headers = {"Content-Disposition": 'attachment; filename="../../x<y>.json"'}
        asked.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            asked.send_header(name, value)
        asked.end_headers()
        asked.wfile.write(body)

    def _drip(self, asked: Any) -> None:
        """A byte now and then, so that no wait between two is long."""
        asked.send_response(200)
        if asked.path == "/slow_chunk.json":
            asked.send_header("Transfer-Encoding", "chunked")
        if asked.path == "/slow_head.json":
            asked.flush_headers()
            asked.wfile.write(b"X-Long: ")
        else:
            asked.end_headers()
        with suppress(OSError):
            while not self.closed.wait(0.02):
                asked.wfile.write(b"0" if asked.path == "/slow_chunk.json" else b" ")
                asked.wfile.flush()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.closed.set()
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
    assert told.value.key == "batch.fetch_rules"
    assert told.value.args_by_name["reason"] == "HTTP 500"
    site.robots_status = 404
    assert Fetcher(pause=0.0).fetch(f"{site.url}/a.json").name == "a.json"


def test_requests_keep_their_distance(site: Site) -> None:
    fetcher = Fetcher(pause=0.15)
    for name in ("a", "b", "c"):
        fetcher.fetch(f"{site.url}/{name}.json")
    gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.14


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names under .example lead to a public address, both.example also to a private one, turns.example to a public one
    the first time and to this machine later; all others to where they lead. Connections to such addresses, which are
    listed, are to this machine."""
    real, connect = socket.getaddrinfo, socket.create_connection
    asked: Counter[str] = Counter()
    dialled: list[str] = []

    def found(host: str, port: int | str | None, *args: Any, **kwargs: Any) -> Any:
        if not str(host).endswith(".example"):
            return real(host, port, *args, **kwargs)
        asked[host] += 1
        numbers = ["127.0.0.1" if host == "turns.example" and asked[host] > 1 else "8.8.8.8"]
        return [one for number in numbers + ["10.0.0.1"] * (host == "both.example") for one in real(number, port)]

    def connected(place: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
        dialled.append(real(place[0], place[1])[0][4][0] if place[0][0].isdigit() else found(*place)[0][4][0])
        return connect(("127.0.0.1", place[1]), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(socket, "create_connection", connected)
    return dialled


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "both.example"]
)
def test_nobody_outside_leads_us_into_a_private_network(site: Site, inside: str) -> None:
    port = site.server.server_port
    fetcher = Fetcher(pause=0.0)
    with pytest.raises(PublishError) as told:
        fetcher.fetch(f"http://outside.example:{port}/to/http://{inside}:{port}/a.json")
    assert told.value.key == "batch.fetch_failed"
    assert f"redirect to http://{inside}" in told.value.args_by_name["reason"]
    assert not site.asked["/a.json"]
    with pytest.raises(PublishError):  # whose name leads to both is no part of the private network
        fetcher.fetch(f"http://both.example:{port}/to/http://{inside}:{port}/a.json")
    assert not site.asked["/a.json"]


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("inside", ["127.0.0.%31:{}", "127.0.0.1%3A{}", "10.0.0.%31:{}", "%6cocalhost:{}"])
def test_nor_where_the_address_is_written_with_percent_signs(site: Site, inside: str) -> None:
    port = site.server.server_port
    with pytest.raises(PublishError) as told:
        Fetcher(pause=0.0).fetch(f"http://outside.example:{port}/to/http://{inside.format(port)}/a.json")
    assert told.value.key == "batch.fetch_failed"
    assert not site.asked["/a.json"]


@pytest.mark.usefixtures("names")
def test_other_redirects_are_followed(site: Site) -> None:
    """From outside to outside, from inside to inside, from inside out."""
    port = site.server.server_port
    for number, (first, then) in enumerate(
        [("a.example", "b.example"), ("127.0.0.1", "localhost"), ("127.0.0.1", "a.example")], 1
    ):
        got = Fetcher(pause=0.0).fetch(f"http://{first}:{port}/to/http://{then}:{port}/a.json")
        assert got.address == f"http://{then}:{port}/a.json"
        assert site.asked["/a.json"] == number


def test_a_name_that_means_another_address_the_next_time_is_connected_to_as_it_was_looked_at(
    site: Site, names: list[str]
) -> None:
    port = site.server.server_port
    got = Fetcher(pause=0.0).fetch(f"http://a.example:{port}/to/http://turns.example:{port}/a.json")
    assert got.name == "a.json"
    assert names == ["8.8.8.8", "8.8.8.8", "8.8.8.8"]  # robots.txt, the redirect, where it leads


def test_a_proxy_of_the_private_network_is_used(site: Site, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.setenv("no_proxy", "")
    assert Fetcher(pause=0.0).fetch("http://nowhere.example/a.json").name == "a.json"
    assert site.asked["http://nowhere.example/a.json"] == 1
    assert set(names) == {"127.0.0.1"}


@pytest.mark.parametrize("address", ["ftp://x/y", "file:///etc/passwd", "http://"])
def test_other_schemes_are_refused(address: str) -> None:
    with pytest.raises(PublishError) as told:
        Fetcher().fetch(address)
    assert told.value.key == "batch.fetch_scheme"


@pytest.mark.parametrize(
    "address", ["http://[x/y", f"http://{'a' * 70}.example/", "http://..example/", "http://h:99999/", "http://u:p@h/x"]
)  # fmt: skip
def test_what_is_no_address_is_an_outcome_of_its_own(tmp_path: Path, site: Site, address: str) -> None:
    manifest = tmp_path / "list.csv"
    manifest.write_text(f"url\n{site.url}/a.json\n{address}\n", encoding="utf-8")
    listed = sources.listed(manifest, "file", {})
    quick = Fetcher(pause=0.0)
    items = fetch.local(listed, tmp_path / "out", allowed=True, tell=lambda stage, **args: None, fetcher=quick)
    refused = {one.key: one.refusal.key if one.refusal else "" for one in items}
    assert refused == {f"{site.url}/a.json": "", address.replace("u:p@", "***@"): "batch.fetch_address"}
    assert "u:p" not in repr(items)


def test_addresses_are_sent_as_people_write_them(site: Site) -> None:
    got = Fetcher(pause=0.0).fetch(f"{site.url}/附件/2021年 预算%31.json?名=甲")
    assert got.name == "2021年 预算1.json"
    assert "/%E9%99%84%E4%BB%B6/2021%E5%B9%B4%20%E9%A2%84%E7%AE%97%31.json?%E5%90%8D=%E7%94%B2" in site.asked
    assert as_uri("http://例子.测试/x#y") == "http://xn--fsqu00a.xn--0zwm56d/x"
    assert as_uri("http://[::1]:80/") == "http://[::1]:80/"


def test_names_from_headers_are_read_and_cut(site: Site) -> None:
    assert Fetcher(pause=0.0).fetch(f"{site.url}/gbk.json").name == "预算.json"
    long = Fetcher(pause=0.0).fetch(f"{site.url}/long.json").name
    assert long.endswith("长.json")
    assert len(long.encode()) <= 180


@pytest.mark.parametrize("path", ["slow", "slow_head", "slow_chunk"])
def test_a_server_that_sends_a_byte_now_and_then_does_not_hold_us(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(_fetch, "WHOLE_SECONDS", 0.3)
    with pytest.raises(PublishError) as told:
        Fetcher(pause=0.0).fetch(f"{site.url}/{path}.json")
    assert told.value.key == "batch.fetch_slow"


@pytest.mark.parametrize(
    ("asked", "key"), [("601", "fetch_pause"), ("9" * 400, "fetch_pause"), ("9" * 5000, "fetch_rules")]
)
def test_nobody_waits_as_long_as_robots_may_ask(site: Site, asked: str, key: str) -> None:
    site.robots = f"User-agent: *\nCrawl-delay: {asked}\n".encode()
    with pytest.raises(PublishError) as told:
        Fetcher(pause=0.0).fetch(f"{site.url}/a.json")
    assert told.value.key == f"batch.{key}"


def test_answers_that_come_packed_are_unpacked_within_the_limit(site: Site) -> None:
    fetcher = Fetcher(pause=0.0, limit=100_000)
    assert fetcher.fetch(f"{site.url}/packed.json").data == b'{"name": "cn-packed"}'
    for name, key in (("packed_bomb", "fetch_size"), ("packed_cut", "fetch_failed")):
        with pytest.raises(PublishError) as told:
            fetcher.fetch(f"{site.url}/{name}.json")
        assert told.value.key == f"batch.{key}"


def test_a_connection_made_when_the_time_is_over_is_cut_off() -> None:
    clock = Clock(60)
    clock._cut()
    with socket.create_server(("127.0.0.1", 0)) as server:
        connection = clock.connection(HTTPConnection)("127.0.0.1", port=server.getsockname()[1], timeout=30)
        connection.connect()
        assert connection.sock.recv(1) == b""
        connection.close()
