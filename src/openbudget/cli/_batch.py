"""What the commands on many documents share: options, the run with its line of progress, the summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from openbudget.cli import _frame as frame
from openbudget.messages import say

if TYPE_CHECKING:
    from pathlib import Path

    from openbudget.batch.run import Again, Ran, Settings
    from openbudget.batch.status import Group, Status
    from openbudget.recognise import Given

TASK = "openbudget.pipeline:pack_task"
_GROUPS = 8
_EXAMPLES = 3
_NO_RETRY = frozenset({"batch.duplicate"})  # nothing but the source can change that

_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--jobs", {"metavar": "N", "type": click.IntRange(1, 1024)}),
    ("--scheduler", {"metavar": "tcp://HOST:PORT"}),
    ("--time-limit", {"metavar": "SECONDS", "type": click.IntRange(1), "default": 180, "show_default": True}),
    ("--memory-limit", {"metavar": "MB", "type": click.IntRange(256), "default": 2048, "show_default": True}),
)


def run_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how a batch is run."""
    for name, settings in reversed(_OPTIONS):
        function = frame.option(name, **settings)(function)
    return function


def limits_of(jobs: int | None, scheduler: str | None, time_limit: int, memory_limit: int) -> dict[str, Any]:
    """The values of `run_options` as `batch.run.Settings` has them."""
    return {"jobs": jobs or 0, "scheduler": scheduler, "seconds": float(time_limit), "memory": memory_limit << 20}


def is_manifest(paths: Sequence[Path]) -> bool:
    """Whether a batch is meant, because a manifest is given."""
    if len(paths) != 1 or paths[0].suffix.lower() != ".csv":
        return False
    from openbudget.batch import manifest

    return manifest.is_manifest(paths[0])


def pack_many(
    paths: Sequence[Path], out: Path, *, given: Given, layouts: str | None, each: str | None, **limits: Any
) -> int:
    """Run a batch and print what became of it; 3 where a document was not packed."""
    import os

    from openbudget.batch import manifest
    from openbudget.batch.run import Settings
    from openbudget.errors import UsageError

    if len(paths) != 1:
        raise UsageError("batch.one_source", count=len(paths))
    if manifest.is_manifest(paths[0]) and (unknown := manifest.unknown_columns(paths[0])):
        known = ", ".join(("file", "url", "disclosure", *manifest.GIVEN))
        frame.echo(say("batch.unknown_columns", None, columns="、".join(unknown), known=known), err=True)
    said = {name: value for name, value in given._asdict().items() if value is not None}
    own = os.path.abspath(layouts) if layouts else None
    return run_batch(out, Settings(os.path.abspath(paths[0]), each or "file", said, own, **limits))


def run_batch(out: Path, settings: Settings, again: Again | None = None) -> int:
    """Run a batch with a line of progress; see `pack_many`."""
    from openbudget.batch.run import run_source
    from openbudget.cli._progress import Progress

    with Progress() as progress:

        def tell(stage: str, **args: Any) -> None:
            if stage == "no_workers":  # also where nobody sees the line of progress
                return frame.echo(say("batch.no_workers", None, **args), err=True)
            if "left" in args:
                args["left"] = span(args["left"])
            progress.tell(stage, **args)

        ran = run_source(out, TASK, settings, tell, again)
    frame.echo(_ran(ran, out))
    return 0 if ran.whole else 3


def show_status(out: Path) -> int:
    """Print how far the batch in `out` is."""
    from openbudget.batch.status import status

    now = status(out)
    percent = f"{100 * now.done / now.total:.0f}" if now.total else "100"
    head = say(
        f"batch.phase_{now.phase}", None, done=now.done, total=now.total, documents=now.documents, percent=percent, rate=f"{now.rate:.1f}",
        left=span(now.left),
    )  # fmt: skip
    frame.echo("\n\n".join([head, *_state(out, now)]))
    return 0


