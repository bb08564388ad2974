"""Options and lines that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from openbudget.cli import _frame as frame
from openbudget.cli._frame import words
from openbudget.messages import say

if TYPE_CHECKING:
    from openbudget.model.disclosure import Coverage, Disclosure
    from openbudget.model.document import Diagnostic
    from openbudget.model.facts import Facts
    from openbudget.model.place import Locator
    from openbudget.recognise import Given

# what tells that something of the document is in no table, though it may well hold figures
_UNREAD = ("readers.table_without_lines", "readers.columns_unclear", "readers.picture_page", "readers.unmapped_text")
_GIVEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--region", {"metavar": "CODE"}),
    ("--agency", {"metavar": "CODE"}),
    ("--organization", {"metavar": "NAME"}),
    ("--year", {"metavar": "YEAR", "type": click.IntRange(1949, 2999)}),
    ("--kind", {"metavar": "KIND", "type": click.Choice(["budget", "final-accounts"])}),
    ("--unit", {"metavar": "UNIT"}),
    ("--disclosed-on", {"metavar": "DATE"}),
    ("--layouts", {"metavar": "DIR"}),
)


def given_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what a document does not say of itself."""
    for name, settings in reversed(_GIVEN):
        function = frame.option(name, **settings)(function)
    return function


def given_of(options: dict[str, Any]) -> Given:
    """The facts given by `given_options`; `unit` as printed (万元) or as a code becomes a code."""
    from openbudget.errors import UsageError
    from openbudget.model.amount import UNITS, unit_code
    from openbudget.model.day import day
    from openbudget.recognise import Given

    unit = options["unit"]
    if unit is not None and unit not in UNITS:
        code = unit_code(unit)
        if code is None:
            raise UsageError("cli.bad_unit", value=unit, units="、".join(printed for printed, _ in UNITS.values()))
        unit = code
    disclosed = options["disclosed_on"]
    if disclosed is not None:
        if (found := day(disclosed)) is None:
            raise UsageError("cli.bad_date", value=disclosed)
        disclosed = found.isoformat()
    names = ("region", "agency", "organization", "year", "kind")
    return Given(unit=unit, disclosed_on=disclosed, **{name: options[name] for name in names})


def facts_line(facts: Facts) -> str:
    """Whose disclosure it is, in one line."""
    kind = words(f"kind_{facts.kind}")
    return words(
        "facts",
        agency=facts.agency_name,
        year=facts.fiscal_year,
        kind=words("kind_of_unit", kind=kind) if facts.level == "unit" else kind,
        region=f"{facts.region_name} {facts.region_code}",
    )


def coverage_lines(disclosure: Disclosure, limit: int = 10) -> str:
    """How much of the source was recognised, and what was not."""
    from openbudget.messages import default_language
    from openbudget.model.place import whole_of
    from openbudget.report.places import locator_words

    language = default_language()
    coverage: Coverage = disclosure.coverage
    key = "coverage_part" if coverage.unrecognised else "coverage_whole"
    lines = [
        words(
            key,
            total=coverage.total,
            in_tables=coverage.in_tables,
            in_sections=coverage.in_sections,
            unrecognised=coverage.unrecognised,
        )
    ]
    groups: dict[tuple[str, Locator], list[str]] = {}
    for piece in disclosure.unrecognised:
        groups.setdefault((piece.file, whole_of(piece.place)), []).append(piece.text)
    for (file, place), texts in list(groups.items())[:limit]:
        said = shorten(" | ".join(text for text in texts if text.strip()), 44)
        where = locator_words(place, language)
        more = words("pieces", count=len(texts)) if len(texts) > 1 else ""
        lines.append("  " + words("piece", file=file, where=where + more, text=said))
    left = sum(len(texts) for texts in list(groups.values())[limit:])
    if left:
        lines.append("  " + words("and_more", count=left))
    unread = [each for each in disclosure.diagnostics if each.key in _UNREAD]
    lines += [words("unread", count=len(unread))] if unread else []
    lines += map(diagnostic_line, unread[:limit])
    if len(unread) > limit:
        lines.append("  " + words("and_more", count=len(unread) - limit))
    return "\n".join(lines)


def diagnostic_line(diagnostic: Diagnostic) -> str:
    """What was decided on the way, and where."""
    from openbudget.messages import default_language
    from openbudget.report.places import locator_words

    where = locator_words(diagnostic.place, default_language()) if diagnostic.place else ""
    place = f"{diagnostic.file or ''} {where}".strip()
    text = shorten(say(diagnostic.key, None, **diagnostic.args), 200)
    return f"  {text}" + (f"（{place}）" if place else "")


def shorten(text: str, length: int = 40) -> str:
    """The beginning of `text` on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
