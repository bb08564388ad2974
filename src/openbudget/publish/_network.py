"""Trying again what may succeed later, and keeping secrets: what targets that are reached over a network share."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from openbudget.errors import PublishError, UsageError
from openbudget.publish.plan import Network

Item = TypeVar("Item")
Result = TypeVar("Result")
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses of HTTP after which the same request may succeed
FIRST_WAIT = 1.0  # seconds; doubled at each attempt
LONGEST_WAIT = 60.0
LONGEST_ASKED = 600.0  # what a server may ask for by Retry-After
WHOLE = 10.0  # times the time-out: what a request may take with all that it sends and gets


class TransientError(Exception):
    """A request failed in a way that may pass. `wait`: how long the server asks to wait, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


def attempted(
    work: Callable[[int], Result], network: Network, what: str, *, sleep: Callable[[float], None] = time.sleep
) -> Result:
    """What `work` gives; it is called again while it raises TransientError, with the number of times that it failed, after a
    wait that grows and is partly random, or that the server asked for. PublishError where it never succeeds, or takes more
    than WHOLE times the time-out, which is that between two bytes."""
    failed = 0
    while True:
        try:
            return _in_time(partial(work, failed), WHOLE * network.timeout, what)
        except TransientError as error:
            failed += 1
            wait = pause(failed, error.wait)
            if failed > network.retries or wait > LONGEST_ASKED:
                raise PublishError("publish.gave_up", what=what, tries=failed, reason=error.reason) from error
            sleep(wait)


def _in_time(work: Callable[[], Result], seconds: float, what: str) -> Result:
    """What `work` gives, or its error. PublishError where that takes longer than `seconds`, wherever it is held up (a name
    that is not found, a head or a content that comes byte by byte); it is left to itself then, and ends with the process."""
    future: Future[Result] = Future()
    threading.Thread(target=_keep, args=(work, future), daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError as error:
        if future.done():  # its own, or it ended just now
            return future.result()
        raise PublishError("publish.too_slow", what=what, seconds=f"{seconds:g}") from error
    finally:
        del future  # an error and what it was raised in hold each other


def _keep(work: Callable[[], Result], future: Future[Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # the caller's
        future.set_exception(error)


def pause(failed: int, asked: float | None) -> float:
    """Seconds to wait after the given number of failures: at least what the server asked for."""
    grown: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failed - 1)) * random.uniform(0.5, 1.0)
    return max(grown, asked or 0.0)


def retry_after(value: str | None) -> float | None:
    """The header Retry-After (RFC 9110, 10.2.3: seconds, or a date) in seconds from now; None where it says nothing."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def secret(options: Mapping[str, str], variable: str) -> str:
    """The token: of the file that the option `token-file` names, else of the environment variable. It stands in no
    message. UsageError where there is none, or none that can be sent."""
    file = options.get("token-file")
    try:
        text = Path(file).read_text(encoding="utf-8") if file else os.environ.get(variable, "")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("publish.token_file", path=str(file)) from error
    token = text.strip()
    if not token:
        raise UsageError("publish.no_token", variable=variable)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("publish.bad_token", where=file or variable)
    return token


def without_secrets(address: str) -> str:
    """The address, if it has no user name or password in it: they would be seen by everybody. Raises UsageError."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise UsageError("publish.bad_address", address=address) from error
    if parts.username is not None or parts.password is not None:
        raise UsageError("publish.secret_in_address", host=parts.hostname or "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError("publish.bad_address", address=address.partition("?")[0])  # there may be a key behind it
    return address.rstrip("/")


def in_threads(work: Callable[[Item], Result], items: Sequence[Item], count: int) -> Iterator[Result]:
    """`work` on every item, in order, a few at a time. After the first error nothing new is begun; it is raised."""
    if len(items) < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(max(1, min(count, len(items)))) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def needs(module: str, extra: str) -> None:
    """UsageError, which says what to install, where a library of an extra is not there."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise UsageError("publish.no_extra", extra=extra)
