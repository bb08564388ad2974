"""`s3://` against a real S3 service, and the same portal on a plain static server: the same tests."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import boto3
import pytest

from openbudget.errors import PublishError, UsageError
from openbudget.package.atomic import held
from openbudget.publish._s3.manifest import MANIFEST, headers, manifest_of, rank
from openbudget.publish.plan import Verb
from openbudget.publish.s3 import _sweep
from tests.publish.conftest import Done, command, environ, get, publish, withdraw
from tests.publish.gate import Asked, Fault, Gate
from tests.publish.objects import service
from tests.publish.packages import changed, package

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "a-key-that-nobody-may-see", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with service() as address:
        yield address


class Storage:
    """A bucket of its own, which everybody may read."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.endpoint = endpoint
        self.name = name
        self.client: Any = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        )
        self.client.create_bucket(Bucket=name, ACL="public-read")
        reader = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
        self.client.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [reader]}))
        self.to = f"s3://{name}/portal"
        self.url = f"{endpoint}/{name}/portal/"

    def objects(self) -> dict[str, str]:
        """All objects below the prefix: path → when it was written."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix="portal/")
        found = [one for page in pages for one in page.get("Contents", ())]
        return {one["Key"].removeprefix("portal/"): one["LastModified"].isoformat() + one["ETag"] for one in found}

    def contents(self) -> dict[str, bytes]:
        return {
            path: self.client.get_object(Bucket=self.name, Key=f"portal/{path}")["Body"].read()
            for path in self.objects()
        }

    def publish(self, *paths: Path, overwrite: bool = False, **options: str) -> Done:
        return publish(self.to, *paths, overwrite=overwrite, options={"endpoint": self.endpoint, **options})


@pytest.fixture
def storage(endpoint: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Storage:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return Storage(endpoint, f"b{hashlib.sha256(request.node.name.encode()).hexdigest()[:20]}")


@pytest.fixture(params=["s3", "static"])
def published(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, list[Path]]]:
    """The address of a portal of two packages, of which one was withdrawn, and the packages."""
    paths = [package(tmp_path, "201"), package(tmp_path, "202", ("organizations",))]
    if request.param == "s3":
        storage: Storage = request.getfixturevalue("storage")
        storage.publish(*paths)
        withdraw(storage.to, paths[1].name, "原文件已更正", {"endpoint": storage.endpoint})
        yield storage.url, paths
        return
    folder = tmp_path / "site"
    publish(f"site:{folder}", *paths)
    withdraw(f"site:{folder}", paths[1].name, "原文件已更正")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", paths
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name in ("href", "src") and value}


def test_every_link_leads_to_something(published: tuple[str, list[Path]]) -> None:
    base, paths = published
    seen: set[str] = set()
    waiting = [f"{base}index.html"]
    while waiting:
        url = waiting.pop().partition("#")[0].partition("?")[0]
        if url in seen or not url.startswith(base):
            continue
        seen.add(url)
        status, content = get(url)
        assert status == 200, url
        if url.endswith(".html") and urlsplit(url).path.count("/view/") == 0:
            links = _Links()
            links.feed(content.decode())
            waiting += [urljoin(url, link) for link in links.found]
    assert len(seen) > 40
    assert any(f"/packages/{paths[0].name}/" in url for url in seen)


def test_downloads_are_the_same_bytes(published: tuple[str, list[Path]]) -> None:
    base, (path, gone) = published
    for file in (path / "data").iterdir():
        assert get(f"{base}packages/{path.name}/data/{file.name}") == (200, file.read_bytes())
    assert "原文件已更正" in get(f"{base}packages/{gone.name}/index.html")[1].decode()
    assert get(f"{base}packages/{gone.name}/data/organizations.csv")[0] == 404


def test_a_bucket_holds_what_a_folder_would(storage: Storage, tmp_path: Path) -> None:
    """Run by run, though the bucket's portal is never whole on the machine that sends it."""
    one, two = package(tmp_path, "203"), package(tmp_path, "204", ("organizations", "glossary"))
    folder = tmp_path / "site"

    def same() -> bool:
        kept = {path: content for path, content in storage.contents().items() if path != MANIFEST}
        wanted = {
            file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
        }
        assert {*kept} == {*wanted}
        assert not [path for path in wanted if kept[path] != wanted[path]]
        return True

    for step in ((one,), (two,), (changed(one, "budget_lines", "7651400", "7651401"),)):
        publish(f"site:{folder}", *step)
        storage.publish(*step)
        assert same()
    withdraw(f"site:{folder}", two.name, "x")
    withdraw(storage.to, two.name, "x", {"endpoint": storage.endpoint})
    assert same()


