"""What is said of published packages in every vocabulary: one frozen model, of which the mappers of this folder make
DCAT, schema.org, CSVW, data.json, Croissant, Atom, a site map and the Chinese catalogue.

URIs. With the address of the site (`Portal.url`) all are absolute; without it they are relative to the document they
stand in, so that a copy on a disk or on another server describes itself. `above` is the way from that document up to
the root of the site ("" or `../`…).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

# the namespace of the identifiers that are made of package names; never changed
NAMESPACE = uuid.UUID("6f1f6c5e-2b0b-5d3c-9c43-0d9f0b8f7a11")


@dataclass(frozen=True, slots=True)
class Licence:
    """Under what terms the compiled tables may be used: an SPDX identifier or a title, and the address of the text."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Portal:
    """Where packages are published. `url` has no slash at its end and is "" where it is not known; `publisher` runs the
    site; `contact` is an e-mail address or a web address, "" for none."""

    title: Mapping[str, str]
    description: Mapping[str, str]
    url: str = ""
    publisher: str = ""
    contact: str = ""
    licence: Licence | None = None

    def uri(self, path: str, above: str = "") -> str:
        """The URI of what stands at `path` below the root of the site."""
        return f"{self.url}/{quote_path(path)}" if self.url else f"{above}{quote_path(path)}" or "./"

    @property
    def mail(self) -> str:
        """The contact as the URI that `vcard:hasEmail` wants; "" where it is none."""
        return f"mailto:{self.contact.removeprefix('mailto:')}" if "@" in self.contact else ""


@dataclass(frozen=True, slots=True)
class File:
    """One file that can be downloaded: `path` below the package's folder; `table` is the table that it holds alone."""

    path: str
    title: Mapping[str, str]
    format: str  # as people write it: CSV
    media_type: str
    size: int
    sha256: str
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A published package. Dates are ISO days; `rows` table → number of rows; `withdrawn` is the reason, None where the
    package stands; `regions` leads from the province down (code, name)."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    agency: str
    agency_code: str | None
    credit_code: str | None
    regions: tuple[tuple[str, str], ...]
    year: int
    kind: str
    issued: str
    modified: str
    version: str
    rows: Mapping[str, int]
    files: tuple[File, ...]
    changes: tuple[tuple[str, str], ...] = ()  # (day, what), newest first
    licence: Licence | None = None
    withdrawn: str | None = None

    @property
    def harvested(self) -> tuple[File, ...]:
        """The files that catalogues for harvesters list: not the Parquet files, which say what the CSV files say and would
        nearly double both the catalogue and what a portal shows."""
        return tuple(file for file in self.files if file.format != "PARQUET")

    @property
    def folder(self) -> str:
        """Its folder below the root of the site."""
        return f"packages/{self.name}/"

    @property
    def uuid(self) -> str:
        """An identifier that stays the same wherever the package is published."""
        return f"urn:uuid:{uuid.uuid5(NAMESPACE, self.name)}"

    def page(self, portal: Portal, above: str = "", language: str = "zh") -> str:
        """The address of its page."""
        return portal.uri(self.folder + ("en/" if language == "en" else ""), above)

    def uri(self, portal: Portal, above: str = "") -> str:
        """The URI of the dataset (not of the page about it)."""
        return f"{self.page(portal, above)}#dataset"

    def file_page(self, portal: Portal, file: File, above: str = "") -> str:
        """The URI of the distribution that a file is."""
        return f"{self.page(portal, above)}#{quote_path(file.path)}"

    def file_url(self, portal: Portal, file: File, above: str = "") -> str:
        """The address of a file."""
        return portal.uri(self.folder + file.path, above)


@lru_cache(4096)
def quote_path(path: str) -> str:
    """A path as it stands in a URI."""
    return quote(path, safe="/")
