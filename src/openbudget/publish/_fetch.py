"""Fetching documents from the web, politely: robots rules (RFC 9309), a pause between requests to one host, limits of
size, time and type. Only http and https; a redirect may not lead from a public host into a private network."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser

from openbudget import __version__
from openbudget.errors import PublishError
from openbudget.readers.limits import FILE_BYTES, MB

AGENT = "openbudget"
SECONDS = 30.0  # without a byte
WHOLE_SECONDS = 300.0  # for one file
REDIRECTS = 5
ROBOTS_BYTES = 500 * 1024
_REFUSED = ("image/", "video/", "audio/", "font/")  # scans come as PDF or in archives


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as received: its bytes, the name it goes by, where it was found in the end."""

    name: str
    data: bytes
    address: str


@dataclass
class Fetcher:
    """Fetches addresses; at least `pause` seconds lie between two requests to one host, or what its robots.txt asks
    for. To be used by one thread for each host; `limit` in bytes."""

    pause: float = 1.0
    limit: int = FILE_BYTES
    _robots: dict[str, RobotFileParser | None] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, address: str) -> Fetched:
        """The file at `address`. PublishError with the reason: robots rules, size, type, status, network."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PublishError("batch.fetch_scheme", url=address)
        rules = self._rules(parts.scheme, parts.netloc)
        if rules is None or not rules.can_fetch(AGENT, address):
            raise PublishError("batch.fetch_robots", url=address)
        wait = rules.crawl_delay(AGENT)
        self._wait(parts.netloc, max(self.pause, float(wait or 0)))
        data, headers, final = self._get(address, self.limit)
        kind = headers.get_content_type()
        if kind.startswith(_REFUSED):
            raise PublishError("batch.fetch_type", url=address, type=kind)
        return Fetched(_name(headers, final), data, final)

    def _wait(self, host: str, pause: float) -> None:
        left = self._last.get(host, 0.0) + pause - time.monotonic()
        if left > 0:
            time.sleep(left)

    def _rules(self, scheme: str, host: str) -> RobotFileParser | None:
        """What robots.txt of a host says; None (nothing may be fetched) where it cannot be had for now."""
        place = f"{scheme}://{host}"
        with self._lock:
            if place in self._robots:
                return self._robots[place]
        rules: RobotFileParser | None = RobotFileParser()
        assert rules is not None
        self._wait(host, self.pause)
        try:
            data, _, _ = self._get(f"{place}/robots.txt", ROBOTS_BYTES)
            rules.parse(data.decode("utf-8", errors="replace").splitlines())
        except PublishError as error:
            status = error.args_by_name.get("status", 0)
            if isinstance(status, int) and 400 <= status < 500:
                rules.parse([])
            else:
                rules = None
        with self._lock:
            self._robots[place] = rules
        return rules

    def _get(self, address: str, limit: int) -> tuple[bytes, Message, str]:
        request = urllib.request.Request(address, headers={"User-Agent": f"{AGENT}/{__version__}", "Accept": "*/*"})
        opener = urllib.request.build_opener(_Redirects(_is_private(address)))
        end = time.monotonic() + WHOLE_SECONDS
        data = bytearray()
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                while part := answer.read(1 << 16):
                    data += part
                    if len(data) > limit:
                        raise PublishError("batch.fetch_size", url=address, limit=limit // MB or 1)
                    if time.monotonic() > end:
                        raise PublishError("batch.fetch_slow", url=address, limit=int(WHOLE_SECONDS))
                headers: Message = answer.headers
                final: str = answer.geturl()
        except urllib.error.HTTPError as error:
            error.close()
            raise PublishError("batch.fetch_status", url=address, status=error.code) from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise PublishError("batch.fetch_failed", url=address, reason=str(reason)[:200]) from error
        finally:  # the pause begins when the answer has ended
            self._last[urlsplit(address).netloc] = time.monotonic()
        stated = headers.get("Content-Length")
        if stated is not None and stated.isdecimal() and int(stated) != len(data):
            raise PublishError("batch.fetch_failed", url=address, reason=f"{len(data)} / {stated} bytes")
        return bytes(data), headers, final


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects, only to http and https, and never from outside into a private network."""

    max_redirections = REDIRECTS

    def __init__(self, private: bool) -> None:
        self._private = private

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in ("http", "https") or (not self._private and _is_private(newurl)):
            raise urllib.error.URLError(f"redirect to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_private(address: str) -> bool:
    """Whether the host's name leads to an address that is not public."""
    host = urlsplit(address).hostname or ""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return any(not ipaddress.ip_address(str(one).partition("%")[0]).is_global for one in found)


def _name(headers: Message, address: str) -> str:
    """The name of a fetched file: as the server says, else the last part of its address."""
    name = (
        (headers.get_filename() or unquote(urlsplit(address).path).rpartition("/")[2])
        .replace("\\", "/")
        .rpartition("/")[2]
    )
    kept = "".join(char for char in name if char.isprintable() and char not in '<>:"|?*').strip(". ")
    return kept[-120:] or "document"
