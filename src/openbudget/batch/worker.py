"""The child process that packs documents: started once, it imports once, and takes one document after another.

It reads JSON lines from its standard input (first its orders, then lists of documents) and answers each document
with one JSON line. It limits its own memory and time; what it cannot limit itself (an endless loop in C, a fault of
a library that kills the process) is seen from outside, by `openbudget.batch.child`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from openbudget.batch.content import content_of, given_of
from openbudget.batch.item import Item, Kind, Outcome, Reason
from openbudget.errors import OpenBudgetError, WriteError
from openbudget.processes import end_with_parent
from openbudget.readers.decode import file_name

Task = Callable[[Item, Path, Mapping[str, Any]], Mapping[str, Any]]


_DISK = frozenset({"package.disk_full", "package.read_only", "package.write_failed"})  # no document is at fault


class TooLongError(BaseException):
    """The time for one document is over. Not an Exception, so that no library takes it for one of its own."""


def main() -> None:
    """Take orders, then work until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not get into the answers
    orders = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    end_with_parent(orders["parent"])
    _limit_memory(orders["memory"])
    task = load_task(orders["task"])
    for line in sys.stdin:
        for record in json.loads(line):
            answer = work(task, Item.from_json(record), orders)
            answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            answers.flush()
            if answer.get("worn"):
                return


def load_task(name: str) -> Task:
    """The function `module:name`."""
    module, _, function = name.partition(":")
    loaded: Task = getattr(import_module(module), function)
    return loaded


def work(task: Task, item: Item, orders: Mapping[str, Any]) -> dict[str, Any]:
    """The answer for one document: `outcome`; `stage`, the folder its new package is in, or None where its place holds
    the same bytes; `descriptor`, the SHA-256 of the package's descriptor; `worn`, where the process should be replaced;
    or `fatal`, where the batch cannot go on (a full disk)."""
    started = time.perf_counter()
    base = {"key": item.key, "given": given_of(item), "tool": orders["tool"], "size": item.size}
    worn = False
    stage = Path(orders["stage"]) / _stage_name(item.key)
    made: Mapping[str, Any] = {}
    try:
        with _time_limit(orders["seconds"]):
            base["content"] = content_of(item.files)
            made = task(item, stage, orders["settings"])
        kind, reason = Kind.FINDINGS if _faults(made["counts"]) else Kind.PACKED, None
    except OpenBudgetError as error:
        if isinstance(error, WriteError) and error.key in _DISK:
            return {"fatal": {"key": error.key, "args": _texts(error.args_by_name)}}
        kind, reason = Kind.REFUSED, Reason(error.key, _texts(error.args_by_name))
    except TooLongError:
        kind, reason = Kind.CRASHED, Reason("batch.too_slow", {"limit": f"{orders['seconds']:g}"})
        worn = True
    except MemoryError:
        kind, reason = Kind.CRASHED, Reason("batch.too_much_memory", {"limit": str(orders["memory"] // 2**20)})
        worn = True
    except Exception as error:
        kind, reason = Kind.CRASHED, Reason("batch.fault", fault(error))
    fields = {name: made[name] for name in ("package", "agency", "counts", "rows", "lacks") if name in made}
    outcome = Outcome(kind=kind, reason=reason, seconds=round(time.perf_counter() - started, 4), **base, **fields)
    return {
        "outcome": outcome.to_json(),
        "stage": str(stage) if made.get("staged") else None,
        "descriptor": made.get("descriptor"),
        "worn": worn or _grown(orders),
    }


def fault(error: BaseException) -> dict[str, str]:
    """What went wrong in the program: kind and text of the exception, and where in our code it arose."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "openbudget" in file.parts:
            place = f"{'/'.join(file.parts[-2:])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"kind": type(error).__name__, "detail": file_name(" ".join(str(error).split())[:300]), "place": place}


def _faults(counts: Mapping[str, int]) -> int:
    return counts.get("error", 0) + counts.get("warning", 0)


def _texts(args: Mapping[str, object]) -> dict[str, str]:
    return {name: file_name(str(value)) for name, value in args.items()}


def _stage_name(key: str) -> str:
    import hashlib

    return hashlib.sha256(key.encode()).hexdigest()[:24]


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TooLongError in the block after `seconds`, where the system has alarms."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _grown(orders: Mapping[str, Any]) -> bool:
    """Whether the process holds so much memory that a fresh one is better."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            resident = int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return False
    return resident > int(orders["memory"]) // 4


def _limit_memory(memory: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
