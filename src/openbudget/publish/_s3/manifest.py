"""The list of everything that is published in a bucket: it says what is whole, and is written last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MANIFEST = "openbudget-manifest.json"
_TYPES = {
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "json": "application/json", "jsonld": "application/ld+json", "ttl": "text/turtle; charset=utf-8",
    "xml": "application/xml", "atom": "application/atom+xml", "svg": "image/svg+xml", "png": "image/png",
    "webp": "image/webp", "jpg": "image/jpeg", "csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8", "sql": "application/sql", "wasm": "application/wasm", "pdf": "application/pdf",
    "zip": "application/zip", "parquet": "application/vnd.apache.parquet", "sqlite": "application/vnd.sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel", "doc": "application/msword", "ods": "application/vnd.oasis.opendocument.spreadsheet",
}  # fmt: skip
_ACTIVE = ("html", "htm", "xhtml", "mht", "mhtml", "svg", "xml")  # pages of others, which could run scripts here


@dataclass(frozen=True, slots=True)
class File:
    """An object as it was published."""

    sha256: str
    bytes: int
    etag: str


@dataclass(frozen=True)
class Manifest:
    """What is published: path → file; and what is no longer part of it, but was not deleted yet (`gone`)."""

    files: Mapping[str, File] = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    def content(self) -> bytes:
        """As it is written."""
        files = {path: [one.sha256, one.bytes, one.etag] for path, one in sorted(self.files.items())}
        made = {"generator": "openbudget", "format": 1, "columns": ["sha256", "bytes", "etag"], "files": files}
        return (json.dumps({**made, "gone": sorted(self.gone)}, ensure_ascii=False, indent=0) + "\n").encode()


def manifest_of(content: bytes) -> Manifest | None:
    """The manifest that was written; None where this is none, or names a file that no portal has: who can write to the
    bucket must not reach beyond it."""
    try:
        made: Any = json.loads(content)
        files = {str(path): File(str(one[0]), int(one[1]), str(one[2])) for path, one in made["files"].items()}
        gone = tuple(map(str, made["gone"]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError):
        return None
    return Manifest(files, gone) if made["format"] == 1 and all(map(_is_inside, (*files, *gone))) else None


def _is_inside(path: str) -> bool:
    """Whether a path stays below the prefix, wherever its files are put."""
    return not {"", ".", ".."} & set(path.split("/")) and "\\" not in path and "\0" not in path


def package_of(path: str) -> str | None:
    """The package that a file belongs to; None for what is about all packages."""
    parts = path.split("/")
    return parts[1] if parts[0] == "packages" and len(parts) > 2 else None


def rank(path: str) -> int:
    """When a file is sent: what pages lead to before the pages, a package before what lists it, the home page and the
    catalogues last. A reader who follows links finds at any moment what they lead to."""
    page = path.endswith(".html")
    if package_of(path):
        return 2 if path.endswith("/release.json") else 1 if page else 0
    if path.endswith("index.html") and path.count("/") <= 1 and path.removesuffix("index.html") in ("", "en/"):
        return 5
    return 5 if "/" not in path and not page else 4 if page else 3


def headers(path: str, max_age: int) -> dict[str, str]:
    """The headers with which a file is served. Caches ask whether it is still the same (`no-cache`) unless the person
    allows them some seconds: all files of a release change at one address."""
    ending = path.rpartition("/")[2].rpartition(".")[2].lower()
    source = package_of(path) is not None and path.split("/")[2] == "source"
    kind = _TYPES.get(ending, "application/octet-stream")
    if source:
        kind = kind.partition(";")[0]  # as received: who knows its encoding
    made = {"ContentType": kind, "CacheControl": f"public, max-age={max_age}" if max_age else "public, no-cache"}
    return made | ({"ContentDisposition": "attachment"} if source and ending in _ACTIVE else {})
