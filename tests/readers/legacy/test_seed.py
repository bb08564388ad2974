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


@needs_soffice
def test_a_workbook_in_xml_of_2003() -> None:
    cells = "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in ("项目", "预算数"))
    row = '<Cell><Data ss:Type="String">合计</Data></Cell><Cell><Data ss:Type="Number">765.14</Data></Cell>'
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    data = (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="表1"><Table><Row>{cells}</Row><Row>{row}</Row></Table></Worksheet></Workbook>'
    )
    document = readers.read("报表.xls", data.encode())
    assert build.filled(document) == [[["项目", "预算数"], ["合计", "765.14"]]]
    assert document.source.format == "spreadsheetml"


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
