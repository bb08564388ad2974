"""`openbudget schema`: any part of the data standard, for people and for programs."""

from __future__ import annotations

import click

from openbudget.cli import _frame as frame

KINDS = ("table", "field", "codelist", "check", "jsonschema")


@frame.command("schema")
@frame.argument("kind", metavar="[KIND]", type=click.Choice(KINDS), required=False)
@frame.argument("name", metavar="[NAME]", required=False)
@frame.option("--format", "form", metavar="FORMAT", default="text", show_default=True)
@frame.option("--year", metavar="YEAR", type=click.IntRange(1949, 2999))
def command(kind: str | None, name: str | None, form: str, year: int | None) -> None:
    from openbudget.cli import _standard

    if kind is None:
        text = _standard.overview()
    elif name is None:
        text = _standard.listing(kind)
    else:
        text = _standard.shown(kind, name, form, year)
    click.echo(text.rstrip("\n"))
