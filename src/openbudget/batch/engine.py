"""Who does the work: child processes of this machine, or an existing Dask cluster. Both run the same `Child`.

An engine is a function `(chunks, orders) → answers`: it takes chunks of documents (asking for one when it has
nothing to do) and gives the answers in whatever order they come.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Sequence

from openbudget.batch.child import Answer, Child, Orders
from openbudget.batch.item import Item

Answers = Generator[Answer | None, None, None]
Chunks = Callable[[], Sequence[Item]]  # the next chunk; empty when there is none; called by one thread at a time


def local(chunks: Chunks, orders: Orders, jobs: int) -> Answers:
    """Answers of `jobs` warm child processes; None whenever half a second has passed without one.

    Closing the generator ends the processes.
    """
    answers: queue.Queue[Answer | BaseException | None] = queue.Queue(maxsize=4096)
    lock, stop = threading.Lock(), threading.Event()
    children = [Child(orders) for _ in range(jobs)]

    def serve(child: Child) -> None:
        try:
            while not stop.is_set():
                with lock:
                    chunk = chunks()
                if not chunk:
                    break
                for answer in child.run(chunk):
                    answers.put(answer)
                    if stop.is_set():
                        break
        except BaseException as error:  # told to the one who waits for answers
            answers.put(error)
        finally:
            child.close()
            answers.put(None)

    threads = [threading.Thread(target=serve, args=(child,), daemon=True) for child in children]
    for thread in threads:
        thread.start()
    working = len(threads)
    try:
        while working:
            try:
                answer = answers.get(timeout=0.5)
            except queue.Empty:
                yield None
                continue
            if isinstance(answer, BaseException):
                raise answer
            if answer is None:
                working -= 1
                continue
            yield answer
    finally:
        stop.set()
        for child in children:
            child.stop()
        while any(thread.is_alive() for thread in threads):
            _drain(answers)
            for thread in threads:
                thread.join(0.05)


def _drain(answers: queue.Queue[Answer | BaseException | None]) -> None:
    while True:
        try:
            answers.get_nowait()
        except queue.Empty:
            return
