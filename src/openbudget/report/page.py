"""HTML for people: one file that needs nothing else, readable without scripts, printable, Chinese first.

A script (allowed by its hash, nothing else is) adds filters by rule, table and severity. Every finding stands with its
terms as a small sum, the printed text, its place and what to do.
"""

from __future__ import annotations

import base64
import hashlib
import html
import os
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from openbudget import __version__, standard
from openbudget.messages import LANGUAGES
from openbudget.messages.seen import seen
from openbudget.model.finding import Finding, Outcome, Report, Severity
from openbudget.model.place import PagePlace, parse_fragment
from openbudget.report.places import place_words
from openbudget.report.repeats import Repeats
from openbudget.report.source_lines import folder_of
from openbudget.report.sums import Line, Sum, sum_of
from openbudget.report.wording import (
    reasons,
    rule_text,
    severity_name,
    summary,
    title,
    whereabouts,
    words,
)

LIMIT = 2000  # findings of a package; the rest is counted
_TERMS = 100
_TAGS = {"zh": "zh-Hans", "en": "en"}


def write(reports: Sequence[Report], out: TextIO, language: str, folder: Path | None = None) -> None:
    """Write all reports as one page, which will stand in `folder` (default: the current one)."""
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'"
    name = title(reports[0], language) if len(reports) == 1 else words("title_many", language, count=len(reports))
    out.write(
        f'<!doctype html>\n<html lang="{_TAGS[language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(name)}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n"
    )
    for number, report in enumerate(reports):
        out.writelines(_report(report, number, language, _sources(report, folder)))
    made = words("html_made", language, version=__version__, standard=standard.version())
    out.write(f"</main>\n<footer><p>{escape(made)}</p></footer>\n<script>{script}</script>\n</body>\n</html>\n")


def escape(text: str) -> str:
    """Text as it stands in the page: what cannot be seen in it is named."""
    return html.escape(seen(text))


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _sources(report: Report, folder: Path | None) -> str | None:
    """The way from the page to the folder of the package's sources; None for a package in a zip."""
    if not report.path or report.path.endswith(".zip"):
        return None
    return Path(os.path.relpath(folder_of(report.path), folder or ".")).joinpath("source").as_posix()


def _report(report: Report, number: int, language: str, sources: str | None) -> Iterator[str]:
    heading = "h1" if number == 0 else "h2"
    verdict = "verdict" if report.valid else "verdict invalid"
    called = escape(title(report, language))
    yield f'<section data-report="{number}" aria-label="{called}">\n<header>\n<{heading}>{called}</{heading}>\n'
    yield f'<p class="{verdict}">{escape(summary(report, language))}</p>\n</header>\n'
    yield f"<h2>{escape(words('html_findings', language))}</h2>\n"
    repeats = Repeats()
    by_level = ((one for one in report.findings if one.severity is severity) for severity in Severity)
    shown = list(islice((one for one in chain.from_iterable(by_level) if not repeats.is_one(one)), LIMIT))
    if shown:
        yield from _filter(shown, report.name, language)
        yield '<ol class="findings">\n'
        for finding in shown:
            yield from _finding(finding, report, language, sources)
        yield "</ol>\n"
    else:
        yield f"<p>{escape(words('html_none', language))}</p>\n"
    yield from (f"<p>{escape(line)}</p>\n" for line in repeats.lines(language))
    more = sum(report.counts.values()) - repeats.count - sum(1 for finding in shown if finding.waived is None)
    if more > 0:
        yield f"<p>{escape(words('not_shown', language, count=more))}</p>\n"
    yield from _runs(report, language)
    yield from _rows(report, language)
    yield "</section>\n"


def _filter(findings: Sequence[Finding], package: str, language: str) -> Iterator[str]:
    choices = {
        "severity": {str(one): severity_name(one, language) for one in Severity},
        "rule": {rule: f"{rule} {rule_text(rule, 'title', language)}" for rule in sorted({f.rule for f in findings})},
        "table": {table: _table_name(table, language) for table in sorted({f.table for f in findings if f.table})},
    }
    yield f'<form class="filter" hidden aria-label="{escape(words("html_filter", language, name=package))}">\n'
    for name, options in choices.items():
        yield f'<label>{escape(words(f"html_{name}", language))}\n<select name="{name}">'
        yield f'<option value="">{escape(words("html_all", language))}</option>'
        yield from (f'<option value="{escape(code)}">{escape(text)}</option>' for code, text in options.items())
        yield "</select></label>\n"
    yield f'<label>{escape(words("html_search", language))}\n<input type="search" name="words"></label>\n</form>\n'
    template = words("html_shown", language, shown="{shown}", total="{total}")
    yield f'<p class="status small" role="status" data-words="{escape(template)}"></p>\n'


def _table_name(table: str, language: str) -> str:
    spec = standard.tables().get(table)
    return f"{spec.title[language]} ({table})" if spec is not None else table


