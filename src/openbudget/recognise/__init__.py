"""Document → Disclosure: what the pieces of a source mean, by the layouts."""

from __future__ import annotations

from openbudget.recognise.disclose import recognise, refuse_empty
from openbudget.recognise.facts import Given

__all__ = ["Given", "recognise", "refuse_empty"]
