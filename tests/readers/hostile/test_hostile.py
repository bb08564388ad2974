"""Hostile files: each is refused with the message that says why, within 10 seconds and 1 GB.

Each case runs in a child process with just these limits. A case that met them would be named `too_slow` or
`too_much_memory` and not by its own message.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pytest

from openbudget import readers
from openbudget.errors import LimitError, OpenBudgetError, UnreadableError
from openbudget.readers import legacy, limits, sandbox
from tests.readers import build
from tests.readers.build import replaced

LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9)
) + "]>"  # fmt: skip
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def read(data: bytes, name: str = "seed.docx") -> object:
    return sandbox.run(readers.read, name, data, seconds=10, memory=limits.MEMORY_BYTES)


def docx_with(prolog: str = "", body: str = "<w:p/>", extra: dict[str, bytes] | None = None) -> bytes:
    made = build.pack_docx(body, extra=extra)
    return replaced(made, "word/document.xml", lambda xml: xml.replace(b"?>", b"?>" + prolog.encode(), 1))


def nested(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + "<w:p><w:r><w:t>1</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * depth


def false_size(data: bytes) -> bytes:
    """A zip whose directory says that its document is small."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        size = made.getinfo("word/document.xml").file_size
    return data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def utf16(prolog: str) -> bytes:
    made = docx_with(prolog)
    return replaced(made, "word/document.xml", lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16"))


def marked_encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = changed.find(mark)
        while position >= 0:
            changed[position + at] |= 1
            position = changed.find(mark, position + 4)
    return bytes(changed)


def odt(content: bytes, manifest: bytes = b"<manifest/>") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", content)
        made.writestr("META-INF/manifest.xml", manifest)
    return buffer.getvalue()


def ods(table: str) -> bytes:
    buffer = io.BytesIO()
    names = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        made.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    return buffer.getvalue()


REPEATED = (
    '<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">'
    '<table:table-cell table:number-columns-repeated="16000"><text:p>1</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)


def noise(megabytes: int) -> str:
    """Text that hardly compresses."""
    return random.Random(1).randbytes(megabytes * limits.MB // 2).hex()


TEXT = "一、收入预算765.14万元。\n"

CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty_file"),
    "only blanks": (lambda: b"\xef\xbb\xbf\r\n \t\r\n", "empty_file"),
    "binary": (lambda: bytes(range(256)) * 100, "binary"),
    "text with NUL": (lambda: (TEXT * 500 + "\x00").encode(), "has_nul"),
    "UTF-16 without BOM": (lambda: (TEXT * 10).encode("utf-16-le"), "has_nul"),
    "mixed encodings": (lambda: TEXT.encode("gb18030") * 3 + TEXT.encode() * 3, "mixed_encodings"),
    "cut in a character": (lambda: TEXT.encode() * 3 + "万".encode()[:2], "bad_bytes"),
    "control characters": (lambda: ("\x01" * 90 + TEXT * 1000).encode()[: 8192 * 2 + 1] + b"\x02" * 9000, "any"),
    "long text": (lambda: TEXT.encode() * (21 * limits.MB // len(TEXT.encode())), "text_too_large"),
    "long file": (lambda: b"%PDF-1.7" + b"0" * 51 * limits.MB, "file_too_large"),
    "billion laughs": (lambda: docx_with(LAUGHS, "<w:p><w:r><w:t>&j;</w:t></w:r></w:p>"), "doctype"),
    "external entity": (lambda: docx_with(XXE, "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>"), "doctype"),
    "late DOCTYPE": (lambda: docx_with("<!--" + "x" * 9000 + "-->" + XXE), "doctype"),
    "DOCTYPE in UTF-16": (lambda: utf16(XXE), "doctype"),
    "DOCTYPE in styles": (
        lambda: build.pack_docx(build.paragraph("1", '<w:pStyle w:val="a"/>'), {"styles": XXE + "<w:styles/>"}),
        "doctype",
    ),
    "text of 120 MB": (lambda: build.pack_docx(build.paragraph("0" * 120 * limits.MB)), "zip_entry"),
    "text of 60 MB": (lambda: build.pack_docx(build.paragraph("0" * 60 * limits.MB)), "zip_ratio"),
    "text of 12 MB in one node": (lambda: build.pack_docx(build.paragraph(noise(12))), "xml_limit"),
    "XML of 41 MB": (lambda: build.pack_docx(build.paragraph(noise(1)) * 41), "zip_entry"),
    "false size": (lambda: false_size(build.docx()), "damaged_part"),
    "many entries": (lambda: docx_with(extra={f"{i}.xml": b"" for i in range(2001)}), "zip_entries"),
    "name that leads out": (lambda: docx_with(extra={"../../evil.xml": b""}), "zip_unsafe_name"),
    "encrypted zip": (lambda: marked_encrypted(build.docx()), "encrypted"),
    "cut zip": (lambda: build.docx()[:9000], "damaged"),
    "cut compound file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"1" * 600, "damaged"),
    "no document": (lambda: replaced(build.docx(), "word/document.xml", lambda _: b""), "damaged_part"),
    "80 nested tables": (lambda: build.pack_docx(nested(80)), "too_deep"),
    "3000 nested tables": (lambda: build.pack_docx(nested(3000)), "too_deep"),
    "90000 nested elements": (
        lambda: build.pack_docx("<w:p><w:r>" + "<w:x>" * 90_000 + "</w:x>" * 90_000 + "</w:r></w:p>"),
        "any",
    ),
    "20000 nested insertions": (
        lambda: build.pack_docx("<w:p>" + "<w:ins>" * 20_000 + "</w:ins>" * 20_000 + "</w:p>"),
        "too_complex",
    ),
    "5000 nested HTML tables": (lambda: ("<html>" + "<table><tr><td>" * 5000 + "1").encode(), "too_deep"),
    "5000 nested divisions": (lambda: ("<html><body>" + "<div>" * 5000 + "765.14").encode(), "xml_limit"),
    "100000 attributes": (
        lambda: ("<html><p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">765.14").encode(),
        "too_many_attributes",
    ),
    "100000 attributes that hold the end of a tag": (
        lambda: ("<html><p " + "".join(f"a{number}='>'" for number in range(100_000)) + ">765.14").encode(),
        "too_many_attributes",
    ),
    "200000 comments that nothing ends": (lambda: b"<html><body>" + b"<!--" * 200_000, "no_text"),
    "web archive of many parts": (
        lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
        + b"--x\nContent-Type: text/html\n\n<p>1</p>\n" * 100_000,
        "too_many_parts",
    ),
    "CSV with a quotation mark that nothing closes": (
        lambda: ("项目,金额\n" + "a,1\n" * 60_000 + '"' + "x" * 200_000).encode(),
        "csv_field",
    ),
    "a filled cell repeated over a whole sheet": (lambda: ods(REPEATED), "repeated_cells"),
    "two million tabs": (lambda: b"\ta" * 2_000_000, "too_many_cells"),
    "many wide cells": (lambda: ("<table>" + "<tr><td colspan=500>1<td colspan=500>1" * 20_000).encode(), "too_many_cells"),
    "OpenDocument with DOCTYPE": (lambda: odt(LAUGHS.encode() + b"<x>&j;</x>"), "doctype"),
    "encrypted OpenDocument": (lambda: odt(b"<x/>", b"<manifest><encryption-data/></manifest>"), "encrypted"),
    "Word 2003 XML with DOCTYPE": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>' + XXE.encode() + b"<x/>",
        "doctype",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_refused_with_its_reason(case: str) -> None:
    make, key = CASES[case]
    with pytest.raises(OpenBudgetError) as caught:
        read(make())
    assert isinstance(caught.value, LimitError | UnreadableError)
    assert caught.value.exit_code == 3
    assert caught.value.key not in ("readers.too_slow", "readers.too_much_memory", "readers.reader_failed")
    if key != "any":
        assert caught.value.key == f"readers.{key}"
    assert caught.value.text("zh") != caught.value.text("en")


WITHIN: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "absurd gridSpan": (
        lambda: build.pack_docx(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="500000000"/></w:tcPr>'
            "<w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
        ),
        "span_clamped",
    ),
    "absurd colspan and rowspan": (
        lambda: b"<table><tr><td colspan=1000000000 rowspan=1000000000>1<td>2<tr><td>3</table>",
        "span_clamped",
    ),
    "macros": (lambda: docx_with(body=build.paragraph("1"), extra={"word/vbaProject.bin": b"x"}), "macros"),
    "external template": (
        lambda: replaced(
            build.docx(),
            "word/_rels/document.xml.rels",
            lambda xml: xml.replace(
                b"</Relationships>",
                b'<Relationship Id="t" Type="x/attachedTemplate" Target="http://example.org/a.dotm" '
                b'TargetMode="External"/></Relationships>',
            ),
        ),
        "external_reference",
    ),
    "style sheets without ends": (
        lambda: (
            b"<html><style>"
            + b"/*" * 500_000
            + b"</style><style>"
            + b"a" * 1_000_000
            + b"@media{a{}" * 100_000
            + b"</style><p><s>2</s>1</p>"
        ),
        "tracked_deletions",
    ),
    "frames": (lambda: b"<html><iframe src='http://example.org/'></iframe><p>1</p></html>", "external_reference"),
}


@pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1 " + b"{" * 1_000_000 + b"}" * 1_000_001,
        b"{\\rtf1 \\bin2000000000 1}",
        build.pack_docx("").replace(b"word/document.xml", b"content.xml......"),
    ],
    ids=["a million groups", "a length beyond the end", "another format's parts"],
)
def test_hostile_files_for_the_converter(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        readers.read("seed.rtf", data)


@pytest.mark.parametrize("case", WITHIN)
def test_read_within_limits_and_said(case: str) -> None:
    make, key = WITHIN[case]
    document = sandbox.run(readers.read, "seed.docx", make(), seconds=10, memory=limits.MEMORY_BYTES)
    assert f"readers.{key}" in [each.key for each in document.diagnostics]


def _hog(name: str) -> int:
    return len(bytearray(2 * limits.MEMORY_BYTES))


def _sleep(name: str) -> None:
    import time

    time.sleep(60)


def _die(name: str) -> None:
    import os

    print("noise on standard output", flush=True)
    os._exit(9)


def _fail(name: str) -> None:
    raise ValueError("no table")


@pytest.mark.parametrize(
    ("function", "key"),
    [(_hog, "too_much_memory"), (_sleep, "too_slow"), (_die, "reader_died"), (_fail, "reader_failed")],
)
def test_the_parent_never_dies(function: Callable[[str], object], key: str) -> None:
    with pytest.raises(OpenBudgetError) as caught:
        sandbox.run(function, "seed.pdf", seconds=2)
    assert caught.value.key == f"readers.{key}"


def test_long_cells_take_time_by_their_length() -> None:
    rows = "科目,金额\n" + ("x" * 100_000 + ",1\n") * 20
    assert read(rows.encode(), "a.csv").source.format == "csv"  # type: ignore[attr-defined]


def test_spans_that_are_no_numbers() -> None:
    for span in ("--5", "²", "9" * 30):
        cell = f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
        assert read(docx_with(body=cell))
