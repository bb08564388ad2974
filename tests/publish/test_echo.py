"""Servers that throw the token back wherever they can: it is shown in no error, not in the parts of one either."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from openbudget.errors import PublishError, UsageError
from openbudget.publish import _network as network
from openbudget.publish._ckan.portal import AbsentError, DeniedError, InvalidError, Portal
from openbudget.publish._network import without_secrets
from openbudget.publish._s3.bucket import bucket_of
from openbudget.publish.plan import Network

TOKEN = "a-token-that-nobody-may-see"
ONCE = Network(timeout=60, retries=0)
ANSWERS: dict[str, tuple[int, str, Any]] = {
    "in the reason of the status": (503, f"busy {TOKEN}", ""),
    "in what is wrong with a field": (409, "no", {"__type": "Validation Error", "name": [TOKEN]}),
    "in what is not there": (404, "no", {"__type": "Not Found Error", "message": TOKEN}),
    "in why it is denied": (403, "no", {"__type": "Authorization Error", "message": TOKEN}),
    "in place of an answer": (200, "fine", TOKEN),
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """Answers as its `told` says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, reason, body = self.server.told  # type: ignore[attr-defined]
            content = json.dumps({"success": status == 200, "result": body, "error": body}).encode()
            self.send_response(status, reason)
            if status == 302:
                self.send_header("Location", body)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_POST  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def shown(error: BaseException) -> str:
    """All that a traceback says of an error and of those behind it."""
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("case", ANSWERS)
def test_a_portal_that_throws_the_token_back(server: ThreadingHTTPServer, case: str) -> None:
    server.told = ANSWERS[case]  # type: ignore[attr-defined]
    with pytest.raises((PublishError, AbsentError, DeniedError, InvalidError)) as told:
        Portal(address(server), TOKEN, ONCE).ask("status_show")
    assert TOKEN not in shown(told.value)


def test_a_bucket_that_leads_elsewhere_for_ever_is_told(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "a-key")
    server.told = (302, "moved", "http://127.0.0.1:1/")  # type: ignore[attr-defined]
    bucket = bucket_of("//bucket", {"endpoint": address(server), "region": "us-east-1"}, ONCE)
    with pytest.raises(PublishError) as told:
        bucket.read("a.json")
    assert told.value.key == "publish.failed"


def test_keys_in_addresses_are_not_repeated() -> None:
    with pytest.raises(UsageError) as told:
        without_secrets(f"https://data.example.org/?key={TOKEN}")
    with pytest.raises(UsageError) as also:
        bucket_of(f"//me:{TOKEN}@bucket/x", {}, ONCE)
    assert TOKEN not in shown(told.value) + shown(also.value)
    assert network.without_secrets("https://data.example.org/") == "https://data.example.org"
