"""The frame of every page, and how pages of two languages find each other.

Each page exists in Chinese at `<folder>/<file>` and in English at `<folder>/en/<file>`; all links are relative, so that
the site works below any path and from a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from openbudget.site.words import LANGUAGES, Words

_ASSETS = Path(__file__).parent / "assets"


def no_structure(kind: str, subject: Any, language: str) -> str:
    """No machine-readable description."""
    return ""


def no_description(entry: Any) -> Mapping[str, bytes]:
    """No files of metadata."""
    return {}


@dataclass(frozen=True)
class Site:
    """What holds for the whole site. `url` is its address without a slash at the end, "" where it is not known; `date`
    the day on which what changes is published; `licence` (name, url) that of packages that state none; `structured` gives the machine-readable description of a page (kind,
    subject, language → JSON-LD text) for its head, "" for none; `described` the files of metadata of a package."""

    title: Mapping[str, str]
    url: str = ""
    date: str = ""
    pictures: bool = True
    licence: Mapping[str, str] | None = None
    structured: Callable[[str, Any, str], str] = no_structure
    described: Callable[[Any], Mapping[str, bytes]] = no_description


def render(
    site: Site,
    template: str,
    folder: str,
    file: str,
    context: Callable[[Words], Mapping[str, Any]],
    *,
    whole: bool = False,
) -> dict[str, bytes]:
    """A page in both languages: path → bytes. `folder` is "" or ends in a slash; `file` is below it. `context` gives
    what the template needs in one language. `whole`: links begin with the site's address."""
    from openbudget.site.engine import engine

    pages: dict[str, bytes] = {}
    for language in LANGUAGES:
        words = Words(language)
        here = file if language == "zh" else f"en/{file}"
        base = "../" * here.count("/")
        root = f"{site.url}/" if whole else base + "../" * folder.count("/")
        other = f"{root if whole else base}{'en/' if language == 'zh' else ''}{file}"
        text = engine(language).get_template(template).render(
            w=words, lang=words.tag, zh=language == "zh", site=site, site_title=site.title[language],
            nav=_part("nav.html", language, root, site.title[language]), foot=_part("foot.html", language, root, ""),
            root=root, base=base, other=other, en="" if language == "zh" else "en/", path=folder + here,
            **context(words),
        )  # fmt: skip
        pages[folder + here] = text.encode()
    return pages


@lru_cache(256)
def _part(template: str, language: str, root: str, title: str) -> Markup:
    """A part of the frame, which is the same in all pages of one depth."""
    from openbudget.site.engine import engine

    en = "" if language == "zh" else "en/"
    return Markup(engine(language).get_template(template).render(w=Words(language), root=root, en=en, site_title=title))


@cache
def assets() -> Mapping[str, bytes]:
    """The style sheet, scripts and vendored files of the site: path → bytes."""
    return {
        f"assets/{path.relative_to(_ASSETS).as_posix()}": path.read_bytes()
        for path in sorted(_ASSETS.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
