"""Servers that answer as no CKAN does: each is told as a fault of the portal, and none gets or spreads the token."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from openbudget import publish as framework
from openbudget.errors import PublishError
from openbudget.publish._ckan.answers import fits
from openbudget.publish.plan import Network, Request, Withdrawal
from openbudget.publish.release import releases_of
from tests.publish.conftest import silent
from tests.publish.packages import package

DATASET = {"id": "d", "name": "d", "metadata_modified": "2026-01-02T00:00:00"}
USUAL = {
    "status_show": {"ckan_version": "2.12.0", "site_url": None, "extensions": []},
    "organization_list_for_user": [{"id": "o", "name": "o"}],
    "license_list": [{"id": "cc-by"}],
    "package_create": DATASET,
    "package_revise": {"package": DATASET},
}
ABSENT = {"success": False, "error": {"__type": "Not Found Error", "message": "Not found"}}
DENIED = {"success": False, "error": {"__type": "Authorization Error", "message": "Access denied"}}


class Liar:
    """A server that gives to actions the answers of `told` (a status and a whole body), else those of `USUAL`."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[int, Any]] = {}
        self.moved: str | None = None
        self.asked: list[str] = []
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                action = self.path.rpartition("/")[2]
                liar.asked.append(action)
                usual = {"success": True, "result": USUAL[action]} if action in USUAL else ABSENT
                status, body = liar.told.get(action, (200 if action in USUAL else 404, usual))
                content = json.dumps(body).encode()
                self.send_response(302 if liar.moved else status)
                if liar.moved:
                    self.send_header("Location", f"{liar.moved}{self.path}")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> Iterator[Liar]:
    monkeypatch.setenv("OPENBUDGET_CKAN_TOKEN", "a-token")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made = Liar()
    yield made
    made.close()


def failure(request: Request, liar: Liar) -> PublishError:
    target, address = framework.target(f"ckan:{liar.address}")
    with pytest.raises(PublishError) as caught:
        target.send(request, target.plan(request, address, {}), address, {}, silent)
    assert "a-token" not in str(caught.value)
    return caught.value


def request(*paths: Path, withdraw: tuple[str, ...] = ()) -> Request:
    withdrawals = [Withdrawal(name, "原文件已更正") for name in withdraw]
    return Request(releases_of(paths), withdrawals, "2026-01-02", True, network=Network(timeout=60, retries=0))


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("status_show", {"success": True}),
        ("status_show", {"success": True, "result": {}}),
        ("organization_list_for_user", {"success": True, "result": None}),
        ("organization_list_for_user", {"success": True, "result": [{"id": "o"}]}),
        ("license_list", {"success": True, "result": {"id": "cc-by"}}),
        ("package_show", {"success": True, "result": []}),
        ("package_show", {"success": True, "result": {**DATASET, "extras": [{"key": "k"}]}}),
        ("package_show", {"success": True, "result": {**DATASET, "resources": [{}]}}),
        ("package_create", {"success": True, "result": {"id": "d"}}),
        ("package_revise", {"success": True, "result": DATASET}),
    ],
)
def test_an_answer_of_another_shape_is_the_portals_fault(
    liar: Liar, tmp_path: Path, action: str, body: dict[str, Any]
) -> None:
    liar.told[action] = (200, body)
    told = failure(request(package(tmp_path, "401")), liar)
    assert (told.key, action in str(told)) == ("publish.ckan_strange", True)


def test_a_withdrawal_is_not_fooled_either(liar: Liar) -> None:
    liar.told["package_show"] = (200, {"success": True, "result": "x"})
    assert failure(request(withdraw=("d",)), liar).key == "publish.ckan_strange"


def test_a_portal_that_denies_all_is_told_as_a_matter_of_the_token(liar: Liar, tmp_path: Path) -> None:
    liar.told["status_show"] = (403, DENIED)
    assert failure(request(package(tmp_path, "402")), liar).key == "publish.ckan_token"


def test_resources_that_vanish_are_noticed(liar: Liar, tmp_path: Path) -> None:
    """The portal takes everything and shows nothing of it."""
    assert failure(request(package(tmp_path, "403")), liar).key == "publish.differs"


def test_the_token_does_not_follow_to_another_address(liar: Liar, tmp_path: Path) -> None:
    other = Liar()
    liar.moved = other.address
    told = failure(request(package(tmp_path, "404")), liar)
    other.close()
    assert (told.key, told.args_by_name["place"]) == ("publish.ckan_moved", other.address)
    assert not other.asked


def test_what_a_portal_really_answers_fits() -> None:
    assert all(fits(action, answer) for action, answer in USUAL.items())
    assert fits("package_show", {**DATASET, "extras": None, "tags": [{"name": "预算"}], "resources": [{"id": "r"}]})
    assert fits("user_show", None)
