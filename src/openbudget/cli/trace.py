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

    from openbudget.package.trace import trace as follow

    traces = follow(Path(package), table, row, field)
    lines = []
    for trace in traces:
        lines.append(f"{trace.field} = {trace.value}")
        lines.append(
            "  "
            + words("trace_place", file=trace.file, place=trace.place, says=_says(package, trace.file, trace.place))
        )
        lines.append("  " + words("trace_printed", text=trace.printed, method=words(f"method_{trace.method}")))
        if trace.there is None:
            lines.append("  " + words("trace_lost"))
        elif trace.there != trace.printed:
            lines.append("  " + words("trace_other", text=trace.there))
    frame.echo("\n".join(lines))


def _says(package: str, file: str, place: str) -> str:
    """A place in words, in brackets: line, page, sheet and cell; "" where there are none for it."""
    from openbudget.messages import default_language
    from openbudget.report.places import place_words

    where = place_words(place, default_language(), path=package, file=file)
    return words("trace_where", where=where) if where and where != place.removeprefix("#") else ""
