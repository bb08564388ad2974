"""What every form of a report says alike: the summary, names of severities and rules, where a finding stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from openbudget import standard
from openbudget.messages import say
from openbudget.model.finding import Finding, Outcome, Report, RuleRun, Severity


def words(key: str, language: str, **args: object) -> str:
    """The message `report.<key>`."""
    return say(f"report.{key}", language, **args)


def title(report: Report, language: str) -> str:
    """What a report is on: the title of the package with its name, or the name alone."""
    called = report.title.get(language)
    named = words("title_named", language, title=called, name=report.name) if called else report.name
    return words("title", language, name=named)


def severity_name(severity: Severity, language: str) -> str:
    """error, warning, note in words."""
    return words(f"severity_{severity}", language)


@cache
def _declared() -> Mapping[str, Mapping[str, object]]:
    return {str(rule["id"]): rule for rule in standard.checks()}


def rule_text(rule: str, part: str, language: str) -> str:
    """A text of a rule's declaration (`title`, `says`, `cure`); its id where the rule is not in the catalogue."""
    declared = _declared().get(rule)
    text = declared.get(part) if declared is not None else None
    return str(text[language]) if isinstance(text, Mapping) else rule if part == "title" else ""


def group_title(rule: str, language: str) -> str:
    """The title of the group a rule belongs to."""
    group = standard.check_groups().get(rule[:3])
    return str(group["title"][language]) if group is not None else rule[:3]


def summary(report: Report, language: str) -> str:
    """A line that a manager understands: whether the package is valid, faults of the source, what was looked at."""
    counts = {str(level): f"{report.counts.get(level, 0):,}" for level in Severity}
    ran = [run for run in report.runs if run.ran]
    cases = sum(run.outcomes.get(Outcome.PASS, 0) + run.outcomes.get(Outcome.FAIL, 0) for run in ran)
    figures = {**counts, "ran": len(ran), "idle": len(report.runs) - len(ran), "cases": f"{cases:,}"}
    return words(_verdict(report), language, **figures) + words("looked_at", language, **figures)


def _verdict(report: Report) -> str:
    if not report.foreign:
        return "verdict_valid" if report.valid else "verdict_invalid"
    if not report.valid:
        return "verdict_foreign_invalid"
    return "verdict_foreign_unchecked" if report.counts.get(Severity.NOTE) else "verdict_foreign_valid"


def idle_runs(report: Report) -> Iterator[RuleRun]:
    """The rules that did not run."""
    return (run for run in report.runs if not run.ran)


def reasons(run: RuleRun, language: str) -> str:
    """Why a rule did not apply, or could not be evaluated."""
    return words("and", language).join(_reason(key, language) for key in run.reasons)


def _reason(key: str, language: str) -> str:
    name, _, argument = key.partition(":")
    try:
        return say(f"checks.reason_{name}", language, name=_figure_name(argument, language))
    except KeyError:
        return key


def _figure_name(name: str, language: str) -> str:
    statement, _, inner = name.rpartition("/")
    place = standard.codelist("statement").get(statement)
    if place is not None:
        return f"{place.title(language)}·{_figure_name(inner, language)}"
    item = standard.codelist("items").get(name)
    if item is not None:
        return item.title(language)
    table = standard.tables().get(name)
    if table is not None:
        return table.title[language]
    economic = standard.codelist("economic_department").get(name)
    if economic is not None:
        return f"{name} {economic.title(language)}"
    listed = standard.codelists().get(name)
    return listed.title[language] if listed is not None else name


def whereabouts(finding: Finding, language: str, path: str | None = None) -> str:
    """Where a finding stands: source file and place, else file and line of the package, else table and row. `path` is
    the package's."""
    if finding.file and finding.place:
        from openbudget.report.places import place_words

        return f"{finding.file} {place_words(finding.place, language, path=path, file=finding.file)}"
    if finding.path and finding.line:
        return words("csv_line", language, path=finding.path, line=finding.line)
    return finding.path or " / ".join(part for part in (finding.table, finding.row_id, finding.field) if part)
