"""`openbudget trace`: the way back from a value of a package to the place where it is printed."""

from __future__ import annotations

import click

from openbudget.cli import _frame as frame
from openbudget.cli._frame import words


@frame.command("trace")
@frame.argument("package", metavar="PACKAGE")
@frame.argument("table", metavar="TABLE")
@frame.argument("row", metavar="ROW")
@frame.argument("field", metavar="[FIELD]", required=False)
def command(package: str, table: str, row: str, field: str | None) -> None:
    from pathlib import Path

    from openbudget import pipeline

    traces = pipeline.trace(Path(package), table, row, field)
    lines = []
    for trace in traces:
        lines.append(f"{trace.field} = {trace.value}")
        lines.append("  " + words("trace_place", file=trace.file, place=trace.place, method=words(f"method_{trace.method}")))
        lines.append("  " + words("trace_printed", text=trace.printed))
        lines += [f"    {number:>5} │ {line}" for number, line in trace.context]
    click.echo("\n".join(lines))
