"""What was not recognised in a disclosure, shortened so that the same lack in many documents reads the same."""

from __future__ import annotations

import re

from openbudget.model.disclosure import Disclosure

_PIECES = 5  # of one kind, of one document
_LENGTH = 60


def lacks_of(disclosure: Disclosure) -> dict[str, list[str]]:
    """Message key → the first pieces of text, figures as `#`, in the order of the document."""
    found: dict[str, dict[str, None]] = {}
    for piece in disclosure.unrecognised:
        found.setdefault(piece.reason, {}).setdefault(shape(piece.text))
    for diagnostic in disclosure.diagnostics:
        if diagnostic.key.startswith("recognise."):
            text = diagnostic.args.get("printed") or diagnostic.args.get("label") or ""
            found.setdefault(diagnostic.key, {}).setdefault(shape(text))
    return {key: list(pieces)[:_PIECES] for key, pieces in found.items()}


def shape(text: str) -> str:
    """A text with its figures as `#`, on one line, cut to a length."""
    return re.sub(r"[\d０-９][\d０-９,.，]*", "#", " ".join(text.split()))[:_LENGTH]
