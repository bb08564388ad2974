"""`openbudget withdraw`: a package is taken back; a page with the reason stays."""

from __future__ import annotations

from typing import Any

from openbudget.cli import _frame as frame
from openbudget.cli import _publishing as publishing


@frame.command("withdraw")
@frame.argument("name", nargs=-1, required=True, metavar="NAME...")
@frame.option("--reason", required=True, metavar="TEXT")
@publishing.target_options
def command(name: tuple[str, ...], reason: str, **given: Any) -> None:
    from openbudget.publish.plan import Request, Withdrawal

    request = Request(withdrawals=[Withdrawal(one, reason) for one in name], date=publishing.today())
    publishing.carried_out(request, publishing.Wanted(**given))
