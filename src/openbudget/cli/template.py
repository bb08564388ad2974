"""`openbudget template`: a workbook to fill in by hand."""

from __future__ import annotations

import click

from openbudget.cli import _frame as frame


@frame.command("template")
@frame.option("-o", "--out", metavar="FILE", required=True)
@frame.option("--organization", metavar="NAME")
@frame.option("--year", metavar="YEAR", type=click.IntRange(1990, 2100))
@frame.option("--kind", metavar="KIND", type=click.Choice(["budget", "final-accounts"]))
def command(out: str, organization: str | None, year: int | None, kind: str | None) -> None:
    from pathlib import Path

    from openbudget.batch import answers
    from openbudget.errors import UsageError
    from openbudget.package.template import workbook

    if Path(out).suffix.lower() != ".xlsx":
        raise UsageError("cli.template_suffix", path=out)
    answers.write(workbook(organization, year, kind), Path(out))
    click.echo(frame.words("template_written", path=out))
