"""sitemap.xml (sitemaps.org 0.9): all pages that are worth a search engine's visit, both languages of each.

A file names at most 50,000 addresses; where there are more, `sitemap.xml` lists `sitemap-1.xml` and so on. Addresses in
it must be absolute: without the address of the site there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from openbudget.publish.metadata.model import Dataset, Portal

LIMIT = 50_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def catalogue(portal: Portal, datasets: Sequence[Dataset]) -> dict[str, bytes]:
    """The files of the site map; nothing where the address of the site is not known."""
    if not portal.url:
        return {}
    pages = list(_pages(portal, datasets))
    if len(pages) <= LIMIT:
        return {"sitemap.xml": _document("urlset", pages)}
    files: dict[str, bytes] = {}
    for number, start in enumerate(range(0, len(pages), LIMIT), 1):
        files[f"sitemap-{number}.xml"] = _document("urlset", pages[start : start + LIMIT])
    listed = [f"<sitemap><loc>{_address(portal, name)}</loc></sitemap>" for name in files]
    return {**files, "sitemap.xml": _document("sitemapindex", listed)}


def _pages(portal: Portal, datasets: Sequence[Dataset]) -> Iterator[str]:
    newest = max((one.modified for one in datasets), default="")
    for folder in ("", "regions/"):
        yield from _both(portal, folder, newest)
    for folder in ("dictionary/", "about/"):
        yield from _both(portal, folder, "")
    departments: dict[str, str] = {}
    for one in datasets:
        department = one.name.removesuffix(f"-{one.year}-{one.kind}")
        departments[department] = max(departments.get(department, ""), one.modified)
    for department, day in departments.items():
        yield from _both(portal, f"departments/{department}/", day)
    for one in datasets:
        if one.withdrawn is None:
            yield from _both(portal, one.folder, one.modified)


def _both(portal: Portal, folder: str, day: str) -> Iterator[str]:
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    for language in ("", "en/"):
        yield f"<url><loc>{_address(portal, folder + language)}</loc>{changed}</url>"


def _address(portal: Portal, path: str) -> str:
    return escape(portal.uri(path))


def _document(name: str, lines: Sequence[str]) -> bytes:
    body = "\n".join(lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{_NAMESPACE}">\n{body}\n</{name}>\n'.encode()
