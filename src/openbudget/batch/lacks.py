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
            args = diagnostic.args
            text = _clause(args["words"]) if "words" in args else args.get("printed") or args.get("label") or ""
            found.setdefault(diagnostic.key, {}).setdefault(shape(text))
    return {key: list(pieces)[:_PIECES] for key, pieces in found.items()}


def _clause(words: str) -> str:
    """The end of a piece of text: its last clause, and as many before it as make four characters besides figures."""
    clauses = re.split(r"(?<=[，。；：、,;:])", words)
    end = clauses.pop()
    while clauses and len(re.sub(r"[\d.,，、％%万元\s]", "", end)) < 4:
        end = clauses.pop() + end
    return end


def shape(text: str) -> str:
    """A text with its figures as `#`, on one line, cut to a length."""
    return re.sub(r"[\d０-９][\d０-９,.，]*", "#", " ".join(text.split()))[:_LENGTH]
