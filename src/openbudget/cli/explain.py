"""`openbudget explain`: a rule in words, with its basis and examples of every outcome; or as SQL for an auditor."""

from __future__ import annotations

import click

from openbudget.cli import _frame as frame
from openbudget.messages import default_language


@frame.command("explain")
@frame.argument("rule", metavar="[RULE]", required=False)
@frame.option("--sql", is_flag=True)
def command(rule: str | None, sql: bool) -> None:
    from openbudget.report import explanation

    language = default_language()
    if rule is None:
        click.echo(explanation.catalogue(language))
    elif sql:
        click.echo(explanation.statement(explanation.rule_named(rule), language))
    else:
        click.echo(explanation.explanation(explanation.rule_named(rule), language).rstrip())
