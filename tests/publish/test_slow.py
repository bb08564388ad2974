"""Servers that drip: a byte now and then, so that no wait between two is long; nobody waits for them for ever."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from openbudget.errors import PublishError
from openbudget.publish import _network as network
from openbudget.publish._ckan.portal import Portal
from openbudget.publish._s3.bucket import bucket_of
from openbudget.publish.plan import Network

HEADS = {"head": b"HTTP/1.1 200 OK\r\nX-Long: ", "body": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"}


class Dripping:
    """A server on loopback that answers everybody with `begin`, then with blanks without end."""

    def __init__(self, begin: bytes) -> None:
        self._begin, self._closed = begin, threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._drip, args=(self._socket.accept()[0],), daemon=True).start()

    def _drip(self, one: socket.socket) -> None:
        with one, suppress(OSError):
            one.sendall(self._begin)
            while not self._closed.wait(0.02):
                one.sendall(b" ")

    def close(self) -> None:
        self._closed.set()
        self._socket.close()


@pytest.fixture(params=sorted(HEADS))
def dripping(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dripping]:
    monkeypatch.setattr(network, "WHOLE", 0.3)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Dripping(HEADS[request.param])
    yield server
    server.close()


def test_a_portal_that_drips_holds_nobody(dripping: Dripping) -> None:
    with pytest.raises(PublishError) as told:
        Portal(dripping.address, "a-token", Network(timeout=1, retries=5)).ask("status_show")
    assert told.value.key == "publish.too_slow"


def test_a_bucket_that_drips_holds_nobody(dripping: Dripping, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "a-key")
    options = {"endpoint": dripping.address, "region": "us-east-1"}
    with pytest.raises(PublishError) as told:
        bucket_of("//bucket", options, Network(timeout=1, retries=5)).read("a.json")
    assert told.value.key == "publish.too_slow"


def test_an_error_of_what_is_done_in_time_is_that_of_who_asked() -> None:
    def late(failed: int) -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        network.attempted(late, Network(60, 0), "x")
