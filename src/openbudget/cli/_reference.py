"""`python -m openbudget.cli._reference`: docs/reference/cli.md and cli.en.md, made from the commands themselves.

A test compares the pages with what this gives.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from openbudget.cli._frame import words
from openbudget.cli._program import group


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {"cli.md": _page("zh"), "cli.en.md": _page("en")}


def _page(language: str) -> str:
    before = {name: os.environ.get(name) for name in ("OPENBUDGET_LANG", "COLUMNS")}
    os.environ.update(OPENBUDGET_LANG=language, COLUMNS="88")
    try:
        context = click.Context(group, info_name="openbudget")
        parts = [words("reference_title"), _help(group, context)]
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            parts += [f"## openbudget {name}", _help(command, click.Context(command, parent=context, info_name=name))]
        return "\n\n".join(parts) + "\n"
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _help(command: click.Command, context: click.Context) -> str:
    return f"```text\n{command.get_help(context)}\n```"


def main() -> None:
    """Write the pages."""
    folder = Path(__file__).resolve().parents[3] / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
