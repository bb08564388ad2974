"""`openbudget completion`: the script that makes a shell complete commands and options."""

from __future__ import annotations

import click

from openbudget.cli import _frame as frame


@frame.command("completion")
@frame.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    from click.shell_completion import get_completion_class

    from openbudget.cli._program import group

    completer = get_completion_class(shell)
    assert completer is not None
    click.echo(completer(group, {}, "openbudget", "_OPENBUDGET_COMPLETE").source_template % _names())


def _names() -> dict[str, str]:
    return {
        "complete_func": "_openbudget_completion",
        "complete_var": "_OPENBUDGET_COMPLETE",
        "prog_name": "openbudget",
    }
