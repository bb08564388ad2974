"""`openbudget catalogue`: build, check or compact the catalogue of many packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from openbudget.cli import _frame as frame
from openbudget.messages import say

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN = 20


@frame.command("catalogue")
@frame.argument("action", metavar="ACTION", type=click.Choice(["build", "check", "compact"]))
@frame.argument("folder", metavar="DIR")
@frame.option("-o", "--out", metavar="CATALOGUE")
@frame.option("--jobs", metavar="N", type=click.IntRange(1, 1024))
def command(action: str, folder: str, out: str | None, jobs: int | None) -> int:
    from pathlib import Path

    from openbudget.batch.catalogue.build import MANY, build, compact
    from openbudget.cli._progress import Progress
    from openbudget.errors import UsageError

    if action == "check":
        return _check(Path(folder))
    with Progress() as progress:
        if action == "compact":
            compact(Path(folder), jobs=jobs or 0, tell=progress.tell)
            frame.echo(_rows(Path(folder)))
            return 0
        if out is None:
            raise UsageError("batch.catalogue_needs_packages")
        built = build(Path(folder), Path(out), jobs=jobs or 0, tell=progress.tell)
        now = compact(Path(out), least=MANY, jobs=jobs or 0, tell=progress.tell)
    counts: dict[str, Any] = {name: getattr(built, name) for name in ("added", "changed", "removed", "unchanged")}
    frame.echo(say("batch.catalogue_built", None, path=out, number=now.number, packages=now.packages, **counts))
    if now.packages:
        frame.echo(_rows(Path(out)))
    if now.changes:
        beside = sum(one.packages for one in now.changes)
        frame.echo(say("batch.catalogue_beside", None, count=f"{beside:,}", path=out))
    if built.left_out:
        frame.echo("\n" + say("batch.catalogue_left_out", None, count=len(built.left_out)))
        for _, key, args in built.left_out[:_SHOWN]:
            frame.echo("  " + say(key, None, **args))
        if len(built.left_out) > _SHOWN:
            frame.echo("  " + frame.words("and_more", count=len(built.left_out) - _SHOWN))
    return 3 if built.left_out else 0


def _rows(path: Path) -> str:
    from openbudget import standard
    from openbudget.batch.database import connect, counts
    from openbudget.cli._layout import grid
    from openbudget.messages import default_language

    language, specs = default_language(), standard.tables()
    rows = [
        [name, specs[name].title[language] if name in specs else "", frame.words("rows", count=f"{count:,}")]
        for name, count in counts(connect(path)).items()
        if count
    ]
    return grid(rows, right=frozenset({2}))


def _check(catalogue: Path) -> int:
    from openbudget.batch.catalogue.snapshot import load
    from openbudget.batch.catalogue.soundness import faults

    found = faults(catalogue)
    for key, args in found:
        frame.echo(say(key, None, **args))
    if not found:
        files = sum(len(segment.files) for segment in load(catalogue).every)
        frame.echo(say("batch.catalogue_sound", None, files=files))
    return 1 if found else 0
