"""The other engine: an existing Dask cluster. Workers see the same paths as this process (shared storage).

A task is a chunk of documents; on its worker it is done by a warm child process of that worker's thread, so a
poisonous document costs neither the worker nor its neighbours. A worker that is lost is Dask's affair: it gives
the task to another; doing a document twice gives the same package.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict
from typing import Any

from openbudget.batch.child import Answer, Child, Orders
from openbudget.batch.chunks import Chunker, Costs
from openbudget.batch.content import tool_of
from openbudget.batch.engine import Answers
from openbudget.batch.item import Item
from openbudget.errors import UsageError

TIMES = 10  # a chunk is given to so many workers before its loss is an error
AHEAD = 3  # chunks waiting for each thread of the cluster
SOON = 5.0  # seconds without any worker after which that is told
LONGEST = 600.0  # seconds without any worker after which nobody waits

Tell = Callable[..., None]

_here = threading.local()


def answers(todo: Sequence[Item], orders: Orders, address: str, costs: Costs, tell: Tell) -> Answers:
    """Answers of the cluster at `address`, in whatever order they come; None where half a second brings none.
    `tell("no_workers", address=, minutes=)` where it has no worker to do them.

    UsageError where the extra `dask` or the scheduler is missing, the cluster goes away, no worker comes in time, or the
    workers have another version of the program or of the layouts.
    """
    client = _client(address)
    try:
        told = asdict(orders)
        ready: queue.Queue[Any] = queue.Queue()
        held: dict[str, Any] = {}  # a future that nobody holds is cancelled
        threads = yield from _workers(client, ready, address, tell)
        chunks = Chunker(todo, threads, costs)

        def submit() -> bool:
            chunk = [item.to_json() for item in chunks()]
            if chunk:
                future = client.submit(run_chunk, chunk, told, pure=False, retries=TIMES)
                held[future.key] = future
                future.add_done_callback(ready.put)
            return bool(chunk)

        while True:
            while len(held) < threads * AHEAD and submit():
                pass
            if not held:
                return
            try:
                future = held.pop(ready.get(timeout=0.5).key)
            except queue.Empty:
                yield None
                threads = (yield from _workers(client, ready, address, tell)) or threads
                continue
            yield from _result(future, address)
    finally:
        client.close()


def _workers(client: Any, ready: queue.Queue[Any], address: str, tell: Tell) -> Generator[None, None, int]:
    """The threads of the cluster, as soon as it has any (or something is `ready`); None every half second until then.
    UsageError where that is too long."""
    began, said = time.monotonic(), False
    while not (threads := _threads(client, address)) and ready.empty():
        waited = time.monotonic() - began
        if waited > LONGEST:
            raise UsageError("batch.no_workers_came", address=address, minutes=f"{LONGEST / 60:g}")
        if waited > SOON and not said:
            said = True
            tell("no_workers", address=address, minutes=f"{LONGEST / 60:g}")
        yield None
        time.sleep(0.5)
    return threads


def _threads(client: Any, address: str) -> int:
    try:
        return sum(client.nthreads().values())
    except (OSError, TimeoutError) as error:  # the scheduler is gone
        raise UsageError("batch.cluster_failed", address=address, reason=_reason(error)) from error


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("batch.extra_missing", extra="dask", module="distributed") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it would say is told as an error
    try:
        connect: Any = Client
        return connect(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError("batch.no_scheduler", address=address, reason=_reason(error)) from error


def _result(future: Any, address: str) -> list[Answer]:
    """The answers of a chunk. UsageError where the cluster cannot give them."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        answers: list[Answer] = future.result()
    except (CancelledError, KilledWorker, ImportError, OSError) as error:
        raise UsageError("batch.cluster_failed", address=address, reason=_reason(error)) from error
    return answers


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def run_chunk(items: Sequence[dict[str, Any]], orders: dict[str, Any]) -> list[Answer]:
    """On a worker: the answers for the documents of a chunk. The child process stays for the next chunk. UsageError where
    this worker would read documents in another way than the one who asks says."""
    child: Child | None = getattr(_here, "child", None)
    if child is None or child.orders != Orders(**orders):
        if child is not None:
            child.close()
        tool_of.cache_clear()  # the folder of layouts may have changed since
        if (tool := tool_of(orders["settings"]["layouts"])) != orders["tool"]:
            raise UsageError("batch.worker_differs", here=orders["tool"], there=tool)
        child = _here.child = Child(Orders(**orders))
    return list(child.run([Item.from_json(item) for item in items]))
