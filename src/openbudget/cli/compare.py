"""`openbudget compare`: two packages side by side, what changed and by how much."""

from __future__ import annotations

import click

from openbudget.cli import _frame as frame
from openbudget.messages import say


@frame.command("compare")
@frame.argument("before", metavar="A")
@frame.argument("after", metavar="B")
@frame.option("--format", "form", metavar="FORMAT", type=click.Choice(["text", "csv", "json", "html", "svg"]))
@frame.option("-o", "--out", metavar="FILE")
def command(before: str, after: str, form: str | None, out: str | None) -> None:
    from pathlib import Path

    from openbudget.batch import answers
    from openbudget.batch import comparison_forms as forms
    from openbudget.batch.compare import compare
    from openbudget.cli._layout import grid
    from openbudget.errors import UsageError
    from openbudget.messages.seen import seen

    suffix = Path(out).suffix[1:].lower() if out else ""
    chosen = form or {"": "text", "txt": "text"}.get(suffix, suffix)
    if chosen != "text" and chosen not in forms.FORMATS:
        raise UsageError(
            "batch.unknown_suffix", path=out, suffixes=", ".join(f".{one}" for one in ("txt", *forms.FORMATS))
        )
    found = compare(Path(before), Path(after))
    if chosen == "text":
        right = frozenset({1, 2, 3, 4})
        blocks = [forms.title(found) + "\n" + say("batch.compare_unit")]
        if key := forms.headline(found):
            blocks.append(say("batch.compare_headline") + "\n" + grid([forms.heads(), *key], right=right))
        for part, members in forms.parts(forms.changed(found)):
            rows = [forms.heads(), *(forms.cells(one) for one in members)]
            blocks.append(forms.part_title(part) + "\n" + grid(rows, right=right))
        if not forms.changed(found):
            blocks.append(say("batch.compare_nothing"))
        data = seen("\n\n".join(blocks) + "\n").encode()
    else:
        data = forms.FORMATS[chosen](found)
    if out is None:
        click.echo(data.decode(), nl=False)
    else:
        answers.write(data, Path(out))
        frame.echo(say("batch.compare_written", None, path=out, count=len(forms.changed(found))))
