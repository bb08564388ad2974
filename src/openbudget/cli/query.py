"""`openbudget query`: ask the catalogue, in SQL or by the name of a question that ships with the tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from openbudget.cli import _frame as frame
from openbudget.messages import default_language, say

if TYPE_CHECKING:
    from openbudget.batch.database import Answer

_SQL = ("select", "with", "from", "describe", "show", "summarize", "pivot", "values", "(")
_WIDTH = 40


@frame.command("query")
@frame.argument("question", metavar="[SQL|NAME]", required=False)
@frame.option("-c", "--catalogue", metavar="DIR", default="catalogue", show_default=True)
@frame.option("--param", metavar="NAME=VALUE", multiple=True)
@frame.option("--format", "form", metavar="FORMAT", type=click.Choice(["table", "csv", "json", "parquet", "xlsx"]))
@frame.option("-o", "--out", metavar="FILE")
def command(question: str | None, catalogue: str, param: tuple[str, ...], form: str | None, out: str | None) -> None:
    from pathlib import Path

    from openbudget.batch import answers, database
    from openbudget.batch.questions import headings, questions
    from openbudget.errors import UsageError
    from openbudget.messages.seen import seen

    if question is None:
        click.echo(_list())
        return
    given = {}
    for pair in param:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError("batch.parameter_form", value=pair)
        given[name] = value
    if question in questions():
        sql, values = questions()[question].sql, questions()[question].values(given)
    elif question.lstrip().lower().startswith(_SQL):
        sql, values = question, dict(given)
    else:
        raise UsageError("batch.no_such_question", name=question, known=", ".join(questions()))
    suffix = Path(out).suffix[1:].lower() if out else ""
    chosen = form or {"": "csv" if out else "table", "txt": "table"}.get(suffix, suffix)
    if chosen != "table" and chosen not in answers.FORMATS:
        raise UsageError(
            "batch.unknown_suffix", path=out, suffixes=", ".join(f".{one}" for one in ("txt", *answers.FORMATS))
        )
    if chosen in ("parquet", "xlsx") and out is None:
        raise UsageError("batch.needs_file", format=chosen)
    answer = database.ask(database.connect(Path(catalogue)), sql, values)
    if question in questions() and chosen in ("table", "xlsx"):  # for people; programs get the names of the columns
        answer = database.Answer(tuple(headings(answer.columns)), answer.rows)
    data = f"{seen(_table(answer))}\n".encode() if chosen == "table" else answers.FORMATS[chosen](answer)
    if out is None:
        click.echo(data.decode(), nl=False)
    else:
        answers.write(data, Path(out))
        frame.echo(say("batch.answer_written", None, path=out, count=len(answer.rows)))


def _table(answer: Answer) -> str:
    from decimal import Decimal

    from openbudget.cli._layout import grid

    rows = [list(answer.columns), *([_cell(value) for value in row] for row in answer.rows)]
    numbers = frozenset(
        at
        for at in range(len(answer.columns))
        if all(row[at] is None or isinstance(row[at], int | float | Decimal) for row in answer.rows)
    )
    said = say("batch.answer_rows", None, count=len(answer.rows)) if answer.rows else say("batch.answer_none")
    return grid(rows, right=numbers) + "\n\n" + said


def _cell(value: object) -> str:
    """A value on the screen: amounts with separators, long text cut."""
    from decimal import Decimal

    from openbudget.batch.answers import plain, text
    from openbudget.cli._shared import shorten

    return f"{plain(value):,f}" if isinstance(value, Decimal) else shorten(text(value), _WIDTH)


def _list() -> str:
    from openbudget.batch.questions import questions
    from openbudget.cli._layout import columns, wrap

    language = default_language()
    lines = [say("batch.questions_title")]
    for one in questions().values():
        lines += ["", f"  {one.name}  {one.title[language]}"]
        lines += ["    " + line for line in wrap(one.says[language], columns() - 4)]
        names = [
            each.name
            if each.required
            else f"[{each.name}]"
            if each.default is None
            else f"[{each.name}={each.default}]"
            for each in one.parameters
        ]
        lines += [
            "    " + line for line in wrap(say("batch.question_parameters", None, names=" ".join(names)), columns() - 4)
        ]
    return "\n".join(lines)
