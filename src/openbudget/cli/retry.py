"""`openbudget retry`: do documents of a batch again, those with a given reason or outcome."""

from __future__ import annotations

from typing import Any

import click

from openbudget.cli import _batch as batch
from openbudget.cli import _frame as frame


@frame.command("retry")
@frame.argument("out", metavar="DIR")
@frame.option("--reason", metavar="KEY", multiple=True)
@frame.option("--outcome", metavar="OUTCOME", multiple=True, type=click.Choice(["refused", "crashed"]))
@frame.option("--layouts", metavar="DIR")
@batch.run_options
def command(
    out: str, reason: tuple[str, ...], outcome: tuple[str, ...], layouts: str | None, jobs: int | None,
    scheduler: str | None, time_limit: int, memory_limit: int,
) -> int:  # fmt: skip
    import os
    from dataclasses import replace
    from pathlib import Path

    from openbudget.batch import journal
    from openbudget.batch.item import Outcome
    from openbudget.batch.run import Settings
    from openbudget.batch.status import status
    from openbudget.errors import UsageError

    state = journal.read(Path(out))

    def wanted(one: Outcome) -> bool:
        if one.reason is None or (outcome and str(one.kind) not in outcome):
            return False
        return not reason or one.reason.key in reason or one.reason.key.partition(".")[2] in reason

    if not any(wanted(one) for one in state.outcomes.values()):
        known = dict.fromkeys(group.key for group in status(Path(out)).reasons)
        raise UsageError("batch.nothing_to_retry", reasons="、".join(known) or "—")
    given: dict[str, Any] = batch.limits_of(jobs, scheduler, time_limit, memory_limit)
    settings = replace(Settings(**state.run["settings"]), **given)
    if layouts:
        settings = replace(settings, layouts=os.path.abspath(layouts))
    return batch.run_batch(Path(out), settings, wanted)
