"""What `publish` and `withdraw` share: the target, its options, a dry run, the receipt."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from openbudget.cli import _frame as frame
from openbudget.cli._frame import words
from openbudget.errors import UsageError, WriteError, reason_of

if TYPE_CHECKING:
    from openbudget.publish.plan import Plan, Request


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where to publish and how."""
    for names, settings in reversed(_OPTIONS):
        function = frame.option(*names, **settings)(function)
    return function


_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--to",), {"metavar": "TARGET", "required": True}),
    (("-O", "--option"), {"metavar": "NAME=VALUE", "multiple": True}),
    (("--dry-run",), {"is_flag": True}),
    (("--overwrite",), {"is_flag": True}),
    (("--timeout",), {"metavar": "SECONDS", "type": click.IntRange(1, 86400), "default": 60, "show_default": True}),
    (("--retries",), {"metavar": "N", "type": click.IntRange(0, 100), "default": 5, "show_default": True}),
    (("--receipt",), {"metavar": "FILE"}),
    (("--format", "form"), {"metavar": "FORMAT", "type": click.Choice(["text", "json"]), "default": "text"}),
)


def today() -> str:
    """The day that changes are dated with: SOURCE_DATE_EPOCH where it is set, else the calendar's."""
    import datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    return datetime.date.today().isoformat()


@dataclass(frozen=True)
class Wanted:
    """What the options of `target_options` say."""

    to: str
    option: tuple[str, ...]
    dry_run: bool
    overwrite: bool
    timeout: float
    retries: int
    receipt: str | None
    form: str


def carried_out(request: Request, wanted: Wanted) -> None:
    """Plan the request and, unless it is a dry run, carry it out. Prints the plan, or the receipt.

    Raises PublishError where others changed what would be overwritten (after the plan is printed), and UsageError.
    """
    from openbudget import publish
    from openbudget.cli._progress import Progress
    from openbudget.publish.plan import Network

    if wanted.receipt and (not Path(wanted.receipt).name or Path(wanted.receipt).is_dir()):
        raise UsageError("publish.receipt_is_folder", path=wanted.receipt)
    request = replace(request, overwrite=wanted.overwrite, network=Network(wanted.timeout, wanted.retries))
    target, address = publish.target(wanted.to)
    options = publish.checked_options(target, pairs(wanted.option))
    with Progress() as progress:
        progress.tell("planning", target=wanted.to)
        plan = target.plan(request, address, options)
        if wanted.dry_run or not target.checks:
            publish.check(request, plan, progress.tell)
        if not wanted.dry_run:
            publish.refuse_conflicts(request, plan)
            receipt = target.send(request, plan, address, options, progress.tell)
    if wanted.dry_run:
        _print(plan, plan.document(), "publish_dry", wanted)
        publish.refuse_conflicts(request, plan)
        return
    if wanted.receipt:
        _keep(Path(wanted.receipt), _json({"date": request.date, **receipt.document()}) + "\n")
    _print(plan, receipt.document(), "publish_done", wanted)


def _print(plan: Plan, document: object, done: str, wanted: Wanted) -> None:
    """The plan for people with what was done, or the document for programs."""
    from openbudget.publish.plan import told

    if wanted.form == "json":
        click.echo(_json(document))
    else:
        frame.echo(f"{told(plan)}\n{words(done if plan.changes else 'publish_nothing', target=wanted.to)}")


def _json(document: object) -> str:
    import json

    return json.dumps(document, ensure_ascii=False, indent=2)


def _keep(path: Path, text: str) -> None:
    """Write the receipt, whole. Raises WriteError."""
    from openbudget.package.atomic import new_file

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_file(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise WriteError("publish.receipt_failed", path=str(path), reason=reason_of(error)) from error


def pairs(options: tuple[str, ...]) -> dict[str, str]:
    """Options written NAME=VALUE. Raises UsageError."""
    return dict(map(_pair, options))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("publish.bad_option", text=text)
    return name, value