def _ran(ran: Ran, out: Path) -> str:
    from openbudget.batch.status import status

    plan, now = ran.plan, status(out)
    total = plan.new + plan.changed + plan.unchanged
    lines = [
        say(
            "batch.summary", None, total=total, new=plan.new, changed=plan.changed, unchanged=plan.unchanged,
            seconds=f"{ran.seconds:.1f}",
        )
    ]  # fmt: skip
    if ran.withdrawn:
        lines.append(say("batch.withdrawn", None, count=ran.withdrawn, folder=out / ".openbudget" / "withdrawn"))
    if plan.gone:
        lines.append(say("batch.gone", None, count=len(plan.gone)))
    return "\n\n".join(["\n".join(lines), *_state(out, now)])


def _state(out: Path, now: Status) -> list[str]:
    """Outcomes by kind, why documents were not packed, what was not recognised, and where everything is."""
    from openbudget.batch.item import Kind
    from openbudget.cli._layout import grid

    kinds, whole = now.kinds, now.phase == "finished"
    rows = [[say(f"batch.kind_{kind}"), str(kinds[kind])] for kind in map(str, Kind) if kinds.get(kind)]
    blocks = [grid(rows, right=frozenset({1}))] if rows else []
    if now.reasons:
        blocks.append("\n".join(_not_packed(out, now, whole)))
    elif kinds:
        blocks.append(say("batch.all_read" if whole else "batch.all_read_so_far"))
    if now.lacks:
        lines = [say("batch.lacks_title")]
        for group in now.lacks[:_GROUPS]:
            lines += _group("batch.lacks_line", group)
        lines += _more(now.lacks)
        blocks.append("\n".join(lines))
    return [*blocks, say("batch.results" if whole else "batch.results_so_far", None, out=out)]


def _not_packed(out: Path, now: Status, whole: bool) -> list[str]:
    """Why documents were not packed, and what to do: better files need the same command, better layouts `retry`."""
    from openbudget.cli._layout import columns, wrap

    count = now.kinds.get("refused", 0) + now.kinds.get("crashed", 0)
    lines = [say("batch.not_all_read" if whole else "batch.not_read_so_far", None, count=count)]
    for group in now.reasons[:_GROUPS]:
        lines += _group("batch.reason_line", group)
        lines += _examples(group)
    lines += _more(now.reasons)
    names = [group.key for group in now.reasons if group.key not in _NO_RETRY]
    mended = next((name for name in names if name.startswith("recognise.")), None)
    if any(not name.startswith("recognise.") for name in names):
        lines.append(say("batch.again_hint"))
    if any(" --" in told for told in map(_told, now.reasons)):
        lines += wrap(say("batch.manifest_hint"), columns())
    if mended is not None:
        lines.append(say("batch.retry_hint", None, out=out, name=mended))
    return lines


def _told(group: Group) -> str:
    """The reason of the first document of a group, in words."""
    from openbudget.batch.outcomes import reason

    return reason(group.first) if group.first else ""


def _group(line: str, group: Group) -> list[str]:
    from openbudget.cli._layout import columns, wrap

    text = say(line, None, count=len(group.documents), name=group.key, text=group.variant)
    return ["  " + part for part in wrap(text.rstrip(), columns() - 2)]


def _examples(group: Group) -> list[str]:
    """The first document of a group with its whole reason, and the names of some more."""
    from openbudget.batch.outcomes import reason
    from openbudget.cli._layout import columns, wrap

    first, *others = (" ".join(key.split()) for key in group.documents[:_EXAMPLES])
    said = say("batch.example", None, name=first, reason=reason(group.first) if group.first else "")
    lines = wrap(said, columns() - 4)
    lines += wrap(say("batch.example_too", None, keys="、".join(others)), columns() - 4) if others else []
    return ["    " + line for line in lines]


def _more(groups: Sequence[Group]) -> list[str]:
    rest = groups[_GROUPS:]
    documents = sum(len(group.documents) for group in rest)
    return ["  " + say("batch.more_groups", None, groups=len(rest), count=documents)] if rest else []


def span(seconds: float) -> str:
    """A span of time in the unit that suits it."""
    if seconds < 90:
        return say("batch.seconds", None, count=f"{seconds:.0f}")
    if seconds < 5400:
        return say("batch.minutes", None, count=f"{seconds / 60:.0f}")
    return say("batch.hours", None, count=f"{seconds / 3600:.1f}")
