"""`openbudget trace`: the way back from a value of a package to the place where it is printed."""

from __future__ import annotations

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
        lines.append("  " + words("trace_place", file=trace.file, place=trace.place, says=_says(trace.place)))
        lines.append("  " + words("trace_printed", text=trace.printed, method=words(f"method_{trace.method}")))
        if trace.there is None:
            lines.append("  " + words("trace_lost"))
        elif trace.there != trace.printed:
            lines.append("  " + words("trace_other", text=trace.there))
    frame.echo("\n".join(lines))


def _says(place: str) -> str:
    """A place in words, where it has simple ones: lines or characters of a text, counted from 1."""
    scheme, _, span = place.removeprefix("#").partition("=")
    if scheme not in ("line", "char"):
        return ""
    first, last = (int(number) for number in span.split(","))
    kind = scheme if last == first + 1 else f"{scheme}s"
    return words(f"place_{kind}", first=first + 1, last=last)
