"""A run: plan, work, shelf, journal, until every document has its one outcome.

A run that was killed is taken up by starting it again: the journal says what is done, the rest is done now, and the
result is the same as without the interruption, byte for byte (`.openbudget`, the run's own folder, apart).
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from openbudget.batch import engine, fetch, outcomes, sources
from openbudget.batch.child import Answer, Orders
from openbudget.batch.chunks import Chunker, Costs
from openbudget.batch.content import given_of, tool_of
from openbudget.batch.item import Item, Kind, Outcome
from openbudget.batch.journal import FOLDER, Journal
from openbudget.batch.plan import Plan, freed, plan
from openbudget.batch.shelf import Shelf
from openbudget.errors import UsageError, WriteError

Tell = Callable[..., None]
_FLUSH_SECONDS = 0.5
_FLUSH_ANSWERS = 64


@dataclass(frozen=True)
class Settings:
    """How to run. `source` is a folder or a manifest; `given` holds for all documents that do not say otherwise;
    `scheduler` is the address of a Dask cluster (None: `jobs` processes of this machine); `seconds` and `memory`
    (bytes) limit each document; `layouts` is a folder of further layouts; `fetch` allows to fetch URLs."""

    source: str
    each: str = "file"
    given: Mapping[str, Any] = field(default_factory=dict)
    layouts: str | None = None
    jobs: int = 0
    scheduler: str | None = None
    seconds: float = 180.0
    memory: int = 2 << 30
    force: bool = False
    fetch: bool = False


@dataclass(frozen=True)
class Ran:
    """What a run did: the plan, how many outcomes the journal now holds by kind, how many packages were moved away."""

    plan: Plan
    kinds: Mapping[str, int]
    withdrawn: int
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether every document's mandatory facts were read and its package made."""
        return not self.kinds.get("refused", 0) and not self.kinds.get("crashed", 0)


Again = Callable[[Outcome], bool]


def run_source(out: Path, task: str, settings: Settings, tell: Tell, again: Again | None = None) -> Ran:
    """`run` for the documents of `settings.source`, fetched where they are addresses and that is allowed.

    Raises UsageError where the source is neither a folder nor a manifest, is the folder `out`, or the manifest is wrong.
    """
    listed = sources.listed(Path(settings.source), settings.each, settings.given, out)
    return run(fetch.local(listed, out, allowed=settings.fetch, tell=tell), out, task, settings, tell, again)


def run(items: Sequence[Item], out: Path, task: str, settings: Settings, tell: Tell, again: Again | None = None) -> Ran:
    """Pack `items` into `out` by the function named `task`; see `Settings`.

    `again(outcome)` says which documents to do although nothing has changed. `tell("batch", done=, total=, left=)` is
    called about twice a second, `tell("no_workers", …)` where a cluster has none. Raises UsageError (another run, another
    source) or WriteError (disk full …); what was done until then is kept.
    """
    started = time.monotonic()
    journal = Journal(out)
    try:
        _same_source(journal, settings, out)
        shelf = Shelf(out, journal.state, settings.force)
        shelf.tidy()
        tool = tool_of(settings.layouts)
        repeat = {key for key, one in journal.state.outcomes.items() if again(one)} if again else frozenset[str]()
        todo = plan(items, journal.state, tool, out, repeat)
        stage = out / FOLDER / f"stage-{os.getpid()}-{time.time_ns():x}"
        orders = Orders(task, str(stage), tool, settings.seconds, settings.memory, _task_settings(out, settings))
        journal.write([{"t": "run", "todo": len(todo.todo), "total": len(items), "settings": asdict(settings)}])
        journal.write({"t": "gone", "key": key} for key in todo.lost)
        try:
            _work(todo.todo, items, _Desk(journal, shelf, orders, settings, tell))
        finally:
            shutil.rmtree(stage, ignore_errors=True)  # where the disk is full, too
        withdrawn = shelf.withdraw()
        kinds = outcomes.write(out, journal.state.outcomes)
        journal.write([{"t": "end"}])
        shelf.tidy()
        return Ran(todo, kinds, withdrawn, time.monotonic() - started)
    finally:
        journal.close()


