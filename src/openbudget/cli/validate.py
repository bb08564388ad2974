"""`openbudget validate`: everything that is wrong with data packages, whoever made them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from openbudget.cli import _frame as frame
from openbudget.cli._frame import words
from openbudget.errors import PackageError, UsageError, WriteError, reason_of
from openbudget.messages import default_language

if TYPE_CHECKING:
    from pathlib import Path

    from openbudget.model.finding import Report, Severity

# the forms of openbudget.report.FORMATS (tested), and how their files end
SUFFIXES = {
    "text": ".txt",
    "json": ".json",
    "jsonl": ".jsonl",
    "csv": ".csv",
    "html": ".html",
    "markdown": ".md",
    "sarif": ".sarif",
    "junit": ".xml",
    "github": ".github.txt",
}
_LEVELS = ("error", "warning", "note")


@frame.command("validate")
@frame.argument("path", nargs=-1, required=True, metavar="PATH...")
@frame.option("-f", "--format", "form", multiple=True, metavar="FORMAT", type=click.Choice(tuple(SUFFIXES)))
@frame.option("-o", "--out", metavar="FILE")
@frame.option("--fail-on", metavar="LEVEL", type=click.Choice([*_LEVELS, "never"]), default="error", show_default=True)
@frame.option("--limit-findings", metavar="N", type=click.IntRange(0))
@frame.option("--previous", metavar="PATH")
@frame.option("--waivers", metavar="FILE")
def command(
    path: tuple[str, ...],
    form: tuple[str, ...],
    out: str | None,
    fail_on: str,
    limit_findings: int | None,
    previous: str | None,
    waivers: str | None,
) -> int:
    forms = tuple(dict.fromkeys(form)) or ("text",)
    if out is None and len(forms) > 1:
        raise UsageError("cli.several_formats", formats=", ".join(forms))
    from openbudget.cli import _national as national
    from openbudget.package.container import packages_in

    if any(national.is_catalogue(given) for given in path):
        checked = national.validated(path, previous, waivers)
        _write([_limited(report, limit_findings) for report in checked.reports], forms, out)
        click.echo(national.last_words(checked), err=forms != ("text",) or out is not None)
        return int(_fails(checked.counts, fail_on))
    packages = [package for given in path for package in packages_in(given)]
    reports, errors = _validate(packages, previous, waivers)
    if reports or not errors:
        cut = [_limited(report, limit_findings) for report in reports]
        _write(cut, forms, out)
    if errors and len(packages) == 1:
        raise errors[0]
    for error in errors:
        frame.echo(words("error", message=error.text(default_language())), err=True)
    if errors:
        return PackageError.exit_code
    return 1 if any(_fails(report.counts, fail_on) for report in reports) else 0


def _validate(
    paths: Sequence[str], previous: str | None, waivers: str | None
) -> tuple[list[Report], list[PackageError]]:
    """A report of each package, held against the others; one that cannot be read hides nothing of them."""
    from openbudget import pipeline
    from openbudget.cli._progress import Progress

    with Progress() as progress:
        found = list(
            pipeline.validate_all(
                paths,
                previous=previous or None,
                overrides=waivers or None,
                tell=progress.tell,
            )
        )
    errors = [one for one in found if isinstance(one, PackageError)]
    return [one for one in found if not isinstance(one, PackageError)], errors


def _fails(counts: Mapping[Severity, int], fail_on: str) -> bool:
    if fail_on == "never":
        return False
    wanted = _LEVELS[: _LEVELS.index(fail_on) + 1]
    return any(count for level, count in counts.items() if level.value in wanted)


def _limited(report: Report, limit: int | None) -> Report:
    """The report with at most `limit` findings, the gravest first; its counts stay complete."""
    if limit is None or len(report.findings) <= limit:
        return report
    from itertools import chain, islice

    by_level = ((one for one in report.findings if one.severity is level) for level in report.counts)
    return report._replace(findings=tuple(islice(chain.from_iterable(by_level), limit)))


def _write(reports: Sequence[Report], forms: Sequence[str], out: str | None) -> None:
    from openbudget.report import write

    if out is None:
        write(reports, forms[0], sys.stdout, width=_width())
        return
    from pathlib import Path

    for form in forms:
        target = Path(out if len(forms) == 1 else out + SUFFIXES[form])
        _save(reports, form, target)
        frame.echo(words("report_written", path=target), err=True)


def _width() -> int | None:
    """The columns of the terminal that the report goes to; None where it goes elsewhere."""
    if not sys.stdout.isatty():
        return None
    from openbudget.cli._layout import columns

    return columns()


def _save(reports: Sequence[Report], form: str, target: Path) -> None:
    """Write a report whole or not at all."""
    import io

    from openbudget.package.atomic import new_file
    from openbudget.report import write

    try:
        with new_file(target) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
            write(reports, form, text, folder=target.parent)
            text.detach()
    except OSError as error:
        raise WriteError("cli.cannot_write", path=target, reason=reason_of(error)) from error
