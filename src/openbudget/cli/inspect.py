"""`openbudget inspect`: what is recognised in a document and what is not; nothing is written."""

from __future__ import annotations

from typing import Any

from openbudget.cli import _frame as frame
from openbudget.cli import _shared as shared


@frame.command("inspect")
@frame.argument("source", nargs=-1, required=True, metavar="SOURCE...")
@shared.given_options
@frame.option("--explain", is_flag=True)
def command(source: tuple[str, ...], explain: bool, layouts: str | None, **given: Any) -> int:
    from pathlib import Path

    from openbudget import pipeline
    from openbudget.cli._progress import Progress
    from openbudget.cli._summary import inspected_summary

    with Progress() as progress:
        seen = pipeline.inspect(
            [Path(name) for name in source],
            shared.given_of(given),
            layouts=Path(layouts) if layouts else None,
            explain=explain,
            tell=progress.tell,
        )
    frame.echo(inspected_summary(seen, explain))
    return seen.refusal.exit_code if seen.refusal is not None else 0
