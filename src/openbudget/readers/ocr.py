"""Scans and pictures (PNG, JPEG, TIFF, BMP; PDF pages that are pictures), through the extra `[ocr]`.

The models are inside the wheels of the extra. Every cell says `origin = "ocr"` and how sure it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Block, Diagnostic, Document, Table
from openbudget.model.place import Locator
from openbudget.readers import Reader, describe, limits
from openbudget.readers.lattice_pages import blocks_of
from openbudget.readers.lattice_sheet import Sheet
from openbudget.readers.ocr_engine import installed
from openbudget.readers.ocr_page import UNREAD
from openbudget.readers.sniff import Sample

DPI = 200
MOST_PIXELS = 60_000_000  # of one page
PAGE_INCHES = 11.69  # the longer side of A4, for pictures that do not say how large they are
SMALLEST_FILE = 60  # bytes: no picture is smaller
_MEDIA_TYPES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II": "image/tiff",
    b"MM": "image/tiff",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
    b"RIFF": "image/webp",
}


def read_scanned_pdf(name: str, data: bytes) -> Document:
    """The document of a PDF some pages of which are pictures, or print of unknown meaning; pages with text are read as
    text."""
    from openbudget.readers.pdf import is_illegible, is_picture, open_pdf
    from openbudget.readers.pdf_page import read_page

    _check(name)
    document = open_pdf(name, data)
    limits.check_pages(name, len(document))
    sheets: list[Sheet] = []
    for index in range(len(document)):
        page = document[index]
        sheet = read_page(page, index + 1)
        seen = is_picture(sheet) or is_illegible(sheet)
        sheets.append(_recognised(name, page, index + 1) if seen else sheet)
        page.close()
    document.close()
    return _document(name, data, "application/pdf", "pdf", sheets)


def _recognised(name: str, page: Any, number: int) -> Sheet:
    from openbudget.readers.ocr_page import read_picture

    width, height = page.get_size()
    scale = DPI / 72
    if width * height * scale * scale > MOST_PIXELS:
        raise LimitError("readers.picture_too_large", name=name, limit=MOST_PIXELS // 1_000_000)
    picture = page.render(scale=scale).to_numpy()
    return read_picture(picture[:, :, :3].copy(), DPI, number)


def read_image(name: str, data: bytes) -> Document:
    """The document in a picture; a TIFF may have several pages."""
    from openbudget.readers.ocr_page import read_picture

    _check(name)
    sheets = [read_picture(picture, dpi, number) for number, (picture, dpi) in enumerate(_pictures(name, data), 1)]
    return _document(name, data, _media_type(data), "image", sheets)


def _media_type(data: bytes) -> str:
    return next((kind for start, kind in _MEDIA_TYPES.items() if data.startswith(start)), "application/octet-stream")


def _check(name: str) -> None:
    if not installed():
        raise UnreadableError("readers.no_text_layer", name=name)


def _pictures(name: str, data: bytes) -> Iterator[tuple[Any, float]]:
    """The pictures in a file as BGR arrays, with their dots per inch."""
    import numpy
    from PIL import Image, ImageSequence, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            for number, frame in enumerate(ImageSequence.Iterator(image)):
                limits.check_pages(name, number + 1)
                if frame.width * frame.height > MOST_PIXELS:
                    raise LimitError("readers.picture_too_large", name=name, limit=MOST_PIXELS // 1_000_000)
                said = float(frame.info.get("dpi", (0, 0))[0] or 0)
                dpi = said if 90 <= said <= 1200 else max(frame.size) / PAGE_INCHES
                flat = Image.new("RGB", frame.size, "white")
                flat.paste(frame.convert("RGBA"), mask=frame.convert("RGBA").getchannel("A"))
                yield numpy.asarray(flat)[:, :, ::-1].copy(), dpi
    except Image.DecompressionBombError as error:
        raise LimitError("readers.picture_too_large", name=name, limit=MOST_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnreadableError("readers.damaged_picture", name=name) from error


def _document(name: str, data: bytes, media_type: str, format: str, sheets: list[Sheet]) -> Document:  # noqa: A002
    blocks, diagnostics = blocks_of(sheets)
    if not blocks:
        raise UnreadableError("readers.no_text_found", name=name)
    pages = sum(1 for sheet in sheets if sheet.origin == "ocr")
    said = Diagnostic("readers.recognised", {"pages": str(pages)})
    unread = [Diagnostic("readers.unread_cell", {}, place) for place in unread_places(blocks)]
    return Document(describe(name, data, media_type, format, tool=_tool()), blocks, (said, *unread, *diagnostics))


def unread_places(blocks: tuple[Block, ...]) -> list[Locator]:
    """The places of cells that hold print which could not be read."""
    tables = [block for block in blocks if isinstance(block, Table)]
    return [cell.place for table in tables for cell in table.cells if not cell.text and cell.confidence <= UNREAD]


def _tool() -> str:
    from importlib.metadata import version

    return f"RapidOCR {version('rapidocr')}"


def _is_image(sample: Sample) -> bool:
    return sample.format == "image"


def _read_apart(name: str, data: bytes) -> Document:
    """`read_image` in a child process with the limits of character recognition."""
    from openbudget.readers import sandbox

    if len(data) < SMALLEST_FILE:
        raise UnreadableError("readers.damaged_picture", name=name)
    _check(name)
    seconds, memory = limits.OCR_SECONDS, limits.OCR_MEMORY_BYTES
    return sandbox.run(read_image, name, data, seconds=seconds, memory=memory)


READER = Reader("image", _is_image, _read_apart)
