"""`openbudget publish`: packages to where people find them."""

from __future__ import annotations

from typing import Any

from openbudget.cli import _frame as frame
from openbudget.cli import _publishing as publishing


@frame.command("publish")
@frame.argument("package", nargs=-1, required=True, metavar="PACKAGE...")
@publishing.target_options
@frame.option("--allow-invalid", is_flag=True)
def command(package: tuple[str, ...], allow_invalid: bool, **given: Any) -> None:
    from pathlib import Path

    from openbudget.publish.plan import Request
    from openbudget.publish.release import releases_of

    releases = releases_of([Path(name) for name in package])
    request = Request(releases, date=publishing.today(), allow_invalid=allow_invalid)
    publishing.carried_out(request, publishing.Wanted(**given))
