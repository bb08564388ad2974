"""`openbudget pack`: a disclosure's files become a data package; with `--each` or a manifest, many do."""

from __future__ import annotations

from typing import Any

import click

from openbudget.cli import _batch as batch
from openbudget.cli import _frame as frame
from openbudget.cli import _shared as shared


@frame.command("pack")
@frame.argument("source", nargs=-1, required=True, metavar="SOURCE...")
@frame.option("-o", "--out", metavar="DIR", required=True)
@shared.given_options
@frame.option("--force", is_flag=True)
@frame.option("--each", metavar="WHAT", type=click.Choice(["file", "folder"]))
@batch.run_options
@frame.option("--fetch", is_flag=True)
@frame.option("--status", is_flag=True)
def command(
    source: tuple[str, ...], out: str, force: bool, layouts: str | None, each: str | None, status: bool,
    fetch: bool, jobs: int | None, scheduler: str | None, time_limit: int, memory_limit: int, **given: Any,
) -> int:  # fmt: skip
    from pathlib import Path

    if status:
        return batch.show_status(Path(out))
    paths = [Path(name) for name in source]
    if each or fetch or jobs is not None or scheduler or batch.is_manifest(paths):
        settings = batch.limits_of(jobs, scheduler, time_limit, memory_limit) | {"force": force, "fetch": fetch}
        return batch.pack_many(paths, Path(out), given=shared.given_of(given), layouts=layouts, each=each, **settings)
    from openbudget import pipeline
    from openbudget.cli._progress import Progress
    from openbudget.cli._summary import packed_summary

    with Progress() as progress:
        packed = pipeline.pack(
            paths,
            shared.given_of(given),
            Path(out),
            force=force,
            layouts=Path(layouts) if layouts else None,
            tell=progress.tell,
        )
    frame.echo(packed_summary(packed))
    return 0
