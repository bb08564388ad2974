"""What `publish` and `withdraw` share: the target, its options, a dry run, the receipt."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from openbudget.cli import _frame as frame
from openbudget.cli._frame import words
from openbudget.errors import UsageError

if TYPE_CHECKING:
    from openbudget.publish.plan import Request


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where to publish and how."""
    for names, settings in reversed(_OPTIONS):
        function = frame.option(*names, **settings)(function)
    return function


_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--to",), {"metavar": "TARGET", "required": True}),
    (("-O", "--option"), {"metavar": "NAME=VALUE", "multiple": True}),
    (("--dry-run",), {"is_flag": True}),
    (("--format", "form"), {"metavar": "FORMAT", "type": click.Choice(["text", "json"]), "default": "text"}),
)


def today() -> str:
    """The day that changes are dated with: SOURCE_DATE_EPOCH where it is set, else the calendar's."""
    import datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    return datetime.date.today().isoformat()


def carried_out(request: Request, to: str, option: tuple[str, ...], dry_run: bool, form: str) -> str:
    """Plan the request and, unless it is a dry run, carry it out. Gives what to print: the plan, or the receipt."""
    import json

    from openbudget import publish
    from openbudget.cli._progress import Progress
    from openbudget.publish.plan import told

    target, address = publish.target(to)
    options = publish.checked_options(target, dict(_pair(one) for one in option))
    with Progress() as progress:
        progress.tell("planning", target=to)
        plan = target.plan(request, address, options)
        if dry_run or not target.checks:
            publish.check(request, plan, progress.tell)
        if dry_run:
            return json.dumps(plan.document(), ensure_ascii=False, indent=2) if form == "json" else told(plan)
        receipt = target.send(request, plan, address, options, progress.tell)
    if form == "json":
        return json.dumps(receipt.document(), ensure_ascii=False, indent=2)
    return told(plan) + "\n" + words("publish_done" if plan.changes else "publish_nothing", target=to)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("publish.bad_option", text=text)
    return name, value
