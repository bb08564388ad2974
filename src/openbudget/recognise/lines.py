"""The mandated tables as budget lines."""

from __future__ import annotations

from openbudget.recognise.outline import Grid, Section
from openbudget.recognise.performance import Context


def read_lines(grid: Grid, section: Section, context: Context) -> bool:
    """Adds the lines of a grid that is one of the mandated tables; False where it is none."""
    return False
