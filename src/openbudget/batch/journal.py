"""The journal of a batch: a file of JSON lines that only grows, and survives being killed at any moment.

Four kinds of line: `run` (a run begins: its settings and how much there is to do), `done` (the outcome of one document;
a later line of the same key takes its place), `gone` (a document that is no more, and has no package), `end` (a run is
through). A line counts once it is on disk whole: what a killed run left half written is cut off when the journal is
opened again. Only one process may write.

Of the outcomes only their places in the file are held: half a million documents should not fill the memory.
"""

from __future__ import annotations

import json
import os
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openbudget.batch.item import LOST_NAME, Outcome
from openbudget.errors import UsageError, WriteError, reason_of
from openbudget.package.atomic import write_error

FOLDER = ".openbudget"
FILE = "journal.jsonl"


class Outcomes(Mapping[str, Outcome]):
    """The latest outcome of each document, by key; read from the journal, which it holds open, when it is asked for."""

    def __init__(self, journal: Path) -> None:
        self._file = journal.open("rb")
        weakref.finalize(self, self._file.close)
        self._starts: dict[str, int] = {}

    def note(self, key: str, start: int) -> None:
        """The latest outcome of a document is on the line that begins at `start`."""
        self._starts[key] = start

    def forget(self, key: str) -> None:
        """The document has no outcome any longer."""
        self._starts.pop(key, None)

    def __getitem__(self, key: str) -> Outcome:
        self._file.seek(self._starts[key])
        return Outcome.from_json(json.loads(self._file.readline()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._starts)

    def __len__(self) -> int:
        return len(self._starts)

    def __contains__(self, key: object) -> bool:
        return key in self._starts


@dataclass
class State:
    """What a journal says: the latest outcome of each document, the last run, whether it ended, the packages that
    earlier outcomes of documents had made, and the documents whose package's name another one has."""

    outcomes: Outcomes
    run: dict[str, Any] = field(default_factory=dict)
    ended: bool = True
    done_in_run: int = 0
    last_at: float = 0.0
    former: set[str] = field(default_factory=set)
    losers: set[str] = field(default_factory=set)
    lines: int = 0

    def take(self, record: dict[str, Any], start: int) -> None:
        """Take one line into account, which begins at `start`."""
        self.lines += 1
        self.last_at = record.get("at", self.last_at)
        if record["t"] == "run":
            self.run, self.ended, self.done_in_run = record, False, 0
        elif record["t"] == "end":
            self.ended = True
        elif record["t"] == "gone":
            self.outcomes.forget(record["key"])
            self.losers.discard(record["key"])
        elif record["t"] == "done":
            before = self.outcomes.get(record["key"])
            if before is not None and before.package and before.package != record.get("package"):
                self.former.add(before.package)
            if (record.get("reason") or {}).get("key") in LOST_NAME:
                self.losers.add(record["key"])
            else:
                self.losers.discard(record["key"])
            self.outcomes.note(record["key"], start)
            self.done_in_run += not record.get("amended", False)


def path_of(out: Path) -> Path:
    """Where the journal of the output folder `out` is."""
    return out / FOLDER / FILE


def read(out: Path) -> State:
    """What the journal of `out` says, also while a run goes on. UsageError where there is none."""
    path = path_of(out)
    if not path.is_file():
        raise UsageError("batch.no_journal", path=str(out))
    state = State(Outcomes(path))
    for record, start, _ in _lines(path):
        state.take(record, start)
    return state


def _lines(path: Path) -> Iterator[tuple[dict[str, Any], int, int]]:
    """The whole lines of the file, each with where it begins and ends; ends at the first that is not whole."""
    with path.open("rb") as stream:
        start = end = 0
        for line in stream:
            start, end = end, end + len(line)
            if not line.endswith(b"\n"):
                return
            try:
                record = json.loads(line)
            except ValueError:
                return
            if isinstance(record, dict) and "t" in record:
                yield record, start, end


class Journal:
    """The journal of `out`, opened for writing; `state` is what it says and follows what is written.

    UsageError where another run holds it; WriteError where the folder cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self._path = path_of(out)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        except OSError as error:
            raise write_error(out, error) from error
        try:
            self._lock(out)
            self.state = self._read()
        except BaseException:
            os.close(self._handle)
            raise

    def _lock(self, out: Path) -> None:
        try:
            import fcntl
        except ImportError:
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError("batch.already_running", path=str(out)) from error
        except OSError:  # a file system without locks
            return

    def _read(self) -> State:
        state, whole = State(Outcomes(self._path)), 0
        for record, start, end in _lines(self._path):
            state.take(record, start)
            whole = end
        if whole != os.fstat(self._handle).st_size:
            os.ftruncate(self._handle, whole)
            os.fsync(self._handle)
        os.lseek(self._handle, 0, os.SEEK_END)
        _sync_folder(self._path.parent)
        return state

    def write(self, records: Iterable[dict[str, Any]]) -> None:
        """Add lines and make them durable; WriteError, with the file as it was, where the disk refuses."""
        stamped = [{**record, "at": round(time.time(), 3)} for record in records]
        if not stamped:
            return
        lines = [json.dumps(r, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for r in stamped]
        before = os.fstat(self._handle).st_size
        try:
            view = memoryview(b"".join(lines))
            while view:
                view = view[os.write(self._handle, view) :]
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, before)
            os.lseek(self._handle, 0, os.SEEK_END)
            raise WriteError("batch.journal_failed", path=str(self._path), reason=reason_of(error)) from error
        for record, line in zip(stamped, lines, strict=True):
            self.state.take(record, before)
            before += len(line)

    def done(self, outcomes: Iterable[tuple[Outcome, bool]]) -> None:
        """Note outcomes; the flag says that an earlier outcome of this run is amended."""
        self.write(
            {"t": "done", **({"amended": True} if amended else {}), **one.to_json()} for one, amended in outcomes
        )

    def close(self) -> None:
        """Let go of the journal."""
        os.close(self._handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