def test_the_manifest_lists_everything_with_its_checksum(storage: Storage, tmp_path: Path) -> None:
    storage.publish(package(tmp_path, "205"))
    held = storage.contents()
    files = json.loads(held.pop(MANIFEST))["files"]
    assert {path: hashlib.sha256(content).hexdigest() for path, content in held.items()} == {
        path: one[0] for path, one in files.items()
    }


def test_publishing_again_sends_nothing_and_a_change_only_itself(storage: Storage, tmp_path: Path) -> None:
    one, two = package(tmp_path, "206"), package(tmp_path, "207")
    storage.publish(one, two)
    before = storage.objects()
    again = storage.publish(one, two)
    assert not again.plan.changes
    assert storage.objects() == before
    done = storage.publish(one, changed(two, "budget_lines", "7651400", "7651401"))
    uploaded = done.receipt.detail["uploaded"]
    assert f"packages/{two.name}/data/budget_lines.csv" in uploaded
    assert not [path for path in uploaded if one.name in path]
    assert f"packages/{two.name}/data/glossary.csv" not in uploaded
    assert not [path for path in uploaded if path.startswith(("assets/", "dictionary/"))]


def test_files_come_before_what_leads_to_them(storage: Storage, tmp_path: Path) -> None:
    with Gate(storage.endpoint) as gate:
        storage.publish(package(tmp_path, "208"), endpoint=gate.address)
        puts = [one.path.partition("/portal/")[2].partition("?")[0] for one in gate.asked if one.method == "PUT"]
    assert puts[-1] == MANIFEST
    home = puts.index("index.html")
    assert all(puts.index(path) < home for path in puts if path.startswith("packages/"))
    assert [rank(path) for path in puts[:-1]] == sorted(rank(path) for path in puts[:-1])


