"""What `pack` and `inspect` say at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from openbudget.cli._frame import words
from openbudget.cli._layout import columns, grid, text_width, wrap
from openbudget.cli._shared import coverage_lines, diagnostic_line, facts_line, shorten
from openbudget.messages import default_language, say

if TYPE_CHECKING:
    from openbudget.model.disclosure import Disclosure
    from openbudget.model.finding import Report
    from openbudget.pipeline import Inspected, Packed
    from openbudget.recognise.explain import Seen

_FINDINGS = 12
_DIAGNOSTICS = 15


def packed_summary(packed: Packed) -> str:
    """What was packed, what is in it, what is wrong with it, where it is, and what to do next."""
    blocks = [
        facts_line(packed.disclosure.facts),
        *_contents(packed.disclosure, packed.report),
        words(f"packed_{packed.outcome}", folder=packed.folder),
        words("next_steps", folder=packed.folder),
    ]
    return "\n\n".join(blocks)


def inspected_summary(seen: Inspected, explain: bool) -> str:
    """What the files are, what they hold, and what was not recognised; with `explain`, all diagnostics."""
    blocks = ["\n".join(_files(seen))]
    if seen.seen:
        blocks.append(words("explain_title") + "\n" + "\n".join(line for one in seen.seen for line in _explained(one)))
    if seen.disclosure is not None and seen.report is not None:
        blocks += [facts_line(seen.disclosure.facts), *_contents(seen.disclosure, seen.report)]
        blocks += _diagnostics(seen.disclosure, None if explain else _DIAGNOSTICS)
    if seen.refusal is not None:
        blocks.append(words("inspect_not_recognised", message=seen.refusal.text(default_language())))
    return "\n\n".join(blocks)


def _contents(disclosure: Disclosure, report: Report) -> Iterator[str]:
    from openbudget import package, standard

    language = default_language()
    tables = {
        name: [{"id": row.id, **row.values} for row in disclosure.tables.get(name, ())]
        for name in ("organizations", "budget_lines")
    }
    found = package.key_figures(language, tables, disclosure.facts.kind)
    figures = [[title, *_once(printed, f"{yuan} {words('yuan')}")] for title, printed, yuan in found]
    if figures:
        yield words("key_figures") + "\n" + grid(figures, right=frozenset({1, 2}))
    titles = standard.tables()
    rows = [[name, titles[name].title[language], words("rows", count=count)] for name, count in report.rows.items()]
    yield words("tables") + "\n" + grid(rows, right=frozenset({2}))
    yield coverage_lines(disclosure)
    yield "\n".join(_findings(report))


def _once(printed: str, yuan: str) -> tuple[str, str]:
    """A figure as printed and in yuan; where that is the same, in yuan only."""
    return ("" if printed.replace(",", "") == yuan.replace(",", "") else printed), yuan


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        yield words("findings_none")
        return
    yield words("findings_count", **{level.value: count for level, count in report.counts.items()})
    language = default_language()
    order = [*report.counts]
    findings = sorted(report.findings, key=lambda finding: order.index(finding.severity))
    for finding in findings[:_FINDINGS]:
        head = f"  {say(f'package.severity_{finding.severity}', language)} {finding.rule}  "
        text = " ".join(finding.message[language].split())
        first, *more = wrap(text, columns() - text_width(head))
        yield head + first
        yield from (" " * text_width(head) + line for line in more)
    if len(findings) > _FINDINGS:
        yield "  " + words("and_more", count=len(findings) - _FINDINGS)


def _files(seen: Inspected) -> Iterator[str]:
    from openbudget.model.document import Table

    for document in seen.documents:
        tables = sum(isinstance(block, Table) for block in document.blocks)
        source = document.source
        yield words(
            "inspect_file",
            name=source.name,
            format=source.format,
            size=f"{source.size:,}",
            tables=tables,
            paragraphs=len(document.blocks) - tables,
        )


def _explained(seen: Seen) -> Iterator[str]:
    """What became of one heading or table, in a few lines."""
    place = f"#{seen.place.fragment}" if seen.place else ""
    read = ", ".join(f"{table} {count}" for table, count in seen.read.items()) or words("explain_nothing")
    yield f"  {place}  {shorten(seen.text, 60)}"
    if seen.kind == "heading":
        about = seen.code or words("explain_no_code")
        yield "      " + words("explain_heading", code=about, read=read)
        return
    yield "      " + words("explain_table", entry=seen.entry or "—", read=read)
    if seen.columns:
        yield "      " + ", ".join(f"{printed} → {field}" for printed, field in seen.columns.items())
    if seen.unknown and seen.read and not seen.strange:
        yield "      " + words("explain_unknown", names="、".join(seen.unknown))
    if seen.captions:
        yield "      " + words("explain_caption", texts="、".join(f"“{shorten(text, 40)}”" for text in seen.captions))
    if seen.strange:
        yield "      " + words("explain_strange", names="、".join(seen.strange))
    if seen.entry is None and not (seen.read or seen.nearly or seen.captions or seen.strange):
        yield "      " + words("explain_none")
    for one in seen.nearly:
        missing = "、".join([*one.missing, *(say(key) for key in one.lacks)])
        yield "      " + words("explain_nearly", entry=one.entry, missing=missing)


def _diagnostics(disclosure: Disclosure, limit: int | None) -> Iterator[str]:
    found = disclosure.diagnostics
    if not found:
        return
    lines = [words("inspect_diagnostics")]
    lines += map(diagnostic_line, found[:limit])
    if limit is not None and len(found) > limit:
        lines.append("  " + words("and_more", count=len(found) - limit))
    yield "\n".join(lines)
