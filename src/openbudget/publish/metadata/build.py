"""The model of what is published, made of the options of the site and of what it remembers of each package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from openbudget import standard
from openbudget.errors import UsageError
from openbudget.messages import say
from openbudget.publish.metadata.model import Dataset, File, Licence, Portal

if TYPE_CHECKING:
    from openbudget.site.entry import Entry

_LANGUAGES = ("zh", "en")
# licences by their SPDX identifiers, with the address of the text
LICENCES: Mapping[str, str] = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
_FORMATS = {
    ".csv": ("CSV", "text/csv"),
    ".xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".json": ("JSON", "application/json"),
    ".parquet": ("PARQUET", "application/vnd.apache.parquet"),
    ".sqlite": ("SQLITE", "application/vnd.sqlite3"),
    ".zip": ("ZIP", "application/zip"),
}


def licence_of(text: str) -> Licence | None:
    """The licence that an option names: an SPDX identifier of `LICENCES` or a web address; None for "". Raises
    UsageError for anything else: a licence is never guessed."""
    if not text:
        return None
    if text.startswith(("https://", "http://")):
        known = [name for name, url in LICENCES.items() if url.rstrip("/") == text.rstrip("/")]
        return Licence(known[0] if known else text, text)
    for name, url in LICENCES.items():
        if name.lower() == text.lower():
            return Licence(name, url)
    raise UsageError("publish.bad_licence", text=text, names=", ".join(LICENCES))


def portal_of(options: Mapping[str, str]) -> Portal:
    """The portal that the options of the site describe. Raises UsageError where one of them makes no sense."""
    url = options.get("url", "").rstrip("/")
    if url and not url.startswith(("https://", "http://")):
        raise UsageError("publish.bad_url", text=url)
    titles = {language: options.get("title") or say("site.site_title", language) for language in _LANGUAGES}
    return Portal(
        title=titles,
        description={language: say("site.site_description", language) for language in _LANGUAGES},
        url=url,
        publisher=options.get("publisher") or titles["zh"],
        contact=options.get("contact", ""),
        licence=licence_of(options.get("licence", "")),
    )


def dataset_of(entry: Entry, portal: Portal) -> Dataset:
    """What is said of a package."""
    stated = entry.licence
    described = {language: _description(entry, language) for language in _LANGUAGES}
    return Dataset(
        name=entry.name,
        title=entry.title,
        description=described,
        keywords={language: _keywords(entry, language) for language in _LANGUAGES},
        agency=entry.agency,
        agency_code=entry.agency_code,
        credit_code=entry.credit_code,
        regions=entry.regions,
        year=entry.year,
        kind=entry.kind,
        issued=str(entry.history[-1]["date"]) if entry.history else "",
        modified=entry.published,
        version=str(sum(step["what"] in ("created", "changed", "restored") for step in entry.history) or 1),
        rows=entry.rows,
        files=tuple(made for path, (size, digest) in entry.files.items() if (made := _file(path, size, digest))),
        changes=tuple((str(step["date"]), str(step["what"])) for step in entry.history),
        licence=Licence(stated["name"], stated["url"]) if stated else portal.licence,
        withdrawn=entry.withdrawn,
    )


def _description(entry: Entry, language: str) -> str:
    """The package's own description and what is in it: at least 50 characters, which search engines ask for."""
    own = entry.description.get(language) or entry.title[language]
    gap = say("metadata.list_gap", language)
    tables = standard.tables()
    held = gap.join(tables[name].title[language] for name in entry.rows if name in tables)
    told = say("metadata.holds", language, tables=held)
    return f"{own}{'' if language == 'zh' else ' '}{told}"[:4900]


def _keywords(entry: Entry, language: str) -> tuple[str, ...]:
    kind = say(f"metadata.kind_{entry.kind.replace('-', '_')}", language)
    fixed = say("metadata.keywords", language).split("|")
    found = [entry.agency, *(name for _, name in entry.regions), str(entry.year), kind, *fixed]
    return tuple(dict.fromkeys(word for word in found if word))


def _file(path: str, size: int, digest: str) -> File | None:
    """A file as a distribution; None for those that only serve the pages."""
    told = _told(path)
    return None if told is None else File(path, told.titles, *told.kind, size, digest, told.table)


class _Told(NamedTuple):
    """What the path of a file tells of it: its format and media type, its titles, its table."""

    kind: tuple[str, str]
    titles: Mapping[str, str]
    table: str | None


@lru_cache(1024)
def _told(path: str) -> _Told | None:
    pure = PurePosixPath(path)
    kind = _FORMATS.get(pure.suffix)
    folder = str(pure.parent)
    if kind is None or folder not in (".", "data", "parquet") or path == "report.json":
        return None
    table = pure.stem if folder in ("data", "parquet") else None
    if table is not None:
        spec = standard.tables().get(table)
        titles = {lang: f"{spec.title[lang] if spec else table} ({kind[0]})" for lang in _LANGUAGES}
    else:
        key = "package" if path == "datapackage.json" else kind[0].lower()
        titles = {lang: say(f"metadata.file_{key}", lang) for lang in _LANGUAGES}
    return _Told(kind, titles, table)


__all__ = ["LICENCES", "dataset_of", "licence_of", "portal_of"]
