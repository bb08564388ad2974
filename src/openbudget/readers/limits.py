"""Stated limits, and the only ways in which this package opens zips and parses XML.

Everything here is checked before a reader's work begins, because the libraries that read do not bound
themselves: a docx of 0.44 MB may hold a text of 400 MB, a colspan may be 10⁹.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openbudget.errors import LimitError, UnreadableError

if TYPE_CHECKING:
    import zipfile
    from xml.etree.ElementTree import Element

    from lxml import etree

MB = 1024 * 1024

FILE_BYTES = 50 * MB
TEXT_BYTES = 20 * MB  # plain text, HTML, MHT, RTF: no container, all of it is read
LINES = 200_000  # of a plain text
TAGS = 300_000  # of a web page
XML_TAGS = 2_000_000  # of one XML part
XML_BYTES = 40 * MB  # one XML part: a tree takes about ten times as much memory
ZIP_ENTRIES = 2000
PARTS = 2000  # of a web archive
ZIP_ENTRY_BYTES = 100 * MB
ZIP_BYTES = 300 * MB
ZIP_RATIO = 200  # for entries above 1 MB
COLSPAN = 1000
ROWSPAN = 65_534
CELLS = 1_000_000
CHARACTERS = 1_000_000  # of one paragraph
DEPTH = 20  # tables within tables
PAGES = 500
SECONDS = 120  # of a child process; soffice too
MEMORY_BYTES = 1024 * MB  # of a child process
OCR_SECONDS = 1800  # of a child that recognises characters: some seconds a page
OCR_MEMORY_BYTES = 6144 * MB  # of address space, most of it never touched: about 600 MB are used


def check_file(name: str, size: int) -> None:
    """LimitError where a file is larger than any reader takes."""
    _check_bytes("readers.file_too_large", name, size, FILE_BYTES)


def check_text(name: str, size: int) -> None:
    """LimitError where a plain text or HTML is larger than its readers take."""
    _check_bytes("readers.text_too_large", name, size, TEXT_BYTES)


def _check_bytes(key: str, name: str, size: int, limit: int) -> None:
    if size > limit:
        raise LimitError(key, name=name, size=f"{size / MB:.1f}", limit=limit // MB)


def check_lines(name: str, count: int) -> None:
    """LimitError where a plain text has more lines than any real disclosure."""
    if count > LINES:
        raise LimitError("readers.too_many_lines", name=name, count=count, limit=LINES)


def check_tags(name: str, count: int, limit: int = TAGS) -> None:
    """LimitError where a page or an XML part has more tags than any real disclosure."""
    if count > limit:
        raise LimitError("readers.too_many_tags", name=name, count=count, limit=limit)


def check_parts(name: str, count: int) -> None:
    """LimitError where a web archive has more parts than any real one."""
    if count > PARTS:
        raise LimitError("readers.too_many_parts", name=name, count=count, limit=PARTS)


def check_cells(name: str, count: int) -> None:
    """LimitError where a document has more cells (or places in a grid) than any real one."""
    if count > CELLS:
        raise LimitError("readers.too_many_cells", name=name, limit=CELLS)


def check_characters(name: str, entry: str, count: int) -> None:
    """LimitError where one paragraph is longer than any real one."""
    if count > CHARACTERS:
        raise LimitError("readers.xml_limit", name=name, entry=entry)


def check_depth(name: str, depth: int) -> None:
    """LimitError where tables are nested deeper than any real one."""
    if depth > DEPTH:
        raise LimitError("readers.too_deep", name=name, limit=DEPTH)


def check_pages(name: str, count: int) -> None:
    """LimitError where a document has more pages than the limit."""
    if count > PAGES:
        raise LimitError("readers.too_many_pages", name=name, count=count, limit=PAGES)


def clamp_span(value: str | int | None, limit: int) -> int:
    """A colspan or rowspan as a number between 1 and `limit`; 1 where it is none."""
    if isinstance(value, str):
        digits = value.strip().lstrip("+")[:12]
        value = int(digits) if digits.isascii() and digits.isdigit() else 1
    return max(1, min(value or 1, limit))


def damaged_zip() -> tuple[type[Exception], ...]:
    """What zipfile raises on meeting damage (RuntimeError: encrypted; struct.error: cut short)."""
    from lzma import LZMAError
    from struct import error as cut_short
    from zipfile import BadZipFile
    from zlib import error as broken

    return BadZipFile, broken, LZMAError, cut_short, EOFError, OSError, ValueError, IndexError, RuntimeError


class Zip:
    """A zip whose directory was checked; entries are read with a count, so a false declared size does not help."""

    def __init__(self, name: str, data: bytes) -> None:
        from zipfile import ZipFile  # only who reads a zip loads the compressors

        self.name = name
        try:
            self._zip = ZipFile(io.BytesIO(data))
        except damaged_zip() as error:
            raise UnreadableError("readers.damaged_zip", name=name) from error
        infos = self._zip.infolist()
        if len(infos) > ZIP_ENTRIES:
            raise LimitError("readers.zip_entries", name=name, count=len(infos), limit=ZIP_ENTRIES)
        for info in infos:
            self._check(info)
        total = sum(info.file_size for info in infos)
        if total > ZIP_BYTES:
            raise LimitError("readers.zip_total", name=name, size=total // MB, limit=ZIP_BYTES // MB)
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in infos}

    def _check(self, info: zipfile.ZipInfo) -> None:
        if ".." in info.filename.replace("\\", "/").split("/") or ":" in info.filename[:2]:
            raise UnreadableError("readers.zip_unsafe_name", name=self.name, entry=info.filename[:200])
        if info.flag_bits & 0x1:
            raise UnreadableError("readers.encrypted", name=self.name)
        if info.file_size > ZIP_ENTRY_BYTES:
            raise LimitError(
                "readers.zip_entry", name=self.name, entry=info.filename, size=info.file_size // MB,
                limit=ZIP_ENTRY_BYTES // MB,
            )  # fmt: skip
        if info.file_size > MB and info.file_size > ZIP_RATIO * max(1, info.compress_size):
            raise LimitError("readers.zip_ratio", name=self.name, entry=info.filename, limit=ZIP_RATIO)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the entries, `/` between their parts, in the order of the directory."""
        return tuple(self._infos)

    def says_utf8(self, entry: str) -> bool:
        """Whether the name of an entry is marked as UTF-8; else it was read as CP437."""
        return bool(self._infos[entry].flag_bits & 0x800)

    def __contains__(self, entry: str) -> bool:
        return entry in self._infos

    def read(self, entry: str, limit: int = ZIP_ENTRY_BYTES) -> bytes:
        """The bytes of an entry; LimitError above `limit`, UnreadableError where it is absent or damaged."""
        info = self._infos.get(entry)
        if info is None:
            raise UnreadableError("readers.missing_part", name=self.name, entry=entry)
        try:
            with self._zip.open(info) as stream:
                data = stream.read(limit + 1)
        except damaged_zip() as error:
            raise UnreadableError("readers.damaged_part", name=self.name, entry=entry) from error
        if len(data) > limit:
            raise LimitError("readers.zip_entry", name=self.name, entry=entry, size=len(data) // MB, limit=limit // MB)
        return data

    def xml(self, entry: str) -> etree._Element:
        """The root element of an XML entry, parsed with every guard; see `parse_xml`."""
        return parse_xml(self.name, entry, self.read(entry, XML_BYTES))


def parse_xml(name: str, entry: str, data: bytes) -> etree._Element:
    """The root of an XML part: no DOCTYPE, no entities, no network, no node above libxml2's own limits.

    A DOCTYPE is refused and not ignored: with entities left unresolved lxml drops the text behind them.
    """
    from lxml import etree

    check_tags(name, data.count(b"<"), XML_TAGS)
    if b"<!DOCTYPE" in data:
        raise UnreadableError("readers.doctype", name=name, entry=entry)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True,
        remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        limit = any(word in str(error).lower() for word in ("huge", "excessive", "amplification"))
        kind, key = (LimitError, "readers.xml_limit") if limit else (UnreadableError, "readers.damaged_part")
        raise kind(key, name=name, entry=entry) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError("readers.doctype", name=name, entry=entry)
    return root


def parse_plain(name: str, entry: str, data: bytes) -> Element:
    """The root of an XML part as a tree of the standard library: no DOCTYPE, and so no entities.

    Walking such a tree takes a fifth of the time of lxml's, whose elements are made anew whenever they are touched.
    Expat reads the signs of markup as ASCII in every encoding but UTF-16, so the bytes show whether there is a DOCTYPE.
    """
    from xml.etree import ElementTree

    charset = None
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        try:
            data = data.decode("utf-16" if data[0] > 0xFD else "utf-16-le" if data[1] == 0 else "utf-16-be").encode()
        except UnicodeDecodeError as error:
            raise UnreadableError("readers.damaged_part", name=name, entry=entry) from error
        charset = "utf-8"
    check_tags(name, data.count(b"<"), XML_TAGS)
    if b"<!DOCTYPE" in data:
        raise UnreadableError("readers.doctype", name=name, entry=entry)
    try:
        return ElementTree.fromstring(data, ElementTree.XMLParser(encoding=charset))
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableError("readers.damaged_part", name=name, entry=entry) from error