def _same_source(journal: Journal, settings: Settings, out: Path) -> None:
    before = journal.state.run.get("settings", {}).get("source")
    if before not in (None, settings.source) and os.path.exists(before):
        raise UsageError("batch.other_source", path=str(out), before=before)


def _task_settings(out: Path, settings: Settings) -> dict[str, Any]:
    return {"out": str(out.absolute()), "layouts": settings.layouts}


class _Desk(NamedTuple):
    """What a run works with."""

    journal: Journal
    shelf: Shelf
    orders: Orders
    settings: Settings
    tell: Tell


def _work(todo: Sequence[Item], items: Sequence[Item], desk: _Desk) -> None:
    """Do `todo`, then what turns out to be doable now (a name that became free), until nothing is left."""
    journal, shelf = desk.journal, desk.shelf
    by_key = {item.key: item for item in items}
    journal.done((_unread(item, desk.orders), False) for item in todo if item.refusal is not None)
    todo = [item for item in todo if item.refusal is None]
    while todo:
        _pass(todo, by_key, desk)
        todo = [by_key[key] for key in sorted(freed(journal.state) | shelf.redo) if key in by_key]
        shelf.redo.clear()


def _unread(item: Item, orders: Orders) -> Outcome:
    """The outcome of a document of which it is known beforehand that it cannot be packed."""
    return Outcome(item.key, Kind.REFUSED, "", given_of(item), orders.tool, reason=item.refusal)


def _pass(todo: Sequence[Item], by_key: Mapping[str, Item], desk: _Desk) -> None:
    costs, started, done = Costs(), time.monotonic(), 0
    answers: list[Answer] = []
    flushed = started
    with closing(_engine(todo, desk, costs)) as coming:
        try:
            for answer in coming:
                if answer is not None:
                    _stop_where_fatal(answer, desk.orders)
                    answers.append(answer)
                    record = answer["outcome"]
                    item = by_key[record["key"]]
                    record["key"] = item.key  # the same text, so that it is held once
                    costs.learn(item, record.get("seconds", 0.0))
                if len(answers) >= _FLUSH_ANSWERS or time.monotonic() - flushed > _FLUSH_SECONDS:
                    done += _flush(answers, desk.journal, desk.shelf)
                    flushed = time.monotonic()
                    left = (flushed - started) / done * (len(todo) - done) if done else 0.0
                    desk.tell("batch", done=done, total=len(todo), left=left)
        finally:
            _flush(answers, desk.journal, desk.shelf)


def _stop_where_fatal(answer: Answer, orders: Orders) -> None:
    if (fatal := answer.get("fatal")) is not None:  # at a place of no interest in the run's own folder
        raise WriteError("batch.disk_refused", path=orders.settings["out"], reason=fatal["args"].get("reason", ""))


def _flush(answers: list[Answer], journal: Journal, shelf: Shelf) -> int:
    """Put the packages in their places, then note the outcomes; the list is empty afterwards."""
    taken, count = list(answers), len(answers)
    answers.clear()
    placed: list[Any] = []
    try:
        for answer in taken:
            placed += shelf.place(answer)
    finally:
        journal.done(placed)
        shelf.noted()
    return count


def _engine(todo: Sequence[Item], desk: _Desk, costs: Costs) -> engine.Answers:
    if desk.settings.scheduler is not None:
        from openbudget.batch import cluster

        return cluster.answers(todo, desk.orders, desk.settings.scheduler, costs, desk.tell)
    jobs = desk.settings.jobs or default_jobs()
    return engine.local(Chunker(todo, jobs, costs), desk.orders, min(jobs, len(todo)))


def default_jobs() -> int:
    """As many processes as this one may use processors."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
