"""A Report in the form that each reader wants: text for a clerk, a page for a manager, data for programs and CI.

    text · markdown · html                 for people, in Chinese or English
    json · jsonl · csv                     for programs; json follows schema/report.schema.json
    sarif · junit · github                 for code hosts and build servers

Every form is written from the same findings, one after the other as they come, so that a million of them need no
more memory than one (html and markdown stop at a stated number, and say so).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from openbudget.errors import UsageError
from openbudget.messages import default_language
from openbudget.model.finding import Report

if TYPE_CHECKING:
    from pathlib import Path

_WRITERS = {
    "text": "text",
    "json": "document",
    "jsonl": "lines",
    "csv": "table",
    "html": "page",
    "markdown": "markdown",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
}
FORMATS = tuple(_WRITERS)


def write(
    reports: Sequence[Report],
    form: str,
    out: TextIO,
    language: str | None = None,
    *,
    folder: Path | None = None,
    width: int | None = None,
) -> None:
    """Write reports (one a package) to `out` in one of FORMATS; UsageError where there is no such form.

    `out` takes text as it is (open files with newline=""). `language` is `zh` or `en`. `folder` is where the text will
    stand: links of html lead from there to the sources of a package (default: from the current folder). `width`: the
    columns of a terminal, to which text is folded (default: a line is as long as it is).
    """
    if form not in _WRITERS:
        raise UsageError("report.no_such_format", format=form, formats=", ".join(FORMATS))
    writer = import_module(f"openbudget.report.{_WRITERS[form]}")
    if form == "html":
        writer.write(reports, out, language or default_language(), folder)
    elif form == "text":
        writer.write(reports, out, language or default_language(), width)
    else:
        writer.write(reports, out, language or default_language())


__all__ = ["FORMATS", "write"]