def _finding(finding: Finding, report: Report, language: str, sources: str | None) -> Iterator[str]:
    waived = " waived" if finding.waived else ""
    other = next(name for name in LANGUAGES if name != language)
    yield (
        f'<li class="finding {finding.severity}{waived}" data-rule="{escape(finding.rule)}"'
        f' data-table="{escape(finding.table or "")}" data-severity="{finding.severity}">\n'
        f'<h3><span class="mark">{escape(words(f"one_{finding.severity}", language))}</span> {escape(finding.rule)} '
        f"{escape(rule_text(finding.rule, 'title', language))}</h3>\n"
        f'<p class="message">{escape(finding.message[language])}</p>\n'
        f'<p class="other" lang="{_TAGS[other]}">{escape(finding.message[other])}</p>\n'
    )
    if finding.waived:
        yield f'<p class="small">{escape(words("waived", language, reason=finding.waived))}</p>\n'
    told = sum_of(finding)
    if told.stated and told.difference is not None:
        yield from _sum(told, language, report.path)
    if finding.printed and finding.place and finding.printed not in finding.message[language]:
        yield f'<blockquote lang="zh-Hans">{escape(finding.printed)}</blockquote>\n'
    where = whereabouts(finding, language, report.path)
    if where:
        yield f'<p class="small">{_linked(words("where", language, where=where), finding, sources)}</p>\n'
    cure = rule_text(finding.rule, "cure", language)
    if cure:
        yield f'<p class="small">{escape(words("cure", language, cure=cure))}</p>\n'
    mark = words("html_fingerprint", language)
    yield f'<p class="small">{escape(mark)}: <code>{escape(finding.fingerprint)}</code></p>\n</li>\n'


def _linked(where: str, finding: Finding, sources: str | None) -> str:
    """The place, as a link to the source file of the package where that is known."""
    if not finding.file or sources is None:
        return escape(where)
    target = f"{quote(sources)}/{quote(finding.file)}"
    return f'<a href="{escape(target + _fragment(finding))}">{escape(where)}</a>'


def _fragment(finding: Finding) -> str:
    """What a browser understands: the page of a PDF, else the printed text."""
    try:
        place = parse_fragment(finding.place or "")
    except ValueError:
        return ""
    if isinstance(place, PagePlace):
        return f"#page={place.page}"
    printed = " ".join((finding.printed or "").split())[:60]
    return f"#:~:text={quote(printed, safe='')}" if printed else ""


def _sum(told: Sum, language: str, path: str | None) -> Iterator[str]:
    if told.unit is not None:
        caption = words("html_sum", language, unit=words(f"unit_{told.unit}", language))
    else:
        caption = words("html_sum_plain", language)
    heads = "".join(
        f'<th scope="col">{escape(words(f"html_{key}", language))}</th>' for key in ("figure", "item", "place")
    )
    yield f'{_wide(caption)}<table class="sum"><caption>{escape(caption)}</caption>\n'
    yield f"<thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n"
    yield from (_line(line, language, path) for line in told.parts[:_TERMS])
    if len(told.parts) > _TERMS:
        yield _row("", "…", words("more_terms", language, count=len(told.parts) - _TERMS), "")
    if len(told.parts) > 1:
        yield _row("=", told.expected or "", words("result", language), "", "result")
    yield from (_line(line, language, path, stated=True) for line in told.stated)
    yield _row("", told.difference or "", words("difference", language, tolerance=told.tolerance or "0"), "", "gap")
    yield "</tbody></table></div>\n"


def _wide(name: str) -> str:
    """A box that may be wider than the screen: it can be scrolled by keyboard."""
    return f'<div class="wide" role="group" tabindex="0" aria-label="{escape(name)}">'


def _line(line: Line, language: str, path: str | None, stated: bool = False) -> str:
    sign = {"+": "+", "-": "−", "<=": "≤", ">=": "≥"}.get(line.sign, line.sign)
    label = words("stated", language, label=line.term.label) if stated else line.term.label
    where = place_words(line.term.place, language, path=path, file=line.term.file)
    return _row("" if stated else sign, line.figure or words("blank", language), label, where)


def _row(sign: str, figure: str, label: str, where: str, kind: str = "") -> str:
    opened = f'<tr class="{kind}">' if kind else "<tr>"
    return (
        f'{opened}<td>{escape(sign)}</td><td class="figure">{escape(figure)}</td>'
        f"<td>{escape(label)}</td><td>{escape(where)}</td></tr>\n"
    )


def _runs(report: Report, language: str) -> Iterator[str]:
    outcomes = (Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE, Outcome.NOT_EVALUABLE)
    heads = ["html_rule", "html_passed", "html_rounded", "html_failed", "html_not_applicable", "html_not_evaluable"]
    head = words("html_runs", language)
    yield f"<h2>{escape(head)}</h2>\n" + _wide(head) + '<table class="grid">\n<thead><tr>'
    yield from (f'<th scope="col">{escape(words(head, language))}</th>' for head in [*heads, "html_reason"])
    yield "</tr></thead>\n<tbody>\n"
    for run in report.runs:
        passed, failed, inapplicable, blank = (run.outcomes.get(outcome, 0) for outcome in outcomes)
        rule = f"{run.rule} {rule_text(run.rule, 'title', language)}"
        why = "" if run.ran else words("html_idle", language)
        why = words("and", language).join(part for part in (why, reasons(run, language)) if part)
        figures = (passed, run.rounded, failed, inapplicable, blank)
        cells = "".join(f'<td class="count">{figure:,}</td>' for figure in figures)
        yield f'<tr><th scope="row">{escape(rule)}</th>{cells}<td>{escape(why)}</td></tr>\n'
    yield "</tbody></table></div>\n"


def _rows(report: Report, language: str) -> Iterator[str]:
    if not report.rows:
        return
    yield f"<h2>{escape(words('html_rows', language))}</h2>\n" + '<table class="grid"><tbody>\n'
    for table, count in report.rows.items():
        name = escape(_table_name(table, language))
        yield f'<tr><th scope="row">{name}</th><td class="count">{count:,}</td></tr>\n'
    yield "</tbody></table>\n"
