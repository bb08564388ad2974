"""Scans and pictures, through the extra `[ocr]`."""

from __future__ import annotations

from openbudget.errors import UnreadableError
from openbudget.model.document import Document


def read_scanned_pdf(name: str, data: bytes) -> Document:
    """The document of a PDF without text; UnreadableError that names the extra where it is not installed."""
    raise UnreadableError("readers.no_text_layer", name=name)
