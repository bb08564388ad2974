"""One warm child process, seen from outside: it is given documents, watched, killed and started again.

A document that kills its process, or does not end, costs itself alone. It is tried a second time, by itself in a
fresh process, because a process may also die for reasons that are not its own (a person, the system short of
memory); the second death is its outcome.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openbudget.batch.content import content_of, given_of
from openbudget.batch.item import Item, Kind, Outcome, Reason
from openbudget.errors import OpenBudgetError

_START = "import sys; sys.path[:] = sys.argv[1].split(chr(0x1f)); from openbudget.batch.worker import main; main()"
GRACE = 5.0  # seconds beyond its time after which a document's process is killed


@dataclass(frozen=True, slots=True)
class Orders:
    """What every child is told: `task` (`module:function`), where to put packages (`stage`), what reads (`tool`),
    the limits for one document (`seconds`, `memory` in bytes), and the task's own `settings`."""

    task: str
    stage: str
    tool: str
    seconds: float
    memory: int
    settings: dict[str, Any] = field(default_factory=dict)


Answer = dict[str, Any]  # see `openbudget.batch.worker.work`


class Child:
    """A child process, started when it is first needed. To be used by one thread, which outlives it."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._stopped = False

    def run(self, items: Sequence[Item]) -> Iterator[Answer]:
        """One answer for each document, in order, each as soon as it is there; none after a `fatal` one."""
        waiting, alone = deque(items), False
        while waiting:
            died = yield from self._serve([waiting[0]] if alone else list(waiting), waiting)
            if self._stopped:
                return
            if died is None:
                alone = False
            elif alone or died.key == "batch.too_slow":
                yield self._crash(waiting.popleft(), died)
                alone = False
            else:
                alone = True

    def stop(self) -> None:
        """Kill the process from another thread; `run` then ends."""
        self._stopped = True
        if (process := self._process) is not None:
            process.kill()

    def close(self) -> None:
        """End the process."""
        process, self._process, self._rest = self._process, None, b""
        if process is None:
            return
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _serve(self, items: Sequence[Item], waiting: deque[Item]) -> Generator[Answer, None, Reason | None]:
        """Answers as they come, each taking its document from `waiting`. Ends early where the process wants to be
        replaced (None) and where it died or hangs (why)."""
        try:
            self._send([item.to_json() for item in items])
        except OSError:
            return self._died()
        for _ in items:
            line = self._line()
            if line is None:
                return self._died()
            answer: Answer = json.loads(line)
            waiting.popleft()
            if answer.get("worn"):
                self.close()
            if answer.get("fatal"):
                waiting.clear()
            yield answer
            if self._process is None or not waiting:
                break
        return None

    def _send(self, message: object) -> None:
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, "\x1f".join(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        orders = {name: getattr(self.orders, name) for name in Orders.__dataclass_fields__}
        self._send({**orders, "parent": os.getpid()})

    def _line(self) -> bytes | None:
        """The next line; None where the process died, or said nothing for its time and some more."""
        assert self._process is not None
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        until = time.monotonic() + self.orders.seconds + GRACE
        while b"\n" not in self._rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                return None
            data = os.read(handle, 1 << 16)
            if not data:
                return None
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _died(self) -> Reason:
        """Why there was no answer; ends the process."""
        process = self._process
        if process is None:
            return Reason("batch.died", {"how": "?"})
        try:
            code = process.wait(timeout=0.5)  # its output closes a moment before it is gone
        except subprocess.TimeoutExpired:
            code = None
        self.close()
        if code is None:
            return Reason("batch.too_slow", {"limit": f"{self.orders.seconds:g}"})
        return Reason("batch.died", {"how": signal.Signals(-code).name if code < 0 else f"exit {code}"})

    def _crash(self, item: Item, reason: Reason) -> Answer:
        try:
            content = content_of(item.files)
        except OpenBudgetError:
            content = ""
        outcome = Outcome(
            item.key, Kind.CRASHED, content, given_of(item), self.orders.tool, reason=reason, size=item.size
        )
        return {"outcome": outcome.to_json(), "stage": None, "worn": False}
