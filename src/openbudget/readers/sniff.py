"""What a file is, by its content. The name is never asked: `.xls` files that are HTML, `.doc` files that are RTF
or HTML, `.wps` and `.et` files that are OLE or OOXML are common.

Formats: pdf docx xlsx xlsb pptx ofd odt ods odf zip · doc xls ppt encrypted ole · rtf wordml spreadsheetml fodt fods
html mht xml markdown · image · archive · text · None (binary of no known kind).
"""

from __future__ import annotations

import io
import re
from functools import cached_property

from openbudget.readers.limits import damaged_zip

HEAD = 8192  # bytes that decide

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a", b"BM")
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": "ods",
}
_HTML_FIRST = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|span|style|script|center|h[1-6])\b", re.I
)
_HTML_ANYWHERE = re.compile(r"<(?:html|body|table)[\s>]", re.I)
_ATX = re.compile(r"^#{1,6}[ \t]+\S", re.M)  # a heading of Markdown
# two rows with tabs between cells
_TABBED = r"(?m)^\t*+(?![-*+]\t|\d{1,3}[.)]\t)[^\t\n<|]*[^\s<|]\t[^\n<|]*\n[^\n<|]*\t"
_HEADER_FIRST = re.compile(r"[A-Za-z][A-Za-z-]*:")
_MIME = re.compile(r"^MIME-Version:", re.I | re.M)
_MIME_HTML = re.compile(r"^Content-Type:\s*(?:multipart/(?:related|alternative|mixed)|text/html)", re.I | re.M)


class Sample:
    """The bytes of a file with what deciding its format needs, computed once and only when asked."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def head(self) -> str:
        """The first bytes as text for looking at markup: UTF-16 by its BOM, else Latin-1 (which never fails)."""
        head = self.data[:HEAD]
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return head.decode("utf-16", "replace").lstrip("\ufeff")
        return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")

    @cached_property
    def zip_names(self) -> frozenset[str]:
        """The entries of a zip, empty where it is none or is damaged."""
        from zipfile import ZipFile

        try:
            with ZipFile(io.BytesIO(self.data)) as archive:
                return frozenset(name.replace("\\", "/").lstrip("/") for name in archive.namelist())
        except damaged_zip():
            return frozenset()

    @cached_property
    def ole_streams(self) -> frozenset[str]:
        """The top streams of an OLE compound file, empty where it is none or is damaged."""
        import olefile

        try:
            with olefile.OleFileIO(io.BytesIO(self.data)) as ole:
                return frozenset(path[0] for path in ole.listdir(streams=True, storages=True))
        except (OSError, ValueError, IndexError, KeyError, AttributeError, TypeError, RecursionError, MemoryError):
            return frozenset()  # olefile meets damaged files with any of these

    @cached_property
    def format(self) -> str | None:
        """The format by content; None for binary data of no known kind."""
        data = self.data
        if b"%PDF-" in data[:1024]:
            return "pdf"
        if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _zip_format(self)
        if data.startswith(_OLE):
            return _ole_format(self.ole_streams)
        if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
            return "image"
        if data.startswith(_ARCHIVES):
            return "archive"
        return _text_format(self.head)


def _zip_format(sample: Sample) -> str:
    names = {name.lower() for name in sample.zip_names}
    if "encryptedpackage" in names:
        return "encrypted"
    if any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(re.fullmatch(r"xl/workbook\d*\.xml", name) for name in names):
        return "xlsx"
    if "ppt/presentation.xml" in names:
        return "pptx"
    if "ofd.xml" in names:
        return "ofd"
    if {"mimetype", "content.xml"} <= names:
        return _OPEN_DOCUMENT.get(_mimetype(sample.data), "odf")
    return "zip"


def _mimetype(data: bytes) -> str:
    from zipfile import ZipFile

    try:
        with ZipFile(io.BytesIO(data)) as archive, archive.open("mimetype") as stream:
            return stream.read(200).decode("ascii", "replace").strip()
    except KeyError:
        return ""
    except damaged_zip():
        return ""


def _ole_format(streams: frozenset[str]) -> str:
    if "EncryptedPackage" in streams:
        return "encrypted"
    if "WordDocument" in streams:
        return "doc"
    if streams & {"Workbook", "Book"}:
        return "xls"
    if "PowerPoint Document" in streams:
        return "ppt"
    return "ole"


def _text_format(head: str) -> str | None:
    start = head.lstrip()
    if start.startswith("{\\rtf"):
        return "rtf"
    if start.startswith("<?xml") and (kind := _xml_format(start)) is not None:
        return kind
    if _HEADER_FIRST.match(start) and _MIME.search(head) and _MIME_HTML.search(head):
        return "mht"
    if _is_markdown(head, start):
        return "markdown"
    if _HTML_FIRST.match(_without_comments(start)) or _HTML_ANYWHERE.search(head):
        return "html"
    if start.startswith("<?xml"):
        return "xml"
    return "text" if _is_text(head) else None


def _is_markdown(head: str, start: str) -> bool:
    """True for a text with headings of Markdown; not where it has tables that only a plain text has."""
    if _ATX.search(head) is None or _HTML_FIRST.match(_without_comments(start)) is not None:
        return False
    return _is_text(head) and re.search(_TABBED, head) is None


def _xml_format(start: str) -> str | None:
    if 'progid="Word.Document"' in start or "schemas.microsoft.com/office/2006/xmlPackage" in start:
        return "wordml"
    if 'progid="Excel.Sheet"' in start or "<Workbook" in start:
        return "spreadsheetml"
    if "<office:document" in start:
        return "fods" if "opendocument.spreadsheet" in start else "fodt"
    return None


def _without_comments(start: str) -> str:
    return re.sub(r"^(?:\s*(?:<!--.*?-->|<\?xml[^>]*\?>))+\s*", "", start, count=1, flags=re.S)


def _is_text(head: str) -> bool:
    """Latin-1 view of text in any charset of the ladder: hardly any control characters and no NUL. UTF-16 without its
    BOM counts as text, so that the text reader can say what is wrong with it."""
    controls = sum(1 for char in head if char < " " and char not in "\t\n\v\f\r\x1a\x07\x1e\x1f\x00")
    nulls = head.count("\x00")
    return (controls * 100 <= len(head) and nulls * 1000 <= len(head)) or _is_utf16(head)


def _is_utf16(head: str) -> bool:
    raw = head[: len(head) & ~1].encode("latin-1", "replace")
    for charset in ("utf-16-le", "utf-16-be"):
        text = raw.decode(charset, "replace")
        plain = sum(1 for char in text if "\u4e00" <= char <= "\u9fff" or " " <= char <= "~" or char in "\r\n，。、：")
        if plain * 10 >= len(text) * 9:
            return True
    return False
