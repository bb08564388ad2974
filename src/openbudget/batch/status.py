"""How far a batch is, and what stands in the way most often, from its journal alone (also while it runs)."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openbudget.batch import journal
from openbudget.batch.item import PACKED, Kind, Outcome

_TELLING = ("kind", "place", "how", "limit")  # arguments of a reason that make it another one


@dataclass(frozen=True)
class Group:
    """Documents that share a reason (or a lack): the message's key, what tells it apart, the documents by key, and
    the reason of the first of them."""

    key: str
    variant: str
    documents: tuple[str, ...]
    first: Outcome | None = None


@dataclass(frozen=True)
class Status:
    """`phase`: `running`, `stopped` (killed or interrupted), `finished`. `done` of `total` documents of the last run,
    which knew `documents` in all;
    `rate` a second, `left` in seconds (0 where nothing is known). `reasons` of what was not packed and `lacks` of what
    was, commonest first."""

    phase: str
    done: int
    total: int
    documents: int
    rate: float
    left: float
    kinds: Mapping[str, int]
    reasons: tuple[Group, ...]
    lacks: tuple[Group, ...]


def status(out: Path) -> Status:
    """The status of the batch in `out`. UsageError where there is none."""
    state = journal.read(out)
    total, done = state.run.get("todo", 0), state.done_in_run
    phase = "finished" if state.ended else "running" if _is_held(journal.path_of(out)) else "stopped"
    spent = (time.time() if phase == "running" else state.last_at) - state.run.get("at", 0.0)
    rate = done / spent if spent > 0 else 0.0
    left = max(total - done, 0) / rate if rate else 0.0
    documents = state.run.get("total", len(state.outcomes))
    return Status(phase, done, total, documents, rate, left, *_grouped(state.outcomes))


def _grouped(outcomes: Mapping[str, Outcome]) -> tuple[Mapping[str, int], tuple[Group, ...], tuple[Group, ...]]:
    """How many documents have each kind of outcome, why documents were not packed, what was not recognised in the
    packed ones; in one pass, since each outcome is read from the disk."""
    kinds = Counter[str]()
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    lacks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, one in outcomes.items():
        kinds[str(one.kind)] += 1
        if one.reason is not None:
            variant = " ".join(one.reason.args[name] for name in _TELLING if one.reason.args.get(name))
            reasons[one.reason.key, variant if one.kind is Kind.CRASHED else ""].append(key)
        for lack, pieces in one.lacks.items() if one.kind in PACKED else ():
            for piece in pieces:
                lacks[lack, piece].append(key)
    why = tuple(replace(group, first=outcomes[group.documents[0]]) for group in _sorted(reasons))
    return dict(kinds), why, _sorted(lacks)


def _sorted(groups: Mapping[tuple[str, str], list[str]]) -> tuple[Group, ...]:
    made = [Group(key, variant, tuple(sorted(keys))) for (key, variant), keys in groups.items()]
    return tuple(sorted(made, key=lambda group: (-len(group.documents), group.key, group.variant)))


def _is_held(path: Path) -> bool:
    """Whether a living process holds the journal."""
    try:
        import fcntl
    except ImportError:
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