def test_a_run_that_is_killed_is_finished_by_the_next(storage: Storage, tmp_path: Path) -> None:
    old = package(tmp_path / "old", "209")
    storage.publish(old)
    new = changed(package(tmp_path / "new", "209"), "budget_lines", "7651400", "7651401")
    first = storage.objects()
    with Gate(storage.endpoint) as gate:
        gate.fault = lambda asked: time.sleep(0.05) if asked.method == "PUT" else None
        process = subprocess.Popen(
            [sys.executable, "-m", "openbudget", "publish", str(new), "--to", storage.to, "--allow-invalid",
             "-O", f"endpoint={gate.address}"],
            env=environ(**KEYS), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and sum(one.method == "PUT" for one in gate.asked) < 6:
            time.sleep(0.01)
        process.kill()
        assert process.wait() == -9
    middle = storage.objects()
    assert middle[MANIFEST] == first[MANIFEST]
    arrived = {path for path in middle if middle[path] != first.get(path)}
    done = storage.publish(new)
    assert done.plan.of(new.name) is Verb.PATCH
    after = storage.contents()
    assert after[f"packages/{new.name}/data/budget_lines.csv"] == (new / "data/budget_lines.csv").read_bytes()
    if [path for path in arrived if path.endswith(".csv")]:
        assert not {path for path in arrived if path.endswith(".csv")} & {*done.receipt.detail["uploaded"]}
    files = json.loads(after[MANIFEST])["files"]
    assert not [path for path in files if hashlib.sha256(after[path]).hexdigest() != files[path][0]]
    assert not storage.publish(new).plan.changes


def test_folders_that_killed_runs_left_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = {name: tmp_path / f"openbudget-s3-{name}" for name in ("left", "living", "new")}
    for name, folder in made.items():
        (folder / "site").mkdir(parents=True)
        if name != "new":
            os.utime(folder, (0, 0))
    with held(made["living"]):
        _sweep()
    assert [name for name, folder in made.items() if folder.exists()] == ["living", "new"]


def test_what_others_changed_is_not_overwritten(storage: Storage, tmp_path: Path) -> None:
    path = package(tmp_path, "210")
    storage.publish(path)
    file = f"packages/{path.name}/data/glossary.csv"
    storage.client.put_object(Bucket=storage.name, Key=f"portal/{file}", Body=b"others")
    storage.client.delete_object(Bucket=storage.name, Key="portal/index.html")
    with pytest.raises(PublishError) as caught:
        storage.publish(path)
    assert caught.value.key == "publish.conflict"
    assert "glossary.csv" in str(caught.value)
    assert "index.html" in str(caught.value)
    assert storage.contents()[file] == b"others"
    storage.publish(path, overwrite=True)
    assert storage.contents()[file] == (path / "data/glossary.csv").read_bytes()
    assert "index.html" in storage.objects()
    assert not storage.publish(path).plan.changes


def test_the_site_of_others_is_not_replaced(storage: Storage, tmp_path: Path) -> None:
    storage.client.put_object(Bucket=storage.name, Key="portal/index.html", Body=b"their home")
    storage.client.put_object(Bucket=storage.name, Key="portal/about.txt", Body=b"theirs")
    with pytest.raises(PublishError):
        storage.publish(package(tmp_path, "211"))
    assert storage.contents() == {"index.html": b"their home", "about.txt": b"theirs"}
    storage.publish(package(tmp_path / "again", "211"), overwrite=True)
    assert storage.contents()["about.txt"] == b"theirs"


def test_headers_are_those_of_the_files(storage: Storage, tmp_path: Path) -> None:
    path = package(tmp_path, "212")
    storage.publish(path)

    def head(name: str) -> dict[str, str]:
        found: dict[str, str] = storage.client.head_object(Bucket=storage.name, Key=f"portal/{name}")
        return found

    assert head("index.html")["ContentType"] == "text/html; charset=utf-8"
    assert head("index.html")["CacheControl"] == "public, no-cache"
    assert head("assets/site.js")["ContentType"].startswith("text/javascript")
    assert head(f"packages/{path.name}/data/glossary.csv")["ContentType"] == "text/csv; charset=utf-8"
    assert headers("packages/a/source/x.HTML", 0)["ContentDisposition"] == "attachment"
    assert headers("packages/a/index.html", 60) == {
        "ContentType": "text/html; charset=utf-8", "CacheControl": "public, max-age=60",
    }  # fmt: skip


def test_a_busy_service_is_waited_for_as_it_asks(storage: Storage, tmp_path: Path) -> None:
    times: list[float] = []

    def busy(asked: Asked) -> Fault | None:
        if asked.method != "PUT" or not asked.path.partition("?")[0].endswith("/release.json"):
            return None
        times.append(time.monotonic())
        return Fault(503, (("Retry-After", "3"),)) if len(times) == 1 else None

    with Gate(storage.endpoint) as gate:
        gate.fault = busy
        storage.publish(package(tmp_path, "213"), endpoint=gate.address)
    assert len(times) == 2
    assert times[1] - times[0] >= 3


def test_an_object_that_reads_back_wrong_is_noticed(storage: Storage, tmp_path: Path) -> None:
    path = package(tmp_path, "214")
    with Gate(storage.endpoint) as gate:
        gate.fault = lambda asked: (
            Fault(alter=lambda content: b"x" + content[1:])
            if asked.method == "GET" and asked.path.partition("?")[0].endswith("glossary.csv")
            else None
        )
        with pytest.raises(PublishError) as caught:
            storage.publish(path, endpoint=gate.address)
    assert caught.value.key == "publish.object_differs"
    assert MANIFEST not in storage.objects()
    storage.publish(path)
    assert MANIFEST in storage.objects()


def _page(asked: Asked, method: str) -> bool:
    return asked.method == method and asked.path.partition("?")[0].endswith("-2021-budget/index.html")


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (lambda asked: Fault(404) if _page(asked, "GET") else None, "object_differs"),
        (lambda asked: Fault(412) if _page(asked, "PUT") else None, "failed"),
        (lambda asked: Fault(alter=_cut_short) if "list-type" in asked.path else None, "failed"),
    ],
)
def test_a_service_that_contradicts_itself_is_given_up(
    storage: Storage, tmp_path: Path, fault: Callable[[Asked], Fault | None], key: str
) -> None:
    with Gate(storage.endpoint) as gate:
        gate.fault = fault
        with pytest.raises(PublishError) as caught:
            storage.publish(package(tmp_path, "219"), endpoint=gate.address)
    assert caught.value.key == f"publish.{key}"


