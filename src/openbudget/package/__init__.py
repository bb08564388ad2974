"""Disclosure ⇄ disk: data packages written whole or not at all, and read from anyone.

`write` makes the package of a disclosure; `open_package` opens a folder, a datapackage.json or a zip, whoever wrote
it; `tables_of` gives a disclosure's rows as checks take them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openbudget.package.name import package_name
    from openbudget.package.reader import Package, open_package
    from openbudget.package.readme import key_figures
    from openbudget.package.report_document import finding_document, report_document
    from openbudget.package.tables import tables_of
    from openbudget.package.writer import holds, may_replace, package_files, write

_ROOMS = {
    "package_name": "name",
    "Package": "reader",
    "open_package": "reader",
    "key_figures": "readme",
    "finding_document": "report_document",
    "report_document": "report_document",
    "tables_of": "tables",
    "holds": "writer",
    "may_replace": "writer",
    "package_files": "writer",
    "write": "writer",
}

__all__ = [
    "Package",
    "finding_document",
    "holds",
    "key_figures",
    "may_replace",
    "open_package",
    "package_files",
    "package_name",
    "report_document",
    "tables_of",
    "write",
]


def __getattr__(name: str) -> Any:
    """Load a part when it is first asked for: reading does not need the writer, nor the other way round."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
