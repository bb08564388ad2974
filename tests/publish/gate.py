"""A server between a test and the portal: passes requests on, remembers them, and fails as it is told.

It answers for the portal under its own address, and as the proxy of requests for other hosts.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

READS = ("package_show", "status_show", "license_list", "organization_list_for_user", "organization_show", "user_show",
         "datastore_search")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    host: str
    body: bytes = field(repr=False)

    @property
    def action(self) -> str:
        """The action of CKAN that it calls; blank where it is for a file."""
        return self.path.rpartition("/")[2] if "/api/action/" in self.path else ""

    @property
    def uploads(self) -> bool:
        return b'filename="' in self.body


@dataclass(frozen=True)
class Fault:
    """What happens to a request: it is answered with `status` and `headers`; or passed on, and the answer is lost
    (`lose`) or altered (`alter`)."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    lose: bool = False
    alter: Callable[[bytes], bytes] | None = None


class Gate:
    """`with Gate(portal) as gate: gate.address`. `fault` is asked about each request."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.asked: list[Asked] = []
        self.fault: Callable[[Asked], Fault | None] = lambda asked: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.gate = self  # type: ignore[attr-defined]
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Gate:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def changing(self) -> list[Asked]:
        """The requests that may have changed something."""
        return [one for one in self.asked if one.method != "GET" and one.action not in READS]

    @property
    def uploads(self) -> list[Asked]:
        return [one for one in self.asked if one.uploads]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _pass_on(self) -> None:
        gate: Gate = self.server.gate  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        asked = Asked(self.command, path, parts.netloc or self.headers.get("Host", ""), body)
        gate.asked.append(asked)
        fault = gate.fault(asked)
        if fault and fault.status:
            return self._answer(fault.status, b"", fault.headers)
        target = urlsplit(gate.portal)
        connection = http.client.HTTPConnection(target.netloc, timeout=300)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "host")}
        connection.request(self.command, path, body=body or None, headers=kept)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if fault and fault.lose:
            self.close_connection = True
            return None
        if fault and fault.alter:
            content = fault.alter(content)
        left_out = ("connection", "content-length", "date", "server", "transfer-encoding")
        headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in left_out]
        return self._answer(answer.status, content, headers)

    def _answer(self, status: int, content: bytes, headers: object) -> None:
        self.send_response(status)
        for name, value in headers:  # type: ignore[attr-defined]
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""