def _cut_short(listing: bytes) -> bytes:
    """A listing that says that it goes on, but not where."""
    assert b"<IsTruncated>false" in listing
    return listing.replace(b"<IsTruncated>false", b"<IsTruncated>true")


@pytest.mark.parametrize("path", ["../evil/release.json", "packages/../release.json", "/etc/release.json", "a\\b"])
def test_a_manifest_that_names_files_elsewhere_is_none(path: str) -> None:
    made: dict[str, Any] = {"format": 1, "files": {}, "gone": []}
    for wrong in ({"files": {path: ["0" * 64, 3, "x"]}}, {"gone": [path]}, {"files": {"a": ["", float("inf"), ""]}}):
        assert manifest_of(json.dumps({**made, **wrong}).encode()) is None
    assert manifest_of(json.dumps({**made, "files": {"a/b": ["0" * 64, 3, "x"]}}).encode()) is not None


def test_what_others_spoilt_is_built_again(storage: Storage, tmp_path: Path) -> None:
    path = package(tmp_path, "220")
    storage.publish(path)
    names = (f"packages/{path.name}/release.json", "catalogue.json")
    before = storage.contents()
    for name in names:
        storage.client.put_object(Bucket=storage.name, Key=f"portal/{name}", Body=b"[1]")
    with pytest.raises(PublishError) as caught:
        storage.publish(path)
    assert caught.value.key == "publish.conflict"
    storage.publish(path, overwrite=True)
    assert all(storage.contents()[name] == before[name] for name in names)


def test_two_runs_at_once_are_noticed(storage: Storage, tmp_path: Path) -> None:
    one, two = package(tmp_path, "215"), package(tmp_path, "216")
    other: list[Done] = []

    def meanwhile(asked: Asked) -> None:
        if asked.method == "PUT" and asked.path.partition("?")[0].endswith(MANIFEST) and not other:
            other.append(storage.publish(two))

    with Gate(storage.endpoint) as gate:
        gate.fault = meanwhile
        with pytest.raises(PublishError) as caught:
            storage.publish(one, endpoint=gate.address)
    assert caught.value.key == "publish.changed_meanwhile"


def test_secrets_are_shown_in_no_error(storage: Storage, tmp_path: Path) -> None:
    path = str(package(tmp_path, "217"))
    words = (
        "publish",
        path,
        "--to",
        "s3://not-there/x",
        "-O",
        f"endpoint={storage.endpoint}",
        "--debug",
        "--retries",
        "0",
    )
    done = command(*words, **KEYS)
    assert done.returncode == 5
    assert "NoSuchBucket" in done.stderr
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in done.stdout + done.stderr
    none = command(*words, AWS_EC2_METADATA_DISABLED="true", HOME=str(tmp_path))
    assert none.returncode == 5
    assert "AWS_ACCESS_KEY_ID" in none.stderr


@pytest.mark.parametrize("wrong", ["s3://", "s3:bucket", "s3:///x", "s3://b/../c", "s3://me:secret@b/x"])
def test_addresses_that_are_none(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        publish(wrong, package(tmp_path, "218"))
