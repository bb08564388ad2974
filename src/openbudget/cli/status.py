"""`openbudget status`: how far a batch is, and what stands in its way."""

from __future__ import annotations

from openbudget.cli import _batch as batch
from openbudget.cli import _frame as frame


@frame.command("status")
@frame.argument("out", metavar="DIR")
def command(out: str) -> int:
    from pathlib import Path

    return batch.show_status(Path(out))
