"""Fetching documents from the web, politely: robots rules (RFC 9309), a pause between requests to one host, limits of
size, time and type. Only http and https; a redirect may not lead from a public host into a private network, whatever its
name is said to mean the next time: it is asked for once, and connected to as it was looked at."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from openbudget import __version__
from openbudget.errors import PublishError
from openbudget.publish._clock import Clock
from openbudget.readers.limits import FILE_BYTES, MB

AGENT = "openbudget"
SECONDS = 30.0  # without a byte
WHOLE_SECONDS = 300.0  # for one file
REDIRECTS = 5
ROBOTS_BYTES = 500 * 1024
LONGEST_PAUSE = 600  # seconds between two requests that a robots.txt may ask for
NAME_BYTES = 180  # of a file's name; file systems take 255
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
    _robots: dict[str, RobotFileParser | str] = field(default_factory=dict)
    _last: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, address: str) -> Fetched:
        """The file at `address`. PublishError with the reason: robots rules, size, type, status, network."""
        uri = as_uri(address)
        parts = urlsplit(uri)
        rules = self._rules(parts.scheme, parts.netloc)
        if isinstance(rules, str):
            raise PublishError("batch.fetch_rules", url=address, reason=rules)
        if not rules.can_fetch(AGENT, uri):
            raise PublishError("batch.fetch_robots", url=address)
        asked = int(rules.crawl_delay(AGENT) or 0)
        if asked > LONGEST_PAUSE:
            raise PublishError("batch.fetch_pause", url=address, seconds=asked, limit=LONGEST_PAUSE)
        self._wait(parts.netloc, max(self.pause, asked))
        data, headers, final = self._get(uri, self.limit)
        kind = headers.get_content_type()
        if kind.startswith(_REFUSED):
            raise PublishError("batch.fetch_type", url=address, type=kind)
        return Fetched(_name(headers, final), data, final)

    def _wait(self, host: str, pause: float) -> None:
        left = self._last.get(host, 0.0) + pause - time.monotonic()
        if left > 0:
            time.sleep(left)

    def _rules(self, scheme: str, host: str) -> RobotFileParser | str:
        """What robots.txt of a host says; where it cannot be had for now, why (then nothing may be fetched)."""
        place = f"{scheme}://{host}"
        with self._lock:
            if place in self._robots:
                return self._robots[place]
        rules: RobotFileParser | str
        self._wait(host, self.pause)
        try:
            data, _, _ = self._get(f"{place}/robots.txt", ROBOTS_BYTES)
            rules = _parsed(data.decode("utf-8", errors="replace"))
        except PublishError as error:
            status = error.args_by_name.get("status", 0)
            if isinstance(status, int) and 400 <= status < 500:
                rules = _parsed("")
            else:
                rules = f"HTTP {status}" if status else str(error.args_by_name.get("reason") or error)
        with self._lock:
            self._robots[place] = rules
        return rules

    def _get(self, address: str, limit: int) -> tuple[bytes, Message, str]:
        request = urllib.request.Request(address, headers={"User-Agent": f"{AGENT}/{__version__}", "Accept": "*/*"})
        data = bytearray()
        route = _Route(address)
        clock = Clock(WHOLE_SECONDS, route.connect)
        try:
            with (
                clock,
                urllib.request.build_opener(_Redirects(route), *clock.handlers()).open(
                    request, timeout=SECONDS
                ) as answer,
            ):
                while part := answer.read1(1 << 16):  # what has come
                    data += part
                    if len(data) > limit:
                        raise PublishError("batch.fetch_size", url=address, limit=limit // MB or 1)
                if clock.over:
                    raise OSError
                headers: Message = answer.headers
                final: str = answer.geturl()
        except urllib.error.HTTPError as error:
            error.close()
            raise PublishError("batch.fetch_status", url=address, status=error.code) from error
        except (OSError, HTTPException, ValueError) as error:
            if clock.over:
                raise PublishError("batch.fetch_slow", url=address, limit=int(WHOLE_SECONDS)) from error
            reason = getattr(error, "reason", None) or error
            raise PublishError("batch.fetch_failed", url=address, reason=str(reason)[:200]) from error
        finally:  # the pause begins when the answer has ended
            self._last[urlsplit(address).netloc] = time.monotonic()
        stated = headers.get("Content-Length")
        if stated is not None and stated.isdecimal() and int(stated) != len(data):
            raise PublishError("batch.fetch_failed", url=address, reason=f"{len(data)} / {stated} bytes")
        return _unpacked(bytes(data), headers.get("Content-Encoding"), address, limit), headers, final


def _unpacked(data: bytes, coding: str | None, address: str, limit: int) -> bytes:
    """The content of an answer that was sent packed, which some servers do unasked."""
    if (coding or "identity").strip().lower() == "identity":
        return data
    unpacker = zlib.decompressobj(32 + zlib.MAX_WBITS)  # gzip or deflate
    try:
        content = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise PublishError("batch.fetch_failed", url=address, reason=f"Content-Encoding: {coding}") from error
    if len(content) > limit:
        raise PublishError("batch.fetch_size", url=address, limit=limit // MB or 1)
    if not unpacker.eof:
        raise PublishError("batch.fetch_failed", url=address, reason=f"Content-Encoding: {coding} …")
    return content


class _Route:
    """Where names of hosts lead: each is asked for once, so that what was looked at is what is connected to. Unless the
    `first` address is in a private network (then others there are no secret), no other may lead into one, however it is
    written. (A proxy asks for itself; it is up to whoever runs it where it leads.)"""

    def __init__(self, first: str) -> None:
        self._found: dict[str, list[str]] = {}
        self._why: dict[str, OSError] = {}
        self._first = (urlsplit(first).hostname or "").lower()

    @cached_property
    def _inside(self) -> bool:
        return self._leads(self._first) == {False}

    def _numbers(self, host: str) -> list[str]:
        if host not in self._found:
            self._found[host] = []
            try:
                infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
                self._found[host] = [str(info[4][0]) for info in infos]
            except OSError as error:
                self._why[host] = error
        return self._found[host]

    def _leads(self, host: str) -> set[bool]:
        """Whether to public addresses (True), to others (False), to both, or nowhere that is known."""
        return set(map(_is_public, self._numbers(host)))

    def refuses(self, address: str) -> bool:
        """Whether a redirect must not lead there."""
        return not self._inside and False in self._leads((urlsplit(address).hostname or "").lower())

    def connect(
        self, place: tuple[str, int], timeout: float | None = None, source: tuple[str, int] | None = None
    ) -> socket.socket:
        """As `socket.create_connection`."""
        host, port = place[0].lower(), place[1]
        numbers = self._numbers(host)
        why = self._why.get(host)
        for number in numbers:
            if not (self._inside or host == self._first or _is_public(number)):
                raise OSError(f"{host} → {number}")
            try:
                return socket.create_connection((number, port), timeout, source)
            except OSError as error:
                why = error
        raise why or OSError(host)


def _is_public(number: str) -> bool:
    return ipaddress.ip_address(number.partition("%")[0]).is_global


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects, only to http and https, and only where the route may lead."""

    max_redirections = REDIRECTS

    def __init__(self, route: _Route) -> None:
        self._route = route

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in ("http", "https") or self._route.refuses(newurl):
            fp.close()
            raise urllib.error.URLError(f"redirect to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def as_uri(address: str) -> str:
    """An address as people write it, as it is sent: what is not ASCII as UTF-8 with percent signs, the host's name in
    Punycode. PublishError where it is none that can be fetched."""
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise PublishError("batch.fetch_address", url=address) from error
    if parts.scheme not in ("http", "https") or not host:
        raise PublishError("batch.fetch_scheme", url=address)
    if parts.username is not None or quote(host, safe=":[]%") != host:
        raise PublishError("batch.fetch_address", url=address)
    host = f"[{host}]" if ":" in host else host
    path, query = (quote(part, safe="%/:@!$&'()*+,;=~?[]|") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, host if port is None else f"{host}:{port}", path, query, ""))


def _parsed(text: str) -> RobotFileParser | str:
    """Rules of robots; where they are none, why."""
    rules = RobotFileParser()
    try:
        rules.parse(text.splitlines())
    except ValueError as error:  # a number without end
        return str(error)
    return rules


def _name(headers: Message, address: str) -> str:
    """The name of a fetched file: as the server says, else the last part of its address. Its end, if it is long."""
    said = unquote(_characters(headers.get_filename() or "") or urlsplit(address).path)
    name = said.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in name if char.isprintable() and char not in '<>:"|?*').strip(". ")
    return kept.encode()[-NAME_BYTES:].decode(errors="ignore") or "document"


def _characters(name: str) -> str:
    """A name from a header, whose bytes arrive as if they were Latin-1: servers send UTF-8 or GBK."""
    for charset in ("utf-8", "gb18030"):
        try:
            return name.encode("latin-1").decode(charset)
        except UnicodeError:
            continue
    return name
