"""The seed in the formats that LibreOffice converts; and what happens without LibreOffice."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbudget import readers
from openbudget.errors import UnreadableError
from openbudget.readers import legacy
from tests.readers import build

needs_soffice = pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice is not installed")


@needs_soffice
@pytest.mark.parametrize("format", ["doc", "odt", "rtf"])
def test_every_cell_and_paragraph(format: str) -> None:  # noqa: A002
    data = legacy.convert("seed.docx", build.docx(), "docx", ".docx", format)
    document = readers.read("seed.wps", data)
    assert build.filled(document) == build.expected()
    assert build.paragraphs(document) == build.prose()
    assert document.source.format == format
    assert (document.source.tool or "").startswith("LibreOffice ")


def test_absent_converter_names_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENBUDGET_SOFFICE", str(tmp_path / "soffice"))
    with pytest.raises(UnreadableError) as caught:
        readers.read("seed.rtf", b"{\\rtf1 text}")
    assert caught.value.key == "readers.no_converter"
    assert "libreoffice-writer-nogui" in caught.value.text("zh")


@needs_soffice
def test_damaged_file_is_refused() -> None:
    with pytest.raises(UnreadableError):
        readers.read("seed.odt", build.pack_docx("").replace(b"word/document.xml", b"content.xml......"))


def test_hanging_converter_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60 &\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("OPENBUDGET_SOFFICE", str(program))
    monkeypatch.setattr(legacy, "SECONDS", 1)
    with pytest.raises(readers.LimitError) as caught:
        readers.read("seed.rtf", b"{\\rtf1 text}")
    assert caught.value.key == "readers.too_slow"
