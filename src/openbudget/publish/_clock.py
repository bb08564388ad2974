"""The time that a request may take as a whole: a server that sends a byte now and then, of its answer's head too, holds
nobody longer. (The time-out of a socket is that between two bytes.)"""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from typing import Any


class Clock:
    """While the block runs, connections that `handlers` make are cut off after so many seconds, which makes whoever reads
    from them fail, or find the end; then `over` is True. `dial` connects to a host that is reached without a proxy, as
    `socket.create_connection` does."""

    def __init__(self, seconds: float, dial: Callable[..., socket.socket] = socket.create_connection) -> None:
        self.over = False
        self._dial = dial
        self._connections: list[HTTPConnection] = []
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def handlers(self) -> tuple[urllib.request.BaseHandler, ...]:
        """Handlers of http and https for an opener."""
        return _Plain(self), _Secure(self)

    def connection(self, kind: Callable[..., HTTPConnection], *, direct: bool = True) -> Callable[..., HTTPConnection]:
        """What makes connections as `kind` does, and knows them. Not `direct`: they are to a proxy."""

        def made(host: str, **args: Any) -> HTTPConnection:
            one = kind(host, **args)
            if direct:
                one._create_connection = self._dial  # type: ignore[attr-defined]
            connect = one.connect

            def connected() -> None:
                connect()
                self._sockets.append(one.sock)  # an answer keeps it when the connection lets go of it
                if self.over:
                    self._cut()

            one.connect = connected  # type: ignore[method-assign]
            self._connections.append(one)
            return one

        return made

    def _cut(self) -> None:
        self.over = True
        for one in (*self._sockets, *(connection.sock for connection in self._connections)):
            if isinstance(one, socket.socket):  # None: not connected yet, or let go of
                with suppress(OSError):
                    socket.socket.shutdown(one, socket.SHUT_RDWR)  # of TLS too: nobody waits for its farewell


class _Clocked(urllib.request.AbstractHTTPHandler):
    """Opens connections that the clock can cut."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def do_open(self, http_class: Any, req: urllib.request.Request, **args: Any) -> HTTPResponse:
        direct = req.host == urllib.request.Request(req.full_url).host  # of a proxy it is the proxy's
        return super().do_open(self._clock.connection(http_class, direct=direct), req, **args)


class _Plain(_Clocked, urllib.request.HTTPHandler):
    """The same for http."""


class _Secure(_Clocked, urllib.request.HTTPSHandler):
    """The same for https."""
