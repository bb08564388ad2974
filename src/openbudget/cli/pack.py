"""`openbudget pack`: a disclosure's files become a data package."""

from __future__ import annotations

from typing import Any

import click

from openbudget.cli import _frame as frame
from openbudget.cli import _shared as shared


@frame.command("pack")
@frame.argument("source", nargs=-1, required=True, metavar="SOURCE...")
@frame.option("-o", "--out", metavar="DIR", required=True)
@shared.given_options
@frame.option("--force", is_flag=True)
def command(source: tuple[str, ...], out: str, force: bool, layouts: str | None, **given: Any) -> None:
    from pathlib import Path

    from openbudget import pipeline
    from openbudget.cli._progress import Progress
    from openbudget.cli._summary import packed_summary

    with Progress() as progress:
        packed = pipeline.pack(
            [Path(name) for name in source],
            shared.given_of(given),
            Path(out),
            force=force,
            layouts=Path(layouts) if layouts else None,
            tell=progress.tell,
        )
    click.echo(packed_summary(packed))
