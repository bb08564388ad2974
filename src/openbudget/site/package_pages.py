"""All files of one published package: its pages in two languages, its source view, its data in every format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from markupsafe import Markup

from openbudget import standard
from openbudget.package import Package
from openbudget.package.container import Container, open_container, read_whole
from openbudget.site import downloads, tables
from openbudget.site.beside import Told, told
from openbudget.site.beside_words import Shown, beside
from openbudget.site.columns import columns_of
from openbudget.site.entry import Entry
from openbudget.site.figures import Figures
from openbudget.site.findings import SEVERITIES, by_rule, findings_shown
from openbudget.site.frame import Site, render
from openbudget.site.goals import goals
from openbudget.site.headline import against, agreed, doubted_rows, doubts
from openbudget.site.places import part_name, places_of, reads_of, spots_of
from openbudget.site.topics import Story
from openbudget.site.view import View
from openbudget.site.view_document import document_view, read_source
from openbudget.site.view_markup import view_markup
from openbudget.site.view_pages import pages_view
from openbudget.site.view_pieces import pieces_view
from openbudget.site.view_text import decoded, text_view
from openbudget.site.words import Words
from openbudget.site.workbook import workbook

_OWN = ("datapackage.json", "disclosure.json", "report.json", "README.md")


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is offered: its path below the package's page, size and SHA-256."""

    path: str
    size: int
    sha256: str


class _Build:
    """One package on its way to pages."""

    def __init__(self, package: Package, entry: Entry, site: Site, own: Told | None, earlier: Sequence[Told]) -> None:
        self.package, self.entry, self.site = package, entry, site
        self.container, _ = open_container(Path(package.path))
        self.sources = [source for source in package.descriptor.get("sources", []) if isinstance(source, dict)]
        self.columns = {name: columns_of(rows) for name, rows in package.tables.items()}
        self.reads = reads_of(self.columns.get("sources", {}))
        self.views = [self._view(number, source) for number, source in enumerate(self.sources, 1)]
        links: dict[tuple[str, str], str] = {}
        for view in self.views:
            links.update(view.links())
        self.places = places_of(self.reads, links)
        self.grids = tables.grids_of(package.tables, self.columns, self.reads)
        self._made: dict[tuple[str | int, int], Mapping[str, str]] = {}
        self.rows: dict[tuple[str, str], str] = {}
        for grid in self.grids.values():
            self.rows.update(grid.links())
        self.goals = goals(package.tables, self.places)
        changes = package.tables.get("comparisons", ())
        self.beside = [beside(own, then, changes, self.places) for then in earlier if own]

    def _view(self, number: int, source: Mapping[str, Any]) -> View:
        path = str(source["path"])
        name = PurePosixPath(path).name
        spots = spots_of(self.reads, self.package.tables.get("diagnostics", ()), name)
        kind = str(source.get("mediatype") or "")
        if kind.startswith("text/") and kind != "text/html":
            content = read_whole(self.container, path)
            return text_view(name, number, decoded(content, source.get("encoding")), spots)
        if any(locator.startswith("#page=") for locator in spots) or kind == "application/pdf":
            content = read_whole(self.container, path) if kind == "application/pdf" else b""
            return pages_view(name, number, content, spots, self.site.pictures and kind == "application/pdf")
        sections = self.package.tables.get("sections", ())
        document = read_source(name, kind, read_whole(self.container, path))
        if document is None:
            return pieces_view(name, number, spots, sections)
        return document_view(name, number, document, spots, sections)

    def files(self) -> dict[str, bytes]:
        """Everything but the pages: path below the package's page → bytes."""
        whole = {name: read_whole(self.container, name) for name in _OWN if _has(self.container, name)}
        for part in [*self.package.descriptor["resources"], *self.sources]:
            whole[str(part["path"])] = read_whole(self.container, str(part["path"]))
        name = self.package.name
        made = {
            path: data for path, data in whole.items() if PurePosixPath(path).suffix.lower() not in downloads.ACTIVE
        }
        made[f"{name}.xlsx"] = workbook(self.entry.title["zh"], self._notes(), self.package.tables)
        made[f"{name}.sqlite"] = downloads.database(self.columns)
        made[f"{name}.zip"] = downloads.archive(name, whole)
        sound = {} if self.package.findings else self.columns  # a cell at fault would be blank in its row
        for part in self.package.descriptor["resources"]:
            if part.get("name") in standard.tables():
                content = downloads.parquet(part["name"], whole[str(part["path"])], sound.get(part["name"]))
                if content is not None:
                    made[f"parquet/{part['name']}.parquet"] = content
        for view in self.views:
            made.update(view.files)
        return made

    def _notes(self) -> list[tuple[str, str]]:
        words, entry = Words("zh"), self.entry
        return [
            (words("agency"), entry.agency),
            (words("year"), str(entry.year)),
            (words("kind"), words.code("kind", entry.kind)),
            (words("region"), f"{entry.region_name} {entry.region_code}"),
            (words("package"), entry.name),
            (words("unit_note_title"), words("unit_note")),
            (
                words("cite"),
                words("cite_text", agency=entry.agency, title=entry.title["zh"], name=entry.name, where=_where(self)),
            ),
        ]

    def pages(self, files: Mapping[str, Download]) -> dict[str, bytes]:
        folder = f"packages/{self.entry.name}/"
        made = render(self.site, "package.html", folder, "index.html", lambda words: self._main(words, files))
        for grid in self.grids.values():
            for part in range(1, len(grid.parts) + 1):
                context = partial(self._table, grid=grid, part=part)
                made.update(render(self.site, "table.html", folder, grid.page(part), context))
        for view in self.views:
            for part in range(1, len(view.parts) + 1):
                shown = partial(self._source, view=view, part=part)
                made.update(render(self.site, "view.html", folder, part_name(view.number, part), shown))
        return made

    def _common(self) -> dict[str, Any]:
        return {"entry": self.entry, "facts": self.package.facts, "name": self.entry.name}

    def _main(self, words: Words, files: Mapping[str, Download]) -> dict[str, Any]:
        story = Story(self.package.tables, self.package.facts, self.places, words)
        reported = self.package.report.get("findings", [])
        findings = findings_shown(reported, self.places, self.rows, words)
        rows = self.package.tables
        english = words.language == "en"
        sides = [Shown(one, story, "../../" if english else "../", "en/" if english else "") for one in self.beside]
        contradicted = frozenset(row for side in sides for row in side.contradicted())
        return {
            **self._common(),
            "story": story,
            "goals": self.goals,
            "organizations": rows.get("organizations", ()),
            "told_of": {name for row in rows.get("organizations", ())[1:] for name, value in row.items() if value},
            "responsibilities": rows.get("responsibilities", ()),
            "staff": rows.get("staff", ()),
            "glossary": rows.get("glossary", ()),
            "places": self.places,
            "findings": findings,
            "by_rule": by_rule,
            "against": against(story, doubted_rows(reported), contradicted),
            "sides": sides,
            "contradicted": len(contradicted),
            "doubts": doubts(findings, words),
            "agreed": agreed(self.package.report.get("runs", [])),
            "counts": {
                level: sum(one.severity == level and not one.waived for one in findings) for level in SEVERITIES
            },
            "grids": list(self.grids.values()),
            "diagnostics": len(rows.get("diagnostics", ())),
            "coverage": self.package.facts.get("coverage") or {},
            "downloads": files,
            "sources": [(view, source) for view, source in zip(self.views, self.sources, strict=True)],
            "where": _where(self),
            "structured": Markup(self.site.structured("package", self.entry, words.language)),
        }

    def _bodies(self, grid: tables.Grid, part: int) -> Mapping[str, str]:
        """The rows of a part in both languages, made when the first is asked for."""
        key = (grid.table, part)
        if key not in self._made:
            self._made[key] = tables.bodies(grid, part, self.places, "../")
        return self._made[key]

    def _table(self, words: Words, grid: tables.Grid, part: int) -> dict[str, Any]:
        return {
            **self._common(),
            "grid": grid,
            "spec": standard.tables()[grid.table],
            "part": part,
            "constants": tables.constants(grid, words),
            "heads": Markup(tables.heads(grid, words.language)),
            "body": Markup(self._bodies(grid, part)[words.language]),
        }

    def _views(self, view: View, part: int) -> Mapping[str, str]:
        key = (view.number, part)
        if key not in self._made:
            self._made[key] = view_markup(view, part, self.rows)
        return self._made[key]

    def _source(self, words: Words, view: View, part: int) -> dict[str, Any]:
        return {
            **self._common(),
            "view": view,
            "part": part,
            "pages": [part_name(view.number, number) for number in range(1, len(view.parts) + 1)],
            "source": self.sources[view.number - 1],
            "body": Markup(self._views(view, part)[words.language]),
        }


