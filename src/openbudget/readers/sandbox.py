"""Heavy readers in a child process, so that no document can take the program down.

The child is a fresh interpreter (not a fork: its memory limit must not count the parent's memory, and it must work
from threads and daemonic workers). It gets a pickled function by its name and its arguments on standard input and
gives a pickled result or error on standard output. It limits its own memory where the system allows it; the parent
ends it when its time is over.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from openbudget.errors import LimitError, OpenBudgetError, UnreadableError
from openbudget.readers import limits

T = TypeVar("T")


def run(
    function: Callable[..., T],
    name: str,
    *args: object,
    seconds: int = limits.SECONDS,
    memory: int = limits.MEMORY_BYTES,
) -> T:
    """`function(name, *args)` in a child process. `function` is a module's function; `name` the source's name.

    LimitError after `seconds` or above `memory` bytes; UnreadableError where the child dies; errors of
    this project pass through.
    """
    command = [sys.executable, "-I", "-c", _START, os.pathsep.join(sys.path)]
    request = pickle.dumps((function, (name, *args), memory))
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        answer, _ = child.communicate(request, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise LimitError("readers.too_slow", name=name, limit=seconds) from error
    finally:
        end(child)
    try:
        kind, value = pickle.loads(answer)  # written by our own child
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError) as error:
        limit = memory // limits.MB
        raise UnreadableError("readers.reader_died", name=name, code=child.returncode, limit=limit) from error
    if kind == "memory":
        raise LimitError("readers.too_much_memory", name=name, limit=memory // limits.MB)
    if kind == "error":
        raise value
    if kind == "fault":
        raise UnreadableError("readers.reader_failed", name=name, reason=value)
    result: T = value
    return result


def run_here(function: Callable[..., T], name: str, *args: object) -> T:
    """`function(name, *args)` in this process, which is itself one with limits; the same errors, but for time."""
    try:
        return function(name, *args)
    except (OpenBudgetError, MemoryError):
        raise
    except RecursionError as error:
        raise LimitError("readers.too_complex", name=name) from error
    except Exception as error:  # a library met a damaged document with an exception of its own
        reason = f"{type(error).__name__}: {error}"[:500]
        raise UnreadableError("readers.reader_failed", name=name, reason=reason) from error


def end(child: subprocess.Popen[Any]) -> None:
    """End a child started in its own session, with all that it started."""
    if child.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, 9)
        else:
            child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()


_START = (
    "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep); from openbudget.readers.sandbox import main; main()"
)


def main() -> None:
    """The child: read the request, limit ourselves, answer."""
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get into the answer
    function, args, memory = pickle.loads(sys.stdin.buffer.read())
    limit_memory(memory)
    answer: tuple[str, object]
    try:
        answer = ("result", function(*args))
        payload = pickle.dumps(answer)
    except MemoryError:
        payload = pickle.dumps(("memory", None))
    except OpenBudgetError as error:
        payload = pickle.dumps(("error", error))
    except RecursionError:
        payload = pickle.dumps(("error", LimitError("readers.too_complex", name=args[0])))
    except Exception as error:  # a library met a damaged document with an exception of its own
        payload = pickle.dumps(("fault", f"{type(error).__name__}: {error}"[:500]))
    results.write(payload)
    results.flush()


def limit_memory(memory: int) -> None:
    """Let this process have no more than `memory` bytes of address space, where the system can do that."""
    try:
        import resource
    except ImportError:
        return  # Windows: only the time is limited
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
