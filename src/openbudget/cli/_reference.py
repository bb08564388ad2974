"""`python -m openbudget.cli._reference`: docs/reference/cli.md and cli.en.md, made from the commands themselves.

A test compares the pages with what this gives.
"""

from __future__ import annotations

import os
from pathlib import Path

from openbudget.cli._frame import words
from openbudget.cli._program import command_of, commands, program_help


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {"cli.md": _page("zh"), "cli.en.md": _page("en")}


def _page(language: str) -> str:
    before = {name: os.environ.get(name) for name in ("OPENBUDGET_LANG", "COLUMNS")}
    os.environ.update(OPENBUDGET_LANG=language, COLUMNS="88")
    try:
        parts = [words("reference_title"), _block(program_help())]
        for name in commands():
            parts += [f"## openbudget {name}", _block(command_of(name).help())]
        return "\n\n".join(parts) + "\n"
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _block(text: str) -> str:
    return f"```text\n{text}\n```"


def main() -> None:
    """Write the pages."""
    folder = Path(__file__).resolve().parents[3] / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
