"""Formats that LibreOffice reads for us: .doc and OLE .wps, .rtf, .odt, Word 2003 XML, flat OpenDocument; and of
workbooks .xlsb and Excel 2003 XML (which reporting systems call .xls).

`soffice` is run as an external program, converts to .docx or .xlsx, and our own reader reads that. It runs without a
display, with a throw-away profile (so no setting, macro or extension of the user takes part), within limits of time
and memory, and without a network where the system lets us take it away. Places are those in the converted file;
`Source.tool` says which version converted.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Diagnostic, Document
from openbudget.readers import Reader, describe, limits
from openbudget.readers.docx import read_package
from openbudget.readers.sandbox import end
from openbudget.readers.sniff import Sample
from openbudget.readers.xlsx import read_xlsx


class Conversion(NamedTuple):
    """How LibreOffice gets a format, and what it makes of it."""

    media_type: str
    suffix: str
    target: str


FORMATS = {
    "doc": Conversion("application/msword", ".doc", "docx"),
    "rtf": Conversion("application/rtf", ".rtf", "docx"),
    "odt": Conversion("application/vnd.oasis.opendocument.text", ".odt", "docx"),
    "wordml": Conversion("application/xml", ".xml", "docx"),
    "fodt": Conversion("application/vnd.oasis.opendocument.text-flat-xml", ".fodt", "docx"),
    "xlsb": Conversion("application/vnd.ms-excel.sheet.binary.macroEnabled.12", ".xlsb", "xlsx"),
    "spreadsheetml": Conversion("application/xml", ".xml", "xlsx"),
}
_MARKUP = frozenset({"rtf", "wordml", "fodt", "spreadsheetml"})
_RTF_BINARY = re.compile(rb"\\bin(\d{1,12})")
SECONDS = 60  # a cold start on a busy machine
CPU_SECONDS = (6, 2)  # and so many more for each MB; a real document takes two or three, most of them to start
MARKUP_CPU_SECONDS = 8  # at most, where all bytes are markup: a hundred thousand groups are quickly written
MEMORY_BYTES = 1024 * limits.MB  # address space; a real document takes 600 MB, most of it mapped files
DISK_BYTES = 200 * limits.MB
_PLACES = ("/usr/bin/soffice", "/usr/local/bin/soffice", "/opt/libreoffice/program/soffice",
           "/Applications/LibreOffice.app/Contents/MacOS/soffice",
           "C:\\Program Files\\LibreOffice\\program\\soffice.exe")  # fmt: skip


def find_soffice() -> str | None:
    """The LibreOffice program: OPENBUDGET_SOFFICE, the search path, or where it is usually installed."""
    named = os.environ.get("OPENBUDGET_SOFFICE")
    if named is not None:
        return named if Path(named).exists() else None
    for name in ("soffice", "libreoffice"):
        if (found := shutil.which(name)) is not None:
            return found
    return next((place for place in _PLACES if Path(place).exists()), None)


def convert(name: str, data: bytes, format: str, suffix: str, target: str) -> bytes:  # noqa: A002
    """`data` converted to `target` (`docx`, `xlsx`).

    UnreadableError where LibreOffice is absent (the message says what to install) or cannot read the file;
    LimitError where it takes too long.
    """
    program = find_soffice()
    if program is None:
        raise UnreadableError("readers.no_converter", name=name, format=format)
    with tempfile.TemporaryDirectory(prefix="openbudget-") as folder:
        source = Path(folder, f"source{suffix}")  # never the user's name: it would be an argument
        source.write_bytes(data)
        options = (
            "--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
        )  # fmt: skip
        command = [program, *options, "--convert-to", target, "--outdir", str(Path(folder, "out")), str(source)]
        cpu = CPU_SECONDS[0] + CPU_SECONDS[1] * (len(data) // limits.MB)
        _run(name, command, folder, min(cpu, MARKUP_CPU_SECONDS) if format in _MARKUP else cpu)
        made = Path(folder, "out", f"source.{target}")
        if not made.is_file():
            raise UnreadableError("readers.conversion_failed", name=name)
        if made.stat().st_size > limits.FILE_BYTES:
            raise LimitError(
                "readers.file_too_large", name=name, size=made.stat().st_size // limits.MB,
                limit=limits.FILE_BYTES // limits.MB,
            )  # fmt: skip
        return made.read_bytes()


def _run(name: str, command: list[str], folder: str, cpu: int) -> None:
    environment = {key: value for key, value in os.environ.items() if key in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL")}
    environment |= {"HOME": folder, "TMPDIR": folder, "SAL_USE_VCLPLUGIN": "svp"}
    child = subprocess.Popen(
        [*_without_network(), *_limited(cpu), *command], cwd=folder, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        child.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise LimitError("readers.too_slow", name=name, limit=SECONDS) from error
    finally:
        end(child)


def _limited(cpu: int) -> list[str]:
    """A prefix that limits memory, processor time and file sizes of what it starts, where the system can do that."""
    if sys.platform == "win32":
        return []
    bounds = {"AS": MEMORY_BYTES, "FSIZE": DISK_BYTES, "CPU": cpu, "CORE": 0}
    code = (
        "import os, resource, sys\n"
        f"for name, bound in {bounds}.items():\n"
        "    try:\n"
        "        resource.setrlimit(getattr(resource, 'RLIMIT_' + name), (bound, bound))\n"
        "    except (ValueError, OSError):\n"
        "        pass\n"  # macOS knows no limit of address space
        "os.execvp(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-I", "-S", "-c", code]


@cache
def _without_network() -> tuple[str, ...]:
    """A prefix that takes the network away, where that is possible without privileges."""
    program = shutil.which("unshare") if sys.platform == "linux" else None
    if program is None:
        return ()
    prefix = (program, "--net", "--map-root-user")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()


def _check(name: str, format: str, data: bytes) -> list[Diagnostic]:  # noqa: A002
    """Refuse what is encrypted or hostile before LibreOffice sees it; say what it holds besides text."""
    if format == "doc":
        return _check_ole(name, data)
    if format == "xlsb":
        limits.Zip(name, data)
        return []
    if format == "odt":
        package = limits.Zip(name, data)
        if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise UnreadableError("readers.encrypted", name=name)
        package.xml("content.xml")
        if any(entry.startswith("Basic/") for entry in package.names):
            return [Diagnostic("readers.macros", {"entry": "Basic"})]
        return []
    limits.check_text(name, len(data))
    if format == "rtf":
        for match in _RTF_BINARY.finditer(data):
            if match.end() + int(match[1]) > len(data):  # LibreOffice reads on for ever
                raise UnreadableError("readers.damaged_part", name=name, entry=match[0].decode("ascii"))
    else:
        limits.parse_xml(name, name, data)
    return []


def _check_ole(name: str, data: bytes) -> list[Diagnostic]:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole, ole.openstream("WordDocument") as stream:
            head = stream.read(12)
            macros = ole.exists("Macros") or ole.exists("_VBA_PROJECT_CUR")
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise UnreadableError("readers.damaged_part", name=name, entry="WordDocument") from error
    if len(head) == 12 and head[11] & 0x01:  # fEncrypted of the FIB ([MS-DOC] 2.5.2)
        raise UnreadableError("readers.encrypted", name=name)
    return [Diagnostic("readers.macros", {"entry": "VBA"})] if macros else []


def version_of(package: limits.Zip) -> str:
    """`LibreOffice 7.4.7.2`, as the program signs the OOXML that it writes; the name alone where it does not."""
    entry = "docProps/app.xml"
    match = re.search(rb"LibreOffice/([\d.]+)", package.read(entry)) if entry in package else None
    return f"LibreOffice {match[1].decode('ascii')}" if match else "LibreOffice"


def _reader(format: str, conversion: Conversion) -> Reader:  # noqa: A002
    def sniff(sample: Sample) -> bool:
        return sample.format == format

    def read(name: str, data: bytes) -> Document:
        said = _check(name, format, data)
        converted = convert(name, data, format, conversion.suffix, conversion.target)
        package = limits.Zip(name, converted)
        source = describe(name, data, conversion.media_type, format, tool=version_of(package))
        if conversion.target == "xlsx":
            document = read_xlsx(name, converted)
            return replace(document, source=source, diagnostics=(*said, *document.diagnostics))
        blocks, diagnostics = read_package(package)
        return Document(source, blocks, (*said, *diagnostics))

    return Reader(format, sniff, read)


READERS = tuple(_reader(format, conversion) for format, conversion in FORMATS.items())  # noqa: A001