def told_of(package: Package) -> Told:
    """What of a package can be held against others."""
    links = tables.links_to("budget_lines", package.tables.get("budget_lines", ()))
    return told(package.name, package.facts, Figures(package.tables, str(package.facts["kind"])), links)


def build(
    package: Package, entry: Entry, site: Site, own: Told | None = None, earlier: Sequence[Told] = ()
) -> tuple[Entry, dict[str, bytes]]:
    """The entry with its files, and every file of the package's folder in the site: path from the site's root → bytes.
    Its page holds what it tells (`own`) against what `earlier` packages do."""
    work = _Build(package, entry, site, own, earlier)
    files = work.files()
    folder = f"packages/{entry.name}/"
    offered = {path: Download(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in files.items()}
    listed = {path: (one.size, one.sha256) for path, one in offered.items() if not path.startswith("view/")}
    work.entry = entry = replace(entry, files=listed)
    made = {folder + path: content for path, content in {**files, **site.described(entry)}.items()}
    made.update(work.pages(offered))
    made[folder + "release.json"] = _kept(entry)
    return entry, made


def _kept(entry: Entry) -> bytes:
    return (json.dumps(entry.document(), ensure_ascii=False) + "\n").encode()


def tombstone(entry: Entry, site: Site) -> dict[str, bytes]:
    """The folder of a package that was withdrawn: a page that says so and why, and the entry."""
    folder = f"packages/{entry.name}/"
    made = render(site, "withdrawn.html", folder, "index.html", lambda words: {"entry": entry})
    made[folder + "release.json"] = _kept(entry)
    return made


def _where(work: _Build) -> str:
    return f"{work.site.url}/packages/{work.entry.name}/" if work.site.url else f"packages/{work.entry.name}/"


def _has(container: Container, name: str) -> bool:
    try:
        return container.size(name) >= 0
    except OSError:
        return False
