"""What every form of a report says alike: the summary, names of severities and rules, places in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from openbudget import standard
from openbudget.messages import say
from openbudget.model.finding import Finding, Outcome, Report, RuleRun, Severity
from openbudget.model.place import Locator, NodePlace, PagePlace, SheetPlace, TextPlace, parse_fragment
from openbudget.report.source_lines import position


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


def place_words(finding_place: str | None, language: str, *, path: str | None = None, file: str | None = None) -> str:
    """A locator's fragment in words: `line=71,72` → 第 72 行; empty where there is none. `path` of the package and
    `file` in it: with these, characters of a text are told by their lines."""
    if not finding_place:
        return ""
    try:
        place = parse_fragment(finding_place)
    except ValueError:
        return finding_place
    return locator_words(place, language, path=path, file=file)


def locator_words(place: Locator, language: str, *, path: str | None = None, file: str | None = None) -> str:
    """`place_words` of a locator: 第 72 行, 第 3 页, 工作表“表1”B4, 第 3 张表第 4 行第 2 格."""
    if isinstance(place, TextPlace):
        return _text_place(place, language, path, file)
    if isinstance(place, PagePlace):
        key = "place_page" if place.table is None else "place_page_table" if place.row is None else "place_page_cell"
        return words(key, language, page=place.page, table=place.table, row=place.row, col=place.col)
    if isinstance(place, SheetPlace):
        return words("place_sheet", language, sheet=place.sheet, cell=place.cell)
    assert isinstance(place, NodePlace)
    return _node_place(place, language)


_NODE = re.compile(
    r"(?:/html)?/body(?:\[1\])?/(?:p\[(\d+)\]|(?:tbl|table)\[(\d+)\](?:/tr\[(\d+)\](?:/t[cdh]\[(\d+)\])?)?)"
)


def _node_place(place: NodePlace, language: str) -> str:
    """A paragraph or a cell of a table that stands in the body itself; the path of anything else."""
    found = _NODE.fullmatch(place.path)
    if found is None:
        return words("place_node", language, path=place.path)
    paragraph, table, row, cell = found.groups()
    if paragraph:
        return words("place_paragraph", language, number=paragraph)
    key = "place_table" if row is None else "place_table_row" if cell is None else "place_table_cell"
    return words(key, language, table=table, row=row, cell=cell)


def _text_place(place: TextPlace, language: str, path: str | None, file: str | None) -> str:
    if place.length is None or (place.first and path is None):
        key = "place_line" if place.first == place.last else "place_lines"
        return words(key, language, first=place.first, last=place.last)
    first = position(path, file, place.offset)
    last = position(path, file, place.offset + max(place.length, 1) - 1)
    if first is None or last is None:
        return words("place_chars", language, first=place.offset + 1, last=place.offset + place.length)
    if first[0] != last[0]:
        return words("place_lines", language, first=first[0], last=last[0])
    key = "place_line_char" if first == last else "place_line_chars"
    return words(key, language, line=first[0], first=first[1], last=last[1])


def whereabouts(finding: Finding, language: str, path: str | None = None) -> str:
    """Where a finding stands: source file and place, else file and line of the package, else table and row. `path` is
    the package's."""
    if finding.file and finding.place:
        return f"{finding.file} {place_words(finding.place, language, path=path, file=finding.file)}"
    if finding.path and finding.line:
        return words("csv_line", language, path=finding.path, line=finding.line)
    return finding.path or " / ".join(part for part in (finding.table, finding.row_id, finding.field) if part)
