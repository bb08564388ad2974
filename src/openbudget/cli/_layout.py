"""Text laid out for a terminal, where a Chinese character is two columns wide."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from openbudget.messages.folding import text_width, wrap

__all__ = ["columns", "definitions", "grid", "pad", "paragraphs", "text_width", "wrap"]


def columns() -> int:
    """The width to write in: COLUMNS, else that of the terminal, else 80; never more than 100."""
    try:
        width = int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        try:
            width = os.get_terminal_size().columns
        except OSError:
            width = 80
    return max(40, min(width, 100))


def paragraphs(text: str, width: int) -> str:
    """Paragraphs (one a line of `text`) wrapped; lines that begin with two blanks are examples, kept as they are."""
    return "\n".join(line if line.startswith("  ") else "\n".join(wrap(line, width)) for line in text.split("\n"))


def pad(text: str, width: int) -> str:
    """`text` filled with blanks to `width` columns."""
    return text + " " * max(0, width - text_width(text))


def definitions(rows: Iterable[tuple[str, str]], width: int) -> str:
    """Names on the left, what they are on the right; long names stand on a line of their own."""
    rows = list(rows)
    left = min(max(text_width(name) for name, _ in rows), 28) + 4
    lines: list[str] = []
    for name, text in rows:
        wrapped = wrap(text, width - left)
        head = pad(f"  {name}", left)
        if text_width(head) > left:
            lines.append(head)
            head = " " * left
        lines.append((head + (wrapped[0] if wrapped else "")).rstrip())
        lines += [" " * left + line for line in wrapped[1:]]
    return "\n".join(lines)


def grid(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), indent: str = "  ") -> str:
    """Rows of text in aligned columns; those in `right` aligned to the right."""
    widths = [max(text_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            " " * (widths[i] - text_width(cell)) + cell if i in right else pad(cell, widths[i])
            for i, cell in enumerate(row)
        ]
        lines.append((indent + "  ".join(cells)).rstrip())
    return "\n".join(lines)
