"""The frame of every page: the template engine, and how pages of two languages find each other.

Each page exists in Chinese at `<folder>/<file>` and in English at `<folder>/en/<file>`; all links are relative, so that
the site works below any path and from a disk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from openbudget.messages.seen import seen
from openbudget.site.shown import escape, with_code
from openbudget.site.words import LANGUAGES, Words

if TYPE_CHECKING:
    import jinja2

HERE = Path(__file__).parent
_CONSTANT = re.compile(r'\{\{ w\("(\w+)"\) \}\}')


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
    pages: dict[str, bytes] = {}
    for language in LANGUAGES:
        words = Words(language)
        here = file if language == "zh" else f"en/{file}"
        base = "../" * here.count("/")
        root = f"{site.url}/" if whole else base + "../" * folder.count("/")
        other = f"{root if whole else base}{'en/' if language == 'zh' else ''}{file}"
        text = _engine(language).get_template(template).render(
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
    en = "" if language == "zh" else "en/"
    return Markup(
        _engine(language).get_template(template).render(w=Words(language), root=root, en=en, site_title=title)
    )


def _finalized(value: object) -> object:
    """What a template prints: markup as it is; text with unseen characters made visible (the engine escapes it)."""
    return seen(value) if type(value) is str else value


def _source(name: str, language: str) -> str:
    """A template in which the words that never change are put once, and not at every page."""
    text = (HERE / "templates" / name).read_text(encoding="utf-8")
    return _CONSTANT.sub(lambda match: escape(Words(language)(match[1])), text)


@cache
def _engine(language: str) -> jinja2.Environment:
    """The template engine of one language."""
    import jinja2

    engine = jinja2.Environment(
        loader=jinja2.FunctionLoader(partial(_source, language=language)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.loopcontrols"],
    )
    engine.filters["m"] = Markup
    engine.filters["code"] = with_code
    return engine


@cache
def assets() -> Mapping[str, bytes]:
    """The style sheet, scripts and vendored files of the site: path → bytes."""
    folder = HERE / "assets"
    return {
        f"assets/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
