"""Packages in the formats of others. A format is a module of this folder with `EXPORT = Export(name, …)`, or an entry
point of the group `openbudget.export`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openbudget.errors import UsageError
from openbudget.package import Package
from openbudget.plugins import loaded, points

_GROUP = "openbudget.export"


@dataclass(frozen=True)
class Export:
    """A format. `write` gives the files that a package becomes: relative path → bytes; a single file where `single`
    names it. `options` are names → message keys of their help."""

    name: str
    options: Mapping[str, str]
    write: Callable[[Package, Mapping[str, str]], Mapping[str, bytes]]
    single: str | None = None


def exports() -> dict[str, str]:
    """Format → module, of this folder and of entry points; nothing is imported."""
    import pkgutil

    found = {module.name: f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)}
    found.update({name: point.module for name, point in points(_GROUP).items()})
    return found


def export(name: str, given: Mapping[str, str]) -> Export:
    """The format of that name, if it knows all the options given. Raises UsageError."""
    from importlib import import_module

    known = exports()
    if name not in known:
        raise UsageError("export.no_format", name=name, names=", ".join(sorted(known)))
    plugged = points(_GROUP).get(name)
    found: Export = import_module(known[name]).EXPORT if plugged is None else loaded(plugged, "EXPORT")
    for option in given:
        if option not in found.options:
            raise UsageError(
                "export.no_option", option=option, name=name, names=", ".join(sorted(found.options)) or "—"
            )
    return found


__all__ = ["Export", "export", "exports"]
