"""Processes that this program starts: none outlives the one that started it, however that ends (Linux)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from openbudget.errors import LimitError

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


@contextmanager
def workers(
    jobs: int | None, start: Literal["spawn"] | None = None, begin: Callable[..., object] | None = None, *args: object
) -> Iterator[ProcessPoolExecutor]:
    """A pool of `jobs` processes (None: one for each core). Each calls `begin(*args)` first. Without `start` they are
    started as the system does by default. LimitError where one of them is killed, as the system does when memory runs out.

    A pool's own processes would wait for work for ever where this one is killed or runs out of memory."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    try:
        with ProcessPoolExecutor(jobs, get_context(start), _begin, (os.getpid(), begin, args)) as pool:
            yield pool
    except BrokenProcessPool as error:
        raise LimitError("processes.lost") from error


def _begin(parent: int, begin: Callable[..., object] | None, args: tuple[object, ...]) -> None:
    end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not as the parent takes it
    if begin is not None:
        begin(*args)


def end_with_parent(parent: int) -> None:
    """Be killed when the process `parent`, which started this one, ends."""
    import ctypes

    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.name == "posix" and os.getppid() != parent:
        os._exit(1)
