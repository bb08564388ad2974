"""openbudget: government budget disclosures as open data packages.

In Python: `openbudget.load(path)` gives the tables of a package as data frames, `openbudget.catalogue(path)` the
catalogue of many packages, to be asked in SQL.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` itself would cost every start some milliseconds
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

__version__ = "0.1.0"


def load(path: str | Path, engine: str = "pandas") -> dict[str, Any]:
    """The tables of a package as frames by name; see `openbudget.batch.frames.load`."""
    tables: dict[str, Any] = _frames().load(path, engine)
    return tables


def catalogue(path: str | Path, engine: str = "pandas") -> Any:
    """The catalogue in a folder; see `openbudget.batch.frames.Catalogue`."""
    return _frames().Catalogue(path, engine)


def _frames() -> Any:
    """By name, not as an import: every room imports this module for the version, and none may import upwards."""
    from importlib import import_module

    return import_module("openbudget.batch.frames")
